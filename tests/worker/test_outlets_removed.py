"""A webhook or a chat that is removed: what was for it is for nobody, and never for one that is added later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, raised, reassembled
from tests.outlets import HOOK, NOW, tick
from tests.receivers import HOME, Receiver, receiver
from tests.times import FakeClock
from tracker.acts import outlets
from tracker.domain.errors import OutOfReach
from tracker.notices import events, outbox
from tracker.notices.channels.results import Accepted, NeverAccepted, Phase, RelayRefuses, Unknown
from tracker.notices.outgoing import Outgoing
from tracker.store import copies
from tracker.store import outlets as rows
from tracker.store.base import db
from tracker.store.delivery_events import DeliveryEvent
from tracker.store.notices import Channel, Delivery, DeliveryState
from tracker.store.outlets import Outlet
from tracker.store.pulse import PausedDestination


@pytest.fixture
def theirs() -> Iterator[Receiver]:
    """What another team, or the same one later, has its webhook at."""
    with receiver() as made:
        yield made


def act(app: Flask, do: Callable[[Cast], Any]) -> Any:
    with app.app_context():
        done = do(reassembled())
        db.session.commit()
        db.session.remove()
        return done


def hook(cast: Cast, there: Receiver) -> int:
    """Anke adds a webhook. Gives its number."""
    url = f"http://127.0.0.1:{there.port}/in"
    return outlets.add_webhook(cast.team, url, allowed=HOME, by=cast.anke, now=NOW).id


def of_olga(cast: Cast, there: Receiver) -> int:
    """Olga, who leads another team, adds one."""
    url = f"http://127.0.0.1:{there.port}/in"
    return outlets.add_webhook(cast.other_team, url, allowed=HOME, by=cast.olga, now=NOW).id


def unhook(cast: Cast, number: int) -> None:
    outlets.remove(outlets.of(cast.team, number, channel=Channel.WEBHOOK, by=cast.anke))


def owes_to_one_that_is_gone(cast: Cast, number: int, channel: Channel) -> None:
    gone = Outlet(id=number, team_id=cast.team.id, channel=channel, url="", created_at=NOW)
    events.owe_test(gone, now=NOW)


def messages(app: Flask) -> list[Delivery]:
    with app.app_context():
        found = db.session.scalars(sa.select(Delivery).where(Delivery.person_id.is_(None)).order_by(Delivery.id)).all()
        db.session.remove()
        return list(found)


def given_up(app: Flask, there: Receiver, clock: FakeClock) -> tuple[int, int]:
    """A webhook's number, and the message that its receiver would not have."""
    number = act(app, lambda cast: hook(cast, there))
    there.will_answer("400 Bad Request")
    act(app, lambda cast: raised(cast, now=NOW))
    tick(app, clock)
    (row,) = messages(app)
    assert row.state is DeliveryState.DEAD
    return number, row.id


@pytest.mark.parametrize("add", [of_olga, hook])
def test_what_was_for_a_removed_webhook_is_neither_shown_nor_sent_at_one_that_is_added_later(
    posted: Flask, there: Receiver, theirs: Receiver, clock: FakeClock, add: Callable[[Cast, Receiver], int]
) -> None:
    number, message = given_up(posted, there, clock)
    act(posted, lambda cast: unhook(cast, number))
    later = act(posted, lambda cast: add(cast, theirs))
    assert later != number

    def again(cast: Cast) -> None:
        team, lead = (cast.other_team, cast.olga) if add is of_olga else (cast.team, cast.anke)
        outlet = outlets.of(team, later, channel=Channel.WEBHOOK, by=lead)
        assert rows.last_deliveries(outlet, limit=10) == []
        outlets.send_again(outlet, message, by=lead, now=NOW)

    with pytest.raises(OutOfReach):
        act(posted, again)
    tick(posted, clock)
    assert theirs.connections == 0


def test_no_number_is_used_twice_whatever_kind_had_it(posted: Flask, there: Receiver, clock: FakeClock) -> None:
    number, _message = given_up(posted, there, clock)

    def chat(cast: Cast) -> int:
        unhook(cast, number)
        url = f"mmost://127.0.0.1:{there.port}/{HOOK}"
        return outlets.add_chat(cast.team, url, allowed=HOME, by=cast.ada, now=NOW).id

    assert act(posted, chat) > number


