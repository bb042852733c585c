"""Raising goes on on the other device; and a text is looked at before it is sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.acts.cast import Cast
from tests.pictures import LOG
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.visitors import Visitor, said
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.drafts import Draft
from tracker.store.people import Person

Visit = Callable[[str], Visitor]
NEW = f"{TEAM}/new"
TITLE = "Chat-Filter frisst Umlaute"


@pytest.fixture(autouse=True)
def _tuesday_night(clock: FakeClock) -> None:
    clock.set("Tuesday 2026-11-24 23:10")


@pytest.fixture
def nari(visit: Visit) -> Visitor:
    return visit("nari")


def keeps(visitor: Visitor, version: str = "", **fields: Any) -> TestResponse:
    """As the script sends it while somebody types."""
    return visitor.post(f"{NEW}/draft", {"kind": "problem", "version": version, **fields})


def told(answer: TestResponse) -> dict[str, Any]:
    """What the script is answered."""
    found: dict[str, Any] = answer.get_json()
    return found


def drafts(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Draft.id))) or 0


def test_what_was_typed_on_the_phone_stands_on_the_desk(nari: Visitor, visit: Visit) -> None:
    kept = keeps(nari, title=TITLE, body="Aus Grüße wird Gr**e.", urgency="high")
    assert told(kept)["said"].replace("\u00a0", " ") == "Entwurf gesichert 23:10 Uhr"
    page = visit("nari").get(NEW)
    form = forms_of(page)[NEW]
    assert (form["title"], form["body"], form["urgency"]) == (TITLE, "Aus Grüße wird Gr**e.", "high")
    assert "Entwurf gesichert 23:10 Uhr" in said(page)
    assert TITLE not in visit("pit").get(NEW).text


def test_its_files_go_on_with_it(nari: Visitor, app: Flask) -> None:
    data = {"csrf_token": nari.token(), "file": (io.BytesIO(LOG), "chat.log")}
    line = nari.client.post(f"{TEAM}/files", base_url=nari.base, data=data, headers=nari.headers).text
    mark = line.split('value="')[1].split('"')[0]
    keeps(nari, title=TITLE, attachment=mark)
    page = nari.get(NEW)
    assert "chat.log" in said(page)
    follow(nari, send(nari, page, "/new"))
    with app.app_context():
        assert [one.entry_id is not None for one in db.session.scalars(sa.select(Attachment))] == [True]


def test_another_device_that_wrote_on_is_not_written_over(nari: Visitor, clock: FakeClock) -> None:
    first = told(keeps(nari, title="Chat"))["version"]
    clock.set("Tuesday 2026-11-24 23:11")
    assert keeps(nari, first, title="Chat-Filter").status_code == 200
    other = keeps(nari, first, title="Chat vom Rechner")
    assert other.status_code == 409
    assert told(other)["fields"]["title"] == "Chat-Filter"


def test_sending_lets_the_draft_go_and_what_comes_after_it_does_not_bring_it_back(nari: Visitor, app: Flask) -> None:
    keeps(nari, title=TITLE)
    page = nari.get(NEW)
    follow(nari, send(nari, page, "/new"))
    assert drafts(app) == 0
    keeps(nari, title=TITLE, request_key=forms_of(page)[NEW]["request_key"])
    assert drafts(app) == 0


def test_it_is_discarded_by_one_button(nari: Visitor, app: Flask) -> None:
    keeps(nari, title=TITLE)
    page = follow(nari, send(nari, nari.get(NEW), "/new", discard="1"))
    assert drafts(app) == 0
    assert forms_of(page)[NEW]["title"] == ""


def test_of_trouble_between_people_nothing_is_kept_on_the_server(nari: Visitor, app: Flask) -> None:
    version = told(keeps(nari, title=TITLE))["version"]
    keeps(nari, version, title="Pit schreit mich an", kind="friction")
    assert drafts(app) == 0


def test_a_prefilled_form_is_not_filled_by_the_draft(nari: Visitor) -> None:
    keeps(nari, title=TITLE)
    page = nari.get(f"{NEW}?title=Etwas+anderes")
    assert forms_of(page)[NEW]["title"] == "Etwas anderes"
    assert f"Halb geschrieben und gesichert: „{TITLE}“" in said(page)


def test_what_was_sent_beside_a_draft_takes_nothing_of_it(nari: Visitor, visit: Visit, app: Flask) -> None:
    pit = visit("pit")
    keeps(pit, title="Meins")
    page = pit.get(f"{NEW}?for=1")
    pit.post(
        NEW, {**forms_of(page)[NEW], "title": "Ihres", "author": str(_id_of(app, "Jo")), "csrf_token": pit.token()}
    )
    assert forms_of(pit.get(NEW))[NEW]["title"] == "Meins"
    keeps(nari, title=TITLE, body="Eine halbe Stunde getippt")
    refused = send(nari, nari.get(f"{NEW}?title=Pizza"), "/new", title="")
    assert refused.status_code == 422
    follow(nari, send(nari, refused, "/new", title="Pizza"))
    form = forms_of(nari.get(NEW))[NEW]
    assert (form["title"], form["body"]) == (TITLE, "Eine halbe Stunde getippt")
    page = nari.get(f"{NEW}?title=Ihres+auch")
    follow(nari, nari.post(f"{NEW}/alike", {**forms_of(page)[NEW], "me_too": "41", "csrf_token": nari.token()}))
    assert forms_of(nari.get(NEW))[NEW]["title"] == TITLE


def _id_of(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(Person.id).where(Person.name == name)).one()


def test_what_another_device_wrote_meanwhile_is_still_there_after_sending(nari: Visitor, clock: FakeClock) -> None:
    version = told(keeps(nari, title="Chat"))["version"]
    page = nari.get(NEW)
    clock.set("Tuesday 2026-11-24 23:11")
    keeps(nari, version, title="Chat und Kalender")
    follow(nari, send(nari, page, "/new", title="Chat-Filter"))
    assert forms_of(nari.get(NEW))[NEW]["title"] == "Chat und Kalender"


def test_a_refused_form_still_goes_on_with_its_draft(nari: Visitor, app: Flask) -> None:
    version = told(keeps(nari, title=TITLE, body="Elf Gilden"))["version"]
    refused = send(nari, nari.get(NEW), "/new", title="")
    assert forms_of(refused)[NEW]["version"] == version
    assert keeps(nari, version, title=TITLE, body="Zwölf Gilden").status_code == 200
    follow(nari, send(nari, nari.get(NEW), "/new"))
    assert drafts(app) == 0


# Looking first --------------------------------------------------------------------------------------------------------


def test_a_preview_reads_like_the_page_and_stores_nothing(nari: Visitor, app: Flask, cast: Cast) -> None:
    follow(nari, send(nari, nari.get(NEW), "/new", title=TITLE))
    shown = nari.post(f"{TEAM}/preview", {"body": "**Elf** Gilden, wie #41 <script>"})
    assert "<strong>Elf</strong> Gilden, wie" in shown.text
    assert f'href="{TEAM}/41"' in shown.text
    assert "<script>" not in shown.text


def test_without_scripts_a_second_button_shows_the_form_with_its_preview(nari: Visitor, app: Flask) -> None:
    page = send(nari, nari.get(NEW), "/new", title=TITLE, body="**Elf** Gilden", preview="1")
    assert page.status_code == 200
    assert "<strong>Elf</strong> Gilden" in page.text
    assert forms_of(page)[NEW]["title"] == TITLE
    follow(nari, send(nari, page, "/new", preview=None))
    page = send(nari, nari.get(f"{TEAM}/41"), "/comment", text="_Noch_ eins", preview="1")
    assert "<em>Noch</em> eins" in page.text
    assert forms_of(page)[f"{TEAM}/41/comment"]["text"] == "_Noch_ eins"
