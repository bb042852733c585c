"""The links in mails: every one of every mail leads to the suggestion it stands beside, for whom it was written to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.notices.post import Post, Sent
from tests.notices.seen import each_by_itself
from tests.notices.test_mails import ACTS, MOVED_TO, WEDNESDAY, Scene
from tests.times import FakeClock
from tracker.acts import answers, support
from tracker.acts import mail_links as acts
from tracker.acts import suggestions as verbs
from tracker.acts.mail_links import Link
from tracker.domain.lifecycle import Kind
from tracker.domain.outcomes import Outcome
from tracker.notices import compose
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Via

WEB = Via.WEB
SQLITE = pytest.mark.databases("sqlite")
LONG_AGO = at("Monday 2026-11-16 09:00")
LINK = re.compile(r"http://127\.0\.0\.1:8000(/m/[a-z-]+/[\w.-]+)")
#: Links that need somebody signed in stay as they are: to one's settings, the desk, and why a mail came.
BEHIND_SIGNING_IN = re.compile(
    r"/(me|u/.*|notices/why\?about=nachtwache%2F[0-9]+|t/nachtwache/(desk(#late)?|desk/several\?do=promise.*|mine|one-by-one))?$"
)


def played(cast: Cast, post: Post, end: str = "Tuesday 2026-12-08 18:00") -> list[Sent]:
    """Everything that mails tell of, and two weeks of nobody answering."""
    for number, act in enumerate(ACTS):
        scene = Scene(cast, post, raised(cast, title=f"Nummer {number}", body="Seit gestern."))
        act(scene)
        scene.mails()
    late = raised(cast, title="Zu spät", by=cast.jo, now=LONG_AGO)
    support.vote(late, by=cast.melodie, now=LONG_AGO, via=WEB, tell_me=True)
    named = raised(cast, title="Für Jo")
    answers.answer(named, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Jo.", on=MOVED_TO,
                   who=cast.jo)  # fmt: skip
    gone = raised(cast, title="Vorbei", by=cast.melodie)
    db.session.commit()
    gone.assignee_id = cast.pit.id
    verbs.withdraw(gone, by=cast.melodie, now=WEDNESDAY, via=WEB)
    raised(cast, title="Über Pit", kind=Kind.FRICTION, about=cast.pit, now=LONG_AGO)
    db.session.commit()
    post.days(WEDNESDAY, at(end))
    return post.sent


def links_of(mail: Sent) -> list[tuple[str, str]]:
    """Path of each signed link, and the number of the suggestion it stands under."""
    found = []
    text = f"{mail.letter.subject}\n{mail.letter.text}"
    for match in LINK.finditer(text):
        numbers = re.findall(r"#(\d+)", text[: match.start()]) or re.findall(r"#(\d+)", text)
        found.append((match[1], numbers[-1] if numbers else ""))
    return found


def read(path: str) -> Link:
    _, _, purpose, token = path.split("/")
    return acts.read(purpose, token, now=WEDNESDAY)


@SQLITE
@pytest.mark.parametrize("rhythm", ["daily", "each"])
def test_every_link_of_every_mail_shows_the_item_it_stands_under_to_its_reader(
    app: Flask, cast: Cast, post: Post, clock: FakeClock, rhythm: str
) -> None:
    if rhythm == "each":
        each_by_itself(cast)
    sent = played(cast, post)
    client = app.test_client()
    carrying: set[str] = set()
    for mail in sent:
        clock.set(mail.at)
        assert {path for path, _ in links_of(mail)} == set(LINK.findall(mail.letter.html)), mail.template
        for path, number in links_of(mail):
            link = read(path)
            assert link.person.email == mail.letter.to_address
            is_its_own = link.suggestion.title in mail.letter.subject  # of an answer to several, the one it is about
            assert is_its_own or number == str(link.suggestion.number), (mail.template, mail.letter.text)
            page = client.get(path, base_url="http://127.0.0.1:8000")
            assert page.status_code == 200, mail.template
            assert f">{link.suggestion.title}</h1>" in page.text
            carrying.add(mail.template)
    usual = {"receipt", "answer", "moved", "question", "comment", "corrected", "contested", "named", "handed_back"}
    usual |= {"raised", "silence", "digest_manager", "digest_member", "clarify_due", "ball_back"}
    assert carrying >= usual | ({"daily"} if rhythm == "daily" else {"rung"})
    assert carrying <= set(compose.COMPOSERS)


@SQLITE
def test_nothing_else_that_leads_to_a_suggestion_stands_in_a_mail(cast: Cast, post: Post) -> None:
    """But of what is about a person: its mails tell no title, and its pages take signing in."""
    about = None
    for mail in played(cast, post):
        for url in re.findall(r"http://127\.0\.0\.1:8000([^\s)]+)", mail.letter.text):
            if LINK.fullmatch(f"http://127.0.0.1:8000{url.partition('#')[0]}") or BEHIND_SIGNING_IN.fullmatch(url):
                continue
            s = suggestions.by_number(cast.team.id, int(urlsplit(url).path.split("/")[3]))
            assert s is not None
            assert s.about_person_id == cast.pit.id, (mail.template, url)
            about = s
    assert about is not None


@SQLITE
def test_no_token_tells_how_many_suggestions_there_are_elsewhere(cast: Cast, post: Post) -> None:
    """By its number in the team, which its reader sees; never by the row's id."""
    for title in ("Eins", "Zwei"):
        raised(cast, title=title, kind=Kind.FRICTION, about=cast.pit)
    s = raised(cast, title="Drei")
    mails = post.days(RAISED_AT, WEDNESDAY)
    [path] = {path for mail in mails for path, number in links_of(mail) if number == str(s.number)}
    assert read(path).suggestion.id == s.id
    assert s.id != s.number
