"""Every mail is filled from the store, in both languages, and its bytes pass the fence; one act is one mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.notices.post import Post, Sent
from tests.notices.seen import HOUR, each_by_itself
from tracker.acts import answers, assigning, dates, questions
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Urgency
from tracker.domain.outcomes import Outcome
from tracker.notices import calendar_file, compose, look_again, mime, security_mail
from tracker.notices.letter import Letter
from tracker.store import promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
MOVED_TO = date(2026, 12, 4)
SQLITE = pytest.mark.databases("sqlite")


@dataclass
class Scene:
    cast: Cast
    post: Post
    s: Suggestion

    def mails(self, now: object = WEDNESDAY) -> list[Sent]:
        """What leaves within a quarter of an hour after the act."""
        db.session.commit()
        before = len(self.post.sent)
        self.post.deliver(WEDNESDAY + timedelta(minutes=16))
        return self.post.sent[before:]

    def anew(self) -> Suggestion:
        found = suggestions.by_id(self.s.id)
        assert found is not None
        return found


@pytest.fixture
def scene(cast: Cast, post: Post) -> Scene:
    """#41 is raised, and its receipt has left."""
    s = raised(cast, body="Seit dem Update wird aus Grüße Gr**e.")
    post.deliver(RAISED_AT)
    return Scene(cast, post, s)


def declined(x: Scene) -> None:
    answers.answer(
        x.anew(), by=x.cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Der **Filter** nicht."
    )


def will_do(x: Scene) -> None:
    answers.answer(
        x.anew(),
        by=x.cast.pit,
        now=WEDNESDAY,
        via=WEB,
        outcome=Outcome.WILL_DO,
        text="Wir bauen um",
        on=MOVED_TO,
        who=x.cast.juri,
    )


def handed_back(x: Scene) -> None:
    will_do(x)
    x.mails()
    answers.hand_back(x.anew(), by=x.cast.juri, now=WEDNESDAY, via=WEB, text="Das kann ich nicht.")


