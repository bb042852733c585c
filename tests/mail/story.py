"""The story of the agreed mails: Nari raises #41, nobody answers, and everybody hears of it in turn.

``STORY`` holds each mail with the moment at which it leaves; the values are what the store knows at that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.times import instant
from tracker.notices.mails import (
    Answer,
    AnsweredLine,
    AskedLine,
    BackLine,
    Bar,
    ComingLine,
    DigestManager,
    DigestMember,
    Footer,
    Helper,
    Item,
    LateLine,
    Mail,
    ManagerPart,
    MemberPart,
    Moved,
    NewForAll,
    OwedLine,
    Person,
    Question,
    Receipt,
    Reminded,
    Rendered,
    Rung1,
    Rung2,
    Rung3,
    Rung3Deputy,
    Rung4,
    Silence,
    SilenceAgain,
    TodayLine,
    render,
)
from tracker.notices.words import Locale, Reader

BERLIN = ZoneInfo("Europe/Berlin")
HOST = "https://tracker.example/t/nachtwache"

NARI = Person("Nari", "she")
PIT = Person("Pit", "he")
JURI = Person("Juri")
ANKE = Person("Anke")

RAISED = instant("Tuesday 2026-11-24 23:10")
RUNG_1 = instant("Thursday 2026-11-26 13:00")
DUE = instant("Thursday 2026-11-26 17:00")
RUNG_3 = instant("Friday 2026-11-27 13:00")
RUNG_4 = instant("Monday 2026-11-30 17:00")
RUNG_5 = instant("Thursday 2026-12-03 17:00")

TEAM: dict[Locale, str] = {"de": "Nachtwache", "en": "Night Watch"}
WORDS: dict[str, dict[Locale, str]] = {
    "title": {"de": "Chat-Filter frisst Umlaute", "en": "Chat filter eats umlauts"},
    "body": {
        "de": "Seit dem Update wird aus Grüße Gr**e. Elf Gilden haben sich schon bei uns gemeldet.",
        "en": "Since the update, Grüße turns into Gr**e. Eleven guilds have written to us already.",
    },
    "no": {
        "de": "Der Filter kommt vom Hersteller und lässt sich nicht einstellen. Ich habe es dort gemeldet (Nr. 88120); "
        "Namen mit Umlaut gebe ich bis dahin von Hand frei, schreib mir einfach.",
        "en": "The filter is the vendor's and has no settings. I reported it there (no. 88120); until then I release "
        "names with umlauts by hand, just write to me.",
    },
    "short title": {"de": "Chat-Filter", "en": "chat filter"},
    "vendor": {
        "de": "Der Hersteller liefert erst am 16. Ich prüfe es selbst.",
        "en": "The vendor delivers on the 16th. I will check it myself.",
    },
    "phone": {
        "de": "Passiert das am Handy oder am Rechner?",
        "en": "Does it happen on the phone or on a computer?",
    },
    "file": {"de": "antwort-41.ics", "en": "answer-41.ics"},
    "echo": {"de": "Echo im Sprachkanal", "en": "Echo in the voice channel"},
    "phone?": {"de": "Handy oder Rechner?", "en": "Phone or computer?"},
    "log": {"de": "Verwarnungen im Log finden", "en": "Finding warnings in the log"},
    "warn": {
        "de": "Such nach warn: und dem Namen. Steht jetzt auch im Mod-Handbuch.",
        "en": "Search for warn: and the name. It is in the mod handbook now.",
    },
    "night": {"de": "Zweiter Mod für die Nachtschicht", "en": "Second mod for the night shift"},
    "slow": {"de": "das Slowmode-Kommando", "en": "the slow mode command"},
    "ban": {"de": "Zweite Meinung vor Dauersperre", "en": "Second opinion before a permanent ban"},
    "polish": {
        "de": "Wohin mit Meldungen aus dem polnischen Kanal?",
        "en": "Where do reports from the Polish channel go?",
    },
    "calendar": {"de": "Eventkalender mit Ortszeit", "en": "Event calendar in local time"},
    "rules": {"de": "Angepinnte Regeln sind von 2023", "en": "Pinned rules are from 2023"},
    "server": {"de": "Eigener Server zum Jubiläum", "en": "Own server for the anniversary"},
    "badge": {"de": "Mod-Abzeichen im Profil", "en": "Mod badge on the profile"},
}


def url(number: int, what: str = "") -> str:
    return f"{HOST}/{number}{'#' if what else ''}{what}"


def item(locale: Locale, number: int = 41, word: str = "title") -> Item:
    return Item(number, WORDS[word][locale], url(number))


@dataclass(frozen=True)
class Scene:
    """One mail of the story: when it leaves, what it says in each language, and its footer."""

    name: str
    at: str
    mail: Callable[[Locale], Mail]
    footer: Footer

    def render(self, locale: Locale) -> Rendered:
        reader = Reader(locale, BERLIN, instant(self.at))
        return render(self.mail(locale), reader=reader, team_name=TEAM[locale], footer=self.footer)


WHY = "https://tracker.example/notices/why?about=nachtwache%2F41"
ON_DUTY = Footer("on_duty", 41, why_url=WHY, settings_url="https://tracker.example/me")
TO_AUTHOR = Footer("author", 41, settings_url="https://tracker.example/me")
WEEKLY = Footer("digest", settings_url="https://tracker.example/me")


def _silence(locale: Locale) -> Silence:
    return Silence(
        name="Nari",
        item=item(locale),
        due_at=DUE,
        so_far=(Reminded(PIT, (RUNG_1, DUE)),),
        now_with=(Helper(JURI, "deputy"),),
        stands_in_for="Pit",
        next_at=RUNG_4,
        next_to=(Helper(ANKE, "owner"),),
        moves_up_with="Pit",
        view_url=url(41),
        nudge_url=url(41, "nudge"),
    )


def _member(locale: Locale) -> DigestMember:
    part = MemberPart(
        team=TEAM[locale],
        late=(OwedLine(item(locale), DUE, latest=("Anke",), latest_on=date(2026, 11, 30), nudge_url=url(41, "nudge")),),
        with_you=(AskedLine(item(locale, 40, "echo"), "Pit", WORDS["phone?"][locale], reply_url=url(40)),),
        answered=(
            AnsweredLine(
                item(locale, 38, "log"),
                "done",
                WORDS["warn"][locale],
                thanks_url=url(38, "thanks"),
                contest_url=url(38, "contest"),
                contest_until=date(2026, 12, 10),
            ),
        ),
        coming=(
            ComingLine(
                item(locale, 36, "night"),
                date(2026, 12, 4),
                who=("Anke",),
                moved_from=date(2026, 11, 27),
                moves=1,
                bar=Bar(0.62),
            ),
        ),
        team_answered=14,
        team_on_time=11,
        new_for_all=NewForAll(WORDS["slow"][locale], "Melodie"),
    )
    return DigestMember(name="Nari", parts=(part,))


def late_lines(locale: Locale) -> tuple[LateLine, ...]:
    return (
        LateLine(
            item(locale),
            DUE,
            author="Nari",
            others=11,
            still_matters=2,
            goes_to=("Anke",),
            goes_at=RUNG_4,
            url=url(41, "answer"),
        ),
        LateLine(
            item(locale, 39, "ban"),
            instant("Friday 2026-11-27 17:00"),
            author="Jo",
            promise="deliver",
            said_on=date(2026, 11, 27),
            moves=2,
            movers=("Juri", "Anke"),
            url=url(39, "answer"),
        ),
        LateLine(item(locale, 43, "polish"), instant("Friday 2026-11-27 15:00"), author="Ola", url=url(43, "answer")),
    )


def today_lines(locale: Locale) -> tuple[TodayLine, ...]:
    return (
        TodayLine(item(locale, 44, "calendar"), instant("Monday 2026-11-30 16:00"), url=url(44)),
        TodayLine(item(locale, 45, "rules"), instant("Monday 2026-11-30 17:00"), url=url(45)),
    )


def _manager(locale: Locale) -> DigestManager:
    part = ManagerPart(
        team=TEAM[locale],
        answered=14,
        on_time=11,
        thanks=6,
        first=late_lines(locale),
        today=today_lines(locale),
        this_week=tuple((date(2026, 12, day), count) for day, count in ((1, 1), (2, 3), (3, 2), (4, 1))),
        coming_back=(
            BackLine(item(locale, 12, "server"), date(2026, 12, 2)),
            BackLine(item(locale, 19, "badge"), date(2026, 12, 4)),
        ),
        late_count=3,
        due_count=9,
        back_count=2,
        open_questions=4,
        one_by_one_url=f"{HOST}/desk",
    )
    return DigestManager(name="Pit", parts=(part,))


def _of(kind: type[Any], **values: Any) -> Callable[[Locale], Mail]:
    """A mail about #41 whose values are the same in both languages."""

    def make(locale: Locale) -> Mail:
        made: Mail = kind(item=item(locale), **values)
        return made

    return make


