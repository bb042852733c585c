"""Saved replies: texts with placeholders, which are checked when they are saved and filled when they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracker.domain.errors import N_, BadInput

#: Who waits, what it is called and its number, the team, and who answers.
PLACEHOLDERS = ("name", "title", "number", "team", "me")
#: Those that stand for one suggestion alone.
OF_ONE = frozenset({"title", "number"})
_PLACE = re.compile(r"\{\s*([^{}\s]*)\s*\}")


def check(text: str, *, field: str) -> None:
    """Raises ``BadInput`` for a placeholder that nobody would fill, quoting it."""
    for found in _PLACE.finditer(text):
        if found[1] not in PLACEHOLDERS:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            message = N_("“%(given)s” is no placeholder. There are: %(known)s.")
            raise BadInput(message, field=field, given=found[0][:40], known=known)


def is_for_many(*texts: str) -> bool:
    """Whether a person whose several suggestions are answered with it in one go reads the same words about each: only
    then they are one mail."""
    return not any(found[1] in OF_ONE for text in texts for found in _PLACE.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled, each once: what a name or a title brings along is not looked through again."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def in_language(locale: str, *, de: str, en: str) -> str:
    """The text in the language of who reads it; where there is only the other one, that."""
    return (de or en) if locale == "de" else (en or de)
