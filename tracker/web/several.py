"""Several suggestions at once, chosen on the desk: given to somebody, tagged, answered, promised anew.

The chosen ones stand in the address, so that it works without a script; what is sent is done with all of them or with
none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, g, render_template, request

from tracker import access
from tracker.acts import several
from tracker.acts.several import Chosen, NotAll
from tracker.domain import outcomes
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.domain.outcomes import Outcome
from tracker.notices import words
from tracker.store import overviews, people, teams
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import deeds, desk, language, views_for_many, views_repromise, views_several
from tracker.web.blueprint import web
from tracker.web.forms import Form
from tracker.web.identity import Page, managed_team, me, now, signed_in
from tracker.web.marks import unmark
from tracker.web.once import arrivals, arrived, once
from tracker.web.say import _, ngettext
from tracker.web.views import gather
from tracker.web.views_several import Deed, Refused

#: The chosen ones, each by its number.
NUMBERS = "n"


def chosen_in(team: Team, numbers: Sequence[str]) -> list[Suggestion]:
    """The suggestions with these numbers that this person answers for. What is out of reach is as if not chosen."""
    wanted = [int(one) for one in dict.fromkeys(numbers) if one.isascii() and one.isdigit() and len(one) < 11]
    return overviews.numbered(team.id, wanted[: several.MOST], access.handled_by(me()))


def _shown(team: Team, form: Form, numbers: Sequence[str], refused: Refused | None = None) -> str:
    reader = language.reader()
    found = gather(chosen_in(team, numbers), me(), reader)
    seat = views_several.Seat(
        team=team,
        reader=reader,
        person=me(),
        form=form,
        refused=refused or {},
        members=[member.person for member in teams.memberships(team.id) if member.is_managing],
        wanted=len(set(numbers)),
    )
    deed = views_several.deed_of(form)
    if deed is Deed.PROMISE:
        others = several.only_others_may_move([st.s for st in found], team, me(), now=reader.now)
        waits = overviews.who_waits([st.s.id for st in found])
        page = views_repromise.page(seat, found, only_others=others, waits=waits)
    else:
        page = views_several.page(seat, found, deed)
    return render_template("web/several.html", page=page, kept_done=arrivals())


@web.get("/t/<slug>/desk/several")
@signed_in
def several_form(slug: str) -> Page:
    """``?do=answer&n=41&n=42`` shows the form with which these two are answered; ``late=1`` chooses what is late."""
    team, _membership = managed_team(slug)
    numbers = desk.late_ones(slug, request.args.get("back", "")) if "late" in request.args else []
    return _shown(team, Form(request.args.to_dict()), numbers or request.args.getlist(NUMBERS))


@web.post("/t/<slug>/desk/several")
@signed_in
def several_done(slug: str) -> Page:
    """Done with all of them or, where one refuses, with none, and the form says with which and why."""
    team, _membership = managed_team(slug)
    numbers = request.form.getlist(NUMBERS)
    refused: dict[int, str] = {}
    g.form_again = lambda form: _shown(team, form, numbers, refused)
    form = Form({**request.form.to_dict(), NUMBERS: " ".join(numbers)}, was_sent=True)
    if views_several.deed_of(form) is Deed.ANSWER and form.text("start"):  # of new dates it is the first day
        return _shown(team, views_for_many.begun(team, form, chosen_in(team, numbers), me()), numbers)

    def do() -> str:
        found = chosen_in(team, numbers)
        try:
            said = _DEEDS[views_several.deed_of(form)](team, found, form)
        except NotAll as error:
            refused.update({number: language.sentence(why) for number, why in error.refused.items()})
            raise
        if kept := views_several.kept_word(form):
            key = views_several.keep_key(request.path, views_several.deed_of(form), kept)
            arrived(f"several:{key}", f"answer:{key}")
        flash(said)
        return desk.path(slug, form.text("back"))

    return once(form, do)


# What can be done -----------------------------------------------------------------------------------------------------


def _chosen(found: Sequence[Suggestion], form: Form) -> list[Chosen]:
    return [Chosen(suggestion=s, seen=form.text(f"seen-{s.number}") or None) for s in found]


def _how() -> dict[str, Any]:
    return {"by": me(), "now": now(), "via": Via.WEB}


def _give(team: Team, found: Sequence[Suggestion], form: Form) -> str:
    to = _member(team, form.whole("to"), "to")
    several.give(_chosen(found, form), **_how(), to=to)
    if to is None:
        return ngettext("%(num)s put back.", "%(num)s put back.", len(found))
    if to.id == me().id:
        return ngettext("You have taken %(num)s.", "You have taken %(num)s.", len(found))
    return ngettext("%(num)s given to %(name)s.", "%(num)s given to %(name)s.", len(found), name=to.name)


def _tag(team: Team, found: Sequence[Suggestion], form: Form) -> str:
    several.tag(_chosen(found, form), **_how(), names=[form.text("tags")])
    return ngettext("%(num)s tagged.", "%(num)s tagged.", len(found))


def _answer(team: Team, found: Sequence[Suggestion], form: Form) -> str:
    outcome = deeds.outcome_of(form)
    on = form.day("on") if outcome in outcomes.WITH_A_DAY else None
    if outcome is Outcome.NOT_NOW and on is not None and not form.ticked("sure"):
        _ask_first(on, team)
    who = _member(team, form.whole("who"), "who") if outcome is Outcome.WILL_DO else None
    own = views_for_many.filled(views_for_many.chosen(team, form, found, me()), found, me())
    several.answer(_chosen(found, form), **_how(), outcome=outcome, text=form.text("text"), on=on, who=who, own=own)
    return ngettext("%(num)s answered.", "%(num)s answered.", len(found))


def _ask_first(on: date, team: Team) -> None:
    """A "not now" far away asks first whether a no would be more honest."""
    if outcomes.is_far(on, now=now(), calendar=teams.working_time(team.calendar)):
        g.ask_first = True
        raise BadInput(deeds.ASK_FIRST, field="form")


def _promise(team: Team, found: Sequence[Suggestion], form: Form) -> str:
    days = {s.id: form.needed_day(f"on-{s.number}") for s in found}
    several.promise_anew(_chosen(found, form), days, **_how(), reason=form.text("text"))
    last = words.day(language.reader(), max(days.values()))
    return ngettext(
        "%(num)s has a new date, %(day)s.", "%(num)s have new dates, the last one on %(day)s.", len(found), day=last
    )


def _undo(team: Team, found: Sequence[Suggestion], form: Form) -> str:
    entries = overviews.answers_of_one_act(me().id, team.id, like=_entry(form))
    several.undo(entries, **_how())
    return _("%(count)s taken back. No mail has left.", count=len(entries))


def _entry(form: Form) -> int:
    text = form.text("entry")
    if not text.isdecimal() or len(text) > 15:
        raise OutOfReach(access.NOT_THERE)
    return unmark(int(text))


def _member(team: Team, person_id: int | None, field: str) -> Person | None:
    """Somebody of the team, chosen from a list. Raises ``BadInput``."""
    if person_id is None:
        return None
    if teams.membership_of(team.id, person_id) is None:
        raise BadInput(N_("This person is not in the team."), field=field)
    return people.by_id(person_id)


_DEEDS = {Deed.GIVE: _give, Deed.TAG: _tag, Deed.ANSWER: _answer, Deed.PROMISE: _promise, Deed.UNDO: _undo}
