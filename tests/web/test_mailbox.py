"""The embedded mailbox, and the one-click address of every mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import SmtpServer
from tests.acts.cast import Cast, raised
from tests.times import FakeClock
from tests.web.visitors import Visitor, said
from tracker.acts import demo
from tracker.notices import links, tokens
from tracker.notices.tokens import Purpose
from tracker.store.base import db
from tracker.store.people import Person

Visit = Callable[[str], Visitor]


@pytest.fixture
def mail(app: Flask) -> str:
    """One mail lies in the mailbox; its file's name."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "post@x.example", "nari@x.example", "Größe <b>"
    message.set_content("Hallo Nari\n")
    message.add_alternative("<p>Hallo <b>Nari</b></p><script>alert(1)</script>", subtype="html")
    folder: Path = app.config["TRACKER"].mailbox_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0001.eml").write_bytes(message.as_bytes())
    return "0001.eml"


EVERY_PAGE = ("", "mine", "desk", "suggestions", "new", "people", "41")
LINE = "Mails verlassen diesen Rechner noch nicht. Bis dahin erfährt niemand etwas."


def test_as_long_as_mail_stays_here_every_page_of_who_manages_says_so(
    visit: Visit, app: Flask, make_app: Any, cast: Cast, clock: FakeClock
) -> None:
    with app.app_context():
        raised(cast)
    pages = [f"/t/nachtwache/{page}" for page in EVERY_PAGE] + ["/me", "/me/tokens", "/notices"]
    for name in ("pit", "anke"):
        missing = [page for page in pages if LINE not in said(visit(name).get(page))]
        assert missing == []
        assert "Mails verlassen diesen Rechner noch nicht." in said(visit(name).get("/t/nachtwache/people/invite"))
    assert [page for page in pages if LINE in said(visit("nari").get(page))] == []
    with_a_server = Visitor(make_app(smtp=SmtpServer("127.0.0.1", 2525, "plain")), clock).signed_in(cast.pit)
    assert LINE not in said(with_a_server.get("/t/nachtwache/desk"))


def test_a_site_admin_reads_what_stayed_here(visit: Visit, mail: str) -> None:
    visitor = visit("ada")
    assert "Größe <b>" in said(visitor.get("/mailbox"))
    page = visitor.get(f"/mailbox/{mail}")
    assert "Hallo Nari" in said(page)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>alert" not in page.text


def test_the_html_part_is_shown_without_any_power(visit: Visit, mail: str) -> None:
    visitor = visit("ada")
    assert '<iframe class="mail" sandbox src=' in visitor.get(f"/mailbox/{mail}").text
    part = visitor.get(f"/mailbox/{mail}/html")
    policy = part.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert "script-src" not in policy


def test_a_mail_is_downloaded_as_it_is(visit: Visit, mail: str) -> None:
    response = visit("ada").get(f"/mailbox/{mail}/download")
    assert response.mimetype == "message/rfc822"
    assert response.headers["Cache-Control"] == "no-store"
    assert b"Subject" in response.data


KEYS = (
    "https://x.example/m/answer/Mi43NjViNGI5MzM2NTU0.Vp2kHkffA34nPvwFMJTprA#answer",
    "https://x.example/sign-in/uU-GN_97mliZJrle7TmifRi_hBg7tadQxHj3BWMIQDs",
    "https://x.example/u/Mi43NjViNGI5MzM2NTU0.Vp2kHkffA34nPvwFMJTprA",
)


def a_mail_with_keys(app: Flask, to: str) -> str:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "post@x.example", to, "Heute"
    message["List-Unsubscribe"] = f"<{KEYS[2]}>"
    message.set_content("\n".join(KEYS))
    message.add_alternative("".join(f'<a href="{key}">Antworten</a>' for key in KEYS), subtype="html")
    folder: Path = app.config["TRACKER"].mailbox_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0002.eml").write_bytes(message.as_bytes())
    return "0002.eml"


def keys_in(visitor: Visitor, name: str) -> int:
    pages = [visitor.get(f"/mailbox/{name}{part}").text for part in ("", "/html", "/download")]
    whole = [page.replace("=\r\n", "").replace("=\n", "") for page in pages]  # lines of a file are folded
    return sum(re.split("[/#]", key)[-1 - key.count("#")] in page for page in whole for key in KEYS)


def test_keys_in_somebody_elses_mail_are_struck_out(app: Flask, visit: Visit) -> None:
    """Whoever looks after the site reads what was told, and acts in nobody's name."""
    ada = visit("ada")
    assert keys_in(ada, a_mail_with_keys(app, "Pit <pit@nachtwache.example>")) == 0
    page = ada.get("/mailbox/0002.eml")
    assert "https://x.example/m/answer/***" in said(page)
    assert "https://x.example/sign-in/***" in said(page)
    assert "https://x.example/u/***" in said(page)
    assert "/m/answer/***" in ada.get("/mailbox/0002.eml/html").text


def test_in_ones_own_they_work(app: Flask, visit: Visit) -> None:
    assert keys_in(visit("ada"), a_mail_with_keys(app, "ada@nachtwache.example")) == 9


