"""Raising over the form: the dates before it is sent, what is refused and kept, and the receipt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.acts.cast import Cast, at
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, send
from tests.web.visitors import Visitor, problems, said

Visit = Callable[[str], Visitor]
TUESDAY_NIGHT = at("Tuesday 2026-11-24 23:10")


@pytest.fixture(autouse=True)
def _tuesday_night(clock: FakeClock) -> None:
    clock.set(TUESDAY_NIGHT)


def test_only_the_title_is_needed_and_the_receipt_shows_the_date_and_the_ladder(visit: Visit) -> None:
    nari = visit("nari")
    receipt = follow(nari, send(nari, nari.get(f"{TEAM}/new"), "/new", title="Chat-Filter frisst Umlaute"))
    told = said(receipt)
    assert "Angekommen. #41 Chat-Filter frisst Umlaute" in told
    assert "Antwort bis Do 26.11., 17 Uhr" in told
    assert "in 2 Tagen" in told
