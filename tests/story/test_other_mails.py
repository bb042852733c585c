"""Three agreed mails that this story does not need, from its Thursday on: an answer, a question, a date moved twice."""

from __future__ import annotations

from datetime import date

import pytest

from tests.acts.cast import RAISED_AT, at
from tests.mail.story import WORDS
from tests.story.agreed import LANGUAGES, agreed, as_agreed
from tests.story.conftest import Enter
from tests.story.people import Cast
from tests.story.stage import Left, Stage, told
from tests.story.test_each_by_itself import pit_says_no, raise_41
from tracker.acts import answers, dates, questions
from tracker.acts import suggestions as verbs
from tracker.domain.outcomes import Outcome
from tracker.notices.words import Locale
from tracker.store.entries import Via

WEB = Via.WEB
THURSDAY = at("Thursday 2026-11-26 11:00")

pytestmark = pytest.mark.databases("sqlite")  # the words are the same on both
both_languages = pytest.mark.parametrize("locale", LANGUAGES)


def last_to_nari(stage: Stage) -> Left:
    return [one for one in stage.mails if one.to == "nari"][-1]


@both_languages
def test_a_no_on_thursday_can_be_contested_until_the_tenth(enter: Enter, locale: Locale) -> None:
    stage, cast = enter(locale)
    raise_41(stage, cast)
    stage.do(THURSDAY, pit_says_no(cast))
    stage.until(at("Thursday 2026-11-26 11:02"))
    assert as_agreed(last_to_nari(stage)) == agreed("answer_declined", locale)
    assert str(last_to_nari(stage).message["From"]).startswith(
        {"de": '"Pit (Nachtwache)"', "en": '"Pit (Night Watch)"'}[locale]
    )


@both_languages
def test_a_question_on_thursday_comes_back_after_a_week_of_working_days(enter: Enter, locale: Locale) -> None:
    """16 h + 24 h from Thursday 11:00: Thu 6, Fri 8, Mon 8, Tue 8, Wed 8, and 2 on Thursday, 3 December."""
    stage, cast = enter(locale)
    raise_41(stage, cast)
    text = WORDS["phone"][locale]
    stage.do(THURSDAY, lambda now: questions.ask(cast.s(41), by=cast["Pit"], now=now, via=WEB, text=text))
    stage.until(at("Thursday 2026-11-26 11:02"))
    assert as_agreed(last_to_nari(stage)) == agreed("question", locale)
    left = stage.until(at("Thursday 2026-12-03 11:00"))
    begin = {"de": ("Liegt bei dir", "Liegt wieder bei uns"), "en": ("With you", "Back with us")}[locale]
    weekly = [one for one in left if one.reason == "digest"]
    assert [(when, who, said.partition(":")[0]) for when, who, said in told(left) if said != weekly[0].subject] == [
        ("Mon 30 Nov 11:00", "nari", begin[0]),  # 16 h
        ("Tue 1 Dec 11:00", "nari", begin[0]),  # + 8 h
        ("Thu 3 Dec 11:00", "nari", begin[1]),  # + 24 h
    ]
    new_date = {"de": "Do 3.12., 17 Uhr", "en": "Thu 3 Dec, 17:00"}[locale]  # 6 h were left when the clock stopped
    assert new_date in last_to_nari(stage).flat


@both_languages
def test_a_date_that_moves_twice_says_who_may_move_it_again(enter: Enter, locale: Locale) -> None:
    """The drawing shortens the title to "Chat-Filter"; mails never do, so it is raised under that name."""
    stage, cast = enter(locale)
    title = {"de": "Chat-Filter", "en": "chat filter"}[locale]
    stage.do(RAISED_AT, lambda now: verbs.raise_(cast.team, by=cast["Nari"], now=now, via=WEB, title=title))
    stage.do(
        THURSDAY,
        lambda now: answers.answer(
            cast.s(41), by=cast["Pit"], now=now, via=WEB, outcome=Outcome.WILL_DO, text="Wir tauschen ihn.",
            on=date(2026, 12, 4), who=cast["Pit"],
        ),
    )  # fmt: skip
    moves(stage, cast, "Thursday 2026-12-03 11:00", date(2026, 12, 11))
    moves(stage, cast, "Thursday 2026-12-10 11:00", date(2026, 12, 18))
    stage.until(at("Tuesday 2026-11-24 23:30"))
    stage.until(at("Thursday 2026-12-10 11:00"))
    assert as_agreed(last_to_nari(stage)) == agreed("moved", locale)


def moves(stage: Stage, cast: Cast, when: str, on: date) -> None:
    reason = WORDS["vendor"][cast.locale]
    stage.do(at(when), lambda now: dates.move(cast.s(41), by=cast["Pit"], now=now, via=WEB, on=on, reason=reason))
