"""The phrases that pages, mails and the desk share, in both languages, with the weekday of every moment written out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.times import instant
from tracker.notices import words as w
from tracker.notices.words import Locale, Reader, StateView, state_sentence

BERLIN = ZoneInfo("Europe/Berlin")


def reading(locale: Locale, moment: str, zone: str = "Europe/Berlin") -> Reader:
    """Somebody who reads at this moment of the team's clock (Berlin) in a zone of their own."""
    return Reader(locale, ZoneInfo(zone), instant(moment))


MOMENTS = [
    # (read at, instant, German, English)
    ("Tuesday 2026-11-24 23:10", "Thursday 2026-11-26 17:00", "Do 26.11., 17 Uhr", "Thu 26 Nov, 17:00"),
    ("Tuesday 2026-11-24 23:10", "Thursday 2026-11-26 17:30", "Do 26.11., 17:30 Uhr", "Thu 26 Nov, 17:30"),
    ("Tuesday 2026-11-24 23:10", "Tuesday 2026-12-01 09:05", "Di 1.12., 9:05 Uhr", "Tue 1 Dec, 09:05"),
    # New Year: 41 days away it is plain which January is meant, 97 days away it is not.
    ("Tuesday 2026-11-24 23:10", "Monday 2027-01-04 09:00", "Mo 4.1., 9 Uhr", "Mon 4 Jan, 09:00"),
    ("Tuesday 2026-11-24 23:10", "Monday 2027-03-01 17:00", "Mo 1.3.2027, 17 Uhr", "Mon 1 Mar 2027, 17:00"),
    # Due at midnight: the day that ends, not the one that begins.
    ("Tuesday 2026-11-24 23:10", "Friday 2026-11-27 00:00", "Do 26.11., 24 Uhr", "Thu 26 Nov, 24:00"),
]


@pytest.mark.parametrize(("now", "at", "german", "english"), MOMENTS)
def test_a_deadline_is_a_weekday_a_day_and_an_hour(now: str, at: str, german: str, english: str) -> None:
    assert w.until(reading("de", now), instant(at)) == german
    assert w.until(reading("en", now), instant(at)) == english


@pytest.mark.parametrize(
    ("now", "german", "english"),
    [
        ("Thursday 2026-11-26 00:00", "heute, 17 Uhr", "today, 17:00"),
        ("Thursday 2026-11-26 16:59", "heute, 17 Uhr", "today, 17:00"),
        ("Thursday 2026-11-26 23:59", "heute, 17 Uhr", "today, 17:00"),
        ("Wednesday 2026-11-25 23:59", "Do 26.11., 17 Uhr", "Thu 26 Nov, 17:00"),
        ("Friday 2026-11-27 00:00", "Do 26.11., 17 Uhr", "Thu 26 Nov, 17:00"),
    ],
)
def test_todays_deadline_is_today_from_midnight_to_midnight(now: str, german: str, english: str) -> None:
    due = instant("Thursday 2026-11-26 17:00")
    assert w.near_until(reading("de", now), due) == german
    assert w.near_until(reading("en", now), due) == english


@pytest.mark.parametrize(
    ("on", "german", "english"),
    [
        (date(2026, 11, 21), "vor 3 Tagen", "3 days ago"),
        (date(2026, 11, 23), "gestern", "yesterday"),
        (date(2026, 11, 24), "heute", "today"),
        (date(2026, 11, 25), "morgen", "tomorrow"),
        (date(2026, 11, 26), "in 2 Tagen", "in 2 days"),
    ],
)
def test_relative_words_count_calendar_days_and_never_hours(on: date, german: str, english: str) -> None:
    """At 23:10 the next day begins in fifty minutes, and is tomorrow all the same."""
    assert w.relative_day(reading("de", "Tuesday 2026-11-24 23:10"), on) == german
    assert w.relative_day(reading("en", "Tuesday 2026-11-24 23:10"), on) == english


def test_days_are_those_of_the_readers_zone() -> None:
    """17:00 in Berlin on Thursday is 01:00 on Friday in Tokyo, where it is Wednesday already at our Tuesday, 23:10."""
    due = instant("Thursday 2026-11-26 17:00")
    tokyo = reading("en", "Tuesday 2026-11-24 23:10", "Asia/Tokyo")
    assert w.until(tokyo, due) == "Fri 27 Nov, 01:00"
    assert w.relative_day(tokyo, w.last_day(tokyo, due)) == "in 2 days"


