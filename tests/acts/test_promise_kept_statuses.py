"""promise.md, sections 2 and 3: one open promise, and the only moves between statuses, tried on every verb."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.acts.cast import Cast, at, raised
from tests.acts.deeds import (
    WEB,
    asks,
    climbs,
    contests,
    declines,
    defers_to,
    does,
    last,
    moves_to,
    owed,
    promises_by,
    says,
    undoes,
)
from tests.notices.seen import notices
from tracker import access
from tracker.acts import answers, assigning, dates, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.errors import NotAllowed, NotPossible, OutOfReach
from tracker.domain.lifecycle import OPEN, Status, Urgency, Visibility
from tracker.domain.promises import PromiseState
from tracker.store import promises, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
NOW = WEDNESDAY + timedelta(hours=1)
DAY, LATER = date(2026, 12, 4), date(2026, 12, 11)

Act = Callable[[Cast, Suggestion], object]
BRING: dict[Status, Act] = {
    Status.OPEN: lambda c, s: None,
    Status.ASKED: lambda c, s: asks(c.pit, s, WEDNESDAY),
    Status.WILL_DO: lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY, who=c.melodie),
    Status.NOT_NOW: lambda c, s: defers_to(DAY, c.pit, s, WEDNESDAY),
    Status.DONE: lambda c, s: does(c.pit, s, WEDNESDAY),
    Status.DECLINED: lambda c, s: declines(c.pit, s, WEDNESDAY),
    Status.WITHDRAWN: lambda c, s: verbs.withdraw(s, by=c.nari, now=WEDNESDAY, via=WEB),
}
ACTS: dict[str, Act] = {
    "ask": lambda c, s: asks(c.juri, s, NOW),
    "reply": lambda c, s: says(c.nari, s, NOW),
    "take back": lambda c, s: questions.take_back(s, by=c.juri, now=NOW, via=WEB),
    "done": lambda c, s: does(c.juri, s, NOW),
    "will_do": lambda c, s: promises_by(LATER, c.juri, s, NOW),
    "not_now": lambda c, s: defers_to(LATER, c.juri, s, NOW),
    "declined": lambda c, s: declines(c.juri, s, NOW),
    "move": lambda c, s: moves_to(LATER, c.juri, s, NOW),
    "hand back": lambda c, s: answers.hand_back(s, by=c.melodie, now=NOW, via=WEB, text="Nein."),
    "contest": lambda c, s: contests(c.nari, s, NOW),
    "reopen": lambda c, s: verbs.reopen(s, by=c.juri, now=NOW, via=WEB),
    "it is back": lambda c, s: verbs.it_is_back(s, by=c.nari, now=NOW, via=WEB),
    "withdraw": lambda c, s: verbs.withdraw(s, by=c.nari, now=NOW, via=WEB),
}
ANSWERS = {"done": "done", "will_do": "will_do", "not_now": "not_now", "declined": "declined"}
#: What each act makes of a status; what is not here is refused, and nothing changes. A comment is possible anywhere.
TABLE: dict[Status, dict[str, str]] = {
    Status.OPEN: {"ask": "asked", "reply": "open", "move": "open", "withdraw": "withdrawn", **ANSWERS},
    Status.ASKED: {"ask": "asked", "reply": "open", "take back": "open", "withdraw": "withdrawn", **ANSWERS},
    Status.WILL_DO: {
        "ask": "will_do", "reply": "will_do", "move": "will_do", "hand back": "will_do", "contest": "open",
        "withdraw": "withdrawn", **ANSWERS,
    },
    Status.NOT_NOW: {
        "ask": "not_now", "reply": "not_now", "move": "not_now", "contest": "open", "withdraw": "withdrawn", **ANSWERS,
    },
    Status.DONE: {"reply": "done", "contest": "open", "reopen": "open", "it is back": "open"},
    Status.DECLINED: {"reply": "declined", "contest": "open", "reopen": "open"},
    Status.WITHDRAWN: {"reply": "withdrawn", "reopen": "open"},
}  # fmt: skip


@pytest.mark.parametrize("status", list(TABLE))
def test_the_only_moves_between_statuses(cast: Cast, status: Status) -> None:
    s = raised(cast)
    BRING[status](cast, s)
    db.session.commit()
    assert s.status is status
    found: dict[str, str] = {}
    for name, act in ACTS.items():
        before = [row.facts() for row in promises.all_of(s.id)]
        try:
            act(cast, s)
        except (NotPossible, NotAllowed):
            assert [row.facts() for row in promises.all_of(s.id)] == before, name
        else:
            found[name] = s.status.value
            assert_one_promise(s, name)
        db.session.rollback()
    assert found == TABLE[status]


@pytest.mark.parametrize("status", list(TABLE))
def test_owners_may_do_all_that_managers_may(cast: Cast, status: Status) -> None:
    """The same table once more, with Anke, who leads the team, where Juri acted."""
    led_by_anke = replace(cast, juri=cast.anke)
    s = raised(cast)
    BRING[status](cast, s)
    db.session.commit()
    found: dict[str, str] = {}
    for name, act in ACTS.items():
        with suppress(NotPossible, NotAllowed):
            act(led_by_anke, s)
            found[name] = s.status.value
        db.session.rollback()
    assert found == TABLE[status]
    verbs.note(s, by=cast.anke, now=NOW, via=WEB, text="Intern.")
    if status in OPEN:
        assigning.assign(s, by=cast.anke, now=NOW, via=WEB, to=cast.juri)
        assert s.assignee_id == cast.juri.id


def assert_one_promise(s: Suggestion, name: str) -> None:
    is_open = s.status in (Status.OPEN, Status.ASKED, Status.WILL_DO, Status.NOT_NOW)
    states = [row.state for row in promises.all_of(s.id)]
    assert states.count(PromiseState.OPEN) == int(is_open), name
    assert states.count(PromiseState.SUSPENDED) == int(s.status is Status.ASKED), name


SIGNS: dict[str, Act] = {
    "comment": lambda c, s: says(c.jo, s, NOW),
    "note": lambda c, s: verbs.note(s, by=c.juri, now=NOW, via=WEB, text="Intern."),
    "take": lambda c, s: assigning.take(s, by=c.juri, now=NOW, via=WEB),
    "urgency": lambda c, s: dates.change_urgency(s, by=c.juri, now=NOW, via=WEB, to=Urgency.HIGH),
    "vote": lambda c, s: support.vote(s, by=c.jo, now=NOW, via=WEB),
    "follow": lambda c, s: support.follow(s, by=c.jo, now=NOW, via=WEB),
    "the sweep": lambda c, s: climbs(s, at("Thursday 2026-11-26 13:00")),
}
LOCKED = {
    **{
        name: (Status.OPEN, act)
        for name, act in {**ACTS, **SIGNS}.items()
        if name in TABLE[Status.OPEN] or name in SIGNS
    },
    "take back": (Status.ASKED, ACTS["take back"]),
    "hand back": (Status.WILL_DO, ACTS["hand back"]),
    "contest": (Status.DECLINED, ACTS["contest"]),
    "reopen": (Status.DONE, ACTS["reopen"]),
    "it is back": (Status.DONE, ACTS["it is back"]),
}


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("name", list(LOCKED))
def test_every_verb_and_the_sweep_lock_the_suggestions_row_before_they_write(cast: Cast, name: str) -> None:
    status, act = LOCKED[name]
    s = raised(cast)
    BRING[status](cast, s)
    db.session.commit()
    said: list[str] = []

    def hear(*args: object) -> None:
        said.append(" ".join(str(args[2]).split()))

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    act(cast, s)
    db.session.flush()
    sa.event.remove(db.engine, "before_cursor_execute", hear)
    locks = [n for n, one in enumerate(said) if "FROM suggestion" in one and one.endswith("FOR UPDATE")]
    locks += [n for n, one in enumerate(said) if "FROM suggestion" in one and one.endswith("FOR UPDATE SKIP LOCKED")]
    writes = [n for n, one in enumerate(said) if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert locks
    assert min(locks) < min(writes)


def test_the_database_refuses_a_second_open_promise(cast: Cast) -> None:
    s = raised(cast)
    row = owed(s)
    columns = [c.name for c in PromiseRow.__table__.columns if c.name != "id"]
    twin = sa.insert(PromiseRow).from_select(columns, sa.select(*(getattr(PromiseRow, c) for c in columns)))
    with pytest.raises(IntegrityError):
        db.session.execute(twin)
    db.session.rollback()
    assert [one.id for one in promises.all_of(s.id)] == [row.id]


def test_nothing_else_is_an_answer(cast: Cast) -> None:
    s = raised(cast)
    before = owed(s).facts()
    says(cast.pit, s, WEDNESDAY)
    verbs.note(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Gelöst?")
    assigning.take(s, by=cast.pit, now=WEDNESDAY, via=WEB)
    support.vote(s, by=cast.jo, now=WEDNESDAY, via=WEB)
    support.follow(s, by=cast.juri, now=WEDNESDAY, via=WEB)
    dates.change_urgency(s, by=cast.pit, now=WEDNESDAY, via=WEB, to=Urgency.LOW)
    assert (owed(s).facts(), s.status) == (before, Status.OPEN)


def test_raised_for_somebody_it_is_theirs_with_every_right_of_an_author(cast: Cast) -> None:
    s = raised(cast, by=cast.pit, author=cast.nari, entered_from="Discord")
    entry = last(s, EntryKind.RAISED)
    assert (entry.actor_id, entry.facts["entered_from"]) == (cast.pit.id, "Discord")
    assert [n.person_id for n in notices(kind="receipt")] == [cast.nari.id]
    declines(cast.juri, s, WEDNESDAY)
    contests(cast.nari, s, NOW)
    verbs.withdraw(s, by=cast.nari, now=NOW, via=WEB)
    assert s.status is Status.WITHDRAWN


def test_an_undone_naming_lets_nobody_in(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    entry = promises_by(DAY, cast.pit, s, WEDNESDAY, who=cast.melodie)
    assert access.can_see(cast.melodie, s)
    undoes(cast.pit, s, entry, WEDNESDAY + timedelta(seconds=20))
    assert (access.can_see(cast.melodie, s), suggestions.reader_ids(s.id)) == (False, [])
    with pytest.raises(OutOfReach):
        says(cast.melodie, s, NOW)


def test_who_was_let_in_before_stays_in_when_a_second_naming_is_undone(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    promises_by(DAY, cast.pit, s, WEDNESDAY, who=cast.melodie)
    entry = promises_by(LATER, cast.juri, s, NOW, who=cast.melodie)
    undoes(cast.juri, s, entry, NOW)
    assert access.can_see(cast.melodie, s)
