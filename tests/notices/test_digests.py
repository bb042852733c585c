"""The weekly overview: once a week, from the end of the last one that left, where there is something to say."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import FOUNDED_AT, RAISED_AT, Cast, a_person, at, joins, membership, raised
from tests.acts.deeds import joins_as_co_author, owed
from tests.notices.post import RELAY, Post
from tests.notices.seen import HOUR, notices, told_at
from tracker.acts import answers, dates, follow_ups, questions, support, tasks
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Role
from tracker.domain.outcomes import Outcome
from tracker.notices import crowd, digests, told
from tracker.notices.channels.results import NeverAccepted, Phase
from tracker.store import pulse
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Notice, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task

WEB = Via.WEB
MONDAY = at("Monday 2026-11-30 18:00")
MORNING = at("Monday 2026-11-30 09:00")
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
SQLITE = pytest.mark.databases("sqlite")


def rows(cast: Cast) -> list[Notice]:
    """Nari's overviews."""
    return notices(kind="digest", person=cast.nari)


def words(text: str) -> str:
    return " ".join(text.split())


def sent_to(post: Post, name: str, template: str) -> list[str]:
    return [words(one.letter.text) for one in post.sent if (one.to, one.template) == (name, template)]


def test_a_members_exists_when_something_of_theirs_has_moved(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(MONDAY)
    assert [who for _, who, template in told_at(post.sent) if template == "digest_member"] == ["nari"]
    row = rows(cast)[-1]
    assert (row.key, row.state) == (f"digest:person:{cast.nari.id}:2026-W49", NoticeState.TOLD)
    assert [n.reason for n in notices(kind="digest", person=cast.melodie)][-1:] == ["nothing of theirs has moved"]


def test_once_a_week_however_often_it_is_asked_for(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(MONDAY)
    for hours in (1, 24, 47, 100):
        post.at(MONDAY + hours * HOUR)
    assert len([one for one in post.sent if one.template == "digest_member"]) == 1


def test_it_says_what_became_of_ones_own(cast: Cast, post: Post) -> None:
    late = raised(cast, now=at("Thursday 2026-11-19 10:00"))
    asked = raised(cast, title="Echo im Sprachkanal", now=at("Friday 2026-11-27 10:00"))
    questions.ask(asked, by=cast.pit, now=at("Friday 2026-11-27 11:00"), via=WEB, text="Handy oder Rechner?")
    done = raised(cast, title="Verwarnungen im Log finden")
    answers.answer(done, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Such nach warn:")
    coming = raised(cast, title="Zweiter Mod für die Nachtschicht")
    on = date(2026, 12, 4)
    answers.answer(
        coming, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja", on=on, who=cast.anke
    )
    idea = raised(cast, by=cast.melodie, title="Slowmode-Kommando", kind=Kind.IDEA)
    answers.answer(idea, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist da")
    db.session.commit()
    post.at(MONDAY)
    (text,) = sent_to(post, "nari", "digest_member")
    assert "WIR SIND ZU SPÄT" in text
    assert f"#{late.number} Chat-Filter frisst Umlaute Antwort war bis" in text
    assert f"#{asked.number} Echo im Sprachkanal. Pit fragt: „Handy oder Rechner?“ Solange steht unsere Uhr." in text
    assert "Erledigt: „Such nach warn:“" in text
    assert f"bis Fr 4.12. #{coming.number} Zweiter Mod für die Nachtschicht (Anke kümmert sich)" in text
    assert "Im Team: 3 beantwortet, 3 davon pünktlich." in text
    assert "Slowmode-Kommando" in text


def task_for(cast: Cast, s: Suggestion, title: str, on: date, who: Person) -> Task:
    return tasks.add(s, by=cast.pit, now=WEDNESDAY, via=WEB, title=title, on=on, who=who)


def test_it_names_the_readers_tasks_that_are_late_or_fall_due_within_the_week(cast: Cast, post: Post) -> None:
    s = raised(cast)
    on = date(2026, 12, 18)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja", on=on)
    task_for(cast, s, "Handbuch", date(2026, 12, 7), cast.jo)  # Monday in a week, 17:00: within seven days
    task_for(cast, s, "Liste", date(2026, 11, 27), cast.jo)  # last Friday
    task_for(cast, s, "Später", date(2026, 12, 8), cast.jo)
    task_for(cast, s, "Für Pit", date(2026, 12, 1), cast.pit)
    tasks.tick(task_for(cast, s, "Fertig", date(2026, 12, 1), cast.jo), by=cast.jo, now=WEDNESDAY, via=WEB)
    db.session.commit()
    post.at(MONDAY)
    (mail,) = (one.letter for one in post.sent if (one.to, one.template) == ("jo", "digest_member"))
    place = "http://127.0.0.1:8000/t/nachtwache/41#tasks"
    assert mail.subject == "Deine Woche: 2 Aufgaben"
    assert (f"DEINE AUFGABEN überfällig seit Fr #41 Liste → {place} bis Mo 7.12. #41 Handbuch → {place}") in words(
        mail.text
    )
    assert not any(title in mail.text + mail.html for title in ("Später", "Für Pit", "Fertig"))


def test_a_managers_tasks_lie_on_their_table_and_are_not_told_twice(cast: Cast, post: Post) -> None:
    s = raised(cast)
    on = date(2026, 12, 4)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja", on=on)
    task_for(cast, s, "Liste", date(2026, 11, 30), cast.juri)
    db.session.commit()
    post.at(MORNING)
    (text,) = sent_to(post, "juri", "digest_manager")
    assert text.count("#41 Liste") == 1
    assert "DEINE AUFGABEN" not in text


@SQLITE
def test_a_task_about_trouble_with_a_person_is_a_number_alone(cast: Cast, post: Post) -> None:
    s = raised(cast, title="Jo schreit", kind=Kind.FRICTION, about=cast.jo)
    on = date(2026, 12, 4)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja", on=on)
    task_for(cast, s, "Mit Jo reden", date(2026, 12, 1), cast.nari)
    db.session.commit()
    post.at(MONDAY)
    (text,) = sent_to(post, "nari", "digest_member")
    assert f"DEINE AUFGABEN bis Di 1.12. #{s.number} → " in text
    assert "reden" not in text
    assert sent_to(post, "jo", "digest_member") == []


@SQLITE
def test_the_tasks_of_an_overview_are_asked_for_once(cast: Cast, post: Post) -> None:
    s = raised(cast)
    on = date(2026, 12, 4)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja", on=on)
    for number in range(6):
        task_for(cast, s, f"Teil {number}", date(2026, 12, 1), cast.jo)
    db.session.commit()
    digests.owe_digests(MONDAY, outgoing=RELAY)
    db.session.commit()
    statements = []

    def listener(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM task" in statement:
            statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        post.deliver(MONDAY)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)
    assert len(sent_to(post, "jo", "digest_member")) == 1
    assert len(statements) == len([one for one in post.sent if one.template == "digest_member"])


def test_who_was_reminded_before_the_date_knew_of_nothing_late(cast: Cast, post: Post) -> None:
    cast.pit.reminder_rhythm = "each"
    s = raised(cast, now=at("Thursday 2026-11-26 16:00"))
    db.session.commit()
    post.at(at("Monday 2026-11-30 12:30"))
    assert told.reminded(told.carried(owed(s).id, version=1)).keys() == {cast.pit.id}
    post.at(MONDAY)
    (text,) = sent_to(post, "nari", "digest_member")
    assert "Antwort war bis Mo 30.11. zugesagt." in text
    assert "weiß es auch" not in text


def test_what_can_still_be_taken_back_is_not_told(cast: Cast, post: Post) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=MONDAY - timedelta(seconds=30), via=WEB, outcome=Outcome.DONE, text="Behoben")
    db.session.commit()
    post.at(MONDAY)
    assert sent_to(post, "nari", "digest_member") == []


def test_it_begins_where_the_last_one_that_left_has_ended(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(at("Monday 2026-11-30 18:00"))
    s = raised(cast, title="Ein zweites", now=at("Tuesday 2026-12-01 10:00"))
    answers.answer(s, by=cast.pit, now=at("Tuesday 2026-12-01 11:00"), via=WEB, outcome=Outcome.DONE, text="Behoben")
    db.session.commit()
    post.answers["nari"] = [NeverAccepted("554 5.7.1 rejected", phase=Phase.REPLY, code=554)]
    digests.owe_digests(at("Monday 2026-12-07 18:00"), outgoing=RELAY)
    db.session.commit()
    post.deliver(at("Monday 2026-12-07 18:00"))
    digests.owe_digests(at("Monday 2026-12-14 18:00"), outgoing=RELAY)
    db.session.commit()
    post.deliver(at("Monday 2026-12-14 18:00"))
    first, lost, third = rows(cast)[-3:]
    assert (first.state, lost.state, third.state) == (NoticeState.TOLD, NoticeState.SKIPPED, NoticeState.TOLD)
    assert third.facts["since"] == first.facts["until"]  # the one that was lost has lost nothing
    assert "Behoben" in sent_to(post, "nari", "digest_member")[-1]


def test_it_looks_back_four_weeks_at_most(cast: Cast) -> None:
    raised(cast, now=FOUNDED_AT)
    late = at("Monday 2026-12-21 18:00")
    digests.owe_digests(late, outgoing=RELAY)
    assert rows(cast)[-1].facts["since"] == (late - timedelta(days=28)).isoformat()


@pytest.mark.parametrize(
    ("now", "state", "reason"),
    [
        ("Wednesday 2026-12-02 18:00", NoticeState.TOLD, ""),
        ("Wednesday 2026-12-02 18:01", NoticeState.SKIPPED, "more than two days late"),
    ],
)
def test_up_to_two_days_late_it_is_caught_up(cast: Cast, post: Post, now: str, state: NoticeState, reason: str) -> None:
    raised(cast)
    post.at(at(now))
    row = rows(cast)[-1]
    assert (row.state, row.reason) == (state, reason)


def test_caught_up_it_comes_in_the_persons_hours(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(at("Tuesday 2026-12-01 03:00"))
    assert [row.key for row in rows(cast) if "W49" in row.key] == []
    post.at(at("Tuesday 2026-12-01 08:00"))
    assert len(sent_to(post, "nari", "digest_member")) == 1


def test_who_switched_it_off_gets_none(cast: Cast, post: Post) -> None:
    cast.nari.digest_on = False
    raised(cast)
    post.at(MONDAY)
    assert rows(cast) == []


def test_who_joins_after_its_hour_waits_for_the_next_week(cast: Cast, post: Post) -> None:
    raised(cast)
    membership(cast, cast.nari).joined_at = MONDAY + HOUR
    db.session.commit()
    post.at(MONDAY + 2 * HOUR)
    assert rows(cast) == []


def test_from_the_silence_notice_on_what_is_late_is_the_first_line_of_each_overview(cast: Cast, post: Post) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    follow_ups.climb(owed(s).id, now=at("Friday 2026-11-27 13:00"))  # rung 3 carries the silence notice
    other = raised(cast, title="Verwarnungen im Log finden")
    answers.answer(other, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Such nach warn:")
    db.session.commit()
    for monday in (MONDAY, at("Monday 2026-12-07 18:00")):
        post.at(monday)
    for name in ("nari", "melodie"):
        found = sent_to(post, name, "digest_member")
        late = f"WIR SIND ZU SPÄT #{s.number} Chat-Filter frisst Umlaute"
        assert [text.startswith(f"Hallo {name.capitalize()}, {late}") for text in found] == [True, True]


def test_what_others_got_done_is_one_closing_line_and_never_a_reason_to_send(cast: Cast, post: Post) -> None:
    raised(cast)
    for title in ("Slowmode-Kommando", "Ein Kanal für Funde"):
        idea = raised(cast, by=cast.melodie, title=title, kind=Kind.IDEA)
        answers.answer(idea, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist da")
    db.session.commit()
    post.at(MONDAY)
    (text,) = sent_to(post, "nari", "digest_member")
    closing = "Im Team: 2 beantwortet, 2 davon pünktlich. Neu für alle: Ein Kanal für Funde, eine Idee von Melodie."
    assert text.partition(" Antworten auf diese Mail")[0].endswith(closing)
    assert "Slowmode" not in text
    assert sent_to(post, "jo", "digest_member") == []
    assert notices(kind="digest", person=cast.jo)[-1].reason == "nothing of theirs has moved"


def test_a_section_has_seven_lines_at_most_and_the_subject_says_the_numbers(cast: Cast, post: Post) -> None:
    for number in range(9):
        raised(cast, title=f"Nummer {number}")
        done = raised(cast, title=f"Erledigtes {number}")
        answers.answer(done, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist da")
    db.session.commit()
    post.at(MONDAY)
    (text,) = sent_to(post, "nari", "digest_member")
    assert (text.count("Nummer "), text.count("Erledigtes "), text.count("und 2 weitere")) == (7, 7, 2)
    (subject,) = [one.letter.subject for one in post.sent if (one.to, one.template) == ("nari", "digest_member")]
    assert subject == "Deine Woche: 9 Antworten, 9 schulden wir dir"


def test_one_mail_has_a_part_for_each_team(cast: Cast, post: Post) -> None:
    joins(cast.other_team, cast.nari, Role.MEMBER)
    raised(cast)
    verbs.raise_(cast.other_team, by=cast.nari, now=RAISED_AT, via=WEB, title="Licht im Treppenhaus")
    db.session.commit()
    post.at(MONDAY)
    (text,) = sent_to(post, "nari", "digest_member")
    first, _, second = text.partition("Tagwache")
    assert "Nachtwache WIR SIND ZU SPÄT" in first
    assert "Chat-Filter frisst Umlaute" in first
    assert "Licht im Treppenhaus" in second


@SQLITE
def test_above_500_in_one_hour_they_are_spread_over_it(cast: Cast) -> None:
    for number in range(crowd.CROWD):
        joins(cast.team, a_person(f"Mod{number}"), Role.MEMBER)
    raised(cast)
    db.session.commit()

    def owed_by(now: datetime) -> int:
        while digests.owe_digests(now, outgoing=RELAY, limit=1000) >= 1000:
            pass
        return len([row for row in notices(kind="digest") if "W49" in row.key])

    found = [owed_by(MONDAY + timedelta(minutes=minute)) for minute in (0, 20, 40, 60)]
    assert found[0] < 20
    assert 100 < found[1] < found[2] < found[3]
    assert found[3] == crowd.CROWD + 7  # and the seven of the cast who are in a team


# A manager's ----------------------------------------------------------------------------------------------------------


def test_a_managers_begins_with_what_was_achieved_and_then_what_to_do(cast: Cast, post: Post) -> None:
    post.at(at("Monday 2026-11-23 18:00"))
    done = raised(cast, title="Verwarnungen im Log finden")
    entry = answers.answer(done, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Such nach warn:")
    db.session.commit()
    support.thank(done, entry, by=cast.nari, now=WEDNESDAY + HOUR, via=WEB)
    late = raised(cast)
    back = raised(cast, title="Eigener Server zum Jubiläum")
    answers.answer(
        back, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.NOT_NOW, text="Später", on=date(2026, 12, 2)
    )
    today = raised(cast, title="Eventkalender", now=at("Thursday 2026-11-26 17:00"))  # Fri 8 h, Mon 8 h
    db.session.commit()
    post.at(MORNING)
    (text,) = sent_to(post, "pit", "digest_manager")
    assert text.startswith("Guten Morgen Pit, letzte Woche: 2 beantwortet, 2 pünktlich, 1-mal „Danke“. ZUERST 1 ")
    assert f"#{late.number} Chat-Filter frisst Umlaute · Nari seit Do · heute 17 Uhr an Anke" in text
    assert f"HEUTE #{today.number} Eventkalender (17 Uhr)" in text
    assert f"KOMMT WIEDER Mi 2.12. #{back.number} Eigener Server zum Jubiläum" in text
    subject = next(one.letter.subject for one in post.sent if one.template == "digest_manager" and one.to == "pit")
    assert subject == "Deine Woche: 1 überfällig, 1 fällig, 1 kommt wieder"


def test_it_is_the_follow_up_mail_of_its_day(cast: Cast, post: Post) -> None:
    raised(cast)
    post.days(MORNING, MONDAY)
    assert [template for _, who, template in told_at(post.sent) if who == "pit"] == ["digest_manager"]
    (mark,) = notices(kind="daily", person=cast.pit)
    assert mark.reason == "in the weekly overview"


def test_its_lines_count_as_told(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(MORNING)
    (line,) = notices(kind="daily_line", person=cast.pit)
    assert (line.state, line.told_at) == (NoticeState.TOLD, MORNING)


@SQLITE
def test_questions_to_authors_are_with_others(cast: Cast, post: Post) -> None:
    raised(cast)
    asked = raised(cast, title="Echo", now=at("Friday 2026-11-27 10:00"))
    questions.ask(asked, by=cast.pit, now=at("Friday 2026-11-27 11:00"), via=WEB, text="Handy?")
    db.session.commit()
    post.at(MORNING)
    (text,) = sent_to(post, "pit", "digest_manager")
    assert "Bei anderen: 1 Rückfrage offen, nichts zu tun." in text


@SQLITE
def test_a_manager_reads_there_too_what_became_of_their_own(cast: Cast, post: Post) -> None:
    s = raised(cast, by=cast.juri, title="Meins")
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Geht nicht")
    db.session.commit()
    post.at(MORNING)
    (text,) = sent_to(post, "juri", "digest_manager")
    assert "Geht nicht" in text


def test_about_a_manager_their_overview_counts_nothing(cast: Cast, post: Post) -> None:
    raised(cast, kind=Kind.FRICTION, about=cast.pit, title="Pit sperrt nach Laune")
    post.at(MORNING)
    assert [one for one in post.sent if one.to in ("pit", "juri")] == []
    (text,) = sent_to(post, "anke", "digest_manager")
    assert "Laune" not in text


@SQLITE
def test_a_moved_date_is_said_with_what_it_was(cast: Cast, post: Post) -> None:
    s = raised(cast)
    answers.answer(
        s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja", on=date(2026, 11, 27), who=cast.anke
    )
    dates.move(s, by=cast.anke, now=WEDNESDAY + HOUR, via=WEB, on=date(2026, 12, 4), reason="Krank")
    db.session.commit()
    post.at(MONDAY)
    (text,) = sent_to(post, "nari", "digest_member")
    assert "(Anke kümmert sich; verschoben vom 27.11., zum 1. Mal)" in text


def test_still_matters_shows_in_the_managers_next_overview(cast: Cast, post: Post) -> None:
    s = raised(cast)
    late = at("Friday 2026-11-27 09:00")
    support.vote(s, by=cast.jo, now=late, via=WEB)
    for person in (cast.nari, cast.jo):
        support.nudge(s, by=person, now=late, via=WEB)
    db.session.commit()
    post.at(MORNING)
    (text,) = sent_to(post, "pit", "digest_manager")
    assert f"#{s.number} Chat-Filter frisst Umlaute · Nari und 1 weitere Person seit Do · 2-mal „noch wichtig“" in text


def test_thanks_are_counted_for_the_one_who_answered_and_compared_with_nobody(cast: Cast, post: Post) -> None:
    for by in (cast.pit, cast.juri):
        s = raised(cast)
        entry = answers.answer(s, by=by, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Behoben")
        if by is cast.pit:
            support.thank(s, entry, by=cast.nari, now=WEDNESDAY + HOUR, via=WEB)
    db.session.commit()
    post.at(MORNING)
    (pits,), (juris,) = (sent_to(post, name, "digest_manager") for name in ("pit", "juri"))
    assert "letzte Woche: 1 beantwortet, 1 pünktlich, 1-mal „Danke“." in pits
    assert "letzte Woche: 1 beantwortet, 1 pünktlich." in juris
    assert "Danke“" not in juris


# Cheap ----------------------------------------------------------------------------------------------------------------


def test_between_two_looks_nothing_is_read(cast: Cast) -> None:
    raised(cast)
    while digests.owe_digests(RAISED_AT, outgoing=RELAY):
        pass
    db.session.commit()
    assert pulse.site_fact(digests.CURSOR)
    before = len(notices(kind="digest"))
    cast.nari.digest_weekday, cast.nari.digest_hour = 1, "23:11"
    db.session.commit()
    assert digests.owe_digests(RAISED_AT + timedelta(minutes=2), outgoing=RELAY) == 0
    assert digests.owe_digests(RAISED_AT + timedelta(minutes=5), outgoing=RELAY) == 1
    assert len(notices(kind="digest")) == before + 1


def test_a_look_from_the_future_does_not_count(cast: Cast) -> None:
    raised(cast)
    pulse.remember(digests.CURSOR, "2030-01-01T00:00:00+00:00 2030-01-07T00:00:00+00:00")
    assert digests.owe_digests(MONDAY, outgoing=RELAY) > 0
