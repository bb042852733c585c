"""Nobody who answers for a team is there: a calm line says so to those who answer for it, and to site admins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.acts.cast import FOUNDED_AT, Cast
from tests.reliability import fault
from tests.times import FakeClock
from tests.web.visitors import Visitor, said
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.teams import Absence

Visit = Callable[[str], Visitor]
LINE = (
    "Für Nachtwache ist gerade niemand da, der antwortet. "
    "Bis jemand zurück ist, gehen Erinnerungen an die Administration."
)
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 27)


def away(app: Flask, cast: Cast, *names: str) -> None:
    with app.app_context():
        days = {"first_on": FIRST, "last_on": LAST, "entered_at": FOUNDED_AT}
        gone = [Absence(team_id=cast.team.id, person_id=getattr(cast, name).id, **days) for name in names]
        db.session.add_all(gone)
        db.session.commit()


@fault("F53", "banner: nobody of the team is there, says a line on every page of those who answer for it and of admins")
def test_who_answers_for_the_team_and_site_admins_read_that_nobody_is_there(
    app: Flask, cast: Cast, visit: Visit
) -> None:
    away(app, cast, "pit", "juri", "anke")
    for name in ("pit", "anke"):
        page = visit(name).get("/t/nachtwache/")
        assert f"{LINE} Wer ist weg?" in said(page)
        assert 'href="/t/nachtwache/absences"' in page.text
    for path in ("/me", "/admin/outbox"):
        assert LINE in said(visit("ada").get(path))
    assert LINE not in said(visit("nari").get("/t/nachtwache/"))
    assert "niemand da" not in said(visit("olga").get("/t/tagwache/"))


def test_as_long_as_one_of_them_is_there_nothing_is_said(app: Flask, cast: Cast, visit: Visit) -> None:
    away(app, cast, "pit", "juri")
    for name, path in (("pit", "/t/nachtwache/"), ("anke", "/t/nachtwache/"), ("ada", "/me")):
        assert LINE not in said(visit(name).get(path))


def test_who_is_there_and_whom_no_mail_reaches_counts_as_away(app: Flask, cast: Cast, visit: Visit) -> None:
    away(app, cast, "pit", "juri")
    with app.app_context():
        db.session.get_one(Person, cast.anke.id).mail_bounced_at = FOUNDED_AT
        db.session.commit()
    assert LINE in said(visit("pit").get("/t/nachtwache/"))
    assert LINE in said(visit("ada").get("/me"))


@pytest.mark.parametrize(
    ("moment", "is_said"),
    [
        ("Sunday 2026-11-22 23:59", False),  # the day before the first, in Berlin; in UTC it is 22:59
        ("Monday 2026-11-23 00:00", True),
        ("Friday 2026-11-27 23:59", True),
        ("Saturday 2026-11-28 00:00", False),
    ],
)
def test_days_begin_and_end_by_the_clocks_of_the_team(
    app: Flask, cast: Cast, visit: Visit, clock: FakeClock, moment: str, is_said: bool
) -> None:
    away(app, cast, "pit", "juri", "anke")
    clock.set(moment)
    assert [LINE in said(visit(name).get("/me")) for name in ("pit", "ada")] == [is_said, is_said]
