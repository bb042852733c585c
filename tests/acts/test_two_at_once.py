"""Two at once: whoever comes second reads what the first one wrote; nobody waits for ever, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import RAISED_AT, TITLE, Cast, assemble, at, raised
from tests.acts.two import PATIENCE, Thread, row_held, wait_until_blocked
from tests.notices.post import RELAY
from tests.notices.seen import notices
from tests.reliability import fault
from tracker.acts import absences, answers, assigning, audit, dates, follow_ups, merging, new_address, people, requests
from tracker.acts import suggestions as verbs
from tracker.acts import teams as team_verbs
from tracker.acts.scene import stamp
from tracker.domain.budgets import PRESET_WEEKS
from tracker.domain.errors import BadInput, LinkEnded, NotPossible, Stale
from tracker.domain.lifecycle import Status
from tracker.domain.outcomes import Outcome
from tracker.domain.promises import PromiseState
from tracker.notices import packing
from tracker.store import entries, promises
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.notices import Delivery, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence, Team

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
FIRST = at("Thursday 2026-11-26 13:00")


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    """Committed and forgotten: this thread holds no transaction while the others act. Afterwards everything holds."""
    with app.app_context():
        cast = assemble()
        db.session.remove()
        yield cast
        db.session.remove()
        assert list(audit.findings(audit.Tally())) == []


def me(person: Person) -> Person:
    return db.session.get_one(Person, person.id)


def team(cast: Cast) -> Team:
    return db.session.get_one(Team, cast.team.id)


def the(suggestion_id: int) -> Suggestion:
    return db.session.get_one(Suggestion, suggestion_id, populate_existing=True)


def a_suggestion(cast: Cast, **how: Any) -> int:
    s = raised(cast, **how)
    number = s.id
    db.session.remove()
    return number


def raise_one(cast: Cast, *, now: Any = RAISED_AT) -> int:
    return verbs.raise_(team(cast), by=me(cast.nari), now=now, via=WEB, title=TITLE).number


# Merging --------------------------------------------------------------------------------------------------------------


def test_two_who_merge_into_each_other_make_no_circle(app: Flask, cast: Cast) -> None:
    first, second = a_suggestion(cast), a_suggestion(cast, by=cast.melodie)

    def merge(source: int, target: int, by: Person) -> Any:
        return merging.merge(the(source), into=the(target), by=me(by), now=WEDNESDAY, via=WEB)

    one = Thread(app, lambda: merge(first, second, cast.pit), holds=True).has_acted()
    other = Thread(app, lambda: merge(second, first, cast.juri))
    wait_until_blocked()
    one.result()
    with pytest.raises(NotPossible, match="goes on in this one already"):
        other.result()
    assert the(first).merged_into_id == second


def test_withdrawn_while_another_is_merged_into_it_both_stand_or_fall_as_the_first_one_left_them(
    app: Flask, cast: Cast
) -> None:
    target, source = a_suggestion(cast), a_suggestion(cast, by=cast.melodie)
    one = Thread(
        app, lambda: merging.merge(the(source), into=the(target), by=me(cast.pit), now=WEDNESDAY, via=WEB), holds=True
    ).has_acted()
    other = Thread(app, lambda: verbs.withdraw(the(target), by=me(cast.nari), now=WEDNESDAY, via=WEB))
    wait_until_blocked()
    one.result()
    other.result()
    assert (the(target).status, the(source).status) == (Status.WITHDRAWN, Status.OPEN)


# Numbers --------------------------------------------------------------------------------------------------------------


def test_who_raise_at_once_get_numbers_without_a_gap(app: Flask, cast: Cast) -> None:
    threads = [Thread(app, lambda: raise_one(cast)) for _ in range(12)]
    assert sorted(thread.result() for thread in threads) == list(range(41, 53))


@pytest.mark.databases("postgresql")
def test_two_who_raise_side_by_side_do_not_stop_each_other(app: Flask, cast: Cast) -> None:
    with row_held("team", cast.team.id):
        both = [Thread(app, lambda: raise_one(cast)) for _ in range(2)]
        wait_until_blocked(2)
    assert sorted(one.result() for one in both) == [41, 42]


# Two who answer, ask, move --------------------------------------------------------------------------------------------


def test_two_managers_answer_at_once_and_the_second_is_told_who_was_quicker(app: Flask, cast: Cast) -> None:
    s_id = a_suggestion(cast)
    seen = stamp(the(s_id), promises.open_of(s_id))
    db.session.remove()

    def answer(by: Person, outcome: Outcome) -> Any:
        return answers.answer(
            the(s_id), by=me(by), now=WEDNESDAY, via=WEB, outcome=outcome, text="Darum.", seen=seen
        )  # fmt: skip

    pit = Thread(app, lambda: answer(cast.pit, Outcome.DONE), holds=True).has_acted()
    juri = Thread(app, lambda: answer(cast.juri, Outcome.DECLINED))
    wait_until_blocked()
    pit.result()
    with pytest.raises(Stale):
        juri.result()
    assert the(s_id).status is Status.DONE
    assert len(entries.of_kinds(s_id, EntryKind.ANSWER)) == 1


def test_a_sweep_at_the_date_leaves_what_is_being_answered(app: Flask, cast: Cast) -> None:
    s_id = a_suggestion(cast)
    row = promises.open_of(s_id)
    assert row is not None
    promise_id = row.id
    db.session.remove()
    pit = Thread(
        app,
        lambda: answers.answer(the(s_id), by=me(cast.pit), now=FIRST, via=WEB, outcome=Outcome.DONE, text="Gelöst."),
        holds=True,
    ).has_acted()
    sweep = Thread(app, lambda: follow_ups.climb(promise_id, now=FIRST))
    if db.engine.dialect.name == "postgresql":
        assert sweep.result() is None  # it does not wait: SKIP LOCKED
    pit.result()
    assert sweep.result() is None
    assert promises.due_for_follow_up(FIRST + timedelta(days=9), limit=9) == []
    assert entries.of_kinds(s_id, EntryKind.FOLLOW_UP) == []


def test_an_answer_during_a_sweep_waits_for_the_rung_and_counts(app: Flask, cast: Cast) -> None:
    s_id = a_suggestion(cast)
    row = promises.open_of(s_id)
    assert row is not None
    promise_id = row.id
    db.session.remove()
    sweep = Thread(app, lambda: follow_ups.climb(promise_id, now=FIRST), holds=True).has_acted()
    pit = Thread(
        app,
        lambda: answers.answer(the(s_id), by=me(cast.pit), now=FIRST, via=WEB, outcome=Outcome.DONE, text="Gelöst."),
    )
    wait_until_blocked()
    assert sweep.result() is not None
    pit.result()
    kept = promises.all_of(s_id)[0]
    assert (kept.state, kept.rung, kept.missed_at) == (PromiseState.KEPT, 1, None)


@fault("F18", "two sweeps held between reading and writing: one entry")
def test_two_sweeps_at_once_climb_once(app: Flask, cast: Cast) -> None:
    s_id = a_suggestion(cast)
    row = promises.open_of(s_id)
    assert row is not None
    promise_id = row.id
    db.session.remove()
    sweeps = [Thread(app, lambda: follow_ups.climb(promise_id, now=FIRST)) for _ in range(4)]
    assert sum(sweep.result() is not None for sweep in sweeps) == 1
    assert len(entries.of_kinds(s_id, EntryKind.FOLLOW_UP)) == 1


def test_two_who_put_it_off_at_once_are_both_counted(app: Flask, cast: Cast) -> None:
    s_id = a_suggestion(cast)

    def move(by: Person, day: int) -> Any:
        return dates.move(
            the(s_id), by=me(by), now=WEDNESDAY, via=WEB, on=date(2026, 12, day), reason="Dauert."
        ).facts["nth"]  # fmt: skip

    pit = Thread(app, lambda: move(cast.pit, 4), holds=True).has_acted()
    juri = Thread(app, lambda: move(cast.juri, 11))
    wait_until_blocked()
    assert (pit.result(), juri.result()) == (1, 2)
    assert the(s_id).moves == 2


def test_undo_during_the_minute_and_a_second_undo_at_once(app: Flask, cast: Cast) -> None:
    s_id = a_suggestion(cast)
    entry = answers.answer(the(s_id), by=me(cast.pit), now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Gelöst.")
    entry_id = entry.id
    db.session.commit()
    db.session.remove()

    def undo() -> Any:
        found = entries.by_id(entry_id)
        assert found is not None
        return answers.undo(the(s_id), found, by=me(cast.pit), now=WEDNESDAY + timedelta(seconds=9), via=WEB)

    first = Thread(app, undo, holds=True).has_acted()
    second = Thread(app, undo)
    wait_until_blocked()
    first.result()
    with pytest.raises(NotPossible):
        second.result()
    assert len(entries.of_kinds(s_id, EntryKind.UNDONE)) == 1


def test_an_answer_whose_mail_is_being_packed_cannot_be_taken_back_any_more(app: Flask, cast: Cast) -> None:
    s_id = a_suggestion(cast)
    packing.pack(now=WEDNESDAY, outgoing=RELAY)
    entry = answers.answer(the(s_id), by=me(cast.pit), now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Gelöst.")
    entry_id = entry.id
    db.session.commit()
    db.session.remove()
    minute = WEDNESDAY + timedelta(seconds=60)

    def undo() -> Any:
        found = entries.by_id(entry_id)
        assert found is not None
        return answers.undo(the(s_id), found, by=me(cast.pit), now=minute, via=WEB)

    worker = Thread(app, lambda: packing.pack(now=minute, outgoing=RELAY), holds=True).has_acted()
    pit = Thread(app, undo)
    wait_until_blocked()
    assert worker.result().made == 1
    with pytest.raises(NotPossible):
        pit.result()
    assert the(s_id).status is Status.DONE
    assert [n.state for n in notices(kind="answer")] == [NoticeState.OWED]


def test_an_absence_that_is_entered_twice_at_once_is_entered_once(app: Flask, cast: Cast) -> None:
    def enter() -> Any:
        return absences.enter(
            team(cast), person=me(cast.pit), first_on=date(2026, 11, 26), last_on=date(2026, 12, 4), by=me(cast.pit),
            now=WEDNESDAY, via=WEB, choice=absences.Choice(),
        )  # fmt: skip

    first = Thread(app, enter, holds=True).has_acted()
    second = Thread(app, enter)
    wait_until_blocked()
    first.result()
    with pytest.raises(BadInput):
        second.result()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Absence)) == 1


# Sent twice -----------------------------------------------------------------------------------------------------------


def test_one_request_key_twice_at_once_makes_one_suggestion(app: Flask, cast: Cast) -> None:
    def post() -> Any:
        earlier = requests.earlier(cast.nari.id, "web:abc", now=RAISED_AT, fingerprint="f")
        if earlier is not None:
            return earlier.made["number"]
        number = raise_one(cast)
        requests.made(cast.nari.id, "web:abc", number=number)
        return number

    first = Thread(app, post, holds=True).has_acted()
    second = Thread(app, post)
    wait_until_blocked()
    assert (first.result(), second.result()) == (41, 41)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion)) == 1


def test_where_the_first_of_two_fails_the_second_does_it(app: Flask, cast: Cast) -> None:
    def post(*, fails: bool) -> Any:
        earlier = requests.earlier(cast.nari.id, "web:abc", now=RAISED_AT, fingerprint="f")
        assert earlier is None
        number = raise_one(cast)
        requests.made(cast.nari.id, "web:abc", number=number)
        if fails:
            raise ConnectionError("the process ended here")
        return number

    with pytest.raises(ConnectionError):
        Thread(app, lambda: post(fails=True)).result()
    assert Thread(app, lambda: post(fails=False)).result() == 41


# Settings against acts ------------------------------------------------------------------------------------------------


def change_ladder(cast: Cast) -> None:
    team_verbs.change_ladder(team(cast), {"third": 2, "share": 50}, by=me(cast.anke), now=RAISED_AT)


def evenings(cast: Cast) -> None:
    team_verbs.change_hours(
        team(cast), timezone="Europe/Berlin", week=PRESET_WEEKS["evenings"], by=me(cast.anke), now=RAISED_AT
    )


def test_what_is_raised_while_the_ladder_changes_follows_the_new_one(app: Flask, cast: Cast) -> None:
    settings = Thread(app, lambda: change_ladder(cast), holds=True).has_acted()
    raising = Thread(app, lambda: raise_one(cast))
    wait_until_blocked()
    settings.result()
    assert raising.result() == 41
    row = promises.open_of(the(1).id)
    assert row is not None
    assert row.next_follow_up_at == at("Wednesday 2026-11-25 17:00")  # half of 16 h


def test_hours_that_change_while_something_is_raised_reach_it_too(app: Flask, cast: Cast) -> None:
    raising = Thread(app, lambda: raise_one(cast), holds=True).has_acted()
    settings = Thread(app, lambda: evenings(cast))
    wait_until_blocked()
    raising.result()
    settings.result()
    row = promises.open_of(the(1).id)
    assert row is not None
    assert row.due_at == at("Thursday 2026-11-26 17:00")  # the given date stays
    # of its time, in evening hours, Wed 18 to 21 lies before the date: 3 h, and ¾ of them are 2 h 15
    assert row.next_follow_up_at == at("Wednesday 2026-11-25 20:15")


@pytest.mark.databases("postgresql")
def test_settings_follow_the_dates_as_they_are_and_not_as_they_were_when_the_form_was_shown(
    app: Flask, cast: Cast
) -> None:
    s_id = a_suggestion(cast)
    looked, may_save = threading.Event(), threading.Event()

    def settings() -> None:
        assert team_verbs.how_many_differ(team(cast), by=me(cast.anke), answer_within=5).open == 1
        remembered = promises.open_in_team(cast.team.id)  # held, as a page holds what it shows
        looked.set()
        assert may_save.wait(PATIENCE)
        change_ladder(cast)
        assert remembered

    saving = Thread(app, settings)
    assert looked.wait(PATIENCE)
    Thread(
        app,
        lambda: dates.move(the(s_id), by=me(cast.pit), now=WEDNESDAY, via=WEB, on=date(2026, 12, 4), reason="Dauert."),
    ).result()
    may_save.set()
    saving.result()
    row = promises.open_of(s_id)
    assert row is not None
    # half of Wed 7, Thu 8, Fri 8, Mon to Fri 40 = 63 h: 31 h 30
    assert row.next_follow_up_at == at("Tuesday 2026-12-01 09:30")


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("what", ["closure", "leaving", "absence"])
def test_who_touches_many_at_once_and_who_answers_one_never_wait_in_a_circle(app: Flask, cast: Cast, what: str) -> None:
    s_id = a_suggestion(cast)

    def comment() -> Any:
        return verbs.comment(the(s_id), by=me(cast.pit), now=WEDNESDAY, via=WEB, text="Ich sehe es mir an.")

    def touch() -> Any:
        if what == "leaving":
            return people.leave(team(cast), by=me(cast.juri), now=WEDNESDAY, via=WEB)
        days: dict[str, Any] = {"first_on": date(2026, 11, 26), "last_on": date(2026, 11, 27)}
        choice = absences.Choice(stand_in=me(cast.juri))
        how: dict[str, Any] = {**days, "choice": choice, "now": WEDNESDAY, "via": WEB}
        if what == "absence":
            return absences.enter(team(cast), person=me(cast.pit), by=me(cast.pit), **how)

        def save() -> None:
            team_verbs.close_days(team(cast), *days.values(), name="Umzug", by=me(cast.anke), now=WEDNESDAY)

        return absences.close_team(team(cast), by=me(cast.anke), save=save, **how)

    assigning.assign(the(s_id), by=me(cast.pit), now=WEDNESDAY, via=WEB, to=me(cast.juri))
    db.session.commit()
    db.session.remove()
    with row_held("team", cast.team.id):
        touching = Thread(app, touch)
        wait_until_blocked()
        speaking = Thread(app, comment)
        wait_until_blocked(2)
    touching.result()
    speaking.result()
    assert len(entries.of_kinds(s_id, EntryKind.COMMENT)) == 1


# Accounts -------------------------------------------------------------------------------------------------------------


def test_two_who_confirm_the_same_address_at_the_same_moment_and_the_second_is_told(app: Flask, cast: Cast) -> None:
    email, moment, tokens = "team@neu.example", WEDNESDAY, {}
    for person in (cast.nari, cast.jo):
        new_address.ask(me(person), email, password="", network="192.0.2.1", now=moment)
        mail = db.session.scalars(sa.select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
        tokens[person.id] = str(mail.facts["token"])
    db.session.commit()
    db.session.remove()

    def confirm(person: Person) -> str:
        return new_address.confirm(tokens[person.id], person=me(person), now=moment)

    first = Thread(app, lambda: confirm(cast.nari), holds=True).has_acted()
    second = Thread(app, lambda: confirm(cast.jo))
    wait_until_blocked()
    assert first.result() == email
    with pytest.raises(LinkEnded, match="cannot be used here"):
        second.result()
    db.session.remove()
    assert (me(cast.nari).email, me(cast.jo).email) == (email, cast.jo.email)
