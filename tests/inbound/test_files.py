"""What comes along with a mail is kept by the rules of the pages; what cannot be is named, and the words are kept."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from PIL import Image

from tests.acts.cast import Cast, at, raised, reassembled
from tests.inbound.conftest import DOMAIN, NOW, TEAM, Postman, Story, count, written
from tests.pictures import LOG, PAGE, PDF, SVG, archive, photograph, picture
from tests.times import FakeClock
from tests.web.visitors import Visitor
from tracker import access
from tracker.acts import attachments as acts
from tracker.domain.errors import OutOfReach
from tracker.inbound import reading
from tracker.notices import address_tokens
from tracker.notices.address_tokens import Kind
from tracker.notices.replies import REPLY_FOR
from tracker.store import attachment_files, entries, inbound_mails, suggestions
from tracker.store import attachments as store
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.worker.housekeeping import tidy_up

#: A mail of ours, and nothing new above it.
QUOTED = "> -- Antworten bitte über dieser Zeile --\n> Hallo Nari"
marks = re.compile(r'name="attachment" value="(\d+)"')
SQLITE = pytest.mark.databases("sqlite")
TYPES = {"png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf", "zip": "application/zip",
         "log": "text/plain", "svg": "image/svg+xml", "html": "text/html"}  # fmt: skip


def enclosing(to: str, text: str, *files: tuple[str, bytes], sender: str = f"nari@{DOMAIN}") -> EmailMessage:
    mail = written(to, text, sender=sender)
    for name, content in files:
        main, _, sub = TYPES.get(name.rpartition(".")[2], "application/octet-stream").partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail


def shown(to: str, text: str, *pictures: bytes) -> EmailMessage:
    """A mail as Outlook writes it: words, and beside them a page with pictures in the middle of it."""
    mail = written(to, text)
    images = "".join(f'<img src="cid:image{number}@mua">' for number in range(len(pictures)))
    mail.add_alternative(f"<p>{text}</p>{images}", subtype="html")
    (*_, page) = mail.iter_parts()
    for number, content in enumerate(pictures):
        page.add_related(content, "image", "png", cid=f"<image{number}@mua>", filename=f"image{number}.png")
    return mail


def noise(side: int) -> bytes:
    """A picture that does not get small: what somebody photographed or cut out of a screen."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), Random(side).randbytes(side * side * 3)).save(out, "PNG")
    return out.getvalue()


def last(s: Suggestion, kind: EntryKind = EntryKind.COMMENT) -> Entry:
    found = entries.last_of(s.id, kind)
    assert found is not None
    return found


def kept(entry: Entry) -> list[Attachment]:
    return store.of_entries([entry.id]).get(entry.id, [])


def left_out(facts: dict[str, object]) -> dict[str, str]:
    return {one["name"]: one["why"] for one in facts.get("left_out", ())}  # type: ignore[attr-defined]


def bytes_of(one: Attachment) -> bytes:
    folder = attachment_files.folder_in(current_app.config["TRACKER"].data_dir)
    return attachment_files.path_of(folder, one.sha256).read_bytes()


# Kept -----------------------------------------------------------------------------------------------------------------


def test_a_replys_files_come_with_the_comment_and_the_receipt_says_so(story: Story, cast: Cast) -> None:
    mail = enclosing(story.reply, "So sieht es aus.", ("IMG_1.jpg", photograph()), ("regeln.pdf", PDF), ("x.log", LOG))
    heard = story.postman.hear(mail)
    assert (heard.state, heard.facts) == (InboundState.DONE, {})
    entry = last(story.s)
    assert [(one.name, one.uploader_id) for one in kept(entry)] == [
        (name, cast.nari.id) for name in ("IMG_1.jpg", "regeln.pdf", "x.log")
    ]
    for one in kept(entry):
        assert access.find_attachment(cast.melodie, "nachtwache", one.id) is one
    assert b"regeln.pdf" in heard.raw, "the mail stays as it came until its time is over"
    (answer,) = story.postman.answers()
    assert "3 Dateien: IMG_1.jpg, regeln.pdf, x.log → http://127.0.0.1:8000/t/nachtwache/41" in answer.letter.text
    assert answer.letter.attachments == ()


def test_a_photograph_that_came_by_mail_has_lost_its_place_and_its_camera(story: Story) -> None:
    story.postman.hear(enclosing(story.reply, "Foto", ("IMG_1.jpg", photograph())))
    (one,) = kept(last(story.s))
    with Image.open(io.BytesIO(bytes_of(one))) as image:
        assert dict(image.getexif()) == {}
        assert image.height > image.width
    assert (one.width, one.height) == (225, 360)


