"""New dates for several: which of them gets which day, shown before it is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tracker.acts import several
from tracker.domain import outcomes, repromise
from tracker.domain.errors import BadInput
from tracker.domain.repromise import Owed, Plan
from tracker.domain.working_time import WorkingTime
from tracker.notices import words
from tracker.store import teams
from tracker.web import forms, language, views_forms, views_several
from tracker.web.desk_shapes import Counted, Pick, SeveralPage
from tracker.web.say import _, ngettext
from tracker.web.views import Standing
from tracker.web.views_several import Deed, Seat, pick

#: Suggestion → the people who wait for it.
Waits = Mapping[int, frozenset[int]]


def owed(found: Sequence[Standing]) -> list[Owed]:
    """As the core takes them."""
    return [Owed(id=st.s.id, due_at=st.due_at, people=st.waiting) for st in found if st.due_at is not None]


def page(seat: Seat, found: Sequence[Standing], *, only_others: Collection[int], waits: Waits) -> SeveralPage:
    """The preview, and the form that does what it shows."""
    calendar = teams.working_time(seat.team.calendar)
    reasons = {st.s.id: why for st in found if (why := _why_not(st, only_others))}
    possible = [st for st in found if st.s.id not in reasons]
    first = repromise.first_day(calendar, now=seat.reader.now)
    start, a_day = seat.form.text("start", first.isoformat()), seat.form.text("a_day", "")
    a_day = a_day or str(repromise.usual_a_day(len(possible)))
    plan, errors = _plan(seat, possible, start, a_day, calendar)
    reasons |= {one: _("Its date is later already; it stays.") for one in (plan.kept if plan else ())}
    picks = _given(seat, plan, {st.s.id: st for st in found}, waits) if plan is not None else []
    out = [pick(seat, st, why=reasons[st.s.id]) for st in found if st.s.id in reasons]
    named = {**views_forms.errors_of(seat.form), **errors}
    count, kept = views_several.ticked(picks), views_several.kept_for(seat, found)
    return SeveralPage(
        headline=_headline(count if plan is not None else len(possible)),
        back=views_several.back(seat),
        deed=Deed.PROMISE.value,
        tabs=views_several.tabs(seat, found, Deed.PROMISE),
        url=seat.url,
        picks=picks,
        out=views_several.left_out(out),
        out_words=views_several.out_words(len(out), len(found)),
        cut=views_several.cut(seat, len(found)),
        fields=[
            forms.fresh_key(), ("do", Deed.PROMISE.value), ("back", seat.back), ("keep", kept),
            ("start", start), ("a_day", a_day),
        ],
        keep=views_several.keep_key(seat.url, Deed.PROMISE, kept),
        problems=views_several.problems_of(named, ""),
        errors=named,
        text=seat.form.text("text"),
        heard=_heard(picks),
        note=_note(seat, plan),
        button=views_several.counted(
            lambda n, **place: ngettext("Promise %(num)s anew", "Promise %(num)s anew", n, **place), count
        ),
        start=start,
        min_start=outcomes.today_in(calendar, now=seat.reader.now).isoformat(),
        a_day=a_day,
        hidden=[
            ("do", Deed.PROMISE.value), ("back", seat.back), ("keep", kept), *(("n", str(st.s.number)) for st in found),
        ],
    )  # fmt: skip


def _headline(count: int) -> Counted:
    """As many as the button promises anew."""
    return views_several.counted(
        lambda n, **place: ngettext("A new date for %(num)s", "New dates for %(num)s", n, **place), count
    )


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


def _given(seat: Seat, plan: Plan, by_id: dict[int, Standing], waits: Waits) -> list[Pick]:
    """What gets a day, in the order of the days; what was refused before on top."""
    persons = {one: place for place, one in enumerate(sorted({i for of_one in waits.values() for i in of_one}))}
    return views_several.refused_first(
        [
            pick(
                seat,
                by_id[one.id],
                day=words.day(seat.reader, one.on),
                people=ngettext("%(num)s waits", "%(num)s wait", len(waits[one.id])),
                on=one.on.isoformat(),
                waits=sorted(persons[i] for i in waits[one.id]),
            )
            for one in plan.given
        ]
    )


def _why_not(st: Standing, only_others: Collection[int]) -> str:
    if st.is_asked:
        return _("It is the author's turn; our clock waits, and there is no date of ours.")
    if not several.has_date_to_move(st.s):
        return _("It is closed by now.")
    if st.s.id in only_others:
        return _("It was moved twice already: the third time a team lead or somebody else has to do it.")
    return ""


def _heard(picks: Sequence[Pick]) -> Counted:
    """Different people: who waits for several of them gets one mail."""
    people = {person for one in picks if one.picked for person in one.waits}
    return views_several.counted(
        lambda n, **place: ngettext(
            "%(num)s person hears it, in one mail with your reason.",
            "%(num)s people hear it, each in one mail with your reason.",
            n,
            **place,
        ),
        len(people),
    )


def _note(seat: Seat, plan: Plan | None) -> str:
    if plan is None or plan.last_on is None:
        return ""
    return _(
        "The last day is %(day)s. What was missed stays missed in the record, and each of these counts as moved.",
        day=words.day(seat.reader, plan.last_on),
    )
