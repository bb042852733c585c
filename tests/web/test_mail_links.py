"""Answering straight from a mail: looking changes nothing, an act is done once, and nobody else can do it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, raised
from tests.security.snapshot import fingerprint
from tests.times import FakeClock
from tests.web.mail_links import ANSWER, LATE, link, status, the, written
from tests.web.pages import TEAM, follow, forms_of, offers, send
from tests.web.visitors import Visitor, fields_of, said
from tracker.acts import answers, people, questions
from tracker.domain.lifecycle import Status, Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices.tokens import Purpose
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.doors import UsedLink
from tracker.store.entries import EntryKind, Via
from tracker.store.people import Person
from tracker.store.snoozes import Snooze


@pytest.fixture
def nari41(app: Flask, cast: Cast, clock: FakeClock) -> int:
    """Nari's #41 is raised; it is Wednesday, 10:00."""
    with app.app_context():
        found = raised(cast, body="Elf Gilden.")
    clock.set("Wednesday 2026-11-25 10:00")
    return found.id


# Looking --------------------------------------------------------------------------------------------------------------


def test_looking_a_hundred_times_changes_nothing(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    before = fingerprint(app)
    for _ in range(100):
        page = visitor.get(path)
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers
    assert visitor.client.head(path, base_url=visitor.base).status_code == 200
    assert fingerprint(app) == before
    assert send(visitor, page, "/answer", **ANSWER).status_code == 303


def test_the_page_shows_one_suggestion_in_its_readers_language_and_leads_nowhere_else(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with app.app_context():
        raised(cast, title="Etwas ganz anderes")
    page = visitor.get(link(app, clock, nari41, cast.pit))
    text = said(page)
    assert "Chat-Filter frisst Umlaute" in text
    assert "Elf Gilden." in text
    assert "Antwort bis Do 26.11., 17 Uhr" in text.replace("\xa0", " ")
    assert "Etwas ganz anderes" not in page.text
    assert "<nav" not in page.text
    leads = {line.split('"', 1)[0] for line in page.text.split("<a ")[1:] for line in [line.split('href="', 1)[1]]}
    assert {one for one in leads if not one.startswith("#")} == {"/sign-in?next=%2Ft%2Fnachtwache%2F41"}
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "csrf_token" not in page.text


def test_the_answer_form_has_its_four_beginnings_and_its_days(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    page = visitor.get(link(app, clock, nari41, cast.pit))
    assert [one for one in ("done", "will_do", "not_now", "declined") if f'value="{one}"' not in page.text] == []
    assert 'data-day="2026-11-27"' in page.text
    assert offers(page) == {"answer", "ask", "move", "later"}


def test_from_a_reminders_link_its_reader_is_reminded_later_and_can_answer_all_the_same(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    page = visitor.get(path)
    assert "Später erinnern Nur deine eigenen Erinnerungen." in said(page)
    assert 'value="tomorrow"' in page.text
    page = follow(visitor, send(visitor, page, "/later", choice="tomorrow"))
    assert "Für dich zurückgestellt bis" in said(page)
    with the(app, nari41) as s:
        assert [one.person_id for one in db.session.scalars(sa.select(Snooze))] == [cast.pit.id]
        assert (s.status, db.session.scalar(sa.select(UsedLink.token_hash))) == (Status.OPEN, None)
    refused = send(visitor, page, "/later", choice="next-year")
    assert refused.status_code == 422
    assert send(visitor, page, "/answer", **ANSWER).status_code == 303
    assert status(app, nari41) is Status.DONE


@pytest.mark.parametrize(
    ("purpose", "who", "offered"),
    [
        (Purpose.VIEW, "nari", set()),
        (Purpose.VIEW, "pit", set()),
        (Purpose.ANSWER, "nari", set()),
        (Purpose.ASK, "pit", {"ask"}),
        (Purpose.MOVE, "pit", {"move"}),
        (Purpose.NOTE, "pit", {"note"}),
        (Purpose.ASSIGN, "anke", {"assign"}),
        (Purpose.TAKE, "juri", {"take"}),
        (Purpose.COMMENT, "nari", {"comment"}),
        (Purpose.COMMENT, "jo", {"comment"}),
        (Purpose.NUDGE, "nari", {"nudge"}),
        (Purpose.NUDGE, "pit", set()),
        (Purpose.CONTEST, "nari", set()),
    ],
)
def test_a_link_offers_what_it_is_for_and_its_person_may_do(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor, purpose: Purpose, who: str,
    offered: set[str],
) -> None:  # fmt: skip
    clock.set(LATE)
    page = visitor.get(link(app, clock, nari41, getattr(cast, who), purpose))
    assert page.status_code == 200
    assert offers(page) == offered


def test_what_it_is_for_and_cannot_be_done_any_more_is_said(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with the(app, nari41) as s:
        answers.answer(s, by=cast.juri, now=clock.now(), via=Via.WEB, outcome=Outcome.DECLINED, text="Geht nicht.")
    page = visitor.get(link(app, clock, nari41, cast.pit))
    assert "Wofür dieser Link da ist, das ist erledigt" in said(page)
    assert "Geht nicht." in said(page)


# Acting ---------------------------------------------------------------------------------------------------------------


def test_a_manager_answers_and_sees_what_was_done(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    response = send(visitor, visitor.get(path), "/answer", **ANSWER)
    assert response.headers["Location"] == path
    assert "Set-Cookie" not in response.headers
    [entry] = written(app, nari41, EntryKind.ANSWER)
    assert (entry.actor_id, entry.via, entry.text) == (cast.pit.id, Via.MAIL, "Die Liste ist getauscht.")
    page = follow(visitor, response)
    assert "#41 ist beantwortet." in said(page)
    assert offers(page) == {"undo"}
    assert f'data-kept-done="answer:{TEAM}/41/answer done:{TEAM}/41/answer"' in page.text
    clock.move(minutes=2)
    later = visitor.get(path)
    assert "Du hast geantwortet." in said(later)
    assert "Mi 25.11., 10 Uhr. Er gilt einmal" in said(later).replace("\xa0", " ")
    assert offers(later) == set()


def test_the_answer_can_be_taken_back_with_the_same_link_and_given_again(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    done = follow(visitor, send(visitor, visitor.get(path), "/answer", **ANSWER))
    clock.move(seconds=59)
    page = follow(visitor, send(visitor, done, "/undo"))
    assert "Keine Mail ist hinausgegangen." in said(page)
    assert status(app, nari41) is Status.OPEN
    assert send(visitor, page, "/answer", **ANSWER).status_code == 303
    assert status(app, nari41) is Status.DONE


def test_a_minute_later_it_cannot(app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor) -> None:
    path = link(app, clock, nari41, cast.pit)
    done = follow(visitor, send(visitor, visitor.get(path), "/answer", **ANSWER))
    clock.move(seconds=61)
    assert send(visitor, done, "/undo").status_code == 409
    assert status(app, nari41) is Status.DONE


def test_an_answer_given_elsewhere_is_not_taken_back_with_a_link(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    page = visitor.get(path)
    with the(app, nari41) as s:
        answers.answer(s, by=cast.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.DONE, text="Fertig.")
    [key] = {fields["link_key"] for fields in forms_of(page).values()}
    response = visitor.client.post(f"{path}/undo", base_url=visitor.base, data={"link_key": key})
    assert response.status_code == 409
    assert status(app, nari41) is Status.DONE


@pytest.mark.parametrize(
    ("purpose", "who", "ending", "typed", "kind"),
    [
        (Purpose.ANSWER, "pit", "/ask", {"text": "Handy?"}, EntryKind.QUESTION),
        (Purpose.ANSWER, "pit", "/move", {"text": "Dauert.", "on": "2026-12-04"}, EntryKind.MOVED),
        (Purpose.NOTE, "juri", "/note", {"text": "Unter uns."}, EntryKind.NOTE),
        (Purpose.ASSIGN, "anke", "/assign", {}, EntryKind.ASSIGNED),
        (Purpose.TAKE, "juri", "/take", {}, EntryKind.ASSIGNED),
        (Purpose.COMMENT, "nari", "/comment", {"text": "Immer noch."}, EntryKind.COMMENT),
    ],
)
def test_what_else_a_link_does_it_does_once(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor, purpose: Purpose, who: str, ending: str,
    typed: dict[str, str], kind: EntryKind,
) -> None:  # fmt: skip
    path = link(app, clock, nari41, getattr(cast, who), purpose)
    page = visitor.get(path)
    if ending == "/assign":
        typed = {"to": str(cast.juri.id)}
    assert send(visitor, page, ending, **typed).status_code == 303
    assert send(visitor, page, ending, **{**typed, "request_key": "another"}).status_code == 410
    [entry] = written(app, nari41, kind)
    assert (entry.actor_id, entry.via) == (getattr(cast, who).id, Via.MAIL)
    assert offers(visitor.get(path)) == set()


def test_still_matters_and_thanks_are_one_press_each(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    clock.set(LATE)
    nudge = visitor.get(link(app, clock, nari41, cast.nari, Purpose.NUDGE))
    assert "Es ist nach oben gerückt." in said(follow(visitor, send(visitor, nudge, "/nudge")))
    with the(app, nari41) as s:
        assert s.nudges == 1
        answers.answer(s, by=cast.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.DONE, text="Fertig.")
    thanks = visitor.get(link(app, clock, nari41, cast.nari, Purpose.THANKS))
    assert "Du hast Danke gesagt." in said(follow(visitor, send(visitor, thanks, "/thanks")))
    with the(app, nari41) as s:
        assert [one.person_id for one in suggestions.thanks_of(s.id)] == [cast.nari.id]


def test_who_was_thanked_is_who_was_read(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with the(app, nari41) as s:
        first = answers.answer(s, by=cast.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.NOT_NOW, text="Später.",
                               on=(clock.now() + timedelta(days=9)).date())  # fmt: skip
    page = visitor.get(link(app, clock, nari41, cast.nari, Purpose.THANKS))
    with the(app, nari41) as s:
        answers.answer(s, by=cast.juri, now=clock.now(), via=Via.WEB, outcome=Outcome.DONE, text="Doch schon.")
    assert send(visitor, page, "/thanks").status_code == 303
    with the(app, nari41) as s:
        assert [one.entry_id for one in suggestions.thanks_of(s.id)] == [first.id]


def test_an_author_contests_from_the_mail(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with the(app, nari41) as s:
        answers.answer(s, by=cast.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.DECLINED, text="Geht nicht.")
    clock.move(minutes=5)
    page = visitor.get(link(app, clock, nari41, cast.nari, Purpose.CONTEST))
    done = follow(visitor, send(visitor, page, "/contest", text="Und die Namen?"))
    assert "Du hast gesagt, dass es das nicht beantwortet." in said(done)
    assert status(app, nari41) is Status.OPEN


def test_an_author_answers_a_question_from_the_mail(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with the(app, nari41) as s:
        questions.ask(s, by=cast.pit, now=clock.now(), via=Via.WEB, text="Handy oder Rechner?")
    page = visitor.get(link(app, clock, nari41, cast.nari, Purpose.COMMENT))
    assert "Handy oder Rechner?" in said(page)
    assert send(visitor, page, "/comment", text="Am Rechner.").status_code == 303
    assert status(app, nari41) is Status.OPEN


def test_who_was_named_says_that_it_is_done(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with the(app, nari41) as s:
        answers.answer(s, by=cast.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.WILL_DO, text="Jo macht es.",
                       on=(clock.now() + timedelta(days=9)).date(), who=cast.jo)  # fmt: skip
    page = visitor.get(link(app, clock, nari41, cast.jo))
    assert offers(page) == {"answer", "move", "hand-back", "later"}
    assert '<details name="also" open' in page.text
    assert send(visitor, page, "/answer", text="Getauscht.").status_code == 303
    assert status(app, nari41) is Status.DONE


def test_who_hands_back_what_they_alone_were_let_in_for_is_told_that_it_is_done(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with the(app, nari41) as s:
        s.visibility = Visibility.MANAGERS
        answers.answer(s, by=cast.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.WILL_DO, text="Jo macht es.",
                       on=(clock.now() + timedelta(days=9)).date(), who=cast.jo)  # fmt: skip
    path = link(app, clock, nari41, cast.jo)
    done = send(visitor, visitor.get(path), "/hand-back", text="Ich bin krank.")
    assert (done.status_code, "Ich bin krank." in done.text) == (200, False)
    assert len(written(app, nari41, EntryKind.HANDED_BACK)) == 1
    assert visitor.get(path).status_code == 410


# Once -----------------------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_shows_what_it_did(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    page = visitor.get(path)
    for _ in range(2):
        assert send(visitor, page, "/answer", **ANSWER).headers["Location"] == path
    assert len(written(app, nari41, EntryKind.ANSWER)) == 1


def test_a_used_link_says_what_was_done_and_keeps_what_is_typed_for_who_signs_in(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with app.app_context():
        people.set_password(db.session.get_one(Person, cast.pit.id), "vier worte in reihe", now=clock.now())
        db.session.commit()
    path = link(app, clock, nari41, cast.pit)
    on_the_phone, at_the_desk = visitor.get(path), visitor.get(path)
    assert send(visitor, on_the_phone, "/ask", text="Handy?").status_code == 303
    clock.move(minutes=5)
    refused = send(visitor, at_the_desk, "/answer", outcome="declined", text="Der Hersteller will nicht.")
    assert refused.status_code == 410
    assert "Du hast gefragt." in said(refused)
    assert "Der Hersteller will nicht." in said(refused)
    assert status(app, nari41) is Status.ASKED
    fields = fields_of(refused)
    assert fields["next"] == f"{TEAM}/41"
    sign_in = {**fields, "email": cast.pit.email, "password": "vier worte in reihe"}
    token = visitor.token()
    go_on = visitor.client.post("/sign-in", base_url=visitor.base, data={**sign_in, "csrf_token": token},
                                headers=visitor.headers)  # fmt: skip
    assert "Der Hersteller will nicht." in said(go_on)
    assert send(visitor, go_on, f"{TEAM}/41/answer").status_code in (303, 409)


def test_a_refused_act_leaves_the_link_good(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    refused = send(visitor, visitor.get(path), "/answer", outcome="declined", text="")
    assert refused.status_code == 422
    assert 'value="declined" data-outcome="4" checked' in refused.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(UsedLink)) == 0
    assert send(visitor, refused, "/answer", text="Der Hersteller will nicht.").status_code == 303


def test_a_day_far_away_is_asked_about_first(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    typed = {"outcome": "not_now", "text": "Kein Geld.", "on": "2027-09-01"}
    asked = send(visitor, visitor.get(link(app, clock, nari41, cast.pit)), "/answer", **typed)
    assert asked.status_code == 422
    assert "Wäre ein Nein ehrlicher?" in said(asked)
    assert send(visitor, asked, "/answer", **typed).status_code == 303


def test_answered_meanwhile_by_somebody_else_the_form_shows_what_they_wrote(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    page = visitor.get(link(app, clock, nari41, cast.pit))
    with the(app, nari41) as s:
        answers.answer(s, by=cast.juri, now=clock.now(), via=Via.WEB, outcome=Outcome.NOT_NOW, text="Im Januar.",
                       on=(clock.now() + timedelta(days=40)).date())  # fmt: skip
    stale = send(visitor, page, "/answer", **ANSWER)
    assert stale.status_code == 409
    assert "Während du geschrieben hast, hat jemand geantwortet." in said(stale)
    assert "Im Januar." in said(stale)
    assert "Die Liste ist getauscht.</textarea>" in stale.text
    assert send(visitor, stale, "/answer").status_code == 303
    assert status(app, nari41) is Status.DONE


def test_closed_meanwhile_by_somebody_else_what_was_typed_stands_there(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    page = visitor.get(link(app, clock, nari41, cast.pit))
    with the(app, nari41) as s:
        answers.answer(s, by=cast.juri, now=clock.now(), via=Via.WEB, outcome=Outcome.DECLINED, text="Geht nicht.")
    stale = send(visitor, page, "/answer", **ANSWER)
    assert stale.status_code == 409
    assert "Die Liste ist getauscht." in said(stale)
    assert "Geht nicht." in said(stale)
