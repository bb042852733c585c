"""Everybody who may come by, and everything they may reach for, in one database.

It is made once for each kind of database and put back before each test and after each request that changed something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.acts.cast import Cast, a_person, assemble, at, joins
from tests.security.snapshot import Snapshot
from tests.times import FakeClock
from tracker.acts import (
    answers,
    invitations,
    merging,
    new_address,
    outlets,
    passwords,
    questions,
    saved_replies,
    setup,
    sign_in,
    support,
    tasks,
    tokens,
)
from tracker.acts import suggestions as verbs
from tracker.acts.saved_replies import Wanted
from tracker.domain.alerts import AlertKind
from tracker.domain.attachments import FileKind
from tracker.domain.lifecycle import Kind, Role, Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import mail_links, security_mail
from tracker.notices import tokens as signed
from tracker.notices.tokens import Purpose
from tracker.store import entries, suggestions
from tracker.store.alerts import Alert
from tracker.store.attachment_files import hash_of
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.inbound_mails import How, InboundMail, InboundState
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence, ClosedDay

NOW = at("Wednesday 2026-11-25 11:00")
TUESDAY = at("Tuesday 2026-11-24 23:10")
LONG_AGO = at("Monday 2026-11-16 09:00")
JUST_NOW = at("Wednesday 2026-11-25 10:59:30")
PASSWORD = "vier worte in reihe"
SLUG = "nachtwache"

#: Who comes by. ``about`` is a manager, and the person that some suggestions are about.
ROLES = (
    "anonymous",
    "outsider",
    "stranger",
    "ex",
    "waiting",
    "disabled",
    "member",
    "author",
    "manager",
    "about",
    "owner",
    "admin",
)
PEOPLE = {
    "outsider": "ute",
    "stranger": "olga",
    "ex": "exi",
    "waiting": "willi",
    "disabled": "dora",
    "member": "jo",
    "author": "nari",
    "manager": "juri",
    "about": "pit",
    "owner": "anke",
    "admin": "ada",
}
#: What stands in for a picture's bytes.
PICTURE = b"a picture"
#: Who sees a suggestion: the whole team; those who manage it; those who lead it, because it is about a manager.
SORTS = ("team", "managers", "about")
STATES = ("open", "asked", "late", "done", "declined", "will_do", "named", "fresh", "gone")


@dataclass
class Thing:
    """One suggestion: its number, the entry of its answer (0 where there is none), the one that raised it, and the
    picture that came with an open one."""

    number: int
    answer: int = 0
    raised: int = 0
    attachment: int = 0


@dataclass
class Who:
    """Somebody at a browser and with an API token; ``anonymous`` has only a form's token."""

    person_id: int = 0
    cookie: str = ""
    csrf: str = ""
    bearer: str = ""


