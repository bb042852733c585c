"""What a promise is: its kinds, its states, its value, and the plain facts that the log keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

Pause = tuple[datetime, datetime | None]


class PromiseKind(StrEnum):
    """What is owed."""

    ANSWER = "answer"  # by the managers: any of the four outcomes keeps it
    DELIVER = "deliver"  # by the person named in a will_do: done keeps it
    REVISIT = "revisit"  # by the managers: done, will_do or declined keep it
    CLARIFY = "clarify"  # by the author: the next comment keeps it
    TASK = "task"  # by its assignee: ticking it off keeps it


class PromiseState(StrEnum):
    """Where it stands. Late is computed, not a state."""

    OPEN = "open"  # running; due_at is set
    SUSPENDED = "suspended"  # it is the author's turn; due_at is empty, remaining is set
    KEPT = "kept"
    BROKEN = "broken"  # another outcome took the word back
    WITHDRAWN = "withdrawn"  # the suggestion went away, was merged or contested


ENDED = frozenset({PromiseState.KEPT, PromiseState.BROKEN, PromiseState.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something owed, by someone, until an instant. Instants are aware UTC; durations are working time."""

    kind: PromiseKind
    #: The person who owes it; None means the managers.
    owed_by: int | None
    made_at: datetime
    #: When the present date version was set; the first rung is measured from here.
    set_at: datetime
    #: None while suspended.
    due_at: datetime | None
    state: PromiseState = PromiseState.OPEN
    #: The date version: goes up with each new due_at.
    version: int = 1
    #: The working time it may take; None where a person chose the day.
    budget: timedelta | None = None
    #: The working time left when the author was asked; set only while suspended.
    remaining: timedelta | None = None
    #: Start and end of each suspension; the last one has no end while it lasts.
    pauses: tuple[Pause, ...] = ()
    #: How often a question suspended it.
    questions: int = 0
    #: The first date that passed unkept. Stays for ever: the record.
    missed_at: datetime | None = None
    #: When its date was first moved later by an act. Stays for ever: the record.
    moved_at: datetime | None = None
    #: The highest rung of this date version that has been dealt with.
    rung: int = 0
    #: The highest silence notice of this date version that has been dealt with: 0, 3 or 5.
    silence: int = 0
    ended_at: datetime | None = None

    def to_facts(self) -> dict[str, Any]:
        """Plain JSON values: instants as ISO 8601 text in UTC, durations in seconds."""
        return {
            "kind": self.kind.value,
            "state": self.state.value,
            "owed_by": self.owed_by,
            "made_at": instant_text(self.made_at),
            "set_at": instant_text(self.set_at),
            "due_at": _text_or_none(self.due_at),
            "version": self.version,
            "budget": _seconds_or_none(self.budget),
            "remaining": _seconds_or_none(self.remaining),
            "pauses": [[instant_text(start), _text_or_none(end)] for start, end in self.pauses],
            "questions": self.questions,
            "missed_at": _text_or_none(self.missed_at),
            "moved_at": _text_or_none(self.moved_at),
            "rung": self.rung,
            "silence": self.silence,
            "ended_at": _text_or_none(self.ended_at),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Promise:
        """The promise that ``to_facts`` wrote. Raises KeyError or ValueError when these are no such facts."""
        return cls(
            kind=PromiseKind(facts["kind"]),
            state=PromiseState(facts["state"]),
            owed_by=facts["owed_by"],
            made_at=instant_of(facts["made_at"]),
            set_at=instant_of(facts["set_at"]),
            due_at=_instant_or_none(facts["due_at"]),
            version=facts["version"],
            budget=_duration_or_none(facts["budget"]),
            remaining=_duration_or_none(facts["remaining"]),
            pauses=tuple((instant_of(start), _instant_or_none(end)) for start, end in facts["pauses"]),
            questions=facts["questions"],
            missed_at=_instant_or_none(facts["missed_at"]),
            moved_at=_instant_or_none(facts["moved_at"]),
            rung=facts["rung"],
            silence=facts["silence"],
            ended_at=_instant_or_none(facts["ended_at"]),
        )


def is_late(promise: Promise, *, now: datetime) -> bool:
    """Whether its date has passed while it is still owed; on the instant itself it is due, not late."""
    return promise.state is PromiseState.OPEN and promise.due_at is not None and promise.due_at < now


def with_miss_noted(promise: Promise, *, now: datetime) -> Promise:
    """The promise with ``missed_at`` set when its date has passed: every change goes through here first,
    because a missed date stays missed whatever happens to the promise afterwards."""
    if promise.missed_at is None and is_late(promise, now=now):
        return replace(promise, missed_at=promise.due_at)
    return promise


def instant_text(at: datetime) -> str:
    """ISO 8601 in UTC, as "2026-11-26T16:00:00Z"; naive instants are refused."""
    if at.tzinfo is None:
        raise ValueError(f"a naive instant: {at.isoformat()}")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    """The aware UTC instant that ``instant_text`` wrote."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"a naive instant: {text}")
    return at.astimezone(UTC)


def _text_or_none(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else instant_of(text)


def _seconds_or_none(duration: timedelta | None) -> int | float | None:
    if duration is None:
        return None
    seconds = duration.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _duration_or_none(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
