"""The bell at a browser: its number on every page and in the line that is asked for every 20 seconds, and reading."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised, reassembled
from tests.notices.post import Post
from tests.notices.seen import each_by_itself
from tests.times import FakeClock
from tests.web.visitors import Visitor, problems, said
from tracker.store.base import db

Visit = Callable[[str], Visitor]
PAGE = "/notices"


@pytest.fixture(autouse=True)
def _wednesday(clock: FakeClock) -> None:
    clock.set("Wednesday 2026-11-25 10:00")


def number(page: str) -> str:
    """What stands beside the bell, wherever it stands."""
    (shown,) = set(re.findall(r"<span data-bell>(.*?)</span></a>", page))
    return re.sub("<[^>]*>", "", shown)


def three(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for title in ("Eins", "Zwei", "Drei"):
            raised(cast, title=title)
        db.session.commit()


def test_what_is_new_is_counted_and_read(app: Flask, visit: Visit, cast: Cast) -> None:
    three(app, cast)
    pit = visit("pit")
    assert number(pit.get("/t/nachtwache/desk").text) == "3 neu"
    page = pit.get(PAGE)
    assert "Gestern Neu von Nari: Drei neu 23:10 Uhr Später Neu von Nari: Zwei neu" in said(page)
    assert number(pit.get(PAGE).text) == "3 neu"  # looking changes nothing
    assert pit.submit(page).headers["Location"] == PAGE
    page = pit.get(PAGE)
    assert number(page.text) == ""
    assert "Alles gelesen" not in said(page)


def test_the_number_comes_along_with_the_line_that_is_asked_for(app: Flask, visit: Visit, cast: Cast) -> None:
    three(app, cast)
    line = visit("pit").get("/alive", HX_Request="true").text
    assert 'hx-swap-oob="innerHTML:[data-bell]"' in line
    assert '<span class="count">3<' in line


def test_a_script_that_reads_is_answered_with_the_bell_alone(app: Flask, visit: Visit, cast: Cast) -> None:
    three(app, cast)
    pit = visit("pit")
    answer = pit.post("/notices/read", {"upto": "999999"}, HX_Request="true")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert number(pit.get(PAGE).text) == ""


def test_older_ones_have_a_page_of_their_own(app: Flask, visit: Visit, cast: Cast) -> None:
    with app.app_context():
        for turn in range(32):
            raised(cast, title=f"Nr. {turn}", by=(cast.nari, cast.jo, cast.melodie)[turn % 3])
    pit = visit("pit")
    (older,) = re.findall(r'href="(/notices\?before=\d+)"', pit.get(PAGE).text)
    last = said(pit.get(older))
    assert "Nr. 1" in last
    assert "Nr. 2 " not in last
    assert pit.get("/notices?before=x").status_code == 200


def test_nothing_yet_says_what_will_stand_here(visit: Visit, cast: Cast) -> None:
    assert "Was dich angeht, steht hier, sobald es geschieht" in said(visit("nari").get(PAGE))


# Why ------------------------------------------------------------------------------------------------------------------

WHY = "/notices/why"


def test_the_bell_and_the_settings_lead_to_why(app: Flask, visit: Visit, cast: Cast) -> None:
    three(app, cast)
    assert f'href="{WHY}"' in visit("pit").get(PAGE).text
    assert f'href="{WHY}"' in visit("pit").get("/me").text
    page = said(visit("pit").get(WHY))
    assert "Etwas Neues Drei" in page
    assert "Wartet auf deine tägliche Mail. Es liegt bei dir." in page


def test_why_is_asked_about_one_suggestion_at_a_time(app: Flask, visit: Visit, cast: Cast) -> None:
    three(app, cast)
    pit = visit("pit")
    (value,) = re.findall(r'<option value="(nachtwache/\d+)">#\d+ Zwei<', pit.get(WHY).text)
    (shown,) = re.findall(r'<li class="why-line.*?</li>', pit.get(f"{WHY}?about={value}").text, re.S)
    assert "Zwei" in shown
    assert visit("olga").get(f"{WHY}?about={value}").status_code == 404
    for nonsense in ("nachtwache/9999", "nachtwache/x", "nachtwache", "/", "nachtwache/%C2%B2"):
        assert pit.get(f"{WHY}?about={nonsense}").status_code == 404, nonsense


def test_why_now_in_a_reminder_leads_to_what_the_reader_was_told_of_it(
    app: Flask, visit: Visit, cast: Cast, clock: FakeClock
) -> None:
    post = Post()
    with app.app_context():
        people = reassembled()
        each_by_itself(people)
        raised(people)
        post.days(clock.now(), at("Thursday 2026-11-26 14:00"))
    (rung,) = [one for one in post.sent if one.template.startswith("rung") and one.to == "pit"]
    found = re.search(r"Warum gerade jetzt\? → http://127\.0\.0\.1:8000(\S+)", rung.letter.text)
    assert found is not None
    assert "Erinnerung Chat-Filter frisst Umlaute" in said(visit("pit").get(found[1]))


def test_why_has_nothing_to_tell_and_says_so(visit: Visit, cast: Cast) -> None:
    assert "steht hier mit dem Grund" in said(visit("nari").get(WHY))


# Later ----------------------------------------------------------------------------------------------------------------


def test_from_the_bell_a_suggestion_is_put_off_and_the_number_goes_down(app: Flask, visit: Visit, cast: Cast) -> None:
    three(app, cast)
    pit = visit("pit")
    later = re.findall(r'href="(/t/nachtwache/\d+/later)"', pit.get(PAGE).text)
    assert len(later) == 3
    page = pit.get(later[0])
    assert "Bis wann?" in said(page)
    assert "Morgen Do 26.11., 8 Uhr" in said(page)
    sent = pit.submit(page, choice="tomorrow")
    assert sent.headers["Location"] == later[0].removesuffix("/later")
    assert number(pit.get(PAGE).text) == "2 neu"
    assert "zurückgestellt bis" in said(pit.get(PAGE))
    assert "Für dich zurückgestellt bis" in said(pit.get(sent.headers["Location"]))
    assert pit.post(f"{later[0]}/end").status_code == 302
    assert number(pit.get(PAGE).text) == "3 neu"


def test_a_day_that_is_too_far_away_comes_back_with_what_was_typed(app: Flask, visit: Visit, cast: Cast) -> None:
    three(app, cast)
    pit = visit("pit")
    later = re.findall(r'href="(/t/nachtwache/\d+/later)"', pit.get(PAGE).text)[0]
    for choice, day, field in (
        ("day", "2026-12-24", "day"),
        ("day", "2026-11-25", "day"),
        ("day", "2026-11-24", "day"),
        ("day", "9999-12-31", "day"),
        ("day", "0001-01-01", "day"),
        ("day", "nonsense", "day"),
        ("day", "", "day"),
        ("never", "", "choice"),
        ("monday", "", "choice"),  # beyond the date
    ):
        refused = pit.post(later, {"choice": choice, "day": day})
        assert (refused.status_code, list(problems(refused))) == (422, [field]), (choice, day)
        assert f'value="{day}"' in refused.text
