"""Merging: one answer for both, nobody loses what they had, and it can be undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, joins, raised
from tests.acts.deeds import (
    WEB,
    asks,
    climbs,
    contests,
    declines,
    defers_to,
    does,
    last,
    owed,
    promises_by,
    says,
    waiting,
)
from tests.notices.post import Post
from tests.notices.seen import notices, told_by
from tracker import access
from tracker.acts import audit, merging, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.errors import NotAllowed, NotPossible, OutOfReach, Stale
from tracker.domain.lifecycle import Kind, Role, Status, Urgency, Visibility
from tracker.domain.promises import PromiseState, Record, record_of
from tracker.notices import in_app, look_again
from tracker.store import entries, promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
THURSDAY = at("Thursday 2026-11-26 10:00")
LATE = at("Friday 2026-11-27 13:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def older(cast: Cast) -> Suggestion:
    """Nari's #41 of Tuesday night: an answer until Thu 26 Nov, 17:00."""
    return raised(cast)


@pytest.fixture
def newer(cast: Cast, older: Suggestion) -> Suggestion:
    """Melodie's #42 of Wednesday 10:00: an answer until Fri 27 Nov, 10:00."""
    return raised(cast, by=cast.melodie, now=WEDNESDAY, title="Umlaute werden Sternchen")


def merges(cast: Cast, source: Suggestion, target: Suggestion, now: object = WEDNESDAY) -> Entry:
    entry = merging.merge(source, into=target, by=cast.pit, now=now, via=WEB)  # type: ignore[arg-type]
    db.session.commit()
    return entry


def holds() -> None:
    """`tracker check` finds nothing. Afterwards this session has forgotten everything: the last line of a test."""
    db.session.commit()
    assert list(audit.findings(audit.Tally())) == []


# Dates ----------------------------------------------------------------------------------------------------------------


def test_the_later_date_gives_way_to_the_earlier_one(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, older, newer)
    assert owed(newer).due_at == at("Thursday 2026-11-26 17:00")  # #41's date, it was Fri 10:00
    assert (older.status, older.merged_into_id, older.moves) == (Status.MERGED, newer.id, 0)
    assert promises.open_of(older.id) is None
    holds()


