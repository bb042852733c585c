"""The world around #41, by the real verbs: three weeks of a team that mostly keeps its word.

The numbers of the agreed overviews come out of it: 14 answered of which 11 in time, six times "thanks", three late,
nine due, two coming back, four questions open. On Tuesday, 1 December, Pit clears his whole desk but for #41.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from tests.acts.cast import at
from tests.mail.story import WORDS
from tests.story.people import JOINING, Cast
from tests.story.stage import Stage
from tracker.acts import answers, dates, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Urgency
from tracker.domain.outcomes import Outcome
from tracker.store import suggestions
from tracker.store.entries import Entry, Via, by_id

WEB = Via.WEB
IDEA, PROBLEM, QUESTION = Kind.IDEA, Kind.PROBLEM, Kind.QUESTION
DONE, WILL_DO, NOT_NOW, DECLINED = Outcome.DONE, Outcome.WILL_DO, Outcome.NOT_NOW, Outcome.DECLINED

#: What Pit says he will do, on Monday and Tuesday of the week before: number, day.
SAID = {23: 1, 24: 2, 25: 2, 26: 2, 27: 3, 28: 3, 29: 4}
#: Late on Monday 30 November and cleared away on the day after, with all the rest.
CLEARED = (12, 19, *SAID, 39, 40, 43, 46, 47, 48)


@dataclass
class Week:
    """Sets acts on their instants; every sentence of it is one of the verbs."""

    stage: Stage
    cast: Cast

    def raises(self, when: str, who: str, word: str = "", **more: object) -> None:
        def act(now: datetime) -> None:
            title = self.word(word) if word else self.small_thing(now)
            verbs.raise_(self.cast.team, by=self.cast[who], now=now, via=WEB, title=title, **more)  # type: ignore[arg-type]

        self.stage.do(at(when), act)

    def small_thing(self, now: datetime) -> str:
        return {"de": "Kleinigkeit von", "en": "Small thing of"}[self.cast.locale] + f" {now:%H:%M}"

    def word(self, word: str) -> str:
        return WORDS[word][self.cast.locale]

    def says(
        self,
        when: str,
        number: int,
        outcome: Outcome,
        *,
        by: str = "Pit",
        text: str = "Gesagt, getan.",
        on: date | None = None,
    ) -> None:
        who = by if outcome is WILL_DO else None
        self.stage.do(
            at(when),
            lambda now: answers.answer(
                self.cast.s(number), by=self.cast[by], now=now, via=WEB, outcome=outcome, text=text, on=on,
                who=self.cast[who] if who else None,
            ),
        )  # fmt: skip

    def moves(self, when: str, number: int, on: date, *, by: str = "Pit") -> None:
        self.stage.do(
            at(when),
            lambda now: dates.move(self.cast.s(number), by=self.cast[by], now=now, via=WEB, on=on, reason="Krank."),
        )

    def asks(self, when: str, number: int, word: str = "phone?") -> None:
        self.on(
            when, number, lambda s, now: questions.ask(s, by=self.cast["Pit"], now=now, via=WEB, text=self.word(word))
        )

    def thanks(self, when: str, number: int) -> None:
        def thank(s: suggestions.Suggestion, now: datetime) -> None:
            support.thank(s, self.answer_of(s), by=s.author, now=now, via=WEB)

        self.on(when, number, thank)

    def answer_of(self, s: suggestions.Suggestion) -> Entry:
        entry = by_id(s.answer_entry_id or 0)
        assert entry is not None
        return entry

    def nudges(self, when: str, number: int, who: str) -> None:
        self.on(when, number, lambda s, now: support.nudge(s, by=self.cast[who], now=now, via=WEB))

    def on(self, when: str, number: int, verb: Callable[[suggestions.Suggestion, datetime], object]) -> None:
        self.stage.do(at(when), lambda now: verb(self.cast.s(number), now))


def before(week: Week) -> None:
    """#1 to #22: three weeks ago, answered on the next day; two of them come back in the week of the story."""
    coming_back = {12: ("server", date(2026, 12, 2)), 19: ("badge", date(2026, 12, 4))}
    for number in range(1, 23):
        word, on = coming_back.get(number, ("", None))
        who = JOINING[number % len(JOINING)]
        week.raises(f"Wednesday 2026-11-04 10:{number:02}", who, word, kind=IDEA if on else QUESTION)
        week.says(f"Thursday 2026-11-05 10:{number:02}", number, NOT_NOW if on else DONE, on=on)


