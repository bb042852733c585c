"""The weekly overview, filled from what is true when it leaves: what was achieved and what to do, or what became of
one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from tracker import access
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.domain.weeks import end_of_day
from tracker.notices import links, told
from tracker.notices.compose_author import as_given, contest_day, day_of, former_dates
from tracker.notices.compose_lists import in_order, late_line, open_questions, today_line
from tracker.notices.hours import MONDAY, Hours
from tracker.notices.mails import (
    AnsweredLine,
    AskedLine,
    BackLine,
    ComingLine,
    DigestManager,
    DigestMember,
    ManagerPart,
    MemberPart,
    NewForAll,
    OwedLine,
)
from tracker.notices.mails.overview import LINES
from tracker.notices.mails.parts import Outcome as Said
from tracker.notices.mails.parts import PromiseKind as Owing
from tracker.notices.owed import Owed, Picture, Pictures, teams_of
from tracker.notices.writing import CONTEST, NUDGE, REPLY, THANKS, Writer, Written, plain
from tracker.store import entries, promises, teams
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Notice
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import CoAuthor, Follower, Suggestion, Thanks, Vote
from tracker.store.teams import Team

#: What falls due within so many days is coming.
AHEAD = timedelta(days=7)


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


# A manager's ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Table:
    """What lies on a manager's table in one team, in the order in which it is told."""

    picture: Picture
    late: list[Owed]
    today: list[Owed]
    later: list[Owed]
    back: list[Owed]

    @property
    def shown(self) -> list[Owed]:
        return [*self.late[:LINES], *self.today[:LINES], *self.back[:LINES]]


def _table(person: Person, team: Team, hours: Hours, pictures: Pictures, now: datetime) -> _Table:
    today = now.astimezone(hours.zone).date()
    end_of_today, end_of_week = end_of_day(today, hours.zone), end_of_day(_sunday(today), hours.zone)
    picture = pictures.of(team, until=max(end_of_week, end_of_day(today + AHEAD, hours.zone)))
    ahead, late = in_order(picture.of(person), now=now)
    due = [one for one in ahead if one.row.kind is not PromiseKind.REVISIT and one.due_at <= end_of_week]
    back = [one for one in ahead if one.row.kind is PromiseKind.REVISIT]
    return _Table(
        picture=picture,
        late=late,
        today=[one for one in due if one.due_at <= end_of_today],
        later=[one for one in due if one.due_at > end_of_today],
        back=back,
    )


def _sunday(day: date) -> date:
    return date.fromordinal(day.toordinal() + 6 - day.weekday())


def manager_lines(person: Person, hours: Hours, pictures: Pictures, now: datetime) -> list[Owed]:
    """What a manager's overview names: late, today, coming back."""
    return [one for team in teams_of(person) for one in _table(person, team, hours, pictures, now).shown]


def has_achieved(person: Person, span: Span) -> bool:
    return any(_answered_by(person, team, span) for team in teams_of(person))


def manager(w: Writer, notices: list[Notice]) -> Written | None:
    """What was achieved, then what to do; then what became of their own."""
    notice = _digest(notices)
    span, pictures, hours = Span.of(notice.facts), Pictures(w.now), Hours.of(w.person)
    managing = [m.team for m in teams.teams_of(w.person.id) if m.is_managing]
    named = {one.promise_id for one in notices if one.kind == "daily_line"}
    parts = [_manager_part(w, team, span, hours, pictures, named) for team in managing]
    kept = tuple(part for part in parts if _says_something(part))
    own = tuple(part for team in _all_teams(w.person) if (part := _member_part(w, team, span)) is not None)
    if not kept and not own:
        return None
    return Written(
        mail=DigestManager(name=w.person.name, parts=kept, own=own),
        footer=_footer(w),
        list_kind="digest",
        reason="digest",
    )


def _says_something(part: ManagerPart) -> bool:
    return bool(part.answered or part.late_count or part.due_count or part.back_count)