def test_what_is_raised_by_mail_has_its_files_and_its_receipt_names_them(story: Story, cast: Cast) -> None:
    mail = enclosing(TEAM, "Seit gestern.", ("chat.png", picture()), ("chat.log", LOG))
    mail.replace_header("Subject", "Der Chat hängt")
    heard = story.postman.hear(mail)
    s = db.session.get_one(Suggestion, heard.suggestion_id)
    assert [one.name for one in kept(last(s, EntryKind.RAISED))] == ["chat.png", "chat.log"]
    db.session.commit()
    story.postman.post.deliver(NOW)
    (receipt,) = (one for one in story.postman.post.sent if one.template == "receipt" and "42" in one.letter.subject)
    assert "2 Dateien: chat.png, chat.log" in receipt.letter.text


@SQLITE
def test_a_picture_without_a_word_says_something(story: Story) -> None:
    heard = story.postman.hear(enclosing(story.reply, QUOTED, ("foto.png", picture())))
    assert (heard.state, heard.reason) == (InboundState.DONE, "comment")
    assert [one.name for one in kept(last(story.s))] == ["foto.png"]


@SQLITE
def test_the_same_mail_by_two_ways_leaves_its_files_once(story: Story) -> None:
    mail = enclosing(story.reply, "So.", ("foto.png", picture()))
    story.postman.hear(mail)
    again = story.postman.hear(b"Received: by elsewhere\r\n" + mail.as_bytes())
    assert again.reason == "duplicate"
    assert count(Attachment) == 1


@SQLITE
@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\Nari\\Bild.png", "Bild.png"),
        ("Grüße\u202egnp.png", "Grüßegnp.png"),
        ("rechnung.html", "rechnung.html.png"),
        ("", "image.png"),
    ],
)
def test_a_files_name_is_a_name_and_its_ending_says_what_it_is(story: Story, given: str, name: str) -> None:
    mail = written(story.reply, "Bild")
    mail.add_attachment(picture(), maintype="image", subtype="png", filename=given or None)
    story.postman.hear(mail)
    assert [one.name for one in kept(last(story.s))] == [name]


# Left out -------------------------------------------------------------------------------------------------------------


@SQLITE
def test_what_cannot_be_kept_is_named_with_its_reason_and_the_words_are_kept(
    app: Flask, story: Story, cast: Cast, clock: FakeClock
) -> None:
    bad = [("bild.svg", SVG), ("seite.html", PAGE), ("plan.docx", archive()), ("kaputt.png", b"\x89PNG\r\n\x1a\n"),
           ("leer.log", b" ")]  # fmt: skip
    heard = story.postman.hear(enclosing(story.reply, "Siehe Bild.", ("gut.png", picture()), *bad))
    reasons = {
        "bild.svg": "acts",
        "seite.html": "acts",
        "plan.docx": "kind",
        "kaputt.png": "broken",
        "leer.log": "empty",
    }
    entry = last(story.s)
    assert left_out(heard.facts) == left_out(entry.facts) == reasons
    assert (entry.text, [one.name for one in kept(entry)]) == ("Siehe Bild.", ["gut.png"])
    told = (
        "Nicht übernommen: bild.svg und seite.html (kann ein Programm enthalten); plan.docx (diese Art nehmen wir "
        "nicht); kaputt.png (beschädigt); leer.log (leer)."
    )
    (answer,) = story.postman.answers()
    words = " ".join(answer.letter.text.split())
    assert told in words
    assert "Wir nehmen Bilder (PNG, JPEG, GIF, WebP), PDF, Text (.txt, .log) und ZIP." in words
    db.session.commit()
    clock.set(NOW)
    page = Visitor(app, clock).signed_in(cast.melodie).get("/t/nachtwache/41").text
    assert told in page


@SQLITE
def test_the_receipt_comes_where_something_was_left_out_though_receipts_are_off(story: Story, cast: Cast) -> None:
    cast.nari.receipts_by_mail = False
    story.postman.hear(enclosing(story.reply, "Bild", ("bild.svg", SVG)))
    assert [one.template for one in story.postman.answers()] == ["heard_taken"]


