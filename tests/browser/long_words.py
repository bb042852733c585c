"""The story's team with the longest words that fit: German compounds, and addresses without a space."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import at
from tests.acts.deeds import declines
from tests.browser.nightwatch import Story
from tracker.acts import saved_views, tags
from tracker.acts import suggestions as verbs
from tracker.domain.desk_filters import Filter
from tracker.domain.tags import LONGEST
from tracker.store.base import db
from tracker.store.entries import Entry, Via
from tracker.store.inbound_mails import InboundMail
from tracker.store.people import Person
from tracker.store.saved_replies import SavedReply
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task
from tracker.store.teams import ClosedDay, Team

COMPOUND = "Freiwilligenaufwandsentschädigungsrichtlinienentwurf"
LINK = f"https://wiki.example.org/{'einsatzplanung-' * 9}"
WORD = COMPOUND * 4
#: As long as each may be.
TITLES = (f"{COMPOUND} fehlt", LINK, WORD[:200])
NAME, TAG, VIEW = WORD[:80], WORD[:LONGEST], WORD[:40]
BEFORE = at("Tuesday 2026-11-17 10:00")
LATELY = at("Friday 2026-11-27 10:00")


def lengthen(app: Flask, story: Story) -> dict[str, object]:
    """Puts long words wherever somebody can write some. Gives the number of one more, which sounds like an earlier one
    that was answered with a no."""
    with app.app_context():
        pit, nari = (db.session.get_one(Person, one.id) for one in (story.cast.pit, story.cast.nari))
        team = db.session.get_one(Team, story.cast.team.id)
        earlier, alike = (
            verbs.raise_(team, by=nari, now=when, via=Via.WEB, title=TITLES[0], body=f"{LINK} {WORD}")
            for when in (BEFORE, LATELY)
        )
        declines(pit, earlier, BEFORE)
        tags.set_(alike, by=pit, now=LATELY, via=Via.WEB, names=[TAG, f"1{TAG[1:]}"])
        saved_views.save(team, by=pit, name=VIEW, asked=Filter(tag=TAG))
        _written()
        _called()
        db.session.commit()
        return {"alike": alike.number}


def _written() -> None:
    for number, s in enumerate(db.session.scalars(sa.select(Suggestion)).all()):
        s.title = TITLES[number % len(TITLES)] if number else TITLES[0]
    for entry in db.session.scalars(sa.select(Entry).where(Entry.text != "")):
        entry.text = f"{entry.text} {LINK} {WORD}"
    for mail in db.session.scalars(sa.select(InboundMail)):
        mail.subject, mail.from_address, mail.text = WORD, f"{WORD}@example.org", f"{LINK} {WORD}"
    for task in db.session.scalars(sa.select(Task)):
        task.title = WORD[:200]


def _called() -> None:
    for person in db.session.scalars(sa.select(Person)):
        person.name, person.email = NAME, f"{WORD[:40]}{person.id}@{WORD}.example.org".lower()
    for team in db.session.scalars(sa.select(Team)):
        team.name, team.outside_contact = NAME, WORD
    for reply in db.session.scalars(sa.select(SavedReply)):
        reply.name, reply.text_de = NAME, f"{LINK} {WORD}"
    for day in db.session.scalars(sa.select(ClosedDay)):
        day.name = WORD[:120]
