"""A site on this machine whose webhooks and chats may stand on this machine too, what listens there, and one tick that
sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from config import SmtpServer
from tests.receivers import HOME, Receiver, receiver
from tests.times import FakeClock, instant

if TYPE_CHECKING:
    from tracker.worker.delivery import Senders

NOW = instant("Wednesday 2026-11-25 10:00")
#: What stands behind the host of a chat's address: its key.
HOOK = "3ccdd113474722377935511fc85d3dd4"


@pytest.fixture
def there() -> Iterator[Receiver]:
    """What listens at a webhook's or a chat's place."""
    with receiver() as made:
        yield made


@pytest.fixture
def outside(make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock) -> Flask:
    """On Wednesday, 10:00, with nobody in it yet."""
    clock.set(NOW)
    return make_app(smtp=smtp, timeout_scale=0.1, own_networks=HOME)


def tick(app: Flask, clock: FakeClock, senders: Senders | None = None) -> None:
    """One tick of delivery, until everything that is due was tried."""
    from tracker.worker import delivery

    senders = senders or delivery.Senders(app)
    with app.app_context():
        delivery.deliver(senders, now=clock.now())
    assert senders.wait(30)