def test_the_end_of_a_day_without_midnight_belongs_to_that_day() -> None:
    """Cairo skips Friday 30 April 2027, 00:00 to 01:00: Thursday ends at the first instant of Friday, 01:00."""
    cairo = Reader("de", ZoneInfo("Africa/Cairo"), instant("Thursday 2027-04-29 09:00", "Africa/Cairo"))
    due = datetime.combine(date(2027, 4, 30), datetime.min.time(), ZoneInfo("Africa/Cairo"))
    assert cairo.local(due.astimezone(ZoneInfo("UTC"))).hour == 1
    assert w.near_until(cairo, due.astimezone(ZoneInfo("UTC"))) == "heute, 24 Uhr"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        w.until(reading("de", "Tuesday 2026-11-24 23:10"), datetime(2026, 11, 26, 17))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("at", "german", "english"),
    [
        ("Thursday 2026-11-26 17:00", "Do, 17 Uhr", "Thu, 17:00"),
        ("Tuesday 2026-11-24 17:00", "Di, 17 Uhr", "Tue, 17:00"),
        ("Monday 2026-11-23 17:00", "Mo 23.11., 17 Uhr", "Mon 23 Nov, 17:00"),
    ],
)
def test_a_weekday_alone_is_enough_for_six_days(at: str, german: str, english: str) -> None:
    now = "Monday 2026-11-30 09:00"
    assert w.short_until(reading("de", now), instant(at)) == german
    assert w.short_until(reading("en", now), instant(at)) == english


@pytest.mark.parametrize(
    ("at", "german", "english"),
    [
        ("Friday 2026-11-27 17:00", "heute um 17 Uhr", "today at 17:00"),
        ("Saturday 2026-11-28 13:00", "morgen um 13 Uhr", "tomorrow at 13:00"),
        ("Monday 2026-11-30 17:00", "am Montag um 17 Uhr", "on Monday at 17:00"),
        ("Monday 2026-12-07 17:30", "am Mo 7.12. um 17:30 Uhr", "on Mon 7 Dec at 17:30"),
    ],
)
def test_a_moment_in_a_sentence(at: str, german: str, english: str) -> None:
    now = "Friday 2026-11-27 13:00"
    assert w.on_moment(reading("de", now), instant(at)) == german
    assert w.on_moment(reading("en", now), instant(at)) == english
    assert w.on_moment(reading("de", now), instant(at), starts=True) == german[0].upper() + german[1:]


def test_several_moments_are_told_by_day() -> None:
    at = [instant("Thursday 2026-11-26 13:00"), instant("Thursday 2026-11-26 17:00"), instant("Fri 2026-11-27 09:30")]
    assert w.moments(reading("de", "Friday 2026-11-27 13:00"), at) == "Do 13 und 17 Uhr, Fr 9:30 Uhr"
    assert w.moments(reading("en", "Friday 2026-11-27 13:00"), at) == "Thu 13:00 and 17:00, Fri 09:30"


@pytest.mark.parametrize(
    ("length", "german", "english", "short"),
    [
        (timedelta(hours=16), "16 Stunden", "16 hours", "16 h"),
        (timedelta(hours=1), "1 Stunde", "1 hour", "1 h"),
        (timedelta(minutes=150), "2 Stunden 30 Minuten", "2 hours 30 minutes", "2 h 30 min"),
        (timedelta(minutes=1), "1 Minute", "1 minute", "1 min"),
        (timedelta(0), "0 Minuten", "0 minutes", "0 min"),
    ],
)
def test_why_then_is_told_in_hours_and_minutes(length: timedelta, german: str, english: str, short: str) -> None:
    assert w.duration("de", length) == german
    assert w.duration("en", length) == english
    assert w.short_duration("en", length) == short


@pytest.mark.parametrize(
    ("people", "german", "english", "either"),
    [
        ([], "", "", ""),
        (["Pit"], "Pit", "Pit", "Pit"),
        (["Pit", "Juri"], "Pit und Juri", "Pit and Juri", "Pit or Juri"),
        (["Pit", "Juri", "Anke"], "Pit, Juri und Anke", "Pit, Juri and Anke", "Pit, Juri or Anke"),
    ],
)
def test_names_stand_in_a_list(people: list[str], german: str, english: str, either: str) -> None:
    assert w.names("de", people) == german
    assert w.names("en", people) == english
    assert w.names("en", people, either=True) == either


