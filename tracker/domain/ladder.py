"""When a follow-up is due: the rungs of a promise, found by division, and what the sweep has to do about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import N_, BadInput
from tracker.domain.promise_value import Promise, PromiseKind, PromiseState, with_miss_noted

if TYPE_CHECKING:
    from tracker.domain.working_time import WorkingTime

#: An answer whose whole time is no longer than this has no rung before its date.
SHORT_ANSWER = timedelta(hours=1)
#: The rungs that a person remembers by name.
BEFORE, DUE, DEPUTIES, OWNERS, EVERYBODY = 1, 2, 3, 4, 5
#: The last rung of a question to the author: there the ball comes back.
BALL_BACK = 4
#: Kinds whose author is told when a date has passed and rung 3 or 5 goes out.
WITH_SILENCE_NOTICE = frozenset({PromiseKind.ANSWER, PromiseKind.DELIVER, PromiseKind.REVISIT})

_LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """One team's offsets, in working time. Rungs from the fifth on repeat ``every`` so often, without end."""

    #: Rung 1 of an answer: this share, in percent, of the time from setting the date until it.
    share: int = 75
    #: Rung 1 of the other kinds: so long before the date.
    before: timedelta = timedelta(hours=8)
    third: timedelta = timedelta(hours=4)
    fourth: timedelta = timedelta(hours=16)
    every: timedelta = timedelta(hours=24)
    #: A question: the author is reminded so long after its date, and then it comes back.
    clarify_again: timedelta = timedelta(hours=8)
    clarify_back: timedelta = timedelta(hours=24)

    def __post_init__(self) -> None:
        """Refuse a ladder that would stand still or run backwards (``BadInput`` with the field's name)."""
        if self.share not in range(1, 100):
            raise BadInput(N_("The first reminder needs a share from 1 to 99 percent."), field="share")
        for name in _DURATIONS:
            if not timedelta(0) < getattr(self, name) <= _LONGEST:
                raise BadInput(N_("Give a number of hours above zero and up to 8760."), field=name)
        if self.every < timedelta(hours=1):
            raise BadInput(N_("Reminders cannot repeat more often than every hour."), field="every")
        if self.fourth <= self.third:
            raise BadInput(N_("The owners are told after the deputies: choose more hours."), field="fourth")
        if self.clarify_back <= self.clarify_again:
            raise BadInput(N_("A question comes back after its reminder: choose more hours."), field="clarify_back")

    def to_plain(self) -> dict[str, float]:
        """JSON values: the share in percent, every duration in hours."""
        hours = {name: getattr(self, name) / timedelta(hours=1) for name in _DURATIONS}
        return {"share": self.share, **hours}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Ladder:
        """The ladder that ``to_plain`` wrote; what is missing is the default. Raises ``BadInput`` with its field."""
        unknown = [name for name in plain if name != "share" and name not in _DURATIONS]
        if unknown:
            raise BadInput(N_("A ladder has no “%(name)s”."), field=unknown[0], name=unknown[0])
        for name, value in plain.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
                raise BadInput(N_("“%(value)s” is not a number."), field=name, value=value)
        values: dict[str, Any] = {name: _hours(plain[name], name) for name in _DURATIONS if name in plain}
        if "share" in plain:
            values["share"] = plain["share"]
        return cls(**values)

    def offset(self, n: int) -> timedelta:
        """How long after the date rung ``n`` (3 and above) of a promise that is not a question comes."""
        if n == DEPUTIES:
            return self.third
        return self.fourth + (n - OWNERS) * self.every


