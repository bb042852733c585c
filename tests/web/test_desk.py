"""The desk, mine, home and the list: what waits for whom, in which order, at what cost; and what leaves no trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.visitors import Visitor, said
from tracker.acts import answers, merging, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Role, Urgency, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import suggestions, teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence, Membership
from tracker.web import views_groups

Visit = Callable[[str], Visitor]
WEB = Via.WEB
DESK = f"{TEAM}/desk"
MONDAY = at("Monday 2026-11-30 08:50")


@pytest.fixture(autouse=True)
def _monday(clock: FakeClock) -> None:
    clock.set(MONDAY)


def titles(page: str) -> list[str]:
    """The rows of a list, in their order."""
    return re.findall(r'<span class="row-title"><a [^>]*>([^<]*)</a>', page)


def groups(page: str) -> dict[str, list[str]]:
    """Heading → its rows."""
    sections = re.findall(r'<section class="group" id="(\w+)" [^>]*>(.*?)</section>', page, re.S)
    return {key: titles(inside) for key, inside in sections}


def queries(app: Flask, ask: Callable[[], object]) -> int:
    counted: list[str] = []
    with app.app_context():
        engine = db.engine

    def count(*args: object) -> None:
        counted.append(str(args[2]))

    sa.event.listen(engine, "before_cursor_execute", count)
    ask()
    sa.event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def monday_morning(app: Flask, cast: Cast) -> None:
    """One in each group of Pit's desk, and two late ones."""
    with app.app_context():
        late = raised(cast, title="Spät", now=at("Tuesday 2026-11-24 23:10"))
        loud = raised(cast, title="Spät und laut", by=cast.jo, now=at("Wednesday 2026-11-25 09:00"))
        support.nudge(loud, by=cast.jo, now=at("Saturday 2026-11-28 10:00"), via=WEB)
        raised(cast, title="Heute", now=at("Thursday 2026-11-26 16:00"))
        raised(cast, title="Diese Woche", now=at("Friday 2026-11-27 16:00"))
        raised(cast, title="Später", urgency=Urgency.LOW, now=at("Monday 2026-11-30 08:40"))  # Friday 4 December
        asked = raised(cast, title="Gefragt", now=at("Friday 2026-11-27 10:00"))
        questions.ask(asked, by=cast.pit, now=at("Friday 2026-11-27 11:00"), via=WEB, text="Wo?")
        back = raised(cast, title="Kommt wieder", now=at("Friday 2026-11-27 10:00"))
        named = raised(cast, title="Jo macht das", now=at("Friday 2026-11-27 10:00"))
        how = {"by": cast.pit, "now": at("Friday 2026-11-27 12:00"), "via": WEB, "text": "Darum."}
        answers.answer(back, **how, outcome=Outcome.NOT_NOW, on=date(2026, 12, 9))  # type: ignore[arg-type]
        answers.answer(named, **how, outcome=Outcome.WILL_DO, on=date(2026, 12, 4), who=cast.jo)  # type: ignore[arg-type]
        assert late.number == 41
        db.session.commit()


# The desk -------------------------------------------------------------------------------------------------------------