@SQLITE
def test_five_files_fit_with_one_mail_and_the_others_are_named(story: Story) -> None:
    seven = [(f"{number}.png", picture(size=(20 + number, 20))) for number in range(7)]
    heard = story.postman.hear(enclosing(story.reply, "Viele", *seven))
    assert [one.name for one in kept(last(story.s))] == [f"{number}.png" for number in range(5)]
    assert left_out(heard.facts) == {"5.png": "many", "6.png": "many"}
    (answer,) = story.postman.answers()
    assert "5.png und 6.png (mehr als 5 auf einmal)" in " ".join(answer.letter.text.split())


@SQLITE
@pytest.mark.parametrize(("limit", "why"), [("attachment_mb", "large"), ("attachments_team_mb", "space")])
def test_the_limits_are_those_of_the_pages(
    app: Flask, story: Story, monkeypatch: pytest.MonkeyPatch, limit: str, why: str
) -> None:
    monkeypatch.setitem(app.config, "TRACKER", replace(app.config["TRACKER"], **{limit: 1}))
    large = PDF + Random(1).randbytes(2 * 1024 * 1024)
    heard = story.postman.hear(enclosing(story.reply, "Plan", ("klein.pdf", PDF), ("plan.pdf", large)))
    assert [one.name for one in kept(last(story.s))] == ["klein.pdf"]
    assert left_out(heard.facts) == {"plan.pdf": why}


@SQLITE
def test_nothing_but_a_file_that_is_not_taken_is_asked_about_by_its_name(story: Story) -> None:
    heard = story.postman.hear(enclosing(story.reply, QUOTED, ("bild.svg", SVG)))
    assert (heard.state, heard.reason, count(Entry)) == (InboundState.ASKED, "empty", 1)
    (answer,) = story.postman.answers()
    assert "Noch nicht dabei: bild.svg." in answer.letter.text


@SQLITE
def test_a_mail_within_the_mail_is_named_and_not_read(story: Story) -> None:
    mail = written(story.reply, "Siehe dort.")
    mail.add_attachment(enclosing("x@y.example", "Fremde Worte", ("fremd.png", picture())))
    assert left_out(story.postman.hear(mail).facts) == {"mail": "mail"}
    assert count(Attachment) == 0


# Signatures -----------------------------------------------------------------------------------------------------------


@SQLITE
def test_a_signatures_small_picture_is_neither_kept_nor_named(story: Story) -> None:
    heard = story.postman.hear(shown(story.reply, "Danke", picture(size=(120, 40)), picture(size=(16, 16))))
    assert (heard.reason, heard.facts, count(Attachment)) == ("comment", {}, 0)


@SQLITE
def test_a_large_picture_in_the_middle_of_the_text_is_kept_and_the_same_one_again_is_not(story: Story) -> None:
    screen = noise(120)
    story.postman.hear(shown(story.reply, "Siehe Bild", screen))
    assert [one.name for one in kept(last(story.s))] == ["image0.png"]
    mail = shown(story.reply, "Noch eins", screen, noise(130))
    mail.replace_header("Message-ID", "<2@mua.example>")
    heard = story.postman.hear(mail)
    assert ([one.name for one in kept(last(story.s))], heard.facts) == (["image1.png"], {})


@SQLITE
def test_what_proves_who_signed_a_mail_is_no_file(story: Story) -> None:
    mail = written(story.reply, "Unterschrieben.")
    mail.add_attachment(b"-----BEGIN PGP", maintype="application", subtype="pgp-signature", filename="signature.asc")
    assert story.postman.hear(mail).facts == {}


# Not looked at --------------------------------------------------------------------------------------------------------


@SQLITE
def test_nobody_looks_at_the_files_of_a_mail_that_is_not_taken(app: Flask, story: Story) -> None:
    story.postman.hear(enclosing(story.reply, "Ich bin Nari", ("foto.png", picture()), sender="nari@elsewhere.example"))
    story.postman.hear(enclosing(story.reply, "x" * 20_001, ("foto.png", picture())))
    db.session.commit()
    assert count(Attachment) == 0
    (refused,) = (one for one in story.postman.answers() if one.template == "heard_refused")
    assert "Noch nicht dabei: foto.png." in refused.letter.text


def opens(person: Person, one: Attachment) -> bool:
    try:
        return access.find_attachment(person, "nachtwache", one.id) is one
    except OutOfReach:
        return False


def answers_to(person: Person, s: Suggestion) -> str:
    token = address_tokens.make(Kind.REPLY, subject=s.id, expires_at=NOW + REPLY_FOR, person=person)
    return f"reply+{token}@{DOMAIN}"


