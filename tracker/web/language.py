"""In which language and zone a page speaks: the person's own, before signing in the browser's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_locale, gettext, refresh

from tracker.acts.people import LOCALES
from tracker.domain.errors import N_, DomainError
from tracker.domain.weeks import is_known_zone
from tracker.notices import words
from tracker.notices.words import Locale, Reader
from tracker.notices.words.language import HOLDS, filled
from tracker.store import teams
from tracker.store.people import Person
from tracker.web.identity import current_person, now

#: A guess for the form, by what the browser says of its language; a small script knows better.
_ZONES = {
    "de": "Europe/Berlin",
    "at": "Europe/Vienna",
    "ch": "Europe/Zurich",
    "gb": "Europe/London",
    "ie": "Europe/Dublin",
    "nl": "Europe/Amsterdam",
    "fr": "Europe/Paris",
    "pl": "Europe/Warsaw",
}

WEEKDAYS: Mapping[str, str] = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}


class _Catalogues(Domain):  # type: ignore[misc]  # the library comes without types
    """The same catalogues as the mails have: a compiled one that is older than its source is never used."""

    def get_translations(self) -> NullTranslations:
        return words.say(_spoken(str(get_locale()))).catalogue


class _OurBabel(Babel):  # type: ignore[misc]
    domain_instance = _Catalogues()


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    _OurBabel(app, locale_selector=locale, timezone_selector=lambda: zone().key)


def _spoken(locale: str) -> Locale:
    return "de" if locale.startswith("de") else "en"


def speak_to(person: Person) -> None:
    """This page is for somebody who need not be signed in: whom a link in a mail was written to."""
    g.spoken_to = person
    refresh()


def listener() -> Person | None:
    """Whose language, zone and theme the page has."""
    spoken_to: Person | None = g.get("spoken_to")
    return spoken_to or current_person()


def locale() -> Locale:
    """ "de" or "en"."""
    person = listener()
    if person is not None:
        return _spoken(person.locale)
    return _spoken(request.accept_languages.best_match(LOCALES) or "en")


def zone() -> ZoneInfo:
    """The reader's zone: their own, else the team's of this page, else the first of their teams, else UTC."""
    person = listener()
    for name in (person.timezone if person else None, _team_zone()):
        # A zone that a newer database of zones no longer knows must not take a page down.
        if name and is_known_zone(name):
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def is_zone_unknown(person: Person) -> bool:
    """Whether a zone is stored that the database of zones does not know (any more)."""
    return person.timezone not in (None, "") and not is_known_zone(person.timezone)


def _team_zone() -> str | None:
    team = g.get("team")
    if team is None and (person := current_person()) is not None:
        first = next(iter(teams.teams_of(person.id)), None)
        team = first.team if first else None
    return cast(str, team.calendar.plain["timezone"]) if team is not None and team.calendar else None


def reader() -> Reader:
    """For the words that pages and mails share; no line breaks inside a date."""
    return Reader(locale(), zone(), now(), HOLDS)


def guessed_zone() -> str:
    """A zone to begin the set-up with."""
    for tag, _quality in request.accept_languages:
        language, _, region = tag.lower().replace("_", "-").partition("-")
        if found := _ZONES.get(region or language):
            return found
    return "UTC"


def sentence(error: DomainError) -> str:
    """What was refused, in the reader's language and forms."""
    facts = {name: _shown(name, value) for name, value in error.facts.items()}
    text: str = gettext(error.message)
    return filled(text, facts) if facts else text


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return words.moment(reader(), value)
    if isinstance(value, date):
        return words.day(reader(), value)
    if name == "weekday" and value in WEEKDAYS:
        return gettext(WEEKDAYS[value])
    return value