def test_no_number_is_used_twice_on_a_site_that_was_brought_back_from_a_backup(
    posted: Flask, there: Receiver, clock: FakeClock, tmp_path: Path
) -> None:
    number, _message = given_up(posted, there, clock)
    act(posted, lambda cast: unhook(cast, number))
    with posted.app_context():
        copies.dump(tmp_path / "site.zip", now=NOW)
        copies.load(tmp_path / "site.zip")
        db.session.remove()
    assert act(posted, lambda cast: hook(cast, there)) > number


def test_a_message_of_another_team_leaves_to_nobody_although_its_name_is_the_same(
    posted: Flask, theirs: Receiver, clock: FakeClock
) -> None:
    """As a database has it in which a number was given twice before."""
    number = act(posted, lambda cast: of_olga(cast, theirs))
    act(posted, lambda cast: owes_to_one_that_is_gone(cast, number, Channel.WEBHOOK))
    with posted.app_context():
        outlet = rows.of_team(reassembled().other_team.id)[0]
        assert rows.last_deliveries(outlet, limit=10) == []
        assert rows.delivery_of(outlet, 1) is None
        db.session.remove()
    tick(posted, clock)
    assert theirs.connections == 0
    assert [(row.state, row.outcome) for row in messages(posted)] == [(DeliveryState.SKIPPED, events.REMOVED)]


def test_a_chats_message_never_leaves_to_a_webhook_of_its_number(
    posted: Flask, there: Receiver, clock: FakeClock
) -> None:
    number = act(posted, lambda cast: hook(cast, there))
    act(posted, lambda cast: owes_to_one_that_is_gone(cast, number, Channel.CHAT))
    tick(posted, clock)
    assert there.connections == 0
    assert [(row.state, row.outcome) for row in messages(posted)] == [(DeliveryState.SKIPPED, events.REMOVED)]


# While a sender has it ------------------------------------------------------------------------------------------------


def claimed(app: Flask, there: Receiver) -> tuple[int, outbox.Claim]:
    number = act(app, lambda cast: hook(cast, there))
    act(app, lambda cast: raised(cast, now=NOW))
    (claim,) = act(app, lambda _cast: outbox.claim(f"webhook:{number}", now=NOW))
    return number, claim


def outgoing(app: Flask) -> Outgoing:
    return Outgoing.of(app.config["TRACKER"])


def test_what_a_sender_has_claimed_does_not_leave_once_its_webhook_is_removed(posted: Flask, there: Receiver) -> None:
    number, claim = claimed(posted, there)
    act(posted, lambda cast: unhook(cast, number))
    (row,) = messages(posted)
    assert (row.state, row.outcome, row.token) == (DeliveryState.SKIPPED, events.REMOVED, None)
    begin = outbox.begin_sending
    begun = act(posted, lambda _c: begin(claim.delivery_id, claim.token, now=NOW, outgoing=outgoing(posted)))
    assert begun == outbox.Begun(None)


@pytest.mark.parametrize(
    ("result", "state", "what"),
    [
        (Accepted("204", code=204), DeliveryState.SENT, "sent"),
        (NeverAccepted("400", phase=Phase.REPLY, code=400), DeliveryState.SKIPPED, "refused"),
        (RelayRefuses("503", phase=Phase.REPLY, code=503), DeliveryState.SKIPPED, "refused"),
        (Unknown("cut off"), DeliveryState.SKIPPED, "unknown"),
    ],
    ids=["taken", "refused", "paused", "unknown"],
)
def test_what_was_leaving_when_its_webhook_was_removed_is_not_tried_again(
    posted: Flask, there: Receiver, result: outbox.Result, state: DeliveryState, what: str
) -> None:
    number, claim = claimed(posted, there)
    begin, end, out = outbox.begin_sending, outbox.finish, outgoing(posted)
    assert act(posted, lambda _c: begin(claim.delivery_id, claim.token, now=NOW, outgoing=out)).post is not None
    act(posted, lambda cast: unhook(cast, number))
    act(posted, lambda _c: end(claim.delivery_id, claim.token, result, now=NOW, outgoing=out))
    (row,) = messages(posted)
    assert row.state is state
    assert (row.outcome == events.REMOVED) is (state is DeliveryState.SKIPPED)
    with posted.app_context():
        assert db.session.scalars(sa.select(DeliveryEvent.what)).all() == [what]
        assert db.session.scalars(sa.select(PausedDestination)).all() == []
        db.session.remove()
