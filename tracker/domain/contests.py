"""Contesting an answer ("that does not answer it"): who may, until when, and what comes of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.domain.errors import N_, BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import Act, Status, after, contest_until
from tracker.domain.outcomes import says_something, today_in

if TYPE_CHECKING:
    from tracker.domain.working_time import WorkingTime


class Contest(StrEnum):
    """What a contest does."""

    REOPENS = "reopens"  # the author's: a new answer is owed here
    JOINS = "joins"  # a co-author's, while a contested answer is open: it stands beside the first
    SPLITS = "splits"  # a co-author's otherwise: their own suggestion has an answer of its own again


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """What is known of the answer that somebody contests."""

    status: Status
    author: int
    co_authors: Collection[int] = ()
    #: When the answer that counts was given; None when there is none.
    answered_at: datetime | None
    #: Who has contested on this suggestion before.
    contested_by: Collection[int] = ()
    #: Whether that answer was itself the answer to a contest.
    answers_a_contest: bool = False
    #: Whether the answer to a contest is owed at this moment.
    contest_is_open: bool = False


def contest(case: Contested, person: int, text: str, *, now: datetime, calendar: WorkingTime) -> Contest:
    """What this person's contest does.

    Raises ``BadInput`` (field "text") without a sentence on what is missing, ``NotAllowed`` for who is no author,
    and ``NotPossible`` after 14 days, a second time, or on an answer to a contest.
    """
    if person != case.author and person not in case.co_authors:
        raise NotAllowed(N_("Only those who raised it can say that it does not answer it."))
    if not says_something(text):
        raise BadInput(N_("Say what is missing."), field="text")
    if person in case.contested_by:
        raise NotPossible(N_("You have said once already that it does not answer it."))
    if case.contest_is_open and person in case.co_authors:
        return Contest.JOINS
    after(case.status, Act.CONTEST)
    if case.answers_a_contest:
        raise NotPossible(N_("This is the answer to “that does not answer it”. It stands."))
    if case.answered_at is None:
        raise NotPossible(N_("It has no answer yet that could be contested."))
    last = contest_until(case.answered_at, calendar)
    if today_in(calendar, now=now) > last:
        raise NotPossible(N_("That was possible until %(day)s. Raise it anew."), day=last)
    return Contest.REOPENS if person == case.author else Contest.SPLITS