def last_week(week: Week) -> None:
    """#23 to #40: raised in the week before, and what became of them until Monday, 30 November."""
    for number in range(23, 33):
        who, word = ("Melodie", "slow") if number == 32 else (JOINING[number % len(JOINING)], "")
        kind = QUESTION if number == 31 else IDEA
        week.raises(
            f"Wednesday 2026-11-18 18:{number:02}", who, word, kind=kind, urgency=Urgency.LOW
        )  # until Wed 17:00
    for number, day in SAID.items():
        when = f"Monday 2026-11-23 10:{number:02}" if number < 25 else f"Tuesday 2026-11-24 10:{number:02}"
        week.says(when, number, WILL_DO, on=date(2026, 12, day))
    week.says("Tuesday 2026-11-24 10:30", 30, DECLINED)
    week.says("Tuesday 2026-11-24 10:31", 31, DONE)
    for number in (33, 34, 35):  # due Mon 23 Nov 17:00: 16 h from Fri 09:00; answered on the day after
        week.raises(f"Thursday 2026-11-19 17:{number:02}", JOINING[number % len(JOINING)], kind=PROBLEM)
        week.says(f"Tuesday 2026-11-24 10:{number:02}", number, DONE)
    week.says("Tuesday 2026-11-24 14:30", 32, DONE)
    for number in (25, 26, 27, 28, 29, 32):
        week.thanks(f"Wednesday 2026-11-25 12:{number:02}", number)
    week.raises("Thursday 2026-11-19 17:40", "Nari", "night")
    week.says("Thursday 2026-11-19 18:00", 36, WILL_DO, by="Anke", on=date(2026, 11, 27))
    week.moves("Wednesday 2026-11-25 10:00", 36, date(2026, 12, 4), by="Anke")
    week.raises("Thursday 2026-11-19 17:45", "Ola", kind=QUESTION)
    week.says("Friday 2026-11-20 10:00", 37, DONE)
    week.raises("Thursday 2026-11-19 17:50", "Nari", "log", kind=PROBLEM, urgency=Urgency.LOW)
    week.says("Thursday 2026-11-26 14:00", 38, DONE, text=week.word("warn"))
    week.raises("Thursday 2026-11-19 17:55", "Jo", "ban")
    week.says("Thursday 2026-11-19 18:30", 39, WILL_DO, on=date(2026, 11, 20))
    week.moves("Friday 2026-11-20 10:00", 39, date(2026, 11, 23))
    week.moves("Thursday 2026-11-26 18:00", 39, date(2026, 11, 27))  # late since Monday; 8 h are left, so no rung 1
    week.raises("Tuesday 2026-11-24 20:00", "Nari", "echo", kind=PROBLEM)
    week.asks("Thursday 2026-11-26 10:00", 40)


def this_week(week: Week) -> None:
    """#41 to #48."""
    cast = week.cast
    week.raises("Tuesday 2026-11-24 23:10", "Nari", "title", body=week.word("body"), kind=PROBLEM)
    week.stage.do(
        at("Wednesday 2026-11-25 20:00"),
        lambda now: [support.vote(cast.s(41), by=cast[name], now=now, via=WEB) for name in JOINING],
    )
    week.nudges("Friday 2026-11-27 14:00", 41, "Nari")
    week.nudges("Friday 2026-11-27 14:30", 41, "Melodie")
    week.raises("Wednesday 2026-11-25 10:05", "Cleo")
    week.on("Wednesday 2026-11-25 10:15", 42, lambda s, now: verbs.withdraw(s, by=cast["Cleo"], now=now, via=WEB))
    week.raises("Wednesday 2026-11-25 15:00", "Ola", "polish", kind=QUESTION)  # 2 h + 8 h + 6 h: Fri 15:00
    week.raises("Thursday 2026-11-26 16:00", "Gil", "calendar")  # 1 h + 8 h + 7 h: Mon 16:00
    week.raises("Thursday 2026-11-26 17:30", "Hedi", "rules", kind=QUESTION)  # 8 h + 8 h: Mon 17:00
    for number, who in ((46, "Bo"), (47, "Cleo"), (48, "Edda")):
        week.raises(f"Friday 2026-11-27 09:{number:02}", who)
        week.asks(f"Friday 2026-11-27 10:{number:02}", number)
    week.says("Monday 2026-11-30 10:30", 44, DECLINED)
    week.says("Monday 2026-11-30 10:31", 45, DONE)


def the_end(week: Week) -> None:
    """On Tuesday everybody's desk is clear but for #41; on Friday Pit answers that too."""
    cast = week.cast
    week.on(
        "Tuesday 2026-12-01 09:30",
        40,
        lambda s, now: verbs.comment(s, by=cast["Nari"], now=now, via=WEB, text="Handy."),
    )
    for place, number in enumerate(CLEARED):
        week.says(f"Tuesday 2026-12-01 10:{place:02}", number, DONE)
    week.says("Tuesday 2026-12-01 10:40", 36, DONE, by="Anke")
    week.says("Friday 2026-12-04 10:00", 41, DECLINED, text=week.word("no"))


def set_up(stage: Stage, cast: Cast) -> Week:
    """Set the whole story: from 4 November to 4 December."""
    week = Week(stage, cast)
    for part in (before, last_week, this_week, the_end):
        part(week)
    return week