def test_the_targets_own_date_is_never_put_back(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    assert (owed(older).due_at, owed(older).version) == (at("Thursday 2026-11-26 17:00"), 1)
    holds()


def test_a_date_that_a_merge_brings_leaves_four_hours(cast: Cast, older: Suggestion) -> None:
    """Thu 26 Nov 16:00: #41 is due at 17:00, and #42 of that day gets Fri 12:00: an hour today, three tomorrow."""
    now = at("Thursday 2026-11-26 16:00")
    newer = raised(cast, by=cast.melodie, now=now, title="Sternchen")
    merges(cast, older, newer, now)
    assert owed(newer).due_at == at("Friday 2026-11-27 12:00")


def test_into_an_asked_one_the_smaller_remaining_counts_and_the_question_stays(
    cast: Cast, older: Suggestion, newer: Suggestion
) -> None:
    asks(cast.pit, newer, WEDNESDAY)  # the whole 16 h of #42 remain
    merges(cast, older, newer)
    assert waiting(newer).value.remaining == timedelta(hours=15)  # #41: Wed 10-17, Thu 9-17
    assert newer.status is Status.ASKED
    holds()


def test_a_date_that_had_passed_stays_missed(cast: Cast, older: Suggestion) -> None:
    newer = raised(cast, by=cast.melodie, now=LATE, title="Sternchen")
    row = owed(older)
    merges(cast, older, newer, LATE)
    assert row.state is PromiseState.WITHDRAWN
    assert record_of(row.value, now=LATE) is Record.MISSED


# Only from open into open or asked ------------------------------------------------------------------------------------

BRING = {
    "asked": lambda c, s: asks(c.pit, s, WEDNESDAY),
    "will_do": lambda c, s: promises_by(date(2026, 12, 4), c.pit, s, WEDNESDAY),
    "not_now": lambda c, s: defers_to(date(2026, 12, 4), c.pit, s, WEDNESDAY),
    "done": lambda c, s: does(c.pit, s, WEDNESDAY),
    "declined": lambda c, s: declines(c.pit, s, WEDNESDAY),
    "withdrawn": lambda c, s: verbs.withdraw(s, by=c.nari, now=WEDNESDAY, via=WEB),
}


@pytest.mark.parametrize("status", list(BRING))
def test_only_what_is_open_is_merged_away(cast: Cast, older: Suggestion, newer: Suggestion, status: str) -> None:
    BRING[status](cast, older)
    with pytest.raises(NotPossible):
        merges(cast, older, newer)
    db.session.rollback()
    assert older.merged_into_id is None


@pytest.mark.parametrize("status", [status for status in BRING if status != "asked"])
def test_into_what_has_an_outcome_nothing_is_merged(
    cast: Cast, older: Suggestion, newer: Suggestion, status: str
) -> None:
    BRING[status](cast, older)
    with pytest.raises(NotPossible, match=r"same text|withdrawn"):
        merges(cast, newer, older)


def test_not_into_itself_and_not_in_a_circle(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    with pytest.raises(NotPossible, match="into itself"):
        merges(cast, older, older)
    merges(cast, older, newer)
    with pytest.raises(NotPossible, match="#41 goes on in this one already"):
        merges(cast, newer, older)
    third = raised(cast, by=cast.jo, now=WEDNESDAY, title="Noch eins")
    with pytest.raises(NotPossible, match="#41 goes on in another one"):
        merges(cast, third, older)
    with pytest.raises(NotPossible, match="goes on in another suggestion"):
        merges(cast, older, third)


def test_never_between_teams(cast: Cast, older: Suggestion) -> None:
    joins(cast.other_team, cast.pit, Role.MANAGER)
    other = verbs.raise_(cast.other_team, by=cast.olga, now=WEDNESDAY, via=WEB, title="Auch Umlaute")
    with pytest.raises(NotPossible, match="of one team"):
        merges(cast, older, other)


@pytest.mark.parametrize("way", ["hidden into open", "open into hidden"])
def test_what_only_managers_see_is_answered_by_itself(cast: Cast, older: Suggestion, way: str) -> None:
    hidden = raised(cast, by=cast.melodie, title="Unter uns", visibility=Visibility.MANAGERS)
    pair = (hidden, older) if way == "hidden into open" else (older, hidden)
    with pytest.raises(NotPossible, match="the whole team can see"):
        merges(cast, *pair)


def test_about_a_person_nothing_is_merged(cast: Cast) -> None:
    first = raised(cast, kind=Kind.FRICTION, about=cast.jo)
    second = raised(cast, by=cast.melodie, kind=Kind.FRICTION, about=cast.jo)
    with pytest.raises(NotPossible, match="the whole team can see"):
        merges(cast, first, second)


def test_only_who_manages_merges(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    with pytest.raises(NotAllowed):
        merging.merge(older, into=newer, by=cast.nari, now=WEDNESDAY, via=WEB)
    with pytest.raises(OutOfReach):
        merging.merge(older, into=newer, by=cast.olga, now=WEDNESDAY, via=WEB)


def test_a_preview_that_is_old_by_now_merges_nothing(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    with pytest.raises(Stale):
        merging.merge(older, into=newer, by=cast.pit, now=WEDNESDAY, via=WEB, seen="asked.1.1")


# Who and what goes along ----------------------------------------------------------------------------------------------


def test_its_author_has_every_right_of_an_author_there(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    assert access.is_author(cast.melodie, older)
    assert told_by(does(cast.pit, older, WEDNESDAY)) == {"at once": {"Nari", "Melodie"}}


def test_the_merged_author_reads_it_in_the_daily_mail_and_nobody_else(
    cast: Cast, older: Suggestion, newer: Suggestion
) -> None:
    support.follow(newer, by=cast.jo, now=WEDNESDAY, via=WEB)
    assert told_by(merges(cast, newer, older)) == {"daily": {"Melodie"}}
    assert told_by(last(older, EntryKind.MERGED_IN)) == {}


def test_votes_and_followers_go_along_and_nobody_counts_twice(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    for s in (older, newer):
        support.vote(s, by=cast.jo, now=WEDNESDAY, via=WEB, tell_me=True)
    support.vote(newer, by=cast.nari, now=WEDNESDAY, via=WEB, tell_me=True)
    support.vote(older, by=cast.melodie, now=WEDNESDAY, via=WEB)
    support.follow(newer, by=cast.anke, now=WEDNESDAY, via=WEB)
    merges(cast, newer, older)
    # Jo once; Nari and Melodie are authors, and need no "me too"
    assert (suggestions.voter_ids(older.id), older.votes) == ([cast.jo.id], 1)
    assert set(suggestions.follower_ids(older.id)) == {cast.jo.id, cast.anke.id}
    holds()


def test_who_stopped_following_there_is_left_in_peace(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    for s in (older, newer):
        support.follow(s, by=cast.jo, now=WEDNESDAY, via=WEB)
    support.unfollow(older, by=cast.jo, now=WEDNESDAY, via=WEB)
    merges(cast, newer, older)
    assert suggestions.follower_ids(older.id) == []


def test_still_matters_to_me_goes_along(cast: Cast, older: Suggestion) -> None:
    newer = raised(cast, by=cast.melodie, now=LATE, title="Sternchen")
    support.nudge(older, by=cast.nari, now=LATE, via=WEB)
    merges(cast, older, newer, LATE)
    assert newer.nudges == 1
    merging.unmerge(older, by=cast.pit, now=LATE, via=WEB)
    assert (newer.nudges, older.nudges) == (0, 1)
    holds()


def test_the_merged_page_takes_no_comments_and_no_votes(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    for act in (
        lambda: says(cast.melodie, newer, WEDNESDAY),
        lambda: verbs.note(newer, by=cast.pit, now=WEDNESDAY, via=WEB, text="Intern"),
        lambda: support.vote(newer, by=cast.jo, now=WEDNESDAY, via=WEB),
    ):
        with pytest.raises(NotPossible):
            act()
    says(cast.melodie, older, WEDNESDAY)


def test_a_co_authors_words_end_the_question_there(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    asks(cast.pit, older, WEDNESDAY)
    merges(cast, newer, older)
    says(cast.melodie, older, WEDNESDAY + HOUR)
    assert older.status is Status.OPEN


def test_both_timelines_tell_of_it(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    assert last(newer, EntryKind.MERGED).facts["number"] == 41
    assert last(older, EntryKind.MERGED_IN).facts["number"] == 42


# Undo -----------------------------------------------------------------------------------------------------------------


def test_undone_everything_is_as_it_was(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    support.vote(newer, by=cast.jo, now=WEDNESDAY, via=WEB, tell_me=True)
    support.vote(older, by=cast.melodie, now=WEDNESDAY, via=WEB)
    before = owed(newer).facts()
    merges(cast, newer, older)
    merging.unmerge(newer, by=cast.juri, now=WEDNESDAY + HOUR, via=WEB)
    assert owed(newer).facts() == before
    assert (newer.status, newer.merged_into_id, newer.closed_at) == (Status.OPEN, None, None)
    assert (suggestions.co_author_ids(older.id), suggestions.follower_ids(older.id)) == ([], [])
    assert (suggestions.voter_ids(older.id), older.votes) == ([cast.melodie.id], 1)  # hers is hers again
    assert (suggestions.voter_ids(newer.id), newer.votes) == ([cast.jo.id], 1)
    holds()


def test_an_old_date_that_has_passed_becomes_four_hours_from_now(
    cast: Cast, older: Suggestion, newer: Suggestion
) -> None:
    merges(cast, older, newer)
    merging.unmerge(older, by=cast.pit, now=LATE, via=WEB)  # Fri 13:00 + 4 h
    assert owed(older).due_at == at("Friday 2026-11-27 17:00")
    assert owed(older).missed_at == at("Thursday 2026-11-26 17:00")
    holds()


def test_the_earlier_date_stays_with_the_target(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, older, newer)
    merging.unmerge(older, by=cast.pit, now=WEDNESDAY, via=WEB)
    assert owed(newer).due_at == at("Thursday 2026-11-26 17:00")


def test_not_once_the_target_has_an_outcome(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    does(cast.pit, older, WEDNESDAY)
    with pytest.raises(NotPossible, match="answered meanwhile"):
        merging.unmerge(newer, by=cast.pit, now=WEDNESDAY, via=WEB)
    verbs.it_is_back(older, by=cast.melodie, now=WEDNESDAY, via=WEB)
    merging.unmerge(newer, by=cast.pit, now=WEDNESDAY, via=WEB)
    holds()


def test_only_who_manages_undoes_it_and_only_what_was_merged(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    with pytest.raises(NotPossible):
        merging.unmerge(newer, by=cast.pit, now=WEDNESDAY, via=WEB)
    merges(cast, newer, older)
    with pytest.raises(NotAllowed):
        merging.unmerge(newer, by=cast.melodie, now=WEDNESDAY, via=WEB)


def test_who_came_by_two_stays_when_one_leaves(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    third = raised(cast, by=cast.anke, now=WEDNESDAY, title="Noch eins")
    for s in (newer, third):
        support.vote(s, by=cast.jo, now=WEDNESDAY, via=WEB)
        merges(cast, s, older)
    merging.unmerge(newer, by=cast.pit, now=WEDNESDAY, via=WEB)
    assert suggestions.voter_ids(older.id) == [cast.jo.id]
    merging.unmerge(third, by=cast.pit, now=WEDNESDAY, via=WEB)
    assert suggestions.voter_ids(older.id) == []
    holds()


def test_a_chain_is_left_from_its_middle(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    """#43 into #42, and that into #41: Juri is an author there, and is not any more once #43 is on its own."""
    third = raised(cast, by=cast.juri, now=WEDNESDAY, title="Noch eins")
    support.vote(third, by=cast.jo, now=WEDNESDAY, via=WEB)
    merges(cast, third, newer)
    merges(cast, newer, older)
    assert set(suggestions.co_author_ids(older.id)) == {cast.melodie.id, cast.juri.id}
    merging.unmerge(third, by=cast.pit, now=WEDNESDAY, via=WEB)
    assert suggestions.co_author_ids(older.id) == [cast.melodie.id]
    assert (suggestions.co_author_ids(newer.id), suggestions.voter_ids(older.id)) == ([], [])
    holds()


def test_the_end_is_told_to_who_was_told_of_the_merge(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    assert told_by(merging.unmerge(newer, by=cast.pit, now=WEDNESDAY, via=WEB)) == {"daily": {"Melodie"}}
    found = {n.kind: look_again.reason(n, cast.melodie, now=THURSDAY) for n in notices(person=cast.melodie)}
    assert (found["merged"], found["unmerged"]) == (look_again.TAKEN_BACK, look_again.NOTHING_LEFT)


def test_the_bell_and_the_daily_mail_say_where_it_goes_on(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    [line, *_] = in_app.latest(cast.melodie, now=WEDNESDAY)
    assert line.sentence == "Läuft in #41 weiter: Umlaute werden Sternchen"
    assert "läuft in #41 weiter" in _mail_to_melodie()


def test_the_daily_mail_says_that_it_stands_on_its_own_again(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    assert "läuft in #41 weiter" in _mail_to_melodie()
    merging.unmerge(newer, by=cast.pit, now=THURSDAY, via=WEB)
    db.session.commit()
    assert "steht wieder für sich" in _mail_to_melodie(at("Friday 2026-11-27 09:00"))


def _mail_to_melodie(now: datetime = at("Thursday 2026-11-26 09:00")) -> str:  # noqa: B008 - a constant instant
    """Her daily mail of that morning, as text."""
    [mail] = [sent.letter for sent in Post().at(now) if sent.to == "melodie"]
    return mail.text


# What others had raised is never withdrawn with it --------------------------------------------------------------------


def test_withdrawn_by_its_author_the_others_stand_on_their_own(
    cast: Cast, older: Suggestion, newer: Suggestion
) -> None:
    merges(cast, newer, older)
    verbs.withdraw(older, by=cast.nari, now=WEDNESDAY, via=WEB)
    assert (older.status, newer.status) == (Status.WITHDRAWN, Status.OPEN)
    assert owed(newer).due_at == at("Friday 2026-11-27 10:00")
    holds()


# "That does not answer it" --------------------------------------------------------------------------------------------


def test_a_co_authors_contest_splits_their_own_off_with_an_answer_of_its_own(
    cast: Cast, older: Suggestion, newer: Suggestion
) -> None:
    merges(cast, newer, older)
    declines(cast.pit, older, WEDNESDAY)
    entry = contests(cast.melodie, older, THURSDAY)
    assert (entry.suggestion_id, older.status, newer.status) == (newer.id, Status.DECLINED, Status.OPEN)
    assert owed(newer).due_at == at("Friday 2026-11-27 10:00")  # half of 16 h from Thu 10:00: 7 h, then 1 h
    assert told_by(entry) == {"at once": {"Juri", "Anke"}}  # Pit, whose answer it was, is replaced
    assert last(older, EntryKind.SPLIT_OFF).facts["number"] == 42
    assert suggestions.co_author_ids(older.id) == []
    with pytest.raises(NotAllowed):
        contests(cast.melodie, older, THURSDAY)
    assert does(cast.juri, newer, THURSDAY).facts["final"] is True
    holds()


def test_while_the_authors_own_contest_is_open_it_joins(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    declines(cast.pit, older, WEDNESDAY)
    contests(cast.nari, older, THURSDAY)
    contests(cast.melodie, older, THURSDAY)
    assert newer.status is Status.MERGED
    holds()


def test_a_contested_one_is_not_merged_away(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    declines(cast.pit, older, WEDNESDAY)
    contests(cast.nari, older, THURSDAY)
    with pytest.raises(NotPossible, match="contested"):
        merges(cast, older, newer, THURSDAY)


# The ladder -----------------------------------------------------------------------------------------------------------


def test_nobody_is_reminded_of_what_was_merged_away(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, older, newer)
    waiting_for = [row.next_follow_up_at for row in promises.all_of(older.id)]
    assert waiting_for == [None]
    assert climbs(newer, at("Thursday 2026-11-26 17:00")) is not None


def test_the_silence_reaches_both_authors(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    climbs(older, LATE)
    told = {n.person_id for n in notices(kind="silence")}
    assert told == {cast.nari.id, cast.melodie.id}


def test_a_question_that_was_taken_back_lets_it_be_merged(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    asks(cast.pit, newer, WEDNESDAY)
    with pytest.raises(NotPossible, match="Take it back first"):
        merges(cast, newer, older)
    questions.take_back(newer, by=cast.pit, now=WEDNESDAY, via=WEB)
    merges(cast, newer, older)
    holds()


def test_no_status_leaves_the_urgency_behind(cast: Cast, older: Suggestion) -> None:
    """An urgent one into a normal one: its date counts, the label is the target's."""
    urgent = raised(cast, by=cast.melodie, now=WEDNESDAY, title="Sternchen", urgency=Urgency.URGENT)
    merges(cast, urgent, older)
    assert owed(older).due_at == at("Wednesday 2026-11-25 14:00")
    assert older.urgency is Urgency.NORMAL


def test_every_entry_carries_the_promises_after_it(cast: Cast, older: Suggestion, newer: Suggestion) -> None:
    merges(cast, newer, older)
    merging.unmerge(newer, by=cast.pit, now=WEDNESDAY, via=WEB)
    for s in (older, newer):
        logged = entries.promise_facts(s.id)
        assert {row.id: row.facts() for row in promises.all_of(s.id)} == logged
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion)) == 2
