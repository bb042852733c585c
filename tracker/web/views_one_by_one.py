"""A sitting as values: the one suggestion that is answered now; before and after it, how long and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.domain import sittings as rules
from tracker.domain.desk_filters import ALL
from tracker.domain.sittings import Place, Step, Waiting
from tracker.notices import links, words
from tracker.notices.markdown import plain
from tracker.notices.words import Reader
from tracker.store.entries import EntryKind
from tracker.store.sittings import Sitting, SittingStep
from tracker.store.teams import Team
from tracker.web import forms, views_suggestion
from tracker.web.page_shapes import HowLongPage, OneByOnePage
from tracker.web.say import _, ngettext
from tracker.web.shapes import Act, Entry, Link, Problem
from tracker.web.views import Standing
from tracker.web.views_forms import Sent
from tracker.web.views_order import is_mine
from tracker.web.views_suggestion import Known

#: So much of the text stands above the form, that thumbs reach the form; the rest can be opened.
SHOWN = 280
#: What else can be written here, in this order.
ALSO = ("ask", "move", "comment", "note")
SAID = frozenset({EntryKind.COMMENT, EntryKind.NOTE, EntryKind.CONTESTED, EntryKind.REOPENED})


def waiting(found: Sequence[Standing], reader: Reader, *, taken: Collection[int] = ()) -> list[Waiting]:
    """What this person owes, of all that they may answer. ``taken`` are those somebody else writes about."""
    return [
        Waiting(
            suggestion=st.s.id,
            kind=st.open.kind,
            due_at=st.due_at,
            due_on=words.last_day(reader, st.due_at),
            people=st.waiting,
            nudges=st.s.nudges,
            is_taken=st.s.id in taken,
        )
        for st in found
        if st.open is not None and st.due_at is not None and is_mine(st) and not st.is_asked
    ]


def path(team: Team, verb: str = "") -> str:
    base = links.path("one_by_one", slug=team.slug)
    return f"{base}/{verb}" if verb else base


def _desk(team: Team) -> Link:
    return Link(url=links.path("desk", slug=team.slug), label=_("Desk"))


def _desk_of_all(team: Team) -> Link:
    return Link(url=links.path("desk", slug=team.slug, query={"with": ALL}), label=_("With all of us"), icon="people")


# One of them ----------------------------------------------------------------------------------------------------------


def page(k: Known, sitting: Sitting, place: Place, *, back: str, sent: Sent | None = None) -> OneByOnePage:
    """The one to answer now, with its form."""
    team, now = k.st.s.team, k.reader.now
    shown = views_suggestion.page(k, sent=sent, back=back)
    also = [form for key in ALSO for form in shown.also if form.key == key]
    minutes = rules.minutes_left(sitting.ends_at, now=now)
    text = plain(k.st.s.body)
    last = _last(k)
    return OneByOnePage(
        suggestion=replace(shown, also=also, back=_desk(team)),
        desk=_desk(team),
        place=_("%(nth)s of %(of)s", nth=place.nth, of=place.of),
        left=_("%(num)s min left", num=minutes) if minutes else _("The time is up: finish this one."),
        after=ngettext("%(num)s open", "%(num)s open", place.after) if place.after else "",
        seconds=max(int((sitting.ends_at - now) / timedelta(seconds=1)), 0),
        skip_url=path(team, f"{k.st.s.number}/skip"),
        end=Act(url=path(team, "end"), label=_("Enough for now"), fields=[forms.fresh_key()]),
        text=words.quote(k.reader.locale, words.shorten(text, SHOWN)) if text else "",
        last=last,
        is_whole=len(text) <= SHOWN and len(k.found) - (last is not None) <= 1,
    )


def _last(k: Known) -> Entry | None:
    """The latest that somebody else wrote there: what the answer has to know of."""
    said = [entry for entry in k.found if entry.kind in SAID and entry.text.strip()]
    return views_suggestion.entry_view(k, said[-1]) if said else None


# Before and after -----------------------------------------------------------------------------------------------------


def how_long(
    team: Team, in_line: Sequence[Waiting], found: Sequence[Standing], reader: Reader, *, error: str = ""
) -> HowLongPage:
    """ "How long have you got?" ``found`` is all that this person may answer."""
    if not in_line:
        return _nothing(team, found, reader)
    late = sum(1 for one in in_line if one.due_at < reader.now)
    today = rules.left_for_today(in_line, today=reader.today) - late
    counts = [
        ngettext("%(num)s waits for your answer.", "%(num)s wait for your answer.", len(in_line)),
        ngettext("%(num)s of them is late.", "%(num)s of them are late.", late) if late else "",
        ngettext("%(num)s is due today.", "%(num)s are due today.", today) if today > 0 else "",
    ]
    return HowLongPage(
        headline=_("How long have you got?"),
        sentences=[" ".join(said for said in counts if said)],
        url=path(team),
        desk=_desk(team),
        lengths=_lengths(),
        fields=_asked_fields(),
        problems=[Problem(field="minutes", sentence=error)] if error else (),
    )


def _nothing(team: Team, found: Sequence[Standing], reader: Reader) -> HowLongPage:
    """What is with this person on a later day, and the way to what is with others."""
    on = rules.next_on(waiting(found, reader), today=reader.today)
    others = sum(not is_mine(st) for st in found)
    sentences = [
        _("Next date: %(day)s.", day=words.day(reader, on)) if on is not None else "",
        ngettext("%(num)s is open with others of your team.", "%(num)s are open with others of your team.", others)
        if others
        else "",
    ]
    return HowLongPage(
        headline=_("Nothing is left for today.") if on is not None else _("Nothing open with you."),
        url=path(team),
        desk=_desk(team),
        sentences=[said for said in sentences if said],
        others=_desk_of_all(team) if others else None,
    )


def _asked_fields() -> list[tuple[str, str]]:
    """A length sent with these was chosen by somebody who was asked, and holds also while a sitting runs."""
    return [forms.fresh_key(), ("chosen", "1")]


def _lengths() -> list[tuple[int, str]]:
    return [(minutes, _("%(num)s minutes", num=minutes)) for minutes in rules.LENGTHS]


def over(
    team: Team,
    sitting: Sitting,
    steps: Sequence[SittingStep],
    in_line: Sequence[Waiting],
    reader: Reader,
    *,
    people: int,
) -> HowLongPage:
    """What was achieved first, then what is left, then the ways on. ``people`` wait for what was answered."""
    left = rules.left_for_today(in_line, today=reader.today)
    on = rules.next_on(in_line, today=reader.today)
    return HowLongPage(
        headline=_achieved(sitting, steps, people),
        sentences=[
            said
            for said in (
                _besides(steps),
                ngettext("%(num)s left for today.", "%(num)s left for today.", left)
                if left
                else _("Nothing is left for today."),
                _("Next date: %(day)s.", day=words.day(reader, on)) if on is not None else "",
            )
            if said
        ],
        url=path(team),
        desk=_desk(team),
        lengths=_lengths() if in_line else (),
        question=_("Go on? How long have you got?") if in_line else "",
        fields=_asked_fields(),
        is_told=True,
    )


def _of(steps: Sequence[SittingStep], what: Step) -> frozenset[int]:
    return frozenset(step.suggestion_id for step in steps if step.what is what)


def _achieved(sitting: Sitting, steps: Sequence[SittingStep], people: int) -> str:
    answered = _of(steps, Step.ANSWERED)
    if not answered:
        return _("Nothing answered this time.")
    last: datetime = max(step.at for step in steps if step.what is Step.ANSWERED)
    minutes = rules.minutes_taken(sitting.started_at, last)
    said = ngettext(
        "%(num)s answered in %(minutes)s,", "%(num)s answered in %(minutes)s,", len(answered),
        minutes=ngettext("%(num)s minute", "%(num)s minutes", minutes),
    )  # fmt: skip
    known = ngettext("%(num)s person knows where they stand.", "%(num)s people know where they stand.", people)
    return f"{said} {known}"


def _besides(steps: Sequence[SittingStep]) -> str:
    """Questions asked and dates moved, where there were any."""
    asked, moved = len(_of(steps, Step.ASKED)), len(_of(steps, Step.MOVED))
    parts = [
        ngettext("%(num)s question asked.", "%(num)s questions asked.", asked) if asked else "",
        ngettext("%(num)s date moved.", "%(num)s dates moved.", moved) if moved else "",
    ]
    return " ".join(part for part in parts if part)
