"""The lines of what somebody owes: the daily mail, and the same lines in a manager's weekly overview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa

from tracker.domain.ladder import EVERYBODY, OWNERS
from tracker.domain.promises import THIRD, PromiseKind, PromiseState
from tracker.notices import hours, links
from tracker.notices.compose_author import day_of, next_movers
from tracker.notices.compose_rungs import working_days
from tracker.notices.compose_team import NEWS, news_line
from tracker.notices.mails import Daily, DailyPart, LateLine, TodayLine
from tracker.notices.mails.overview import LINES
from tracker.notices.mails.parts import PromiseKind as Owing
from tracker.notices.owed import Owed, Picture, Pictures, teams_of, visible
from tracker.notices.writing import ANSWER, Writer, Written
from tracker.store.base import db
from tracker.store.notices import Notice
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Notices that speak of a promise by its line.
LINE_KINDS = ("daily_line", "rung")
#: What these tell is the date, and where it has a line of its own that says it.
OF_A_DATE = ("raised", "reopened", "ball_back", "moved", "asked", "assigned")


def in_order(owed: Iterable[Owed], *, now: datetime) -> tuple[list[Owed], list[Owed]]:
    """Due before the next such mail, soonest first; then late, by the people who wait, how often they said that it
    still matters, and how often it moved."""
    found = list(owed)
    ahead = sorted((one for one in found if not one.is_late(now)), key=lambda one: (one.due_at, one.row.id))
    late = sorted((one for one in found if one.is_late(now)), key=_most_pressing)
    return ahead, late


def _most_pressing(one: Owed) -> tuple[int, int, int, datetime, int]:
    return -one.others, -one.nudges, -one.suggestion.moves, one.due_at, one.row.id


def shown(ahead: list[Owed], late: list[Owed]) -> tuple[list[Owed], list[Owed]]:
    """The lines there is room for: seven, today's first."""
    first = ahead[:LINES]
    return first, late[: LINES - len(first)]


def daily(w: Writer, notices: list[Notice]) -> Written:
    """What somebody owes now, and what is new, for all their teams."""
    by_team: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.team_id is not None and notice.kind != "daily":
            by_team[notice.team_id].append(notice)
    pictures = Pictures(w.now)
    until = hours.next_daily_after(w.person, w.now)
    teams = {team_id: db.session.get_one(Team, team_id) for team_id in by_team}
    counts_all = w.person.reminder_rhythm == "daily" and any(notice.kind in LINE_KINDS for notice in notices)
    if counts_all:  # a team for which no line was left is counted all the same
        teams |= {team.id: team for team in teams_of(w.person) if pictures.of(team, until=until).of(w.person)}
    parts = [
        _part(w, team, by_team[team.id], pictures, until, counts=counts_all)
        for team in sorted(teams.values(), key=lambda one: one.name)
    ]
    return Written(
        mail=Daily(name=w.person.name, parts=tuple(parts)),
        footer=w.footer("daily"),
        list_kind="reminders" if any(part.today or part.late for part in parts) else "news",
        reason="deadline",
    )


def _part(
    w: Writer, team: Team, notices: list[Notice], pictures: Pictures, until: datetime, *, counts: bool
) -> DailyPart:
    picture = pictures.of(team, until=until)
    mine = picture.awake_of(w.person, now=w.now)
    told = {notice.promise_id for notice in notices if notice.kind in LINE_KINDS}
    extra = [one for one in picture.owed if one.row.id in told and one not in mine]
    ahead, late = in_order([*mine, *extra], now=w.now)
    lines = [one for one in (*ahead, *late) if one.row.id in told]
    today, behind = in_order(lines, now=w.now)
    said = {one.suggestion.id for one in lines}
    news = [news_line(w, n) for n in notices if n.kind in NEWS and not is_said(n, said)]
    counts = counts or bool(today or behind)
    return DailyPart(
        team=team.name,
        today=tuple(today_line(w, one) for one in today),
        late=tuple(late_line(w, one, picture) for one in behind),
        news=tuple(news),
        today_count=len(ahead) if counts else 0,
        late_count=len(late) if counts else 0,
        open_questions=open_questions(w, team) if counts else 0,
        desk_url=links.url("desk", slug=team.slug) if counts else None,
        one_by_one_url=links.url("one_by_one", slug=team.slug) if late else None,
    )


def news_of(notices: Iterable[Notice]) -> dict[int, list[Notice]]:
    """Team → what happened there."""
    found: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.kind in NEWS and notice.team_id is not None:
            found[notice.team_id].append(notice)
    return found


def is_said(notice: Notice, suggestion_ids: Collection[int]) -> bool:
    """Whether a line about that date says what this tells."""
    return notice.kind in OF_A_DATE and notice.suggestion_id in suggestion_ids


def today_line(w: Writer, one: Owed) -> TodayLine:
    s = one.suggestion
    return TodayLine(w.owed_item(s, one.row), one.due_at, _owing(one.row), w.owed_url(s, one.row, ANSWER))


def late_line(w: Writer, one: Owed, picture: Picture) -> LateLine:
    """Something late: how long, who waits, when it goes to the owners. That a deputy steps in first is no news here."""
    s, row = one.suggestion, one.row
    is_hidden = s.about_person_id is not None
    next_at = w.rung_at(row.rung + 1, row, s.team)
    goes_on = next_at is not None and row.rung + 1 >= OWNERS
    joining = w.joining(row.rung + 1, s, row) if goes_on and not is_hidden else ()
    return LateLine(
        item=w.owed_item(s, row),
        due_at=one.due_at,
        author="" if is_hidden else w.name(s.author_id),
        others=0 if is_hidden else one.others,
        promise=_owing(row),
        said_on=_said_on(w, s, row),
        moves=s.moves,
        movers=w.names(next_movers(w, s)) if s.moves + 1 >= THIRD and not is_hidden else (),
        still_matters=one.nudges,
        goes_to=w.names(joining),
        goes_at=next_at if joining else None,
        day_count=working_days(w, s, one.due_at) if row.rung >= EVERYBODY else None,
        url=w.owed_url(s, row, ANSWER),
    )


def _said_on(w: Writer, s: Suggestion, row: PromiseRow) -> date | None:
    if row.kind is not PromiseKind.DELIVER or row.due_at is None:
        return None
    return day_of(row.due_at, w.calendar(s.team))


def open_questions(w: Writer, team: Team) -> int:
    """Questions to authors that the reader can see: with others, nothing to do."""
    asked = sa.select(PromiseRow.suggestion_id).where(
        PromiseRow.team_id == team.id,
        PromiseRow.kind == PromiseKind.CLARIFY,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.owed_by_id != w.person.id,
    )
    return len(visible(w.person, db.session.scalars(asked)))


def _owing(row: PromiseRow) -> Owing:
    return cast("Owing", row.kind.value)
