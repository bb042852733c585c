"""The cast in a fresh database, the addresses of the settings, and a postman who hands mails in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from config_inbound import Inbound, Listener
from tests.acts.cast import Cast, assemble, at, raised
from tests.notices.post import RELAY, Post, Sent
from tracker.acts import audit
from tracker.inbound import keeping, reading
from tracker.inbound.addresses import Book
from tracker.inbound.keeping import Arrived
from tracker.notices.outgoing import Outgoing
from tracker.store import inbound_mails, leftovers
from tracker.store.base import db
from tracker.store.inbound_mails import How, InboundMail
from tracker.store.suggestions import Suggestion

#: Postfix wants to be started by root: for anybody else its story does not apply, and is not collected.
collect_ignore = [] if os.geteuid() == 0 else ["test_real_servers.py"]

DOMAIN = "nachtwache.example"
TEAM = f"post+nachtwache@{DOMAIN}"
NOW = at("Wednesday 2026-11-25 10:00")
INBOUND = Inbound(
    listen=Listener("lmtp", "127.0.0.1", 8024),
    reply_address=f"reply@{DOMAIN}",
    team_address="post+{team}@" + DOMAIN,
    bounce_address=f"bounce@{DOMAIN}",
)
RECEIVING: Outgoing = replace(RELAY, reply_address=INBOUND.reply_address, bounce_address=INBOUND.bounce_address)


def written(
    to: str, text: str = "Ist am Rechner, nicht am Handy.", *, sender: str = f"nari@{DOMAIN}", **headers: str
) -> EmailMessage:
    """A mail as a person's program writes it. Header names are given with ``_`` for ``-``."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = headers.pop("Subject", "Re: Chat-Filter frisst Umlaute")
    mail["Message-ID"] = headers.pop("Message_ID", "<1@mua.example>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@dataclass
class Postman:
    """Hands mails in as a mail server does, has them read, and lets go out what they set off."""

    cast: Cast
    book: Book = field(default_factory=lambda: Book(INBOUND, f"post@{DOMAIN}"))
    post: Post = field(default_factory=lambda: Post(RECEIVING))

    def keep(self, mail: EmailMessage | bytes, *, now: datetime = NOW, **how: Any) -> int:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        given = {"how": How.LMTP, "envelope_from": "nari@nachtwache.example", "recipients": (), **how}
        mail_id = keeping.keep(Arrived(raw=raw, **given), now=now)
        db.session.commit()
        return mail_id

    def hear(self, mail: EmailMessage | bytes, *, now: datetime = NOW, **how: Any) -> InboundMail:
        """One mail, from the door to its end."""
        mail_id = self.keep(mail, now=now, **how)
        reading.read_waiting(self.book, now=now)
        found = inbound_mails.by_id(mail_id)
        assert found is not None
        return found

    def answers(self, *, now: datetime = NOW) -> list[Sent]:
        """What goes back at once."""
        before = len(self.post.sent)
        leftovers.aim(RELAY.destination)
        self.post.deliver(now)
        return [one for one in self.post.sent[before:] if one.template.startswith("heard_")]

    def reply_address(self, to: str, template: str) -> str:
        """What a mail of ours that has left can be answered to."""
        sent = [one for one in self.post.sent if (one.to, one.template) == (to, template)]
        assert sent, [(one.to, one.template) for one in self.post.sent]
        assert sent[-1].letter.reply_to is not None
        return sent[-1].letter.reply_to


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    with app.app_context():
        yield assemble()
        db.session.commit()
        db.session.expire_all()
        assert list(audit.findings(audit.Tally())) == []


@pytest.fixture
def postman(cast: Cast) -> Postman:
    return Postman(cast)


@dataclass
class Story:
    """Nari's #41, whose receipt has left; ``reply`` is what she answers to."""

    postman: Postman
    s: Suggestion
    reply: str


@pytest.fixture
def story(postman: Postman, cast: Cast) -> Story:
    s = raised(cast, body="Seit dem Update wird aus Grüße Gr**e.")
    postman.post.deliver(NOW - timedelta(hours=2))
    return Story(postman, s, postman.reply_address("nari", "receipt"))


def count(kind: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0
