"""Signing in and out, links in mails, a new password; and what was typed before is there afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast
from tests.times import FakeClock
from tests.web.visitors import PASSWORD, Visitor, fields_of, problems, said
from tracker.acts import demo, people, setup
from tracker.notices import links, tokens
from tracker.notices.tokens import Purpose
from tracker.store.base import db
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.pulse import SiteFact
from tracker.web.paths import same_site
from tracker.worker import housekeeping

Visit = Callable[[str], Visitor]


@pytest.fixture
def nari(app: Flask, cast: Cast, clock: FakeClock) -> str:
    """Nari has a password; this is her address."""
    with app.app_context():
        person = db.session.get_one(Person, cast.nari.id)
        people.set_password(person, PASSWORD, now=clock.now())
        db.session.commit()
        return person.email


def enter(visitor: Visitor, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return visitor.submit(visitor.get("/sign-in"), email=email, password=password, **more)


def mailed(app: Flask) -> str:
    """The token of the newest mail."""
    with app.app_context():
        mail = db.session.scalars(sa.select(Delivery).order_by(Delivery.id.desc())).first()
        assert mail is not None
        return str(mail.facts["token"])


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/me").status_code == 200


# By password ----------------------------------------------------------------------------------------------------------


def test_signing_in_leads_to_the_team(visitor: Visitor, nari: str) -> None:
    response = enter(visitor, f" {nari.upper()} ")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert visitor.get("/").headers["Location"] == "/t/nachtwache/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(visitor: Visitor, nari: str) -> None:
    wrong, unknown = enter(visitor, nari, "falsch falsch"), enter(visitor, "nobody@x.example", "falsch falsch")
    assert wrong.status_code == unknown.status_code == 422
    assert (
        problems(wrong)
        == problems(unknown)
        == {"password": "That address and password do not belong together. A link by mail works without a password."}
    )
    assert fields_of(wrong)["email"] == nari
    assert PASSWORD not in wrong.text
    assert "falsch falsch" not in wrong.text


def test_after_too_many_tries_one_waits_and_is_told_how_long(app: Flask, clock: FakeClock, nari: str) -> None:
    visitor = Visitor(app, clock)
    answers = [enter(visitor, nari, "falsch falsch") for _ in range(6)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert enter(visitor, nari).status_code == 429
    assert not is_signed_in(visitor)
    clock.move(minutes=15)
    assert enter(visitor, nari).status_code == 302


def test_the_wait_survives_a_restart(app: Flask, make_app: Any, clock: FakeClock, nari: str) -> None:
    for _ in range(6):
        enter(Visitor(app, clock), nari, "falsch falsch")
    assert enter(Visitor(make_app(), clock), nari).status_code == 429


def test_staying_signed_in_lasts_ninety_days_for_members(app: Flask, clock: FakeClock, nari: str) -> None:
    visitor = Visitor(app, clock)
    assert fields_of(visitor.get("/sign-in"))["stay"] == "1"
    response = enter(visitor, nari)
    assert "Expires=" in response.headers["Set-Cookie"]
    clock.move(days=89)
    assert is_signed_in(visitor)
    clock.move(days=1)
    assert not is_signed_in(visitor)


def test_staying_signed_in_lasts_thirty_days_for_who_manages(app: Flask, cast: Cast, clock: FakeClock) -> None:
    with app.app_context():
        pit = db.session.get_one(Person, cast.pit.id)
        people.set_password(pit, PASSWORD, now=clock.now())
        db.session.commit()
        email = pit.email
    visitor = Visitor(app, clock)
    enter(visitor, email)
    clock.move(days=29)
    assert is_signed_in(visitor)
    clock.move(days=1)
    assert not is_signed_in(visitor)


def test_without_staying_signed_in_a_day_is_the_end(app: Flask, clock: FakeClock, nari: str) -> None:
    visitor = Visitor(app, clock)
    response = enter(visitor, nari, stay=None)
    assert "Expires=" not in response.headers["Set-Cookie"]
    clock.move(hours=12)
    assert not is_signed_in(visitor)


def test_signing_in_makes_a_new_session(visitor: Visitor, nari: str) -> None:
    prepared = visitor.token()
    enter(visitor, nari)
    assert visitor.post("/sign-out", {"csrf_token": prepared}).status_code == 400
    assert is_signed_in(visitor)


def test_signing_out_ends_it(visit: Visit) -> None:
    visitor = visit("nari")
    assert visitor.post("/sign-out").headers["Location"] == "/sign-in"
    assert not is_signed_in(visitor)


def test_a_disabled_account_is_out_at_once(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("nari")
    assert is_signed_in(visitor)
    with app.app_context():
        db.session.get_one(Person, cast.nari.id).active = False
        db.session.commit()
    assert not is_signed_in(visitor)


# Coming back ----------------------------------------------------------------------------------------------------------


def test_after_signing_in_one_is_where_one_wanted_to_go(visitor: Visitor, nari: str) -> None:
    asked = visitor.get("/t/nachtwache/people")
    assert asked.headers["Location"] == "/sign-in?next=%2Ft%2Fnachtwache%2Fpeople"
    page = visitor.get(asked.headers["Location"])
    response = visitor.submit(page, email=nari, password=PASSWORD)
    assert response.headers["Location"] == "/t/nachtwache/people"


@pytest.mark.parametrize(
    "path", ["/", "/me", "/t/nachtwache/41?tab=2", "/t/nachtwache/41#entry-3", "/t/a/new?title=Gr%C3%BC%C3%9Fe"]
)
def test_a_path_of_this_site_is_gone_to(path: str) -> None:
    assert same_site(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/%2Fevil.example",
        "/%252Fevil.example",
        "/%5Cevil.example",
        "/a%0d%0aLocation:%20https://evil.example",
        "/a\r\nLocation: https://evil.example",
        "/a%00",
        "/\t/evil.example",
        " /me",
        "me",
        "/" + "x" * 600,
        "/ä",
    ],
)
def test_anything_else_leads_to_the_start(path: str | None) -> None:
    assert same_site(path) == "/"


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "/%2Fevil.example"])
def test_no_link_to_the_sign_in_page_leads_off_the_site(app: Flask, clock: FakeClock, nari: str, target: str) -> None:
    visitor = Visitor(app, clock)
    page = visitor.client.get("/sign-in", query_string={"next": target}, base_url=visitor.base)
    assert visitor.submit(page, email=nari, password=PASSWORD).headers["Location"] == "/"


def test_what_was_typed_while_signed_out_is_there_after_signing_in(visitor: Visitor, nari: str) -> None:
    lost = visitor.post("/me", {"name": "Nari die Große", "locale": "de", "password": "geheim geheim"})
    assert lost.status_code == 401
    assert "Nari die Große" in said(lost)
    assert "geheim geheim" not in lost.text
    wrong = visitor.submit(lost, email=nari, password="falsch falsch")
    assert "Nari die Große" in said(wrong)
    back = visitor.submit(wrong, email=nari, password=PASSWORD)
    assert back.status_code == 200
    assert (fields_of(back)["name"], fields_of(back)["locale"]) == ("Nari die Große", "de")
    assert visitor.submit(back).request.path == "/me"


def test_a_form_of_an_ended_session_comes_back_with_what_was_typed(app: Flask, clock: FakeClock, visit: Visit) -> None:
    visitor = visit("nari")
    page = visitor.get("/me")
    clock.move(days=40)
    response = visitor.submit(page, name="Nari die Große")
    assert response.status_code == 401
    assert "Nari die Große" in said(response)


def test_asked_to_sign_in_one_stays_signed_in_unless_one_says_otherwise(app: Flask, visitor: Visitor) -> None:
    assert fields_of(visitor.post("/me", {"name": "Nari"}))["stay"] == "1"


def test_asking_for_a_link_instead_loses_no_word_and_leads_to_the_form(app: Flask, visitor: Visitor, nari: str) -> None:
    lost = visitor.post("/t/nachtwache/41/comment", {"text": "Bei uns auch.", "outcome": "done"})
    sent = visitor.submit(lost, email=nari, how="mail")
    assert "Bei uns auch." in said(sent)
    assert " done " not in said(sent)  # what was chosen is no text
    link = visitor.get(f"/sign-in/{mailed(app)}")
    assert visitor.submit(link).headers["Location"] == "/t/nachtwache/41"


# Links in mails -------------------------------------------------------------------------------------------------------


def test_a_link_by_mail_signs_in_by_a_press_and_leads_on(app: Flask, visitor: Visitor, nari: str) -> None:
    page = visitor.get("/sign-in?next=/t/nachtwache/people")
    sent = visitor.submit(page, email=nari, how="mail")
    assert "Look into your mailbox." in said(sent)
    link = visitor.get(f"/sign-in/{mailed(app)}")
    assert "Hi Nari" in said(link)
    assert not is_signed_in(visitor)  # a scanner that opens links signs nobody in
    assert visitor.submit(link).headers["Location"] == "/t/nachtwache/people"
    assert is_signed_in(visitor)


def test_asking_for_a_link_is_answered_the_same_for_everybody(visitor: Visitor, nari: str) -> None:
    pages = [
        said(visitor.submit(visitor.get("/sign-in"), email=email, how="mail")).replace(email, "…")
        for email in (nari, "nobody@x.example")
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("page", "how"), [("/sign-in", {"how": "mail"}), ("/password", {})])
def test_once_all_links_are_forgotten_it_is_still_answered_the_same_for_everybody(
    app: Flask, cast: Cast, clock: FakeClock, page: str, how: dict[str, str]
) -> None:
    def ask(email: str) -> int:
        visitor = Visitor(app, clock)
        return int(visitor.submit(visitor.get(page), email=email, **how).status_code)

    assert ask(cast.nari.email) == 200
    first = mailed(app)
    clock.move(days=4)
    with app.app_context():
        assert housekeeping.tidy_up(now=clock.now())["links"] == 1
    assert [ask(email) for email in (cast.pit.email, "nobody@x.example")] == [200, 200]
    assert mailed(app) not in ("", first)


def test_a_used_link_says_so(app: Flask, visitor: Visitor, nari: str) -> None:
    visitor.submit(visitor.get("/sign-in"), email=nari, how="mail")
    token = mailed(app)
    visitor.submit(visitor.get(f"/sign-in/{token}"))
    again = Visitor(app, visitor.clock).get(f"/sign-in/{token}")
    assert again.status_code == 410
    assert "used already" in said(again)


def test_a_new_password_by_mail(app: Flask, visitor: Visitor, nari: str) -> None:
    visitor.submit(visitor.get("/password"), email=nari)
    page = visitor.get(f"/password/{mailed(app)}")
    refused = visitor.submit(page, password="kurz")
    assert (refused.status_code, list(problems(refused))) == (422, ["password"])
    assert visitor.submit(refused, password="noch vier worte mehr").status_code == 302
    assert is_signed_in(visitor)
    other = Visitor(app, visitor.clock)
    assert enter(other, nari).status_code == 422
    assert enter(other, nari, "noch vier worte mehr").status_code == 302


def test_a_new_password_signs_out_everywhere_else(app: Flask, visitor: Visitor, visit: Visit, nari: str) -> None:
    phone = visit("nari")
    visitor.submit(visitor.get("/password"), email=nari)
    # The visit above took the session of before the password was set.
    visitor.submit(visitor.get(f"/password/{mailed(app)}"), password="noch vier worte mehr")
    assert not is_signed_in(phone)


# Beginning ------------------------------------------------------------------------------------------------------------


def test_a_site_that_nobody_set_up_says_where_the_link_is(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    assert "set-up link in the terminal" in said(page)


def test_somebody_without_a_team_is_told_what_to_do(app: Flask, cast: Cast, visit: Visit) -> None:
    page = visit("exi").get("/")
    assert page.status_code == 200
    assert 'href="/teams/new"' in page.text


def test_the_browsers_language_counts_before_signing_in(app: Flask, cast: Cast, clock: FakeClock) -> None:
    assert '<html lang="de"' in Visitor(app, clock, language="de-AT,de;q=0.9").get("/sign-in").text
    assert '<html lang="en"' in Visitor(app, clock, language="fr").get("/sign-in").text


def test_the_persons_language_counts_afterwards(visit: Visit) -> None:
    assert '<html lang="de"' in visit("nari").get("/me", Accept_Language="en").text


# The demo -------------------------------------------------------------------------------------------------------------


def _demo_link(app: Flask, cast: Cast, clock: FakeClock) -> str:
    """A link as `tracker demo` prints it."""
    with app.app_context():
        demo.mark()
        token = demo.sign_in_token(db.session.get_one(Person, cast.pit.id), now=clock.now())
        db.session.commit()
        return links.path("demo_sign_in", token=token)


def test_a_demo_link_signs_in_at_once_any_number_of_times(app: Flask, cast: Cast, clock: FakeClock) -> None:
    link = _demo_link(app, cast, clock)
    for _ in range(2):
        visitor = Visitor(app, clock)
        assert visitor.get(link).status_code == 302
        assert is_signed_in(visitor)


def test_any_other_database_refuses_demo_links(app: Flask, cast: Cast, clock: FakeClock) -> None:
    link = _demo_link(app, cast, clock)
    with app.app_context():
        db.session.execute(sa.delete(SiteFact))
        db.session.commit()
    visitor = Visitor(app, clock)
    assert visitor.get(link).status_code == 404
    assert not is_signed_in(visitor)


def test_a_link_of_another_kind_signs_nobody_in(app: Flask, cast: Cast, clock: FakeClock) -> None:
    _demo_link(app, cast, clock)
    with app.app_context():
        pit = db.session.get_one(Person, cast.pit.id)
        expires_at = clock.now() + timedelta(days=30)
        token = tokens.make(Purpose.UNSUBSCRIBE, pit, subject="digest", expires_at=expires_at)
    assert Visitor(app, clock).get(f"/demo/{token}").status_code == 404


def test_the_owner_whom_the_command_line_made_chooses_a_password(app: Flask, clock: FakeClock) -> None:
    with app.app_context():
        team = setup.found(
            "Nachtwache",
            owner=setup.Owner(name="Anke", email="anke@x.example"),
            timezone="Europe/Berlin",
            locale="de",
            week={"mon": [["09:00", "17:00"]]},
            answer_within=2,
            now=clock.now(),
        )
        anke = db.session.scalars(sa.select(Person)).one()
        token = setup.setup_link(now=clock.now(), person=anke)
        db.session.commit()
        assert team.slug == "nachtwache"
    visitor = Visitor(app, clock)
    page = visitor.get(f"/setup/{token}")
    assert "anke@x.example" in said(page)
    assert visitor.submit(page, password="kurz").status_code == 422
    assert visitor.submit(page, password=PASSWORD).status_code == 302
    assert is_signed_in(visitor)
    assert visitor.get(f"/setup/{token}").status_code == 410
