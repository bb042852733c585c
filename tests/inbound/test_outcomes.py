"""Does a mail begin like an answer? The four beginnings in two languages, their days, and what only begins alike."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.outcomes import Outcome
from tracker.inbound.outcomes import Problem, Read, read

THURSDAY = date(2026, 11, 26)
DONE, WILL_DO, NOT_NOW, DECLINED = Outcome.DONE, Outcome.WILL_DO, Outcome.NOT_NOW, Outcome.DECLINED
FRIDAY = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DONE The list is replaced.", Read(DONE, "The list is replaced.")),
        ("Erledigt: Die Liste ist getauscht.", Read(DONE, "Die Liste ist getauscht.")),
        ("WILL DO 2026-12-04 Anke is on it", Read(WILL_DO, "Anke is on it", FRIDAY)),
        ("will do by 4 Dec – Anke is on it", Read(WILL_DO, "Anke is on it", FRIDAY)),
        ("WILL DO by Dec 4, Anke", Read(WILL_DO, "Anke", FRIDAY)),
        ("MACHEN WIR bis 4.12. Anke macht es", Read(WILL_DO, "Anke macht es", FRIDAY)),
        ("Machen wir bis Fr 4.12.2026: Anke", Read(WILL_DO, "Anke", FRIDAY)),
        ("LATER 2027-01-15 because of the move", Read(NOT_NOW, "of the move", date(2027, 1, 15))),
        ("SPÄTER 15.1. weil wir umziehen", Read(NOT_NOW, "wir umziehen", date(2027, 1, 15))),
        ("NO because it is not ours", Read(DECLINED, "it is not ours")),
        ("Nein, weil es nicht unseres ist", Read(DECLINED, "es nicht unseres ist")),
        ("WILL DO 26.11. heute noch", Read(WILL_DO, "heute noch", THURSDAY)),
        ("WILL DO 25.11. Anke", Read(WILL_DO, "Anke", date(2027, 11, 25))),
    ],
)
def test_the_four_beginnings(text: str, found: Read) -> None:
    assert read(text, today=THURSDAY) == found


@pytest.mark.parametrize(
    ("text", "problem", "said"),
    [
        ("DONE", Problem.NO_TEXT, ""),
        ("LATER because we move", Problem.NO_DAY, ""),
        ("WILL DO by Friday because of Anke", Problem.UNCLEAR_DAY, "Friday"),
        ("MACHEN WIR bis Mo 4.12. Anke", Problem.UNCLEAR_DAY, "Mo 4.12."),
        ("SPÄTER 31.2. weil wir umziehen", Problem.NO_SUCH_DAY, "31.2."),
        ("LATER 2019-01-15 because of the move", Problem.PAST_DAY, "2019-01-15"),
    ],
)
def test_what_is_missing_is_named_so_that_somebody_can_be_asked(text: str, problem: Problem, said: str) -> None:
    found = read(text, today=THURSDAY)
    assert found is not None
    assert (found.problem, found.said) == (problem, said)


@pytest.mark.parametrize(
    "text",
    [
        "ist gefixt",
        "Done? I do not think so.",
        "No, I like it.",
        "Nein, das sehe ich anders.",
        "Later we can talk.",
        "Später mehr dazu.",
        "Nothing is done.",
        "Wir machen das.",
        "Donegal is far.",
        "",
    ],
)
def test_what_only_begins_alike_is_no_answer(text: str) -> None:
    found = read(text, today=THURSDAY)
    assert found is None or (text.startswith("Done?") and found is None)


@given(st.text(), st.dates())
def test_any_text_is_taken(text: str, today: date) -> None:
    found = read(text, today=today)
    assert found is None or found.outcome in set(Outcome)
