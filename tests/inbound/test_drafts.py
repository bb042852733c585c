"""What reads like an answer is a draft: it stops no clock, and one click makes it the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.acts.cast import Cast, membership, raised
from tests.acts.deeds import promises_by
from tests.inbound.conftest import DOMAIN, NOW, Story, count, written
from tests.inbound.test_files import answers_to, enclosing, kept, last, marks
from tests.pictures import PDF
from tests.times import FakeClock
from tests.web.visitors import Visitor
from tracker.acts import merging
from tracker.domain.lifecycle import Role, Status
from tracker.inbound import answering
from tracker.notices import address_tokens, in_app, why
from tracker.notices.address_tokens import Kind
from tracker.notices.replies import REPLY_FOR
from tracker.notices.words import Reader
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.people import Person

FRIDAY = date(2026, 12, 4)
READER = Reader("de", ZoneInfo("Europe/Berlin"), NOW)
From = Callable[[str, str], InboundMail]


@pytest.fixture
def from_(story: Story, cast: Cast) -> From:
    """``from_("pit", "ERLEDIGT …")``: a reply to what #41 can be answered to, read at once."""

    def hear(who: str, text: str) -> InboundMail:
        person: Person = getattr(cast, who)
        token = address_tokens.make(Kind.REPLY, subject=story.s.id, expires_at=NOW + REPLY_FOR, person=person)
        return story.postman.hear(written(f"reply+{token}@{DOMAIN}", text, sender=f"{who}@{DOMAIN}"))

    return hear


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("ERLEDIGT Die Wortliste ist getauscht.", ("done", "Die Wortliste ist getauscht.", None)),
        ("DONE The list is replaced.", ("done", "The list is replaced.", None)),
        ("WILL DO 2026-12-04 Anke is on it", ("will_do", "Anke is on it", "2026-12-04")),
        ("MACHEN WIR bis 4.12. Anke macht es", ("will_do", "Anke macht es", "2026-12-04")),
        ("LATER 2027-01-15 because of the move", ("not_now", "of the move", "2027-01-15")),
        ("SPÄTER 15.1. weil wir umziehen", ("not_now", "wir umziehen", "2027-01-15")),
        ("NEIN weil der Filter nicht unserer ist", ("declined", "der Filter nicht unserer ist", None)),
    ],
)
def test_an_outcome_by_mail_is_a_draft_and_stops_no_clock(
    from_: From, story: Story, text: str, draft: tuple[str, str, str | None]
) -> None:
    mail = from_("pit", text)
    assert (mail.state, mail.reason) == (InboundState.ASKED, "draft")
    found = mail.facts["draft"]
    assert (found["outcome"], found["text"], found["on"]) == draft
    assert count(Entry) == 1, "nothing has been entered"
    (answer,) = story.postman.answers()
    assert answer.template == "heard_draft"
    assert "Bis dahin ist nichts eingetragen, und der Termin gilt weiter." in answer.letter.text


def test_one_click_makes_it_the_answer(app: Flask, from_: From, story: Story, cast: Cast, clock: FakeClock) -> None:
    mail = from_("pit", "ERLEDIGT Die Wortliste ist getauscht.")
    (told,) = story.postman.answers()
    link = re.search(r"http://127.0.0.1:8000(/t/\S+)", told.letter.text)
    assert link is not None
    db.session.commit()
    clock.set(NOW)
    visitor = Visitor(app, clock).signed_in(cast.pit)
    page = visitor.get(link[1]).text
    assert "Die Wortliste ist getauscht.</textarea>" in page
    assert f"mail={mail.id}" in link[1]
    form = {"outcome": "done", "text": "Die Wortliste ist getauscht.", "request_key": "a-key-of-this-form"}
    assert visitor.post("/t/nachtwache/41/answer", form).status_code == 303
    db.session.expire_all()
    found = suggestions.by_id(story.s.id)
    assert found is not None
    assert found.status is Status.DONE


