"""``explain``: why the date is that date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import click

from tracker import clock
from tracker.acts import explaining
from tracker.acts.explaining import Explained
from tracker.cli import ground
from tracker.cli.accounts import team_called
from tracker.domain.promises import PromiseState, is_late
from tracker.domain.working_time import Stretch
from tracker.store import suggestions

#: Longer lists of days are shortened in the middle.
MOST_DAYS = 14


@click.command("explain")
@click.argument("team")
@click.argument("number", type=int)
def explain_command(team: str, number: int) -> None:
    """Why the date of suggestion NUMBER of TEAM is that date."""
    now = clock.now()
    with ground.app_context():
        suggestion = suggestions.by_number(team_called(team).id, number)
        if suggestion is None:
            raise click.ClickException(f"Team {team} has no suggestion #{number}.")
        click.echo(f"#{suggestion.number} {suggestion.title}")
        click.echo(f"{suggestion.kind.value}, {suggestion.urgency.value}, {suggestion.status.value}")
        for explained in explaining.of(suggestion, now=now):
            click.echo()
            for line in lines(explained, now=now):
                click.echo(line)


def lines(one: Explained, *, now: datetime) -> Iterator[str]:
    value, zone = one.value, one.calendar.zone
    yield f"Promise {one.id}: {value.kind.value}, {value.state.value}"
    yield (
        f"  made {_at(value.made_at, zone)} under calendar version {one.calendar_version} "
        f"and policy version {one.policy_version}, in {one.calendar.timezone}"
    )
    if value.budget is not None:
        yield f"  may take {_hours(value.budget)} of working time"
    yield from _spans(one)
    for start, end in value.pauses:
        until = _at(end, zone) if end is not None else "now"
        yield f"  our clock waited for the author from {_at(start, zone)} to {until}"
    for change in one.changes:
        yield f"  {_change(change, zone)}"
    yield f"  used so far: {_hours(one.elapsed)}"
    if value.due_at is not None:
        late = " (late)" if is_late(value, now=now) else ""
        yield f"  due {_at(value.due_at, zone)}{late}, date version {value.version}"
    elif value.remaining is not None:
        yield f"  no date while the author is asked; {_hours(value.remaining)} remain"
    if value.state is PromiseState.OPEN:
        yield from (f"  follow-up {rung} {_at(at, zone)}" for rung, at in one.ahead)


def _spans(one: Explained) -> Iterator[str]:
    """What was counted, one line a day."""
    days = [
        (on, ", ".join(f"{_clock(s.starts_at, one)}-{_clock(s.ends_at, one)}" for s in spans), _worked(spans))
        for on, group in groupby(one.spans, key=lambda span: span.on)
        if (spans := list(group))
    ]
    shown = days if len(days) <= MOST_DAYS else [*days[: MOST_DAYS // 2], None, *days[-MOST_DAYS // 2 :]]
    for day in shown:
        if day is None:
            yield f"    … {len(days) - MOST_DAYS} more days …"
        else:
            yield f"    {day[0]:%a %Y-%m-%d}  {day[1]}  {_hours(day[2])}"


def _worked(spans: list[Stretch]) -> timedelta:
    return sum((span.ends_at - span.starts_at for span in spans), timedelta())


def _change(change: explaining.Change, zone: ZoneInfo) -> str:
    value, entry = change.value, change.entry
    due = _at(value.due_at, zone) if value.due_at is not None else "no date"
    text = f" ({entry.text.splitlines()[0][:60]})" if entry.text else ""
    return f"date version {value.version}: {due}, by “{entry.kind.value}” on {_at(entry.at, zone)}{text}"


def _at(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


def _clock(at: datetime, one: Explained) -> str:
    return f"{at.astimezone(one.calendar.zone):%H:%M}"


def _hours(duration: timedelta) -> str:
    minutes = round(duration.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes % 60 else f"{minutes // 60} h"
