"""What became of one's own: a member's weekly overview, and the end of a manager's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from tracker import access
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import links, told
from tracker.notices.compose_author import as_given, contest_day, day_of, former_dates
from tracker.notices.hours import MONDAY
from tracker.notices.mails import (
    AnsweredLine,
    AskedLine,
    ComingLine,
    DigestMember,
    MemberPart,
    NewForAll,
    OwedLine,
    TaskLine,
)
from tracker.notices.mails.parts import Item
from tracker.notices.mails.parts import Outcome as Said
from tracker.notices.mails.parts import PromiseKind as Owing
from tracker.notices.writing import CONTEST, NUDGE, REPLY, TASKS, THANKS, Writer, Written, plain
from tracker.store import entries, promises, tasks, teams
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Notice
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import CoAuthor, Follower, Suggestion, Vote
from tracker.store.tasks import Task
from tracker.store.teams import Team

#: What falls due within so many days is coming.
AHEAD = timedelta(days=7)
#: More tasks than that nobody has in a week.
MOST_TASKS = 200


@dataclass(frozen=True, slots=True)
class Span:
    """What an overview tells of: after ``since``, until ``until``."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Span:
        return cls(datetime.fromisoformat(facts["since"]), datetime.fromisoformat(facts["until"]))

    def holds(self, column: Any) -> sa.ColumnElement[bool]:
        return sa.and_(column > self.since, column <= self.until)


@dataclass(slots=True)
class _Theirs:
    """What there is to tell of one person's suggestions in one team."""

    late: list[tuple[Suggestion, PromiseRow]] = field(default_factory=list)
    asked: list[tuple[Suggestion, PromiseRow]] = field(default_factory=list)
    answered: list[tuple[Suggestion, Entry]] = field(default_factory=list)
    coming: list[tuple[Suggestion, PromiseRow]] = field(default_factory=list)
    tasks: list[tuple[Suggestion, Task]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.late or self.asked or self.answered or self.coming or self.tasks)


def has_something(person: Person, span: Span, *, now: datetime) -> bool:
    """Whether something of theirs was answered, moved, is late, is with them or falls due within seven days."""
    return any(_theirs(person, team, span, now=now) for team in all_teams(person))


def all_teams(person: Person) -> list[Team]:
    return [membership.team for membership in teams.teams_of(person.id)]


def _theirs(person: Person, team: Team, span: Span, *, now: datetime) -> _Theirs:
    found = _Theirs()
    own = sa.or_(Suggestion.author_id == person.id, _exists(CoAuthor, person))
    here = (Suggestion.team_id == team.id, access.visible_to(person))
    rows = db.session.execute(
        sa.select(Suggestion, PromiseRow)
        .join(PromiseRow, PromiseRow.suggestion_id == Suggestion.id)
        .where(*here, own, PromiseRow.state == PromiseState.OPEN, PromiseRow.kind != PromiseKind.TASK)
        .order_by(PromiseRow.due_at, PromiseRow.id)
    )
    moved = _moved(person, team, span)
    for s, row in rows:
        if row.due_at is None:
            continue
        if row.kind is PromiseKind.CLARIFY:
            found.asked.append((s, row))
        elif row.due_at <= now:
            found.late.append((s, row))
        elif row.due_at <= now + AHEAD or s.id in moved:
            found.coming.append((s, row))
    followed = sa.or_(own, _follows(person), _exists(Vote, person))
    answers = db.session.execute(
        sa.select(Suggestion, Entry)
        .join(Entry, Entry.id == Suggestion.answer_entry_id)
        .where(*here, followed, span.holds(Entry.at), Entry.actor_id != person.id)
        .order_by(Entry.id)
    )
    found.answered = list(answers)
    found.tasks = _tasks(person, team, now=now)
    return found


def _tasks(person: Person, team: Team, *, now: datetime) -> list[tuple[Suggestion, Task]]:
    """Their tasks that are late or fall due within seven days, soonest first. Those of who manages the team lie on
    their table already."""
    membership = teams.membership_of(team.id, person.id)
    if membership is None or membership.is_managing:
        return []
    mine = tasks.seen_with(person.id, [team.id], access.visible_to(person), limit=MOST_TASKS)
    return [(s, task) for task, s in mine if task.promise.due_at is not None and task.promise.due_at <= now + AHEAD]


def _exists(table: type[CoAuthor] | type[Vote], person: Person) -> sa.ColumnElement[bool]:
    return sa.exists().where(table.suggestion_id == Suggestion.id, table.person_id == person.id)


def _follows(person: Person) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Follower.suggestion_id == Suggestion.id, Follower.person_id == person.id, Follower.stopped_at.is_(None)
    )


def _moved(person: Person, team: Team, span: Span) -> set[int]:
    """Their suggestions whose date was put off."""
    statement = (
        sa.select(Suggestion.id, Entry.facts)
        .join(Entry, Entry.suggestion_id == Suggestion.id)
        .where(
            Suggestion.team_id == team.id,
            sa.or_(Suggestion.author_id == person.id, _exists(CoAuthor, person)),
            Entry.kind == EntryKind.MOVED,
            span.holds(Entry.at),
        )
    )
    return {row.id for row in db.session.execute(statement) if row.facts.get("nth")}


def member(w: Writer, notices: list[Notice]) -> Written | None:
    """What became of one's own, a part for each team in which something has."""
    span = Span.of(digest_of(notices).facts)
    parts = tuple(part for team in all_teams(w.person) if (part := member_part(w, team, span)) is not None)
    if not parts:
        return None
    return Written(
        mail=DigestMember(name=w.person.name, parts=parts), footer=footer_of(w), list_kind="digest", reason="digest"
    )