def test_a_desk_that_is_cleared_by_mail_hears_of_each_answer(from_: From, story: Story) -> None:
    for minutes in range(0, 24, 3):
        from_("pit", f"ERLEDIGT Stand {minutes}: die Wortliste ist getauscht.")
    assert [one.template for one in story.postman.answers()] == ["heard_draft"] * 8


def test_where_no_mail_goes_back_the_bell_and_the_page_lead_to_the_draft(
    app: Flask, from_: From, story: Story, cast: Cast, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MOST_TO_THE_CERTAIN", 0)
    mail = from_("pit", "ERLEDIGT Die Wortliste ist getauscht.")
    assert story.postman.answers() == []
    (line,) = [one for one in in_app.latest(cast.pit, now=NOW) if one.sentence.startswith("Noch ein Klick")]
    (why_not,) = [one for one in why.lines(cast.pit, READER) if one.what == "Antwort auf deine Mail"]
    assert "Keine Mail: an dich waren binnen einer Stunde schon viele gegangen" in why_not.became
    db.session.commit()
    clock.set(NOW)
    visitor = Visitor(app, clock).signed_in(cast.pit)
    link = f"/t/nachtwache/41?write=answer&amp;mail={mail.id}#answer"
    assert line.path == f"/notices/mail/{mail.id}"
    assert link in visitor.get(line.path).text
    page = visitor.get("/t/nachtwache/41").text
    assert "Du hast eine Antwort per Mail geschrieben (Mi 25.11., 10 Uhr)." in page.replace("\xa0", " ")
    assert link in page
    opened = visitor.get(f"/t/nachtwache/41?write=answer&mail={mail.id}").text
    assert "Die Wortliste ist getauscht.</textarea>" in opened
    assert "Du hast eine Antwort per Mail" not in opened, "it stands in the form"


def test_where_its_suggestion_was_merged_it_waits_at_the_other_one(
    app: Flask, from_: From, story: Story, cast: Cast, clock: FakeClock
) -> None:
    mail = from_("pit", "ERLEDIGT Die Wortliste ist getauscht.")
    other = raised(cast, title="Umlaute im Chat", now=NOW)
    merging.merge(story.s, into=other, by=cast.pit, now=NOW, via=Via.WEB)
    db.session.commit()
    clock.set(NOW)
    visitor = Visitor(app, clock).signed_in(cast.pit)
    link = f"/t/nachtwache/{other.number}?write=answer&amp;mail={mail.id}#answer"
    assert link in visitor.get(f"/notices/mail/{mail.id}").text
    assert link in visitor.get(f"/t/nachtwache/{other.number}").text
    assert "Die Wortliste ist getauscht.</textarea>" in visitor.get(link.replace("&amp;", "&")).text


def test_nobody_else_sees_that_an_answer_waits(app: Flask, from_: From, cast: Cast, clock: FakeClock) -> None:
    mail = from_("pit", "ERLEDIGT Die Wortliste ist getauscht.")
    db.session.commit()
    clock.set(NOW)
    anke = Visitor(app, clock).signed_in(cast.anke)
    assert "per Mail geschrieben" not in anke.get("/t/nachtwache/41").text
    assert anke.get(f"/notices/mail/{mail.id}").status_code == 404


def test_what_is_not_wanted_any_more_goes_and_stays_away(
    app: Flask, from_: From, story: Story, cast: Cast, clock: FakeClock
) -> None:
    mail = from_("pit", "ERLEDIGT Die Wortliste ist getauscht.")
    db.session.commit()
    clock.set(NOW)
    pit = Visitor(app, clock).signed_in(cast.pit)
    address = f"/notices/mail/{mail.id}"
    assert "Nicht mehr gewünscht" in pit.get(address).text
    for _ in range(2):  # pressed twice
        db.session.remove()  # a request begins with nothing open
        assert pit.post(f"{address}/put-aside").location == address
    page = pit.get(address).text
    assert "Diese Mail wolltest du nicht mehr. Eingetragen wurde nichts." in page
    assert "Nicht mehr gewünscht" not in page
    assert "write=answer" not in page
    assert "per Mail geschrieben" not in pit.get("/t/nachtwache/41").text
    assert count(Entry) == 1


def test_what_was_entered_is_put_aside_by_nobody(app: Flask, from_: From, cast: Cast, clock: FakeClock) -> None:
    mail = from_("nari", "Es ist schon wieder passiert.")
    db.session.commit()
    clock.set(NOW)
    nari = Visitor(app, clock).signed_in(cast.nari)
    assert "Nicht mehr gewünscht" not in nari.get(f"/notices/mail/{mail.id}").text
    assert nari.post(f"/notices/mail/{mail.id}/put-aside").status_code == 409


@pytest.mark.parametrize(("who", "is_shown"), [("anke", True), ("pit", False)])
def test_an_answer_of_ones_own_settles_what_waited_and_nobody_elses_does(
    app: Flask, from_: From, story: Story, cast: Cast, clock: FakeClock, who: str, is_shown: bool
) -> None:
    from_("pit", "MACHEN WIR bis 4.12. Anke macht es")
    promises_by(FRIDAY, getattr(cast, who), story.s, NOW + timedelta(minutes=1))
    db.session.commit()
    clock.set(NOW + timedelta(minutes=5))
    page = Visitor(app, clock).signed_in(cast.pit).get("/t/nachtwache/41").text
    assert ("per Mail geschrieben" in page) is is_shown


# Who was named for it -------------------------------------------------------------------------------------------------


@pytest.fixture
def named(story: Story, cast: Cast) -> Person:
    """Melodie, a member, whom Pit named for Friday."""
    promises_by(FRIDAY, cast.pit, story.s, NOW - timedelta(minutes=30), who=cast.melodie)
    db.session.commit()
    return cast.melodie


def own_link(story: Story) -> str:
    """The first address of the page in the mail that went back."""
    (told,) = story.postman.answers()
    found = re.search(r"http://127.0.0.1:8000(/t/\S+mail=\S+)", told.letter.text)
    assert found is not None
    return found[1]


def test_done_of_who_was_named_is_a_draft_and_one_click_makes_it_the_answer(
    app: Flask, from_: From, story: Story, named: Person, clock: FakeClock
) -> None:
    mail = from_("melodie", "ERLEDIGT Filter repariert, seit heute live.")
    assert (mail.state, mail.reason, mail.facts["draft"]["outcome"]) == (InboundState.ASKED, "draft", "done")
    link = own_link(story)
    assert link == f"/t/nachtwache/41?write=done&mail={mail.id}#done-text"
    db.session.commit()
    clock.set(NOW)
    visitor = Visitor(app, clock).signed_in(named)
    assert link.replace("&", "&amp;") in visitor.get(f"/notices/mail/{mail.id}").text
    whole = visitor.get("/t/nachtwache/41").text
    assert "Du hast eine Antwort per Mail geschrieben" in whole
    assert link.replace("&", "&amp;") in whole
    page = visitor.get(link).text
    assert re.search(r'id="done-text"[^>]*>\s*Filter repariert, seit heute live.</textarea>', page)
    assert "Du hast eine Antwort per Mail" not in page, "it stands in the form"
    form = {"outcome": "done", "form": "done", "text": "Filter repariert, seit heute live.", "request_key": "a-key"}
    assert visitor.post("/t/nachtwache/41/answer", form).status_code == 303
    db.session.expire_all()
    assert suggestions.by_id(story.s.id).status is Status.DONE  # type: ignore[union-attr]


def test_files_of_who_was_named_come_along_with_her_answer(
    app: Flask, story: Story, named: Person, clock: FakeClock
) -> None:
    told = enclosing(answers_to(named, story.s), "ERLEDIGT Steht da.", ("plan.pdf", PDF), sender=f"melodie@{DOMAIN}")
    assert story.postman.hear(told).reason == "draft"
    link, s_id = own_link(story), story.s.id
    db.session.commit()
    clock.set(NOW)
    visitor = Visitor(app, clock).signed_in(named)
    page = visitor.get(link).text
    assert "plan.pdf" in page
    form = {"outcome": "done", "form": "done", "text": "Steht da.", "attachment": marks.findall(page)}
    assert visitor.post("/t/nachtwache/41/answer", form).status_code == 303
    assert [one.name for one in kept(last(suggestions.by_id(s_id), EntryKind.ANSWER))] == ["plan.pdf"]  # type: ignore[arg-type]


def test_plain_words_of_who_was_named_are_a_comment_and_the_mail_has_the_one_link_she_may_use(
    app: Flask, from_: From, story: Story, named: Person, clock: FakeClock
) -> None:
    mail = from_("melodie", "ist gefixt")
    assert mail.reason == "comment"
    (told,) = story.postman.answers()
    assert told.template == "heard_comment"
    assert "Das ist ein Kommentar, noch keine Antwort." in told.letter.text
    assert re.findall(r"write=\S+", told.letter.text) == [f"write=done&mail={mail.id}&outcome=done#done-text"]
    db.session.commit()
    clock.set(NOW)
    visitor = Visitor(app, clock).signed_in(named)
    assert "noch keine Antwort" in visitor.get(f"/notices/mail/{mail.id}").text
    page = visitor.get(f"/t/nachtwache/41?write=done&mail={mail.id}&outcome=done").text
    assert re.search(r'id="done-text"[^>]*>\s*ist gefixt</textarea>', page)


@pytest.mark.parametrize(
    "text", ["SPÄTER 15.1. weil wir umziehen", "NEIN weil es nicht geht", "MACHEN WIR bis 11.12. ich"]
)
def test_the_other_outcomes_are_not_for_who_was_named(from_: From, named: Person, text: str) -> None:
    assert from_("melodie", text).reason == "comment"


def test_done_of_another_member_than_was_named_is_a_comment(from_: From, story: Story, named: Person) -> None:
    assert from_("jo", "ERLEDIGT sagt Melodie.").reason == "comment"
    assert [one.template for one in story.postman.answers()] == ["heard_taken"]


def test_who_was_named_and_manages_meanwhile_finds_her_words_in_the_whole_form(
    app: Flask, from_: From, story: Story, cast: Cast, named: Person, clock: FakeClock
) -> None:
    from_("melodie", "ERLEDIGT Filter repariert.")
    link = own_link(story)
    membership(cast, named).role = Role.MANAGER
    db.session.commit()
    clock.set(NOW)
    assert "Filter repariert.</textarea>" in Visitor(app, clock).signed_in(named).get(link).text


def test_the_same_words_of_somebody_who_may_not_answer_are_a_comment(from_: From) -> None:
    assert from_("nari", "ERLEDIGT ist das nicht.").reason == "comment"


@pytest.mark.parametrize("text", ["ist gefixt", "Nein, das sehe ich anders.", "Later we can talk."])
def test_words_that_only_begin_alike_are_a_comment(from_: From, text: str) -> None:
    assert from_("pit", text).reason == "comment"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SPÄTER weil wir umziehen", "Es fehlt noch: der Tag."),
        ("MACHEN WIR bis Mo 4.12. Anke macht es", "Den Tag „Mo 4.12.“ konnten wir nicht lesen"),
        ("ERLEDIGT", "Es fehlt noch: was sich geändert hat."),
    ],
)
def test_a_draft_that_lacks_a_part_says_which(from_: From, story: Story, text: str, said: str) -> None:
    assert from_("pit", text).reason == "draft"
    (answer,) = story.postman.answers()
    assert said in " ".join(answer.letter.text.split())
    assert count(Entry) == 1
