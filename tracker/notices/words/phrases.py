"""Small pieces of sentences: lists of names, counts, quotations, first capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.notices.words.language import Locale, say

NUMBERS: dict[Locale, tuple[str, ...]] = {
    "de": ("null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    "en": (
        *("zero", "one", "two", "three", "four", "five", "six"),
        *("seven", "eight", "nine", "ten", "eleven", "twelve"),
    ),
}
#: German: the neuter form of "ein drittes Mal".
NTH: dict[Locale, tuple[str, ...]] = {
    "de": ("", "erstes", "zweites", "drittes", "viertes", "fünftes", "sechstes", "siebtes", "achtes", "neuntes"),
    "en": ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
}


def names(locale: Locale, people: Sequence[str], *, either: bool = False) -> str:
    """'Pit, Juri und Anke' / 'Pit, Juri and Anke'; ``either``: 'Juri oder Anke' / 'Juri or Anke'."""
    words = say(locale)
    if len(people) < 2:
        return "".join(people)
    places = {"first": ", ".join(people[:-1]), "last": people[-1]}
    if either:
        return words.gettext("%(first)s or %(last)s", **places)
    return words.gettext("%(first)s and %(last)s", **places)


def with_others(locale: Locale, name: str, others: int) -> str:
    """'Nari und 11 andere' / 'Nari and 11 others'; the name alone where there are none."""
    if not others:
        return name
    return say(locale).ngettext("%(name)s and %(num)s other", "%(name)s and %(num)s others", others, name=name)


def number(locale: Locale, count: int) -> str:
    """'zwei' / 'two' up to twelve, then figures."""
    return NUMBERS[locale][count] if 0 <= count < len(NUMBERS[locale]) else str(count)


def times(locale: Locale, count: int) -> str:
    """'einmal', 'zweimal', '13-mal' / 'once', 'twice', 'three times'."""
    if locale == "de":
        return f"{number('de', count)}mal" if count <= 12 else f"{count}-mal"
    return {1: "once", 2: "twice"}.get(count, f"{number('en', count)} times")


def times_in_figures(locale: Locale, count: int) -> str:
    """'2-mal' / 'twice', 'einmal' / 'once': in the short lines of a list."""
    return f"{count}-mal" if locale == "de" and count > 1 else times(locale, count)


def ordinal(locale: Locale, count: int) -> str:
    """'2.' / '2nd'."""
    if locale == "de":
        return f"{count}."
    suffix = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{suffix}"


def nth(locale: Locale, count: int) -> str:
    """'drittes' (Mal) / 'third' (time), from the tenth on '10.' / '10th'."""
    return NTH[locale][count] if 0 < count < len(NTH[locale]) else ordinal(locale, count)


def moved_nth(locale: Locale, count: int) -> str:
    """'verschoben (2. Mal)' / 'moved (2nd time)'."""
    return say(locale).gettext("moved (%(nth)s time)", nth=ordinal(locale, count))


def quote(locale: Locale, text: str) -> str:
    """The text in the language's quotation marks; marks inside become the inner ones."""
    if locale == "de":
        inner = re.sub(r"[„“\"]([^„“”\"]*)[“”\"]", r"‚\1‘", text)
        return f"„{inner}“"
    inner = re.sub(r"[“„\"]([^„“”\"]*)[”“\"]", r"'\1'", text)
    return f'"{inner}"'


def shorten(text: str, limit: int = 240) -> str:
    """The text on one line, cut at a word with ' …' when it is longer than ``limit`` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    # A single long word (an address, a wall of letters) has no blank to cut at.
    return f"{(head if space and len(head) > limit // 2 else cut).rstrip(' ,;:')} …"


def capital(text: str) -> str:
    """The text with its first letter as at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def after_colon(locale: Locale, text: str) -> str:
    """German begins a whole sentence after a colon with a capital, English does not."""
    return capital(text) if locale == "de" else text


def full_stop(text: str) -> str:
    """The text with a full stop, unless it already ends a sentence."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
