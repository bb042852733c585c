"""Whether the promise is being kept right now: what the site would have to be told off for, from facts and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tracker.domain.errors import N_


class Tick(StrEnum):
    """What the worker does again and again; each leaves a heartbeat when it has done it."""

    SWEEP = "sweep"
    DELIVERY = "delivery"
    DIGESTS = "digests"
    HOUSEKEEPING = "housekeeping"
    INBOUND = "inbound"


#: How often each tick comes.
EVERY = {
    Tick.SWEEP: timedelta(seconds=15),
    Tick.DELIVERY: timedelta(seconds=2),
    Tick.DIGESTS: timedelta(seconds=60),
    Tick.HOUSEKEEPING: timedelta(minutes=10),
    Tick.INBOUND: timedelta(seconds=15),
}
#: How old a heartbeat may be before somebody has to look.
STALE_AFTER = {
    Tick.SWEEP: timedelta(seconds=90),
    Tick.DELIVERY: timedelta(seconds=90),
    Tick.DIGESTS: timedelta(seconds=90),
    Tick.HOUSEKEEPING: timedelta(minutes=30),
    Tick.INBOUND: timedelta(minutes=5),
}
#: A mail that should have left so long ago and is still waiting.
LONGEST_WAIT = timedelta(minutes=10)
#: So many times an address that is new to a server may be told "later" (greylisting).
LOOKED_AT = 3
#: A mail that waits for its turn for so long tells that the pace is too slow for what is to be told.
LONGEST_TURN = timedelta(hours=2)
#: A door that has been shut for so long is not opened by the next tick.
LONGEST_SHUT = timedelta(minutes=1)
#: A heartbeat from the future says that a clock is wrong, not that all is well.
CLOCKS_DIFFER = timedelta(seconds=60)

_SILENT = {
    Tick.SWEEP: N_("No reminder has been looked for since %(since)s."),
    Tick.DELIVERY: N_("No mail has been handed over since %(since)s."),
    Tick.DIGESTS: N_("No daily mail or weekly digest has been prepared since %(since)s."),
    Tick.HOUSEKEEPING: N_("Nothing has been tidied up since %(since)s."),
    Tick.INBOUND: N_("No mail that came in has been fetched and read since %(since)s."),
}
_NEVER = {
    Tick.SWEEP: N_("No reminder has been looked for yet: the worker does not run."),
    Tick.DELIVERY: N_("No mail has been handed over yet: the worker does not run."),
    Tick.DIGESTS: N_("No daily mail or weekly digest has been prepared yet: the worker does not run."),
    Tick.HOUSEKEEPING: N_("Nothing has been tidied up yet: the worker does not run."),
    Tick.INBOUND: N_("No mail that came in has been fetched and read yet."),
}


def is_of_the_server(addresses: int, tries: int) -> bool:
    """Whether "later", said to so many addresses and to one of them so often, speaks of the server that says it: of one
    alone it may be about that one, which is looked at for the first time."""
    return addresses > 1 or (addresses == 1 and tries >= LOOKED_AT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that is wrong. ``message`` is an English message id with places, ``facts`` are their values."""

    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % {name: _said(value) for name, value in self.facts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known about the site at a moment."""

    #: When each tick last succeeded; a tick that never did is missing.
    beats: Mapping[str, datetime]
    #: When the mail that waits longest should have left: for a sender, or for a server that says "later" to all; none
    #: where none waits.
    oldest_due_at: datetime | None = None
    #: When the mail that waits for nothing but its turn should have left; mails leave meanwhile, at the pace of the
    #: settings.
    in_turn_since: datetime | None = None
    #: Destinations that refuse as a whole, and until when nobody tries.
    paused: Mapping[str, datetime] = field(default_factory=dict)
    #: Mail is received, so that a tick has to fetch and read it.
    is_receiving: bool = False
    #: Since when mail servers can hand over no mail, and why.
    shut_since: datetime | None = None
    shut_why: str = ""
    #: Since when mail is held because the database was put back to an earlier day.
    put_back_at: datetime | None = None
    #: The address that the site had, where it is reached at another one and its mail is held.
    stored_address: str | None = None
    #: How many messages the storm brake holds.
    held_by_brake: int = 0
    #: Mails are meant for people outside, and there is no server to hand them to.
    lacks_mail_server: bool = False


def reasons(signs: Signs, *, now: datetime) -> list[Reason]:
    """Everything that is wrong at this moment, the worst first; empty when all is well."""
    ticks = [tick for tick in Tick if tick is not Tick.INBOUND or signs.is_receiving]
    found = [reason for tick in ticks if (reason := _silence(tick, signs.beats.get(tick), now))]
    if signs.oldest_due_at is not None and now - signs.oldest_due_at > LONGEST_WAIT:
        message = N_("A mail that should have left at %(since)s is still waiting.")
        found.append(Reason(code="delivery_waiting", message=message, facts={"since": signs.oldest_due_at}))
    if signs.in_turn_since is not None and now - signs.in_turn_since > LONGEST_TURN:
        message = N_(
            "Mails have waited for their turn since %(since)s: TRACKER_MAILS_PER_MINUTE is too small for them."
        )
        found.append(Reason(code="pace_too_slow", message=message, facts={"since": signs.in_turn_since}))
    if signs.is_receiving and signs.shut_since is not None and now - signs.shut_since > LONGEST_SHUT:
        message = N_("Mail that comes in cannot be handed over since %(since)s: %(why)s. See TRACKER_INBOUND_LISTEN.")
        facts = {"since": signs.shut_since, "why": signs.shut_why}
        found.append(Reason(code="inbound_shut", message=message, facts=facts))
    for destination, until in sorted(signs.paused.items()):
        if until > now:
            message = N_("%(destination)s takes no mail; the next try is at %(until)s.")
            facts = {"destination": destination, "until": until}
            found.append(Reason(code="destination_paused", message=message, facts=facts))
    if signs.put_back_at is not None:
        message = N_(
            "Mail has been held since %(since)s: an earlier copy of the database is in use. See 'tracker release'."
        )
        found.append(Reason(code="mail_held_put_back", message=message, facts={"since": signs.put_back_at}))
    if signs.stored_address is not None:
        message = N_(
            "Mail is held: this site was at %(address)s and is reached at another address. See 'tracker release'."
        )
        found.append(Reason(code="mail_held_address", message=message, facts={"address": signs.stored_address}))
    if signs.held_by_brake:
        message = N_("Far more mails than usual at once: %(count)s are held until a site admin has decided.")
        found.append(Reason(code="storm_held", message=message, facts={"count": signs.held_by_brake}))
    if signs.lacks_mail_server:
        message = N_("There is no mail server: set TRACKER_SMTP_URL, or nobody is told anything.")
        found.append(Reason(code="no_mail_server", message=message))
    return found


def is_alive(tick: Tick, at: datetime | None, *, now: datetime) -> bool:
    """Whether a tick with this last heartbeat is running."""
    return at is not None and -CLOCKS_DIFFER <= now - at <= STALE_AFTER[tick]


def _silence(tick: Tick, at: datetime | None, now: datetime) -> Reason | None:
    if is_alive(tick, at, now=now):
        return None
    if at is None:
        return Reason(code=f"{tick.value}_silent", message=_NEVER[tick])
    return Reason(code=f"{tick.value}_silent", message=_SILENT[tick], facts={"since": at})


def _said(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S UTC") if isinstance(value, datetime) else value
