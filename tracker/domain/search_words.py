"""What may stand in a search before and after a colon, in English and German spellings, each folded.

``author:nari`` and ``von:nari`` are the same. What a person reads about it is written by the page; these are the
spellings that are understood, the first of each the one that is taught.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from tracker.domain.lifecycle import CLOSED, OPEN, Kind, Status, Urgency, WaitingOn

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Filter(StrEnum):
    """What a search can be narrowed by."""

    AUTHOR = "author"
    TAG = "tag"
    WAITING = "waiting"
    DUE = "due"
    KIND = "kind"
    STATUS = "status"
    URGENCY = "urgency"


class DueWord(StrEnum):
    """A date in a word."""

    LATE = "late"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"


def plain(text: str) -> str:
    """A spelling in small letters, without umlauts, blanks and hyphens: "Es stört" as "esstoert"."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    return "".join(char for char in folded if char.isalnum())


NAMES: dict[str, Filter] = {
    **dict.fromkeys(("author", "by", "from", "von", "autor", "autorin"), Filter.AUTHOR),
    **dict.fromkeys(("tag", "tags", "schlagwort", "stichwort", "etikett"), Filter.TAG),
    **dict.fromkeys(("waiting", "waits", "with", "bei", "wartet", "liegt", "liegtbei"), Filter.WAITING),
    **dict.fromkeys(("due", "until", "bis", "faellig", "termin"), Filter.DUE),
    **dict.fromkeys(("kind", "type", "art", "typ"), Filter.KIND),
    **dict.fromkeys(("status", "state", "stand", "is", "ist"), Filter.STATUS),
    **dict.fromkeys(("urgency", "urgent", "dringlichkeit", "eile", "wiedringend"), Filter.URGENCY),
}

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("idea", "ideas", "idee", "ideen"), Kind.IDEA),
    **dict.fromkeys(("problem", "problems", "probleme"), Kind.PROBLEM),
    **dict.fromkeys(("question", "questions", "frage", "fragen"), Kind.QUESTION),
    **dict.fromkeys(("friction", "trouble", "knirscht", "esknirscht", "troublebetweenpeople"), Kind.FRICTION),
}

URGENCIES: dict[str, Urgency] = {
    **dict.fromkeys(("urgent", "burning", "brennt", "esbrenntgerade"), Urgency.URGENT),
    **dict.fromkeys(("high", "daily", "stoert", "esstoertjedentag", "hoch"), Urgency.HIGH),
    **dict.fromkeys(("normal",), Urgency.NORMAL),
    **dict.fromkeys(("low", "canwait", "kannwarten", "niedrig"), Urgency.LOW),
}

ANSWERED = frozenset({Status.DONE, Status.DECLINED, Status.WILL_DO, Status.NOT_NOW})
STATUSES: dict[str, frozenset[Status]] = {
    **dict.fromkeys(("open", "offen"), frozenset(OPEN)),
    **dict.fromkeys(("closed", "geschlossen", "zu"), frozenset(CLOSED) | {Status.WITHDRAWN, Status.MERGED}),
    **dict.fromkeys(("answered", "beantwortet"), ANSWERED),
    **dict.fromkeys(("new", "unanswered", "neu", "unbeantwortet"), frozenset({Status.OPEN})),
    **dict.fromkeys(("asked", "gefragt", "rueckfrage"), frozenset({Status.ASKED})),
    **dict.fromkeys(("willdo", "promised", "zugesagt", "machenwir"), frozenset({Status.WILL_DO})),
    **dict.fromkeys(("notnow", "later", "jetztnicht", "wiedervorlage"), frozenset({Status.NOT_NOW})),
    **dict.fromkeys(("done", "erledigt"), frozenset({Status.DONE})),
    **dict.fromkeys(("no", "declined", "nein"), frozenset({Status.DECLINED})),
    **dict.fromkeys(("withdrawn", "zurueckgezogen"), frozenset({Status.WITHDRAWN})),
    **dict.fromkeys(("merged", "zusammengelegt"), frozenset({Status.MERGED})),
}

TURNS: dict[str, WaitingOn] = {
    **dict.fromkeys(("team", "us", "managers", "uns"), WaitingOn.MANAGERS),
    **dict.fromkeys(("author", "autor", "autorin"), WaitingOn.AUTHOR),
    **dict.fromkeys(("nobody", "noone", "niemand", "niemandem"), WaitingOn.NOBODY),
}

ME = frozenset({"me", "mine", "myself", "mir", "ich", "mich"})

DUE_WORDS: dict[str, DueWord] = {
    **dict.fromkeys(("late", "overdue", "ueberfaellig", "spaet", "zuspaet"), DueWord.LATE),
    **dict.fromkeys(("today", "heute"), DueWord.TODAY),
    **dict.fromkeys(("tomorrow", "morgen"), DueWord.TOMORROW),
    **dict.fromkeys(("week", "thisweek", "woche", "diesewoche"), DueWord.WEEK),
}
