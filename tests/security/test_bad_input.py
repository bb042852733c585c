"""Bad input gets a clear answer in the reader's language, with the right status, and nothing that was typed is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.security.snapshot import fingerprint
from tests.security.world import PASSWORD, SLUG, World, staged
from tests.times import FakeClock
from tests.web.access_table import FORMS
from tracker.store.base import db
from tracker.store.people import Person

WORDS = "Was ich lange überlegt habe"
LONG = "ä" * 100_000  # 200 kB
TEAM = f"/t/{SLUG}"
HOURS = FORMS["POST /t/<slug>/settings"]
SETUP = FORMS["POST /setup/<token>"]
NBSP = "\u00a0"


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    return staged(app, clock, database_kind)


@dataclass
class Bad:
    """What is sent by whom, what is said, and which of the fields come back. ``{n}`` is the number of an open one."""

    role: str
    path: str
    form: dict[str, Any]
    en: str
    de: str
    kept: tuple[str, ...] = ()
    status: int = 422


def bad(name: str, role: str, path: str, form: dict[str, Any], en: str, de: str, *kept: str, status: int = 422) -> Any:
    return pytest.param(Bad(role, path, form, en, de, kept, status), id=name)


ANSWER = f"{TEAM}/{{n}}/answer"
TABLE = [
    bad("done without what changed", "owner", ANSWER, {"outcome": "done", "text": " "},
        "Say what changed: a “done” without it is no answer.",
        "Sag, was sich geändert hat: Ein „Erledigt“ ohne das ist keine Antwort."),
    bad("will do without a day", "owner", ANSWER, {"outcome": "will_do", "text": WORDS},
        "Say by which day it will be done.", "Sag, bis zu welchem Tag ihr es macht.", "text"),
    bad("will do without what", "owner", ANSWER, {"outcome": "will_do", "text": "", "on": "2026-12-04"},
        "Say what will be done: a date without it is no answer.",
        "Sag, was ihr macht: Ein Termin ohne das ist keine Antwort.", "on"),
    bad("not now without a day", "owner", ANSWER, {"outcome": "not_now", "text": WORDS},
        "Say on which day you look at it again.", "Sag, an welchem Tag ihr es wieder anseht.", "text"),
    bad("not now without why", "owner", ANSWER, {"outcome": "not_now", "text": "", "on": "2026-12-04"},
        "Say why not now: a date without a reason is no answer.",
        "Sag, warum jetzt nicht: Ein Tag ohne Grund ist keine Antwort.", "on"),
    bad("no without why, in signs nobody sees", "owner", ANSWER, {"outcome": "declined", "text": "\u200b\u200e"},
        "Say why not: a no without a reason is no answer.",
        "Sag, warum nicht: Ein Nein ohne Grund ist keine Antwort."),
    bad("ten thousand tags", "owner", f"{TEAM}/{{n}}/tags", {"tags": ", ".join(f"tag {n}" for n in range(10_000))},
        "These are 10000 tags. At most 10 fit on one suggestion; keep those by which you look for it.",
        "Das sind 10000 Schlagwörter. An ein Anliegen passen höchstens 10; behalte die, nach denen du suchen würdest.",
        "tags"),
    bad("ten thousand tags for many", "owner", f"{TEAM}/desk/several",
        {"do": "tag", "n": "{n}", "tags": ", ".join(f"tag {n}" for n in range(10_000))},
        "These are 10000 tags. At most 10 fit on one suggestion; keep those by which you look for it.",
        "Das sind 10000 Schlagwörter. An ein Anliegen passen höchstens 10; behalte die, nach denen du suchen würdest.",
        "tags"),
    bad("no outcome at all", "owner", ANSWER, {"text": WORDS},
        "Choose how the answer begins.", "Wähl, wie die Antwort beginnt.", "text"),
    bad("a day that has passed", "owner", ANSWER, {"outcome": "will_do", "text": WORDS, "on": "2026-11-24"},
        f"Tue{NBSP}24{NBSP}Nov has passed. Choose a day that lies ahead.",
        f"Di{NBSP}24.11. ist vorbei. Wähl einen Tag, der noch kommt.", "text", "on"),
    bad("a day beyond two years", "owner", ANSWER, {"outcome": "will_do", "text": WORDS, "on": "2028-11-26"},
        f"Sun{NBSP}26{NBSP}Nov{NBSP}2028 is too far away. The latest day is Sat{NBSP}25{NBSP}Nov{NBSP}2028.",
        f"So{NBSP}26.11.2028 ist zu weit weg. Der späteste Tag ist Sa{NBSP}25.11.2028.", "text", "on"),
    bad("the last day there is", "owner", ANSWER,
        {"outcome": "not_now", "text": WORDS, "on": "9999-12-31", "sure": "1"},
        "is too far away.", "ist zu weit weg.", "text", "on"),
    bad("no day", "owner", ANSWER, {"outcome": "will_do", "text": WORDS, "on": "morgen"},
        "“morgen” is not a day.", "„morgen“ ist kein Tag.", "text"),
    bad("later without a reason", "owner", f"{TEAM}/{{n}}/move", {"on": "2026-12-24", "text": ""},
        "Say why it takes longer: a later date needs a reason.",
        "Sag, warum es länger dauert: Ein späterer Termin braucht einen Grund.", "on"),
    bad("no title", "author", f"{TEAM}/new", {"title": " ", "body": WORDS},
        "Give it a title: one line that says what it is about.",
        "Gib ihm einen Titel: eine Zeile, die sagt, worum es geht.", "body"),
    bad("a control character", "author", f"{TEAM}/new", {"title": "Glocke\x07", "body": WORDS},
        "The text contains a control character (U+0007) at position 7. Please remove it.",
        "Im Text steht an Stelle 7 ein Steuerzeichen (U+0007). Nimm es heraus.", "title", "body"),
    bad("200 kB", "author", f"{TEAM}/new", {"title": WORDS, "body": LONG},
        "That is too long: 100000 characters, at most 20000 fit.",
        "Das ist zu lang: 100000 Zeichen, höchstens 20000 passen.", "title", "body"),
    bad("200 kB of answer", "owner", ANSWER, {"outcome": "done", "text": LONG},
        "That is too long: 100000 characters, at most 20000 fit.",
        "Das ist zu lang: 100000 Zeichen, höchstens 20000 passen.", "text"),
    bad("an empty comment", "author", f"{TEAM}/{{n}}/comment", {"text": "\n"},
        "Please write something.", "Schreib etwas."),
    bad("an unknown zone", "owner", f"{TEAM}/settings", {**HOURS, "timezone": "Europe/Atlantis", "mon-0-to": "16:30"},
        "“Europe/Atlantis” is not a time zone. Their names are like Europe/Berlin.",
        "„Europe/Atlantis“ ist keine Zeitzone. Sie heißen wie Europe/Berlin.", "timezone", "mon-0-to"),
    bad("hours that overlap", "owner", f"{TEAM}/settings", {**HOURS, "mon-1-from": "16:00", "mon-1-to": "18:00"},
        "On Monday 09:00–17:00 and 16:00–18:00 overlap.", "Am Montag überschneiden sich 09:00–17:00 und 16:00–18:00.",
        "mon-1-from", "mon-1-to"),
    bad("never open", "owner", f"{TEAM}/settings", {"timezone": "Europe/Lisbon"},
        "Somebody has to be there at some time, or nobody could answer.",
        "Irgendwann muss jemand da sein, sonst könnte niemand antworten.", "timezone"),
    bad("hardly ever open", "owner", f"{TEAM}/settings",
        {"timezone": "Europe/Lisbon", "mon-0-from": "09:00", "mon-0-to": "09:30"},
        "That leaves 26 working hours in the next twelve months. It takes at least 40.",
        "Damit bleiben 26 Stunden, in denen in den nächsten zwölf Monaten jemand da ist.", "mon-0-from", "mon-0-to"),
    bad("half a time", "owner", f"{TEAM}/settings", {**HOURS, "mon-0-to": "", "tue-0-to": "16:45"},
        "On Monday a time is missing: from when to when?", "Am Montag fehlt eine Zeit: von wann bis wann?", "tue-0-to"),
    bad("a link for nobody", "owner", f"{TEAM}/people/link", {"uses": "0", "until": "2026-12-23"},
        "A link is for 1 to 500 people.", "Ein Link ist für 1 bis 500 Leute.", "until"),
    bad("a link until the end of time", "owner", f"{TEAM}/people/link", {"uses": "17", "until": "9999-12-31"},
        "A link works for 90 days at most.", "Ein Link gilt höchstens 90 Tage.", "uses", "until"),
    bad("nobody invited", "owner", f"{TEAM}/people/invite", {"addresses": " "},
        "Please paste at least one address.", "Füg wenigstens eine Adresse ein."),
    bad("too many invited", "owner", f"{TEAM}/people/invite",
        {"addresses": ", ".join(f"n{i}@x.example" for i in range(101))},
        "These are 101 at once; at most 100 fit.", "Das sind 101 auf einmal; höchstens 100 passen.", "addresses"),
    bad("away backwards", "owner", f"{TEAM}/absences", {"first_on": "2026-11-30", "last_on": "2026-11-28"},
        "The last day lies before the first.", "Der letzte Tag liegt vor dem ersten.", "first_on", "last_on"),
    bad("away in another century", "owner", f"{TEAM}/absences", {"first_on": "9999-12-30", "last_on": "9999-12-31"},
        "is too far away.", "ist zu weit weg.", "first_on", "last_on"),
    bad("closed in another century", "owner", f"{TEAM}/absences/team",
        {"first_on": "9999-12-31", "last_on": "9999-12-31"},
        "is too far away.", "ist zu weit weg.", "first_on", "last_on"),
    bad("a zone of one's own that is none", "author", "/me",
        {**FORMS["POST /me"], "name": WORDS, "timezone": "Mars/Eos"},
        "“Mars/Eos” is not a time zone. Their names are like Europe/Berlin.",
        "„Mars/Eos“ ist keine Zeitzone. Sie heißen wie Europe/Berlin.", "name", "timezone"),
    bad("nobody's name", "author", "/me", {**FORMS["POST /me"], "name": "", "reminder_hour": "07:45"},
        "What are you called?", "Wie heißt du?", "reminder_hour"),
    bad("not one's password", "author", "/me/password", {"old_password": "falsch", "new_password": "ganz neue worte"},
        "That is not your present password.", "Das ist nicht dein jetziges Passwort."),
    bad("a password that is too short", "author", "/me/password", {"old_password": PASSWORD, "new_password": "kurz"},
        "Please choose at least 10 characters.", "Wähl mindestens 10 Zeichen."),
    bad("set up without a time to answer", "anonymous", "/setup/{setup}", {**SETUP, "hours": "own", "team_name": WORDS},
        "Somebody has to be there at some time, or nobody could answer.",
        "Irgendwann muss jemand da sein, sonst könnte niemand antworten.", "team_name", "name", "email"),
    bad("set up without an address", "anonymous", "/setup/{setup}", {**SETUP, "email": "nix", "team_name": WORDS},
        "“nix” is not a mail address.", "„nix“ ist keine Mailadresse.", "team_name", "name", "email"),
    bad("set up in no zone", "anonymous", "/setup/{setup}", {**SETUP, "timezone": "x", "team_name": WORDS},
        "“x” is not a time zone.", "„x“ ist keine Zeitzone.", "team_name", "name", "email"),
    bad("an address that is taken", "anonymous", "/join/{team_link}",
        {"name": WORDS, "email": "jo@nachtwache.example", "password": "ganz neue worte"},
        "This address cannot be used here. If you have an account already, sign in first.",
        "Diese Adresse geht hier nicht. Wenn du schon ein Konto hast, melde dich zuerst an.", "name", "email"),
    bad("a wrong password", "anonymous", "/sign-in", {"email": "jo@nachtwache.example", "password": "falsch"},
        "That address and password do not belong together.",
        "Diese Adresse und dieses Passwort gehören nicht zusammen.",
        "email"),
]  # fmt: skip


def speak(world: World, locale: str) -> None:
    """Everybody reads this language; who is signed out says so by their browser."""
    with world.app.app_context():
        db.session.execute(sa.update(Person).values(locale=locale))
        db.session.commit()
        db.session.remove()


def filled(world: World, path: str) -> str:
    return path.format(n=world.things["team", "open"].number, **world.keys)


def said(response: TestResponse) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", response.text))


@pytest.mark.parametrize("case", TABLE)
def test_it_is_said_and_kept(world: World, case: Bad) -> None:
    for locale, sentence in (("en", case.en), ("de", case.de)):
        speak(world, locale)
        before = fingerprint(world.app)
        headers = {"Accept-Language": locale}
        form = {**case.form, "n": filled(world, case.form["n"])} if "n" in case.form else case.form
        response = world.send(case.role, "POST", filled(world, case.path), form, headers=headers)
        assert response.status_code == case.status
        assert sentence in said(response), locale
        if case.path != "/sign-in":  # wrong tries are counted
            assert fingerprint(world.app) == before
        for name in case.kept:
            assert is_in_field(case.form[name], response.text), f"{name} in {locale}"
        assert not any(
            case.form.get(name, "\0") in response.text for name in ("password", "old_password", "new_password")
        )


def is_in_field(value: str, page: str) -> bool:
    """In an input, a textarea or an option. HTML cannot carry a control character, and shows what stands for it."""
    fields = re.findall(r'value="([^"]*)"|<textarea[^>]*>([^<]*)<', page)
    return any(value.strip() in (unescape(one), unescape(one).strip()) for pair in fields for one in pair) or any(
        re.sub(r"[\x00-\x1f]", "", value) == re.sub(r"[\x00-\x1f�]", "", unescape(one))
        for pair in fields
        for one in pair
    )
