"""Asking the author, and the ball coming back: the clock waits for an answer, but not for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker import access
from tracker.acts import scene as scenes
from tracker.acts import texts
from tracker.acts.attachments import send_along
from tracker.acts.scene import Scene
from tracker.domain import promises
from tracker.domain.errors import N_, NotPossible
from tracker.domain.lifecycle import Act, Status
from tracker.domain.promises import PromiseKind
from tracker.notices import tell
from tracker.store.attachments import Attachment
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion


def ask(
    suggestion: Suggestion,
    *,
    by: Person,
    now: datetime,
    via: Via,
    text: str,
    seen: str | None = None,
    files: Sequence[Attachment] = (),
) -> Entry:
    """Ask the author something. Our clock waits, unless the answer is late or was asked for twice already."""
    scene = scenes.of(suggestion, by=by, now=now, via=via, seen=seen)
    s = scene.suggestion
    access.demand_handling(by, s)
    text = texts.block(text, field="text", missing=N_("What would you like to know?"))
    row = scene.open
    suspends = s.status is Status.OPEN and row is not None and promises.may_pause(row.value, now=now)
    status = scene.next_status(Act.ASK, suspends=suspends)
    joins = s.status is Status.ASKED
    if suspends and row is not None:
        scene.write(row, promises.suspend(row.value, calendar=scene.calendar, now=now))
        scene.make(promises.clarify(author=s.author_id, calendar=scene.calendar, now=now))
    scene.become(status)
    runs = None if suspends or joins else True
    entry = scene.log(EntryKind.QUESTION, text=text, joins=joins or None, clock_runs=runs)
    send_along(s, entry, files)
    tell.asked(s, entry, scene.open, now=now)
    return entry


def take_back(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, seen: str | None = None) -> Entry:
    """ "I have what I need": the managers take their question back and their clock runs on."""
    scene = scenes.of(suggestion, by=by, now=now, via=via, seen=seen)
    access.demand_handling(by, scene.suggestion)
    return ball_back(scene, Act.TAKE_BACK, why="taken_back")


def ball_back(scene: Scene, act: Act, *, why: str) -> Entry:
    """The answer runs again with what remained of its time; told to author and on duty, and not a move.

    ``why`` is reply, taken_back, left or silence.
    """
    status = scene.next_status(act)
    question, answer = scene.open, scene.suspended
    if question is None or answer is None or question.kind is not PromiseKind.CLARIFY:
        raise NotPossible(N_("No question is open."))
    value = question.value
    ended = promises.keep(value, now=scene.now) if act is Act.REPLY else promises.withdraw(value, now=scene.now)
    scene.write(question, ended)
    scene.write(answer, promises.resume(answer.value, calendar=scene.calendar, now=scene.now))
    scene.become(status)
    entry = scene.log(EntryKind.BALL_BACK, why=why)
    tell.ball_back(scene.suggestion, entry, answer, why=why, now=scene.now)
    return entry
