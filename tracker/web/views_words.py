"""Words that pages say of a suggestion's kind, urgency and readers."""

from __future__ import annotations

from tracker.domain.errors import N_
from tracker.domain.lifecycle import Kind, Urgency
from tracker.web.say import _

KINDS = {
    Kind.IDEA: N_("idea"),
    Kind.PROBLEM: N_("problem"),
    Kind.QUESTION: N_("question"),
    Kind.FRICTION: N_("trouble between people"),
}
#: As the one who raises it chooses.
URGENCIES = {
    Urgency.URGENT: N_("It is burning now"),
    Urgency.HIGH: N_("It hurts every day"),
    Urgency.NORMAL: N_("Normal"),
    Urgency.LOW: N_("Can wait"),
}
#: In the middle of a sentence.
URGENCY_WORDS = {
    Urgency.URGENT: N_("burning"),
    Urgency.HIGH: N_("hurts every day"),
    Urgency.NORMAL: N_("normal"),
    Urgency.LOW: N_("can wait"),
}
#: How a "done" begins, by kind.
DONE = {Kind.QUESTION: N_("Answered …"), Kind.FRICTION: N_("Settled …")}


def kind_word(kind: Kind) -> str:
    return _(KINDS[kind])


def urgency_label(urgency: Urgency) -> str:
    return _(URGENCIES[urgency])


def urgency_word(urgency: Urgency) -> str:
    return _(URGENCY_WORDS[urgency])


def done_label(kind: Kind) -> str:
    return _(DONE[kind]) if kind in DONE else ""
