"""Why the date is that date, and who is told what and when if nobody answers: shown before it is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.domain import duty
from tracker.domain.duty import Case, Roster
from tracker.domain.ladder import BEFORE, DEPUTIES, DUE, OWNERS, Ladder, rung_at
from tracker.domain.promises import Promise, PromiseKind
from tracker.domain.working_time import Stretch, WorkingTime
from tracker.notices import words
from tracker.notices.words import Reader
from tracker.store.teams import Absence
from tracker.web.say import _, ngettext
from tracker.web.shapes import Rung, Why, WhyDay

#: So many days are counted out; what lies between the first and the last of more is summed up.
MOST_DAYS = 8


# Why then? ------------------------------------------------------------------------------------------------------------


def why(value: Promise, calendar: WorkingTime, reader: Reader, *, notes: Sequence[str] = ()) -> Why | None:
    """The days that were counted. ``calendar`` is the one the promise was made under; none where no date is set."""
    if value.due_at is None:
        return None
    if value.budget is None:
        return Why(sentence=_chosen(value, reader), notes=[note for note in notes if note])
    worked = _worked(value, value.due_at, calendar)
    counted = sum((one.ends_at - one.starts_at for one in worked), timedelta())
    sentence = _("%(time)s in which one of us is here:", time=words.duration(reader.locale, counted))
    return Why(sentence=words.capital(sentence), days=_days(worked, reader), notes=[note for note in notes if note])


def _chosen(value: Promise, reader: Reader) -> str:
    day = words.day(reader, reader.local(value.set_at).date())
    if value.kind is PromiseKind.REVISIT:
        return _("This day was chosen on %(day)s, to look again.", day=day)
    return _("This day was chosen on %(day)s.", day=day)


def _worked(value: Promise, due_at: datetime, calendar: WorkingTime) -> list[Stretch]:
    """What is worked from the making to the date, without the time in which the author was asked."""
    begins = [value.made_at, *(end for _start, end in value.pauses if end is not None)]
    ends = [*(start for start, _end in value.pauses), due_at]
    return [one for begin, end in zip(begins, ends, strict=False) for one in calendar.spans(begin, end)]


def _days(worked: Sequence[Stretch], reader: Reader) -> list[WhyDay]:
    rows = [_day(one, reader) for one in worked]
    if len(rows) <= MOST_DAYS:
        return rows
    left_out = worked[MOST_DAYS - 2 : -1]
    time = sum((one.ends_at - one.starts_at for one in left_out), timedelta())
    days = len({one.on for one in left_out})
    between = WhyDay(
        day=ngettext("%(num)s more day", "%(num)s more days", days),
        hours="",
        worked=words.short_duration(reader.locale, time),
    )
    return [*rows[: MOST_DAYS - 2], between, rows[-1]]


def _day(one: Stretch, reader: Reader) -> WhyDay:
    return WhyDay(
        day=words.day(reader, reader.local(one.starts_at).date()),
        hours=hours(reader, one.starts_at, one.ends_at),
        worked=words.short_duration(reader.locale, one.ends_at - one.starts_at),
    )


def hours(reader: Reader, begin: datetime, end: datetime) -> str:
    """'9–17 Uhr' / '09:00–17:00'; an end at midnight is '24 Uhr'."""
    last = words.until(reader, end).rpartition(", ")[2]
    return f"{words.clock_time(reader, begin).removesuffix(f'{reader.blank}Uhr')}–{last}"


def notes_before(now: datetime, calendar: WorkingTime, reader: Reader) -> list[str]:
    """What stands under the days while one still writes: that nobody is here now, where that is so."""
    opening = calendar.next_opening(now)
    if opening <= now:
        return []
    clock, then = words.clock_time(reader, now), words.short_moment(reader, opening)
    return [_("It is %(clock)s now; nobody is here before %(then)s.", clock=clock, then=then)]


def note_of_days_off(value: Promise, calendar: WorkingTime, reader: Reader) -> str:
    """Which days on the way are closed; that none is, where that is so."""
    if value.due_at is None:
        return ""
    first, last = (at.astimezone(calendar.zone).date() for at in (value.made_at, value.due_at))
    off = [day for day in calendar.holidays if first <= day <= last]
    if not off:
        return _("No holiday on the way.")
    return _("Not counted: %(days)s.", days=words.names(reader.locale, [words.day(reader, day) for day in off]))


def note_of_budget(budget: timedelta | None, urgency: str, team: str, reader: Reader) -> str:
    """'Time for "normal" in Night Watch: 16 h'."""
    if budget is None:
        return ""
    quoted = words.quote(reader.locale, urgency)
    time = words.short_duration(reader.locale, budget)
    return _("Time for %(urgency)s in %(team)s: %(time)s", urgency=quoted, team=team, time=time)


# Who is away, who stands in -------------------------------------------------------------------------------------------


def with_whom(reader: Reader, on_duty: Sequence[str], deputies: Sequence[str]) -> str:
    """'with Pit, Juri stands in', in the middle of a sentence."""
    names = words.names(reader.locale, on_duty)
    if not deputies or len(deputies) > 2:
        return _("with %(names)s", names=names)
    stand_in = words.names(reader.locale, deputies)
    return ngettext(
        "with %(names)s, %(deputies)s stands in",
        "with %(names)s, %(deputies)s stand in",
        len(deputies),
        names=names,
        deputies=stand_in,
    )


def notes_of_absence(
    case: Case,
    roster: Roster,
    absences: Sequence[Absence],
    due_at: datetime,
    zone: ZoneInfo,
    names: Mapping[int, str],
    reader: Reader,
) -> list[str]:
    """'Pit is away until Fri 4 Dec; Juri answers.' for whoever would have it and is not there, now or on the last day.

    ``absences`` are the team's that are running or still to come, and ``zone`` is the team's.
    """
    today, last = (at.astimezone(zone).date() for at in (reader.now, due_at - timedelta(microseconds=1)))
    running = [one for one in absences if one.first_on <= today]
    ahead = [one for one in absences if today < one.first_on <= last <= one.last_on]
    then = replace(
        roster,
        absent=frozenset(one.person_id for one in ahead),
        stand_ins={one.person_id: one.stand_in_id for one in ahead if one.stand_in_id is not None},
    )
    return [
        *(_until(one, who, names, reader) for one, who in _replaced(running, case, roster)),
        *(_from_to(one, who, names, reader) for one, who in _replaced(ahead, case, then)),
    ]


def _replaced(absences: Sequence[Absence], case: Case, roster: Roster) -> list[tuple[Absence, Sequence[int]]]:
    """The absences of those who would have it, and who has it instead."""
    on_duty = duty.on_duty(case, roster)
    chosen = duty.on_duty(case, _all_there(roster))
    return [(one, on_duty) for one in absences if on_duty and one.person_id in chosen and one.person_id not in on_duty]


def _until(absence: Absence, on_duty: Sequence[int], names: Mapping[int, str], reader: Reader) -> str:
    return ngettext(
        "%(name)s is away until %(day)s; %(names)s answers.",
        "%(name)s is away until %(day)s; %(names)s answer.",
        len(on_duty),
        name=names.get(absence.person_id, "?"),
        day=words.day(reader, absence.last_on),
        names=words.names(reader.locale, [names.get(one, "?") for one in on_duty]),
    )


def _from_to(absence: Absence, on_duty: Sequence[int], names: Mapping[int, str], reader: Reader) -> str:
    return ngettext(
        "%(name)s is away from %(first)s to %(day)s; %(names)s answers then.",
        "%(name)s is away from %(first)s to %(day)s; %(names)s answer then.",
        len(on_duty),
        name=names.get(absence.person_id, "?"),
        first=words.day(reader, absence.first_on),
        day=words.day(reader, absence.last_on),
        names=words.names(reader.locale, [names.get(one, "?") for one in on_duty]),
    )


def _all_there(roster: Roster) -> Roster:
    return replace(roster, absent=frozenset(), stand_ins={})


# What if nobody answers? ----------------------------------------------------------------------------------------------


def ladder_ahead(
    value: Promise,
    case: Case,
    roster: Roster,
    names: Mapping[int, str],
    *,
    calendar: WorkingTime,
    steps: Ladder,
    reader: Reader,
) -> list[Rung]:
    """The first steps of the ladder with their instants and who is new at each, as the author is told them."""
    first = [at for n in (BEFORE, DUE) if (at := rung_at(n, value, calendar, steps)) is not None]
    duty_names = words.names(reader.locale, [names.get(one, "?") for one in duty.told(DUE, case, roster)])
    count = len(duty.told(DUE, case, roster))
    reminded = ngettext("%(names)s is reminded", "%(names)s are reminded", count, names=duty_names)
    found = [Rung(when=words.moments(reader, first), who=reminded)]
    for n in (DEPUTIES, OWNERS):
        at = rung_at(n, value, calendar, steps)
        if at is not None:
            before = duty.told(n - 1, case, roster)
            new = [names.get(one, "?") for one in duty.told(n, case, roster) if one not in before]
            found.append(Rung(when=words.moments(reader, [at]), who=_of_rung(n, new, reader)))
    return found


def _of_rung(n: int, new: Sequence[str], reader: Reader) -> str:
    names = words.names(reader.locale, new)
    if n == DEPUTIES:
        return _("%(names)s too, and we tell you", names=names) if new else _("another reminder, and we tell you")
    if new:
        return _("%(names)s too, and so on", names=names)
    return _("another reminder, and so on until somebody answers")
