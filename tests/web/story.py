"""The story of the wireframes as plain values, in both languages: Nari, Pit, Juri, Anke and #41. Feeds the gallery and its tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from markupsafe import Markup

from tracker.web import page_shapes as pages
from tracker.web import shapes

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
        mailbox_line=role == "manager" and current == "people",
        mailbox_url="#",
    )


def _row(number: int, title: str, meta: list[str], promise: shapes.Promise, *, on: bool = False) -> shapes.Row:
    return shapes.Row(number=number, title=title, url="#", pane_url="#", meta=meta, promise=promise, on=on)


def _late(sentence: str, extra: str = "") -> shapes.Promise:
    return shapes.Promise(sentence=sentence, tone="late", extra=extra)


def late_group(s: Say, *, chosen: bool) -> shapes.Group:
    return shapes.Group(
        key="late",
        label=s("Überfällig", "Late"),
        tone="late",
        rows=[
            _row(
                41,
                s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
                ["Nari", s("11 dabei", "11 with her"), s("2× noch wichtig", "2 still matters")],
                _late(s("seit Do 26.11.", "since Thu 26 Nov"), s("heute 17 Uhr: Anke", "Anke at 17:00")),
                on=chosen,
            ),
            _row(
                39,
                s("Zweite Meinung vor Dauersperre", "Second opinion before a ban"),
                ["Jo", s("„machen wir bis Fr 27.11.“", '"will do by Fri 27 Nov"')],
                _late(s("2-mal verschoben", "moved twice")),
            ),
            _row(
                43,
                s("Wohin mit polnischen Meldungen?", "Where do Polish reports go?"),
                ["Ola", s("Frage", "question")],
                _late(s("seit Fr, 15 Uhr", "since Fri, 15:00")),
            ),
        ],
    )


def other_groups(s: Say) -> list[shapes.Group]:
    used = s("80 % der Zeit sind um", "80 % of the time is used")
    today = shapes.Group(
        key="today",
        label=s("Heute", "Today"),
        tone="soon",
        rows=[
            _row(
                44,
                s("Eventkalender mit Ortszeit", "Event calendar in local time"),
                ["Bente", s("Idee", "idea")],
                shapes.Promise(sentence=s("bis 16 Uhr", "by 16:00"), tone="soon", share=0.8, bar_label=used),
            ),
            _row(
                45,
                s("Angepinnte Regeln von 2023", "Pinned rules are from 2023"),
                ["Kolja", s("Problem", "problem")],
                shapes.Promise(sentence=s("bis 17 Uhr", "by 17:00"), tone="soon", share=0.72, bar_label=used),
            ),
        ],
    )
    week = shapes.Group(
        key="week",
        label=s("Diese Woche", "This week"),
        count=7,
        rows=[
            _row(
                46,
                s("Probemods sollen das Bannlog lesen", "Let trial moderators read the ban log"),
                ["Sami", s("Idee", "idea"), s("2 dabei", "2 with him")],
                shapes.Promise(
                    sentence=s("Mi 2.12., 11 Uhr", "Wed 2 Dec, 11:00"),
                    extra=s("in 2 Tagen", "in 2 days"),
                    share=0.3,
                    bar_label=used,
                ),
            ),
        ],
    )
    back = shapes.Group(
        key="back",
        label=s("Kommt wieder", "Coming back"),
        tone="later",
        count=2,
        rows=[
            _row(
                12,
                s("Eigener Server zum Jubiläum", "Own server for the anniversary"),
                ["Ola", s("„kein Budget vor dem neuen Jahr“", '"no budget before the new year"')],
                shapes.Promise(sentence=s("Mi 2.12.", "Wed 2 Dec"), tone="later", share=0.88, bar_label=used),
            ),
        ],
    )
    others = shapes.Group(
        key="others",
        label=s("Liegt bei anderen", "With others"),
        tone="asked",
        count=4,
        note=s("nichts zu tun", "nothing to do"),
        folded=True,
        rows=[
            _row(
                40,
                s("Echo im Sprachkanal", "Echo in the voice channel"),
                ["Nari", s("Problem", "problem")],
                shapes.Promise(
                    sentence=s("Liegt bei Nari.", "With Nari."),
                    tone="asked",
                    extra=s("Kommt spätestens Do 3.12. zurück.", "Comes back by Thu 3 Dec."),
                    share=0.45,
                    bar_label=used,
                ),
            ),
        ],
    )
    return [today, week, back, others]


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
        earlier=shapes.Link(
            url="#", label=s("#12 Filter sperrt „Assel“, erledigt im März", '#12 Filter blocks "Assel", done in March')
        ),
        earlier_text="#",
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


def for_pit(s: Say) -> pages.SuggestionPage:
    return pages.SuggestionPage(
        number=41,
        title=s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
        url="#",
        back=shapes.Link(url="#", label=s("Offen", "Desk")),
        meta=["Nari", s("Problem", "problem"), s("11 sind dabei", "11 people with her")],
        promise=shapes.Promise(
            sentence=s("Überfällig seit Do 26.11., 17 Uhr", "Late since Thu 26 Nov, 17:00"),
            tone="late",
            steps=[
                s(
                    "Nari weiß es seit Fr, 13 Uhr. Heute um 17 Uhr geht es an Anke.",
                    "Nari was told on Fri, 13:00. Today at 17:00 it goes to Anke.",
                )
            ],
            why=why(s),
        ),
        entries=[raised(s), melodie(s), note(s), missed(s), told(s)],
        facts=facts(s),
        answer=answer_form(s),
        also=also(s),
    )


def for_nari(s: Say) -> pages.SuggestionPage:
    nudge = shapes.Act(
        url="#",
        label=s("Ist mir noch wichtig", "Still matters to me"),
        icon="up",
        count=2,
        hint=s("rückt bei Pit nach oben, ganz ohne Mail", "moves it up, costs nobody a mail"),
    )
    return pages.SuggestionPage(
        number=41,
        title=s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
        url="#",
        back=shapes.Link(url="#", label=s("Meine", "Mine")),
        meta=[s("Problem", "problem"), s("von dir", "from you"), s("11 sind dabei", "11 people with you")],
        promise=shapes.Promise(
            sentence=s(
                "Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr.", "We are late. Promised was Thu 26 Nov, 17:00."
            ),
            tone="late",
            steps=[
                s(
                    "Pit wurde zweimal erinnert, Juri weiß es seit Fr, 13 Uhr. Mo 30.11., 17 Uhr geht es an Anke.",
                    "Pit was reminded twice, Juri knows since Fri, 13:00. Mon 30 Nov, 17:00 it goes to Anke.",
                )
            ],
            acts=[nudge],
            why=why(s),
        ),
        entries=[raised(s), melodie(s), missed(s), told(s)],
        facts=facts(s),
        also=[replace(also(s)[2], open=True)],
        closing=[
            shapes.Act(
                url="#",
                label=s("Zurückziehen", "Withdraw"),
                confirm=s("Das Anliegen zurückziehen?", "Withdraw this suggestion?"),
            )
        ],
    )


def done_for_nari(s: Say) -> pages.SuggestionPage:
    return pages.SuggestionPage(
        number=41,
        title=s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
        url="#",
        back=shapes.Link(url="#", label=s("Meine", "Mine")),
        meta=[s("Problem", "problem"), s("von dir", "from you"), s("11 sind dabei", "11 people with you")],
        promise=shapes.Promise(sentence=s("Erledigt am Di 1.12.", "Done on Tue 1 Dec"), tone="done"),
        answer_entry=answered(s),
        entries=every_kind(s),
        facts=facts(s),
    )


def desk(s: Say) -> pages.DeskPage:
    return pages.DeskPage(
        headline=s("12 offen", "12 open"),
        summary=s("3 überfällig · 2 heute · 7 diese Woche", "3 late · 2 today · 7 this week"),
        one_by_one_url="#",
        groups=[late_group(s, chosen=True), *other_groups(s)],
        selected=for_pit(s),
    )


def mine(s: Say) -> pages.MinePage:
    used = s("10 % der Zeit sind um", "10 % of the time is used")
    with_you = _row(
        40,
        s("Echo im Sprachkanal", "Echo in the voice channel"),
        [s("Problem", "problem")],
        shapes.Promise(
            sentence=s("Liegt bei dir: Pit fragt „Handy oder Rechner?“", 'Your turn: Pit asks "Phone or computer?"'),
            tone="asked",
            extra=s("Unsere Uhr steht.", "Our clock waits."),
            share=0.45,
            bar_label=used,
        ),
    )
    late = _row(
        41,
        s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
        [s("Problem", "problem"), s("11 sind dabei", "11 people with you")],
        _late(s("Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr.", "We are late. Promised was Thu 26 Nov, 17:00.")),
    )
    running = _row(
        47,
        s("Dunkler Modus für das Wiki", "Dark mode for the wiki"),
        [s("Idee", "idea")],
        shapes.Promise(
            sentence=s("Antwort bis Mi 2.12., 17 Uhr", "Answer by Wed 2 Dec, 17:00"),
            extra=s("in 2 Tagen · liegt bei Pit", "in 2 days · with Pit"),
            share=0.1,
            bar_label=used,
        ),
    )
    will_do = _row(
        36,
        s("Zweiter Mod für die Nachtschicht", "Second mod for the night shift"),
        [s("Idee", "idea")],
        shapes.Promise(
            sentence=s("Zugesagt bis Fr 4.12.", "Promised by Fri 4 Dec"),
            extra=s("Anke kümmert sich", "Anke is on it"),
            share=0.62,
            bar_label=used,
        ),
    )
    settled = _row(
        38,
        s("Verwarnungen im Log finden", "Finding warnings in the log"),
        [s("Frage", "question")],
        shapes.Promise(sentence=s("Erledigt am Do 26.11.", "Done on Thu 26 Nov"), tone="done"),
    )
    return pages.MinePage(
        raise_url="#",
        groups=[
            shapes.Group(key="you", label=s("Liegt bei dir", "With you"), tone="asked", rows=[with_you]),
            shapes.Group(key="us", label=s("Liegt bei uns", "With us"), rows=[late, running, will_do]),
            shapes.Group(key="answered", label=s("Beantwortet", "Answered"), tone="done", rows=[settled]),
        ],
    )


def _promised(s: Say, day: str, extra: str) -> shapes.Promise:
    by = s("Antwort bis", "Answer by")
    label = s("Noch keine Zeit ist um", "No time is used yet")
    return shapes.Promise(sentence=f"{by} {day}", term=by, day=day, extra=extra, share=0.0, bar_label=label, why=why(s))


def raising(s: Say, *, kind: shapes.Kind = "problem", problems: list[shapes.Problem] | None = None) -> pages.RaisePage:
    pit = s("liegt bei Pit, Vertretung: Juri", "with Pit, Juri stands in")
    rows: list[tuple[shapes.Urgency, str, str, str]] = [
        (
            "urgent",
            s("Es brennt gerade", "It is burning now"),
            s("Mi 25.11., 13 Uhr", "Wed 25 Nov, 13:00"),
            s("morgen", "tomorrow"),
        ),
        (
            "high",
            s("Es stört jeden Tag", "It hurts every day"),
            s("Mi 25.11., 17 Uhr", "Wed 25 Nov, 17:00"),
            s("morgen", "tomorrow"),
        ),
        ("normal", "Normal", s("Do 26.11., 17 Uhr", "Thu 26 Nov, 17:00"), s("in 2 Tagen", "in 2 days")),
        ("low", s("Kann warten", "Can wait"), s("Di 1.12., 17 Uhr", "Tue 1 Dec, 17:00"), s("in 7 Tagen", "in 7 days")),
    ]
    anke = _promised(s, s("Mi 25.11., 17 Uhr", "Wed 25 Nov, 17:00"), "")
    return pages.RaisePage(
        url="#",
        back=shapes.Link(url="#", label=s("Nachtwache", "Night Watch")),
        title="" if problems else s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
        body=s(
            "Seit dem Update wird aus Grüße Gr**e. Elf Gilden haben sich schon bei uns gemeldet.",
            "Since the update, Grüße turns into Gr**e. Eleven guilds have written to us already.",
        ),
        kind=kind,
        about="pit" if kind == "friction" else "",
        urgencies=[
            pages.UrgencyChoice(
                value=value,
                label=label,
                aside=s(f"Antwort bis {day}", f"answer by {day}"),
                promise=_promised(s, day, f"{rest} · {pit}"),
            )
            for value, label, day, rest in rows
        ],
        seen=[
            pages.Seen(
                person="",
                name=s("niemand Bestimmtes", "nobody in particular"),
                sentences=[s("Das Community Management sieht das.", "Community management sees this.")],
                promise=anke,
                button=s("Einreichen", "Send"),
            ),
            pages.Seen(
                person="pit",
                name="Pit",
                sentences=[
                    s("Nur Anke (Teamleitung) sieht das.", "Only Anke (team lead) sees this."),
                    s(
                        "Pit sieht es nicht: nicht in Listen, Suche, Zahlen, Mails oder Protokoll.",
                        "Pit does not see it: not in lists, search, numbers, mails or logs.",
                    ),
                ],
                promise=anke,
                button=s("Vertraulich an Anke", "In confidence to Anke"),
            ),
        ],
        outside="vertrauen@nachtwache.example",
        problems=problems or [],
    )


def receipt(s: Say) -> pages.ReceiptPage:
    return pages.ReceiptPage(
        number=41,
        title=s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"),
        url="#",
        back=shapes.Link(url="#", label=s("Nachtwache", "Night Watch")),
        promise=_promised(
            s,
            s("Do 26. November, 17 Uhr", "Thu 26 November, 17:00"),
            s("in 2 Tagen · liegt bei Pit, Vertretung: Juri", "in 2 days · with Pit, Juri stands in"),
        ),
        why=why(s),
        ladder=[
            shapes.Rung(when=s("Do 13 und 17 Uhr", "Thu 13:00, 17:00"), who=s("Pit wird erinnert", "Pit is reminded")),
            shapes.Rung(
                when=s("Fr 13 Uhr", "Fri 13:00"), who=s("Juri auch, und wir sagen es dir", "Juri too, and we tell you")
            ),
            shapes.Rung(when=s("Mo 17 Uhr", "Mon 17:00"), who=s("Anke auch, und so weiter", "Anke too, and so on")),
        ],
        calendar_url="#",
        share_url="/n/41",
        editable=s("Noch 14 Min. änderbar: bis 23:25 Uhr", "You can edit it until 23:25."),
        edit_url="#",
    )
