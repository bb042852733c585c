"""The story's pages: #41 as Pit and as Nari see it, the desk, raising, the receipt."""

from __future__ import annotations

from dataclasses import replace

from tests.web.story import (
    Say,
    also,
    answer_form,
    answered,
    every_kind,
    facts,
    melodie,
    missed,
    note,
    raised,
    told,
    why,
)
from tests.web.story_lists import late_group, other_groups
from tracker.web import page_shapes as pages
from tracker.web import shapes
from tracker.web.file_shapes import FileView, Upload


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
        entries=[entry for entry in every_kind(s) if entry.kind not in ("note", "undone")],  # Nari sees neither
        facts=facts(s),
    )


def desk(s: Say) -> pages.DeskPage:
    return pages.DeskPage(
        headline=s("Offen", "Desk"),
        summary=s("3 überfällig · 2 heute · 7 diese Woche", "3 late · 2 today · 7 this week"),
        one_by_one_url="#",
        groups=[late_group(s, chosen=True), *other_groups(s)],
        selected=for_pit(s),
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
        upload=Upload(
            url="/t/nachtwache/files",
            ids="raise",
            accept=".png,.jpg",
            most=5,
            largest=10_485_760,
            largest_mb=10,
            files=[FileView(name="chat.log", url="#", detail="Text · 2 kB", mark="000000000000041")],
            preview_url="/t/nachtwache/preview",
        ),
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
