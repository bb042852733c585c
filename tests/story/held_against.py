"""What a whole story is held against: `tracker check`, and the headers that a serious sender puts on every mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests.story.people import Cast
from tests.story.stage import Left
from tracker.acts import audit
from tracker.domain.lifecycle import Status
from tracker.notices import mime
from tracker.store import promises
from tracker.store.base import db
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

# tracker check --------------------------------------------------------------------------------------------------------


def demand_nothing_off(app: Flask, *, suggestions: int) -> None:
    """Everything that is stored can be true, and all of it was looked at."""
    with app.app_context():
        tally = audit.Tally()
        assert list(audit.findings(tally)) == []
        assert (tally.teams, tally.suggestions) == (1, suggestions)
        assert tally.entries > 2 * suggestions
        db.session.remove()


def demand_alterations_found(app: Flask, cast: Cast) -> None:
    """Each column that repeats the log, altered by hand on #41 while it is late: the check names what is off."""
    for name, (table, alter, says) in ALTERATIONS.items():
        with app.app_context():
            s = cast.s(41)
            row = promises.open_of(s.id)
            assert row is not None
            former = getattr(s if table is Suggestion else row, name)
            row_id = s.id if table is Suggestion else row.id
            _put(table, row_id, name, alter(former))
            found = list(audit.findings(audit.Tally()))
            _put(table, row_id, name, former)
            assert len(found) >= 1, name
            assert all(says in one for one in found), (name, found)
            db.session.remove()
    demand_nothing_off(app, suggestions=48)


#: Column -> its table, the altered value from the former, and what every finding speaks of.
ALTERATIONS: dict[str, tuple[type[Any], Callable[[Any], Any], str]] = {
    "next_follow_up_at": (PromiseRow, lambda at: at + timedelta(hours=1), "next_follow_up_at"),
    "due_at": (PromiseRow, lambda at: at + timedelta(days=1), "due_at"),
    "version": (PromiseRow, lambda version: version + 1, "version"),
    "rung": (PromiseRow, lambda rung: rung - 1, "rung"),
    "owed_by_id": (PromiseRow, lambda _: 1, "owed_by"),
    "missed_at": (PromiseRow, lambda _: None, "missed_at"),
    # a whole value with another rung: neither the log nor its columns nor the core's next instant agree
    "value_facts": (PromiseRow, lambda facts: {**facts, "rung": facts["rung"] + 1}, "promise"),
    "status": (Suggestion, lambda _: Status.NOT_NOW, "#41"),
    "votes": (Suggestion, lambda votes: votes + 1, "votes"),
    "nudges": (Suggestion, lambda nudges: nudges + 1, "nudges"),
    "number": (Suggestion, lambda number: number + 100, "gap"),
}


def _put(table: type[Any], row_id: int, name: str, value: Any) -> None:
    db.session.execute(sa.update(table).where(table.id == row_id).values({name: value}))
    db.session.commit()
    db.session.expire_all()


# Headers --------------------------------------------------------------------------------------------------------------

DOMAIN = "tracker.example"
REASONS = {"deadline", "digest", "receipt", "answer", "moved", "question"}
#: Of these nobody wants one each time somebody speaks; every other mail of the story can be switched off by its link.
ONE_CLICK = "List-Unsubscribe=One-Click"


def demand_headers(mails: list[Left]) -> None:
    """On the bytes that left: what is in ``shared/mail.md`` for sending."""
    assert len({str(one.message["Message-ID"]) for one in mails}) == len(mails)
    for one in mails:
        mime.fence(one.raw)
        _demand_headers(one.message, one)


def _demand_headers(m: EmailMessage, one: Left) -> None:
    assert re.fullmatch(rf"<[!-;=?-~]+@{DOMAIN}>", str(m["Message-ID"]))
    assert (m["Auto-Submitted"], m["X-Auto-Response-Suppress"], m["Precedence"]) == ("auto-generated", "All", "list")
    assert one.reason in REASONS
    assert str(m["From"]).endswith(f"<post@{DOMAIN}>")
    assert "@nachtwache.example" not in str(m["From"])  # nobody's own address stands in a mail to somebody else
    assert str(m["To"]).endswith("@nachtwache.example")
    assert "," not in str(m["To"])
    assert abs(m["Date"].datetime - one.at) <= timedelta(hours=1)
    assert m["List-Unsubscribe-Post"] == ONE_CLICK
    assert re.fullmatch(rf"<https://{DOMAIN}/u/[A-Za-z0-9._~-]+>", str(m["List-Unsubscribe"]))
    if f"night-watch.{DOMAIN}" in str(m["List-Id"] or ""):
        assert str(m["List-Id"]) == f'"Night Watch" <night-watch.{DOMAIN}>'
    if one.reason != "digest" and m["References"] is not None:
        assert m["References"] == m["In-Reply-To"]
        assert re.fullmatch(rf"<s\.\d+@{DOMAIN}>", str(m["References"]))
    words = m.get_body(("plain",)), m.get_body(("html",))
    assert all(part is not None for part in words)
    assert len(one.raw) < 102_000
    assert not re.search(r"<img|<script|<link|url\(|http://", one.html)
    own = {str(m["To"])}
    addresses = set(re.findall(r"[\w.+-]+@[\w.-]+\.\w+", one.text + one.html))
    assert addresses <= own, addresses
