"""Webhooks and chats of a team: added, tried, given a new secret, switched off and on, removed.

Webhooks are for team leads. A chat is reached by somebody else's code, so only whoever runs the site adds one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from tracker import access, chance
from tracker.domain import chat_addresses, web_addresses
from tracker.domain.errors import N_, BadInput, NotPossible, OutOfReach
from tracker.domain.web_addresses import Network
from tracker.domain.webhook_signatures import KEY_BYTES, secret_of
from tracker.notices import events
from tracker.notices.channels import chat
from tracker.notices.events import Event
from tracker.store import delivery_events, outlets, teams
from tracker.store.base import db
from tracker.store.delivery_events import Happened
from tracker.store.notices import Channel, Delivery, DeliveryState
from tracker.store.outlets import Outlet
from tracker.store.people import Person
from tracker.store.pulse import PausedDestination
from tracker.store.teams import Team

LACKS_APPRISE = N_("Chats need apprise, which is not installed here. This puts it there: %(command)s")
#: More than this a team has no use for, and every event is a request to each.
MOST = 10
#: What may be sent again: given up, held, or still waiting for its next attempt.
NOT_ARRIVED = (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.DEAD)
ON_ITS_WAY = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING)


def add_webhook(team: Team, url: str, *, allowed: Sequence[Network], by: Person, now: datetime) -> Outlet:
    """A new webhook, with the secret that its receiver has to know. Raises ``BadInput``, ``NotAllowed``.

    ``allowed`` are the networks of one's own that the settings open.
    """
    access.demand_owning(access.membership_in(by, team))
    url = url.strip()
    web_addresses.read(url, allowed=allowed)
    _demand_room(team, Channel.WEBHOOK, url)
    outlet = Outlet(
        id=outlets.fresh_number(),
        team_id=team.id,
        channel=Channel.WEBHOOK,
        url=url,
        secret=_fresh_secret(),
        former_secret="",
        created_at=now,
        created_by_id=by.id,
    )
    db.session.add(outlet)
    db.session.flush()
    return outlet


def add_chat(team: Team, url: str, *, allowed: Sequence[Network], by: Person, now: datetime) -> Outlet:
    """A chat of a team, for site admins alone. Raises ``BadInput``, ``OutOfReach``."""
    access.demand_site_admin(by)
    url = url.strip()
    address = chat_addresses.read(url, allowed=allowed)
    if not chat.is_there():
        raise BadInput(LACKS_APPRISE, field="url", command=chat.INSTALL)
    if not chat.is_understood(address):
        message = N_("Something is missing in that address; %(kind)s cannot be reached with it.")
        raise BadInput(message, field="url", kind=address.kind)
    _demand_room(team, Channel.CHAT, url)
    outlet = Outlet(
        id=outlets.fresh_number(),
        team_id=team.id,
        channel=Channel.CHAT,
        url=url,
        created_at=now,
        created_by_id=by.id,
    )
    db.session.add(outlet)
    db.session.flush()
    return outlet


def chat_of(outlet_id: int, *, by: Person) -> Outlet:
    """A chat of whatever team, for a site admin. Raises ``OutOfReach``."""
    access.demand_site_admin(by)
    found = db.session.get(Outlet, outlet_id)
    locked = outlets.locked(found.team_id, outlet_id) if found is not None else None
    if locked is None or locked.channel is not Channel.CHAT:
        raise OutOfReach(access.NOT_THERE)
    return locked


def _demand_room(team: Team, channel: Channel, url: str) -> None:
    """Two that are added at the same moment wait for each other at the team's row."""
    teams.lock(team.id)
    known = outlets.of_team(team.id, channel)
    if any(outlet.url == url for outlet in known):
        raise BadInput(N_("This address is there already."), field="url")
    if len(known) >= MOST:
        raise BadInput(N_("There are %(most)s already. Remove one first."), field="url", most=MOST)


def _fresh_secret() -> str:
    return secret_of(bytes.fromhex(chance.token_hex(KEY_BYTES)))


def of(team: Team, outlet_id: int, *, channel: Channel, by: Person) -> Outlet:
    """One of this team's, for a team lead. Raises ``OutOfReach``, ``NotAllowed``."""
    access.demand_owning(access.membership_in(by, team))
    found = outlets.locked(team.id, outlet_id)
    if found is None or found.channel is not channel:
        raise OutOfReach(access.NOT_THERE)
    return found


def renew_secret(outlet: Outlet, *, now: datetime) -> str:
    """A new secret; the one before signs too for a week. The text is to be shown once."""
    outlet.former_secret, outlet.secret, outlet.rotated_at = outlet.secret, _fresh_secret(), now
    db.session.flush()
    return outlet.secret


def remove(outlet: Outlet) -> None:
    """Nothing further goes there; what waits for it does not leave, and what is just leaving does so once at most."""
    outlets.skip_waiting(outlet, events.REMOVED, and_claimed=True)
    _try_at_once(outlet)
    db.session.delete(outlet)
    db.session.flush()


def stop(outlet: Outlet, *, by: Person, now: datetime) -> None:
    """Nothing further goes there until it is switched on again; what waits for it does not leave either."""
    if outlet.stopped_at is None:
        outlet.stopped_at, outlet.stopped_by_id = now, by.id
        outlets.skip_waiting(outlet, events.SWITCHED_OFF)
    db.session.flush()


def start_again(outlet: Outlet) -> None:
    """Whoever switched it off. What happened meanwhile is not sent."""
    outlet.stopped_at = outlet.stopped_by_id = None
    _try_at_once(outlet)
    db.session.flush()


def send_test(outlet: Outlet, *, now: datetime) -> None:
    """A message that says nothing, to see whether it arrives. While one is on its way a second is none."""
    if outlet.stopped_at is not None:
        raise NotPossible(N_("It is switched off. Switch it on first."))
    last = outlets.last_deliveries(outlet, limit=5)
    if not any(one.template == Event.TEST and one.state in ON_ITS_WAY for one in last):
        events.owe_test(outlet, now=now)
    _try_at_once(outlet)


def send_again(outlet: Outlet, delivery_id: int, *, by: Person, now: datetime) -> None:
    """What has not arrived is tried once more, with the same id; what may not leave any more is skipped then.

    Raises ``NotPossible`` for what has arrived or is with a sender, ``OutOfReach`` for what is another outlet's or
    about something that ``by`` may not see.
    """
    if outlet.stopped_at is not None:
        raise NotPossible(N_("It is switched off. Switch it on first."))
    delivery = outlets.delivery_of(outlet, delivery_id)
    if delivery is None or not events.is_seen_by(by, delivery):
        raise OutOfReach(access.NOT_THERE)
    again = (
        sa.update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state.in_(NOT_ARRIVED))
        .values(state=DeliveryState.PENDING, next_attempt_at=now, token=None, claimed_at=None)
        .execution_options(synchronize_session=False)
    )
    if int(db.session.execute(again).rowcount) != 1:  # type: ignore[attr-defined]
        raise NotPossible(N_("That one has arrived, or is just being sent."))
    delivery_events.note(delivery.id, Happened.RETRIED, "", at=now)
    db.session.expire(delivery)
    _try_at_once(outlet)


def _try_at_once(outlet: Outlet) -> None:
    """Forget that the place as a whole refused a while ago."""
    forget = sa.delete(PausedDestination).where(PausedDestination.destination == outlet.destination)
    db.session.execute(forget.execution_options(synchronize_session=False))