@dataclass
class World:
    """What the tests reach for. Ids and tokens are real; ``ids`` are persons' by first name."""

    app: Flask
    clock: FakeClock
    ids: dict[str, int] = field(default_factory=dict)
    who: dict[str, Who] = field(default_factory=dict)
    things: dict[tuple[str, str], Thing] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    snapshot: Snapshot | None = None

    def put_back(self) -> None:
        """Every row as it was in the beginning."""
        assert self.snapshot is not None
        self.snapshot.put_back(self.app)

    @property
    def is_changed(self) -> bool:
        """Whether any row is another one than in the beginning."""
        assert self.snapshot is not None
        return self.snapshot.is_changed(self.app)

    def send(
        self,
        role: str,
        method: str,
        path: str,
        form: dict[str, Any] | None = None,
        *,
        json: Any = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """One request of this role, with its session, its form token and, under /api/, its bearer token."""
        who = self.who[role]
        client: FlaskClient = self.app.test_client(use_cookies=False)
        usual = {"Cookie": who.cookie, "Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value}
        options: dict[str, Any] = {"base_url": "http://127.0.0.1:8000", "headers": sent, "buffered": True}
        if path.startswith("/api/"):
            if who.bearer:
                sent["Authorization"] = f"Bearer {who.bearer}"
            if method != "GET":
                options["json"] = json if json is not None else form or {}
        elif method != "GET":
            options["data"] = {"csrf_token": who.csrf, **(form or {})}
        return client.open(path, method=method, **options)


_made: dict[str, World] = {}


def staged(app: Flask, clock: FakeClock, database_kind: str) -> World:
    """The world on this app's fresh database."""
    clock.set(NOW)
    if database_kind in _made:
        world = _made[database_kind]
        world.clock = clock
        world.put_back()
        return world
    world = World(app, clock)
    with app.app_context():
        cast = _people(world)
        _suggestions(world, cast)
        _keys(world, cast)
        db.session.commit()
    _enter(world)
    with app.app_context():
        db.session.get_one(Person, world.ids["dora"]).active = False
        db.session.commit()
        db.session.remove()
    world.snapshot = Snapshot(app)
    _made[database_kind] = world
    return world


# Making it ------------------------------------------------------------------------------------------------------------


def _people(world: World) -> Cast:
    cast = assemble()
    more = {name: a_person(name.title()) for name in ("ute", "willi", "dora", "otto", "wanda")}
    joins(cast.team, more["dora"], Role.MANAGER)
    joins(cast.team, more["otto"], Role.OWNER)  # so that the other team lead may go
    for name in ("willi", "wanda"):
        joins(cast.team, more[name], Role.MEMBER).is_waiting = True
    joins(cast.other_team, a_person("Oskar"), Role.MEMBER)
    names = ("nari", "melodie", "jo", "pit", "juri", "anke", "ada", "olga", "exi")
    people = {**{name: getattr(cast, name) for name in names}, **more}
    hashed = passwords.hashed(PASSWORD)
    for name, person in people.items():
        person.password, person.locale = hashed, "en"
        world.ids[name] = person.id
    db.session.commit()
    return cast


def _suggestions(world: World, cast: Cast) -> None:
    for sort in SORTS:
        for state in STATES:
            world.things[sort, state] = _suggestion(world, cast, sort, state)
    for sort in SORTS:
        world.things[sort, "tasked"] = _tasked(world, cast, sort)
    world.things["team", "merged"] = _merged(world, cast)
    world.things["team", "talked"] = _talked(world, cast)


def _talked(world: World, cast: Cast) -> Thing:
    """Jo has said something there, long enough ago that it cannot be changed any more."""
    thing = _suggestion(world, cast, "team", "talked")
    s = suggestions.by_number(cast.team.id, thing.number)
    assert s is not None
    said = verbs.comment(s, by=cast.jo, now=TUESDAY, via=Via.WEB, text="And the names of guilds.")
    return Thing(thing.number, raised=said.id)


def _tasked(world: World, cast: Cast, sort: str) -> Thing:
    """Promised by a day, with two tasks of somebody who can see it: the first is open, the second just ticked."""
    thing = _suggestion(world, cast, sort, "tasked")
    s = suggestions.by_number(cast.team.id, thing.number)
    assert s is not None
    who = {"team": cast.jo, "managers": cast.juri, "about": cast.nari}[sort]
    day = at("Thursday 2026-12-03 12:00").date()
    for number in (1, 2):
        title = f"{secret_words(sort, 'tasked')} {number}"
        task = tasks.add(s, by=cast.anke, now=NOW, via=Via.WEB, title=title, on=day, who=who)
    tasks.tick(task, by=who, now=NOW, via=Via.WEB)
    return thing


def _merged(world: World, cast: Cast) -> Thing:
    """What the whole team can see goes on in the one that is asked; nothing else can be merged."""
    thing = _suggestion(world, cast, "team", "merged")
    both = [suggestions.by_number(cast.team.id, n) for n in (thing.number, world.things["team", "asked"].number)]
    source, target = both
    assert source is not None
    assert target is not None
    merging.merge(source, into=target, by=cast.anke, now=NOW, via=Via.WEB)
    return thing


def _suggestion(world: World, cast: Cast, sort: str, state: str) -> Thing:
    """Raised by Nari; answered by Anke, who may answer each of them."""
    how: dict[str, Any] = {"visibility": Visibility.TEAM if sort == "team" else Visibility.MANAGERS}
    if sort == "about":
        how = {"about": cast.pit, "kind": Kind.FRICTION}
    raised_at = LONG_AGO if state == "late" else JUST_NOW if state == "open" else TUESDAY
    words = secret_words(sort, state)
    s = verbs.raise_(cast.team, by=cast.nari, now=raised_at, via=Via.WEB, title=words, body=f"{words} body", **how)
    thing = Thing(s.number, raised=_first_entry(s))
    by_anke: dict[str, Any] = {"by": cast.anke, "via": Via.WEB}
    if state == "asked":
        questions.ask(s, text="Where?", now=NOW, **by_anke)
    elif state == "gone":
        verbs.withdraw(s, by=cast.nari, now=NOW, via=Via.WEB)
    elif state in ("done", "declined", "fresh"):
        outcome = Outcome.DECLINED if state == "declined" else Outcome.DONE
        now = JUST_NOW if state == "fresh" else at("Wednesday 2026-11-25 09:30")
        thing.answer = answers.answer(s, outcome=outcome, text="So it is.", now=now, **by_anke).id
    elif state in ("will_do", "named", "tasked"):
        # who is named must be able to know of it
        named = (cast.nari if sort == "about" else cast.jo) if state == "named" else None
        day = at("Friday 2026-12-04 12:00").date()
        entry = answers.answer(s, outcome=Outcome.WILL_DO, text="By then.", on=day, who=named, now=NOW, **by_anke)
        thing.answer = entry.id
    if state == "open":
        thing.attachment = _picture(s, thing.raised)
    if state == "late":
        # somebody else who sees it says "me too", and wants to hear of it
        voter = {"team": cast.jo, "managers": cast.juri, "about": cast.anke}[sort]
        support.vote(s, by=voter, now=raised_at, via=Via.WEB, tell_me=True)
    return thing


def _picture(s: Suggestion, entry_id: int) -> int:
    """The row alone; its file is put where it is asked for."""
    made = Attachment(
        team_id=s.team_id, uploader_id=s.author_id, suggestion_id=s.id, entry_id=entry_id, name="so.png",
        kind=FileKind.PNG, size=len(PICTURE), sha256=hash_of(PICTURE), width=9, height=9, created_at=NOW,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made.id


def secret_words(sort: str, state: str) -> str:
    """A title that is found wherever it must not be."""
    return f"Zitronenfalter {sort} {state}"


def _first_entry(s: Suggestion) -> int:
    return entries.timeline(s.id, internal=True)[0].id


def _keys(world: World, cast: Cast) -> None:
    """Links and ids that the addresses need."""
    _link, world.keys["sign_in"] = sign_in.make_link(cast.jo, "sign_in", next_path="/me", now=NOW)
    _link, world.keys["reset"] = sign_in.make_link(cast.jo, "reset", now=NOW)
    made, world.keys["team_link"] = invitations.make_team_link(
        cast.team, uses=5, until=at("Tuesday 2026-12-01 12:00").date(), needs_confirmation=False, by=cast.anke, now=NOW
    )
    world.keys["invitation_id"] = made.id
    new_address.ask(cast.jo, "jo@neu.example", password=PASSWORD, network="192.0.2.1", now=NOW)
    asked = db.session.scalar(sa.select(Delivery).where(Delivery.template == "new_address"))
    world.keys["confirm"] = str(asked.facts["token"]) if asked is not None else ""
    world.keys["setup"] = setup.setup_link(now=NOW)
    db.session.add(ClosedDay(team_id=cast.team.id, on=at("Friday 2026-12-25 12:00").date(), name="Christmas"))
    expires_at = at("Monday 2027-01-04 12:00")
    world.keys["unsubscribe"] = signed.make(Purpose.UNSUBSCRIBE, cast.jo, subject="digest", expires_at=expires_at)
    about = suggestions.by_number(cast.team.id, world.things["team", "open"].number)
    assert about is not None
    subject = mail_links.subject_of(about)
    world.keys["mail_link"] = signed.make(Purpose.COMMENT, cast.jo, subject=subject, expires_at=expires_at)
    world.keys["link_key"] = signed.form_key(world.keys["mail_link"])
    mail = InboundMail(
        **{"sha256": "x", "raw": b"Subject: Hi", "size": 11, "received_at": NOW, "next_attempt_at": NOW},
        **{"how": How.IMAP, "state": InboundState.IGNORED, "reason": "list", "text": "Hi", "attempts": 1},
    )
    db.session.add(mail)
    hook = outlets.add_webhook(cast.team, "https://hooks.example.org/there", allowed=(), by=cast.anke, now=NOW)
    world.keys["webhook"] = hook.id
    thanks = saved_replies.save(
        cast.team, Wanted(name="Thanks", text_de="Danke!", text_en="Thanks!"), by=cast.anke, now=NOW
    )
    world.keys["reply"] = thanks.id
    chat = outlets.add_chat(cast.team, "ntfys://ntfy.example.org/there", allowed=(), by=cast.ada, now=NOW)
    world.keys["chat"] = chat.id
    cast.jo.bounce_score = 10
    db.session.flush()
    world.keys["inbound"] = mail.id
    storm = Alert(kind=AlertKind.STORM, subject="", facts={"wanted": 60, "usual": 2}, opened_at=NOW)
    db.session.add(storm)
    db.session.flush()
    waits = security_mail.owe("test", key="test:jo", now=NOW, person=cast.jo)
    stays = security_mail.owe("test", key="test:melodie", now=NOW, person=cast.melodie)
    stays.is_held, stays.storm_id = True, storm.id
    db.session.flush()
    world.keys |= {"storm": storm.id, "delivery": waits.id}
    for name, day in (("melodie", "Monday 2026-12-14 12:00"), ("jo", "Tuesday 2026-12-15 12:00")):
        absence = Absence(
            team_id=cast.team.id,
            person_id=world.ids[name],
            first_on=at(day).date(),
            last_on=at(day).date(),
            entered_at=NOW,
        )
        db.session.add(absence)
        db.session.flush()
        world.keys[f"absence_of_{name}"] = absence.id


def _enter(world: World) -> None:
    """Everybody signs in by password, as people do, and gets an API token."""
    for role in ROLES:
        client = world.app.test_client()
        who = Who()
        if role != "anonymous":
            who.person_id = world.ids[PEOPLE[role]]
            with world.app.app_context():
                person = db.session.get_one(Person, who.person_id)
                token, who.bearer = tokens.create(person, name="matrix", now=NOW)
                world.keys[f"token_of_{PEOPLE[role]}"] = token.id
                email = person.email
                db.session.commit()
            fields = {"csrf_token": _token(client), "email": email, "password": PASSWORD, "stay": "1"}
            response = client.post("/sign-in", data=fields, base_url="http://127.0.0.1:8000")
            assert response.status_code == 302, (role, response.text)
        who.csrf = _token(client)
        cookie = client.get_cookie("session_8000", domain="127.0.0.1")
        assert cookie is not None
        who.cookie = f"session_8000={cookie.value}"
        world.who[role] = who


def _token(client: FlaskClient) -> str:
    page = client.get("/password", base_url="http://127.0.0.1:8000").text
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