def test_in_a_demo_everybody_can_be_everybody(app: Flask, visit: Visit) -> None:
    with app.app_context():
        demo.mark()
        db.session.commit()
    assert keys_in(visit("ada"), a_mail_with_keys(app, "pit@nachtwache.example")) == 9


@pytest.mark.parametrize("who", ["nari", "pit", "anke", "olga"])
def test_nobody_else_reads_it(visit: Visit, mail: str, who: str) -> None:
    for path in ("/mailbox", f"/mailbox/{mail}", f"/mailbox/{mail}/html", f"/mailbox/{mail}/download"):
        assert visit(who).get(path).status_code == 404, path


def test_it_is_never_there_in_production(make_app: Any, cast: Cast, clock: FakeClock) -> None:
    app = make_app(env="production", public_url="https://tracker.example")
    visitor = Visitor(app, clock, https=True).signed_in(cast.ada)
    assert visitor.get("/mailbox").status_code == 404


@pytest.mark.parametrize("name", ["../secret_key", "..%2fsecret_key", "x.eml", ".eml", "a.txt", "%00.eml"])
def test_no_other_file_is_reached(app: Flask, visit: Visit, mail: str, name: str) -> None:
    (app.config["TRACKER"].data_dir / "secret_key").write_text("geheim")
    response = visit("ada").get(f"/mailbox/{name}")
    assert response.status_code == 404
    assert "geheim" not in response.text


def test_an_empty_mailbox_says_so(visit: Visit) -> None:
    assert visit("ada").get("/mailbox").status_code == 200


# One click ------------------------------------------------------------------------------------------------------------


def unsubscribe_link(app: Flask, cast: Cast, clock: FakeClock, kind: str = "digest", **more: Any) -> str:
    with app.app_context():
        nari = db.session.get_one(Person, cast.nari.id)
        expires_at = clock.now() + more.get("life", timedelta(days=90))
        token = tokens.make(more.get("purpose", Purpose.UNSUBSCRIBE), nari, subject=kind, expires_at=expires_at)
        return links.path("unsubscribe", token=token)


def gets_digests(app: Flask, cast: Cast) -> bool:
    with app.app_context():
        return db.session.get_one(Person, cast.nari.id).digest_on


def test_a_get_shows_a_form_and_changes_nothing(app: Flask, cast: Cast, clock: FakeClock, visitor: Visitor) -> None:
    page = visitor.get(unsubscribe_link(app, cast, clock))
    assert page.status_code == 200
    assert 'method="post"' in page.text
    assert gets_digests(app, cast)


def test_a_post_acts_without_signing_in_or_a_token(app: Flask, cast: Cast, clock: FakeClock) -> None:
    """As RFC 8058 has mail programs send it."""
    client = app.test_client()
    for _ in range(2):
        answer = client.post(unsubscribe_link(app, cast, clock), data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert not gets_digests(app, cast)


def test_a_link_that_ended_or_is_for_something_else_changes_nothing(app: Flask, cast: Cast, clock: FakeClock) -> None:
    client = app.test_client()
    good = unsubscribe_link(app, cast, clock)
    for link in (
        f"{good}x",
        good.replace("/u/", "/u/A"),
        unsubscribe_link(app, cast, clock, life=timedelta(0)),
        unsubscribe_link(app, cast, clock, purpose=Purpose.REPLY),
        unsubscribe_link(app, cast, clock, kind="everything"),
        "/u/x",
        f"/u/{'x' * 500}",
    ):
        assert client.get(link).status_code == 410, link
        assert client.post(link).status_code == 410, link
    assert gets_digests(app, cast)


def test_an_unsubscribe_link_outlives_sign_out_everywhere(app: Flask, cast: Cast, clock: FakeClock) -> None:
    link = unsubscribe_link(app, cast, clock)
    with app.app_context():
        db.session.get_one(Person, cast.nari.id).token_version += 1
        db.session.commit()
    assert app.test_client().post(link).status_code == 200
    assert not gets_digests(app, cast)


def test_an_unsubscribe_link_ends_with_the_address_that_it_went_to(app: Flask, cast: Cast, clock: FakeClock) -> None:
    link = unsubscribe_link(app, cast, clock)
    with app.app_context():
        db.session.get_one(Person, cast.nari.id).email = "nari@elsewhere.example"
        db.session.commit()
    assert app.test_client().post(link).status_code == 410
    assert gets_digests(app, cast)


def test_a_link_made_with_a_former_key_still_works(app: Flask, make_app: Any, cast: Cast, clock: FakeClock) -> None:
    link = unsubscribe_link(app, cast, clock)
    former = app.config["SECRET_KEY"]
    turned = make_app(secret_key="another key of thirty-two bytes!!", secret_key_fallbacks=(former,))
    assert turned.test_client().post(link).status_code == 200
    assert not gets_digests(app, cast)


def test_an_unsubscribe_link_signs_nobody_in(app: Flask, cast: Cast, clock: FakeClock) -> None:
    client = app.test_client()
    client.post(unsubscribe_link(app, cast, clock))
    assert client.get("/me").status_code == 302