def test_what_reads_like_an_answer_keeps_its_files_for_the_form_that_makes_it_one(
    app: Flask, story: Story, cast: Cast, clock: FakeClock
) -> None:
    files = (("plan.pdf", PDF), ("bild.svg", SVG))
    mail = enclosing(answers_to(cast.pit, story.s), "ERLEDIGT Steht da.", *files, sender=f"pit@{DOMAIN}")
    heard = story.postman.hear(mail)
    assert (heard.reason, left_out(heard.facts)) == ("draft", {"bild.svg": "acts"})
    (answer,) = story.postman.answers()
    assert "1 Datei: plan.pdf → http://127.0.0.1:8000/t/nachtwache/41?write=answer&mail=" in answer.letter.text
    assert "Nicht übernommen: bild.svg (kann ein Programm enthalten)." in answer.letter.text
    (waiting,) = db.session.scalars(sa.select(Attachment))
    assert not any(opens(person, waiting) for person in (cast.juri, cast.anke, cast.nari))
    s_id, address = story.s.id, f"/t/nachtwache/41?write=answer&mail={heard.id}&outcome=done"
    later = NOW + timedelta(days=3)
    tidy_up(now=later)
    db.session.commit()
    clock.set(later)
    pit = Visitor(app, clock).signed_in(reassembled().pit)
    page = pit.get(address).text
    assert "plan.pdf" in page
    form = {"outcome": "done", "text": "Steht da.", "attachment": marks.findall(page)}
    assert pit.post("/t/nachtwache/41/answer", form).status_code == 303
    given = entries.last_of(s_id, EntryKind.ANSWER)
    assert given is not None
    assert [one.name for one in kept(given)] == ["plan.pdf"]


@pytest.fixture
def of_two(postman: Postman, cast: Cast) -> str:
    """What Pit answers to, in a daily mail about #41 and #42."""
    raised(cast)
    raised(cast, title="Echo im Sprachkanal", by=cast.melodie)
    postman.post.at(at("Thursday 2026-11-26 09:00"))
    return postman.reply_address("pit", "daily")


@pytest.mark.parametrize("text", ["ist gefixt", ""])
def test_a_mail_that_is_asked_about_keeps_its_files_for_the_one_that_is_chosen(
    app: Flask, postman: Postman, of_two: str, cast: Cast, clock: FakeClock, text: str
) -> None:
    files = (("plan.pdf", PDF), ("bild.svg", SVG))
    heard = postman.hear(enclosing(of_two, text, *files, sender=f"pit@{DOMAIN}"))
    assert (heard.reason, left_out(heard.facts)) == ("which", {"bild.svg": "acts"})
    (answer,) = postman.answers()
    said = " ".join(answer.letter.text.split())
    assert "Deine Datei ist auch da: plan.pdf." in said
    assert "Nicht übernommen: bild.svg (kann ein Programm enthalten)." in said
    assert "nicht mitgekommen" not in said
    (waiting,) = db.session.scalars(sa.select(Attachment))
    assert not any(opens(person, waiting) for person in (cast.juri, cast.anke, cast.nari))
    later, address = NOW + timedelta(days=3), f"/t/nachtwache/42?write=comment&mail={heard.id}"
    tidy_up(now=later)
    db.session.commit()
    clock.set(later)
    cast = reassembled()
    pit = Visitor(app, clock).signed_in(cast.pit)
    page = pit.get(address).text
    form = {"text": text or "Siehe Datei", "attachment": marks.findall(page)}
    assert pit.post("/t/nachtwache/42/comment", form).status_code == 303
    s = suggestions.by_number(cast.team.id, 42)
    assert s is not None
    written = entries.last_of(s.id, EntryKind.COMMENT)
    assert written is not None
    assert [one.name for one in kept(written)] == ["plan.pdf"]


@pytest.mark.parametrize(("text", "words"), [("#41", "ist gefixt"), ("#41 doch nicht", "doch nicht")])
def test_who_answers_by_mail_which_one_is_meant_has_the_files_come_along(
    postman: Postman, of_two: str, cast: Cast, text: str, words: str
) -> None:
    postman.hear(enclosing(of_two, "ist gefixt", ("plan.pdf", PDF), sender=f"pit@{DOMAIN}"))
    postman.answers()
    again = postman.reply_address("pit", "heard_which")
    heard = postman.hear(enclosing(again, text, ("chat.log", LOG), sender=f"pit@{DOMAIN}"))
    assert (heard.state, heard.reason) == (InboundState.DONE, "comment")
    entry = db.session.get_one(Entry, heard.entry_id)
    assert (entry.text, [one.name for one in kept(entry)]) == (words, ["plan.pdf", "chat.log"])