_DURATIONS = tuple(field.name for field in fields(Ladder) if field.name != "share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """What the sweep does about one promise: send ``rung``, write down that ``skipped`` were not sent."""

    rung: int
    #: Rungs passed over after a downtime. A range: it may be long and is never walked to count it.
    skipped: range
    #: The author and co-authors are told honestly that the date has passed.
    silence: bool
    #: The question's time is over: the answer runs again.
    ball_comes_back: bool
    #: The promise afterwards.
    promise: Promise


def rung_at(n: int, promise: Promise, calendar: WorkingTime, ladder: Ladder) -> datetime | None:
    """The instant (aware, UTC) of rung ``n``; None where there is none: suspended, ended, or no such rung."""
    if promise.due_at is None or promise.state is not PromiseState.OPEN or n < BEFORE:
        return None
    if n == BEFORE:
        return _before_at(promise, promise.due_at, calendar, ladder)
    if n == DUE:
        return promise.due_at
    if promise.kind is not PromiseKind.CLARIFY:
        return calendar.add(promise.due_at, ladder.offset(n))
    if n > BALL_BACK:
        return None
    return calendar.add(promise.due_at, ladder.clarify_again if n == DEPUTIES else ladder.clarify_back)


def highest_due(promise: Promise, calendar: WorkingTime, ladder: Ladder, *, now: datetime) -> int:
    """The highest rung whose instant has come; 0 where none has. Found by division, however long ago that is."""
    if promise.due_at is None or promise.state is not PromiseState.OPEN:
        return 0
    if now < promise.due_at:
        first_at = rung_at(BEFORE, promise, calendar, ladder)
        return BEFORE if first_at is not None and first_at <= now else 0
    late = calendar.between(promise.due_at, now)
    if promise.kind is PromiseKind.CLARIFY:
        return DUE + (late >= ladder.clarify_again) + (late >= ladder.clarify_back)
    if late < ladder.fourth:
        return DEPUTIES if late >= ladder.third else DUE
    return OWNERS + (late - ladder.fourth) // ladder.every


def next_at(promise: Promise, calendar: WorkingTime, ladder: Ladder) -> datetime | None:
    """The instant of the rung after ``promise.rung``: the cache column next_follow_up_at.

    It may have passed already. None when suspended or ended, and for a question whose ball has come back.
    """
    following = rung_at(promise.rung + 1, promise, calendar, ladder)
    if following is None and promise.rung == 0:
        return rung_at(DUE, promise, calendar, ladder)
    return following


def climb(promise: Promise, calendar: WorkingTime, ladder: Ladder, *, now: datetime) -> Climb | None:
    """What is to do now, or None. Only the highest due rung is sent; those below it are skipped."""
    rung = highest_due(promise, calendar, ladder, now=now)
    if rung <= promise.rung:
        return None
    lowest = promise.rung + 1
    if lowest == BEFORE and rung_at(BEFORE, promise, calendar, ladder) is None:
        lowest = DUE
    level = _silence_level(rung, promise)
    return Climb(
        rung=rung,
        skipped=range(lowest, rung),
        silence=level > promise.silence and not _passed_before_making(rung, promise, calendar, ladder),
        ball_comes_back=promise.kind is PromiseKind.CLARIFY and rung == BALL_BACK,
        promise=replace(with_miss_noted(promise, now=now), rung=rung, silence=level),
    )


def _before_at(promise: Promise, due_at: datetime, calendar: WorkingTime, ladder: Ladder) -> datetime | None:
    if promise.kind is PromiseKind.CLARIFY:
        return None
    whole = calendar.between(promise.set_at, due_at)
    if promise.kind is PromiseKind.ANSWER:
        return None if whole <= SHORT_ANSWER else calendar.add(promise.set_at, whole * ladder.share // 100)
    return None if whole <= ladder.before else calendar.add(promise.set_at, whole - ladder.before)


def _silence_level(rung: int, promise: Promise) -> int:
    """3 or 5: which of the two silence notices belongs to this rung; 0 where none does."""
    if promise.kind not in WITH_SILENCE_NOTICE or rung < DEPUTIES:
        return 0
    return DEPUTIES if rung < EVERYBODY else EVERYBODY


def _passed_before_making(rung: int, promise: Promise, calendar: WorkingTime, ladder: Ladder) -> bool:
    """Whether an imported promise was given with this rung already behind it."""
    at = rung_at(rung, promise, calendar, ladder)
    return at is not None and at <= promise.set_at


def _hours(value: float, name: str) -> timedelta:
    try:
        return timedelta(hours=value)
    except OverflowError:
        raise BadInput(N_("Give a number of hours above zero and up to 8760."), field=name) from None
