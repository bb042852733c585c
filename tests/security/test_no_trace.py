"""A suggestion about the manager leaves no trace for that manager.

The same days are lived through twice, once with such a suggestion and once without. Whatever the person it is about can
lay hands on is the same in both: pages to the last byte, lengths and fingerprints, the API, what is owed to them, their
mails, the mailbox, the logs.
"""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import at
from tests.pictures import LOG
from tests.security.world import PEOPLE, SLUG, World, secret_words, staged
from tests.times import FakeClock
from tracker.acts import answers, attachments, dates, questions
from tracker.acts import suggestions as verbs
from tracker.domain.attachments import Limits
from tracker.domain.lifecycle import Kind, Role
from tracker.domain.outcomes import Outcome
from tracker.store.attachment_files import folder_in
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Delivery, Notice
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Membership, Team
from tracker.worker.passes import one_pass

TITLE = "Schattenspiel an der Wand"
#: Follow-ups of the hidden one climb to its fifth rung meanwhile, and a digest goes out.
DAYS = ("Friday 2026-11-27 09:30", "Monday 2026-12-14 18:30")
#: Different each time it is asked, whoever asks.
_MARK = re.compile(r"(?<!\d)\d{15}(?!\d)")
_REACHED = re.compile(r"(Put into the mailbox of this site: )([^<]*)")
_RANDOM = re.compile(r'name="(?:csrf_token|request_key)" value="[^"]*"|<meta name="csrf-token"[^>]*>')


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    return staged(app, clock, database_kind)


def raise_it(world: World, about: int, *, by: str = "jo") -> Suggestion:
    """Somebody raises it, and it goes on: a question, a reply, a move, an answer, a contest, and then nothing."""
    team = db.session.scalars(sa.select(Team).where(Team.slug == SLUG)).one()
    author, lead = (db.session.get_one(Person, world.ids[name]) for name in (by, "anke"))
    now = world.clock.now()
    log = attachments.add(team, attachments.prepared("Schattenspiel.log", LOG, Limits()), by=author, limits=Limits(),
                          folder=folder_in(world.app.config["TRACKER"].data_dir), now=now)  # fmt: skip
    s = verbs.raise_(team, by=author, now=now, via=Via.WEB, title=TITLE, body=TITLE, kind=Kind.FRICTION,
                     about=db.session.get_one(Person, about), files=[log])  # fmt: skip
    questions.ask(s, by=lead, now=now, via=Via.WEB, text=f"{TITLE}?")
    verbs.comment(s, by=author, now=now, via=Via.WEB, text=f"{TITLE}!")
    dates.move(s, by=lead, now=now, via=Via.WEB, on=at("Friday 2026-11-27 12:00").date(), reason=TITLE)
    answers.answer(s, by=lead, now=now, via=Via.WEB, outcome=Outcome.DECLINED, text=TITLE)
    answers.contest(s, by=author, now=now, via=Via.WEB, text=f"{TITLE}, still")
    db.session.commit()
    return s


# What the person can lay hands on -------------------------------------------------------------------------------------


def addresses(world: World, states: tuple[str, ...]) -> list[str]:
    """Every page and every answer of the API, and some suggestions of each sort that the person may see."""
    team = f"/t/{SLUG}"
    found = ["/", "/me", "/alive", "/mailbox", "/teams/new", "/healthz", "/api/v1/openapi.json"]
    found += [f"{team}/{place}" for place in ("", "mine", "desk", "suggestions", "new", "people", "absences")]
    found += [f"{team}/{place}" for place in ("tasks", "board", "board/version")]
    found += [
        f"{team}/{place}" for place in ("desk?with=all", "one-by-one", "suggestions?status=open", "suggestions?page=2")
    ]
    found += [
        f"{team}/{place}"
        for place in ("search?q=filter", "search?q=-nichts", "search/found?q=p", "search?q=status:open", "answers")
    ]
    found += [f"{team}/{place}" for place in ("new/alike?title=Pit+filter", "new?title=Pit+schreit")]
    found += [f"{team}/{place}" for place in ("new?for=1", "people/invite", f"people/{world.ids['jo']}")]
    found += [f"{team}/settings{tab}" for tab in ("", "/answers", "/days-off", "/people", "/name")]
    api = f"/api/v1/teams/{SLUG}"
    found += [f"{api}/record", f"{api}/suggestions", f"{api}/suggestions?limit=3", f"{api}/suggestions?status=open"]
    for (sort, state), thing in sorted(world.things.items()):
        if sort != "about" and state in states:
            found += [f"{team}/{thing.number}{end}" for end in ("", "/joined")] + [f"{team}/desk?show={thing.number}"]
            found += [f"{api}/suggestions/{thing.number}{end}" for end in ("", "/timeline")]
    return found


