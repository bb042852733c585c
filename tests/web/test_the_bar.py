"""Two signs on a suggestion's page: the bar, as long as its date is near and ahead, and what marks an internal note."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.acts.deeds import promises_by, says
from tests.times import FakeClock
from tests.web.pages import TEAM
from tests.web.visitors import Visitor
from tracker.acts import suggestions as verbs
from tracker.store.base import db
from tracker.store.entries import Via

Visit = Callable[[str], Visitor]
PAGE = f"{TEAM}/41"


def bar(page: str) -> str:
    """What the bar of the promise says to who cannot see it; empty where there is none."""
    box = re.search(r'<section class="promise.*?</section>', page, re.S)
    found = re.search(r'<svg class="bar [^>]*aria-label="([^"]*)"', box.group()) if box else None
    return found.group(1) if found else ""


# An answer until Thu 26 Nov, 17:00, counted from Tue 24 Nov, 23:10: 16 hours of Wednesday and Thursday, 9 to 17.
@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("Wednesday 2026-11-25 10:00", "6 % der Zeit sind verbraucht"),  # 1 of 16
        ("Thursday 2026-11-26 16:59", "100 % der Zeit sind verbraucht"),  # all but a minute
        ("Thursday 2026-11-26 17:01", ""),
        ("Friday 2026-11-27 10:00", ""),
    ],
)
def test_the_bar_stands_before_the_date_and_is_gone_after_it(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit, when: str, said: str
) -> None:
    with app.app_context():
        raised(cast)
    clock.set(when)
    for who in ("nari", "pit"):
        assert bar(visit(who).get(PAGE).text).replace("\u00a0", " ") == said


# Promised on Wed 25 Nov for Fri 18 Dec, 17:00; two weeks before it is Fri 4 Dec, 17:00.
@pytest.mark.parametrize(
    ("when", "stands"),
    [("Friday 2026-12-04 16:59", False), ("Friday 2026-12-04 17:01", True), ("Friday 2026-12-18 17:01", False)],
)
def test_a_date_further_away_than_two_weeks_has_no_bar(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit, when: str, stands: bool
) -> None:
    with app.app_context():
        promises_by(date(2026, 12, 18), cast.pit, raised(cast), at("Wednesday 2026-11-25 10:00"))
        db.session.commit()
    clock.set(when)
    assert bool(bar(visit("nari").get(PAGE).text)) is stands


def test_a_note_says_what_it_is_and_wears_another_dress_than_a_comment(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit
) -> None:
    wednesday = at("Wednesday 2026-11-25 10:00")
    with app.app_context():
        found = raised(cast)
        says(cast.melodie, found, wednesday, "Bei uns auch.")
        verbs.note(found, by=cast.juri, now=wednesday, via=Via.WEB, text="Liegt an der Wortliste.")
        db.session.commit()
    clock.set("Wednesday 2026-11-25 11:00")
    entries = re.findall(r'<li class="entry (\w+)[^"]*"(.*?)</li>', visit("pit").get(PAGE).text, re.S)
    comment, note = (next(inside for _kind, inside in entries if words in inside) for words in ("Bei uns", "Liegt an"))
    assert [kind for kind, inside in entries if inside == note] == ["note"]
    assert '<b class="tag-internal">Interne Notiz</b>' in note
    assert "#lock" in note
    assert "Interne Notiz" not in comment
    assert "Wortliste" not in visit("nari").get(PAGE).text
