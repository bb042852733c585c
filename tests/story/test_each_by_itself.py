"""The story of the agreed mails, when Pit, Juri and Anke want each reminder by itself and have nothing else to do.

Nari raises #41 on Tuesday night, nobody answers, everybody hears of it in turn, and on Friday of the week after Pit
says no. Every mail that leaves stands here; those that were agreed are held against their text, word for word.
"""

from __future__ import annotations

import pytest

from tests.acts.cast import RAISED_AT, at
from tests.mail.story import WORDS
from tests.story.agreed import FOOTERS, agreed, as_agreed, without_addresses
from tests.story.conftest import Enter
from tests.story.people import JOINING, Cast
from tests.story.stage import Act, Left, Stage, most_follow_ups_a_day, told
from tracker.acts import answers, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind
from tracker.domain.outcomes import Outcome
from tracker.notices.words import Locale
from tracker.store.entries import Via

WEB = Via.WEB


def raise_41(stage: Stage, cast: Cast) -> None:
    """Tuesday 23:10, normal; on Wednesday eleven others say that it bothers them too."""

    def raise_(now: object) -> None:
        verbs.raise_(
            cast.team, by=cast["Nari"], now=RAISED_AT, via=WEB, title=WORDS["title"][cast.locale],
            body=WORDS["body"][cast.locale], kind=Kind.PROBLEM,
        )  # fmt: skip

    stage.do(RAISED_AT, raise_)
    stage.do(
        at("Wednesday 2026-11-25 20:00"),
        lambda now: [support.vote(cast.s(41), by=cast[name], now=now, via=WEB) for name in JOINING],
    )


def pit_says_no(cast: Cast) -> Act:
    return lambda now: answers.answer(
        cast.s(41), by=cast["Pit"], now=now, via=WEB, outcome=Outcome.DECLINED, text=WORDS["no"][cast.locale]
    )


#: When what leaves to whom, as the agreed mails are called; "…" stands for one that the drawing does not write out.
LEAVES = [
    ("Tue 24 Nov 23:10", "nari", "receipt"),
    ("Thu 26 Nov 13:00", "pit", "rung_1"),
    ("Thu 26 Nov 17:00", "pit", "rung_2"),
    ("Fri 27 Nov 13:00", "juri", "rung_3_deputy"),
    ("Fri 27 Nov 13:00", "nari", "silence"),
    ("Fri 27 Nov 13:00", "pit", "rung_3"),
    ("Mon 30 Nov 09:00", "juri", "… overview"),
    ("Mon 30 Nov 09:00", "pit", "… overview"),
    ("Mon 30 Nov 17:00", "anke", "rung_4"),
    ("Mon 30 Nov 17:00", "juri", "… again"),
    ("Mon 30 Nov 17:00", "pit", "… late"),
    ("Mon 30 Nov 18:00", "nari", "… overview"),
    ("Thu 3 Dec 17:00", "anke", "… again"),
    ("Thu 3 Dec 17:00", "juri", "… again"),
    ("Thu 3 Dec 17:00", "nari", "silence_again"),
    ("Thu 3 Dec 17:00", "pit", "… again"),
    ("Fri 4 Dec 10:01", "nari", "answer_declined"),
]
#: On Pit's desk lies nothing else in this telling, and he answers eight days later than in the drawing.
OTHERWISE = {
    "Bei Pit sind gerade 3 überfällig und 9 diese Woche fällig. ": "",
    "Pit has 3 late and 9 due this week at the moment. ": "",
    "(bis Do 10.12.)": "(bis Fr 18.12.)",
    "(until Thu 10 Dec)": "(until Fri 18 Dec)",
}


def test_exactly_the_mails_of_the_story_leave(enter: Enter) -> None:
    play(*enter("de"))


@pytest.mark.databases("sqlite")  # the words are the same on both
def test_in_english_they_are_the_same_mails(enter: Enter) -> None:
    play(*enter("en"))


def play(stage: Stage, cast: Cast) -> None:
    locale = cast.locale
    raise_41(stage, cast)
    stage.do(at("Friday 2026-12-04 10:00"), pit_says_no(cast))
    left = stage.until(at("Friday 2026-12-04 12:00"))
    assert [(when, who) for when, who, _ in told(left)] == [(when, who) for when, who, _ in LEAVES]
    for mail, (_, _, name) in zip(in_order(left), LEAVES, strict=True):
        if not name.startswith("…"):
            assert as_agreed(mail) == agreed(name, locale, OTHERWISE), name
    assert_footers(left, locale)
    assert most_follow_ups_a_day(left) == 2


def in_order(left: list[Left]) -> list[Left]:
    return sorted(left, key=lambda one: (one.at, one.to))


def assert_footers(left: list[Left], locale: Locale) -> None:
    """Why one gets it, and where to change that: as agreed for who is on duty and for authors."""
    on_duty, settings = FOOTERS[locale].splitlines()
    mine = {"de": "Du bekommst das, weil #41 von dir ist.", "en": "You get this because #41 is yours."}[locale]
    nobody = {"de": "Antworten auf diese Mail liest niemand.", "en": "Nobody reads replies to this mail."}[locale]
    for mail in left:
        lines = without_addresses(mail.text).splitlines()
        assert lines[-3] == nobody
        if mail.to == "pit" and "#41" in lines[-2]:
            assert lines[-2:] == [on_duty, settings]
        if mail.to == "nari" and "#41" in lines[-2]:
            assert lines[-2:] == [mine, settings]