@dataclass(frozen=True)
class Seen:
    """One answer. ``text`` is without what is random on every page."""

    status: int
    length: str
    tag: str | None
    text: str


def pages(world: World, role: str, *states: str) -> dict[str, Seen]:
    """What the person finds, by address. A page with a fresh key in its forms has another fingerprint each time."""
    found = {}
    for path in addresses(world, states):
        response = world.send(role, "GET", path)
        tag = None if "request_key" in response.text else response.headers.get("ETag")
        text = _RANDOM.sub("", response.text)
        found[path] = Seen(response.status_code, response.headers["Content-Length"], tag, text)
    return found


def lines(seen: Seen) -> list[str]:
    """The text. Entries have other marks in another life; by their order they are the same ones. Two senders race for
    who is reached first, and so does the list of who was."""
    order: dict[str, str] = {}
    text = _REACHED.sub(lambda found: found[1] + " · ".join(sorted(found[2].split(" · "))), seen.text)
    return _MARK.sub(lambda mark: order.setdefault(mark[0], f"entry {len(order)}"), text).splitlines()


def owed(world: World, person_id: int) -> list[tuple[Any, ...]]:
    """What is and was to be told to this person, and the messages to them, by meaning and time."""
    with world.app.app_context():
        numbers = {s.id: s.number for s in db.session.scalars(sa.select(Suggestion))}
        notices = db.session.scalars(sa.select(Notice).where(Notice.person_id == person_id).order_by(Notice.id))
        found: list[tuple[Any, ...]] = [
            (one.kind, one.channel, one.lane, numbers.get(one.suggestion_id or 0), one.version, one.rung, one.state,
             one.reason, one.owed_at, one.not_before, one.told_at)
            for one in notices
        ]  # fmt: skip
        sent = db.session.scalars(sa.select(Delivery).where(Delivery.person_id == person_id).order_by(Delivery.id))
        found += [(one.template, one.lane, one.state, one.created_at, one.next_attempt_at) for one in sent]
    return found


def lines_of_mailbox(page: Seen) -> set[tuple[str, ...]]:
    """Subject and recipient of each mail on the page. Those that speak of it as well as of others are missing."""
    return set(re.findall(r"<b>([^<]*)</b></a></td><td[^>]*>([^<]*)</td>", page.text))


def mails_to(world: World, address: str) -> list[str]:
    """The mails in the mailbox to this address as they are, without their random names; senders are two at once."""
    folder = world.app.config["TRACKER"].mailbox_dir
    found = [path.read_bytes().decode() for path in sorted(folder.glob("*.eml"))]
    return sorted(_masked(mail) for mail in found if f"\nTo: {address}" in mail.replace("\r\n", "\n"))


def _masked(mail: str) -> str:
    random = re.findall(r"Message-ID: <([0-9a-f]{32})@|boundary=\"?([\w=.-]+)|/u/([\w.-]+)", mail)
    for word in {word for words in random for word in words if word}:
        mail = mail.replace(word, "…")
    return mail


def lived_through(
    world: World, role: str, person_id: int, more: Callable[[], None] = lambda: None
) -> list[dict[str, Any]]:
    """What the person finds after each of the days. ``more`` happens in the beginning."""
    world.put_back()
    shutil.rmtree(world.app.config["TRACKER"].mailbox_dir, ignore_errors=True)
    with world.app.app_context():
        email = db.session.get_one(Person, person_id).email
    world.clock.set(at("Wednesday 2026-11-25 11:00"))
    more()
    found = []
    for day in DAYS:
        now: datetime = world.clock.set(day)
        one_pass(world.app, as_of=now)
        found.append(
            {"pages": pages(world, role, "late"), "owed": owed(world, person_id), "mails": mails_to(world, email)}
        )
    return found


