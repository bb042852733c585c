"""Every page there is, and in which state it is looked at: empty, typical, crowded, refused. A route without one fails
the suite. Axe looks at the typical, empty and refused ones in `test_pages.py`; `screenshots.py` photographs all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask, abort

from tests.acts.cast import at
from tests.browser import long_words, nightwatch
from tests.browser.nightwatch import MONDAY, Story
from tests.times import FakeClock
from tracker.acts import (
    drafts,
    invitations,
    merging,
    new_address,
    outlets,
    saved_replies,
    setup,
    sign_in,
    support,
    tasks,
)
from tracker.acts import suggestions as verbs
from tracker.acts.saved_replies import Wanted
from tracker.domain.lifecycle import Kind, Urgency
from tracker.notices import mail_links
from tracker.notices import tokens as signed
from tracker.notices.tokens import Purpose
from tracker.store import entries
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.inbound_mails import How, InboundMail, InboundState
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web.marks import mark

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = "/t/nachtwache"
#: Name → (who looks, "" for nobody; where). Places in braces are filled by `fill`.
TYPICAL: Mapping[str, tuple[str, str]] = {
    "home-manager": ("pit", f"{T}/"),
    "home-member": ("nari", f"{T}/"),
    "home-lead": ("anke", f"{T}/"),
    "desk": ("pit", f"{T}/desk"),
    "suggestion-manager": ("pit", f"{T}/{{late}}"),
    "suggestion-author": ("nari", f"{T}/{{late}}"),
    "suggestion-asked": ("nari", f"{T}/{{asked}}"),
    "suggestion-answered": ("nari", f"{T}/{{done}}"),
    "suggestion-edited": ("pit", f"{T}/{{fresh}}"),
    "history": ("pit", f"{T}/{{fresh}}/history/{{fresh_entry}}"),
    "split": ("pit", f"{T}/{{late}}/split/{{comment}}"),
    "several-answer": ("pit", f"{T}/desk/several?do=answer&n={{late}}&n={{new}}"),
    "several-anew": ("pit", f"{T}/desk/several?do=promise&n={{late}}&n={{new}}"),
    "desk-views": ("pit", f"{T}/desk/views"),
    "desk-filtered": ("pit", f"{T}/desk?kind=problem"),
    "suggestion-later": ("pit", f"{T}/{{late}}/later"),
    "mine": ("nari", f"{T}/mine"),
    "tasks": ("pit", f"{T}/tasks"),
    "task": ("pit", f"{T}/{{promised}}/tasks?task={{task}}"),
    "suggestion-tasks": ("pit", f"{T}/{{promised}}"),
    "board": ("pit", f"{T}/board"),
    "board-member": ("nari", f"{T}/board"),
    "board-where": ("pit", f"{T}/{{late}}/board"),
    "board-answer": ("pit", f"{T}/{{late}}/board?to=will_do"),
    "board-no": ("pit", f"{T}/{{done}}/board?to=declined"),
    "suggestions": ("anke", f"{T}/suggestions"),
    "search": ("nari", f"{T}/search?q=Filter"),
    "search-new": ("nari", f"{T}/search"),
    "search-wrong": ("nari", f"{T}/search?q=due:soonish"),
    "search-nothing": ("jo", f"{T}/search?q=polterabend"),
    "answers": ("nari", f"{T}/answers"),
    "settings-replies": ("pit", f"{T}/settings/replies"),
    "settings-reply": ("pit", f"{T}/settings/replies/{{reply}}"),
    "raise": ("nari", f"{T}/new"),
    "raise-alike": ("jo", f"{T}/new?title=Filter+frisst+Umlaute"),
    "raise-aside": ("melodie", f"{T}/new"),
    "joined": ("melodie", f"{T}/{{late}}/joined"),
    "joined-words": ("melodie", f"{T}/{{late}}/joined?words=1"),
    "raise-friction": ("nari", f"{T}/new?kind=friction"),
    "raise-for-somebody": ("pit", f"{T}/new?for=1"),
    "receipt": ("nari", f"{T}/{{new}}/receipt"),
    "suggestion-merged": ("jo", f"{T}/{{merged}}"),
    "suggestion-merged-into": ("pit", f"{T}/{{target}}"),
    "merge": ("pit", f"{T}/{{twin}}/merge"),
    "merge-looked-at": ("pit", f"{T}/{{twin}}/merge?into={{late}}"),
    "merge-refused": ("pit", f"{T}/{{twin}}/merge?into={{done}}"),
    "edit": ("nari", f"{T}/{{fresh}}/edit/{{fresh_entry}}"),
    "people": ("anke", f"{T}/people"),
    "person": ("anke", f"{T}/people/{{melodie}}"),
    "invite": ("anke", f"{T}/people/invite"),
    "absences": ("pit", f"{T}/absences"),
    "absences-team": ("anke", f"{T}/absences/team"),
    "settings": ("anke", f"{T}/settings"),
    "settings-answers": ("anke", f"{T}/settings/answers"),
    "settings-days-off": ("anke", f"{T}/settings/days-off"),
    "settings-name": ("anke", f"{T}/settings/name"),
    "settings-outlets": ("anke", f"{T}/settings/outlets"),
    "settings-outlet": ("anke", f"{T}/settings/outlets/{{outlet}}"),
    "settings-people": ("anke", f"{T}/settings/people"),
    "test-mail": ("anke", f"{T}/test-mail"),
    "me": ("nari", "/me"),
    "my-tokens": ("nari", "/me/tokens"),
    "notices": ("pit", "/notices"),
    "why": ("pit", "/notices/why"),
    "my-mail": ("pit", "/notices/mail/{my_mail}"),
    "new-team": ("anke", "/teams/new"),
    "held-mail": ("anke", "/held-mail"),
    "outbox": ("anke", "/admin/outbox"),
    "outbox-one": ("anke", "/admin/outbox/{delivery}"),
    "inbound": ("anke", "/admin/inbound"),
    "inbound-one": ("anke", "/admin/inbound/{mail}"),
    "chats": ("anke", "/admin/chats"),
    "mail-records": ("anke", "/admin/dns"),
    "mailbox": ("anke", "/mailbox"),
    "sign-in": ("", "/sign-in"),
    "sign-in-link": ("", "/sign-in/{sign_in}"),
    "forgotten": ("", "/password"),
    "reset": ("", "/password/{reset}"),
    "setup": ("", "/setup/{setup}"),
    "join": ("", "/join/{join}"),
    "unsubscribe": ("", "/u/{unsubscribe}"),
    "confirm": ("nari", "/confirm/{confirm}"),
    "mail-answer": ("", "/m/answer/{mail_answer}"),
    "mail-move": ("", "/m/move/{mail_move}"),
    "mail-comment": ("", "/m/comment/{mail_comment}"),
    "mail-contest": ("", "/m/contest/{mail_contest}"),
    "one-by-one": ("pit", f"{T}/one-by-one"),
    "offline": ("", "/offline"),
}
#: The same team before anything was raised in it.
EMPTY: Mapping[str, tuple[str, str]] = {
    name: TYPICAL[name]
    for name in (
        "home-manager",
        "home-member",
        "home-lead",
        "desk",
        "mine",
        "tasks",
        "board",
        "suggestions",
        "answers",
        "notices",
        "why",
    )
}
#: The same pages with two hundred more.
CROWDED: Mapping[str, tuple[str, str]] = {
    name: TYPICAL[name] for name in ("home-manager", "desk", "suggestions", "mine", "board")
}
#: Forms that are sent as they stand, with nothing in what has to be filled in.
REFUSED: Mapping[str, tuple[str, str]] = {
    name: TYPICAL[name]
    for name in ("raise", "raise-for-somebody", "board-answer", "sign-in", "setup", "suggestion-manager", "invite")
} | {"nothing-there": ("nari", f"{T}/9999")}
#: What is refused or fails before there is a form that could come back. `fail_on_purpose` serves the last ones.
FAILED: Mapping[str, tuple[str, str]] = {
    "error-not-for-you": ("nari", f"{T}/desk"),
    "error-nothing-there": ("nari", f"{T}/9999"),
    "error-ended": ("nari", "/confirm/of-last-year"),
    "error-mail-of-another": ("jo", "/m/answer/{mail_answer}"),
    "error-too-often": ("nari", "/fails/429"),
    "error-ours": ("nari", "/fails/500"),
    "error-busy": ("nari", "/fails/503"),
}

#: Those of them that are made otherwise than the others.
FAILED_APART = ("error-mail-of-another", "error-busy")

#: Addresses that show no page of their own.
NO_PAGE = (
    "/",
    "/livez",
    "/healthz",
    "/metrics",
    "/alive",
    "/sw.js",
    "/demo/<token>",
    "/mailbox/<name>",
    "/mailbox/<name>/html",
    "/mailbox/<name>/download",
    "/admin/inbound/<mail_id>/download",
    "/t/<slug>/app.webmanifest",
    "/t/<slug>/desk/<number>",
    "/t/<slug>/desk/live",
    "/t/<slug>/<number>/names",
    "/t/<slug>/search/found",
    "/t/<slug>/new/alike",
    "/t/<slug>/<number>/writing",
    "/t/<slug>/board/version",
    "/t/<slug>/<number>/start",
    "/t/<slug>/files/<attachment>",
    "/t/<slug>/files/<attachment>/small",
    "/t/<slug>/<number>/answer-<file>.ics",
)
_CONVERTER = re.compile(r"<\w+:")


def without_a_picture(app: Flask) -> set[str]:
    """Addresses of the URL map that stand neither in `TYPICAL` nor in `NO_PAGE`."""
    adapter = app.url_map.bind("127.0.0.1")
    pictured = set()
    with app.app_context():
        for _who, path in TYPICAL.values():
            filled = re.sub(
                r"\{\w+\}", "1", path.partition("?")[0].replace("{fresh_entry}", mark(1)).replace("{comment}", mark(1))
            )
            rule, _values = adapter.match(filled, return_rule=True)
            pictured.add(_CONVERTER.sub("<", rule.rule))
    served = {
        _CONVERTER.sub("<", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("web.") and "GET" in (rule.methods or ())
    }
    return served - pictured - set(NO_PAGE)


@dataclass(frozen=True)
class Look:
    """One page as somebody sees it."""

    name: str
    person: Person | None
    path: str


def looks(pages: Mapping[str, tuple[str, str]], story: Story, places: Mapping[str, object]) -> Iterator[Look]:
    for name, (who, path) in pages.items():
        yield Look(name, getattr(story.cast, who) if who else None, path.format(**places))


def fill(app: Flask, story: Story) -> dict[str, object]:
    """What the addresses need, by name; rows of their own for pages about links, mails and outlets."""
    s = story.s
    titles = {
        "late": s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
        "new": s("Dunkler Modus für das Wiki", "Dark mode for the wiki"),
        "promised": s("Zweite Meinung vor Dauersperre", "Second opinion before a ban"),
        "asked": s("Echo im Sprachkanal", "Echo in the voice channel"),
        "done": s("Verwarnungen im Log finden", "Finding warnings in the log"),
    }
    places: dict[str, object] = {name: nightwatch.number_of(app, title) for name, title in titles.items()}
    with app.app_context():
        places |= _links(story) | _rows(story) | _merged(story)
        late = db.session.query(Suggestion.id).filter_by(number=places["late"]).scalar()
        places["comment"] = _marked(late, EntryKind.COMMENT)
        _joined(late, story)
        places |= _in_mails(story, places)
        db.session.commit()
    return places


def _links(story: Story) -> dict[str, object]:
    cast = story.cast
    jo, anke = db.session.get_one(Person, cast.jo.id), db.session.get_one(Person, cast.anke.id)
    team = db.session.get_one(Team, cast.team.id)
    _made, join = invitations.make_team_link(
        team, uses=5, until=date(2026, 12, 7), needs_confirmation=False, by=anke, now=MONDAY
    )
    expires_at = at("Monday 2027-01-04 12:00")
    return {
        "sign_in": sign_in.make_link(jo, "sign_in", next_path="/me", now=MONDAY)[1],
        "reset": sign_in.make_link(jo, "reset", now=MONDAY)[1],
        "join": join,
        "setup": setup.setup_link(now=MONDAY),
        "unsubscribe": signed.make(Purpose.UNSUBSCRIBE, jo, subject="digest", expires_at=expires_at),
    }


def _rows(story: Story) -> dict[str, object]:
    cast, s = story.cast, story.s
    nari, anke = db.session.get_one(Person, cast.nari.id), db.session.get_one(Person, cast.anke.id)
    team = db.session.get_one(Team, cast.team.id)
    title = s("Slowmode-Kommando für Gäste", "A slow mode command for guests")
    how = {"title": title, "body": "", "kind": Kind.IDEA, "urgency": Urgency.LOW}
    fresh = verbs.raise_(team, by=nari, now=MONDAY, via=Via.WEB, **how)  # type: ignore[arg-type]
    mail = InboundMail(
        **{"sha256": "x", "raw": b"Subject: Hi", "size": 11, "received_at": MONDAY, "next_attempt_at": MONDAY},
        **{"how": How.IMAP, "state": InboundState.IGNORED, "reason": "list", "text": "Hi", "attempts": 1},
    )
    my_mail = InboundMail(
        **{"sha256": "y", "raw": b"Subject: Hi", "size": 11, "received_at": MONDAY, "next_attempt_at": MONDAY},
        **{"how": How.IMAP, "state": InboundState.ASKED, "reason": "draft", "attempts": 1, "subject": f"Re: {title}"},
        **{"text": s("ERLEDIGT Steht im Wiki.", "DONE It is in the wiki."), "person_id": cast.pit.id},
        suggestion_id=fresh.id,
    )
    db.session.add_all([mail, my_mail])
    hook = outlets.add_webhook(team, "https://hooks.example.org/there", allowed=(), by=anke, now=MONDAY)
    wanted = Wanted(
        name=s("Kommt noch", "Coming"), text_de="Danke, {name}! Das kommt.", text_en="Thanks, {name}! It comes."
    )
    reply = saved_replies.save(team, wanted, by=db.session.get_one(Person, cast.pit.id), now=MONDAY)
    db.session.flush()
    raised = entries.of_kinds(fresh.id, EntryKind.RAISED)[0]
    text = s("Damit die Tür nicht immer offen steht.", "So that the door does not always stand open.")
    verbs.edit(fresh, raised, by=nari, now=MONDAY, via=Via.WEB, text=text)
    return {
        "task": _tasks(story),
        "fresh": fresh.number,
        "fresh_entry": mark(raised.id),
        "melodie": cast.melodie.id,
        "outlet": hook.id,
        "reply": reply.id,
        "mail": mail.id,
        "my_mail": my_mail.id,
        "delivery": _some_delivery(),
    }


def _marked(suggestion_id: int, kind: EntryKind) -> str:
    return mark(entries.of_kinds(suggestion_id, kind)[0].id)


def _merged(story: Story) -> dict[str, object]:
    """Two that are one by now, and a third that sounds like the first."""
    cast, s = story.cast, story.s
    jo, melodie, pit = (db.session.get_one(Person, one.id) for one in (cast.jo, cast.melodie, cast.pit))
    team = db.session.get_one(Team, cast.team.id)
    how = {"now": MONDAY, "via": Via.WEB, "kind": Kind.PROBLEM}

    def raises(by: Person, de: str, en: str) -> Suggestion:
        return verbs.raise_(team, by=by, title=s(de, en), **how)  # type: ignore[arg-type]

    target = raises(melodie, "Rechte der Neuen fehlen im Wiki", "Rights of newcomers are missing in the wiki")
    merged = raises(jo, "Wiki: Neue dürfen nichts", "Wiki: newcomers may do nothing")
    twin = raises(jo, "Der Chat-Filter sperrt Umlaute", "The chat filter blocks umlauts")
    merging.merge(merged, into=target, by=pit, now=MONDAY, via=Via.WEB)
    text = s(f"Siehe auch #{twin.number}.", f"See #{twin.number} as well.")
    verbs.comment(target, by=jo, now=MONDAY, via=Via.WEB, text=text)
    return {"target": target.number, "merged": merged.number, "twin": twin.number}


def _in_mails(story: Story, places: Mapping[str, object]) -> dict[str, object]:
    """The tokens of links that only mails carry."""
    cast = story.cast
    nari, pit = db.session.get_one(Person, cast.nari.id), db.session.get_one(Person, cast.pit.id)
    new_address.ask(nari, "nari@neu.example", password="", network="192.0.2.1", now=MONDAY)
    asked = db.session.query(Delivery).filter_by(template="new_address").order_by(Delivery.id.desc()).first()
    assert asked is not None
    links = (
        ("mail_answer", Purpose.ANSWER, pit, "late"),
        ("mail_move", Purpose.MOVE, pit, "late"),
        ("mail_comment", Purpose.COMMENT, nari, "asked"),
        ("mail_contest", Purpose.CONTEST, nari, "done"),
    )
    found: dict[str, object] = {"confirm": asked.facts["token"]}
    for name, purpose, person, which in links:
        s = db.session.query(Suggestion).filter_by(team_id=cast.team.id, number=places[which]).one()
        found[name] = mail_links.url(purpose, person, s, made_at=MONDAY).rpartition("/")[2].partition("#")[0]
    return found


def fail_on_purpose(app: Flask) -> None:
    """An address that answers as the site does where too much is asked of it, it is mistaken, or somebody writes."""

    def fails(status: int) -> str:
        if status == 503:
            raise sa.exc.OperationalError("UPDATE", {}, RuntimeError("database is locked"))
        if status == 500:
            raise RuntimeError("on purpose")
        abort(status)

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/fails/<int:status>", "fails", fails)


def _joined(late: int, story: Story) -> None:
    """Melodie was raising the same, said "me too", and what she had typed lies aside."""
    s, melodie = db.session.get_one(Suggestion, late), db.session.get_one(Person, story.cast.melodie.id)
    fields = {
        "title": story.s("Filter frisst Süßer Brei", "Filter eats Süßer Brei"),
        "body": story.s("Seit heute früh, auch in der Gilde.", "Since this morning, in the guild as well."),
    }
    support.vote(s, by=melodie, now=MONDAY, via=Via.WEB, tell_me=True)
    drafts.put_aside(s, by=melodie, fields=fields, now=MONDAY)


def _tasks(story: Story) -> str:
    """Three of what is promised: one late, one done, one of Pit's; the last one's mark."""
    cast, s = story.cast, story.s
    ban = nightwatch.found(story, s("Zweite Meinung vor Dauersperre", "Second opinion before a ban"))
    pit, jo = db.session.get_one(Person, cast.pit.id), db.session.get_one(Person, cast.jo.id)
    plan = [
        (s("Dienstpläne einsammeln", "Collect the rotas"), date(2026, 11, 26), jo),
        (s("Regel aufschreiben", "Write the rule down"), date(2026, 11, 27), pit),
        (s("Den Bot anpassen", "Adapt the bot"), date(2026, 12, 2), pit),
    ]
    before = at("Wednesday 2026-11-25 12:00")
    made = [tasks.add(ban, by=pit, now=before, via=Via.WEB, title=title, on=on, who=who) for title, on, who in plan]
    tasks.tick(made[1], by=pit, now=before, via=Via.WEB)
    return mark(made[2].id)


def _some_delivery() -> int:
    found = db.session.query(Delivery.id).order_by(Delivery.id).limit(1).scalar()
    assert found is not None
    return int(found)


def crowd(app: Flask, clock: FakeClock, story: Story, *, more: int = 200) -> None:
    """So many more, raised one after the other over the last days by everybody; the first of them with long words."""
    s, cast = story.s, story.cast
    with app.app_context():
        everybody = (cast.nari, cast.melodie, cast.jo, *story.more.values())
        people = [db.session.get_one(Person, person.id) for person in everybody]
        team = db.session.get_one(Team, cast.team.id)
        for i in range(more):
            moment = at("Thursday 2026-11-19 09:00") if i % 3 == 0 else at("Friday 2026-11-27 10:00")
            title = s(f"Noch ein Wunsch für Kanal {i + 1}", f"One more wish for channel {i + 1}")
            title = long_words.TITLES[i] if i < len(long_words.TITLES) else title
            how = {"title": title, "body": "", "kind": list(Kind)[i % 3], "urgency": list(Urgency)[i % 4]}
            verbs.raise_(team, by=people[i % len(people)], now=moment, via=Via.WEB, **how)  # type: ignore[arg-type]
        db.session.commit()
    clock.set(MONDAY)


def send_as_it_stands(page: Page) -> None:
    """Send the main form of a page without what it asks for."""
    form = page.locator("main form:has([data-main]), main form:has(.btn.main)").first
    if form.count():
        with page.expect_navigation():  # what is looked at is the answer, not the page that leaves
            form.evaluate(
                "form => { form.noValidate = true; form.requestSubmit(form.querySelector('[data-main], .btn.main')); }"
            )
