"""The map is true: arrows, one clock, one wire, one writer of entries, clean markup. Each check is shown to fail."""

from __future__ import annotations

import pytest

from tests.checks import architecture, sources
from tests.checks.architecture import Check
from tests.checks.sources import Source


@pytest.fixture(scope="module")
def code() -> list[Source]:
    found = sources.read("tracker/**/*.py", "config*.py", "wsgi.py")
    assert len(found) > 20, "the code is not where it was"
    return found


@pytest.fixture(scope="module")
def tests() -> list[Source]:
    return sources.read("tests/**/*.py")


@pytest.mark.parametrize("check", architecture.OF_THE_CODE, ids=lambda check: check.__name__)
def test_the_code_keeps_to_its_rooms(check: Check, code: list[Source]) -> None:
    assert check(code) == []


def test_pages_need_no_exception_from_the_content_security_policy() -> None:
    pages = sources.read("templates/web/**/*.html")
    assert pages
    assert architecture.clean_markup(pages) == []


@pytest.mark.parametrize(
    "check", [architecture.every_test_asserts, architecture.never_skipped], ids=lambda c: c.__name__
)
def test_tests_are_worth_their_name(check: Check, tests: list[Source]) -> None:
    assert tests
    assert check(tests) == []


def test_no_file_names_an_index_or_somebodys_machine() -> None:
    found = [
        Source(path.relative_to(sources.ROOT).as_posix(), path.read_text("utf-8", "replace"))
        for path in sources.all_files()
    ]
    assert len(found) > 50
    assert architecture.no_strange_names(found) == []


# Each check can fail --------------------------------------------------------------------------------------------------

ENTRY = Source("tracker/store/entries.py", "def append():\n    return Entry()\n")
IMPORTED = [
    Source(f"tracker/{room}/__init__.py", "") for room in ("domain", "store", "notices", "acts", "web", "worker")
]
SERVANTS = [
    Source("tracker/clock.py", ""),
    Source("tracker/chance.py", ""),
    Source("config.py", ""),
    Source("tracker/access.py", ""),
]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tracker/domain/duty.py", "from tracker.store import people"),
        ("tracker/domain/duty.py", "import tracker.clock"),
        ("tracker/domain/duty.py", "import sqlalchemy"),
        ("tracker/domain/duty.py", "from tracker import clock"),
        ("tracker/domain/duty.py", "def late():\n    from tracker import access"),
        ("tracker/store/people.py", "from tracker import access"),
        ("tracker/store/people.py", "from .. import access"),
        ("tracker/store/people.py", "from ..acts import suggestions"),
        ("tracker/access.py", "from tracker.notices import outbox"),
        ("tracker/notices/outbox.py", "import tracker.acts.suggestions"),
        ("tracker/notices/outbox.py", "from config import Settings"),
        ("tracker/acts/suggestions.py", "from tracker import clock"),
        ("tracker/acts/suggestions.py", "from tracker.web import forms"),
        ("tracker/web/desk.py", "from tracker.api import schemas"),
        ("tracker/web/desk.py", "from tracker import create_app"),
        ("tracker/worker/ticks.py", "import tracker.cli"),
        ("tracker/cli.py", "from tracker.web import desk"),
        ("tracker/clock.py", "from tracker.domain import weeks"),
        ("tracker/domain/duty.py", "from tracker import chance"),
        ("tracker/chance.py", "from tracker.domain import weeks"),
        ("config.py", "import tracker.domain.weeks"),
        ("tracker/helpers/text.py", ""),
    ],
)
def test_an_arrow_that_points_the_wrong_way_is_seen(path: str, text: str) -> None:
    assert architecture.arrows([*IMPORTED, *SERVANTS, Source(path, text)])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tracker/domain/duty.py", "from tracker.domain.errors import DomainError\nimport datetime"),
        (
            "tracker/acts/suggestions.py",
            "from tracker import access\nfrom tracker.store import people\nimport sqlalchemy",
        ),
        (
            "tracker/web/desk.py",
            "from config import Settings\nfrom tracker import clock\nfrom tracker.acts import suggestions",
        ),
        ("tracker/cli.py", "from tracker import create_app\nfrom tracker.worker import ticks"),
        ("tracker/__init__.py", "import tracker.web\nfrom config import Settings"),
    ],
)
def test_an_arrow_that_points_the_right_way_is_let_be(path: str, text: str) -> None:
    assert architecture.arrows([*IMPORTED, *SERVANTS, Source(path, text)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "import datetime as dt\nx = dt.datetime.now(dt.UTC)",
        "from datetime import date\nx = date.today()",
        "made_at = mapped_column(default=datetime.utcnow)",
        "import time\nx = time.time()",
        "from time import monotonic",
        "x = sa.func.now()",
        "x = sa.text('CURRENT_TIMESTAMP')",
        "from tracker.clock import now",
    ],
)
def test_a_second_clock_is_seen(text: str) -> None:
    assert architecture.one_clock([Source("tracker/acts/suggestions.py", text)])
    assert architecture.one_clock([Source("tracker/web/desk.py", "x = clock.now()")]) == []


