"""Raising a suggestion, saying something about it, taking it back, and bringing it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker import access, chance
from tracker.acts import merging, texts
from tracker.acts import scene as scenes
from tracker.acts.attachments import send_along
from tracker.acts.questions import ball_back
from tracker.acts.readers import let_in, let_out, seal_if_managing
from tracker.acts.scene import Scene
from tracker.domain import duty, promises
from tracker.domain.errors import N_, BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import (
    Act,
    Kind,
    Status,
    Urgency,
    Visibility,
    may_edit,
    takes_comments,
)
from tracker.notices import tell
from tracker.store import rosters, suggestions, teams
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import HIDDEN_NUMBERS, Follower, Suggestion
from tracker.store.teams import Team


def raise_(
    team: Team,
    *,
    by: Person,
    now: datetime,
    via: Via,
    title: str,
    body: str = "",
    kind: Kind = Kind.IDEA,
    urgency: Urgency = Urgency.NORMAL,
    visibility: Visibility = Visibility.TEAM,
    about: Person | None = None,
    author: Person | None = None,
    entered_from: str = "",
    files: Sequence[Attachment] = (),
    left_out: Sequence[Mapping[str, Any]] = (),
    split_from: Suggestion | None = None,
) -> Suggestion:
    """Raise a suggestion; its answer is owed by a date from now on. ``split_from`` is where it was said before.

    ``author`` is somebody else for whom a manager enters it, ``entered_from`` where it was said. ``about`` is the
    person a friction is about, who will never see it; ``files`` were added before, ``left_out`` names those that came
    along and could not be kept. Raises ``BadInput``, ``NotAllowed``, ``OutOfReach``.
    """
    membership = access.membership_in(by, team)
    title = texts.line(title, field="title", missing=N_("Give it a title: one line that says what it is about."))
    body = texts.block(body, field="body", required=False)
    author = author or by
    if author.id != by.id:
        access.demand_managing(membership)
        access.membership_in(author, team)
        entered_from = texts.line(entered_from, field="entered_from", longest=120, required=False)
    if about is not None:
        kind, urgency, visibility = _about_a_person(team, about, author, by, now)

    team = teams.hold(team.id)
    suggestion = Suggestion(
        team_id=team.id,
        number=_number(team, visibility),
        title=title,
        body=body,
        kind=kind,
        urgency=urgency,
        status=Status.OPEN,
        visibility=visibility,
        about_person_id=about.id if about else None,
        is_sealed=about is not None and rosters.is_managing(team.id, about.id),
        author_id=author.id,
        entered_by_id=by.id if author.id != by.id else None,
        entered_from=entered_from if author.id != by.id else "",
        raised_at=now,
        changed_at=now,
        moves=0,
        votes=0,
        nudges=0,
    )
    db.session.add(suggestion)
    db.session.flush()
    return _promised(Scene(suggestion=suggestion, team=team, by=by, via=via, now=now), files, left_out, split_from)


def _promised(
    scene: Scene, files: Sequence[Attachment], left_out: Sequence[Mapping[str, Any]], split_from: Suggestion | None
) -> Suggestion:
    """The answer is owed from now on; the author gets the receipt, and who is on duty can see it."""
    s = scene.suggestion
    row = scene.make(promises.answer(budget=scene.budget, calendar=scene.calendar, now=scene.now))
    entry = scene.log(
        EntryKind.RAISED,
        urgency=s.urgency.value,
        entered_from=s.entered_from or None,
        suggestion=split_from.id if split_from is not None else None,
        number=split_from.number if split_from is not None else None,
        left_out=[dict(one) for one in left_out] or None,
    )
    send_along(s, entry, files)
    let_in(scene, rosters.on_duty(s, row.value, now=scene.now))
    tell.raised(s, entry, row, now=scene.now)
    return s


def _about_a_person(
    team: Team, about: Person, author: Person, by: Person, now: datetime
) -> tuple[Kind, Urgency, Visibility]:
    """About a person there is no choice of urgency, and somebody has to be left who may see it."""
    if about.id in (author.id, by.id):
        raise BadInput(N_("It cannot be about the person who raises it."), field="about")
    if teams.membership_of(team.id, about.id) is None:
        raise BadInput(N_("This person is not in the team."), field="about")
    case, roster = rosters.case_about(team, about.id, author.id), rosters.roster(team, now=now)
    if not duty.may_be_raised(case, roster):
        raise BadInput(
            N_("Nobody in the team could read this without the person it is about. Nothing was stored. %(contact)s")
            if team.outside_contact
            else N_(
                "Nobody in the team could read this without the person it is about. Nothing was stored; your words are "
                "still here. The team has named nobody outside for this: turn to somebody you trust."
            ),
            field="about",
            contact=team.outside_contact,
        )
    return Kind.FRICTION, Urgency.HIGH, Visibility.MANAGERS


def _number(team: Team, visibility: Visibility) -> int:
    """The team's next number; what not everybody sees takes a random one, because a gap would betray it."""
    if visibility is Visibility.TEAM:
        return teams.take_number(team.id)
    while True:
        number = HIDDEN_NUMBERS.start + chance.below(len(HIDDEN_NUMBERS))
        if suggestions.by_number(team.id, number) is None:
            return number


