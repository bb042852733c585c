"""A mail about words that files came with names them and leads to them; it carries none, and names none to others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from tests.acts.cast import RAISED_AT, Cast, at, membership, raised
from tests.notices.post import Post, Sent
from tests.pictures import LOG, PDF
from tracker.acts import answers, attachments, questions
from tracker.acts import suggestions as verbs
from tracker.domain.attachments import Limits
from tracker.domain.lifecycle import Kind, Role, Urgency
from tracker.domain.outcomes import Outcome
from tracker.store import entries
from tracker.store.attachment_files import folder_in
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
THURSDAY = at("Thursday 2026-11-26 09:00")
PAGE = "http://127.0.0.1:8000/t/nachtwache/41"


def files(cast: Cast, by: Person, *names: str) -> list[Attachment]:
    folder, limits = folder_in(current_app.config["TRACKER"].data_dir), Limits()
    prepared = [attachments.prepared(name, PDF if name.endswith(".pdf") else LOG, limits) for name in names]
    return [attachments.add(cast.team, one, by=by, limits=limits, folder=folder, now=WEDNESDAY) for one in prepared]


@pytest.fixture
def s(cast: Cast, post: Post) -> Suggestion:
    """#41, whose receipt has left."""
    found = raised(cast)
    post.deliver(RAISED_AT)
    post.sent.clear()
    return found


def answered(cast: Cast, s: Suggestion) -> None:
    two = files(cast, cast.pit, "chat.log", "plan.pdf")
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Behoben", files=two)


def promised(cast: Cast, s: Suggestion) -> None:
    two = files(cast, cast.pit, "chat.log", "plan.pdf")
    answers.answer(
        s,
        by=cast.pit,
        now=WEDNESDAY,
        via=WEB,
        outcome=Outcome.WILL_DO,
        text="Wird gebaut",
        on=at("Friday 2026-12-04 12:00").date(),
        who=cast.juri,
        files=two,
    )


def asked(cast: Cast, s: Suggestion) -> None:
    two = files(cast, cast.pit, "chat.log", "plan.pdf")
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Meinst du das?", files=two)


def commented(cast: Cast, s: Suggestion) -> None:
    for name in ("chat.log", "plan.pdf"):
        verbs.comment(
            s, by=cast.pit, now=WEDNESDAY, via=WEB, text=f"Dazu: {name[0]}", files=files(cast, cast.pit, name)
        )


def burning(cast: Cast, s: Suggestion) -> None:
    two = files(cast, cast.nari, "chat.log", "plan.pdf")
    raised(cast, title="Es brennt", urgency=Urgency.URGENT, now=WEDNESDAY, files=two)


