"""The story of the wireframes as plain values, in both languages: Nari, Pit, Juri, Anke and #41.

Here its people, entries and forms; `story_lists` and `story_pages` make lists and whole pages of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from markupsafe import Markup

from tracker.web import shapes
from tracker.web.shapes_answering import Start, Starts

Lang = Literal["de", "en"]
Say = Callable[[str, str], str]


def say_in(lang: Lang) -> Say:
    """Picks the sentence of a language: `s("auf Deutsch", "in English")`."""
    return lambda de, en: de if lang == "de" else en


def nav(s: Say, *, current: str = "desk", role: str = "manager", stale: bool = False) -> shapes.Nav:
    def item(key: str, icon: str, de: str, en: str, count: int = 0, *, tab: bool = False) -> shapes.NavItem:
        return shapes.NavItem(url="#", label=s(de, en), icon=icon, count=count, current=key == current, tab=tab)

    manager = [item("desk", "desk", "Offen", "Desk", 12, tab=True)]
    settings = [item("people", "people", "Leute", "People"), item("settings", "settings", "Einstellungen", "Settings")]
    return shapes.Nav(
        team_name=s("Nachtwache", "Night Watch"),
        team_slug="nachtwache",
        home_url="#",
        person_name="Pit" if role == "manager" else "Nari",
        role=role,
        me_url="#",
        raise_url="#",
        items=[
            item("home", "home", "Start", "Home", 3 if role == "manager" else 0, tab=True),
            *(manager if role == "manager" else [item("mine", "list", "Meine", "Mine", tab=True)]),
            item("suggestions", "list" if role == "manager" else "comment", "Anliegen", "Suggestions"),
            *(settings if role == "manager" else []),
        ],
        alive=s(
            "Seit 14:10 geht keine Erinnerung hinaus. Alle Termine gelten weiter.",
            "No reminder has left since 14:10. All dates still hold.",
        )
        if stale
        else s("Erinnerungen laufen, geprüft vor 12 s", "Reminders are running, checked 12 s ago"),
        alive_stale=stale,
        alive_url="/alive",
        mailbox_line=role == "manager" and current == "people",
        mailbox_url="#",
        bell_url="#",
        bell_count=2,
    )


def why(s: Say) -> shapes.Why:
    return shapes.Why(
        sentence=s("16 Stunden, in denen jemand da ist:", "16 hours in which one of us is here:"),
        days=[
            shapes.WhyDay(
                day=s("Mi 25.11.", "Wed 25 Nov"), hours=s("9–17 Uhr", "09:00–17:00"), worked=s("8 Std.", "8 h")
            ),
            shapes.WhyDay(
                day=s("Do 26.11.", "Thu 26 Nov"), hours=s("9–17 Uhr", "09:00–17:00"), worked=s("8 Std.", "8 h")
            ),
        ],
        notes=[
            s(
                "Pit ist da. Juri springt ein, wenn Pit nicht kann.",
                "No holiday, nobody away. Juri stands in when Pit cannot.",
            )
        ],
    )


def raised(s: Say) -> shapes.Entry:
    text = s(
        "Seit dem Update wird aus Grüße Gr**e. Elf Gilden haben sich schon gemeldet.",
        "Since the update, Grüße turns into Gr**e. Eleven guilds have written to us already.",
    )
    return shapes.Entry(
        kind="raised",
        actor="Nari",
        when=s("Di 24.11., 23:10 Uhr", "Tue 24 Nov, 23:10"),
        iso="2026-11-24T22:10:00Z",
        text=Markup("<p>{}</p>").format(text),
    )


def melodie(s: Say) -> shapes.Entry:
    text = s("Bei uns auch, „Süßer Brei“ ist weg.", 'Same here, "Süßer Brei" is gone.')
    return shapes.Entry(
        kind="comment",
        actor="Melodie",
        when=s("Mi 25.11., 19:02 Uhr", "Wed 25 Nov, 19:02"),
        iso="2026-11-25T18:02:00Z",
        text=Markup("<p>{}</p>").format(text),
    )


def note(s: Say) -> shapes.Entry:
    text = s(
        "Liegt am neuen Wörterbuch, das Spielteam weiß es seit Dienstag.",
        "It is the new word list; the game team knows since Tuesday.",
    )
    return shapes.Entry(
        kind="note",
        actor="Juri",
        when=s("Do 26.11., 10:02 Uhr", "Thu 26 Nov, 10:02"),
        iso="2026-11-26T09:02:00Z",
        text=Markup("<p>{}</p>").format(text),
    )


def missed(s: Say) -> shapes.Entry:
    return shapes.Entry(
        kind="missed",
        headline=s("Termin verstrichen", "The date has passed"),
        when=s("Do 26.11., 17 Uhr", "Thu 26 Nov, 17:00"),
        iso="2026-11-26T16:00:00Z",
        lines=[s("Pit erinnert: Do 13 und 17 Uhr", "Reminded: Pit Thu 13:00, 17:00")],
    )


def told(s: Say) -> shapes.Entry:
    return shapes.Entry(
        kind="follow_up",
        headline=s("Nari Bescheid gegeben, Juri erinnert", "Nari told, Juri reminded"),
        when=s("Fr 27.11., 13 Uhr", "Fri 27 Nov, 13:00"),
        iso="2026-11-27T12:00:00Z",
    )


def answered(s: Say) -> shapes.Entry:
    text = s(
        "Die Wortliste ist getauscht. Ich habe deine elf Gilden geprüft, alle Namen sind wieder da.",
        "The word list is replaced. I checked your eleven guilds, all names are back.",
    )
    return shapes.Entry(
        kind="answer",
        actor="Pit",
        headline=s("Erledigt", "Done"),
        when=s("Di 1.12., 10:12 Uhr", "Tue 1 Dec, 10:12"),
        iso="2026-12-01T09:12:00Z",
        extra=s("5 Tage nach dem Termin", "5 days after the date"),
        text=Markup("<p>{}</p>").format(text),
        acts=[
            shapes.Act(url="#", label=s("Danke", "Thanks"), icon="heart", count=4),
        ],
        links=[
            shapes.Link(
                url="#",
                label=s("Das beantwortet es nicht (bis Di 15.12.)", "That does not answer it (until Tue 15 Dec)"),
            ),
            shapes.Link(url="#", label=s("Ist wieder da", "It is back")),
        ],
    )


def every_kind(s: Say) -> list[shapes.Entry]:
    def entry(kind: shapes.EntryKind, headline: str, text: str = "", *lines: str) -> shapes.Entry:
        return shapes.Entry(
            kind=kind,
            actor="Pit",
            headline=headline,
            when=s("Mi 2.12., 9 Uhr", "Wed 2 Dec, 09:00"),
            iso="2026-12-02T08:00:00Z",
            text=Markup("<p>{}</p>").format(text) if text else None,
            lines=lines,
        )

    return [
        raised(s),
        melodie(s),
        note(s),
        entry(
            "question",
            s("Pit fragt Nari", "Pit asks Nari"),
            s("Passiert das am Handy oder am Rechner?", "Does it happen on the phone or on a computer?"),
            s("Unsere Uhr steht bis Do 3.12.", "Our clock waits until Thu 3 Dec."),
        ),
        entry(
            "moved",
            s("Verschoben (2. Mal): jetzt bis Fr 18.12.", "Moved (2nd time): now by Fri 18 Dec"),
            s(
                "Der Hersteller liefert erst am 16. Ich prüfe es selbst.",
                "The vendor delivers on the 16th. I will check it myself.",
            ),
        ),
        missed(s),
        told(s),
        answered(s),
        entry(
            "contested",
            s("Nari: Das beantwortet es nicht", "Nari: that does not answer it"),
            s(
                "Die Namen sind da, aber im Chat fehlt noch das ß.",
                "The names are back, but ß is still missing in chat.",
            ),
        ),
        entry(
            "undone",
            s("Pit hat die Antwort zurückgenommen", "Pit took the answer back"),
            s("Der Filter kommt vom Hersteller.", "The filter is the vendor's."),
        ),
        entry("edited", s("Nari hat den Text geändert", "Nari changed the text")),
        entry("event", s("Juri übernimmt", "Juri takes it")),
    ]


def answer_form(s: Say, *, outcome: str = "will_do", errors: dict[str, str] | None = None) -> shapes.AnswerForm:
    return shapes.AnswerForm(
        url="#",
        author="Nari",
        outcome=outcome,
        text=s(
            "Danke dir! Die Wortliste wird am Donnerstag getauscht, ich prüfe deine elf Gilden danach selbst.",
            "Thank you! The word list is replaced on Thursday; I will check your eleven guilds myself after that.",
        )
        if outcome
        else "",
        on="2026-12-04" if outcome == "will_do" else "",
        who="pit",
        people=[("pit", s("ich", "me")), ("juri", "Juri"), ("anke", "Anke")],
        chips=[
            shapes.Day(label=s("Fr 4.12.", "Fri 4 Dec"), iso="2026-12-04"),
            shapes.Day(label=s("1 Woche", "1 week"), iso="2026-12-07"),
            shapes.Day(label=s("2 Wochen", "2 weeks"), iso="2026-12-14"),
        ],
        later_chips=[
            shapes.Day(label=s("1 Monat", "1 month"), iso="2026-12-30"),
            shapes.Day(label=s("3 Monate", "3 months"), iso="2027-03-01"),
        ],
        min_on="2026-11-30",
        errors=errors or {},
        starts=Starts(
            earlier=(
                Start(
                    url="#",
                    label=s("#12 Filter sperrt „Assel“, erledigt im März", '#12 Filter blocks "Assel", done in March'),
                    key="answer:12",
                    text_url="#",
                ),
            ),
            saved=(Start(label=s("Danke, übernommen", "Thanks, taken on"), key="reply:1", text_url="#"),),
            edit_url="#",
        ),
    )


def also(s: Say) -> list[shapes.AlsoForm]:
    def form(
        key: str, label: str, field_label: str, button: str, *, internal: bool = False, day: bool = False
    ) -> shapes.AlsoForm:
        return shapes.AlsoForm(
            key=key,
            url=f"#{key}",
            label=label,
            field_label=field_label,
            button=button,
            internal=internal,
            day=day,
            chips=answer_form(s).chips if day else (),
        )

    return [
        form("ask", s("Nari fragen", "Ask Nari"), s("Was fehlt dir?", "What do you need to know?"), s("Fragen", "Ask")),
        form(
            "move",
            s("Ich brauche länger", "I need longer"),
            s("Warum? Nari liest das.", "Why? Nari reads this."),
            s("Termin verschieben", "Move the date"),
            day=True,
        ),
        form(
            "comment", s("Kommentar", "Comment"), s("Dazu schreiben", "Write something"), s("Kommentieren", "Comment")
        ),
        form(
            "note",
            s("Interne Notiz", "Internal note"),
            s("Sehen nur Leute vom Community Management", "Only community management sees it"),
            s("Notieren", "Note it down"),
            internal=True,
        ),
    ]


def facts(s: Say) -> list[shapes.Fact]:
    return [
        shapes.Fact(term=s("Zuständig", "With"), values=[s("Pit (Vertretung: Juri)", "Pit (Juri stands in)")]),
        shapes.Fact(term=s("Wie eilig", "Urgency"), values=["normal"]),
        shapes.Fact(term=s("Sehen kann es", "Seen by"), values=[s("das Team", "the team")]),
        shapes.Fact(term=s("Geht mir auch so", "Me too"), values=[s("11 Leute", "11 people")]),
        shapes.Fact(term=s("Verschoben", "Moved"), values=[s("nie", "never")]),
        shapes.Fact(
            term=s("Schon beantwortet", "Like this, answered"),
            links=[shapes.Link(url="#", label=s("#12 Filter sperrt „Assel“", '#12 Filter blocks "Assel"'))],
            values=[s("erledigt im März", "done in March")],
        ),
    ]
