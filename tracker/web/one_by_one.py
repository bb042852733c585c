"""Answering one by one: how long, then one suggestion at a time, then what was achieved. Looking writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request

from tracker import access
from tracker.acts import drafts as draft_acts
from tracker.acts import sittings as acts
from tracker.domain import sittings as rules
from tracker.domain.errors import OutOfReach
from tracker.domain.sittings import Step, Waiting
from tracker.notices import links
from tracker.store import drafts as draft_store
from tracker.store import overviews, sittings
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.sittings import Sitting, SittingStep
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import desk, drafts, language, suggestions, views_one_by_one, views_suggestion
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, managed_team, me, now, signed_in
from tracker.web.once import arrivals
from tracker.web.views import Standing
from tracker.web.views_forms import Sent
from tracker.web.views_suggestion import Known

#: Where a form on this page leads back to.
BACK = "one-by-one"
#: The forms that settle a suggestion for this sitting, by their keys.
SETTLES = {"answer": Step.ANSWERED, "ask": Step.ASKED, "move": Step.MOVED}


@dataclass(frozen=True, slots=True)
class Round:
    """Where this person stands: their last sitting, what was done in it, and what is in line."""

    team: Team
    sitting: Sitting | None
    steps: Sequence[SittingStep]
    found: Sequence[Standing]
    in_line: Sequence[Waiting]

    @property
    def settled(self) -> frozenset[int]:
        return frozenset(step.suggestion_id for step in self.steps if step.what is not Step.SKIPPED)

    @property
    def skipped(self) -> list[int]:
        """In the order in which they were last skipped."""
        return _skipped(self.steps)

    @property
    def is_told(self) -> bool:
        """Whether there is a sitting to go on with, or whose result is still news."""
        return self.sitting is not None and _is_told(self.sitting)

    def standing(self, number: int) -> Standing | None:
        """The suggestion with this number, where it may be answered here."""
        return next((st for st in self.found if st.s.number == number), None)

    def first(self) -> Standing | None:
        wanted = self.in_line[0].suggestion if self.in_line else None
        return next((st for st in self.found if st.s.id == wanted), None)


def _is_told(sitting: Sitting) -> bool:
    end = min(sitting.ended_at or sitting.ends_at, sitting.ends_at)
    return now() < end + rules.TOLD_FOR


def _skipped(steps: Sequence[SittingStep]) -> list[int]:
    last = {step.suggestion_id: step.id for step in steps if step.what is Step.SKIPPED}
    return sorted(last, key=lambda suggestion: last[suggestion])


def _round(team: Team) -> Round:
    reader = language.reader()
    sitting = sittings.last_of(me().id, team.id)
    steps = sittings.steps_that_hold(sitting.id) if sitting is not None else []
    taken = draft_store.taken_in(team.id, since=reader.now - draft_acts.IS_WRITING, but=me().id)
    found = desk.open_ones(team)
    here = steps if sitting is not None and _is_told(sitting) else ()  # one that is long over holds nothing back
    in_line = rules.line(
        views_one_by_one.waiting(found, reader, taken=taken),
        settled=[step.suggestion_id for step in here if step.what is not Step.SKIPPED],
        skipped=_skipped(here),
        now=reader.now,
        today=reader.today,
    )
    return Round(team, sitting, steps, found, in_line)


# Looking --------------------------------------------------------------------------------------------------------------


@web.get("/t/<slug>/one-by-one")
@signed_in
def one_by_one(slug: str) -> Page:
    """The next one, or how long; ``?show=41`` has that one, after a comment on it or when its answer was taken back."""
    team, _membership = managed_team(slug)
    here = _round(team)
    if here.sitting is None or not here.is_told:
        return _how_long(here)
    chosen = _chosen(here, here.sitting)
    return _page(here, views_suggestion.known(chosen.s, me(), language.reader())) if chosen is not None else _over(here)


def _chosen(here: Round, sitting: Sitting) -> Standing | None:
    """The one to answer now; once the time is up only what is asked for, or half-written. None: it is over."""
    if sitting.ended_at is not None:
        return None
    number = request.args.get("show", "")
    asked_for = here.standing(int(number)) if number.isdecimal() and len(number) < 10 else None
    if asked_for is not None or not rules.is_over(sitting.ends_at, None, now=now()):
        return asked_for or here.first()
    return _half_written(here, sitting)


def _half_written(here: Round, sitting: Sitting) -> Standing | None:
    """Nobody is interrupted in the middle of a text; what was begun before this sitting, or skipped, is none."""
    begun = {
        suggestion
        for suggestion, draft in draft_acts.answers(here.team, by=me()).items()
        if draft.changed_at >= sitting.started_at
    } - {*here.skipped, *here.settled}
    return next((st for st in here.found if st.s.id in begun), None)


def _page(here: Round, k: Known, sent: Sent | None = None) -> str:
    if here.sitting is None:
        raise OutOfReach(access.NOT_THERE)
    place = rules.place_of(k.st.s.id, here.in_line, settled=len(here.settled), skipped=here.skipped)
    return render_template(
        "web/one_by_one.html",
        page=views_one_by_one.page(k, here.sitting, place, back=BACK, sent=sent),
        undo=desk.undo(here.team, BACK),
        kept_done=arrivals(),
    )


def _how_long(here: Round, form: Form | None = None) -> str:
    error = form.error("minutes") if form is not None else ""
    page = views_one_by_one.how_long(here.team, here.in_line, here.found, language.reader(), error=error)
    return render_template("web/one_by_one_how_long.html", page=page, kept_done=arrivals())


def _over(here: Round) -> str:
    if here.sitting is None:
        return _how_long(here)
    answered = {step.suggestion_id for step in here.steps if step.what is Step.ANSWERED}
    page = views_one_by_one.over(
        here.team, here.sitting, here.steps, here.in_line, language.reader(), people=overviews.people_waiting(answered)
    )
    undo = desk.undo(here.team, BACK)
    return render_template("web/one_by_one_how_long.html", page=page, undo=undo, kept_done=arrivals())


# Beginning, skipping, ending ------------------------------------------------------------------------------------------


@web.post("/t/<slug>/one-by-one")
@signed_in
def begin_sitting(slug: str) -> Page:
    team, _membership = managed_team(slug)
    form = typed(lambda form: _how_long(_round(team), form))
    acts.begin(team, by=me(), minutes=form.whole("minutes"), now=now(), is_chosen=form.ticked("chosen"))
    db.session.commit()
    return redirect(views_one_by_one.path(team), 303)


@web.post("/t/<slug>/one-by-one/end")
@signed_in
def end_sitting(slug: str) -> Page:
    team, _membership = managed_team(slug)
    acts.end(team, by=me(), now=now())
    db.session.commit()
    return redirect(views_one_by_one.path(team), 303)


@web.post("/t/<slug>/one-by-one/<int:number>/skip")
@signed_in
def skip(slug: str, number: int) -> Page:
    """It comes again after all others."""
    team, _membership = managed_team(slug)
    found = access.find_suggestion(me(), slug, number)
    access.demand_handling(me(), found)
    form = typed(lambda form: again(suggestions.known(slug, number), Sent("answer", form)))
    drafts.keep_unless_other(found, form)  # the button sends the half-written answer along
    acts.note(found, Step.SKIPPED, by=me(), now=now())
    db.session.commit()
    return redirect(views_one_by_one.path(team), 303)


# For the forms of a suggestion that were sent from here ---------------------------------------------------------------


def note(found: Suggestion, key: str, form: Form, entry: Entry | None = None) -> None:
    """What was just done belongs to the sitting, where it was done from its page."""
    if form.text("back") == BACK and key in SETTLES:
        acts.note(found, SETTLES[key], by=me(), now=now(), entry=entry)


def onward(slug: str, number: int, key: str) -> str:
    """The next one; the same again after what does not settle it."""
    query = None if key in SETTLES else {"show": str(number)}
    return links.path("one_by_one", slug=slug, query=query)


def again(k: Known, sent: Sent) -> str:
    """A form that was refused, on the page it came from."""
    team, _membership = managed_team(k.st.s.team.slug)
    here = _round(team)
    if here.sitting is None:  # forged, or ended on another device: the form stands on the suggestion's own page
        return suggestions.shown(k, sent=sent)
    return _page(here, k, sent)