@pytest.mark.parametrize(
    ("count", "german", "english", "figures", "nth", "ordinal"),
    [
        (1, "einmal", "once", "einmal", "erstes", "1st"),
        (2, "zweimal", "twice", "2-mal", "zweites", "2nd"),
        (3, "dreimal", "three times", "3-mal", "drittes", "3rd"),
        (11, "elfmal", "eleven times", "11-mal", "11.", "11th"),
        (13, "13-mal", "13 times", "13-mal", "13.", "13th"),
        (22, "22-mal", "22 times", "22-mal", "22.", "22nd"),
    ],
)
def test_how_often(count: int, german: str, english: str, figures: str, nth: str, ordinal: str) -> None:
    assert (w.times("de", count), w.times("en", count)) == (german, english)
    assert w.times_in_figures("de", count) == figures
    assert (w.nth("de", count), w.ordinal("en", count)) == (nth, ordinal)


def test_a_move_says_which_one_it_is() -> None:
    assert w.moved_nth("de", 2) == "verschoben (2. Mal)"
    assert w.moved_nth("en", 2) == "moved (2nd time)"


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("Handy?", "„Handy?“", '"Handy?"'),
        ('Filter sperrt "Assel" weg', "„Filter sperrt ‚Assel‘ weg“", "\"Filter sperrt 'Assel' weg\""),
        ("Filter sperrt „Assel“ weg", "„Filter sperrt ‚Assel‘ weg“", "\"Filter sperrt 'Assel' weg\""),
    ],
)
def test_a_quotation_has_the_marks_of_its_language_and_others_inside(text: str, german: str, english: str) -> None:
    assert w.quote("de", text) == german
    assert w.quote("en", text) == english


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("kurz genug", 20, "kurz genug"),
        ("zwei\nZeilen  und\tmehr", 40, "zwei Zeilen und mehr"),
        ("Der Filter frisst Umlaute, und das seit Dienstag", 30, "Der Filter frisst Umlaute …"),
        ("x" * 50, 20, "x" * 19 + " …"),
    ],
)
def test_a_long_text_is_cut_at_a_word(text: str, limit: int, short: str) -> None:
    assert w.shorten(text, limit) == short


def test_another_zone_is_named_and_ones_own_is_not() -> None:
    now = "Tuesday 2026-11-24 23:10"
    assert w.zone_note(reading("de", now), BERLIN) is None
    assert w.zone_note(reading("de", now, "Europe/Vienna"), BERLIN) is None
    assert w.zone_note(reading("de", now, "Europe/Lisbon"), BERLIN) == (
        "Uhrzeiten in deiner Zeit (Lissabon); das Team rechnet in der von Berlin."
    )
    assert w.zone_note(reading("en", now, "Europe/Lisbon"), BERLIN) == (
        "Times are in your zone (Lisbon); the team's is Berlin."
    )


# One sentence per state -----------------------------------------------------------------------------------------------

