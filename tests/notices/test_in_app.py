"""The bell: the mails' words in the app, only what still concerns one, and never what one must not know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, membership, raised
from tests.acts.deeds import WEB, asks, climbs, declines, does, moves_to, promises_by, says, undoes
from tracker.acts import absences, assigning, dates
from tracker.domain.lifecycle import Kind, Urgency, Visibility
from tracker.notices import in_app, look_again
from tracker.notices.compose_team import NEWS
from tracker.store.base import db
from tracker.store.people import Person

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
LATER = at("Tuesday 2026-12-15 10:00")
SECOND = timedelta(seconds=1)


def lines(person: Person, now: object = LATER) -> list[str]:
    return [line.sentence for line in in_app.latest(person, now=now)]  # type: ignore[arg-type]


def test_every_kind_that_can_be_told_has_its_words() -> None:
    of_mails_alone = {"daily", "daily_line", "digest"}
    assert {*NEWS, *in_app.SENTENCES} == {*look_again.LOOKS} - of_mails_alone


def test_what_happens_stands_there_in_the_words_of_the_mails(cast: Cast) -> None:
    s = raised(cast)
    assert lines(cast.pit) == ["Neu von Nari: Chat-Filter frisst Umlaute"]
    asks(cast.pit, s, WEDNESDAY)
    says(cast.nari, s, WEDNESDAY + timedelta(hours=1))
    declines(cast.pit, s, WEDNESDAY + timedelta(hours=2))
    assert lines(cast.nari) == [
        "Pit hat geantwortet: Nein: Chat-Filter frisst Umlaute",
        "Pit hat gefragt: Chat-Filter frisst Umlaute",
    ]
    assert lines(cast.pit)[0] == "Nari hat geantwortet: Chat-Filter frisst Umlaute"


def test_in_the_language_of_who_reads(cast: Cast) -> None:
    cast.pit.locale = "en"
    raised(cast)
    assert lines(cast.pit) == ["New from Nari: Chat-Filter frisst Umlaute"]


def test_a_reminder_rings_once_a_promise_and_until_it_is_answered(cast: Cast) -> None:
    s = raised(cast)
    climbs(s, at("Thursday 2026-11-26 13:00"))
    thursday = at("Thursday 2026-11-26 13:05")
    assert lines(cast.pit, thursday)[0] == "Heute bis 17 Uhr: Chat-Filter frisst Umlaute"
    climbs(s, at("Friday 2026-11-27 13:00"))
    friday = at("Friday 2026-11-27 13:05")
    assert lines(cast.pit, friday) == [
        "Seit gestern überfällig: Chat-Filter frisst Umlaute",
        "Neu von Nari: Chat-Filter frisst Umlaute",
    ]
    assert lines(cast.nari, friday) == ["Wir schulden dir eine Antwort: Chat-Filter frisst Umlaute"]
    does(cast.juri, s, friday)
    assert lines(cast.pit, LATER) == ["Neu von Nari: Chat-Filter frisst Umlaute"]
    assert lines(cast.nari, LATER) == [
        "Pit hat geantwortet: Erledigt: Chat-Filter frisst Umlaute".replace("Pit", "Juri")
    ]


def test_a_reminder_of_a_date_that_was_moved_is_gone(cast: Cast) -> None:
    s = raised(cast)
    climbs(s, at("Thursday 2026-11-26 13:00"))
    moves_to(date(2026, 12, 4), cast.juri, s, at("Thursday 2026-11-26 14:00"))
    assert [line for line in lines(cast.pit) if line.startswith("Heute")] == []


def test_who_acts_has_read_what_was_told_before(cast: Cast) -> None:
    s = raised(cast)
    assert in_app.unread(cast.pit, now=WEDNESDAY) == 1
    asks(cast.pit, s, WEDNESDAY)
    assert in_app.unread(cast.pit, now=WEDNESDAY) == 0
    assert in_app.unread(cast.nari, now=WEDNESDAY) == 1


def test_read_is_up_to_a_line_and_one_s_own_alone(cast: Cast) -> None:
    raised(cast)
    raised(cast, by=cast.jo)
    newest, oldest = in_app.latest(cast.pit, now=WEDNESDAY)
    in_app.read(cast.juri, upto=newest.id, now=WEDNESDAY)
    assert in_app.unread(cast.pit, now=WEDNESDAY) == 2
    in_app.read(cast.pit, upto=oldest.id, now=WEDNESDAY)
    assert [line.is_read for line in in_app.latest(cast.pit, now=WEDNESDAY)] == [False, True]


def test_one_s_own_receipt_is_no_news_and_somebody_else_s_entering_is(cast: Cast) -> None:
    raised(cast)
    assert lines(cast.nari) == []
    raised(cast, by=cast.pit, author=cast.nari, entered_from="Discord")
    assert lines(cast.nari) == ["Angekommen: Chat-Filter frisst Umlaute (#42)"]


def test_an_answer_that_is_taken_back_has_told_nobody(cast: Cast) -> None:
    s = raised(cast)
    answer = does(cast.pit, s, WEDNESDAY)
    assert lines(cast.nari, WEDNESDAY) == []  # held for a minute
    undoes(cast.pit, s, answer, WEDNESDAY + SECOND)
    assert lines(cast.nari) == []


def test_the_rest_of_the_words(cast: Cast) -> None:
    s = raised(cast)
    assigning.assign(s, by=cast.juri, now=WEDNESDAY, via=WEB, to=cast.anke)
    dates.change_urgency(s, by=cast.nari, now=WEDNESDAY, via=WEB, to=Urgency.HIGH)
    assert lines(cast.anke) == [
        "Jetzt dringender: Chat-Filter frisst Umlaute",
        "Juri hat es dir gegeben: Chat-Filter frisst Umlaute",
    ]
    promises_by(date(2026, 12, 4), cast.anke, s, WEDNESDAY, who=cast.jo)
    assert lines(cast.jo) == ["Deins bis Fr 4.12.: Chat-Filter frisst Umlaute"]


def test_who_steps_in_is_told_until_when(cast: Cast) -> None:
    absences.enter(
        cast.team,
        person=cast.pit,
        first_on=date(2026, 11, 30),
        last_on=date(2026, 12, 4),
        choice=absences.Choice(stand_in=cast.juri),
        by=cast.pit,
        now=WEDNESDAY,
        via=WEB,
    )
    assert lines(cast.juri, WEDNESDAY) == ["Du springst für Pit ein, bis Fr 4.12."]
    (line,) = in_app.latest(cast.juri, now=WEDNESDAY)
    assert line.path == "/t/nachtwache/desk"


# Who must not know ----------------------------------------------------------------------------------------------------


def test_what_is_about_somebody_names_no_title_and_never_reaches_them(cast: Cast) -> None:
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit, title="Pit schreit mich an")
    assert lines(cast.pit) == []
    assert lines(cast.anke) == [f"Neu von Jemand: #{s.number}"]


@pytest.mark.parametrize("how", ["left", "hidden"])
def test_who_may_not_see_it_any_more_has_no_notice_of_it(cast: Cast, how: str) -> None:
    s = raised(cast)
    answer = does(cast.pit, s, WEDNESDAY)
    assert answer is not None
    assert in_app.unread(cast.nari, now=LATER) == 1
    if how == "left":
        membership(cast, cast.nari).left_at = LATER
    else:
        s.visibility = Visibility.MANAGERS
        s.author_id = cast.jo.id
    db.session.flush()
    assert (lines(cast.nari), in_app.unread(cast.nari, now=LATER)) == ([], 0)


# Pages of it ----------------------------------------------------------------------------------------------------------


def test_older_ones_follow_and_a_full_page_costs_as_many_queries_as_a_short_one(cast: Cast) -> None:
    for number in range(12):
        raised(cast, title=f"Nr. {number}", by=(cast.nari, cast.jo)[number % 2])

    def queries(limit: int) -> int:
        db.session.expunge_all()
        counted: list[str] = []

        def count(*args: object) -> None:
            counted.append(str(args[2]))

        sa.event.listen(db.engine, "before_cursor_execute", count)
        pit = db.session.get_one(Person, cast.pit.id)
        assert len(in_app.latest(pit, now=LATER, limit=limit)) == limit
        sa.event.remove(db.engine, "before_cursor_execute", count)
        return len(counted)

    queries(2)  # a connection of its own asks a few more
    few = queries(2)
    assert queries(12) == few
    first = in_app.latest(cast.pit, now=LATER, limit=5)
    assert [line.sentence for line in in_app.latest(cast.pit, now=LATER, before=first[-1].id, limit=2)] == [
        "Neu von Nari: Nr. 6",
        "Neu von Jo: Nr. 5",
    ]
