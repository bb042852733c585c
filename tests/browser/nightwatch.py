"""The story of the wireframes, played through the real verbs and the real worker: Monday 30 November, 08:50."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask

from tests.acts.cast import Cast, a_person, assemble, at, joins
from tests.times import FakeClock
from tracker.acts import answers, dates, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Role, Urgency
from tracker.domain.outcomes import Outcome
from tracker.store import pulse, suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.worker.passes import one_pass

MONDAY = at("Monday 2026-11-30 08:50")
WEB = Via.WEB
Say = Callable[[str, str], str]


@dataclass
class Story:
    """The cast, and who came along. ``s`` says a sentence in the story's language."""

    cast: Cast
    s: Say
    more: dict[str, Person]


def begin(app: Flask, lang: str) -> Story:
    """The team as everybody speaks this language, with eleven more members."""

    def s(de: str, en: str) -> str:
        return de if lang == "de" else en

    with app.app_context():
        cast = assemble()
        cast.team.next_number = 39
        cast.team.name = s("Nachtwache", "Night Watch")
        for name in ("nari", "melodie", "jo", "pit", "juri", "anke", "ada"):
            getattr(cast, name).locale = lang
        for person in (cast.pit, cast.juri, cast.anke):
            person.reminder_rhythm = "each"
        cast.anke.is_site_admin = True
        more = {name: a_person(name, locale=lang) for name in ("Ola", "Bente", "Kolja", "Sami")}
        more |= {f"m{i}": a_person(f"Mod{i}", locale=lang) for i in range(8)}
        for person in more.values():
            joins(cast.team, person, Role.MEMBER)
        db.session.commit()
    return Story(cast, s, more)


def play(app: Flask, clock: FakeClock, lang: str) -> Story:
    """Everything up to Monday morning, with the reminders that left meanwhile."""
    story = begin(app, lang)
    acts: list[tuple[datetime, Callable[[], object]]] = [
        *_what_is_late(story),
        *_what_runs(story),
        *_what_is_with_others(story),
        *((moment, lambda: None) for moment in _passes()),
    ]
    for moment, act in sorted(acts, key=lambda pair: pair[0]):
        clock.set(moment)
        with app.app_context():
            act()
            db.session.commit()
        one_pass(app, as_of=moment)
    clock.set(MONDAY)
    with app.app_context():
        pulse.beat("sweep", at=MONDAY)
        db.session.commit()
    return story


def _passes() -> list[datetime]:
    days = ("Wednesday 2026-11-25", "Thursday 2026-11-26", "Friday 2026-11-27")
    return [at(f"{day} {hour}:00") for day in days for hour in ("09", "13", "15", "17")]


def found(story: Story, title: str) -> Suggestion:
    return db.session.query(Suggestion).filter_by(title=title).one()


def _raise(
    story: Story, when: str, by: Person, title: str, body: str = "", kind: Kind = Kind.PROBLEM,
    urgency: Urgency = Urgency.NORMAL,
) -> tuple[datetime, Callable[[], object]]:  # fmt: skip
    moment = at(when)
    how = {"title": title, "body": body, "kind": kind, "urgency": urgency}
    return moment, lambda: verbs.raise_(story.cast.team, by=by, now=moment, via=WEB, **how)  # type: ignore[arg-type]