def test_who_is_asked_twice_which_one_is_meant_has_the_first_words_and_all_files_entered(
    app: Flask, postman: Postman, of_two: str, clock: FakeClock
) -> None:
    asked = [postman.hear(enclosing(of_two, "ist gefixt", ("plan.pdf", PDF), sender=f"pit@{DOMAIN}"))]
    postman.answers()
    again = postman.reply_address("pit", "heard_which")
    asked.append(postman.hear(enclosing(again, "das erste", ("chat.log", LOG), sender=f"pit@{DOMAIN}")))
    postman.answers()
    heard = postman.hear(written(postman.reply_address("pit", "heard_which"), "#41", sender=f"pit@{DOMAIN}"))
    assert (heard.state, heard.reason) == (InboundState.DONE, "comment")
    entry = db.session.get_one(Entry, heard.entry_id)
    assert (entry.text, [one.name for one in kept(entry)]) == ("ist gefixt", ["plan.pdf", "chat.log"])
    assert {(one.state, one.reason, one.entry_id) for one in asked} == {(InboundState.DONE, "named", entry.id)}
    db.session.commit()
    clock.set(NOW)
    page = Visitor(app, clock).signed_in(reassembled().pit).get(f"/notices/mail/{asked[0].id}").text
    assert "Eine spätere Mail von dir hat gesagt, welchen du meinst" in page
    assert "noch nichts eingetragen" not in page


def test_a_file_too_many_beside_those_that_waited_is_named(postman: Postman, of_two: str) -> None:
    five = [(f"{number}.log", LOG + str(number).encode()) for number in range(5)]
    postman.hear(enclosing(of_two, "ist gefixt", *five, sender=f"pit@{DOMAIN}"))
    postman.answers()
    again = postman.reply_address("pit", "heard_which")
    heard = postman.hear(enclosing(again, "#41", ("plan.pdf", PDF), sender=f"pit@{DOMAIN}"))
    assert (heard.reason, left_out(heard.facts)) == ("comment", {"plan.pdf": "many"})
    assert [one.name for one in kept(db.session.get_one(Entry, heard.entry_id))] == [name for name, _ in five]
    (answer,) = postman.answers()
    assert "plan.pdf (" in " ".join(answer.letter.text.split())


@SQLITE
def test_files_that_wait_for_a_form_go_with_the_words_of_their_mail(story: Story, cast: Cast) -> None:
    mail = enclosing(answers_to(cast.pit, story.s), "ERLEDIGT Da.", ("plan.pdf", PDF), sender=f"pit@{DOMAIN}")
    story.postman.hear(mail)
    assert inbound_mails.forget_before(NOW + timedelta(days=1)) == 1
    assert acts.forget_unsent(now=NOW + timedelta(days=2)) == 1


@SQLITE
def test_a_managers_plain_words_come_with_their_file(story: Story, cast: Cast) -> None:
    mail = enclosing(answers_to(cast.pit, story.s), "ist gefixt", ("plan.pdf", PDF), sender=f"pit@{DOMAIN}")
    story.postman.hear(mail)
    (answer,) = story.postman.answers()
    assert answer.template == "heard_comment"
    assert "1 Datei: plan.pdf" in answer.letter.text


@SQLITE
def test_a_mail_whose_files_may_have_ended_its_reader_twice_is_taken_without_them(story: Story) -> None:
    mail_id = story.postman.keep(enclosing(story.reply, "Siehe Bild", ("bombe.png", picture())))
    db.session.get_one(InboundMail, mail_id).attempts = 2
    db.session.commit()
    reading.read_waiting(story.postman.book, now=NOW)
    heard = inbound_mails.by_id(mail_id)
    assert heard is not None
    assert (heard.reason, left_out(heard.facts)) == ("comment", {"bombe.png": "unread"})


def test_what_was_written_to_the_disk_for_a_mail_that_was_not_taken_goes_again(story: Story, postman: Postman) -> None:
    story.postman.hear(enclosing(story.reply, "y" * 20_001, ("foto.png", picture())))
    db.session.commit()
    folder = attachment_files.folder_in(current_app.config["TRACKER"].data_dir)
    acts.forget_files(folder, store.hashes(), now=NOW.replace(year=NOW.year + 1))
    assert list(attachment_files.names(folder)) == []