STORY = (
    Scene(
        "rung_1",
        "Thursday 2026-11-26 13:00",
        lambda locale: Rung1(
            name="Pit",
            item=item(locale),
            author=NARI,
            due_at=DUE,
            quote=WORDS["body"][locale],
            answer_url=url(41, "answer"),
            ask_url=url(41, "ask"),
            move_url=url(41, "move"),
            bar=Bar(0.75),
        ),
        ON_DUTY,
    ),
    Scene(
        "rung_2",
        "Thursday 2026-11-26 17:00",
        _of(
            Rung2,
            name="Pit",
            author=NARI,
            due_at=DUE,
            next_at=RUNG_3,
            next_names=("Juri",),
            answer_url=url(41, "answer"),
            move_url=url(41, "move"),
        ),
        ON_DUTY,
    ),
    Scene(
        "rung_3",
        "Friday 2026-11-27 13:00",
        _of(
            Rung3,
            name="Pit",
            author=NARI,
            due_at=DUE,
            author_told_at=RUNG_3,
            also_has=("Juri",),
            next_at=RUNG_4,
            next_names=("Anke",),
            answer_url=url(41, "answer"),
            bulk_url=f"{HOST}/desk/several?do=promise&late=1",
        ),
        ON_DUTY,
    ),
    Scene(
        "rung_3_deputy",
        "Friday 2026-11-27 13:00",
        _of(
            Rung3Deputy,
            name="Juri",
            author=NARI,
            on_duty=PIT,
            due_at=DUE,
            reminded=(RUNG_1, DUE),
            take_url=url(41, "take"),
            answer_url=url(41, "answer"),
            note_url=url(41, "note"),
        ),
        Footer("deputy", 41, person="Pit", why_url=WHY, settings_url="https://tracker.example/me"),
    ),
    Scene("silence", "Friday 2026-11-27 13:00", _silence, TO_AUTHOR),
    Scene(
        "rung_4",
        "Monday 2026-11-30 17:00",
        _of(
            Rung4,
            name="Anke",
            author=NARI,
            on_duty=PIT,
            due_at=DUE,
            working_days=2,
            joined=11,
            reminded=(Reminded(PIT, (RUNG_1, DUE, RUNG_3)), Reminded(JURI, (RUNG_3,))),
            author_told_at=RUNG_3,
            late=3,
            due_this_week=9,
            next_at=RUNG_5,
            answer_url=url(41, "answer"),
            give_url=url(41, "give"),
            note_url=url(41, "note"),
        ),
        Footer("owner", 41, why_url=WHY, settings_url="https://tracker.example/me"),
    ),
    Scene(
        "silence_again",
        "Thursday 2026-12-03 17:00",
        _of(
            SilenceAgain,
            name="Nari",
            due_at=DUE,
            known_by=("Pit", "Juri", "Anke"),
            latest="Anke",
            latest_on=date(2026, 11, 30),
            reminded=("Pit", "Juri", "Anke"),
            view_url=url(41),
        ),
        TO_AUTHOR,
    ),
    Scene("digest_member", "Monday 2026-11-30 18:00", _member, WEEKLY),
    Scene(
        "digest_manager",
        "Monday 2026-11-30 09:00",
        _manager,
        Footer("daily", settings_url="https://tracker.example/me"),
    ),
    Scene(
        "receipt",
        "Tuesday 2026-11-24 23:10",
        lambda locale: Receipt(
            item=item(locale),
            due_at=DUE,
            budget=timedelta(hours=16),
            counts_from=instant("Wednesday 2026-11-25 09:00"),
            owed_by=("Pit",),
            deputies=("Juri",),
            calendar_file=WORDS["file"][locale],
            view_url=url(41),
            bar=Bar(0),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "answer_declined",
        "Thursday 2026-11-26 11:00",
        lambda locale: Answer(
            item=item(locale),
            by="Pit",
            outcome="declined",
            kind="problem",
            text=WORDS["no"][locale],
            thanks_url=url(41, "thanks"),
            contest_url=url(41, "contest"),
            contest_until=date(2026, 12, 10),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "moved",
        "Thursday 2026-12-10 11:00",
        lambda locale: Moved(
            item=item(locale, 41, "short title"),
            by="Pit",
            former=(date(2026, 12, 4), date(2026, 12, 11)),
            new=date(2026, 12, 18),
            reason=WORDS["vendor"][locale],
            count=2,
            next_movers=("Juri", "Anke"),
            view_url=url(41),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "question",
        "Monday 2026-11-30 11:00",
        lambda locale: Question(
            item=item(locale),
            by="Pit",
            text=WORDS["phone"][locale],
            back_at=instant("Thursday 2026-12-03 11:00"),
            reply_url=url(41, "reply"),
        ),
        TO_AUTHOR,
    ),
)
