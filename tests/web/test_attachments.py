"""Files over forms without JavaScript and as a script sends them; and opening them, with what stands around them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.acts.cast import Cast
from tests.pictures import LOG, PAGE, PDF, SVG, archive, picture
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of
from tests.web.visitors import Visitor, problems, said
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.suggestions import Suggestion
from tracker.web.marks import mark

Visit = Callable[[str], Visitor]
TITLE = "Chat-Filter frisst Umlaute"
BODY = "Aus Grüße wird Gr**e."


@pytest.fixture(autouse=True)
def _tuesday_night(clock: FakeClock) -> None:
    clock.set("Tuesday 2026-11-24 23:10")


@pytest.fixture
def nari(visit: Visit) -> Visitor:
    return visit("nari")


def sends(visitor: Visitor, path: str, ending: str, *files: tuple[bytes, str], **changes: Any) -> TestResponse:
    """Fill in the form of this page whose address ends so, with files, as a browser sends it."""
    page = visitor.get(path)
    [(action, fields)] = [(url, found) for url, found in forms_of(page).items() if url.endswith(ending)]
    data = {**fields, **changes, "files": [(io.BytesIO(content), name) for content, name in files]}
    data.pop("leave_out", None)
    return visitor.client.post(action, base_url=visitor.base, data=data, headers=visitor.headers,
                               content_type="multipart/form-data")  # fmt: skip


def again(visitor: Visitor, page: TestResponse, **changes: Any) -> TestResponse:
    """Send the form as it came back."""
    fields = {**forms_of(page)[f"{TEAM}/new"], **changes}
    return visitor.client.post(f"{TEAM}/new", base_url=visitor.base, data=fields, headers=visitor.headers)


def rows(app: Flask) -> list[Attachment]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Attachment).order_by(Attachment.id)))


def raised(visitor: Visitor, *files: tuple[bytes, str], **changes: Any) -> TestResponse:
    return follow(visitor, sends(visitor, f"{TEAM}/new", "/new", *files, title=TITLE, body=BODY, **changes))


# Adding ---------------------------------------------------------------------------------------------------------------


def test_raised_with_a_picture_and_a_log_both_stand_in_the_timeline(nari: Visitor, app: Flask) -> None:
    raised(nari, (picture(), "Grüße.png"), (LOG, "chat.log"))
    page = nari.get(f"{TEAM}/41")
    one, other = rows(app)
    with app.app_context():
        assert f'<img src="{TEAM}/files/{mark(one.id)}/small"' in page.text
    assert 'alt="Grüße.png"' in page.text
    assert "chat.log Text · 1 kB" in said(page)
    assert one.entry_id == other.entry_id


def test_one_that_is_refused_leaves_the_others_and_the_text(nari: Visitor, app: Flask) -> None:
    page = sends(nari, f"{TEAM}/new", "/new", (picture(), "a.png"), (SVG, "b.svg"), (PAGE, "c.txt"), title=TITLE,
                 body=BODY)  # fmt: skip
    assert page.status_code == 422
    told = problems(page)["raise-files"]
    assert "„b.svg“ ist eine Seite oder Zeichnung" in told
    assert "„c.txt“ ist eine Seite oder Zeichnung" in told
    form = forms_of(page)[f"{TEAM}/new"]
    assert (form["title"], form["body"]) == (TITLE, BODY)
    assert "a.png PNG" in said(page)
    follow(nari, again(nari, page))
    assert [one.name for one in rows(app) if one.entry_id] == ["a.png"]


def test_a_missing_title_keeps_what_was_added(nari: Visitor, app: Flask) -> None:
    page = sends(nari, f"{TEAM}/new", "/new", (PDF, "rules.pdf"), title="", body=BODY)
    assert page.status_code == 422
    assert "rules.pdf PDF" in said(page)
    follow(nari, again(nari, page, title=TITLE))
    assert [one.entry_id is not None for one in rows(app)] == [True]


def test_a_file_is_left_out_by_its_button_and_the_text_stays(nari: Visitor, app: Flask) -> None:
    page = sends(nari, f"{TEAM}/new", "/new", (PDF, "rules.pdf"), title="", body=BODY)
    added = forms_of(page)[f"{TEAM}/new"]["attachment"]
    page = again(nari, page, leave_out=added)
    assert page.status_code == 200
    assert "rules.pdf" not in said(page)
    assert forms_of(page)[f"{TEAM}/new"]["body"] == BODY


def test_the_sixth_is_named_and_left_out(nari: Visitor, app: Flask) -> None:
    page = sends(nari, f"{TEAM}/new", "/new", *[(LOG, f"{number}.log") for number in range(1, 7)], title=TITLE)
    assert problems(page)["raise-files"] == "Zu einem Text passen höchstens 5 Dateien. „6.log“ wurde weggelassen."
    assert len(rows(app)) == 5


def test_one_that_is_too_large_is_named_with_its_size(nari: Visitor) -> None:
    page = sends(nari, f"{TEAM}/new", "/new", (b"x" * (10 * 1024 * 1024 + 1), "log.txt"), title=TITLE)
    page.request.environ["wsgi.input"].close()  # what the test's own browser has put aside on the disk
    assert problems(page)["raise-files"].startswith("„log.txt“ hat 11 MB; eine Datei darf höchstens 10 MB haben.")


def test_what_announces_itself_with_300_megabytes_is_refused_unread(nari: Visitor) -> None:
    for path in (f"{TEAM}/new", f"{TEAM}/files"):
        page = nari.client.post(
            path,
            base_url=nari.base,
            headers=nari.headers,
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": str(300 * 1024 * 1024), "wsgi.input": Unread()},
        )
        assert page.status_code == 413
        assert "Eine Datei ist zu groß." in said(page)
        assert "Geh zurück: Was du getippt hast, steht noch da." in said(page)


class Unread(io.RawIOBase):
    """A body that nobody may look at."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("it was read")


