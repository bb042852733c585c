"""Broken variants of the program: each swaps one function for what somebody might have written instead.

They live here alone. A simulation that lets one of them through shows nothing (``test_mutants.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from greenlet import getcurrent

from tests.simulation import mutants_outside as outside
from tests.simulation.ground import ground
from tests.simulation.mutants_outside import instead
from tracker.domain import weeks
from tracker.domain.working_time import WorkingTime
from tracker.notices import alerts, daily, deliveries, digests, leases, look_again, outbox, stranded, telling
from tracker.notices.channels import results
from tracker.notices.channels.smtp import SmtpChannel
from tracker.notices.hours import Hours
from tracker.notices.outgoing import Outgoing
from tracker.notices.telling import Telling
from tracker.store import teams
from tracker.store.base import db, for_update
from tracker.store.notices import Delivery, DeliveryState, Notice
from tracker.worker.carriers import Carrier
from tracker.worker.delivery import Senders

Mutant = Callable[[], Any]


def marks_before_sending() -> Any:
    """Written down as sent, and then sent: who dies in between has lost it."""
    real = Senders._carry

    def carry(self: Senders, claim: outbox.Claim, carrier: Carrier, deadline: float) -> None:
        def send(*given: Any, **how: Any) -> results.Result:
            self._finish(claim, results.Accepted("250 surely"))
            return carrier.send(*given, **how)

        hasty: Any = SimpleNamespace(ready=carrier.ready, send=send, quit=carrier.quit)
        real(self, claim, hasty, deadline)

    return instead((Senders, "_carry", carry))


def lease_without_token() -> Any:
    """Who holds a message is not asked for its token: a former holder goes on as if it were still its own."""

    def mine(delivery_id: int, _token: str, *states: DeliveryState) -> Delivery | None:
        where = (Delivery.id == delivery_id, Delivery.state.in_(states))
        found: Delivery | None = db.session.scalar(for_update(sa.select(Delivery).where(*where)))
        return found

    real = deliveries.update

    def update(delivery_id: int, _held_by: str | None, states: tuple[DeliveryState, ...], **values: Any) -> bool:
        return real(delivery_id, None, states, **values)

    updates = [(place, "update", update) for place in (deliveries, outbox, leases)]
    return instead((deliveries, "mine", mine), (outbox, "mine", mine), *updates)


def marks_without_asking() -> Any:
    """A token on the finishing write alone: who begins to send is not asked whether the message is still with them."""
    guarded, update = deliveries.mine, deliveries.update

    def mine(delivery_id: int, token: str, *states: DeliveryState) -> Delivery | None:
        begins = states == (DeliveryState.CLAIMED,)
        return db.session.get(Delivery, delivery_id) if begins else guarded(delivery_id, token, *states)

    def unasked(delivery_id: int, held_by: str | None, states: tuple[DeliveryState, ...], **values: Any) -> bool:
        begins = values.get("state") is DeliveryState.SENDING
        return update(delivery_id, None if begins else held_by, tuple(DeliveryState) if begins else states, **values)

    return instead((outbox, "mine", mine), (outbox, "update", unasked))


@contextmanager
def no_unique_key() -> Iterator[None]:
    """What is known is looked up first, and what is new is written in a transaction of its own; the database would
    take a second one."""
    looked_up: dict[Any, set[str]] = {}
    real = daily.owe_daily_mails

    def owe_daily_mails(now: datetime, **how: Any) -> Any:
        looked_up[getcurrent()] = set(db.session.scalars(sa.select(Notice.key)))
        db.session.commit()
        return real(now, **how)

    def marked(keys: list[str]) -> set[str]:
        return looked_up[getcurrent()].intersection(keys)

    def insert_new(rows: list[dict[str, Any]]) -> int:
        keys = [row["key"] for row in rows]
        known = looked_up.get(getcurrent()) or set(
            db.session.scalars(sa.select(Notice.key).where(Notice.key.in_(keys)))
        )
        fresh = [row for row in rows if row["key"] not in known]
        if fresh:
            db.session.execute(sa.insert(Notice).values(fresh))
        return len(fresh)

    swaps = [(place, "insert_new", insert_new) for place in (telling, daily, digests, alerts)]
    with (
        ground().without_unique_keys(),
        instead(*swaps, (daily, "_marked", marked), (daily, "owe_daily_mails", owe_daily_mails)),
    ):
        yield


def wall_clock_lease() -> Any:
    """Who holds a message for too long is judged by the clock on the wall."""

    def reap(
        _seen: MutableMapping[str, float], *, monotonic: float, now: datetime, outgoing: Outgoing
    ) -> tuple[deliveries.Unreached, ...]:
        unreached: tuple[deliveries.Unreached, ...] = ()
        for delivery in leases._busy():
            if delivery.claimed_at is not None and now - delivery.claimed_at >= outgoing.lease:
                unreached += leases._free(delivery, now, outgoing)
        return unreached

    return instead((outbox, "reap", reap))


def no_second_look() -> Any:
    """What was owed once is sent, whatever has happened since."""

    def sorted_out(
        _delivery: Delivery, notices: list[Notice], *, now: datetime
    ) -> tuple[list[Notice], dict[Notice, str]]:
        return notices, {}

    return instead((look_again, "sorted_out", sorted_out))


def naive_local_time() -> Any:
    """A local time is taken for one in UTC."""

    def local_instant(day: date, at: time, _zone: ZoneInfo) -> datetime:
        return datetime.combine(day, at, tzinfo=UTC)

    return instead((weeks, "local_instant", local_instant))


def rescue_without_a_guard() -> Any:
    """What somebody holds is freed without asking how long that has been so."""

    def reap(
        _seen: MutableMapping[str, float], *, monotonic: float, now: datetime, outgoing: Outgoing
    ) -> tuple[deliveries.Unreached, ...]:
        unreached: tuple[deliveries.Unreached, ...] = ()
        for delivery in leases._busy():
            unreached += leases._free(delivery, now, outgoing)
        return unreached

    return instead((outbox, "reap", reap))


def quit_error_means_retry() -> Any:
    """The goodbye belongs to the sending, and when it fails the message counts as not sent."""
    real = SmtpChannel.send

    def send(self: SmtpChannel, *given: Any, **how: Any) -> results.Result:
        result = real(self, *given, **how)
        if not isinstance(result, results.Accepted) or self._wire is None:
            return result
        try:
            code, _ = self._wire.docmd("QUIT")
        except Exception as error:
            return results.NotAcceptedNow(str(error), phase=results.Phase.REPLY)
        finally:
            self.drop()
        return result if code == 221 else results.NotAcceptedNow(f"{code}", phase=results.Phase.REPLY, code=code)

    return instead((SmtpChannel, "send", send))


def dedupe_per_day() -> Any:
    """A reminder's key is made of its day instead of its rung: the second one of a day is lost."""
    real = Telling.follow_up

    def follow_up(self: Telling, roles: Any, rung: int, *, what: str) -> None:
        real(self, roles, rung, what=f"{what.partition(':rung:')[0]}:on:{self.now.date().isoformat()}")

    return instead((Telling, "follow_up", follow_up))


