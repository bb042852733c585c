"""A card that moves to another column: what that asks for, and the verb that it comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, render_template, request

from tracker import access
from tracker.acts import questions, scene, tasks
from tracker.acts import suggestions as verbs
from tracker.domain.board import Column, Step
from tracker.domain.errors import N_, BadInput, OutOfReach, Stale
from tracker.notices import links
from tracker.store import boards
from tracker.store import people as persons
from tracker.store import promises as promise_store
from tracker.store import tasks as task_store
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion
from tracker.web import deeds, suggestions, views_board_move, views_tasks
from tracker.web.blueprint import web
from tracker.web.deeds import How
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.marks import unmark
from tracker.web.once import arrived, once
from tracker.web.say import _


def _column(value: str) -> Column | None:
    return Column(value) if value in set(Column) else None


def _shown(slug: str, number: int, form: Form, *, ask_first: str = "") -> str:
    """As a page; for the board's own script only what stands in its dialog."""
    team_page(slug)
    k = suggestions.known(slug, number)
    page = views_board_move.move_page(k, _column(form.text("to")), form, ask_first=ask_first)
    template = "web/_parts/board_move.html" if _is_for_dialog() else "web/board_move.html"
    return render_template(template, move=page)


def _is_for_dialog() -> bool:
    return "HX-Request" in request.headers


@web.get("/t/<slug>/<int:number>/board")
@signed_in
def board_move(slug: str, number: int) -> Page:
    """Where a card can go; with ``?to=`` what that asks for, ``seen`` being what the board knew of it."""
    asked = {name: request.args.get(name, "") for name in ("to", "seen")}
    return _shown(slug, number, Form(asked))


@web.post("/t/<slug>/<int:number>/board")
@signed_in
def moves_on_board(slug: str, number: int) -> Page:
    """One verb for one drop. Nothing typed is lost: a refused one comes back with it, and with what others wrote."""
    team_page(slug)
    form = typed(lambda form: _shown(slug, number, form))
    to = _column(form.text("to"))
    if to is None:
        raise BadInput(N_("Choose where it goes."), field="form")
    question = _question(slug, number, to, form)
    if question:
        return _shown(slug, number, form, ask_first=question), 422

    def act() -> str:
        k = suggestions.known(slug, number)
        _demand_fresh(k.st.s, form)
        step = views_board_move.step_of(k, to, is_begun=boards.is_begun(k.st.s.id))
        _STEPS[step](k.st.s, form, How(me(), now(), Via.WEB))
        arrived(f"board-{to.value}:{request.path}")
        return links.path("board", slug=slug, fragment=f"card-{number}")

    done = once(form, act)
    return _told(done) if _is_for_dialog() and isinstance(done, Response) else done


def _told(done: Any) -> Response:
    """The script goes there itself, so that what the next page says is not read by nobody."""
    response = make_response("", 204)
    response.headers["HX-Redirect"] = done.headers["Location"]
    return response


def _demand_fresh(s: Suggestion, form: Form) -> None:
    """Somebody else's answer is said before what it makes impossible."""
    seen = form.text("seen")
    if seen and seen != scene.stamp(s, promise_store.open_of(s.id)):
        raise Stale(N_("Somebody else was quicker. Please read what they wrote; your text is still here."))


def _question(slug: str, number: int, to: Column, form: Form) -> str:
    """What is asked before it is done, or ""."""
    s = access.find_suggestion(me(), slug, number)
    if to is Column.NOT_NOW and deeds.is_far(s, form, now=now()):
        return _(deeds.ASK_FIRST)
    if to is Column.IN_PROGRESS and not form.text("task"):
        promised = promise_store.open_of(s.id)
        return views_tasks.is_after_the_word(s, form, promised.due_at if promised is not None else None)
    return ""


def _begin(s: Suggestion, form: Form, how: How) -> Any:
    if form.text("task"):
        marked = form.text("task")
        found = task_store.by_id(unmark(int(marked))) if marked.isdecimal() and len(marked) < 16 else None
        if found is None or found.suggestion_id != s.id:
            raise OutOfReach(access.NOT_THERE)
        return tasks.begin(found, **how.words)
    chosen = form.whole("who")
    who = persons.by_id(chosen) if chosen is not None else None
    return tasks.add(
        s, **how.words, title=form.text("title"), on=form.day("on"), who=who, begins=True, seen=deeds.seen(form)
    )


_STEPS: dict[Step, Callable[[Suggestion, Form, How], Any]] = {
    Step.ASK: deeds.ask,
    Step.TAKE_BACK: lambda s, form, how: questions.take_back(s, **how.words, seen=deeds.seen(form)),
    Step.ANSWER: deeds.answer,
    Step.BEGIN: _begin,
    Step.REOPEN: lambda s, form, how: verbs.reopen(s, **how.words, text=form.text("text")),
}