def _manager_part(
    w: Writer, team: Team, span: Span, hours: Hours, pictures: Pictures, named: set[int | None]
) -> ManagerPart:
    table = _table(w.person, team, hours, pictures, w.now)
    answered = _answered_by(w.person, team, span)
    days = Counter(w.reader.local(one.due_at - timedelta(microseconds=1)).date() for one in table.later)
    # who gets reminders in the app, or each by itself, is not reminded by these lines, and reads them all the same
    is_no_reminder = w.person.reminders_in_app or w.person.reminder_rhythm != "daily"
    return ManagerPart(
        team=team.name,
        answered=len(answered),
        on_time=sum(_is_on_time(entry) for entry in answered),
        thanks=_thanks_for(w.person, team, span),
        first=tuple(
            late_line(w, one, table.picture) for one in table.late[:LINES] if is_no_reminder or one.row.id in named
        ),
        today=tuple(today_line(w, one) for one in table.today),
        this_week=tuple(sorted(days.items())),
        coming_back=tuple(
            BackLine(w.item(one.suggestion), day_of(one.due_at, w.calendar(team))) for one in table.back[:LINES]
        ),
        late_count=len(table.late),
        due_count=len(table.today) + len(table.later),
        back_count=len(table.back),
        open_questions=open_questions(w, team),
        desk_url=links.url("desk", slug=team.slug),
        one_by_one_url=links.url("one_by_one", slug=team.slug),
    )


def _answered_by(person: Person, team: Team, span: Span) -> list[Entry]:
    """The answers somebody gave, without those that were taken back."""
    statement = (
        sa.select(Entry)
        .join(Suggestion, Suggestion.id == Entry.suggestion_id)
        .where(
            Entry.actor_id == person.id,
            span.holds(Entry.at),
            Entry.kind.in_((EntryKind.ANSWER, EntryKind.UNDONE)),
            Suggestion.team_id == team.id,
        )
    )
    found = list(db.session.scalars(statement))
    undone = entries.undone_ids(found)
    return [entry for entry in found if entry.kind is EntryKind.ANSWER and entry.id not in undone]


def _is_on_time(entry: Entry) -> bool:
    return not entry.facts.get("late_since")


def _thanks_for(person: Person, team: Team, span: Span) -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(Thanks)
        .join(Entry, Entry.id == Thanks.entry_id)
        .join(Suggestion, Suggestion.id == Thanks.suggestion_id)
        .where(Entry.actor_id == person.id, Suggestion.team_id == team.id, span.holds(Thanks.at))
    )
    return int(db.session.scalar(statement) or 0)


# A member's -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Theirs:
    """What there is to tell of one person's suggestions in one team."""

    late: list[tuple[Suggestion, PromiseRow]] = field(default_factory=list)
    asked: list[tuple[Suggestion, PromiseRow]] = field(default_factory=list)
    answered: list[tuple[Suggestion, Entry]] = field(default_factory=list)
    coming: list[tuple[Suggestion, PromiseRow]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.late or self.asked or self.answered or self.coming)


def has_something(person: Person, span: Span, *, now: datetime) -> bool:
    """Whether something of theirs was answered, moved, is late, is with them or falls due within seven days."""
    return any(_theirs(person, team, span, now=now) for team in _all_teams(person))


def _all_teams(person: Person) -> list[Team]:
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
    return found


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
    span = Span.of(_digest(notices).facts)
    parts = tuple(part for team in _all_teams(w.person) if (part := _member_part(w, team, span)) is not None)
    if not parts:
        return None
    return Written(
        mail=DigestMember(name=w.person.name, parts=parts), footer=_footer(w), list_kind="digest", reason="digest"
    )


def _member_part(w: Writer, team: Team, span: Span) -> MemberPart | None:
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
        team_answered=len(answered),
        team_on_time=sum(_is_on_time(entry) for _, entry in answered),
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


def _digest(notices: Iterable[Notice]) -> Notice:
    return next(notice for notice in notices if notice.kind == "digest")


def _footer(w: Writer) -> Any:
    weekday = w.person.digest_weekday if w.person.digest_weekday is not None else MONDAY
    return w.footer("digest", weekday=weekday)
