"""The calendar file keeps to RFC 5545: its lines, its folds, its escapes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.times import instant
from tracker.notices.ics import CalendarDate, calendar_text

DATE = CalendarDate(
    uid="answer-41@tracker.example",
    starts_at=instant("Thursday 2026-11-26 16:45"),
    ends_at=instant("Thursday 2026-11-26 17:00"),
    made_at=instant("Tuesday 2026-11-24 23:10"),
    summary="Antwort bis: Chat-Filter frisst Umlaute",
    url="https://tracker.example/t/nachtwache/41",
)


def test_the_date_is_an_event_in_utc() -> None:
    assert calendar_text(DATE) == (
        "BEGIN:VCALENDAR\r\n"
        "VERSION:2.0\r\n"
        "PRODID:-//Tracker//Tracker//EN\r\n"
        "METHOD:PUBLISH\r\n"
        "BEGIN:VEVENT\r\n"
        "UID:answer-41@tracker.example\r\n"
        "DTSTAMP:20261124T221000Z\r\n"
        "DTSTART:20261126T154500Z\r\n"
        "DTEND:20261126T160000Z\r\n"
        "SUMMARY:Antwort bis: Chat-Filter frisst Umlaute\r\n"
        "URL:https://tracker.example/t/nachtwache/41\r\n"
        "TRANSP:TRANSPARENT\r\n"
        "END:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        ("a, b; c\\d", "SUMMARY:a\\, b\\; c\\\\d"),
        ("zwei\nZeilen", "SUMMARY:zwei\\nZeilen"),
        ("zwei\r\nEND:VEVENT", "SUMMARY:zwei\\nEND:VEVENT"),
        ("zwei\rEND:VEVENT", "SUMMARY:zwei\\nEND:VEVENT"),
        ("x\x00\x1b\x85\u2028y", "SUMMARY:xy"),
    ],
)
def test_a_text_stays_a_value(summary: str, line: str) -> None:
    assert f"\r\n{line}\r\n" in calendar_text(replace(DATE, summary=summary))


@given(st.text(max_size=300))
def test_any_text_folds_at_75_octets_and_unfolds_to_itself(text: str) -> None:
    made = calendar_text(replace(DATE, summary=text))
    lines = made.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", made)
    unfolded = made.replace("\r\n ", "").split("\r\n")
    names = [line.split(":")[0] for line in unfolded if line]
    assert names.count("SUMMARY") == 1
    assert names.count("END") == 2
    assert len(names) == 14


def test_an_address_cannot_end_its_line() -> None:
    made = calendar_text(replace(DATE, url="https://tracker.example/\r\nATTACH:x"))
    assert "\r\nATTACH" not in made


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar_text(replace(DATE, ends_at=datetime(2026, 11, 26, 17)))  # noqa: DTZ001
