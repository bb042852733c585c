"""Every page there is, followed from link to link: looking changes nothing, nothing is broken or comes from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.security.snapshot import rows
from tests.security.world import ROLES, SLUG, World, staged
from tests.times import FakeClock
from tests.web.access_table import ROWS
from tests.web.test_access_matrix import address_of
from tracker.store.base import db
from tracker.store.people import Person
from tracker.web.attachments import POLICY as FILE_POLICY
from tracker.web.mailbox import FRAME_POLICY, PAGE_POLICY
from tracker.web.security import FILE_HEADERS, POLICY

HOST = "http://127.0.0.1:8000"
#: Attributes that fetch or lead somewhere.
LEADING = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data-url")
_crawled: dict[str, dict[str, TestResponse]] = {}
PUBLIC = ("/livez", "/healthz", "/metrics")
#: Nothing of these is kept by a browser (ASVS 14.3.2).
NOT_KEPT = ("/sign-in", "/password", "/confirm/", "/setup/", "/join/", "/u/", "/m/", "/demo/")


class Page(HTMLParser):
    """What one page of HTML leads to, and what it must not have."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in LEADING and value is not None:
                method = "POST" if name in ("action", "formaction", "hx-post") and tag in ("form", "button") else "GET"
                self.links.append((method, value))
            if name == "id":
                self.ids.add(value or "")
            if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.faults.append(f'<{tag} {name}="{value}">')
        if tag == "form" and dict(attrs).get("method", "get") == "get":
            self.links = [(method, link) if link != dict(attrs).get("action") else ("GET", link)
                          for method, link in self.links]  # fmt: skip
        if tag == "style" or (tag == "script" and not dict(attrs).get("src") and not _is_data(dict(attrs))):
            self.faults.append(f"<{tag}> with something in it")
        if tag in ("base", "object", "embed", "applet"):
            self.faults.append(f"<{tag}>")


def _is_data(attributes: dict[str, str | None]) -> bool:
    """A block of JSON is no script: no browser runs it."""
    return attributes.get("type") == "application/json"


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    """Anke leads the team and looks after the site."""
    world = staged(app, clock, database_kind)
    with app.app_context():
        db.session.execute(sa.update(Person).where(Person.id == world.ids["anke"]).values(is_site_admin=True))
        db.session.commit()
        db.session.remove()
    return world


def starts(world: World) -> list[str]:
    """Every address of the table of access that a GET can ask for, on each suggestion in each state."""
    found = {address_of(world, row) for row in ROWS if row.method == "GET"}
    found |= {f"/t/{SLUG}/{thing.number}" for thing in world.things.values()}
    return sorted(found)


def crawl(world: World, role: str) -> dict[str, TestResponse]:
    """What ``crawled`` gives, asked once for all tests of this file: looking changes nothing."""
    if role not in _crawled:
        _crawled[role] = crawled(world, role)
    return _crawled[role]


def crawled(world: World, role: str) -> dict[str, TestResponse]:
    """By address: the answer, for every start and everything that can be reached from one by links."""
    seen: dict[str, TestResponse] = {}
    waiting = starts(world)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        headers = {"HX-Request": "true"} if "/desk/" in path else {}
        seen[path] = response = world.send(role, "GET", path, headers=headers)
        if response.mimetype == "text/html":
            waiting += [target for method, target in leads_to(path, response) if method == "GET"]
        if response.status_code in (301, 302, 303):
            waiting.append(urljoin(path, response.headers["Location"]))
    return seen


def leads_to(path: str, response: TestResponse) -> Iterator[tuple[str, str]]:
    """Method and address on this site; whatever leads elsewhere is left to its own test."""
    for method, link in Page(response.text).links:
        target, _fragment = urldefrag(urljoin(f"{HOST}{path}", link))
        if target.startswith(f"{HOST}/"):
            yield method, target.removeprefix(HOST)


@pytest.mark.databases("sqlite")  # what PostgreSQL is asked by each page, the access matrix asks
def test_looking_changes_nothing_and_breaks_nothing(world: World) -> None:
    before = rows(world.app)
    seen = _crawled["owner"] = crawled(world, "owner")
    broken = {path for path, answer in seen.items() if answer.status_code >= 500}
    assert broken - {"/healthz"} == set(), "no worker runs here, and that is said at /healthz alone"
    after = rows(world.app)
    assert [name for name in before if before[name] != after[name]] == []
    assert len(seen) > 100, "a crawl that finds little proves little"


@pytest.mark.databases("sqlite")
def test_every_link_leads_somewhere(world: World) -> None:
    """A link opens, for the person who is shown it; a form goes to an address that takes forms."""
    for role in ("owner", "manager", "author", "anonymous"):
        seen = crawl(world, role)

        def opened(target: str, seen: Any = seen, role: str = role) -> TestResponse:
            return seen[target] if target in seen else world.send(role, "GET", target)

        linked = {(method, target) for path, answer in seen.items() if answer.mimetype == "text/html"
                  and answer.status_code == 200 for method, target in leads_to(path, answer)}  # fmt: skip
        dead = {target for method, target in linked if method == "GET" and opened(target).status_code >= 400}
        assert dead - {"/healthz"} == set(), role
        with world.app.app_context():  # an address that is a mark is read with the site's key
            assert {target for method, target in linked if not _is_served(world, method, target)} == set(), role