def _what_is_late(story: Story) -> list[tuple[datetime, Callable[[], object]]]:
    cast, s = story.cast, story.s
    filter_ = s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts")
    ban = s("Zweite Meinung vor Dauersperre", "Second opinion before a ban")

    def crowd() -> None:
        loud = found(story, filter_)
        for person in (cast.melodie, cast.jo, *story.more.values()):
            support.vote(loud, by=person, now=at("Wednesday 2026-11-25 19:00"), via=WEB)
        text = s("Bei uns auch, „Süßer Brei“ ist weg.", 'Same here, "Süßer Brei" is gone.')
        verbs.comment(loud, by=cast.melodie, now=at("Wednesday 2026-11-25 19:02"), via=WEB, text=text)
        note = s("Das ist die neue Wortliste.", "It is the new word list.")
        verbs.note(loud, by=cast.juri, now=at("Wednesday 2026-11-25 19:10"), via=WEB, text=note)

    def nudges() -> None:
        for person in (cast.nari, cast.jo):
            support.nudge(found(story, filter_), by=person, now=at("Saturday 2026-11-28 10:00"), via=WEB)

    def promised(when: str, on: date) -> Callable[[], object]:
        text = s("Ab dann entscheiden immer zwei.", "From then on two decide, always.")
        return lambda: answers.answer(
            found(story, ban), by=cast.pit, now=at(when), via=WEB, outcome=Outcome.WILL_DO, text=text, on=on
        )

    def moved(when: str, on: date) -> Callable[[], object]:
        why = s("Die Dienstpläne sind noch nicht da.", "The rotas are not here yet.")
        return lambda: dates.move(found(story, ban), by=cast.pit, now=at(when), via=WEB, on=on, reason=why)

    umlauts = s(
        "Seit dem Update wird aus Grüße Gr\\*\\*e. Elf Gilden haben sich schon bei uns gemeldet.",
        "Since the update, Grüße turns into Gr\\*\\*e. Eleven guilds have written to us already.",
    )
    polish = s("Wohin mit polnischen Meldungen?", "Where do Polish reports go?")
    return [
        _raise(story, "Monday 2026-11-09 10:00", cast.jo, ban, kind=Kind.IDEA),
        (at("Monday 2026-11-09 12:00"), promised("Monday 2026-11-09 12:00", date(2026, 11, 13))),
        (at("Thursday 2026-11-12 12:00"), moved("Thursday 2026-11-12 12:00", date(2026, 11, 20))),
        (at("Thursday 2026-11-19 12:00"), moved("Thursday 2026-11-19 12:00", date(2026, 11, 27))),
        _raise(story, "Tuesday 2026-11-24 23:10", cast.nari, filter_, umlauts),
        (at("Wednesday 2026-11-25 19:10"), crowd),
        _raise(story, "Thursday 2026-11-26 15:00", story.more["Ola"], polish, kind=Kind.QUESTION, urgency=Urgency.HIGH),
        (at("Saturday 2026-11-28 10:00"), nudges),
    ]


def _what_runs(story: Story) -> list[tuple[datetime, Callable[[], object]]]:
    s, more = story.s, story.more
    return [
        _raise(
            story, "Thursday 2026-11-26 16:00", more["Bente"],
            s("Eventkalender mit Ortszeit", "Event calendar in local time"), kind=Kind.IDEA,
        ),
        _raise(
            story, "Thursday 2026-11-26 16:50", more["Kolja"],
            s("Angepinnte Regeln von 2023", "Pinned rules are from 2023"),
        ),
        _raise(
            story, "Friday 2026-11-27 11:00", more["Sami"],
            s("Probemods sollen das Bannlog lesen", "Let trial moderators read the ban log"), kind=Kind.IDEA,
        ),
        _raise(
            story, "Friday 2026-11-27 12:00", story.cast.nari,
            s("Dunkler Modus für das Wiki", "Dark mode for the wiki"), kind=Kind.IDEA, urgency=Urgency.LOW,
        ),
    ]  # fmt: skip


def _what_is_with_others(story: Story) -> list[tuple[datetime, Callable[[], object]]]:
    cast, s = story.cast, story.s
    echo, server = s("Echo im Sprachkanal", "Echo in the voice channel"), s("Eigener Server zum Jubiläum", "Own server")
    log = s("Verwarnungen im Log finden", "Finding warnings in the log")

    def ask() -> None:
        text = s("Passiert das am Handy oder am Rechner?", "Does it happen on a phone or a computer?")
        questions.ask(found(story, echo), by=cast.pit, now=at("Friday 2026-11-27 14:00"), via=WEB, text=text)

    def answer(title: str, when: str, outcome: Outcome, text: str, on: date | None = None) -> Callable[[], object]:
        return lambda: answers.answer(
            found(story, title), by=cast.pit, now=at(when), via=WEB, outcome=outcome, text=text, on=on
        )

    later = s("Kein Budget vor dem neuen Jahr.", "No budget before the new year.")
    way = s("Im Log oben auf „Typ“ klicken, dann „Verwarnung“.", 'Click "type" above the log, then "warning".')
    return [
        _raise(story, "Friday 2026-11-27 09:30", cast.nari, echo),
        (at("Friday 2026-11-27 14:00"), ask),
        _raise(story, "Monday 2026-11-23 09:30", story.more["Ola"], server, kind=Kind.IDEA),
        (
            at("Monday 2026-11-23 10:00"),
            answer(server, "Monday 2026-11-23 10:00", Outcome.NOT_NOW, later, date(2026, 12, 9)),
        ),
        _raise(story, "Wednesday 2026-11-25 09:30", cast.nari, log, kind=Kind.QUESTION),
        (at("Thursday 2026-11-26 10:00"), answer(log, "Thursday 2026-11-26 10:00", Outcome.DONE, way)),
    ]


def number_of(app: Flask, title: str) -> int:
    with app.app_context():
        return db.session.query(Suggestion).filter_by(title=title).one().number


def by_number(app: Flask, story: Story, number: int) -> Suggestion:
    with app.app_context():
        found = suggestions.by_number(story.cast.team.id, number)
        assert found is not None
        return found