def test_it_is_grouped_and_the_loudest_of_the_late_ones_stands_first(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    page = visit("pit").get(DESK)
    assert groups(page.text) == {
        "late": ["Spät und laut", "Spät"],
        "today": ["Heute"],
        "week": ["Diese Woche", "Später"],
        "back": ["Kommt wieder"],
        "others": ["Gefragt"],
    }
    assert "5 zu beantworten · 2 überfällig · 1 heute" in said(page)


@pytest.mark.parametrize(
    ("when", "heading", "last"),
    [
        ("Monday 2026-11-30 10:00", "Diese Woche", date(2026, 12, 6)),
        ("Thursday 2026-12-03 10:00", "Diese Woche", date(2026, 12, 6)),
        ("Friday 2026-12-04 10:00", "In den nächsten drei Tagen", date(2026, 12, 7)),
        ("Sunday 2026-12-06 22:00", "In den nächsten drei Tagen", date(2026, 12, 9)),
    ],
)
def test_on_a_sunday_night_tomorrow_is_not_far_away(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, when: str, heading: str, last: date
) -> None:
    clock.set(at(when))
    with app.app_context():
        for title, on in (("Bald", last), ("Später", last + timedelta(days=1))):
            s = raised(cast, title=title, now=at("Wednesday 2026-11-25 10:00"))
            answers.answer(
                s,
                by=cast.pit,
                now=at("Wednesday 2026-11-25 11:00"),
                via=WEB,
                text="Ja.",
                outcome=Outcome.WILL_DO,
                on=on,
            )
        db.session.commit()
    page = visit("pit").get(DESK)
    assert groups(page.text) == {"week": ["Bald"], "later": ["Später"]}
    assert heading in page.text


def test_a_desk_that_is_left_open_knows_when_a_day_ends_and_who_has_gone(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock
) -> None:
    monday_morning(app, cast)
    clock.set(at("Monday 2026-11-30 22:00"))
    pit = visit("pit")

    def version() -> str:
        return str(re.findall(r'data-version="([^"]*)"', pit.get(DESK).text)[0])

    def status() -> int:
        return pit.get(f"{DESK}/live?v={seen}", HX_Request="true").status_code

    seen = version()
    assert status() == 204
    clock.set(at("Tuesday 2026-12-01 07:00"))  # no date has passed since
    assert status() == 200
    seen = version()
    with app.app_context():
        on = date(2026, 12, 1)
        db.session.add(Absence(team_id=cast.team.id, person_id=cast.pit.id, first_on=on, last_on=on, entered_at=MONDAY))
        db.session.commit()
    assert status() == 200


def test_what_is_due_next_week_stands_under_later_and_on_its_own_page(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        how = {"by": cast.pit, "now": MONDAY, "via": WEB, "text": "Machen wir.", "outcome": Outcome.WILL_DO}
        for title, on in (("Sonntag", date(2026, 12, 6)), ("Montag", date(2026, 12, 7)), ("März", date(2027, 3, 1))):
            answers.answer(raised(cast, title=title, now=MONDAY), on=on, **how)  # type: ignore[arg-type]
        db.session.commit()
    pit = visit("pit")
    assert groups(pit.get(DESK).text) == {"week": ["Sonntag"], "later": ["Montag", "März"]}
    alone = pit.get(f"{DESK}?group=later")
    assert groups(alone.text) == {"later": ["Montag", "März"]}
    assert "Später 2" in said(alone)


def test_the_first_one_stands_beside_the_list_ready_to_be_answered(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    page = visit("pit").get(DESK)
    assert f"{TEAM}/42/answer" in forms_of(page)
    chosen = visit("pit").get(f"{DESK}?show=43")
    assert f"{TEAM}/43/answer" in forms_of(chosen)


def test_all_shows_what_is_with_others_of_the_team_too(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    juri = visit("juri")
    assert "Bei dir ist nichts offen. 8 sind bei anderen in deinem Team offen." in said(juri.get(DESK))
    assert groups(juri.get(f"{DESK}?with=all").text)["others"] == ["Gefragt", "Jo macht das"]


def test_with_nothing_to_do_it_says_so(visit: Visit) -> None:
    assert "Nichts offen." in said(visit("pit").get(DESK))


def test_urgent_ones_stand_above_others_of_the_same_day(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        raised(cast, title="Ruhig", now=at("Thursday 2026-11-26 15:00"))  # today, 15:00
        raised(cast, title="Brennt", urgency=Urgency.URGENT, now=at("Monday 2026-11-30 08:40"))  # today, 13:00
        raised(cast, title="Stört", urgency=Urgency.HIGH, now=at("Friday 2026-11-27 16:30"))  # today, 16:30
        db.session.commit()
    assert groups(visit("pit").get(DESK).text)["today"] == ["Brennt", "Stört", "Ruhig"]


def test_answered_from_the_desk_one_stays_there_and_can_take_it_back(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    page = follow(pit, send(pit, pit.get(DESK), "/42/answer", outcome="done", text="Getauscht."))
    assert page.request.path == DESK
    assert "#42 ist beantwortet. Jo erfährt es gleich." in said(page)
    assert "Spät und laut" not in titles(page.text)
    [undo] = [url for url in forms_of(page) if "/undo/" in url]
    page = follow(pit, send(pit, page, undo))
    assert (page.request.path, titles(page.text)[0]) == (DESK, "Spät und laut")


def test_refused_on_the_desk_the_form_stands_there_filled(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    page = send(pit, pit.get(f"{DESK}?with=all"), "/42/answer", outcome="will_do", text="Ich tausche.")
    assert page.status_code == 422
    assert forms_of(page)[f"{TEAM}/42/answer"]["text"] == "Ich tausche."
    assert "Bei uns allen" in said(page)
    assert titles(page.text)


def test_the_right_half_by_itself_is_for_scripts_and_elsewhere_the_page(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    part = pit.get(f"{DESK}/41", HX_Request="true")
    assert "<html" not in part.text
    assert f"{TEAM}/41/answer" in forms_of(part)
    assert pit.get(f"{DESK}/41").headers["Location"] == f"{TEAM}/41"


def test_signed_out_meanwhile_the_whole_page_asks_to_sign_in(visitor: Visitor, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    part = visitor.get(f"{DESK}/41", HX_Request="true")
    assert (part.status_code, part.text) == (401, "")
    assert part.headers["HX-Redirect"] == "/sign-in?next=%2Ft%2Fnachtwache%2Fdesk"
    assert visitor.get(f"{DESK}/41").headers["Location"].startswith("/sign-in?next=")


def test_members_have_no_desk(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    assert visit("nari").get(DESK).status_code == 403
    assert visit("nari").get(f"{DESK}/41", HX_Request="true").status_code == 403
    assert visit("olga").get(DESK).status_code == 404
    assert DESK not in visit("nari").get(f"{TEAM}/mine").text


def test_two_hundred_cost_as_many_queries_as_forty(visit: Visit, app: Flask, cast: Cast, clock: FakeClock) -> None:
    def fill(count: int) -> None:
        with app.app_context():
            team = teams.by_slug("nachtwache")
            assert team is not None
            for i in range(count):
                by = (cast.nari, cast.jo, cast.melodie)[i % 3]
                verbs.raise_(team, by=by, now=at("Tuesday 2026-11-24 23:10"), via=WEB, title=f"Nr. {i}")
            db.session.commit()

    pit = visit("pit")
    fill(40)
    few = queries(app, lambda: pit.get(DESK))
    fill(160)
    page = pit.get(DESK)
    assert "200 überfällig" in said(page)
    many = queries(app, lambda: pit.get(DESK))
    assert many == few
    assert many <= 56
    nari = visit("nari")
    assert queries(app, lambda: nari.get(f"{TEAM}/")) <= 26
    assert queries(app, lambda: nari.get(f"{TEAM}/mine")) <= 26
    assert queries(app, lambda: nari.get(f"{TEAM}/suggestions")) <= 26


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((), ""), ((41,), "41"), ((43, 41, 42), "41-43"), ((47, 41, 42, 100_000_007), "41-42 47 100000007")],
)
def test_all_that_are_open_are_named_in_few_bytes(numbers: tuple[int, ...], said: str) -> None:
    assert views_groups.spans(numbers) == said


# Mine, home and the list ----------------------------------------------------------------------------------------------


def test_mine_has_what_is_with_me_first_then_what_is_late(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    with app.app_context():
        done = suggestions.by_number(cast.team.id, 43)
        assert done is not None
        answers.answer(done, by=cast.pit, now=MONDAY, via=WEB, outcome=Outcome.DONE, text="Fertig.")
        db.session.commit()
    found = groups(visit("nari").get(f"{TEAM}/mine").text)
    assert found == {
        "you": ["Gefragt"],
        "us": ["Spät", "Diese Woche", "Später", "Jo macht das", "Kommt wieder"],
        "answered": ["Heute"],
    }
    assert groups(visit("jo").get(f"{TEAM}/mine").text)["you"] == ["Jo macht das"]


def test_mine_calls_answered_only_what_has_an_answer(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    with app.app_context():
        done, merged, gone, no = (suggestions.by_number(cast.team.id, number) for number in (41, 43, 44, 45))
        how = {"now": MONDAY, "via": WEB}
        for s, outcome in ((done, Outcome.DONE), (no, Outcome.DECLINED)):
            answers.answer(s, by=cast.pit, outcome=outcome, text="Darum.", **how)  # type: ignore[arg-type]
        loud = suggestions.by_number(cast.team.id, 42)
        merging.merge(merged, into=loud, by=cast.pit, **how)  # type: ignore[arg-type]
        verbs.withdraw(gone, by=cast.nari, **how)  # type: ignore[arg-type]
        db.session.commit()
    page = visit("nari").get(f"{TEAM}/mine")
    found = groups(page.text)
    closed = {key: found[key] for key in ("answered", "merged", "withdrawn")}
    assert closed == {"answered": ["Später", "Spät"], "merged": ["Heute"], "withdrawn": ["Diese Woche"]}
    assert list(found)[-3:] == ["answered", "merged", "withdrawn"]
    assert "Läuft in einem anderen weiter 1 Heute #43 Idee Läuft in #42 weiter, auch in deinem Namen." in said(page)
    [line] = re.findall(r'<section class="group" id="merged".*?</section>', page.text, re.S)
    assert 'class="done"' not in line, "no tick stands beside it"


def test_mine_with_nothing_yet_says_what_to_do(visit: Visit) -> None:
    told = said(visit("melodie").get(f"{TEAM}/mine"))
    assert "Noch nichts von dir. Was stört dich, was fehlt, was wüsstest du gern?" in told


def test_home_shows_what_waits_for_me(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    all_to_answer = ["Spät", "Spät und laut", "Heute", "Diese Woche", "Später"]
    assert groups(visit("pit").get(f"{TEAM}/").text)["you"] == all_to_answer
    assert groups(visit("nari").get(f"{TEAM}/").text)["you"] == ["Gefragt"]
    assert "2 sind bei anderen in deinem Team überfällig." in said(visit("anke").get(f"{TEAM}/"))
    assert "Auf dich wartet nichts." in said(visit("melodie").get(f"{TEAM}/"))


def test_home_gathers_from_all_my_teams_and_says_from_which(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    with app.app_context():
        other = teams.by_slug("tagwache")
        assert other is not None
        db.session.add(Membership(team_id=other.id, person_id=cast.pit.id, role=Role.MANAGER, joined_at=MONDAY))
        db.session.flush()
        verbs.raise_(other, by=cast.olga, now=at("Wednesday 2026-11-25 09:00"), via=WEB, title="Von der Tagwache")
        db.session.commit()
    page = visit("pit").get(f"{TEAM}/")
    assert "Von der Tagwache" in groups(page.text)["you"]
    assert "Tagwache Olga" in said(page)


FIRST_STEPS = {
    "nari": ("Etwas eingereicht", "Bei jemandem mitgemacht"),
    "pit": ("Eine Antwort gegeben", "Jemand vertritt dich"),
    "anke": ("Eine zweite Person, die antwortet", "Eine Vertrauensperson"),
}


@pytest.mark.parametrize("who", FIRST_STEPS)
def test_everybody_who_is_new_has_first_steps_of_their_own_until_they_put_them_away(visit: Visit, who: str) -> None:
    home = visit(who).get(f"{TEAM}/")
    for step in FIRST_STEPS[who]:
        assert step in said(home)
    assert visit(who).post(f"{TEAM}/first-steps/hide").status_code == 302
    assert "Erste Schritte" not in said(visit(who).get(f"{TEAM}/"))


def test_the_list_has_everything_i_can_see_in_pages(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        for i in range(45):
            raised(cast, title=f"Nr. {i:02}", now=MONDAY)
        raised(cast, title="Nur intern", visibility=Visibility.MANAGERS, now=MONDAY)
    jo = visit("jo")
    first = jo.get(f"{TEAM}/suggestions")
    assert titles(first.text)[:2] == ["Nr. 44", "Nr. 43"]
    assert "1 bis 20 von 45" in said(first)
    last = jo.get(f"{TEAM}/suggestions?page=3")
    assert titles(last.text) == [f"Nr. {i:02}" for i in (4, 3, 2, 1, 0)]
    assert "Nur intern" in titles(visit("pit").get(f"{TEAM}/suggestions").text)
    for odd in ("page=0", "page=x", "page=99999999", "status=alles"):
        assert jo.get(f"{TEAM}/suggestions?{odd}").status_code == 200


# Sealed ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def about_pit(app: Flask, cast: Cast) -> int:
    """Nari's suggestion about Pit, late since Thursday; its number."""
    with app.app_context():
        return raised(cast, title="Pit schreit uns an", about=cast.pit).number


def test_a_suggestion_about_the_manager_leaves_no_trace_for_that_manager(
    visit: Visit, app: Flask, cast: Cast, about_pit: int
) -> None:
    for name in ("pit", "juri", "jo"):
        for path in ("", "mine", "desk", "desk?with=all", "suggestions", "suggestions?status=open", "people"):
            text = visit(name).get(f"{TEAM}/{path}").text
            assert "schreit" not in text, (name, path)
            assert str(about_pit) not in text, (name, path)
            assert not re.search(r'class="count">\d', text), (name, path)  # no number in the navigation counts it
    for path in ("", "/receipt", f"/answer-{about_pit}.ics", "/edit/1"):
        assert visit("pit").get(f"{TEAM}/{about_pit}{path}").status_code == 404
    assert visit("pit").get(f"{DESK}/{about_pit}", HX_Request="true").status_code == 404
    assert visit("pit").get(f"{DESK}?show={about_pit}").status_code == 404


def test_it_is_on_the_desk_of_the_team_lead_and_with_its_author(visit: Visit, about_pit: int) -> None:
    assert groups(visit("anke").get(DESK).text)["late"] == ["Pit schreit uns an"]
    told = said(visit("nari").get(f"{TEAM}/{about_pit}"))
    assert "Wir sind zu spät." in told
    assert "Es geht um Pit" in told
    assert "wer es eingebracht hat und Anke" in told


def test_no_act_reaches_it_from_outside(visit: Visit, app: Flask, about_pit: int) -> None:
    verbs_ = ("answer", "ask", "take-back", "move", "urgency", "take", "assign", "comment", "note", "withdraw", "back")
    more = ("reopen", "nudge", "thank/1", "vote", "unvote", "follow", "unfollow", "undo/1", "hand-back", "contest")
    typed = {"text": "Hallo", "outcome": "done", "on": "2026-12-04", "urgency": "low"}
    for verb in (*verbs_, *more, "edit/1"):
        assert visit("pit").post(f"{TEAM}/{about_pit}/{verb}", typed).status_code == 404, verb
    with app.app_context():
        assert db.session.query(Suggestion).one().status.value == "open"


def test_the_person_it_is_about_cannot_be_named_for_it(visit: Visit, cast: Cast, about_pit: int) -> None:
    anke = visit("anke")
    page = anke.get(f"{TEAM}/{about_pit}")
    [select] = re.findall(r'<select[^>]*name="who".*?</select>', page.text, re.S)
    assert re.findall(r'<option value="(\d+)"', select) == [
        str(cast.anke.id),
        str(cast.nari.id),
    ]  # those who know of it