def test_the_same_form_sent_twice_raises_once(nari: Visitor, app: Flask) -> None:
    key = "the same key"
    for _ in range(2):
        answer = sends(nari, f"{TEAM}/new", "/new", (PDF, "rules.pdf"), title=TITLE, request_key=key)
        assert answer.headers["Location"] == f"{TEAM}/41/receipt"
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Suggestion.id))) == 1


@pytest.mark.parametrize("ending", ["/comment", "/note", "/ask", "/answer"])
def test_every_text_of_a_suggestion_takes_files(visit: Visit, nari: Visitor, app: Flask, ending: str) -> None:
    raised(nari)
    pit = visit("pit")
    more = {"outcome": "done"} if ending == "/answer" else {}
    page = follow(pit, sends(pit, f"{TEAM}/41", ending, (picture(), "so.png"), text="Seht her.", **more))
    assert 'alt="so.png"' in page.text
    assert ('alt="so.png"' in nari.get(f"{TEAM}/41").text) == (ending != "/note")


def test_a_refused_file_of_a_comment_keeps_the_comment_open_with_its_words(nari: Visitor) -> None:
    raised(nari)
    page = sends(nari, f"{TEAM}/41", "/comment", (SVG, "b.svg"), text="Seht her.")
    assert page.status_code == 422
    assert problems(page)["comment-files"].startswith("„b.svg“")
    assert forms_of(page)[f"{TEAM}/41/comment"]["text"] == "Seht her."


# As a script sends them -----------------------------------------------------------------------------------------------


def by_script(visitor: Visitor, content: bytes, name: str) -> TestResponse:
    data = {"csrf_token": visitor.token(), "file": (io.BytesIO(content), name)}
    return visitor.client.post(f"{TEAM}/files", base_url=visitor.base, data=data, headers=visitor.headers)


def test_a_script_is_given_the_line_for_the_form_or_a_sentence(nari: Visitor, app: Flask) -> None:
    added = by_script(nari, picture(), "a.png")
    assert added.status_code == 200
    assert 'name="attachment"' in added.text
    refused = by_script(nari, SVG, "b.svg")
    assert (refused.status_code, refused.content_type) == (422, "text/plain; charset=utf-8")
    assert refused.text.startswith("„b.svg“ ist eine Seite")
    with app.app_context():
        [one] = rows(app)
        name = mark(one.id)
    raised(nari, attachment=name)
    assert rows(app)[0].entry_id is not None


def test_what_another_has_added_cannot_be_sent_along(nari: Visitor, visit: Visit, app: Flask) -> None:
    by_script(visit("jo"), PDF, "rules.pdf")
    with app.app_context():
        theirs = mark(rows(app)[0].id)
    page = sends(nari, f"{TEAM}/new", "/new", title=TITLE, attachment=theirs)
    assert problems(page)["raise-files"].startswith("Eine Datei, die du angehängt hattest, ist nicht mehr da.")
    assert rows(app)[0].entry_id is None


# Opening --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "kind", "how"),
    [
        (picture(), "Grüße.png", "image/png", "inline; filename=Grue.png; filename*=UTF-8''Gr%C3%BC%C3%9Fe.png"),
        (PDF, "rules.pdf", "application/pdf", "attachment; filename=rules.pdf; filename*=UTF-8''rules.pdf"),
        (LOG, "c.log", "text/plain; charset=utf-8", "attachment; filename=c.log; filename*=UTF-8''c.log"),
        (archive(), "z.zip", "application/zip", "attachment; filename=z.zip; filename*=UTF-8''z.zip"),
    ],
)
def test_bytes_come_with_everything_that_keeps_them_quiet(
    nari: Visitor, app: Flask, content: bytes, name: str, kind: str, how: str
) -> None:
    raised(nari, (content, name))
    with app.app_context():
        url = f"{TEAM}/files/{mark(rows(app)[0].id)}"
    answer = nari.get(url)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == how
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    unchanged = nari.get(url, If_None_Match=answer.headers["ETag"])
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert nari.get(f"{url}/small").status_code == (200 if kind.startswith("image") else 404)


def test_who_cannot_see_the_suggestion_finds_no_file(nari: Visitor, visit: Visit, app: Flask, cast: Cast) -> None:
    raised(nari, (picture(), "a.png"), visibility="managers")
    with app.app_context():
        url = f"{TEAM}/files/{mark(rows(app)[0].id)}"
    found = {name: visit(name).get(url).status_code for name in ("nari", "pit", "jo", "olga", "ada")}
    assert found == {"nari": 200, "pit": 200, "jo": 404, "olga": 404, "ada": 404}
    etag = nari.get(url).headers["ETag"]
    assert visit("jo").get(url, If_None_Match=etag).status_code == 404
