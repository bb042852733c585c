"""A manager's weekly overview, filled from what is true when it leaves: what was achieved and what to do; then what
became of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tracker.domain.promises import PromiseKind
from tracker.domain.weeks import end_of_day
from tracker.notices import compose_lists, links
from tracker.notices.compose_author import day_of
from tracker.notices.compose_lists import in_order, late_line, open_questions, today_line
from tracker.notices.compose_own import AHEAD, Span, all_teams, digest_of, footer_of, is_on_time, member_part
from tracker.notices.compose_team import news_line
from tracker.notices.hours import Hours
from tracker.notices.mails import (
    BackLine,
    DigestManager,
    ManagerPart,
)
from tracker.notices.mails.overview import LINES
from tracker.notices.owed import Owed, Picture, Pictures, teams_of
from tracker.notices.writing import Writer, Written
from tracker.store import entries, teams
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Notice
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion, Thanks
from tracker.store.teams import Team


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
    """What was achieved, then what to do and what is new; then what became of their own. For who wants no overview any
    more what goes along with it is a daily mail."""
    if not any(notice.kind == "digest" for notice in notices):
        return compose_lists.daily(w, notices)
    notice = digest_of(notices)
    span, pictures, hours = Span.of(notice.facts), Pictures(w.now), Hours.of(w.person)
    managing = [m.team for m in teams.teams_of(w.person.id) if m.is_managing]
    named = {one.promise_id for one in notices if one.kind == "daily_line"}
    news = compose_lists.news_of(notices)
    parts = [_manager_part(w, team, span, hours, pictures, named, news.pop(team.id, [])) for team in managing]
    parts += [_news_part(w, db.session.get_one(Team, team_id), found) for team_id, found in news.items()]
    kept = tuple(part for part in parts if _says_something(part))
    own = tuple(part for team in all_teams(w.person) if (part := member_part(w, team, span)) is not None)
    if not kept and not own:
        return None
    return Written(
        mail=DigestManager(name=w.person.name, parts=kept, own=own),
        footer=footer_of(w),
        list_kind="digest",
        reason="digest",
    )


def _says_something(part: ManagerPart) -> bool:
    return bool(part.answered or part.late_count or part.due_count or part.back_count or part.news)


def _news_part(w: Writer, team: Team, news: list[Notice]) -> ManagerPart:
    """What is new in a team that the reader does not manage."""
    lines = tuple(news_line(w, notice) for notice in news)
    return ManagerPart(team=team.name, news=lines, desk_url=links.url("mine", slug=team.slug))


def _manager_part(
    w: Writer,
    team: Team,
    span: Span,
    hours: Hours,
    pictures: Pictures,
    named: set[int | None],
    news: list[Notice],
) -> ManagerPart:
    table = _table(w.person, team, hours, pictures, w.now)
    answered = _answered_by(w.person, team, span)
    days = Counter(w.reader.local(one.due_at - timedelta(microseconds=1)).date() for one in table.later)
    # who gets reminders in the app, or each by itself, is not reminded by these lines, and reads them all the same
    is_no_reminder = w.person.reminders_in_app or w.person.reminder_rhythm != "daily"
    said = {one.suggestion.id for one in table.shown}
    return ManagerPart(
        team=team.name,
        answered=len(answered),
        on_time=sum(is_on_time(entry) for entry in answered),
        thanks=_thanks_for(w.person, team, span),
        first=tuple(
            late_line(w, one, table.picture) for one in table.late[:LINES] if is_no_reminder or one.row.id in named
        ),
        today=tuple(today_line(w, one) for one in table.today),
        this_week=tuple(sorted(days.items())),
        coming_back=tuple(
            BackLine(w.item(one.suggestion), day_of(one.due_at, w.calendar(team))) for one in table.back[:LINES]
        ),
        news=tuple(news_line(w, one) for one in news if not compose_lists.is_said(one, said)),
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


def _thanks_for(person: Person, team: Team, span: Span) -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(Thanks)
        .join(Entry, Entry.id == Thanks.entry_id)
        .join(Suggestion, Suggestion.id == Thanks.suggestion_id)
        .where(Entry.actor_id == person.id, Suggestion.team_id == team.id, span.holds(Thanks.at))
    )
    return int(db.session.scalar(statement) or 0)
