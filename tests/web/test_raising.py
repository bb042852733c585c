"""Raising over the form: the dates before it is sent, what is refused and kept, who will see it, and the receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.acts.cast import Cast, at
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.visitors import Visitor, problems, said
from tracker.acts import absences
from tracker.domain.lifecycle import Kind, Urgency, Visibility
from tracker.store import suggestions, teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import HIDDEN_NUMBERS, Suggestion
from tracker.web.marks import mark

Visit = Callable[[str], Visitor]
TITLE = "Chat-Filter frisst Umlaute"


@pytest.fixture(autouse=True)
def _tuesday_night(clock: FakeClock) -> None:
    clock.set("Tuesday 2026-11-24 23:10")


@pytest.fixture
def nari(visit: Visit) -> Visitor:
    return visit("nari")


def stored(app: Flask) -> list[Suggestion]:
    with app.app_context():
        return list(db.session.query(Suggestion).order_by(Suggestion.id))


def in_english(app: Flask, cast: Cast, *names: str) -> None:
    with app.app_context():
        for name in names:
            db.session.merge(getattr(cast, name)).locale = "en"
        db.session.commit()


# Before it is sent ----------------------------------------------------------------------------------------------------


def test_each_urgency_has_its_date_beside_it(nari: Visitor) -> None:
    told = said(nari.get(f"{TEAM}/new"))
    for line in (
        "Es brennt gerade Antwort bis Mi 25.11., 13 Uhr",
        "Es stört jeden Tag Antwort bis Mi 25.11., 17 Uhr",
        "Normal Antwort bis Do 26.11., 17 Uhr",
        "Kann warten Antwort bis Di 1.12., 17 Uhr",
    ):
        assert line in told


def test_in_english_the_same_dates(nari: Visitor, app: Flask, cast: Cast) -> None:
    in_english(app, cast, "nari")
    told = said(nari.get(f"{TEAM}/new"))
    assert "It is burning now answer by Wed 25 Nov, 13:00" in told
    assert "Normal answer by Thu 26 Nov, 17:00" in told
    assert "It is 23:10 now; nobody is here before Wed, 09:00." in told


def test_the_reason_for_the_date_is_there_before_it_is_given(nari: Visitor) -> None:
    told = said(nari.get(f"{TEAM}/new"))
    assert "16 Stunden, in denen jemand da ist: Mi 25.11. 9–17 Uhr 8 Std. Do 26.11. 9–17 Uhr 8 Std." in told
    assert "Jetzt ist es 23:10 Uhr; vor Mi, 9 Uhr ist niemand da." in told


def test_who_is_away_and_who_answers_is_said(nari: Visitor, app: Flask, cast: Cast) -> None:
    with app.app_context():
        team = teams.by_slug("nachtwache")
        assert team is not None
        absences.enter(
            team, person=cast.pit, first_on=date(2026, 11, 24), last_on=date(2026, 12, 4), by=cast.pit,
            now=at("Tuesday 2026-11-24 23:00"), via=Via.WEB, choice=absences.Choice(),
        )  # fmt: skip
        db.session.commit()
    told = said(nari.get(f"{TEAM}/new"))
    assert "liegt bei Juri" in told
    assert "Pit ist bis Fr 4.12. nicht da; Juri antwortet." in told
    receipt = follow(nari, send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE))
    assert "Pit ist bis Fr 4.12. nicht da; Juri antwortet." in said(receipt)
    assert "Juri ist da. Pit springt ein" not in said(receipt)


def test_who_will_be_away_on_the_last_day_is_said_before_it_begins(nari: Visitor, app: Flask, cast: Cast) -> None:
    with app.app_context():
        team = teams.by_slug("nachtwache")
        assert team is not None
        absences.enter(
            team, person=cast.pit, first_on=date(2026, 11, 26), last_on=date(2026, 11, 27), by=cast.pit,
            now=at("Tuesday 2026-11-24 23:00"), via=Via.WEB, choice=absences.Choice(),
        )  # fmt: skip
        db.session.commit()
    form = nari.get(f"{TEAM}/new")
    sentence = "Pit ist von Do 26.11. bis Fr 27.11. nicht da; dann antwortet Juri."
    assert said(form).count(sentence) == 1  # urgent and high fall on Wednesday, low on the Monday after
    receipt = follow(nari, send(nari, form, "/new", title=TITLE))
    assert sentence in said(receipt)
    assert "Pit ist da." not in said(receipt)


# Sending --------------------------------------------------------------------------------------------------------------


def test_only_the_title_is_needed_and_the_receipt_shows_date_reason_and_ladder(nari: Visitor) -> None:
    told = said(follow(nari, send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE)))
    assert "Angekommen. #41 Chat-Filter frisst Umlaute Antwort bis Do 26.11., 17 Uhr" in told
    assert "in 2 Tagen · liegt bei Pit, Vertretung: Juri" in told
    assert "16 Stunden, in denen jemand da ist" in told
    assert "Kein Feiertag dazwischen. Pit ist da. Juri springt ein, wenn Pit nicht kann." in told
    assert "Do 13 und 17 Uhr Pit wird erinnert" in told
    assert "Fr 13 Uhr auch Juri, und wir sagen es dir" in told
    assert "Mo 17 Uhr auch Anke, und so weiter" in told
    assert "Änderbar bis 23:25 Uhr." in told


def test_the_receipt_in_english(nari: Visitor, app: Flask, cast: Cast) -> None:
    in_english(app, cast, "nari")
    told = said(follow(nari, send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE)))
    assert "Got it. #41 Chat-Filter frisst Umlaute Answer by Thu 26 Nov, 17:00" in told
    assert "Thu 13:00 and 17:00 Pit is reminded Fri 13:00 Juri too, and we tell you Mon 17:00 Anke too" in told


def test_what_was_chosen_is_stored(nari: Visitor, app: Flask) -> None:
    page = nari.get(f"{TEAM}/new")
    send(nari, page, "/new", title=TITLE, body="Elf Gilden.", kind="question", urgency="high", visibility="managers")
    [s] = stored(app)
    assert (s.kind, s.urgency, s.visibility, s.body) == (
        Kind.QUESTION,
        Urgency.HIGH,
        Visibility.MANAGERS,
        "Elf Gilden.",
    )
    assert s.number in HIDDEN_NUMBERS


def test_a_second_click_finds_what_the_first_one_made(nari: Visitor, app: Flask) -> None:
    page = nari.get(f"{TEAM}/new")
    first = send(nari, page, "/new", title=TITLE)
    second = send(nari, page, "/new", title=TITLE)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert len(stored(app)) == 1


def test_the_same_form_with_other_words_is_asked_about_and_nothing_is_lost(nari: Visitor, app: Flask) -> None:
    page = nari.get(f"{TEAM}/new")
    send(nari, page, "/new", title=TITLE)
    again = send(nari, page, "/new", title="Etwas ganz anderes")
    assert again.status_code == 422
    assert "Du hast dieses Formular schon einmal mit anderen Worten gesendet" in said(again)
    assert send(nari, again, "/new").status_code == 303  # pressed once more, both are meant
    assert [s.title for s in stored(app)] == [TITLE, "Etwas ganz anderes"]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"title": "  "}, "title", "Gib ihm einen Titel"),
        ({"title": "x" * 201}, "title", "201 Zeichen"),
        ({"title": TITLE, "body": "x" * 200_000}, "body", "200000 Zeichen"),
        ({"title": TITLE, "body": "ding\x07dong"}, "body", "U+0007"),
        ({"title": TITLE, "kind": "friction", "about": "999999"}, "about", "Diese Person ist nicht im Team."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_everything_typed_stays(
    nari: Visitor, app: Flask, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = send(nari, nari.get(f"{TEAM}/new"), "/new", **{"body": "Elf Gilden.", "urgency": "high", **typed})
    assert page.status_code == 422
    assert sentence in problems(page)[field]
    [sent] = forms_of(page).values()
    assert sent["body"] == typed.get("body", "Elf Gilden.").replace("\x07", "\x07")
    assert (sent["title"], sent["urgency"]) == (typed["title"], "high")
    assert stored(app) == []


def test_values_that_no_form_offers_are_refused(nari: Visitor, app: Flask) -> None:
    for wrong in ({"kind": "rant"}, {"urgency": "yesterday"}, {"visibility": "world"}):
        assert send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE, **wrong).status_code == 422
    assert stored(app) == []


def test_extra_fields_change_nothing(nari: Visitor, app: Flask, cast: Cast) -> None:
    extra = {"author_id": cast.jo.id, "team_id": cast.other_team.id, "status": "done", "number": 1, "is_sealed": 1}
    send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE, **extra)
    [s] = stored(app)
    assert (s.author_id, s.team_id, s.status.value, s.number) == (cast.nari.id, cast.team.id, "open", 41)


# About a person -------------------------------------------------------------------------------------------------------


def test_about_a_manager_it_says_before_sending_who_sees_it_and_who_not(nari: Visitor) -> None:
    told = said(nari.get(f"{TEAM}/new?kind=friction"))
    assert "Das sieht nur Anke (Teamleitung)." in told
    assert "Pit sieht es nicht: nicht in Listen, Suche, Zahlen, Mails oder Protokoll." in told
    assert "Vertraulich an Anke" in told


def test_without_scripts_the_form_says_who_sees_it_when_asked(nari: Visitor, app: Flask, cast: Cast) -> None:
    page = send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE, kind="friction", about=cast.pit.id, show="seen")
    assert page.status_code == 200
    [typed] = forms_of(page).values()
    assert (typed["title"], typed["kind"], typed["about"]) == (TITLE, "friction", str(cast.pit.id))
    assert f'data-case="about:{cast.pit.id}">' in page.text  # shown
    assert 'data-case="about:" hidden>' in page.text
    assert stored(app) == []


def shown_about(person: Person) -> dict[str, str]:
    """What a form without scripts carries once the page has said who will see it."""
    return {"shown_about": str(person.id)}


def test_without_scripts_nothing_is_sent_before_it_was_said_who_sees_it(nari: Visitor, app: Flask, cast: Cast) -> None:
    page = send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE, kind="friction", about=cast.pit.id)
    assert (page.status_code, stored(app)) == (200, [])
    assert f'data-case="about:{cast.pit.id}">' in page.text
    assert send(nari, page, "/new").status_code == 303
    [s] = stored(app)
    assert (s.title, s.about_person_id) == (TITLE, cast.pit.id)


def test_about_a_manager_it_is_sealed_and_urgent_enough(nari: Visitor, app: Flask, cast: Cast) -> None:
    page = nari.get(f"{TEAM}/new?kind=friction")
    receipt = follow(
        nari, send(nari, page, "/new", title="Pit schreit", about=cast.pit.id, urgency="low", **shown_about(cast.pit))
    )
    [s] = stored(app)
    assert (s.urgency, s.visibility, s.is_sealed) == (Urgency.HIGH, Visibility.MANAGERS, True)
    assert "liegt bei Anke" in said(receipt)
    assert "Pit wird erinnert" not in said(receipt)


def test_about_nobody_in_particular_community_management_sees_it(nari: Visitor, app: Flask) -> None:
    send(nari, nari.get(f"{TEAM}/new?kind=friction"), "/new", title="Es knirscht", urgency="low")
    [s] = stored(app)
    assert (s.kind, s.urgency, s.visibility) == (Kind.FRICTION, Urgency.HIGH, Visibility.MANAGERS)


def test_when_nobody_is_left_nothing_is_stored_and_the_contact_is_shown(nari: Visitor, app: Flask, cast: Cast) -> None:
    with app.app_context():
        db.session.merge(cast.team).outside_contact = "Ruf Frau Ostermann an: 030 1234."
        db.session.commit()
    page = nari.get(f"{TEAM}/new?kind=friction")
    assert "Niemand im Team könnte das ohne Anke lesen." in said(page)
    refused = send(nari, page, "/new", title="Anke", body="So nicht.", about=cast.anke.id, **shown_about(cast.anke))
    assert refused.status_code == 422
    assert "Ruf Frau Ostermann an: 030 1234." in said(refused)
    assert next(iter(forms_of(refused).values()))["body"] == "So nicht."
    assert stored(app) == []


def test_when_nobody_is_left_and_no_contact_is_named_there_is_a_way_on(nari: Visitor, app: Flask, cast: Cast) -> None:
    page = nari.get(f"{TEAM}/new?kind=friction")
    assert "Das Team hat dafür niemanden außerhalb genannt." in said(page)
    refused = send(nari, page, "/new", title="Anke", body="So nicht.", about=cast.anke.id, **shown_about(cast.anke))
    assert "wende dich an jemanden, dem du vertraust" in said(refused)
    assert stored(app) == []


# For somebody ---------------------------------------------------------------------------------------------------------


def test_a_manager_enters_what_a_member_said_elsewhere(visit: Visit, app: Flask, cast: Cast) -> None:
    pit, nari = visit("pit"), visit("nari")
    page = pit.get(f"{TEAM}/new?for=1")
    shown = follow(pit, send(pit, page, "/new", title=TITLE, author=cast.nari.id, entered_from="Discord"))
    assert "eingetragen von Pit, aus Discord" in said(shown)
    [s] = stored(app)
    assert (s.author_id, s.entered_by_id) == (cast.nari.id, cast.pit.id)
    assert nari.get(f"{TEAM}/{s.number}/receipt").status_code == 200


def test_for_somebody_needs_somebody(visit: Visit, app: Flask) -> None:
    pit = visit("pit")
    refused = send(pit, pit.get(f"{TEAM}/new?for=1"), "/new", title=TITLE)
    assert refused.status_code == 422
    assert problems(refused)["author"] == "Wähl, wer es gesagt hat."
    refused = send(pit, pit.get(f"{TEAM}/new?for=1"), "/new", title=" ", body="Elf Gilden.")
    assert list(problems(refused)) == ["author", "title"], "both at once"
    looked = send(pit, refused, "/new", title="", kind="friction", show="seen")
    assert (looked.status_code, problems(looked)) == (200, {}), "who only looks who will see it is told of nothing yet"
    assert forms_of(refused)[f"{TEAM}/new"]["body"] == "Elf Gilden."
    assert stored(app) == []


def test_a_member_cannot_enter_for_somebody(nari: Visitor, app: Flask, cast: Cast) -> None:
    assert nari.get(f"{TEAM}/new?for=1").status_code == 403
    refused = send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE, author=cast.jo.id, **{"for": "1"})
    assert refused.status_code == 403
    assert stored(app) == []


# The receipt's other parts --------------------------------------------------------------------------------------------


def test_the_date_goes_into_the_calendar(nari: Visitor) -> None:
    send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE)
    file = nari.get(f"{TEAM}/41/answer-41.ics")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert file.headers["Content-Disposition"] == 'attachment; filename="antwort-41.ics"'
    assert file.headers["Cache-Control"] == "no-store"
    assert "DTEND:20261126T160000Z" in file.text


def test_the_words_can_be_changed_for_fifteen_minutes(nari: Visitor, app: Flask, clock: FakeClock) -> None:
    send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE)
    with app.app_context():
        entry = mark(*db.session.execute(db.text("SELECT id FROM entry")).scalars())
    form = nari.get(f"{TEAM}/41/edit/{entry}")
    wrong = send(nari, form, f"/edit/{entry}", title="", text="Elf Gilden.")
    assert (wrong.status_code, "title" in problems(wrong)) == (422, True)
    assert next(iter(forms_of(wrong).values()))["text"] == "Elf Gilden."
    changed = said(follow(nari, send(nari, wrong, f"/edit/{entry}", title="Filter frisst Umlaute")))
    assert "Filter frisst Umlaute" in changed
    assert "geändert" in changed
    clock.move(minutes=16)
    assert nari.get(f"{TEAM}/41/edit/{entry}").status_code == 409
    assert "Texte lassen sich 15 Minuten lang ändern." in said(send(nari, form, f"/edit/{entry}", text="Zu spät"))


def test_after_something_happened_the_receipt_leads_to_the_page(nari: Visitor, visit: Visit, app: Flask) -> None:
    send(nari, nari.get(f"{TEAM}/new"), "/new", title=TITLE)
    assert visit("jo").get(f"{TEAM}/41/receipt").headers["Location"].endswith("/41")  # it was not theirs
    with app.app_context():
        assert suggestions.by_id(1) is not None


def test_an_outsider_finds_no_form(visit: Visit) -> None:
    for name in ("olga", "exi", "ada"):
        assert visit(name).get(f"{TEAM}/new").status_code == 404