def taken_back(x: Scene) -> None:
    will_do(x)
    x.mails()
    answers.answer(x.anew(), by=x.cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Doch nicht")


def look_again_taken_back(x: Scene) -> None:
    how = {"by": x.cast.pit, "now": WEDNESDAY, "via": WEB}
    answers.answer(x.anew(), **how, outcome=Outcome.NOT_NOW, text="Später", on=MOVED_TO)  # type: ignore[arg-type]
    x.mails()
    answers.answer(x.anew(), **how, outcome=Outcome.DECLINED, text="Doch nicht")  # type: ignore[arg-type]


def moved(x: Scene) -> None:
    dates.move(x.anew(), by=x.cast.pit, now=WEDNESDAY, via=WEB, on=MOVED_TO, reason="Der Hersteller liefert erst am 3.")


def moved_twice(x: Scene) -> None:
    moved(x)
    later = WEDNESDAY + timedelta(minutes=1)
    dates.move(x.anew(), by=x.cast.pit, now=later, via=WEB, on=date(2026, 12, 18), reason="Noch nicht da")


def asked(x: Scene) -> None:
    questions.ask(x.anew(), by=x.cast.pit, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")


def asked_and_taken_back(x: Scene) -> None:
    asked(x)
    x.mails()
    questions.take_back(x.anew(), by=x.cast.pit, now=WEDNESDAY, via=WEB)


def commented(x: Scene) -> None:
    verbs.comment(x.anew(), by=x.cast.pit, now=WEDNESDAY, via=WEB, text="Ich sehe es mir an.")


def corrected(x: Scene) -> None:
    dates.change_urgency(
        x.anew(), by=x.cast.pit, now=WEDNESDAY, via=WEB, to=Urgency.LOW, reason="Kein Notfall", is_correction=True
    )


def contested(x: Scene) -> None:
    declined(x)
    x.mails()
    answers.contest(x.anew(), by=x.cast.nari, now=WEDNESDAY, via=WEB, text="Und die Namen?")


def burning(x: Scene) -> None:
    raised(x.cast, title="Es brennt", urgency=Urgency.URGENT, now=WEDNESDAY)


@pytest.mark.parametrize(
    ("act", "template", "to", "says"),
    [
        (declined, "answer", "nari", "Pit hat geantwortet: Das machen wir nicht. „Der Filter nicht.“"),
        (declined, "answer", "nari", "(bis Mi 9.12.)"),
        (will_do, "answer", "nari", "Das machen wir bis Fr 4.12. Juri kümmert sich."),
        (will_do, "named", "juri", "Wir bauen um"),
        (taken_back, "answer", "nari", "4.12."),
        (look_again_taken_back, "answer", "nari", "Wir hatten gesagt: Wiedervorlage am Fr 4.12."),
        (handed_back, "handed_back", "pit", "Das kann ich nicht."),
        (moved, "moved", "nari", "Zugesagt war Do 26.11., 17 Uhr. Neu: Fr 4.12., 17 Uhr."),
        (moved_twice, "moved", "nari", "Ein drittes Mal können nur Juri oder Anke verschieben."),
        (asked, "question", "nari", "„Handy oder Rechner?“"),
        (asked, "question", "nari", "Sagst du nichts, geht es am Mi 2.12. von selbst bei uns weiter."),
        (asked_and_taken_back, "ball_back", "nari", "Do 26.11., 17 Uhr"),
        (commented, "comment", "nari", "„Ich sehe es mir an.“"),
        (corrected, "corrected", "nari", "Kein Notfall"),
        (contested, "contested", "juri", "„Und die Namen?“"),
        (contested, "contested", "anke", "„Der Filter nicht.“"),
        (burning, "raised", "pit", "heute, 14 Uhr"),
    ],
)
@SQLITE
def test_a_mail_says_what_is_true(
    scene: Scene, act: Callable[[Scene], None], template: str, to: str, says: str
) -> None:
    act(scene)
    texts = [" ".join(one.letter.text.split()) for one in scene.mails() if (one.to, one.template) == (to, template)]
    assert texts
    assert says in texts[-1]


@SQLITE
def test_an_act_of_a_person_comes_under_their_name_and_the_teams(scene: Scene) -> None:
    declined(scene)
    (mail,) = scene.mails()
    assert (mail.letter.from_name, mail.letter.from_address) == ("Pit (Nachtwache)", "post@nachtwache.example")
    assert mail.letter.thread_id == f"s.{scene.s.id}@nachtwache.example"
    assert mail.letter.list_id == "nachtwache.nachtwache.example"
    assert mail.letter.unsubscribe_url is not None


# One act, one mail ----------------------------------------------------------------------------------------------------


@SQLITE
@pytest.mark.parametrize(("name", "team", "place"), [("olga", "Tagwache", "Tagwache"), ("ada", "", "127.0.0.1")])
def test_a_mail_about_an_account_says_of_what(cast: Cast, post: Post, name: str, team: str, place: str) -> None:
    person = getattr(cast, name)  # in one team; in none
    mail = security_mail.owe("sign_in", key="sign_in:1", person=person, now=WEDNESDAY, facts={"token": "x"})
    letter = compose.letter(mail, [], address=person.email, now=WEDNESDAY, outgoing=post.outgoing)
    assert letter is not None
    assert (letter.from_name, letter.subject) == (team, f"Anmelden bei {place}")


@SQLITE
def test_an_answer_to_nine_of_hers_is_one_mail_to_nari(cast: Cast, post: Post) -> None:
    nine = [raised(cast, title=f"Nummer {n}") for n in range(9)]
    post.deliver(RAISED_AT)
    post.sent.clear()
    for s in nine:
        answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Mit dem Update behoben")
    db.session.commit()
    post.deliver(WEDNESDAY + HOUR)
    (mail,) = post.sent
    assert mail.to == "nari"
    assert mail.letter.subject == "Erledigt: Nummer 0"
    assert all(f"#{s.number} {s.title}" in mail.letter.text for s in nine[1:8])
    assert "und 1 weiteres" in mail.letter.text


def test_other_words_are_another_mail(cast: Cast, post: Post) -> None:
    two = [raised(cast, title=f"Nummer {n}") for n in range(2)]
    post.deliver(RAISED_AT)
    post.sent.clear()
    for s in two:
        answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text=f"Zu {s.number}: behoben")
    db.session.commit()
    post.deliver(WEDNESDAY + HOUR)
    assert sorted(one.letter.subject for one in post.sent) == ["Erledigt: Nummer 0", "Erledigt: Nummer 1"]


def test_public_words_within_a_quarter_of_an_hour_are_one_mail(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    post.sent.clear()
    for minute in (0, 5, 14):
        now = WEDNESDAY + timedelta(minutes=minute)
        verbs.comment(s, by=cast.pit, now=now, via=WEB, text=f"Zur Minute {minute}")
        db.session.commit()
        post.deliver(now)
    assert post.sent == []
    post.deliver(WEDNESDAY + timedelta(minutes=15))
    (mail,) = post.sent
    assert all(f"Zur Minute {minute}" in mail.letter.text for minute in (0, 5, 14))


def test_what_comes_at_night_waits_for_the_morning(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    night = at("Wednesday 2026-11-25 22:00")
    answers.answer(s, by=cast.pit, now=night, via=WEB, outcome=Outcome.DONE, text="Behoben")
    db.session.commit()
    post.deliver(at("Thursday 2026-11-26 07:59"))
    assert [one.template for one in post.sent] == ["receipt"]
    post.deliver(at("Thursday 2026-11-26 08:00"))
    assert [one.template for one in post.sent] == ["receipt", "answer"]


# All of them ----------------------------------------------------------------------------------------------------------

ACTS = (declined, will_do, handed_back, moved, asked, commented, corrected, contested, burning)


@pytest.mark.parametrize("locale", ["de", "en"])
@SQLITE
def test_every_mail_passes_the_fence_in_both_languages(app: Flask, cast: Cast, post: Post, locale: str) -> None:
    for person in (cast.nari, cast.pit, cast.juri, cast.anke, cast.jo):
        person.locale = locale
    each_by_itself(cast)
    for number, act in enumerate(ACTS):
        s = raised(cast, title=f"=?utf-8?q?=0ABcc=3A_x=40e.example?= {number}")
        act(Scene(cast, post, s))
        db.session.commit()
    late = raised(cast, title="Zu spät", by=cast.jo, now=at("Monday 2026-11-16 09:00"))
    hidden = raised(cast, title="Über Pit", kind=Kind.FRICTION, about=cast.pit, now=at("Monday 2026-11-16 09:00"))
    assert promises.open_of(late.id) is not None
    assert hidden.is_sealed
    post.days(WEDNESDAY, at("Tuesday 2026-12-01 18:00"))
    templates = {one.template for one in post.sent}
    assert {"rung", "silence", "digest_manager", "digest_member", "answer", "moved", "question"} <= templates
    for one in post.sent:
        data = as_bytes(one.letter)
        assert b"\nBcc:" not in data
        assert one.letter.text.isprintable() or "\n" in one.letter.text
    assert not any("Über Pit" in one.letter.subject + one.letter.text + one.letter.html for one in post.sent)


def as_bytes(letter: Letter) -> bytes:
    envelope = mime.Envelope(
        to=letter.to_address,
        from_address=letter.from_address,
        from_name=letter.from_name,
        date=letter.date,
        message_id=letter.message_id,
        reason=letter.reason,
        root_id=letter.thread_id,
        list_name=letter.list_name,
        list_id=letter.list_id,
        unsubscribe_url=letter.unsubscribe_url,
    )
    files = [mime.Attachment(name=one.name, type=one.content_type, text=one.content) for one in letter.attachments]
    return mime.message(envelope, subject=letter.subject, text=letter.text, html=letter.html, attachments=files)


@SQLITE
def test_every_link_of_a_mail_leads_to_a_page(app: Flask, scene: Scene) -> None:
    for act in (declined, asked, moved):
        act(Scene(scene.cast, scene.post, raised(scene.cast, title=act.__name__)))
    scene.mails()
    adapter = app.url_map.bind("127.0.0.1")
    found = {url for one in scene.post.sent for url in re.findall(r"http://127\.0\.0\.1:8000[^\s)]+", one.letter.text)}
    found |= {one.letter.unsubscribe_url for one in scene.post.sent if one.letter.unsubscribe_url}
    assert len(found) > 8
    for url in found:
        endpoint, _ = adapter.match(urlsplit(url).path, method="GET")
        assert endpoint.startswith("web.")


def test_every_kind_of_notice_is_looked_at_again_and_every_mail_has_a_composer() -> None:
    own_mail = {"receipt", "answer", "moved", "question", "ball_back", "corrected", "raised", "contested", "named"}
    own_mail |= {"handed_back", "meanwhile", "rung", "silence"}
    assert own_mail <= set(look_again.LOOKS)
    assert own_mail <= set(compose.COMPOSERS)
    assert {"daily", "digest_manager", "digest_member", "clarify_due", "comment"} <= set(compose.COMPOSERS)


# The receipt's calendar file ------------------------------------------------------------------------------------------


@SQLITE
def test_the_receipt_has_the_date_as_a_calendar_file(cast: Cast, post: Post) -> None:
    raised(cast, title="Umlaute; Kommas, und eine sehr lange Zeile, die gefaltet wird, weil sie über 75 Bytes hat")
    post.deliver(RAISED_AT)
    (file,) = post.sent[0].letter.attachments
    assert (file.name, file.content_type) == ("antwort-41.ics", "text/calendar")
    lines = file.content.split("\r\n")
    assert "DTEND:20261126T160000Z" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = file.content.replace("\r\n ", "")
    assert "SUMMARY:Antwort zugesagt: #41 Umlaute\\; Kommas\\, und eine sehr lange Zeile" in unfolded


def test_it_has_a_name_in_both_languages() -> None:
    assert (calendar_file.name(41, "de"), calendar_file.name(41, "en")) == ("antwort-41.ics", "answer-41.ics")


@SQLITE
def test_who_gave_it_away_and_took_it_is_on_duty_in_the_receipt(cast: Cast, post: Post) -> None:
    s = raised(cast)
    assigning.assign(s, by=cast.anke, now=RAISED_AT, via=WEB, to=cast.juri)
    db.session.commit()
    post.deliver(RAISED_AT)
    assert "Zuständig: Juri" in post.sent[0].letter.text