@pytest.mark.parametrize(
    "text",
    ["import secrets", "from uuid import uuid4", "import os\nx = os.urandom(8)", "import random\nx = random.random()"],
)
def test_a_second_source_of_chance_is_seen(text: str) -> None:
    assert architecture.one_chance([Source("tracker/acts/suggestions.py", text)])
    assert architecture.one_chance([Source("tracker/acts/seeding.py", "import random\nx = random.Random(7)")]) == []
    assert architecture.one_chance([Source("tracker/web/desk.py", "x = chance.token_hex(8)")]) == []


@pytest.mark.parametrize(
    "text",
    [
        "import smtplib",
        "import dns.resolver",
        "from urllib import request",
        "import urllib.request",
        "from http import client",
        "import requests",
        "from socket import socket",
    ],
)
def test_a_second_wire_is_seen(text: str) -> None:
    assert architecture.one_wire([Source("tracker/web/desk.py", text)])
    assert architecture.one_wire([Source("tracker/notices/channels/email.py", text)]) == []
    assert architecture.one_wire([Source("tracker/web/desk.py", "from urllib.parse import quote")]) == []


@pytest.mark.parametrize("text", ["import imap_tools", "import imaplib", "import ssl", "import aiosmtpd.smtp"])
def test_a_second_ear_is_seen_in_the_inbound_room_too(text: str) -> None:
    """Fetching and listening are one file each; the rest of the room hears nothing by itself."""
    assert architecture.one_wire([Source("tracker/inbound/reading.py", text)])
    assert architecture.one_wire([Source("tracker/worker/inbound.py", text)])
    own = "tracker/inbound/receiver.py" if "aiosmtpd" in text else "tracker/inbound/imap.py"
    assert architecture.one_wire([Source(own, text)]) == []
    assert architecture.one_wire([Source(own, "import socket")])


@pytest.mark.parametrize("text", ["x = Entry(id=1)", "x = entries.Entry()", "session.execute(sa.insert(Entry))"])
def test_a_second_writer_of_entries_is_seen(text: str) -> None:
    assert architecture.one_writer_of_entries([ENTRY]) == []
    assert architecture.one_writer_of_entries([ENTRY, Source("tracker/acts/suggestions.py", text)])
    assert architecture.one_writer_of_entries([Source(ENTRY.path, f"{ENTRY.text}\ndef second():\n    {text}")])
    assert architecture.one_writer_of_entries([Source(ENTRY.path, "")])


def test_printing_asserting_and_reading_the_environment_are_seen() -> None:
    assert architecture.quiet([Source("tracker/web/desk.py", "print(1)")])
    assert architecture.quiet([Source("tracker/cli.py", "print(1)")]) == []
    assert architecture.no_assertions([Source("tracker/web/desk.py", "assert given")])
    assert architecture.environment_is_read_once([Source("tracker/web/desk.py", "import os\nx = os.environ['X']")])
    assert architecture.short_files([Source("tracker/web/desk.py", "x = 1\n" * 451)])


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        '<a\n  onclick="x()">',
        '<a hx-on::after-swap="x()">',
        "<a hx-vals='js:{a: 1}'>",
        '<a href="javascript:x()">',
        "<style>p {}</style>",
        "<script>x()</script>",
    ],
)
def test_markup_that_needs_an_exception_is_seen(markup: str) -> None:
    assert architecture.clean_markup([Source("templates/web/desk.html", f"<p>\n{markup}")])


@pytest.mark.parametrize(
    "markup",
    [
        '<script type="module" src="/static/js/desk.js"></script>',
        '<script type="application/json">{}</script>',
        "{# <p style='x'> is forbidden here #}",
        '<p class="on-time" data-style="x">one = two</p>',
        "<p>Reply on = later</p>",
    ],
)
def test_markup_that_needs_none_is_let_be(markup: str) -> None:
    assert architecture.clean_markup([Source("templates/web/desk.html", markup)]) == []


@pytest.mark.parametrize("word", [*architecture.HOSTS, *architecture.PLACES])
def test_a_strange_name_is_seen(word: str) -> None:
    assert architecture.no_strange_names([Source("docs/x.md", f"see https://{word}x")])


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("def test_x():\n    f()", 1),
        ("def test_x():\n    assert f()", 0),
        ("def test_x():\n    with pytest.raises(ValueError):\n        f()", 0),
        ("def test_x():\n    expect(page).to_have_title('x')", 0),
        ("def holds(x):\n    assert x\ndef test_x():\n    holds(1)", 0),
        ("def holds(x):\n    return x\ndef test_x():\n    holds(1)", 1),
    ],
)
def test_a_test_that_asserts_nothing_is_seen(text: str, complaints: int) -> None:
    assert len(architecture.every_test_asserts([Source("tests/test_x.py", text)])) == complaints


def test_a_skipped_test_is_seen() -> None:
    assert architecture.never_skipped([Source("tests/test_x.py", "@pytest.mark.skip\ndef test_x():\n    assert 1")])
    assert architecture.never_skipped([Source("tests/test_x.py", "def test_x():\n    pytest.importorskip('x')")])
