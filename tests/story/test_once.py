"""Once, and only once: each pass made twice, an answer taken back, a worker that was away for days."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from tests.acts.cast import at
from tests.story.conftest import Enter
from tests.story.people import Cast
from tests.story.stage import told
from tests.story.test_each_by_itself import LEAVES, pit_says_no, raise_41
from tracker.acts import answers
from tracker.domain.outcomes import Outcome
from tracker.store import entries, promises
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.notices import Notice, NoticeState
from tracker.worker import delivery, digests, sweep

WEB = Via.WEB
ANSWERED_AT = at("Thursday 2026-11-26 11:00")
SECOND = timedelta(seconds=1)


def test_a_pass_that_is_made_twice_tells_nobody_twice(enter: Enter) -> None:
    stage, cast = enter("de")
    stage.passes = 2
    raise_41(stage, cast)
    stage.do(at("Friday 2026-12-04 10:00"), pit_says_no(cast))
    left = stage.until(at("Friday 2026-12-04 12:00"))
    assert [one[:2] for one in told(left)] == [one[:2] for one in LEAVES]
    with stage.app.app_context():
        climbed = entries.of_kinds(cast.s(41).id, EntryKind.FOLLOW_UP)
        assert [entry.facts["rung"] for entry in climbed] == [1, 2, 3, 4, 5]


# Taking back ----------------------------------------------------------------------------------------------------------


def test_within_sixty_seconds_nobody_was_told(enter: Enter) -> None:
    stage, cast = enter("de")
    raise_41(stage, cast)
    stage.do(ANSWERED_AT, pit_says_no(cast))
    stage.until(ANSWERED_AT + 59 * SECOND)
    assert [one.to for one in stage.mails] == ["nari"]  # the receipt of Tuesday
    stage.act(ANSWERED_AT + 59 * SECOND, lambda now: take_back(cast))
    left = stage.until(at("Thursday 2026-11-26 17:00"))
    assert [(who, subject.partition(":")[0]) for _, who, subject in told(left)] == [
        ("pit", "Heute bis 17 Uhr"),  # the promise is as it was, with its ladder
        ("pit", "Jetzt fällig"),
    ]
    with stage.app.app_context():
        assert last_skipped(cast) == {"taken back"}


def take_back(cast: Cast) -> None:
    s = cast.s(41)
    entry = entries.by_id(s.answer_entry_id or 0)
    assert entry is not None
    answers.undo(s, entry, by=cast["Pit"], now=ANSWERED_AT + 59 * SECOND, via=WEB)


def last_skipped(cast: Cast) -> set[str]:
    where = (Notice.suggestion_id == cast.s(41).id, Notice.kind == "answer", Notice.state == NoticeState.SKIPPED)
    return set(db.session.scalars(sa.select(Notice.reason).where(*where)))


def test_after_them_everybody_is_told_once(enter: Enter) -> None:
    stage, cast = enter("de")
    stage.passes = 2
    raise_41(stage, cast)
    stage.do(ANSWERED_AT, pit_says_no(cast))
    left = stage.until(at("Friday 2026-11-27 12:00"))
    news = [(who, subject) for _, who, subject in told(left) if not subject.startswith("Angekommen")]
    assert news[0] == ("nari", "Nein, mit Grund: Chat-Filter frisst Umlaute")
    assert len(news) == len({who for who, _ in news}) == 12  # and the eleven, in their daily mail of Friday


def test_an_answer_given_anew_is_told_as_it_stands_then(enter: Enter) -> None:
    """Taken back and given again within the minute: one mail, with the second words."""
    stage, cast = enter("de")
    raise_41(stage, cast)
    stage.do(ANSWERED_AT, pit_says_no(cast))
    stage.do(ANSWERED_AT + 59 * SECOND, lambda now: take_back(cast))
    stage.do(
        ANSWERED_AT + 90 * SECOND,
        lambda now: answers.answer(
            cast.s(41), by=cast["Pit"], now=now, via=WEB, outcome=Outcome.WILL_DO, text="Wir tauschen ihn.",
            on=date(2026, 12, 4), who=cast["Pit"],
        ),
    )  # fmt: skip
    left = stage.until(at("Thursday 2026-11-26 12:00"))
    assert [(who, subject) for _, who, subject in told(left)][1:] == [
        ("nari", "Machen wir bis Fr 4.12.: Chat-Filter frisst Umlaute")
    ]


# Downtime -------------------------------------------------------------------------------------------------------------


def test_after_days_without_a_worker_only_the_highest_rung_is_sent(enter: Enter) -> None:
    """Nobody works from Thursday 14:00 to Tuesday 10:00: rungs 2 (Thu 17:00), 3 (Fri 13:00) and 4 (Mon 17:00) pass."""
    stage, cast = enter("de")
    raise_41(stage, cast)
    stage.until(at("Thursday 2026-11-26 14:00"))
    left = stage.pass_at(at("Tuesday 2026-12-01 10:00"))
    ladder = [(who, subject) for _, who, subject in told(left) if not subject.startswith("Deine Woche")]
    assert ladder == [
        ("anke", "Braucht dich: Nari wartet seit Donnerstag"),
        ("juri", "Noch offen, seit Do: Chat-Filter frisst Umlaute"),
        ("nari", "Wir schulden dir eine Antwort: Chat-Filter frisst Umlaute"),
        ("pit", "Seit Do überfällig: Chat-Filter frisst Umlaute"),
    ]
    with stage.app.app_context():
        first, caught_up = entries.of_kinds(cast.s(41).id, EntryKind.FOLLOW_UP)
        assert (first.facts["rung"], caught_up.facts["rung"]) == (1, 4)
        assert caught_up.facts["skipped"] == [2, 3]
        assert skipped_rungs(cast) == [2, 3]
    silence = next(one for one in left if one.is_silence)
    assert "Pit wurde am Donnerstag erinnert." in silence.flat
    assert stage.pass_at(at("Tuesday 2026-12-01 10:01")) == []


def skipped_rungs(cast: Cast) -> list[int]:
    """The rungs of which a row says that they were passed over."""
    where = (Entry.suggestion_id == cast.s(41).id, Entry.kind == EntryKind.FOLLOW_UP)
    found: list[int] = []
    for entry in db.session.scalars(sa.select(Entry).where(*where)):
        if entry.facts.get("skipped"):
            first, last = entry.facts["skipped"]
            found += range(first, last + 1)
    return found


# Somebody else at the same time ---------------------------------------------------------------------------------------


def test_two_passes_at_the_same_time_tell_nobody_twice(enter: Enter) -> None:
    """The parts of two passes in turns, as two machines would have it."""
    stage, cast = enter("de")
    raise_41(stage, cast)
    now = at("Friday 2026-11-27 13:00")
    stage.until(at("Friday 2026-11-27 12:59"))
    with stage.app.app_context():
        senders = [delivery.Senders(stage.app, as_of=now) for _ in range(2)]
        assert [sweep.sweep(now=now)["climbed"] for _ in senders] == [1, 0]
        for one in senders:
            digests.owe(now=now, outgoing=one.outgoing)
        for _ in range(3):
            for one in senders:
                delivery.prepare(one, now=now)
            for one in senders:
                one.wake()
            for one in senders:
                one.wait()
    left = stage.pass_at(now)
    assert sorted(one.to for one in left) == ["juri", "nari", "pit"]
    with stage.app.app_context():
        row = promises.open_of(cast.s(41).id)
        assert row is not None
        assert row.rung == 3
