"""What was found, as it is shown: marked words, the piece of a text around them, and the answer that was given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from markupsafe import Markup, escape

from tracker.domain.lifecycle import Status, Visibility
from tracker.notices import markdown, words
from tracker.notices.words import Reader, states
from tracker.notices.words.earlier import became
from tracker.store import analysis, lists, search_terms
from tracker.store.entries import Entry, EntryKind
from tracker.store.promises import PromiseRow
from tracker.store.search import Found, Place
from tracker.store.search_terms import Sought
from tracker.store.search_texts import What
from tracker.store.suggestions import Suggestion
from tracker.web.say import _
from tracker.web.search_shapes import Given, Hit, Snippet
from tracker.web.shapes import Promise, Row
from tracker.web.views import Standing
from tracker.web.views_rows import row

#: Around the first place that was found.
BEFORE, AFTER = 60, 140
#: The end of a sentence that goes on with a colon; the one behind a German day ("4.12.") belongs to the day.
_FULL_STOP = re.compile(r"(?<!\d\.\d)(?<!\d\.\d\d)\.$")
#: Answers that are promises again.
PROMISED = (Status.WILL_DO, Status.NOT_NOW)
#: At most so many pieces of texts under one hit.
MOST = 2


def marked(text: str, sought: Sequence[Sought]) -> Markup:
    """The text, escaped, with what was found marked."""
    return _marked(text, search_terms.places(text, sought))


def _marked(text: str, places: list[tuple[int, int]]) -> Markup:
    pieces = analysis.marked(text, places)
    return Markup("").join(Markup("<mark>{}</mark>").format(piece) if hit else escape(piece) for piece, hit in pieces)


def around(text: str, sought: Sequence[Sought]) -> Markup:
    """One line of a text around the first place that was found, cut between words."""
    line = " ".join(markdown.plain(text).split())
    places = search_terms.places(line, sought)
    first = places[0][0] if places else 0
    start = 0 if first <= BEFORE else line.rfind(" ", 0, first - BEFORE) + 1 or first - BEFORE
    end = len(line) if len(line) <= first + AFTER else max(line.rfind(" ", 0, first + AFTER), first + 1)
    cut = f"{'… ' if start else ''}{line[start:end]}{' …' if end < len(line) else ''}"
    return marked(cut, sought)


# Answers --------------------------------------------------------------------------------------------------------------


def given(
    s: Suggestion, answer: Entry | None, reader: Reader, sought: Sequence[Sought] = (), *, stands: str = ""
) -> Given | None:
    """The answer in force, in a line; none where there is none. ``stands`` is the sentence of what is still owed: a day
    that has moved or passed since must not be read as if it held."""
    if answer is None:
        return None
    outcome, on = str(answer.facts["outcome"]), answer.facts.get("on")
    said = words.shorten(markdown.plain(answer.text), 200)
    first = date.fromisoformat(on) if on else None
    return Given(
        became=(s.status in PROMISED and _FULL_STOP.sub("", stands))
        or became(reader, outcome, at=answer.at, kind=s.kind.value, on=first),
        text=_quoted(reader, marked(said, sought)) if said else "",
        outcome=outcome,
    )


def still_owed(found: Iterable[Suggestion], reader: Reader) -> dict[int, str]:
    """What is owed after these answers, in the words of their pages, by suggestion. One query."""
    promised = [s for s in found if s.status in PROMISED]
    running = lists.running_promises([s.id for s in promised])
    return {s.id: _still_owed(s, running.get(s.id, ()), reader) for s in promised}


def _still_owed(s: Suggestion, running: Sequence[PromiseRow], reader: Reader) -> str:
    due_at = next((row.due_at for row in running if row.due_at is not None), None)
    if due_at is None:
        return ""
    on, is_late = words.last_day(reader, due_at), due_at < reader.now
    if s.status is Status.WILL_DO:
        return states.will_do_late(reader, on=on) if is_late else states.will_do(reader, on=on, who=())
    return states.not_now_late(reader, on=on) if is_late else states.not_now(reader, on=on)


def _quoted(reader: Reader, text: Markup) -> Markup:
    opening, closing = words.quote(reader.locale, "|").split("|")
    return Markup("{}{}{}").format(opening, text, closing)


# Hits -----------------------------------------------------------------------------------------------------------------


def hits(found: Found, standings: Sequence[Standing], answers: Mapping[int, Entry], reader: Reader) -> list[Hit]:
    """What was found, in its order. ``answers`` are the answers in force, by their ids."""
    return [_hit(st, found, answers.get(st.s.answer_entry_id or 0), reader) for st in standings]


def _hit(st: Standing, found: Found, answer: Entry | None, reader: Reader) -> Hit:
    places = [place for place in found.places.get(st.s.id, ()) if place.entry is None or place.entry is not answer]
    shown = row(st, reader)
    return Hit(
        row=shown,
        title=marked(st.s.title, found.sought),
        snippets=[_snippet(st, place, found.sought) for place in places[:MOST]],
        given=given(st.s, answer, reader, found.sought, stands=shown.promise.sentence),
    )


def _snippet(st: Standing, place: Place, sought: Sequence[Sought]) -> Snippet:
    if place.entry is None:
        return Snippet(label="", text=around(st.s.body, sought))
    return Snippet(label=_label(place), text=around(place.entry.text, sought), internal=place.is_internal)


def _label(place: Place) -> str:
    if place.entry is not None and place.entry.kind is EntryKind.NOTE:
        return _("Internal note")
    if place.what is What.ANSWER:
        return _("Taken back") if place.is_internal else _("Former answer")
    return _("Said there")


def plain_hits(found: Found, answers: Mapping[int, Entry], reader: Reader, url: Mapping[int, str]) -> list[Hit]:
    """The same for lists of answers: of where it stands, only what is owed after the answer."""
    stands = still_owed(found.suggestions, reader)
    return [
        Hit(
            row=Row(
                number=s.number,
                title=s.title,
                url=url[s.id],
                promise=Promise(sentence=""),
                internal=s.visibility is not Visibility.TEAM,
            ),
            title=marked(s.title, found.sought),
            given=given(s, answers.get(s.answer_entry_id or 0), reader, found.sought, stands=stands.get(s.id, "")),
        )
        for s in found.suggestions
    ]