def member_part(w: Writer, team: Team, span: Span) -> MemberPart | None:
    theirs = _theirs(w.person, team, span, now=w.now)
    if not theirs:
        return None
    answered = _answered_in(w.person, team, span)
    return MemberPart(
        team=team.name,
        late=tuple(_owed_line(w, s, row) for s, row in theirs.late),
        with_you=tuple(line for s, row in theirs.asked if (line := _asked_line(w, s, row)) is not None),
        answered=tuple(_answered_line(w, s, entry) for s, entry in theirs.answered),
        coming=tuple(_coming_line(w, s, row) for s, row in theirs.coming),
        tasks=tuple(_task_line(w, s, task) for s, task in theirs.tasks),
        tasks_url=links.url("tasks", slug=team.slug),
        team_answered=len(answered),
        team_on_time=sum(is_on_time(entry) for _, entry in answered),
        new_for_all=_new_for_all(w, answered),
        url=links.url("mine", slug=team.slug),
    )


def _owed_line(w: Writer, s: Suggestion, row: PromiseRow) -> OwedLine:
    """A promise to the reader whose date has passed, and who heard of it last."""
    due_at = cast("datetime", row.due_at)
    reached = told.reminded(w.carried(row)) if s.about_person_id is None else {}
    # Before the date there was nothing to know.
    known = {i: next((one for one in at if one >= due_at), None) for i, at in reached.items()}
    days = {i: w.reader.local(at).date() for i, at in known.items() if at is not None}
    last = max(days.values(), default=None)
    return OwedLine(
        item=w.item(s),
        due_at=due_at,
        promise=cast("Owing", row.kind.value),
        on=day_of(due_at, w.calendar(s.team)) if row.kind is not PromiseKind.ANSWER else None,
        latest=w.names(i for i, day in days.items() if day == last),
        latest_on=last,
        nudge_url=w.url(s, NUDGE),
    )


def _asked_line(w: Writer, s: Suggestion, row: PromiseRow) -> AskedLine | None:
    question = entries.last_of(s.id, EntryKind.QUESTION)
    if question is None:
        return None
    return AskedLine(
        item=w.item(s),
        asker=w.actor(s, question.actor_id),
        question=plain(question.text) if s.about_person_id is None else "…",
        is_clock_waiting=promises.suspended_of(s.id) is not None,
        reply_url=w.url(s, REPLY),
    )


def _answered_line(w: Writer, s: Suggestion, entry: Entry) -> AnsweredLine:
    until = contest_day(w, s, entry)
    return AnsweredLine(
        item=w.item(s),
        outcome=cast("Said", entry.facts["outcome"]),
        text=plain(entry.text) if s.about_person_id is None else "…",
        kind=s.kind.value,
        on=date.fromisoformat(entry.facts["on"]) if entry.facts.get("on") else None,
        thanks_url=w.url(s, THANKS),
        contest_url=w.url(s, CONTEST) if until else None,
        contest_until=until,
    )


def _coming_line(w: Writer, s: Suggestion, row: PromiseRow) -> ComingLine:
    calendar, due_at = w.calendar(s.team), cast("datetime", row.due_at)
    former = former_dates(s) if s.moves else []
    moved_from = as_given(former[-1], row, calendar) if former else None
    return ComingLine(
        item=w.item(s),
        on=day_of(due_at, calendar),
        who=w.names(w.on_duty(s, row)) if s.about_person_id is None else (),
        promise=cast("Owing", row.kind.value),
        moved_from=moved_from.astimezone(calendar.zone).date() if isinstance(moved_from, datetime) else moved_from,
        moves=s.moves if former else 0,
        bar=w.bar(row),
    )


def _task_line(w: Writer, s: Suggestion, task: Task) -> TaskLine:
    title = task.title if s.about_person_id is None else None
    due_at = cast("datetime", task.promise.due_at)
    return TaskLine(Item(s.number, title, w.page_url(s, TASKS)), task.due_on, is_late=due_at <= w.now)


def _answered_in(person: Person, team: Team, span: Span) -> list[tuple[Suggestion, Entry]]:
    """What was answered in the team, as far as the reader can see it."""
    statement = (
        sa.select(Suggestion, Entry)
        .join(Entry, Entry.id == Suggestion.answer_entry_id)
        .where(Suggestion.team_id == team.id, span.holds(Suggestion.answered_at), access.visible_to(person))
        .order_by(Entry.id)
    )
    return list(db.session.execute(statement))


def _new_for_all(w: Writer, answered: Iterable[tuple[Suggestion, Entry]]) -> NewForAll | None:
    """The latest thing that others got done."""
    for s, entry in reversed(list(answered)):
        is_done = entry.facts.get("outcome") == "done" and s.kind.value in ("idea", "problem")
        if is_done and s.author_id != w.person.id and s.about_person_id is None and s.visibility.value == "team":
            return NewForAll(s.title, w.name(s.author_id), s.kind.value)
    return None


def is_on_time(entry: Entry) -> bool:
    return not entry.facts.get("late_since")


def digest_of(notices: Iterable[Notice]) -> Notice:
    return next(notice for notice in notices if notice.kind == "digest")


def footer_of(w: Writer) -> Any:
    weekday = w.person.digest_weekday if w.person.digest_weekday is not None else MONDAY
    return w.footer("digest", weekday=weekday)