def no_hour_without_a_team() -> Any:
    """Who is in no team has no calendar, and nobody asks on which days a mail may come."""
    real = Hours.daily_on

    def daily_on(self: Hours, day: date) -> datetime | None:
        return real(self, day) if teams.teams_of(self.person.id) else None

    return instead((Hours, "daily_on", daily_on))


def waits_for_the_mail_of_who_has_left() -> Any:
    """What waits for a daily mail is looked at when that mail is made, and then alone."""
    return instead((stranded, "skip", lambda *, now: ()))


def opens_by_the_date_of_the_team() -> Any:
    """The day of a reader far away is taken for that of the team: its opening may lie on the next one."""

    def opening(self: Hours, calendar: WorkingTime, day: date) -> datetime | None:
        return calendar.opening_of_day(day)

    return instead((Hours, "_opening", opening))


#: Each with the kind of world in which it is looked for.
_ALL: dict[Mutant, str] = {
    marks_before_sending: "anything",
    lease_without_token: "anything",
    marks_without_asking: "rivals",
    no_unique_key: "rivals",
    wall_clock_lease: "clocks",
    no_second_look: "anything",
    naive_local_time: "anything",
    rescue_without_a_guard: "anything",
    quit_error_means_retry: "anything",
    dedupe_per_day: "anything",
    no_hour_without_a_team: "deserted",
    waits_for_the_mail_of_who_has_left: "anything",
    opens_by_the_date_of_the_team: "anything",
    outside.acknowledges_before_keeping: "letters",
    outside.believes_message_ids: "letters",
    outside.every_mail_is_new: "letters",
    outside.counts_every_report: "letters",
    outside.another_id_for_each_attempt: "outlets",
    outside.gone_is_a_failure_like_any_other: "outlets",
    outside.never_waits_as_asked: "outlets",
    outside.any_answer_is_an_answer: "outlets",
    outside.coalesces_without_carrying: "storm",
    outside.claims_what_is_held: "storm",
    outside.discards_the_mail_alone: "outbox",
    outside.follows_up_answers_alone: "plans",
    outside.merges_the_text_alone: "plans",
    outside.takes_apart_without_a_date: "plans",
}
MUTANTS: dict[str, Mutant] = {one.__name__.replace("_", " "): one for one in _ALL}
MOOD_OF: dict[str, str] = {one.__name__.replace("_", " "): mood for one, mood in _ALL.items()}
