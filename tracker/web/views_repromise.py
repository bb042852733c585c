"""New dates for several: which of them gets which day, shown before it is done."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tracker.acts import several
from tracker.domain import outcomes, repromise
from tracker.domain.errors import BadInput
from tracker.domain.repromise import Owed, Plan
from tracker.domain.working_time import WorkingTime
from tracker.notices import words
from tracker.store import teams
from tracker.web import forms, language, views_forms, views_several
from tracker.web.desk_shapes import Pick, SeveralPage
from tracker.web.say import _, ngettext
from tracker.web.views import Standing
from tracker.web.views_several import Deed, Seat, pick


def owed(found: Sequence[Standing]) -> list[Owed]:
    """As the core takes them; an author and everybody who has it too wait for it."""
    return [
        Owed(id=st.s.id, due_at=st.due_at, people=len(st.case.authors) + st.s.votes)
        for st in found
        if st.due_at is not None
    ]


def page(seat: Seat, found: Sequence[Standing], *, only_others: Collection[int], waiting: int) -> SeveralPage:
    """The preview, and the form that does what it shows. ``waiting`` are the people behind all of them."""
    calendar = teams.working_time(seat.team.calendar)
    reasons = {st.s.id: why for st in found if (why := _why_not(st, only_others))}
    possible = [st for st in found if st.s.id not in reasons]
    first = repromise.first_day(calendar, now=seat.reader.now)
    start, a_day = seat.form.text("start", first.isoformat()), seat.form.text("a_day", "")
    a_day = a_day or str(repromise.usual_a_day(len(possible)))
    plan, errors = _plan(seat, possible, start, a_day, calendar)
    by_id = {st.s.id: st for st in found}
    picks = _given(seat, plan, by_id) if plan is not None else []
    later = [
        pick(seat, by_id[one], why=_("Its date is later already; it stays.")) for one in (plan.kept if plan else ())
    ]
    named = {**views_forms.errors_of(seat.form), **errors}
    return SeveralPage(
        headline=views_several.headline(len(found)),
        back=views_several.back(seat),
        deed=Deed.PROMISE.value,
        tabs=views_several.tabs(seat, found, Deed.PROMISE),
        url=seat.url,
        picks=picks,
        out=[pick(seat, st, why=reasons[st.s.id]) for st in found if st.s.id in reasons] + later,
        fields=[forms.fresh_key(), ("do", Deed.PROMISE.value), ("back", seat.back), ("start", start), ("a_day", a_day)],
        problems=views_several.problems_of(named, ""),
        errors=named,
        text=seat.form.text("text"),
        note=_note(seat, plan, waiting),
        button=ngettext("Promise %(num)s anew", "Promise %(num)s anew", len(picks)) if picks else "",
        start=start,
        min_start=outcomes.today_in(calendar, now=seat.reader.now).isoformat(),
        a_day=a_day,
        hidden=[
            ("do", Deed.PROMISE.value), ("back", seat.back), *(("n", str(st.s.number)) for st in found),
        ],
    )  # fmt: skip


def _plan(
    seat: Seat, possible: Sequence[Standing], start: str, a_day: str, calendar: WorkingTime
) -> tuple[Plan | None, dict[str, str]]:
    """The days, or what is wrong with what was asked for."""
    asked = forms.Form({"start": start, "a_day": a_day})
    try:
        first, number = asked.needed_day("start"), asked.whole("a_day")
        return repromise.plan(
            owed(possible), start=first, a_day=number or 0, calendar=calendar, now=seat.reader.now
        ), {}
    except BadInput as error:
        return None, {error.field or "form": language.sentence(error)}


def _given(seat: Seat, plan: Plan, by_id: dict[int, Standing]) -> list[Pick]:
    picks = []
    for one in plan.given:
        st = by_id[one.id]
        number = len(st.case.authors) + st.s.votes
        picks.append(
            pick(
                seat,
                st,
                day=words.day(seat.reader, one.on),
                people=ngettext("%(num)s waits", "%(num)s wait", number),
                on=one.on.isoformat(),
            )
        )
    return picks


def _why_not(st: Standing, only_others: Collection[int]) -> str:
    if st.is_asked:
        return _("It is the author's turn; our clock waits, and there is no date of ours.")
    if not several.has_date_to_move(st.s):
        return _("It is closed by now.")
    if st.s.id in only_others:
        return _("It was moved twice already: the third time a team lead or somebody else has to do it.")
    return ""


def _note(seat: Seat, plan: Plan | None, waiting: int) -> str:
    if plan is None or plan.last_on is None:
        return ""
    last = words.day(seat.reader, plan.last_on)
    return _(
        "%(people)s people hear it, each in one mail with your reason. The last day is %(day)s. "
        "What was missed stays missed in the record, and each of these counts as moved.",
        people=waiting,
        day=last,
    )
