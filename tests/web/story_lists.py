"""The story's lists: the manager's desk by groups, and what is Nari's own."""

from __future__ import annotations

from tests.web.story import Say
from tracker.web import page_shapes as pages
from tracker.web import shapes


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
                ["Nari", s("11 dabei", "11 with her"), s("2× noch wichtig", "2× still matters")],
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
