"""Tasks: those of a suggestion, ticked and changed where they stand, and all of one's own in one list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request

from tracker import access
from tracker.acts import tasks as verbs
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.notices import links
from tracker.store import overviews
from tracker.store import people as persons
from tracker.store import promises as promise_store
from tracker.store import tasks as store
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task
from tracker.store.teams import Team
from tracker.web import language, nav, suggestions, views_tasks
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.marks import unmark
from tracker.web.once import arrivals, arrived, once
from tracker.web.say import _
from tracker.web.shapes import Link
from tracker.web.task_shapes import TasksPage
from tracker.web.views import gather
from tracker.web.views_forms import Sent
from tracker.web.views_rows import group, row

#: More than so many nobody reads in one list.
MOST = 200


def _count(person: Person, team: Team) -> int:
    return store.count_seen_with(person.id, [team.id], access.visible_to(person))


nav.COUNTS["tasks"] = _count


@web.get("/t/<slug>/tasks")
@signed_in
def tasks(slug: str) -> Page:
    """What I owe in this team: tasks, and what I gave my word for."""
    team, _membership = team_page(slug)
    seen, reader = access.visible_to(me()), language.reader()
    found = store.seen_with(me().id, [team.id], seen, limit=MOST)
    handled = overviews.among([s.id for _task, s in found], access.handled_by(me()))
    lines = [
        views_tasks.line(
            task, s, me(), reader, {}, handles=s.id in handled, plans=s.id in handled, back="tasks", with_about=True
        )
        for task, s in found
    ]
    named = gather(overviews.owed_by(me().id, [team.id], seen), me(), reader)
    promised = group("promised", _("Promised by you"), named, lambda st: row(st, reader)) if named else None
    page = TasksPage(
        summary=views_tasks.count_words(len(lines)) if lines else "",
        lines=lines,
        promised=promised,
        empty=_empty(),
        next=Link(url=links.path("board", slug=slug), label=_("To the board")),
    )
    return render_template("web/tasks.html", tasks=page, kept_done=arrivals())


def _empty() -> list[str]:
    return [
        _("Nothing is with you."),
        _("What is promised by a day can be cut into tasks, each with a person and a day. Yours stand here, soonest "
          "first, and you are reminded before their day."),
    ]  # fmt: skip


# One suggestion's -----------------------------------------------------------------------------------------------------


def _rights(s: Suggestion) -> tuple[bool, bool]:
    """Whether the reader handles it, and whether they plan its tasks."""
    handles = access.can_handle(me(), s)
    return handles, handles or access.can_deliver(me(), promise_store.open_of(s.id))


def _task(s: Suggestion, marked: str) -> Task:
    """The task of this suggestion under its mark."""
    found = store.by_id(unmark(int(marked))) if marked.isdecimal() and len(marked) < 16 else None
    if found is None or found.suggestion_id != s.id:
        raise OutOfReach(access.NOT_THERE)
    return found


def _back(slug: str, number: int, back: str) -> Link:
    if back == "tasks":
        return Link(url=links.path("tasks", slug=slug), label=_("Tasks"))
    return Link(url=links.path("suggestion", slug=slug, number=number, fragment="tasks"), label=f"#{number}")


def _shown(slug: str, number: int, marked: str, form: Form) -> str:
    team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    handles, plans = _rights(s)
    back = form.text("back") or request.args.get("back", "")
    page = views_tasks.task_page(
        _task(s, marked), s, me(), language.reader(), handles=handles, plans=plans,
        back=_back(slug, number, back), form=form,
    )  # fmt: skip
    return render_template("web/task.html", task=page, back=back if back == "tasks" else "")


@web.get("/t/<slug>/<int:number>/tasks")
@signed_in
def tasks_of(slug: str, number: int) -> Page:
    """One task to change (``?task=``); without one, the list on the suggestion's page."""
    if not request.args.get("task"):
        team_page(slug)
        access.find_suggestion(me(), slug, number)
        return redirect(_back(slug, number, "").url)
    return _shown(slug, number, request.args["task"], Form())


@web.post("/t/<slug>/<int:number>/tasks")
@signed_in
def change_tasks(slug: str, number: int) -> Page:
    """Add one, or do one thing with one (``do``). What is refused comes back with what was typed."""
    team_page(slug)
    do, marked = request.form.get("do", "add"), request.form.get("task", "")
    if do == "add":
        return _add(slug, number)
    form = typed(lambda form: _shown(slug, number, marked, form))
    s = access.find_suggestion(me(), slug, number)

    def act() -> str:
        task = _task(s, marked)
        _VERBS.get(do, _unknown)(task, form)
        if do == "tick" and form.text("back") == "tasks":
            said = _(
                "“%(title)s” is done. For a minute it can be opened again in #%(number)s.",
                title=task.title,
                number=number,
            )
            flash(said)
        arrived(f"task-{do}:{request.path}:{marked}")
        return _back(slug, number, form.text("back")).url

    return once(form, act)


def _add(slug: str, number: int) -> Page:
    form = typed(lambda form: _again(slug, number, Sent(views_tasks.ADD, form)))
    s = access.find_suggestion(me(), slug, number)
    promised = promise_store.open_of(s.id)
    question = views_tasks.is_after_the_word(s, form, promised.due_at if promised is not None else None)
    if question:
        return _again(slug, number, Sent(views_tasks.ADD, form, ask_first=question)), 422

    def act() -> str:
        verbs.add(s, **_how(), title=form.text("title"), on=form.day("on"), who=_person(form))
        arrived(f"task-add:{request.path}")
        return _back(slug, number, "").url

    return once(form, act)


def _again(slug: str, number: int, sent: Sent) -> str:
    return suggestions.shown(suggestions.known(slug, number), sent=sent)


def _how() -> dict[str, Any]:
    return {"by": me(), "now": now(), "via": Via.WEB}


def _person(form: Form) -> Person | None:
    """Somebody chosen from the list; the verb asks whether they are in the team and may see it."""
    chosen = form.whole("who")
    return persons.by_id(chosen) if chosen is not None else None


def _give(task: Task, form: Form) -> Any:
    to = _person(form)
    if to is None:
        raise BadInput(N_("Choose who does it."), field="who")
    return verbs.give(task, **_how(), to=to, seen=_seen(form))


def _seen(form: Form) -> str | None:
    return form.text("seen") or None


def _unknown(task: Task, form: Form) -> Any:
    raise BadInput(N_("Choose what is to happen with the task."), field="form")


_VERBS: dict[str, Callable[[Task, Form], Any]] = {
    "tick": lambda task, form: verbs.tick(task, **_how()),
    "untick": lambda task, form: verbs.untick(task, **_how()),
    "begin": lambda task, form: verbs.begin(task, **_how(), seen=_seen(form)),
    "give": _give,
    "move": lambda task, form: verbs.move(
        task, **_how(), on=form.day("on"), reason=form.text("reason"), seen=_seen(form)
    ),
    "withdraw": lambda task, form: verbs.withdraw(task, **_how(), seen=_seen(form)),
}
