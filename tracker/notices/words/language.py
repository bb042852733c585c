"""In which language, zone and moment somebody reads, and the catalogue of that language.

``say`` works without a request, so that the worker can write to each person in their own language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

Locale = Literal["de", "en"]

STOP_AFTER_PLACE = re.compile(r"(%\((\w+)\)s)\.(?!\.)")
#: A blank at which no line breaks.
HOLDS = "\u00a0"
CATALOGUES = Path(__file__).resolve().parents[2] / "translations"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their language, their zone, and the moment (aware) at which they do."""

    locale: Locale
    zone: ZoneInfo
    now: datetime
    #: What stands inside "26 Nov" and "17 Uhr": ``HOLDS`` where a browser or a mail program breaks the lines.
    blank: str = " "

    def local(self, at: datetime) -> datetime:
        """The instant on this reader's clock; a naive one is refused (ValueError)."""
        if at.tzinfo is None:
            raise ValueError(f"an instant needs a time zone, got a naive {at.isoformat()}")
        return at.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The reader's calendar day at this moment."""
        return self.local(self.now).date()


class Say:
    """The sentences of one language: gettext and its plural form, with named places filled in."""

    def __init__(self, locale: Locale, catalogue: NullTranslations) -> None:
        self.locale = locale
        self.catalogue = catalogue

    def gettext(self, message: str, /, **places: object) -> str:
        """The message in this language, ``%(name)s`` places filled when any are given."""
        text: str = self.catalogue.ugettext(message)
        return filled(text, places) if places else text

    def pgettext(self, context: str, message: str, /, **places: object) -> str:
        """As ``gettext``, for a message that other languages say differently in this context."""
        text: str = self.catalogue.upgettext(context, message)
        return filled(text, places) if places else text

    def ngettext(self, singular: str, plural: str, count: int, /, **places: object) -> str:
        """The form for ``count``; the count itself is the place ``num``."""
        text: str = self.catalogue.ungettext(singular, plural, count)
        return filled(text, {"num": count, **places})


def filled(text: str, places: dict[str, object]) -> str:
    """The text with its places filled; a place that ends with a full stop ("Do 3.12.") swallows the sentence's."""
    return one_stop(text, places) % places


def one_stop(text: str, places: dict[str, object]) -> str:
    """The text without the full stops that would double the last one of a place's value."""
    return STOP_AFTER_PLACE.sub(lambda hit: hit[1] if str(places.get(hit[2], "")).endswith(".") else hit[0], text)


@cache
def say(locale: Locale) -> Say:
    """The sentences of a language; English is the source and needs no catalogue."""
    if locale == "en":
        return Say("en", NullTranslations())
    folder = CATALOGUES / locale / "LC_MESSAGES"
    return Say(locale, _catalogue(folder / "messages.po", folder / "messages.mo"))


def _catalogue(source: Path, compiled: Path) -> NullTranslations:
    """The compiled catalogue, or the source compiled in memory where the compiled one is missing or older.

    A stale .mo would quietly send English sentences to German readers.
    """
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        with compiled.open("rb") as file:
            return Translations(file)
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name)
    buffer = BytesIO()
    write_mo(buffer, catalog)
    buffer.seek(0)
    return Translations(buffer)