def promote(world: World, name: str) -> None:
    """This person leads the team and looks after the site."""
    with world.app.app_context():
        person = db.session.get_one(Person, world.ids[name])
        person.is_site_admin = True
        db.session.execute(sa.update(Membership).where(Membership.person_id == person.id).values(role=Role.OWNER))
        db.session.commit()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("is_leading", [False, True], ids=["manager", "team lead and site admin"])
def test_two_lives_are_the_same_for_whom_it_is_about(
    world: World, is_leading: bool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    pit = world.ids[PEOPLE["about"]]
    numbers = []

    def beginning() -> None:
        if is_leading:
            promote(world, PEOPLE["about"])

    def with_it() -> None:
        beginning()
        with world.app.app_context():
            numbers.append(raise_it(world, pit).number)

    without = lived_through(world, "about", pit, beginning)
    caplog.clear()
    capfd.readouterr()
    raised = lived_through(world, "about", pit, with_it)

    for day, former, now in zip(DAYS, without, raised, strict=True):
        shown = [lines_of_mailbox(one["pages"].pop("/mailbox")) for one in (former, now)]
        assert shown[1] <= shown[0], f"the mailbox tells more on {day}"
        for path, seen in former["pages"].items():
            other = now["pages"][path]
            different = list(difflib.unified_diff(lines(seen), lines(other), lineterm="", n=0))
            assert (different, other.status, other.length) == ([], seen.status, seen.length), f"{path} on {day}"
        assert now["owed"] == former["owed"], day
        assert now["mails"] == former["mails"], day
    said = caplog.text + "".join(capfd.readouterr())
    assert TITLE not in said
    assert str(numbers[0]) not in said


def test_the_hidden_ones_are_nowhere_in_what_the_manager_reads(world: World) -> None:
    """Nine of them stand in the database all the time, about this manager and in every state."""
    hidden = [(secret_words("about", state), str(thing.number)) for (sort, state), thing in world.things.items()
              if sort == "about"]  # fmt: skip
    for role in ("about", "manager"):
        for path, seen in pages(world, role, "open", "late", "will_do").items():
            found = [word for pair in hidden for word in pair if word in seen.text]
            assert not found, f"{role} finds {found} at {path}"
    text = "".join(seen.text for seen in pages(world, "owner").values())
    assert hidden[0][0] in text, "the team lead does see it"


def test_the_mailbox_does_not_hand_out_a_mail_about_its_reader(world: World) -> None:
    """Not in the list, and not by its name either; everybody else who looks after the site reads it."""
    promote(world, PEOPLE["about"])
    folder = world.app.config["TRACKER"].mailbox_dir
    shutil.rmtree(folder, ignore_errors=True)
    with world.app.app_context():
        number = raise_it(world, world.ids[PEOPLE["about"]]).number
    one_pass(world.app, as_of=at("Wednesday 2026-11-25 15:00"))
    about = [path.name for path in folder.glob("*.eml") if str(number) in path.read_text()]
    assert about
    for name in about:
        for end in ("", "/html", "/download"):
            assert world.send("about", "GET", f"/mailbox/{name}{end}").status_code == 404
            assert world.send("admin", "GET", f"/mailbox/{name}{end}").status_code == 200


@pytest.mark.databases("sqlite")  # which rows a condition finds is held against PostgreSQL by the access matrix
@pytest.mark.parametrize("is_leading", [False, True], ids=["manager", "team lead and site admin"])
def test_nothing_changes_when_it_is_raised(world: World, is_leading: bool) -> None:
    """Every page to the last byte, its length and its fingerprint, right before and right after."""
    if is_leading:
        promote(world, PEOPLE["about"])
    for role in ("about", "manager", "member"):
        before = pages(world, role, "open", "asked", "done")
        with world.app.app_context():
            raise_it(world, world.ids[PEOPLE["about"]], by="otto" if role == "member" else "jo")
        assert pages(world, role, "open", "asked", "done") == before