DUE = instant("Thursday 2026-11-26 17:00")
TUESDAY = "Tuesday 2026-11-24 23:10"
STATES: list[tuple[str, StateView, str, str]] = [
    (
        TUESDAY,
        StateView("open", due_at=DUE, owed_by=("Pit",)),
        "Antwort bis Do 26.11., 17 Uhr · in 2 Tagen · liegt bei Pit",
        "Answer by Thu 26 Nov, 17:00 · in 2 days · with Pit",
    ),
    (
        "Thursday 2026-11-26 09:00",
        StateView("open", due_at=DUE, owed_by=("Pit",)),
        "Antwort bis heute, 17 Uhr",
        "Answer by today, 17:00",
    ),
    (
        "Saturday 2026-11-28 10:00",
        StateView("open", due_at=DUE),
        "Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr.",
        "We are late. Promised was Thu 26 Nov, 17:00.",
    ),
    (
        "Monday 2026-11-30 09:00",
        StateView("open", "manager", author="Nari", due_at=DUE, author_told_at=instant("Friday 2026-11-27 13:00")),
        "Überfällig seit Do, 17 Uhr · Nari weiß es seit Fr",
        "Late since Thu, 17:00 · Nari knows since Fri",
    ),
    (
        "Friday 2026-11-27 09:00",
        StateView("open", "manager", author="Nari", due_at=DUE),
        "Überfällig seit Do, 17 Uhr",
        "Late since Thu, 17:00",
    ),
    (
        "Monday 2026-11-30 12:00",
        StateView("asked", asker="Pit", question="Handy oder Rechner?", back_at=instant("Thursday 2026-12-03 11:00")),
        "Liegt bei dir: Pit fragt „Handy oder Rechner?“ Unsere Uhr steht.",
        'Your turn: Pit asks "Handy oder Rechner?" Our clock waits.',
    ),
    (
        "Monday 2026-11-30 12:00",
        StateView("asked", "manager", author="Nari", back_at=instant("Thursday 2026-12-03 11:00")),
        "Liegt bei Nari. Kommt spätestens Do 3.12. zurück.",
        "With Nari. Comes back by Thu 3 Dec.",
    ),
    (
        "Tuesday 2026-12-01 12:00",
        StateView("will_do", due_at=instant("Friday 2026-12-04 17:00"), on=date(2026, 12, 4), owed_by=("Anke",)),
        "Zugesagt bis Fr 4.12. · Anke kümmert sich",
        "Promised by Fri 4 Dec · Anke is on it",
    ),
    (
        "Tuesday 2026-12-08 12:00",
        StateView(
            "will_do",
            due_at=instant("Friday 2026-12-18 17:00"),
            on=date(2026, 12, 18),
            owed_by=("Anke",),
            moves=2,
            first_on=date(2026, 12, 4),
        ),
        "Zugesagt bis Fr 18.12. · 2-mal verschoben, zuerst 4.12.",
        "Promised by Fri 18 Dec · moved twice, first 4 Dec",
    ),
    (
        "Saturday 2026-12-05 12:00",
        StateView("will_do", due_at=instant("Friday 2026-12-04 17:00"), on=date(2026, 12, 4)),
        "Zugesagt war Fr 4.12. Das haben wir nicht geschafft.",
        "We said Fri 4 Dec and did not make it.",
    ),
    (
        "Tuesday 2026-12-01 12:00",
        StateView("not_now", due_at=instant("Monday 2027-03-01 17:00"), on=date(2027, 3, 1)),
        "Jetzt nicht. Wiedervorlage am Mo 1.3.2027.",
        "Not now. We look again on Mon 1 Mar 2027.",
    ),
    (
        "Tuesday 2026-12-01 12:00",
        StateView("not_now", due_at=instant("Friday 2026-12-18 17:00"), on=date(2026, 12, 18)),
        "Jetzt nicht. Wiedervorlage am Fr 18.12.",
        "Not now. We look again on Fri 18 Dec.",
    ),
    (TUESDAY, StateView("declined"), "Nein, weil …", "No, because …"),
    (
        "Wednesday 2026-12-02 12:00",
        StateView("done", on=date(2026, 12, 1)),
        "Erledigt am Di 1.12.",
        "Done on Tue 1 Dec",
    ),
    (
        "Wednesday 2026-12-02 12:00",
        StateView("done", kind="question", on=date(2026, 12, 1)),
        "Beantwortet am Di 1.12.",
        "Answered on Tue 1 Dec",
    ),
    (
        "Thursday 2026-11-26 12:00",
        StateView("open", contested=True, due_at=instant("Friday 2026-11-27 17:00"), owed_by=("Anke",)),
        "Du hast gesagt, das beantwortet es nicht. Neue Antwort bis Fr 27.11., 17 Uhr, von Anke.",
        "You said that does not answer it. New answer by Fri 27 Nov, 17:00, from Anke.",
    ),
    (
        TUESDAY,
        StateView("merged", merged_into=47),
        "Läuft in #47 weiter, auch in deinem Namen.",
        "Goes on in #47, with you as an author.",
    ),
    (
        "Wednesday 2026-12-02 12:00",
        StateView("withdrawn", on=date(2026, 12, 1)),
        "Zurückgezogen am Di 1.12.",
        "Withdrawn on Tue 1 Dec",
    ),
]


@pytest.mark.parametrize(("now", "view", "german", "english"), STATES)
def test_each_state_has_one_sentence(now: str, view: StateView, german: str, english: str) -> None:
    assert state_sentence(view, reading("de", now)) == german
    assert state_sentence(view, reading("en", now)) == english


def test_late_begins_after_the_minute_that_was_promised() -> None:
    view = StateView("open", due_at=DUE)
    assert state_sentence(view, Reader("en", BERLIN, DUE)) == "Answer by today, 17:00"
    assert state_sentence(view, Reader("en", BERLIN, DUE + timedelta(seconds=1))).startswith("We are late.")


def test_a_state_without_the_values_of_its_promise_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the values of its promise"):
        state_sentence(StateView("open"), reading("de", TUESDAY))
