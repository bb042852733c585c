"""The receipt: the date, why that date, and what happens if nobody answers, before anybody has to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from tracker.domain.lifecycle import EDIT_WINDOW, may_edit
from tracker.notices import links, words
from tracker.store import teams
from tracker.store.entries import EntryKind
from tracker.store.teams import Absence
from tracker.web import explain, language
from tracker.web.marks import mark
from tracker.web.page_shapes import ReceiptPage
from tracker.web.say import _, ngettext
from tracker.web.shapes import Link, Promise, Rung, Why
from tracker.web.views import Standing
from tracker.web.views_promise import bar_label, share_of
from tracker.web.views_suggestion import Known
from tracker.web.views_words import urgency_word


def page(k: Known, due_at: datetime) -> ReceiptPage:
    """For the one who raised it, while nothing has happened yet."""
    st, slug = k.st, k.st.s.team.slug
    absences = teams.absences_from(st.s.team_id, _today(st))
    return ReceiptPage(
        number=st.s.number,
        title=st.s.title,
        url=st.path(),
        back=Link(url=links.path("home", slug=slug), label=st.s.team.name),
        promise=replace(promise_big(st, k.reader, due_at), steps=_away(k, absences, due_at)),
        why=_why(k, absences, due_at),
        ladder=_ladder(k),
        calendar_url=st.path("calendar"),
        share_url=links.url("suggestion", slug=slug, number=st.s.number),
        editable=_editable(k),
        edit_url=_edit_url(k),
    )


def promise_big(st: Standing, reader: words.Reader, due_at: datetime) -> Promise:
    """The day in large: 'Answer by' and 'Thu 26 Nov, 17:00'."""
    row = st.open
    share = share_of(row.value, teams.working_time_of(row.calendar_id), now=st.now) if row is not None else None
    return big(reader, due_at, st.name_all(st.duty), st.name_all(st.deputies), share)


def big(
    reader: words.Reader, due_at: datetime, on_duty: tuple[str, ...], deputies: tuple[str, ...], share: float | None
) -> Promise:
    """The same for a promise that is not given yet."""
    day = words.near_until(reader, due_at)
    relative = words.relative_day(reader, words.last_day(reader, due_at))
    whom = explain.with_whom(reader, on_duty, deputies) if on_duty else ""
    extra = [part for part in (relative if relative not in day else "", whom) if part]
    term = _("Answer by")
    return Promise(
        sentence=f"{term} {day}",
        term=term,
        day=day,
        extra=" · ".join(extra),
        share=share,
        bar_label=bar_label(share),
    )


def _today(st: Standing) -> date:
    return st.now.astimezone(st.calendar.zone).date()


def _why(k: Known, absences: Sequence[Absence], due_at: datetime) -> Why:
    st, row = k.st, k.st.open
    if row is None:
        return Why(sentence="")
    calendar = teams.working_time_of(row.calendar_id)
    notes = [
        explain.note_of_budget(row.value.budget, urgency_word(st.s.urgency), st.s.team.name, k.reader),
        explain.note_of_days_off(row.value, calendar, k.reader),
        _who_is_there(st, absences, due_at),
    ]
    return explain.why(row.value, calendar, k.reader, notes=notes) or Why(sentence="")


def _who_is_there(st: Standing, absences: Sequence[Absence], due_at: datetime) -> str:
    """That whoever has it is there until the day, and who stands in should they not be; nothing where one is away."""
    last = due_at.astimezone(st.calendar.zone).date()
    if not st.duty or any(one.person_id in st.duty and one.first_on <= last for one in absences):
        return ""
    on_duty, deputies = st.name_all(st.duty), st.name_all(st.deputies)
    names = words.names(language.locale(), on_duty)
    there = ngettext("%(names)s is there.", "%(names)s are there.", len(on_duty), names=names)
    if len(on_duty) > 1 or not deputies:
        return there
    return f"{there} " + ngettext(
        "%(names)s stands in if %(name)s cannot.",
        "%(names)s stand in if %(name)s cannot.",
        len(deputies),
        names=words.names(language.locale(), deputies),
        name=names,
    )


def _away(k: Known, absences: Sequence[Absence], due_at: datetime) -> list[str]:
    """Who is away now or on the last day, and who answers."""
    st = k.st
    return explain.notes_of_absence(st.case, st.roster, absences, due_at, st.calendar.zone, st.names, k.reader)


def _ladder(k: Known) -> list[Rung]:
    row = k.st.open
    if row is None:
        return []
    steps = teams.ladder(k.st.s.team.policy)
    return explain.ladder_ahead(
        row.value, k.st.case, k.st.roster, k.st.names, calendar=k.st.calendar, steps=steps, reader=k.reader
    )


def _editable(k: Known) -> str:
    if not _edit_url(k):
        return ""
    until = k.st.s.raised_at + EDIT_WINDOW
    return _("You can edit it until %(clock)s.", clock=words.clock_time(k.reader, until))


def _edit_url(k: Known) -> str:
    """The form in which the one who wrote it can still change it."""
    raised = next((entry for entry in k.found if entry.kind is EntryKind.RAISED), None)
    if raised is None or raised.actor_id != k.st.person.id or not may_edit(raised.at, now=k.st.now):
        return ""
    return f"{k.st.path()}/edit/{mark(raised.id)}"
