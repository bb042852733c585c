"""What is looked for, in the words of each database and in a text that is shown: a word by itself or its stems, the
beginning of a word, a phrase word by word.

Everything that reaches a database here came through the analyser: letters and digits, nothing that could be read as a
sign of its query language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.store import analysis
from tracker.store.analysis import Word


@dataclass(frozen=True, slots=True)
class Sought:
    """One word, or the words of a phrase in their order."""

    words: tuple[Word, ...]
    #: word by word as it was typed, without stems
    is_exact: bool = False
    #: the last word may be the beginning of one
    is_prefix: bool = False

    @property
    def phrase(self) -> str:
        return " ".join(word.folded for word in self.words)

    @property
    def forms(self) -> tuple[str, ...]:
        return self.words[0].forms

    def fits(self, word: Word, place: int) -> bool:
        """Whether a word of a text is the one at this place of what is sought."""
        wanted = self.words[place]
        if self.is_prefix and place == len(self.words) - 1 and word.folded.startswith(wanted.folded):
            return True
        if self.is_exact:
            return word.folded == wanted.folded
        return not set(word.forms).isdisjoint(wanted.forms)


def sought(text: str, *, is_exact: bool = False, is_prefix: bool = False) -> list[Sought]:
    """What one term asks for: a phrase as a whole, anything else word by word. None when there is no word in it."""
    found = tuple(analysis.words(text))
    if not found:
        return []
    if is_exact:
        return [Sought(found, is_exact=True, is_prefix=is_prefix)]
    last = len(found) - 1
    return [Sought((word,), is_prefix=is_prefix and place == last) for place, word in enumerate(found)]


# In the words of a database -------------------------------------------------------------------------------------------


def fts5(one: Sought) -> str:
    end = " *" if one.is_prefix else ""
    if one.is_exact:
        return f'"{one.phrase}"{end}'
    ways = [f'"{form}"' for form in one.forms] + ([f'"{one.phrase}" *'] if one.is_prefix else [])
    return f"({' OR '.join(ways)})"


def tsquery(one: Sought) -> str:
    end = ":*" if one.is_prefix else ""
    if one.is_exact:
        return f"({' <-> '.join(word.folded for word in one.words)}{end})"
    ways = [*one.forms, *([f"{one.phrase}:*"] if one.is_prefix else [])]
    return f"({' | '.join(ways)})"


# In a text that is shown ----------------------------------------------------------------------------------------------


def places(text: str, all_sought: Iterable[Sought]) -> list[tuple[int, int]]:
    """Where in a text something sought stands, in order and without overlaps."""
    found = list(analysis.words(text))
    hits: list[tuple[int, int]] = []
    for one in all_sought:
        length = len(one.words)
        for first in range(len(found) - length + 1):
            if all(one.fits(found[first + place], place) for place in range(length)):
                hits.append((found[first].start, found[first + length - 1].end))
    return _merged(sorted(set(hits)))


def _merged(hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for start, end in hits:
        if made and start < made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made
