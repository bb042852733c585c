"""Texts as the search reads them: one analyser for both databases, because they would each have their own otherwise.

A text becomes its words, folded (case, umlauts, accents), in their order, and after them the stems of these words in
German and in English: people write both, often in one sentence, and a guess at the language would be wrong just for
short titles. A word that is looked for is found by itself or by any of its stems.
"""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import snowballstemmer

#: Letters and digits of any script; the underscore of Markdown is none of them.
_WORD = re.compile(r"[^\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
#: What is longer is no word; PostgreSQL indexes none beyond 2,046 bytes.
LONGEST = 60
#: Stands between the words and the stems, so that no phrase reaches from one into the other. Folding makes "ss" of it,
#: so nobody can look for it.
BETWEEN = "ß"
_EMPTY = """
a about after all also an and any are as at be been but by can could do does for from get had has have how i if in
into is it its just me more my no not of on one only or our out s should so some t that the their them then there they
this to too up us was we were what when which who why will with would you your aber alle als also am an auch auf aus
bei beim bin bis bitte da damit dann das dass dem den der des die dies diese dir doch du durch ein eine einem einen
einer eines er es fuer gibt haben hat ich ihr im immer in ist ja jetzt kann kein keine man mehr mein mich mir mit muss
nach nicht noch nur ob oder ohne schon sehr sein sich sie sind so soll ueber um und uns unser unsere viel vom von vor
was weil wenn werden wie wieder wir wird wo zu zum zur
"""
#: Words that say nothing about what a text is about, folded; they count for nothing when texts are compared.
EMPTY_WORDS = frozenset(_EMPTY.split())


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, and every form it can be found by, itself folded first."""

    start: int
    end: int
    forms: tuple[str, ...]

    @property
    def folded(self) -> str:
        return self.forms[0]


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order. Few characters stand for several words; these have one place."""
    for found in _WORD.finditer(text):
        for part in _WORD.findall(unicodedata.normalize("NFKC", found.group()).casefold()):
            yield Word(found.start(), found.end(), forms(part))


def search_text(text: str) -> str:
    """What is stored beside a text and indexed: nothing but words and blanks."""
    found = list(words(unicodedata.normalize("NFC", text)))
    if not found:
        return ""
    in_order = [word.folded for word in found]
    stems = {form for word in found for form in word.forms[1:]}.difference(in_order)
    return " ".join([*in_order, BETWEEN, *sorted(stems)])


@functools.lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, ...]:
    """A word in small letters, folded, and its stems where they differ."""
    word = word[:LONGEST]
    folded = fold(word)
    german, english = _stemmers()
    # The German one knows "ae" for "ä", and gives both without either: it takes the word as it was written.
    stems = (fold(german.stemWord(word)), fold(english.stemWord(folded)))
    return tuple(dict.fromkeys((folded, *(stem for stem in stems if stem))))


def fold(word: str) -> str:
    """ "Grüße" as "gruesse", "Café" as "cafe"."""
    spelled = unicodedata.normalize("NFD", word.casefold().translate(_UMLAUTS))
    return "".join(char for char in spelled if not unicodedata.combining(char)) or word


def telling(text: str, most: int) -> list[Word]:
    """The first words that say what a text is about, each once."""
    found: dict[str, Word] = {}
    for word in words(unicodedata.normalize("NFC", text)):
        if len(word.folded) > 1 and word.folded not in EMPTY_WORDS:
            found.setdefault(word.forms[-1], word)
    return list(found.values())[:most]


def marked(text: str, hit: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, in order: as it is, or found. Places overlap nowhere and come in order."""
    pieces: list[tuple[str, bool]] = []
    last = 0
    for start, end in hit:
        pieces += [(text[last:start], False), (text[start:end], True)]
        last = end
    pieces.append((text[last:], False))
    return [piece for piece in pieces if piece[0]]


_local = threading.local()


def _stemmers() -> tuple[snowballstemmer.stemmer, snowballstemmer.stemmer]:
    # A stemmer keeps the word it is at: each thread has its own.
    if not hasattr(_local, "stemmers"):
        _local.stemmers = (snowballstemmer.stemmer("german"), snowballstemmer.stemmer("english"))
    made: tuple[snowballstemmer.stemmer, snowballstemmer.stemmer] = _local.stemmers
    return made
