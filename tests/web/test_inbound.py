"""The page on which a site admin reads what became of every mail."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.acts.cast import Cast, raised
from tests.times import FakeClock
from tests.web.visitors import Visitor, said
from tracker.domain.lifecycle import Kind
from tracker.store.base import db
from tracker.store.inbound_mails import How, InboundMail, InboundState
from tracker.store.suggestions import Suggestion
from tracker.web.inbound import REASONS, RELEASABLE, UNANSWERED

Visit = Callable[[str], Visitor]
Keep = Callable[..., int]
TRACKER = Path(__file__).parents[2] / "tracker"


@pytest.fixture
def keep(app: Flask, clock: FakeClock) -> Keep:
    """One mail that has come in, with its end."""

    def kept(state: InboundState, reason: str, **more: Any) -> int:
        with app.app_context():
            now = clock.now()
            values = {"raw": b"Subject: x\r\n\r\n<b>Geheim</b>", "size": 20, "how": How.LMTP, "next_attempt_at": now}
            mail = InboundMail(
                received_at=now, state=state, reason=reason, sha256=f"{state}{reason}",
                **{**values, "from_address": "wer@x.example", "subject": "Größe <b>", "text": "<b>Geheim</b>", **more},
            )  # fmt: skip
            db.session.add(mail)
            db.session.commit()
            return mail.id

    return kept


def test_every_reason_that_the_code_gives_has_a_sentence_and_no_sentence_is_left_over() -> None:
    given, unanswered = reasons_in_code()
    assert set(REASONS) - {""} == given, "nothing is said of a mail that still waits"
    assert set(UNANSWERED) == unanswered
    assert set(RELEASABLE) <= given


def reasons_in_code() -> tuple[set[str], set[str]]:
    """What stands in the calls that end a mail, and where a machine's is told; and why nothing went back."""
    given, unanswered = set(), set()
    for file in [*sorted((TRACKER / "inbound").glob("*.py")), TRACKER / "acts" / "inbound_mail.py"]:
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(ast.Attribute(attr="end" | "ask"), [_, reason, *_]):
                    given |= texts(reason)
                case ast.Call(ast.Attribute(attr="refuse" | "quarantine"), [reason, *_]):
                    given |= texts(reason)
                case ast.Assign([ast.Tuple([_, ast.Attribute(attr="reason"), _])], ast.Tuple([_, reason, _])):
                    given |= texts(reason)
                case ast.Assign([ast.Tuple([_, ast.Name("reason")])], value):
                    given |= texts(value)
                case ast.keyword("otherwise", reason):
                    given |= texts(reason)
                case ast.keyword("unanswered", reason):
                    unanswered |= texts(reason)
                case ast.Return(value) if file.stem == "machines" and value is not None:
                    given |= texts(value)
    return given, unanswered


def texts(node: ast.expr) -> set[str]:
    """The words in an expression that may be a reason."""
    found = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {text for text in found if re.fullmatch(r"[a-z_]{3,}", text) and not text.startswith("heard_")}


def test_every_mail_stands_there_with_its_reason(visit: Visit, keep: Keep) -> None:
    keep(InboundState.QUARANTINED, "other_sender", facts={"unanswered": "too_many"})
    keep(InboundState.FAILED, "broken", error="MemoryError: no room")
    keep(InboundState.IGNORED, "out_of_office")
    page = said(visit("ada").get("/admin/inbound"))
    assert "Größe <b>" in page
    assert "Sie ging an eine Adresse, die einer Person gehört, und kam von einer anderen." in page
    assert "Ihr Betreff ist der einer Antwort, die niemand geschrieben hat." in page
    some = said(visit("ada").get("/admin/inbound?state=failed"))
    assert "Sie ließ sich nicht lesen, fünfmal." in some
    assert "zurückgehalten. " not in some


def test_one_that_became_nothing_can_be_read_and_saved(visit: Visit, keep: Keep) -> None:
    mail = keep(InboundState.QUARANTINED, "other_sender", facts={"unanswered": "too_many"})
    page = visit("ada").get(f"/admin/inbound/{mail}")
    assert "&lt;b&gt;Geheim&lt;/b&gt;" in page.text
    assert "Zurück ging nichts" in said(page)
    file = visit("ada").get(f"/admin/inbound/{mail}/download")
    assert (file.mimetype, file.data) == ("message/rfc822", b"Subject: x\r\n\r\n<b>Geheim</b>")


