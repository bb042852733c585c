"""Suggestions over the API: the same verbs as the pages, spoken by programs."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import current_app, g, url_for
from flask_smorest import Blueprint

from tracker import access
from tracker.acts import answers, dates, merging, questions, support
from tracker.acts import suggestions as verbs
from tracker.acts import tasks as task_verbs
from tracker.api import shapes
from tracker.api.callers import READ, WRITE, Parser, called, caller, once
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.domain.lifecycle import Status
from tracker.domain.promises import Record
from tracker.notices import links
from tracker.store import attachments, entries, lists, people, tags, tasks
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import Entry, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

blp = Blueprint("suggestions", __name__, url_prefix="/api/v1/teams/<team>", description="Suggestions of a team")
blp.ARGUMENTS_PARSER = Parser()
ONE = "/suggestions/<int:number>"
READING = (401, 403, 404, 422)
WRITING = (400, *READING, 409, 413, 503)


def _refuses(*statuses: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say in the document with which statuses this may be refused, each with a problem."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        for status in statuses:
            view = blp.alt_response(status, response=HTTPStatus(status).name)(view)
        return view

    return wrap


def _shown(found: list[Suggestion]) -> list[dict[str, Any]]:
    rows = lists.running_promises(s.id for s in found)
    owing = {row.owed_by_id for of_one in rows.values() for row in of_one if row.owed_by_id}
    planned = tasks.of_suggestions(s.id for s in found)
    numbers = tasks.numbers_of(planned) if planned else {}
    owing |= {task.assignee_id for of_one in planned.values() for task in of_one if task.assignee_id}
    names = people.names(owing)
    on_them = tags.names_of([s.id for s in found])
    return [
        shapes.suggestion(
            s,
            rows[s.id],
            names,
            url=links.url("suggestion", slug=s.team.slug, number=s.number),
            tags=on_them[s.id],
            tasks=[(numbers[task.id], task) for task in planned.get(s.id, ())],
        )
        for s in found
    ]


def _one(s: Suggestion) -> dict[str, Any]:
    db.session.refresh(s)
    return _shown([s])[0]


def _entry(entry: Entry) -> dict[str, Any]:
    return _entries([entry], entry.suggestion_id)[0]


def _entries(found: list[Entry], suggestion_id: int) -> list[dict[str, Any]]:
    """Lines of one timeline, each with its files: who reads the entry may open them."""
    persons = people.many(shapes.people_in(found))
    came = attachments.of_suggestion(suggestion_id)
    slug = db.session.get_one(Suggestion, suggestion_id).team.slug
    return [
        shapes.entry(
            item,
            persons,
            reader=caller(),
            files=[shapes.file(one, url=_address(one, slug)) for one in came.get(item.id, ())],
        )
        for item in found
    ]


def _address(one: Attachment, slug: str) -> str:
    """Where the page serves it, under its mark: a number that runs through all teams would tell of other files."""
    return f"{current_app.config['TRACKER'].public_url}{url_for('web.file', slug=slug, attachment=one.id)}"


@blp.route("/suggestions", methods=["GET"])
@blp.arguments(shapes.ListQuery, location="query")
@blp.response(200, shapes.ListOut)
@_refuses(*READING)
@called(READ)
def list_suggestions(query: dict[str, Any], team: str) -> dict[str, Any]:
    """What the caller can see, newest first."""
    found_team, _ = access.find_team(caller(), team)
    status = Status(query["status"]) if query["status"] in set(Status) else None
    if query["status"] and status is None:
        raise BadInput(N_('There is no status "%(status)s".'), field="status", status=query["status"])
    before = access.find_suggestion(caller(), team, query["before"]).id if query["before"] else None
    found = lists.page(
        access.visible_to(caller()), found_team.id, before=before, limit=query["limit"] + 1, status=status
    )
    more = found[query["limit"] :]
    found = found[: query["limit"]]
    return {"items": _shown(found), "next": found[-1].number if more else None}


@blp.route("/suggestions", methods=["POST"])
@blp.arguments(shapes.RaiseIn)
@blp.response(201, shapes.SuggestionOut)
@_refuses(*WRITING)
@called(WRITE)
def raise_suggestion(given: dict[str, Any], team: str) -> dict[str, Any]:
    """Raise a suggestion; the answer gives the date of its answer."""
    found_team, _ = access.find_team(caller(), team)
    return _one(once(lambda: verbs.raise_(found_team, by=caller(), now=g.now, via=Via.API, **given)))


@blp.route(ONE, methods=["GET"])
@blp.response(200, shapes.SuggestionOut)
@_refuses(*READING)
@called(READ)
def one_suggestion(team: str, number: int) -> dict[str, Any]:
    """One suggestion with its open promise."""
    return _one(access.find_suggestion(caller(), team, number))


@blp.route(f"{ONE}/timeline", methods=["GET"])
@blp.response(200, shapes.TimelineOut)
@_refuses(*READING)
@called(READ)
def timeline(team: str, number: int) -> dict[str, Any]:
    """Everything that happened, oldest first, as far as the caller may read it."""
    s = access.find_suggestion(caller(), team, number)
    found = entries.timeline(s.id, internal=access.can_see_internal(caller(), s))
    return {"items": _entries(found, s.id)}


def _says(path: str, act: Any, description: str) -> None:
    """Register a verb that takes a text and gives its entry."""

    @blp.route(f"{ONE}/{path}", methods=["POST"], endpoint=f"post_{path}")
    @blp.arguments(shapes.TextIn)
    @blp.response(201, shapes.EntryOut)
    @blp.doc(summary=description)
    @_refuses(*WRITING)
    @called(WRITE)
    def say(given: dict[str, Any], team: str, number: int) -> dict[str, Any]:
        s = access.find_suggestion(caller(), team, number)
        return _entry(once(lambda: act(s, by=caller(), now=g.now, via=Via.API, text=given["text"])))


_says("comments", verbs.comment, "Write a comment: everybody who can see it reads it; it is not an answer.")
_says("notes", verbs.note, "Write an internal note.")
_says("questions", questions.ask, "Ask the author; our clock waits.")
_says("contests", answers.contest, '"That does not answer it", with what is missing.')


@blp.route(f"{ONE}/answers", methods=["POST"])
@blp.arguments(shapes.AnswerIn)
@blp.response(201, shapes.EntryOut)
@_refuses(*WRITING)
@called(WRITE)
def answer(given: dict[str, Any], team: str, number: int) -> dict[str, Any]:
    """Answer with one of the four outcomes and its mandatory part."""
    s = access.find_suggestion(caller(), team, number)
    who = _member(s, given.pop("who"))
    return _entry(once(lambda: answers.answer(s, by=caller(), now=g.now, via=Via.API, who=who, **given)))


def _member(s: Suggestion, email: str | None) -> Person | None:
    if email is None:
        return None
    person = people.by_email(email)
    if person is None or not access.can_see(person, s):
        raise BadInput(N_("This person cannot be named: choose somebody of the team."), field="who")
    return person


@blp.route(f"{ONE}/moves", methods=["POST"])
@blp.arguments(shapes.MoveIn)
@blp.response(201, shapes.EntryOut)
@_refuses(*WRITING)
@called(WRITE)
def move(given: dict[str, Any], team: str, number: int) -> dict[str, Any]:
    """Give the open promise another date; a later one needs a reason."""
    s = access.find_suggestion(caller(), team, number)
    return _entry(once(lambda: dates.move(s, by=caller(), now=g.now, via=Via.API, **given)))


@blp.route(f"{ONE}/merges", methods=["POST"])
@blp.arguments(shapes.MergeIn)
@blp.response(201, shapes.EntryOut)
@_refuses(*WRITING)
@called(WRITE)
def merge(given: dict[str, Any], team: str, number: int) -> dict[str, Any]:
    """Let it go on in another one, whose number is `into`; the earlier of the two dates holds."""
    s = access.find_suggestion(caller(), team, number)
    into = access.find_suggestion(caller(), team, given["into"])
    return _entry(once(lambda: merging.merge(s, into=into, by=caller(), now=g.now, via=Via.API)))


@blp.route(f"{ONE}/unmerges", methods=["POST"])
@blp.response(201, shapes.EntryOut)
@_refuses(*WRITING)
@called(WRITE)
def unmerge(team: str, number: int) -> dict[str, Any]:
    """Take a merge back, while the other one has no outcome."""
    s = access.find_suggestion(caller(), team, number)
    return _entry(once(lambda: merging.unmerge(s, by=caller(), now=g.now, via=Via.API)))


@blp.route(f"{ONE}/votes", methods=["POST"])
@blp.arguments(shapes.NothingIn)
@blp.response(200, shapes.SuggestionOut)
@_refuses(*WRITING)
@called(WRITE)
def vote(given: dict[str, Any], team: str, number: int) -> dict[str, Any]:
    """ "Me too"; a second one changes nothing."""
    s = access.find_suggestion(caller(), team, number)
    support.vote(s, by=caller(), now=g.now, via=Via.API, tell_me=given["tell_me"])
    db.session.commit()
    return _one(s)


@blp.route(f"{ONE}/nudges", methods=["POST"])
@blp.response(200, shapes.SuggestionOut)
@_refuses(*WRITING)
@called(WRITE)
def nudge(team: str, number: int) -> dict[str, Any]:
    """ "Still matters to me", after the date; costs nobody a mail."""
    s = access.find_suggestion(caller(), team, number)
    support.nudge(s, by=caller(), now=g.now, via=Via.API)
    db.session.commit()
    return _one(s)


@blp.route(f"{ONE}/tasks/<int:task>/ticks", methods=["POST"])
@blp.response(200, shapes.TaskOut)
@_refuses(*WRITING)
@called(WRITE)
def tick(team: str, number: int, task: int) -> dict[str, Any]:
    """A task is done; ticking it twice does nothing more."""
    return _ticked(team, number, task, task_verbs.tick)


@blp.route(f"{ONE}/tasks/<int:task>/unticks", methods=["POST"])
@blp.response(200, shapes.TaskOut)
@_refuses(*WRITING)
@called(WRITE)
def untick(team: str, number: int, task: int) -> dict[str, Any]:
    """Take a tick back within 60 seconds; an open task stays open."""
    return _ticked(team, number, task, task_verbs.untick)


def _ticked(team: str, number: int, task: int, verb: Callable[..., Entry | None]) -> dict[str, Any]:
    s = access.find_suggestion(caller(), team, number)
    by_number = {n: task_id for task_id, n in tasks.numbers_of([s.id]).items()}
    found = tasks.by_id(by_number[task]) if task in by_number else None
    if found is None:
        raise OutOfReach(access.NOT_THERE)
    once(lambda: verb(found, by=caller(), now=g.now, via=Via.API))
    db.session.refresh(found)
    names = people.names({found.assignee_id} if found.assignee_id else set())
    return shapes.task(found, names, number=task)


@blp.route("/record", methods=["GET"])
@blp.response(200, shapes.RecordOut)
@_refuses(*READING)
@called(READ)
def record(team: str) -> dict[str, int]:
    """How the team has kept its word, counted over what the caller can see."""
    found_team, _ = access.find_team(caller(), team)
    counts, contested = lists.record(access.visible_to(caller()), found_team.id, now=g.now)
    shown = {kind.value: counts[kind] for kind in Record if kind is not Record.NONE}
    return {**shown, "contested": contested}
