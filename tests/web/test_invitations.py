"""Inviting and coming in, at a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmtpServer
from tests.acts.cast import RAISED_AT, Cast
from tests.times import FakeClock
from tests.web.visitors import PASSWORD, Visitor, fields_of, problems, said
from tracker.domain.lifecycle import Role
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.teams import Membership

Visit = Callable[[str], Visitor]
INVITE = "/t/nachtwache/people/invite"
RELAY = SmtpServer("127.0.0.1", 2525, "plain")


def the_link(page: Any) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/join/[\w-]+)", page.text)
    assert found is not None, said(page)
    return found[1]


def roles(app: Flask, cast: Cast) -> dict[str, str]:
    with app.app_context():
        rows = db.session.execute(
            sa.select(Person.email, Membership.role, Membership.is_waiting)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.team_id == cast.team.id, Membership.left_at.is_(None))
        )
        return {row.email: f"{row.role.value}{' waiting' if row.is_waiting else ''}" for row in rows}


def test_each_pasted_line_is_answered(visit: Visit) -> None:
    visitor = visit("pit")
    page = visitor.submit(visitor.get(INVITE), addresses="Bente <bente@x.example>, kolja; nari@nachtwache.example")
    text = said(page)
    assert page.status_code == 200
    for words in ("Bente bente@x.example", "kolja", "nari@nachtwache.example"):
        assert words in text


def test_without_a_mail_server_the_links_are_there_to_copy(visit: Visit) -> None:
    visitor = visit("pit")
    page = visitor.submit(visitor.get(INVITE), addresses="bente@x.example")
    assert visitor.get(the_link(page)).status_code == 200


def test_forty_links_are_copied_in_one_go(visit: Visit) -> None:
    visitor = visit("pit")
    page = visitor.submit(visitor.get(INVITE), addresses="Bente <bente@x.example>, kolja@x.example")
    (text,) = [
        re.sub(r"\s+$", "", one)
        for one in re.findall(r"<textarea[^>]* readonly[^>]*>(.*?)</textarea>", page.text, re.S)
    ]
    lines = text.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["Bente", "kolja@x.example"]
    assert [visitor.get(line.partition(": ")[2]).status_code for line in lines] == [200, 200]


def test_lines_that_are_no_addresses_come_back_to_be_put_right(visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.submit(visitor.get(INVITE), addresses="bente@x.example, kolja, lars at x.example", role="manager")
    assert fields_of(page)["addresses"] == "kolja\nlars at x.example"
    page = visitor.submit(page, addresses="kolja@x.example\nlars@x.example")
    assert said(page).count("eingeladen") >= 2
    assert 'name="addresses"' not in page.text
    assert said(visitor.get(INVITE)).count("Community Management") >= 3  # the role that was chosen stays chosen


def test_with_a_mail_server_the_links_are_in_the_mails_alone(make_app: Any, cast: Cast, clock: FakeClock) -> None:
    visitor = Visitor(make_app(smtp=RELAY), clock).signed_in(cast.pit)
    page = visitor.submit(visitor.get(INVITE), addresses="bente@x.example")
    assert "/join/" not in page.text


def test_on_the_loopback_the_page_says_that_others_cannot_open_it(
    visit: Visit, make_app: Any, cast: Cast, clock: FakeClock
) -> None:
    assert "http://127.0.0.1:8000" in said(visit("anke").get(INVITE))
    public = make_app(public_url="https://tracker.example", smtp=RELAY, env="production")
    page = Visitor(public, clock, https=True).signed_in(cast.anke).get(INVITE)
    assert page.status_code == 200
    assert "TRACKER_PUBLIC_URL" not in said(page)


def test_a_refused_list_comes_back(visit: Visit) -> None:
    visitor = visit("pit")
    text = "\n".join(f"p{n}@x.example" for n in range(101))
    page = visitor.submit(visitor.get(INVITE), addresses=text)
    assert (page.status_code, list(problems(page))) == (422, ["addresses"])
    assert fields_of(page)["addresses"] == text


def test_a_newcomer_comes_in(app: Flask, cast: Cast, visit: Visit, visitor: Visitor) -> None:
    lead = visit("anke")
    page = lead.submit(lead.get(INVITE), addresses="Bente <bente@x.example>", role="manager")
    join = visitor.get(the_link(page))
    assert fields_of(join)["name"] == "Bente"
    refused = visitor.submit(join, password="kurz", name="Bente B.")
    assert (refused.status_code, fields_of(refused)["name"]) == (422, "Bente B.")
    assert visitor.submit(refused, password=PASSWORD).headers["Location"] == "/t/nachtwache/"
    assert roles(app, cast)["bente@x.example"] == "manager"
    assert visitor.get("/t/nachtwache/people").status_code == 200


def test_a_role_too_high_is_refused_however_it_is_sent(app: Flask, cast: Cast, visit: Visit) -> None:
    page = visit("pit").post(INVITE, {"addresses": "bente@x.example", "role": "owner"})
    assert page.status_code == 403
    assert fields_of(page)["addresses"] == "bente@x.example"


def test_fields_that_no_form_has_are_ignored(app: Flask, cast: Cast, visit: Visit, visitor: Visitor) -> None:
    lead = visit("pit")
    link = the_link(lead.submit(lead.get(INVITE), addresses="bente@x.example"))
    extra = {"role": "owner", "is_site_admin": "1", "team_id": "2", "active": "0"}
    visitor.submit(visitor.get(link), name="Bente", password=PASSWORD, **extra)
    with app.app_context():
        bente = db.session.scalars(sa.select(Person).where(Person.email == "bente@x.example")).one()
        assert (bente.is_site_admin, bente.active) == (False, True)
    assert roles(app, cast)["bente@x.example"] == "member"


def test_a_team_link_says_its_last_day(visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.get(INVITE)
    fields = {name: fields_of(page)[name] for name in ("csrf_token", "request_key")}
    made = visitor.post("/t/nachtwache/people/link", {**fields, "uses": "3", "until": "2026-12-05"})
    assert "Sa 5.12." in said(made)
    assert "So 6.12." not in said(made)


def test_a_pasted_list_takes_no_invitation_to_manage_back(visit: Visit) -> None:
    visitor = visit("anke")
    visitor.submit(visitor.get(INVITE), addresses="bente@x.example", role="manager")
    page = visitor.submit(visitor.get(INVITE), addresses="bente@x.example, kolja@x.example", role="member")
    assert "ist schon eingeladen, fürs Community Management oder die Teamleitung" in said(page)
    open_ones = said(visitor.get(INVITE))
    assert "bente@x.example Community Management" in open_ones or "Bente Community Management" in open_ones


def test_a_team_leads_home_says_who_waits_to_be_let_in(app: Flask, cast: Cast, visit: Visit) -> None:
    with app.app_context():
        db.session.add(
            Membership(
                team_id=cast.team.id, person_id=cast.olga.id, role=Role.MEMBER, joined_at=RAISED_AT, is_waiting=True
            )
        )
        db.session.commit()
    words = "1 Person wartet darauf, dass du sie hereinlässt."
    assert words in said(visit("anke").get("/t/nachtwache/"))
    assert words not in said(visit("pit").get("/t/nachtwache/"))


def test_a_team_link_with_a_team_leads_word(app: Flask, cast: Cast, visit: Visit, visitor: Visitor) -> None:
    lead = visit("anke")
    fields = {"uses": "3", "until": "2026-12-01", "needs_confirmation": "1"}
    link = the_link(lead.post("/t/nachtwache/people/link", fields))
    response = visitor.submit(visitor.get(link), name="Bente", email="bente@x.example", password=PASSWORD)
    assert response.headers["Location"] == "/"
    assert roles(app, cast)["bente@x.example"] == "member waiting"
    assert visitor.get("/t/nachtwache/people").status_code == 404
    waiting = lead.get("/t/nachtwache/people")
    found = re.search(r'action="(/t/nachtwache/people/\d+/confirm)"', waiting.text)
    assert found is not None
    assert visit("pit").post(found[1]).status_code == 403
    lead.post(found[1])
    assert roles(app, cast)["bente@x.example"] == "member"


def test_a_link_is_revoked_by_a_press(visit: Visit, visitor: Visitor) -> None:
    lead = visit("anke")
    link = the_link(lead.post("/t/nachtwache/people/link", {"uses": "3", "until": "2026-12-01"}))
    revoke = re.search(r'action="([^"]+/revoke)"', lead.get(INVITE).text)
    assert revoke is not None
    lead.post(revoke[1])
    assert visitor.get(link).status_code == 410


@pytest.mark.parametrize("fields", [{"uses": "0", "until": "2026-12-01"}, {"uses": "3", "until": "x"}, {"uses": "3"}])
def test_a_link_for_nobody_or_no_day_comes_back(visit: Visit, fields: dict[str, str]) -> None:
    page = visit("anke").post("/t/nachtwache/people/link", fields)
    assert page.status_code == 422
    assert set(problems(page)) <= {"uses", "until"}


def test_somebody_with_an_account_signs_in_and_comes_back(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit, visitor: Visitor
) -> None:
    lead = visit("anke")
    link = the_link(lead.submit(lead.get(INVITE), addresses="olga@nachtwache.example"))
    page = visitor.get(link)
    assert f"/sign-in?next={link.replace('/', '%2F')}" in page.text
    olga = visit("olga")
    assert olga.submit(olga.get(link)).headers["Location"] == "/t/nachtwache/"
    assert roles(app, cast)["olga@nachtwache.example"] == "member"


def test_a_manager_sees_no_addresses_but_their_own(visit: Visit, cast: Cast) -> None:
    page = visit("pit").get("/t/nachtwache/people")
    assert "pit@nachtwache.example" in page.text
    assert re.findall(r"[\w.]+@nachtwache\.example", page.text) == ["pit@nachtwache.example"]


def test_a_manager_sees_only_the_addresses_they_invited_themselves(visit: Visit) -> None:
    pit, juri = visit("pit"), visit("juri")
    pit.submit(pit.get(INVITE), addresses="bente@x.example")
    assert "bente@x.example" in pit.get(INVITE).text
    assert "bente@x.example" not in juri.get(INVITE).text
