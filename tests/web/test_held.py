"""Held mail: a line on every page of who counts on mails, and a page with two buttons for who looks after the site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, raised
from tests.times import FakeClock
from tests.web.visitors import Visitor, said
from tracker.store import instance, pulse
from tracker.store.base import db
from tracker.store.notices import Notice, NoticeState

Visit = Callable[[str], Visitor]
LINE = "Mail wird zurückgehalten. Niemand bekommt welche, bis sie freigegeben ist."


@pytest.fixture
def held(app: Flask, cast: Cast, clock: FakeClock) -> None:
    """A backup was restored, and Nari's receipt waits."""
    with app.app_context():
        raised(cast)
        instance.hold(now=clock.now())
        db.session.commit()
        db.session.remove()


@pytest.mark.usefixtures("held")
def test_who_manages_reads_it_on_every_page_and_a_member_does_not(visit: Visit) -> None:
    for name in ("pit", "anke"):
        page = visit(name).get("/t/nachtwache/")
        assert LINE in said(page)
        assert "/held-mail" not in page.text
    assert LINE not in said(visit("nari").get("/t/nachtwache/"))


@pytest.mark.usefixtures("held")
def test_a_site_admin_reads_why_and_releases_it(app: Flask, visit: Visit) -> None:
    visitor = visit("ada")
    page = visitor.get("/held-mail")
    assert "Eine frühere Kopie der Datenbank ist in Gebrauch" in said(page)
    assert "Eine Mail wartet." in said(page)
    answer = visitor.post("/held-mail", {"what": "release"})
    assert answer.status_code == 302
    page = visitor.get("/held-mail")
    assert "Mail geht wieder hinaus." in said(page)
    assert "Es wird keine Mail zurückgehalten." in said(page)
    with app.app_context():
        assert not instance.holds()
        assert _states() == {NoticeState.OWED}
    assert LINE not in said(visit("pit").get("/t/nachtwache/"))


@pytest.mark.usefixtures("held")
def test_what_waits_can_be_discarded(app: Flask, visit: Visit) -> None:
    visit("ada").post("/held-mail", {"what": "discard"})
    with app.app_context():
        assert _states() == {NoticeState.SKIPPED}
        assert not instance.holds()


def test_a_clone_says_which_address_it_had(app: Flask, visit: Visit) -> None:
    visitor = visit("ada")
    with app.app_context():
        pulse.remember(instance.ADDRESS, "https://tracker.example.org")
        db.session.commit()
        db.session.remove()
    assert "Diese Seite war unter https://tracker.example.org" in said(visitor.get("/held-mail"))
    assert "this site was at https://tracker.example.org" in visitor.get("/healthz").text
    visitor.post("/held-mail", {"what": "release"})
    assert "mail_held" not in visitor.get("/healthz").text


def _states() -> set[NoticeState]:
    where = (Notice.kind == "receipt", Notice.channel == "email")
    return set(db.session.scalars(sa.select(Notice.state).where(*where)))