def test_one_that_was_taken_shows_its_end_and_not_its_words(visit: Visit, keep: Keep, app: Flask, cast: Cast) -> None:
    with app.app_context():
        number = raised(cast).id
    mail = keep(InboundState.DONE, "comment", suggestion_id=number, person_id=cast.nari.id)
    page = visit("ada").get(f"/admin/inbound/{mail}")
    assert "Sie wurde ein Kommentar." in said(page)
    assert "Geheim" not in page.text
    assert "Größe" not in visit("ada").get("/admin/inbound").text
    assert visit("ada").get(f"/admin/inbound/{mail}/download").status_code == 404


def test_a_mail_about_the_reader_is_not_there_for_them(visit: Visit, keep: Keep, app: Flask, cast: Cast) -> None:
    with app.app_context():
        s = raised(cast, about=cast.pit, kind=Kind.FRICTION)
        row = db.session.get_one(Suggestion, s.id)
        row.about_person_id = cast.ada.id
        db.session.commit()
    mail = keep(InboundState.REFUSED, "too_old", suggestion_id=s.id)
    assert visit("ada").get(f"/admin/inbound/{mail}").status_code == 404
    assert f"/admin/inbound/{mail}" not in visit("ada").get("/admin/inbound").text


def test_a_machines_mail_is_read_all_the_same_when_a_person_wrote_it(visit: Visit, keep: Keep, app: Flask) -> None:
    mail = keep(InboundState.IGNORED, "precedence")
    visitor = visit("ada")
    assert "Ein Mensch hat sie geschrieben: lesen" in said(visitor.get(f"/admin/inbound/{mail}"))
    visitor.post(f"/admin/inbound/{mail}/again")
    with app.app_context():
        row = db.session.get_one(InboundMail, mail)
        assert (row.state, row.attempts, row.facts["released"]) == (InboundState.RECEIVED, 0, True)


def test_one_whose_time_is_over_says_so_and_offers_nothing(visit: Visit, keep: Keep) -> None:
    mail = keep(InboundState.QUARANTINED, "other_sender", raw=b"", text="")
    page = visit("ada").get(f"/admin/inbound/{mail}")
    assert "Ihre Zeit ist um: Was darin stand, ist nicht mehr da." in said(page)
    assert (f"/admin/inbound/{mail}/download" in page.text, f"/admin/inbound/{mail}/again" in page.text) == (
        False,
        False,
    )
    assert visit("ada").get(f"/admin/inbound/{mail}/download").status_code == 404
    assert visit("ada").post(f"/admin/inbound/{mail}/again").status_code == 409


def test_what_has_its_place_is_not_read_again(visit: Visit, keep: Keep) -> None:
    mail = keep(InboundState.DONE, "comment")
    assert visit("ada").post(f"/admin/inbound/{mail}/again").status_code == 409


def test_whose_mails_come_back_reads_it_and_says_that_they_work_again(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock
) -> None:
    from tracker.store.people import Person

    with app.app_context():
        db.session.get_one(Person, cast.nari.id).mail_bounced_at = clock.now()
        db.session.commit()
    assert "Mails an dich kommen zurück" in said(visit("nari").get("/me"))
    for page in ("/t/nachtwache/", "/notices"):  # no mail would tell them
        assert "Mails an dich kommen zurück. Bis das in Ordnung ist" in said(visit("nari").get(page))
    assert "Mails an dich" not in said(visit("jo").get("/t/nachtwache/"))
    owner = said(visit("anke").get("/t/nachtwache/people"))
    assert "Mails an diese Person kommen zurück" in owner
    assert "nari@nachtwache.example" not in owner
    assert "kommen zurück" not in said(visit("jo").get("/t/nachtwache/people"))
    visit("nari").post("/me/mail-works")
    assert "Mails an dich kommen zurück" not in said(visit("nari").get("/me"))
    assert "Mails an dich kommen zurück" not in said(visit("nari").get("/t/nachtwache/"))
