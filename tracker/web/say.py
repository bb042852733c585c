"""The sentences of pages in the reader's language, with one full stop where two would meet ("Do 3.12.")."""

from __future__ import annotations

from tracker.notices import words
from tracker.web import language


def _(message: str, /, **places: object) -> str:
    """The message in the reader's language, ``%(name)s`` places filled."""
    return words.say(language.locale()).gettext(message, **places)


def ngettext(singular: str, plural: str, count: int, /, **places: object) -> str:
    """The form for ``count``; the count itself is the place ``num``."""
    return words.say(language.locale()).ngettext(singular, plural, count, **places)