@pytest.mark.databases("sqlite")
def test_a_link_within_a_page_finds_its_place(world: World) -> None:
    for path, answer in crawl(world, "owner").items():
        page = Page(answer.text if answer.mimetype == "text/html" else "")
        within = {link[1:] for _method, link in page.links if link.startswith("#") and len(link) > 1}
        assert within <= page.ids, path


def _is_served(world: World, method: str, target: str) -> bool:
    try:
        world.app.url_map.bind("127.0.0.1").match(urlsplit(target).path, method=method)
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True


@pytest.mark.databases("sqlite")
def test_nothing_comes_from_or_goes_to_another_host(world: World) -> None:
    for path, answer in crawl(world, "owner").items():
        if answer.mimetype == "text/html" and not path.endswith("/html"):
            for _method, link in Page(answer.text).links:
                target = urljoin(f"{HOST}{path}", link)
                assert target.startswith((f"{HOST}/", "mailto:")), f"{path} leads to {link}"
        if answer.mimetype in ("text/css", "text/javascript"):
            assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import|from\s+['\"]https?:", answer.text), path


@pytest.mark.databases("sqlite")
def test_no_page_has_a_style_or_a_script_in_it(world: World) -> None:
    for role in ("owner", "author", "anonymous"):
        for path, answer in crawl(world, role).items():
            if answer.mimetype == "text/html" and not path.endswith("/html"):
                assert Page(answer.text).faults == [], f"{path} for {role}"


# Headers --------------------------------------------------------------------------------------------------------------


def refusals(world: World) -> list[TestResponse]:
    """One answer of each kind that is no page."""
    big = {"first_on": "x" * 3_000_000}
    team = f"/t/{SLUG}"
    return [
        world.send("author", "GET", "/nowhere"),
        world.send("author", "GET", f"{team}/settings"),
        world.send("stranger", "GET", f"{team}/"),
        world.send("author", "POST", f"{team}/people"),
        world.send("author", "POST", f"{team}/absences", big),
        world.send("author", "POST", f"{team}/new", {"title": ""}),
        world.send("author", "POST", f"{team}/new", {"title": "x", "csrf_token": "x"}),
        world.send("anonymous", "POST", f"{team}/new", {"title": "x"}),
        world.send("author", "GET", "/sign-in/used"),
        world.send("author", "GET", "/", headers={"Host": "evil.example"}),
        world.send("author", "TRACE", "/"),
        world.send("author", "GET", "/api/v1/nowhere"),
        world.send("anonymous", "GET", f"/api/v1/teams/{SLUG}/record"),
        world.send("author", "GET", "/static/nowhere.css"),
        world.send("author", "GET", "/static/../config.py"),
        world.send("author", "GET", "/.git/config"),
    ]


@pytest.mark.databases("sqlite")
def test_every_answer_is_protected(world: World) -> None:
    answers = [answer for role in ROLES[-2:] for answer in crawl(world, role).values()]
    refused = refusals(world)
    assert {answer.status_code for answer in refused} >= {400, 401, 403, 404, 405, 410, 413, 422}
    for answer in [*answers, *refused]:
        where = f"{answer.status_code} {answer.request.path}"
        assert answer.headers["Content-Security-Policy"] == policy_of(answer.request.path, answer), where
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        is_key = answer.request.path.startswith(NOT_KEPT)
        assert answer.headers["Referrer-Policy"] == ("no-referrer" if is_key else "same-origin"), where
        kind = answer.headers["Content-Type"]
        assert "charset=utf-8" in kind or not kind.startswith("text/"), where
        assert "Server" not in answer.headers, where


def policy_of(path: str, answer: TestResponse) -> str:
    """The one policy; a mail and a file of somebody's are shown in frames that may do less."""
    if answer.status_code == 200 and path.startswith("/static/"):
        return FILE_HEADERS["Content-Security-Policy"]
    if answer.status_code == 200 and "/files/" in path:
        return FILE_POLICY
    if answer.status_code == 200 and path.startswith("/mailbox/"):
        return FRAME_POLICY if path.endswith("/html") else POLICY if path.endswith("/download") else PAGE_POLICY
    return POLICY


@pytest.mark.databases("sqlite")
def test_what_a_browser_may_keep(world: World) -> None:
    for answer in [*crawl(world, "owner").values(), *refusals(world)]:
        path, kept = answer.request.path, answer.headers["Cache-Control"]
        if path.startswith("/static/"):
            assert "public" in kept if answer.status_code == 200 else kept == "no-store", path
        elif path == "/sw.js":
            assert kept == "no-cache", path  # nobody's own; a browser asks for a new one each time
        elif path.startswith((*NOT_KEPT, *PUBLIC)) or _is_refused_or_file(answer):
            assert kept == "no-store", f"{answer.status_code} {path}"
        elif path.endswith("/html"):
            assert kept == "no-store", path
        else:
            assert kept == "private, no-cache", f"{answer.status_code} {path}"
            assert answer.status_code != 200 or "ETag" in answer.headers, path


def _is_refused_or_file(answer: TestResponse) -> bool:
    """Pictures and files of texts are asked for anew each time, and need not travel again (``files.py``)."""
    is_file = "Content-Disposition" in answer.headers and "/files/" not in answer.request.path
    return answer.status_code >= 400 or is_file