def edit(
    suggestion: Suggestion,
    entry: Entry,
    *,
    by: Person,
    now: datetime,
    via: Via,
    text: str,
    title: str | None = None,
) -> Entry:
    """Change one's own words within 15 minutes; the former ones stay in the log."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    if not access.is_own_words(by, entry) or entry.suggestion_id != s.id:
        raise NotAllowed(N_("You can edit only what you wrote yourself."))
    if not may_edit(entry.at, now=now):
        raise NotPossible(N_("Words can be edited for 15 minutes. Add a comment instead."))
    is_raised = entry.kind is EntryKind.RAISED
    former = {"title": s.title, "text": s.body} if is_raised else {"text": entry.text}
    if is_raised:
        new = {"title": texts.line(s.title if title is None else title, field="title")}
        new["text"] = texts.block(text, field="body", required=False)
    else:
        new = {"text": texts.block(text, field="text")}
    if new == former:
        return entry
    if is_raised:
        s.title, s.body = new["title"], new["text"]
    else:
        entry.text = new["text"]
    entry.edited_at = now
    return scene.log(EntryKind.EDITED, is_internal=entry.is_internal, entry=entry.id, former=former)


def comment(
    suggestion: Suggestion,
    *,
    by: Person,
    now: datetime,
    via: Via,
    text: str,
    files: Sequence[Attachment] = (),
    left_out: Sequence[Mapping[str, Any]] = (),
) -> Entry:
    """Say something everybody who can see it reads. It is not an answer; the author's words end an open question.

    A picture alone says something, too. ``left_out`` names what came along and could not be kept.
    """
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    if not takes_comments(s.status):
        raise NotPossible(N_("It goes on in another suggestion. Say it there."))
    said = texts.block(text, field="text", required=not files)
    entry = scene.log(EntryKind.COMMENT, text=said, left_out=[dict(one) for one in left_out] or None)
    send_along(s, entry, files)
    follow_by_writing(s, by, now=now)
    tell.commented(s, entry, now=now)
    if s.status is Status.ASKED and access.is_author(by, s):
        ball_back(scene, Act.REPLY, why="reply")
    return entry


def note(
    suggestion: Suggestion, *, by: Person, now: datetime, via: Via, text: str, files: Sequence[Attachment] = ()
) -> Entry:
    """An internal note, read by those who manage the suggestion."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    access.demand_handling(by, scene.suggestion)
    if not takes_comments(scene.status):
        raise NotPossible(N_("It goes on in another suggestion. Say it there."))
    entry = scene.log(EntryKind.NOTE, text=texts.block(text, field="text", required=not files), is_internal=True)
    send_along(scene.suggestion, entry, files)
    tell.noted(scene.suggestion, entry, now=now)
    return entry


def follow_by_writing(suggestion: Suggestion, person: Person, *, now: datetime) -> None:
    """Who writes there follows, unless they stopped following on purpose."""
    if suggestion.author_id != person.id and suggestions.follower_of(suggestion.id, person.id) is None:
        db.session.add(Follower(suggestion_id=suggestion.id, person_id=person.id, at=now))
        db.session.flush()


def withdraw(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, text: str = "") -> Entry:
    """The author takes the suggestion back. A date that has passed stays missed; what others had raised, and was merged
    into it, stands on its own again."""
    merging.hold_merged(suggestion, by=by, now=now, via=via)
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    if s.author_id != by.id:
        raise NotAllowed(N_("Only the person who raised it can do that."))
    status = scene.next_status(Act.WITHDRAW)
    close_promises(scene)
    let_out(scene)
    scene.become(status)
    entry = scene.log(EntryKind.WITHDRAWN, text=texts.block(text, field="text", required=False))
    tell.withdrawn(s, entry, now=now)
    merging.set_free(scene)
    return entry


def close_promises(scene: Scene) -> None:
    """Withdraw whatever is still owed: the open promise, a suspended one, the tasks."""
    for row in (scene.open, scene.suspended):
        if row is not None:
            scene.write(row, promises.withdraw(row.value, now=scene.now))
    scene.withdraw_tasks()


def reopen(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, text: str = "") -> Entry:
    """Managers open a closed suggestion again, the author a withdrawn one: a new answer with the whole budget."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    if not (s.status is Status.WITHDRAWN and s.author_id == by.id):
        access.demand_handling(by, s)
    return _open_again(scene, scene.next_status(Act.REOPEN), text, is_back=False)


def it_is_back(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, text: str = "") -> Entry:
    """What was done has come back, says the author; no limit of days."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    access.demand_author(by, scene.suggestion)
    return _open_again(scene, scene.next_status(Act.IT_IS_BACK), text, is_back=True)


def _open_again(scene: Scene, status: Status, text: str, *, is_back: bool) -> Entry:
    seal_if_managing(scene)
    scene.suggestion.contested_answerer_id = None  # withdrawn while contested: this is a plain answer once more
    row = scene.make(promises.reopened(budget=scene.budget, calendar=scene.calendar, now=scene.now))
    scene.become(status)
    scene.suggestion.answered_at = None
    scene.suggestion.answer_entry_id = None
    let_out(scene)
    entry = scene.log(EntryKind.REOPENED, text=texts.block(text, field="text", required=False), is_back=is_back or None)
    let_in(scene, rosters.on_duty(scene.suggestion, row.value, now=scene.now))
    tell.reopened(scene.suggestion, entry, row, now=scene.now)
    return entry
