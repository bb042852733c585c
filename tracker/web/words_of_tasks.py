"""What happened to tasks, in the reader's language; facts are stored, sentences never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.notices import words
from tracker.notices.words import Reader
from tracker.store.entries import Entry
from tracker.web.say import _


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, and the day that goes with it."""

    headline: str
    extra: str = ""


def happened(entry: Entry, reader: Reader, name: Callable[[int | None], str]) -> Happened:
    """One entry of a task. Its title is as it was then."""
    facts = entry.facts
    what = facts["what"]
    places = {
        "name": name(facts["left"] if what == "left" else entry.actor_id),
        "title": facts["title"],
        "to": name(facts.get("to")),
        "day": words.day(reader, date.fromisoformat(facts["on"])),
        "times": words.times_in_figures(reader.locale, facts["nth"]) if facts.get("nth") else "",
    }
    headline = {
        "added": _("New task for %(to)s: %(title)s", **places),
        "given": _("%(name)s gives a task to %(to)s: %(title)s", **places),
        "moved": _("%(name)s moves a task to %(day)s: %(title)s", **places),
        "begun": _("%(name)s is at it: %(title)s", **places),
        "done": _("%(name)s has done a task: %(title)s", **places),
        "open_again": _("%(name)s opens a task again: %(title)s", **places),
        "withdrawn": _("%(name)s takes a task off the list: %(title)s", **places),
        "left": _("%(name)s has gone, and a task is free: %(title)s", **places),
    }[what]
    extra = {"added": _("by %(day)s", **places), "moved": _("moved %(times)s", **places) if facts.get("nth") else ""}
    return Happened(headline, extra.get(what, ""))
