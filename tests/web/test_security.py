"""Headers, cookies, hosts, tokens of forms, what a browser may keep; and that no GET changes anything."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast
from tests.times import FakeClock
from tests.web.visitors import PASSWORD, Visitor, said
from tracker.acts import people
from tracker.notices import links
from tracker.store.base import Base, db
from tracker.store.people import Person

Visit = Callable[[str], Visitor]
HTTPS = {"env": "production", "public_url": "https://tracker.example"}


def pages(app: Flask) -> list[str]:
    """Every address that a GET can ask for, with the team of the story and ids that exist or do not."""
    known = {"slug": "nachtwache", "person_id": "4", "token": "x" * 43, "name": "a.eml", "number": "41"}
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint.startswith("web."):
            found.append(re.sub(r"<(?:[^:>]*:)?([^>]+)>", lambda match: known.get(match[1], "1"), rule.rule))
    return sorted(set(found))


# Headers --------------------------------------------------------------------------------------------------------------


def test_every_answer_carries_the_same_protection(app: Flask, visit: Visit) -> None:
    visitor = visit("anke")
    for path in [*pages(app), "/nowhere", "/static/css/base.css"]:
        response = visitor.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert response.headers["X-Content-Type-Options"] == "nosniff", path
        assert response.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), path
        assert response.headers["Content-Type"].startswith(("text/", "application/")), path
        if (response.mimetype or "").startswith("text/"):
            assert "charset=utf-8" in response.headers["Content-Type"], path
        assert "Server" not in response.headers, path


def test_the_policy_is_the_one_we_wrote_down(visitor: Visitor) -> None:
    policy = visitor.get("/sign-in").headers["Content-Security-Policy"]
    assert policy.split("; ") == [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]


def test_no_page_says_anything_that_the_policy_forbids(app: Flask, visit: Visit) -> None:
    visitor = visit("anke")
    for path in pages(app):
        text = visitor.get(path).text
        assert not re.search(r"<[^>]*\s(style|on[a-z]+|hx-on[^=]*)=", text), path
        assert not re.search(r"<(script|style)(?![^>]*src=)[^>]*>", text), path
        assert not re.search(r'(src|href)="(https?:)?//', text), path


def test_pages_may_be_kept_and_asked_again_and_keys_may_not(visit: Visit) -> None:
    visitor = visit("nari")
    for path in ("/me", "/teams/new", "/t/nachtwache/people"):
        response = visitor.get(path)
        assert response.headers["Cache-Control"] == "private, no-cache", path
        assert response.headers["ETag"].startswith('W/"'), path
        assert {"Cookie", "Accept-Language"} <= set(response.vary), path
    for path in ("/password", "/sign-in/x", "/setup/x", "/join/x", "/u/x", "/nowhere", "/demo/x"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store", path


def test_a_page_that_has_not_changed_is_not_sent_again(visit: Visit) -> None:
    visitor = visit("nari")
    first = visitor.get("/me")
    visitor.clock.move(seconds=5)
    again = visitor.get("/me", If_None_Match=first.headers["ETag"])
    # The line about the reminders says the same while none have started.
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_for_somebody_else_is_another_page(visit: Visit) -> None:
    tag = visit("nari").get("/t/nachtwache/people").headers["ETag"]
    assert visit("jo").get("/t/nachtwache/people", If_None_Match=tag).status_code == 200


def test_static_files_are_kept_by_what_is_in_them(visitor: Visitor) -> None:
    found = re.search(r'href="(/static/~[0-9a-f]{12})(/css/[^"]+)"', visitor.get("/sign-in").text)
    assert found is not None
    marked = visitor.get(f"{found[1]}{found[2]}")
    assert marked.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in (f"/static{found[2]}", f"/static/~000000000000{found[2]}"):
        bare = visitor.get(path)
        assert (bare.status_code, bare.data) == (200, marked.data), path
        assert bare.headers["Cache-Control"] == "public, no-cache"
        assert visitor.get(path, If_None_Match=bare.headers["ETag"]).status_code == 304


def test_what_a_script_imports_lies_under_the_same_mark(visitor: Visitor) -> None:
    found = re.search(r'src="(/static/~[0-9a-f]{12}/js/)app.js"', visitor.get("/sign-in").text)
    assert found is not None
    for name in re.findall(r'from "\./([^"]+)"', visitor.get(f"{found[1]}app.js").text):
        response = visitor.get(found[1] + name)
        assert (response.status_code, response.mimetype) == (200, "text/javascript")
        assert "immutable" in response.headers["Cache-Control"]


def test_text_travels_compressed_to_who_can_read_it(visitor: Visitor) -> None:
    plain = visitor.get("/static/vendor/htmx-2.0.11.min.js")
    packed = visitor.get("/static/vendor/htmx-2.0.11.min.js", Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 0.4 * len(plain.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    picture = visitor.get("/static/icons/icon-192.png", Accept_Encoding="gzip")
    assert "Content-Encoding" not in picture.headers


def test_pages_travel_compressed_and_their_length_tells_nothing(visitor: Visitor) -> None:
    plain = visitor.get("/offline")
    packed = [visitor.get("/offline", Accept_Encoding="gzip") for _ in range(30)]
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert {gzip.decompress(page.data) for page in packed} == {plain.data}
    assert max(len(page.data) for page in packed) < 0.6 * len(plain.data)
    assert len({len(page.data) for page in packed}) > 10
    assert {page.headers["ETag"] for page in packed} == {plain.headers["ETag"]}
    again = visitor.get("/offline", Accept_Encoding="gzip", If_None_Match=plain.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/static/~abc", "/static/", "/static/css", "/static/~abc/../../config.py", "/static/..%2fconfig.py"]
)
def test_nothing_but_its_files_is_served(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


# Cookies and hosts ----------------------------------------------------------------------------------------------------


def test_over_http_the_cookie_is_plain_and_hidden_from_scripts(visitor: Visitor) -> None:
    cookie = visitor.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("session_8000=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(make_app: Any, clock: FakeClock) -> None:
    visitor = Visitor(make_app(**HTTPS), clock, https=True)
    response = visitor.get("/sign-in")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_signing_in_works_over_https(app: Flask, cast: Cast, make_app: Any, clock: FakeClock) -> None:
    with app.app_context():
        nari = db.session.get_one(Person, cast.nari.id)
        people.set_password(nari, PASSWORD, now=clock.now())
        db.session.commit()
        email = nari.email
    visitor = Visitor(make_app(**HTTPS), clock, https=True)
    response = visitor.submit(visitor.get("/sign-in"), email=email, password=PASSWORD)
    assert response.status_code == 302
    assert visitor.get("/me").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", ""])
def test_another_host_is_refused(app: Flask, clock: FakeClock, host: str) -> None:
    response = app.test_client().get("/sign-in", headers={"Host": host})
    assert response.status_code == 400
    assert "http://127.0.0.1:8000" in response.text
    assert "evil" not in response.text


def test_a_mail_never_carries_the_host_of_the_request(app: Flask) -> None:
    with app.test_request_context("/", headers={"Host": "localhost"}):
        assert links.url("reset", token="x") == "http://127.0.0.1:8000/password/x"


def test_forwarded_headers_count_only_behind_that_many_proxies(app: Flask, make_app: Any, clock: FakeClock) -> None:
    seen = []
    for one in (app, make_app(proxies=1)):
        client = one.test_client()
        with client:
            client.get("/password", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Forwarded-Host": "evil"})
            from flask import request

            seen.append((request.remote_addr, request.host))
    assert seen == [("127.0.0.1", "localhost"), ("192.0.2.7", "localhost")]


# Tokens of forms ------------------------------------------------------------------------------------------------------


def unsafe(app: Flask) -> list[tuple[str, str]]:
    known = {"slug": "nachtwache", "person_id": "4", "token": "x"}
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("web."):
            path = re.sub(r"<(?:[^:>]*:)?([^>]+)>", lambda match: known.get(match[1], "1"), rule.rule)
            found += [(method, path) for method in rule.methods or () if method not in ("GET", "HEAD", "OPTIONS")]
    return found


def test_no_unsafe_request_goes_through_without_the_token(app: Flask, visit: Visit) -> None:
    visitor = visit("anke")
    for method, path in unsafe(app):
        response = visitor.client.open(path, method=method, base_url=visitor.base)
        if path.startswith(("/u/", "/m/")):
            assert response.status_code == 410, path  # the signed address is the permission, and this is none
        else:
            assert response.status_code == 400, path
            assert "war lange offen" in said(response), path


def test_the_token_of_somebody_else_is_none(visit: Visit) -> None:
    response = visit("nari").post("/me", {"csrf_token": visit("jo").token(), "name": "x"})
    assert response.status_code == 400


def test_a_form_of_another_site_is_not_offered_to_be_sent(visit: Visit) -> None:
    visitor = visit("nari")
    visitor.headers["Sec-Fetch-Site"] = "cross-site"
    response = visitor.post("/me", {"csrf_token": "forged", "name": "x"})
    assert response.status_code == 400
    assert "Noch einmal senden" not in said(response)
    assert 'action="/me"' not in response.text


def test_no_get_changes_anything(app: Flask, visit: Visit) -> None:
    """As an owner and site admin would: a page that writes on a GET would be an error of the database anyway."""
    visitor = visit("anke")
    before = _everything(app)
    for path in pages(app):
        assert visitor.get(path).status_code != 500, path
        assert visitor.client.head(path, base_url=visitor.base).status_code != 500, path
    assert _everything(app) == before


def _everything(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        tables = Base.metadata.sorted_tables
        return {table.name: sorted(map(repr, db.session.execute(sa.select(table)))) for table in tables}


# Doors of the library -------------------------------------------------------------------------------------------------


def test_every_address_is_ours(app: Flask) -> None:
    strangers = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not rule.endpoint.startswith("web.") and not rule.rule.startswith("/api/")
    ]
    assert strangers == []


def test_no_token_in_a_header_or_an_address_signs_anybody_in(app: Flask, cast: Cast, clock: FakeClock) -> None:
    with app.app_context():
        token = str(db.session.get_one(Person, cast.nari.id).get_auth_token())
    visitor = Visitor(app, clock)
    assert visitor.get("/me", Authentication_Token=token).status_code == 302
    assert visitor.get(f"/me?auth_token={token}").status_code == 302


def test_every_link_that_mails_carry_leads_to_a_page(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for name in links.PATHS:
        path = links.path(name, slug="nachtwache", number=41, token="t", purpose="view", mail=7)
        # what is put aside of a text is sent by a form and linked to by nobody
        assert adapter.match(path, method="POST" if name == "aside" else "GET"), name
