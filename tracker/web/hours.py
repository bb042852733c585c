"""A week of hours in a form: what is shown in its fields, and what is read out of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import gettext as _

from tracker.acts import holiday_days
from tracker.domain.budgets import ANSWER_WITHIN, PRESET_WEEKS
from tracker.domain.errors import N_, BadInput, DomainError
from tracker.domain.working_time import WEEKDAYS, WorkingTime
from tracker.web import language
from tracker.web.forms import Form
from tracker.web.shapes import Choice, DayHours

#: How many stretches of one day the form has fields for; a night shift is two.
STRETCHES = 2
OWN = "own"
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?")
_PARTS_OF_THE_WORLD = (
    "Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"
)  # fmt: skip


def choices() -> list[Choice]:
    """The weeks of the set-up, with their times; the last one is one's own."""
    return [
        Choice(value="office", label=_("Office hours"), aside=_("Mon–Fri 09:00–17:00")),
        Choice(value="evenings", label=_("Evenings and weekends"), aside=_("Mon–Fri 18:00–21:00, Sat–Sun 10:00–18:00")),
        Choice(value="always", label=_("Around the clock"), aside=_("every day, 00:00–24:00")),
        Choice(value=OWN, label=_("Other times"), aside=_("as filled in below")),
    ]


def answer_choices() -> list[Choice]:
    """Within how many days on which somebody is there."""
    words = {1: _("1 day"), 2: _("2 days"), 5: _("5 days"), 10: _("10 days")}
    return [Choice(value=str(days), label=words[days]) for days in ANSWER_WITHIN]


def days_of(week: Mapping[str, Any]) -> list[DayHours]:
    """The rows of the editor, from the plain form of a week."""
    return [
        DayHours(
            key=day,
            label=_(language.WEEKDAYS[day]),
            times=[(str(start), str(end)) for start, end in week.get(day, ())][:STRETCHES],
        )
        for day in WEEKDAYS
    ]


def days_typed(form: Form) -> list[DayHours]:
    """The same with what was typed, right or wrong."""
    return [
        DayHours(
            key=day,
            label=_(language.WEEKDAYS[day]),
            times=[(form.text(f"{day}-{n}-from"), form.text(f"{day}-{n}-to")) for n in range(STRETCHES)],
            error=form.error(first_field(day)),
        )
        for day in WEEKDAYS
    ]


def first_field(day: str) -> str:
    """The field that a day's fault leads to."""
    return f"{day}-0-from"


def has_faults(form: Form) -> bool:
    """Whether a day that was filled in cannot be one. Each such day gets its sentence, so that nobody is told one by
    one."""
    for day in WEEKDAYS:
        try:
            WorkingTime.from_plain({"timezone": "UTC", "week": {day: _stretches(form, day)}})
        except DomainError as error:
            form.errors[first_field(day)] = language.sentence(error)
    return any(first_field(day) in form.errors for day in WEEKDAYS)


def week_typed(form: Form) -> dict[str, list[list[str]]]:
    """The week in its plain form. Half a stretch is refused here (``BadInput``); the rest is asked of the core."""
    return {day: stretches for day in WEEKDAYS if (stretches := _stretches(form, day))}


def _stretches(form: Form, day: str) -> list[list[str]]:
    pairs = [(form.text(f"{day}-{n}-from").strip(), form.text(f"{day}-{n}-to").strip()) for n in range(STRETCHES)]
    if any(bool(start) != bool(end) for start, end in pairs):
        raise BadInput(N_("On %(weekday)s a time is missing: from when to when?"), field="week", weekday=day)
    return [[_time(start), _end(_time(end))] for start, end in pairs if start]


def week_chosen(form: Form) -> Mapping[str, Any]:
    """The preset, or what was filled in."""
    chosen = form.text("hours")
    return PRESET_WEEKS[chosen] if chosen in PRESET_WEEKS else week_typed(form)


def _time(text: str) -> str:
    """ "9" and "9.30" as the core writes them; anything else goes through as it is, to be quoted by its refusal."""
    match = _TIME.fullmatch(text)
    return f"{int(match[1]):02}:{match[2] or '00'}" if match else text


def _end(time: str) -> str:
    return "24:00" if time == "00:00" else time


def presets() -> dict[str, Any]:
    """For the script that fills the editor when a preset is chosen."""
    return {name: {day: list(week.get(day, ())) for day in WEEKDAYS} for name, week in PRESET_WEEKS.items()}


# Zones and regions ----------------------------------------------------------------------------------------------------


@functools.cache
def zones() -> tuple[str, ...]:
    """The zones to choose from, by name; the data's aliases for whole offsets are left out."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(_PARTS_OF_THE_WORLD)))


def zone_options(chosen: str) -> list[tuple[str, str]]:
    """For a select, with the chosen one in it whatever it is."""
    names = zones() if chosen in zones() or not chosen else (chosen, *zones())
    return [(name, name.replace("_", " ")) for name in names]


@functools.lru_cache(maxsize=4)
def _regions(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale(locale).territories
    options = []
    for country in sorted(holiday_days.COUNTRIES, key=lambda code: str(names.get(code, code))):
        name = str(names.get(country, country))
        options.append((country, name))
        parts = holiday_days.PARTS.get(country, {})
        options += [(f"{country}-{code}", f"{name}: {part}") for code, part in parts.items()]
    return tuple(options)


def region_options() -> Sequence[tuple[str, str]]:
    """For a select, in the reader's language."""
    return [("", _("no holidays")), *_regions(language.locale())]
