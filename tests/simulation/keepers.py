"""Whoever looks after the site: at the outbox page, at a storm that is held, at a team's webhooks and chats."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from tests.simulation.people import Hand, Nobody, answers_it, asks, moves, raises
from tests.simulation.receivers import Receivers
from tests.simulation.world import World
from tracker.acts import deliveries, outlets, storms
from tracker.domain.alerts import AlertKind
from tracker.domain.errors import DomainError
from tracker.domain.lifecycle import Role
from tracker.store import alerts
from tracker.store import outlets as places
from tracker.store.base import db
from tracker.store.notices import Channel, Delivery, DeliveryState
from tracker.store.outlets import Outlet
from tracker.store.people import Person

OPEN = (DeliveryState.PENDING, DeliveryState.DEAD, DeliveryState.UNKNOWN)
HOOK, CHAT = "https://hooks.example/nachtwache?key=1", "ntfys://ntfy.example/nachtwache"


def admin() -> Person:
    return db.session.scalars(sa.select(Person).where(Person.is_site_admin)).one()


class Keepers:
    """Their deeds. What they let go by hand may arrive once more, and is known to the world."""

    def __init__(self, world: World, receivers: Receivers) -> None:
        self.world, self.receivers = world, receivers

    # the outbox page --------------------------------------------------------------------------------------------------

    def looks_after_outbox(self, hand: Hand) -> str:
        statement = sa.select(Delivery).where(Delivery.state.in_(OPEN)).order_by(Delivery.id)
        found = list(db.session.scalars(statement))
        if not found:
            raise Nobody("nothing waits")
        one, what = hand.dice.choice(found), hand.dice.choice(("retry", "retry", "release", "discard"))
        number, message_id = one.id, one.message_id
        if what == "discard":
            done = deliveries.discard(number, by=admin(), why="Hat sich erledigt.", now=hand.now)
        else:
            self.world.pressed.add(message_id)
            act: Callable[..., bool] = deliveries.retry if what == "retry" else deliveries.release
            done = act(number, by=admin(), now=hand.now)
        return f"{what} of delivery {number}: {'done' if done else 'nothing to do'}"

    # a storm ----------------------------------------------------------------------------------------------------------

    def decides_about_storm(self, hand: Hand) -> str:
        return self._decide(hand, hand.dice.choice((storms.send, storms.coalesce, storms.coalesce, storms.discard)))

    def much_at_once(self, hand: Hand) -> str:
        """Somebody clears their desk: several acts within one moment."""
        return "; ".join(self._one_of_many(hand) for _ in range(8))

    def _one_of_many(self, hand: Hand) -> str:
        deed = hand.dice.choice((raises, asks, answers_it, moves))
        try:
            with db.session.begin_nested():
                return deed(hand)
        except DomainError as refused:
            return f"{deed.__name__}: refused ({type(refused).__name__})"

    def sends_what_is_held(self, hand: Hand) -> str:
        return self._decide(hand, storms.send)

    def _decide(self, hand: Hand, act: Callable[..., storms.Decided]) -> str:
        storm = alerts.open_about(AlertKind.STORM)
        if storm is None:
            raise Nobody("no storm")
        decided = act(storm.id, by=admin(), now=hand.now)
        return f"{act.__name__} of storm {storm.id}: {decided.leaving} leave, {decided.ended} do not"

    # webhooks and chats -----------------------------------------------------------------------------------------------

    def adds_outlets(self, hand: Hand) -> str:
        outlets.add_webhook(hand.team, HOOK, allowed=(), by=hand.person(Role.OWNER), now=hand.now)
        outlets.add_chat(hand.team, CHAT, allowed=(), by=admin(), now=hand.now)
        return "a webhook and a chat are added"

    def looks_after_outlets(self, hand: Hand) -> str:
        found = places.of_team(hand.team.id)
        if not found:
            return self.adds_outlets(hand)
        one = hand.dice.choice(found)
        kinds = (self._switches, self._switches, self._tests, self._tests, self._sends_again, self._renews)
        return hand.dice.choice(kinds)(hand, one)

    def _switches(self, hand: Hand, one: Outlet) -> str:
        if one.stopped_at is None:
            outlets.stop(one, by=hand.person(Role.OWNER), now=hand.now)
            return f"{one.destination} is switched off"
        self.receivers.gone.pop(one.url, None)
        outlets.start_again(one)
        return f"{one.destination} is switched on again"

    def _tests(self, hand: Hand, one: Outlet) -> str:
        self._let_go(one)
        outlets.send_test(one, now=hand.now)
        return f"{one.destination} is tried"

    def _sends_again(self, hand: Hand, one: Outlet) -> str:
        last = places.last_deliveries(one, limit=5)
        if not last:
            raise Nobody("nothing has been sent")
        again = hand.dice.choice(last)
        self._let_go(one)
        outlets.send_again(one, again.id, by=hand.person(Role.OWNER), now=hand.now)
        return f"delivery {again.id} to {one.destination} is sent again"

    def _renews(self, hand: Hand, one: Outlet) -> str:
        if one.channel is not Channel.WEBHOOK or one.former_secret:
            raise Nobody("one secret before it is enough")
        outlets.renew_secret(one, now=hand.now)
        return f"{one.destination} has another secret"

    def _let_go(self, one: Outlet) -> None:
        """Whatever its receiver asked for: somebody wants it tried at once."""
        self.world.pressed.update(one.message_id for one in places.last_deliveries(one, limit=100))