@pytest.mark.parametrize(
    ("act", "template", "to", "page"),
    [
        (answered, "answer", "nari", PAGE),
        (promised, "named", "juri", PAGE),
        (asked, "question", "nari", PAGE),
        (commented, "comment", "nari", PAGE),
        (burning, "raised", "pit", "http://127.0.0.1:8000/t/nachtwache/42"),
        (burning, "receipt", "nari", "http://127.0.0.1:8000/t/nachtwache/42"),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_mail_names_the_files_and_leads_to_the_page_that_opens_them(
    cast: Cast, post: Post, s: Suggestion, act: Callable[[Cast, Suggestion], None], template: str, to: str, page: str
) -> None:
    act(cast, s)
    db.session.commit()
    post.deliver(WEDNESDAY + timedelta(minutes=16))
    (letter,) = (one.letter for one in post.sent if (one.to, one.template) == (to, template))
    assert f"2 Dateien: chat.log, plan.pdf → {page}\n" in letter.text
    assert f'href="{page}"' in letter.html
    assert "2 Dateien: chat.log, plan.pdf" in letter.html
    assert [one.content_type for one in letter.attachments] == (["text/calendar"] if template == "receipt" else [])


def all_words(sent: list[Sent], to: str) -> str:
    return " ".join(f"{one.letter.text} {one.letter.html}" for one in sent if one.to == to)


def test_a_note_and_its_files_are_named_to_who_reads_notes_alone(cast: Cast, post: Post, s: Suggestion) -> None:
    named = files(cast, cast.pit, "names.log")
    verbs.note(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="@Juri @Nari sieh mal", files=named)
    db.session.commit()
    post.days(WEDNESDAY, THURSDAY)
    assert "1 Datei: names.log" in all_words(post.sent, "juri")
    assert "names.log" not in all_words(post.sent, "nari") + all_words(post.sent, "melodie")


def test_who_reads_notes_no_more_when_the_mail_leaves_reads_of_none(cast: Cast, post: Post, s: Suggestion) -> None:
    verbs.note(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="@Juri", files=files(cast, cast.pit, "names.log"))
    membership(cast, cast.juri).role = Role.MEMBER
    db.session.commit()
    post.days(WEDNESDAY, THURSDAY)
    assert "names.log" not in all_words(post.sent, "juri")


def test_of_trouble_with_a_person_no_mail_names_a_file(cast: Cast, post: Post) -> None:
    about = {"kind": Kind.FRICTION, "about": cast.jo, "now": WEDNESDAY}
    raised(cast, title="Jo schreit", files=files(cast, cast.nari, "beweis.log"), **about)
    post.days(WEDNESDAY, THURSDAY)
    assert {one.to for one in post.sent} >= {"nari", "pit"}
    assert not any("beweis" in one.letter.text + one.letter.html for one in post.sent)


@pytest.mark.databases("sqlite")
def test_an_answer_that_was_taken_back_names_nothing(cast: Cast, post: Post, s: Suggestion) -> None:
    answered(cast, s)
    given = entries.last_of(s.id, EntryKind.ANSWER)
    assert given is not None
    answers.undo(s, given, by=cast.pit, now=WEDNESDAY + timedelta(seconds=30), via=WEB)
    db.session.commit()
    post.days(WEDNESDAY, THURSDAY)
    assert "plan.pdf" not in all_words(post.sent, "nari")


def test_a_reminder_names_the_files_of_the_words_that_it_quotes(cast: Cast, post: Post) -> None:
    s = raised(cast, body="Siehe Bild.", files=files(cast, cast.nari, "chat.log", "plan.pdf"))
    verbs.comment(s, by=cast.nari, now=WEDNESDAY, via=WEB, text="Noch etwas", files=files(cast, cast.nari, "later.log"))
    cast.pit.reminder_rhythm = "each"
    db.session.commit()
    post.days(WEDNESDAY, at("Thursday 2026-11-26 18:00"))
    letter = next(one.letter for one in post.sent if (one.to, one.template) == ("pit", "rung"))
    assert "zugesagt bis heute, 17 Uhr" in letter.text
    assert f"2 Dateien: chat.log, plan.pdf → {PAGE}\n" in letter.text
    assert "later.log" not in letter.text


@pytest.mark.databases("sqlite")
def test_a_daily_mail_asks_once_for_the_files_of_all_its_lines(cast: Cast, post: Post, s: Suggestion) -> None:
    for number in range(6):
        added = files(cast, cast.melodie, f"bild-{number}.log")
        verbs.comment(s, by=cast.melodie, now=WEDNESDAY, via=WEB, text=f"@Juri Nummer {number}", files=added)
    db.session.commit()
    asked_for = []

    def listener(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM attachment" in statement:
            asked_for.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        post.days(WEDNESDAY, THURSDAY)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)
    mails = [one for one in post.sent if one.template == "daily" and one.to in ("juri", "nari")]
    assert {one.to for one in mails} == {"juri", "nari"}
    for one in mails:
        assert all(f"1 Datei: bild-{number}.log" in " ".join(one.letter.text.split()) for number in range(6))
    assert len(asked_for) == len(mails)
