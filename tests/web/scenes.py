"""What the gallery shows: each scene is a template and its values, given a language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.web import story, story_lists, story_pages
from tests.web.story import Say
from tracker.web import page_shapes as pages
from tracker.web import shapes

Scene = tuple[str, dict[str, object]]


def desk(s: Say) -> Scene:
    return "web/desk.html", {"nav": story.nav(s), "desk": story_pages.desk(s)}


def desk_back(s: Say) -> Scene:
    way_out = pages.WayOut(
        sentences=[
            s("Du warst bis gestern weg.", "You were away until yesterday."),
            s("Juri hat 31 für dich beantwortet.", "Juri answered 31 for you."),
            s(
                "118 Termine sind verstrichen, 96 Leute warten. So kommst du da raus:",
                "118 dates have passed, 96 people are waiting. This is the way out:",
            ),
        ],
        links=[
            shapes.Link(url="#", label=s("Neu zusagen: 15 am Tag, bis 16.12.", "Promise anew: 15 a day, until 16 Dec")),
            shapes.Link(url="#", label=s("Erst die 12 wichtigsten ansehen", "First look at the 12 that matter most")),
        ],
        ending=s(
            "Alle 96 bekommen eine Mail mit deinem Grund. In der Bilanz bleiben sie zu spät.",
            "All 96 get a mail with your reason. In the record they stay late.",
        ),
    )
    groups = [story_lists.late_group(s, chosen=False)]
    page = pages.DeskPage(
        headline=s("Offen", "Desk"),
        summary=s("118 überfällig", "118 late"),
        groups=groups,
        way_out=way_out,
        one_by_one_url="#",
    )
    return "web/desk.html", {"nav": story.nav(s, stale=True), "desk": page}


def desk_empty(s: Say) -> Scene:
    empty = [
        s("Nichts offen.", "Nothing open."),
        s(
            "Nächster Termin: Mi 2.12. · Letzte Woche 14 beantwortet.",
            "Next date: Wed 2 Dec. Last week: 14 answered.",
        ),
    ]
    page = pages.DeskPage(headline=s("Offen", "Desk"), summary="", groups=[], empty=empty)
    return "web/desk.html", {"nav": story.nav(s), "desk": page}


def for_pit(s: Say) -> Scene:
    return "web/suggestion.html", {"nav": story.nav(s), "suggestion": story_pages.for_pit(s)}


def for_nari(s: Say) -> Scene:
    nav = story.nav(s, current="mine", role="member")
    return "web/suggestion.html", {"nav": nav, "suggestion": story_pages.for_nari(s)}


def done(s: Say) -> Scene:
    nav = story.nav(s, current="mine", role="member")
    return "web/suggestion.html", {"nav": nav, "suggestion": story_pages.done_for_nari(s)}


def mine(s: Say) -> Scene:
    return "web/mine.html", {"nav": story.nav(s, current="mine", role="member"), "mine": story_lists.mine(s)}


def mine_empty(s: Say) -> Scene:
    nav = story.nav(s, current="mine", role="member")
    return "web/mine.html", {"nav": nav, "mine": pages.MinePage(groups=[], raise_url="#")}


def raising(s: Say) -> Scene:
    return "web/raise.html", {"nav": story.nav(s, current="", role="member"), "form": story_pages.raising(s)}


def raising_friction(s: Say) -> Scene:
    nav = story.nav(s, current="", role="member")
    return "web/raise.html", {"nav": nav, "form": story_pages.raising(s, kind="friction")}


def raising_empty(s: Say) -> Scene:
    form = replace(story_pages.raising(s), title="", body="")
    return "web/raise.html", {"nav": story.nav(s, current="", role="member"), "form": form}


def raised(s: Say) -> Scene:
    nav = story.nav(s, current="", role="member")
    return "web/receipt.html", {"nav": nav, "receipt": story_pages.receipt(s), "kept_done": ["raise"]}


def raising_wrong(s: Say) -> Scene:
    wrong = shapes.Problem(
        field="title", sentence=s("Schreib in einem Satz, worum es geht.", "Say in a line what it is about.")
    )
    nav = story.nav(s, current="", role="member")
    return "web/raise.html", {"nav": nav, "form": story_pages.raising(s, problems=[wrong])}


def receipt(s: Say) -> Scene:
    return "web/receipt.html", {"nav": story.nav(s, current="", role="member"), "receipt": story_pages.receipt(s)}


def parts(s: Say) -> Scene:
    undo = shapes.Undo(
        sentence=s("Beantwortet. Nari erfährt es gleich.", "Answered. Nari will know in a moment."),
        url="#",
        seconds=52,
        until="10:13:04",
    )
    people = [
        shapes.Person(
            name="Anke", role=s("Teamleitung", "Owner"), links=[shapes.Link(url="#", label=s("Ändern", "Change"))]
        ),
        shapes.Person(
            name="Pit",
            role="Community Management",
            detail=s("das bist du", "that is you"),
            address="pit@nachtwache.example",
        ),
        shapes.Person(
            name="Nari",
            role=s("Mitglied", "Member"),
            detail=s("weg bis 7.12.", "away until 7 Dec"),
            links=[shapes.Link(url="#", label=s("Ändern", "Change"))],
        ),
    ]
    tasks = [
        shapes.Task(label=s("Andere erreichen diese Adresse", "Others can reach this address"), ticked=True),
        shapes.Task(
            label=s("Eine Probemail kam an", "A test mail arrived"),
            ticked=False,
            hint=s("Mails verlassen diesen Rechner noch nicht.", "Mail stays on this computer."),
            link=shapes.Link(url="#", label=s("Einrichten", "Set it up")),
        ),
    ]
    days = [
        shapes.DayHours(key="mon", label=s("Montag", "Monday"), times=[("09:00", "12:00"), ("13:00", "17:00")]),
        shapes.DayHours(key="tue", label=s("Dienstag", "Tuesday"), times=[("09:00", "17:00")]),
        shapes.DayHours(key="sun", label=s("Sonntag", "Sunday")),
    ]
    presets = [
        shapes.Choice(
            value="office", label=s("Bürozeiten", "Office hours"), aside=s("Mo–Fr 9–17 Uhr", "Mon–Fri 09:00–17:00")
        ),
        shapes.Choice(
            value="evenings",
            label=s("Abends und am Wochenende", "Evenings and weekends"),
            aside=s("Mo–Fr 18–21, Sa–So 10–18 Uhr", "Mon–Fri 18:00–21:00, Sat–Sun 10:00–18:00"),
        ),
        shapes.Choice(value="always", label=s("Rund um die Uhr", "Around the clock")),
    ]
    tabs = [
        shapes.NavItem(url="#", label=s("Zeiten", "Hours"), icon="clock", current=True),
        shapes.NavItem(url="#", label=s("Antwortfrist", "Answer within"), icon="clock"),
        shapes.NavItem(url="#", label=s("Wer wann Bescheid bekommt", "Who is told when"), icon="bell"),
    ]
    values = {
        "nav": story.nav(s, current="people"),
        "undo": undo,
        "people": people,
        "tasks": tasks,
        "days": days,
        "presets": presets,
        "page_tabs_": tabs,
        "entries": story.every_kind(s),
        "form": story.answer_form(
            s, outcome="not_now", errors={"on": s("Wähl einen Tag nach heute.", "Choose a day after today.")}
        ),
        "words": s("Eine Rückfrage ist offen.", "A question is open."),
    }
    return "gallery/parts.html", values


def sign_in(s: Say) -> Scene:
    return "gallery/sign_in.html", {"team_name": s("Nachtwache", "Night Watch"), "home_url": "#"}


SCENES: dict[str, Callable[[Say], Scene]] = {
    scene.__name__: scene
    for scene in (
        desk, desk_back, desk_empty, for_pit, for_nari, done, mine, mine_empty,
        raising, raising_empty, raising_friction, raising_wrong, raised, receipt, parts, sign_in,
    )
}  # fmt: skip
