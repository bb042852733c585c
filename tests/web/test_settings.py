"""Set-up, further teams, the team's settings, one's own, people and absences, at a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, raised
from tests.reliability import fault
from tests.times import FakeClock
from tests.web.visitors import PASSWORD, Visitor, fields_of, problems, said
from tracker.acts import setup
from tracker.notices import tokens, topics
from tracker.notices.topics import Topic
from tracker.store import promises, teams
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.teams import Absence, Team

Visit = Callable[[str], Visitor]
SETTINGS = "/t/nachtwache/settings"


def the_team(slug: str = "nachtwache") -> Team:
    team = teams.by_slug(slug)
    assert team is not None
    return team


# Set-up ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def link(app: Flask, clock: FakeClock) -> str:
    with app.app_context():
        token = setup.setup_link(now=clock.now())
        db.session.commit()
        return f"/setup/{token}"


ANSWERS: dict[str, Any] = {
    "team_name": "Night Watch",
    "name": "Anke",
    "email": "Anke@x.example",
    "password": PASSWORD,
}


def test_the_set_up_is_one_page_of_six_answers(app: Flask, visitor: Visitor, link: str) -> None:
    page = visitor.get(link)
    assert (fields_of(page)["hours"], fields_of(page)["answer_within"]) == ("office", "2")
    assert "Mon–Fri 09:00–17:00" in said(page)
    response = visitor.submit(page, **ANSWERS, region="DE-BY")
    assert response.headers["Location"] == "/t/night-watch/"
    with app.app_context():
        team = the_team("night-watch")
        assert (team.answer_within, team.holiday_region) == (2, "DE-BY")
        assert team.calendar.plain["week"] == {d: [["09:00", "17:00"]] for d in ("mon", "tue", "wed", "thu", "fri")}
    assert visitor.get("/me").status_code == 200  # signed in at once


def test_language_and_zone_come_from_the_browser(app: Flask, clock: FakeClock, link: str) -> None:
    page = Visitor(app, clock, language="de-AT,de;q=0.8").get(link)
    assert (fields_of(page)["locale"], fields_of(page)["timezone"]) == ("de", "Europe/Vienna")


def test_each_wrong_answer_brings_the_page_back_whole(visitor: Visitor, link: str) -> None:
    page = visitor.get(link)
    for change, field in (
        ({"team_name": ""}, "team_name"),
        ({"email": "anke"}, "email"),
        ({"password": "kurz"}, "password"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"hours": "own", "mon__0__from": "9", "mon__0__to": ""}, "mon"),
        ({"hours": "own", "mon__0__from": "9", "mon__0__to": "8"}, "mon"),
        ({"hours": "never"}, "hours"),
    ):
        refused = visitor.submit(page, **{**ANSWERS, **change})
        assert refused.status_code == 422, change
        assert list(problems(refused)) == [field], change
        kept = fields_of(refused)
        assert kept["name"] == "Anke", change
        assert kept["password"] == "", change
    empty = visitor.submit(page, **{**ANSWERS, "team_name": "", "name": "", "email": "", "password": ""})
    assert len(set(problems(empty).values())) == 4, "each empty field is told apart from the others in the summary"
    assert visitor.submit(page, **ANSWERS).status_code == 302


def test_holidays_are_asked_with_office_hours_alone(app: Flask, visitor: Visitor, link: str) -> None:
    visitor.submit(visitor.get(link), **ANSWERS, hours="evenings", region="DE-BY")
    with app.app_context():
        assert the_team("night-watch").holiday_region == ""


def test_other_times_are_typed_as_people_write_them(app: Flask, visitor: Visitor, link: str) -> None:
    own = {"hours": "own", **{f"{day}__0__from": "" for day in ("mon", "tue", "wed", "thu", "fri")}}
    own |= {f"{day}__0__to": "" for day in ("mon", "tue", "wed", "thu", "fri")}
    own |= {"fri__0__from": "20", "fri__0__to": "0:00", "sat__0__from": "8.30", "sat__0__to": "12"}
    assert visitor.submit(visitor.get(link), **ANSWERS, **own).status_code == 302
    with app.app_context():
        week = the_team("night-watch").calendar.plain["week"]
        assert week == {"fri": [["20:00", "24:00"]], "sat": [["08:30", "12:00"]]}


def test_a_set_up_link_works_once(visitor: Visitor, link: str) -> None:
    visitor.submit(visitor.get(link), **ANSWERS)
    assert visitor.get(link).status_code == 410


def test_a_further_team_from_a_page(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("nari")
    page = visitor.get("/teams/new")
    assert "password" not in fields_of(page)
    assert visitor.submit(page, team_name="Tagwache").headers["Location"] == "/t/tagwache-2/"
    with app.app_context():
        (owner,) = teams.memberships(the_team("tagwache-2").id)
        assert owner.person_id == cast.nari.id


def test_two_teams_of_one_name_are_told_apart_where_one_changes_between_them(cast: Cast, visit: Visit) -> None:
    visitor = visit("nari")
    for _ in range(2):
        visitor.submit(visitor.get("/teams/new"), team_name="Spätschicht")
    text = said(visitor.get("/t/nachtwache/"))
    assert "Spätschicht (spaetschicht)" in text
    assert "Spätschicht (spaetschicht-2)" in text
    assert "Nachtwache (" not in text


# The team's settings --------------------------------------------------------------------------------------------------


def test_hours_say_first_what_would_change_and_change_no_given_date(app: Flask, cast: Cast, visit: Visit) -> None:
    with app.app_context():
        s = raised(cast)
        before = promises.open_of(s.id).due_at  # type: ignore[union-attr]
    visitor = visit("anke")
    page = visitor.get(SETTINGS)
    looked = visitor.submit(page, wed__0__from="12:00", preview="1")
    assert "1 von 1" in said(looked) or "1 of 1" in said(looked)
    assert fields_of(looked)["wed-0-from"] == "12:00"
    with app.app_context():
        assert the_team().calendar.version == 1
    assert visitor.submit(looked).status_code == 302
    with app.app_context():
        assert the_team().calendar.plain["week"]["wed"] == [["12:00", "17:00"]]
        assert promises.open_of(s.id).due_at == before  # type: ignore[union-attr]


def test_every_day_that_cannot_be_one_is_named_at_once_and_its_fields_are_marked(visit: Visit) -> None:
    visitor = visit("anke")
    wrong = {"mon__0__to": "", "tue__0__from": "18", "wed__0__from": "noon"}
    page = visitor.submit(visitor.get(SETTINGS), **wrong)
    assert page.status_code == 422
    assert problems(page) == {
        "mon": "Am Montag fehlt eine Zeit: von wann bis wann?",
        "tue": "18:00 bis 17:00 am Dienstag: Das Ende liegt vor dem Anfang. Eine Nachtschicht sind zwei Stücke.",
        "wed": "„noon“ ist keine Uhrzeit. Sie werden von 00:00 bis 24:00 geschrieben.",
    }
    assert set(re.findall(r'name="(\w{3})-0-to" aria-invalid', page.text)) == {"mon", "tue", "wed"}


@pytest.mark.parametrize(
    "change",
    [
        {"wed__0__from": "18"},
        {"wed__0__from": "x"},
        {"wed__1__from": "16", "wed__1__to": "18"},
        {f"{day}__0__{end}": "" for day in ("mon", "tue", "wed", "thu", "fri") for end in ("from", "to")},
    ],
)
def test_hours_that_make_no_sense_come_back(visit: Visit, change: dict[str, str]) -> None:
    visitor = visit("anke")
    refused = visitor.submit(visitor.get(SETTINGS), **change)
    assert refused.status_code == 422
    assert re.search(r'href="#(week|wed-0-from)"', refused.text)
    for name, value in change.items():
        assert fields_of(refused)[name.replace("__", "-")] == value


def test_holidays_are_stored_and_one_is_opened_after_all(app: Flask, visit: Visit) -> None:
    visitor = visit("anke")
    visitor.submit(visitor.get(f"{SETTINGS}/days-off"), region="DE-BY")
    with app.app_context():
        assert "2026-12-25" in the_team().calendar.plain["holidays"]
    visitor.post(f"{SETTINGS}/days-off/open", {"on": "2026-12-25"})
    with app.app_context():
        assert "2026-12-25" not in the_team().calendar.plain["holidays"]


def test_answers_and_reminders(app: Flask, visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.get(f"{SETTINGS}/answers")
    assert (fields_of(page)["answer_within"], fields_of(page)["third"]) == ("2", "4")
    refused = visitor.submit(page, every="0")
    assert (refused.status_code, list(problems(refused))) == (422, ["every"])
    assert visitor.submit(page, answer_within="5", third="2,5").status_code == 302
    with app.app_context():
        team = the_team()
        assert (team.answer_within, team.policy.ladder["third"]) == (5, 2.5)


def test_who_has_which_part(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.get(f"{SETTINGS}/people")
    response = visitor.submit(
        page, duty_rule="turns", trusted=str(cast.melodie.id), contact="vertrauen@nachtwache.example"
    )
    assert response.status_code == 302
    with app.app_context():
        team = the_team()
        assert (team.duty_rule, team.trusted_person_id) == ("turns", cast.melodie.id)
        assert team.outside_contact == "vertrauen@nachtwache.example"
    refused = visitor.post(f"{SETTINGS}/people", {"duty_rule": "all", "trusted": str(cast.olga.id), "contact": "neu"})
    assert (refused.status_code, list(problems(refused))) == (422, ["trusted"])
    with app.app_context():
        assert the_team().duty_rule == "turns"  # all or nothing


def test_the_team_is_renamed(app: Flask, visit: Visit) -> None:
    visitor = visit("anke")
    visitor.submit(visitor.get(f"{SETTINGS}/name"), team_name="Die Nachtwache")
    assert "Die Nachtwache" in visitor.get("/t/nachtwache/people").text


# People ---------------------------------------------------------------------------------------------------------------


def test_a_team_lead_changes_a_role(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.get(f"/t/nachtwache/people/{cast.nari.id}")
    assert visitor.submit(page, role="manager").status_code == 302
    assert visit("nari").get(SETTINGS).status_code == 403
    with app.app_context():
        assert teams.membership_of(the_team().id, cast.nari.id).role == "manager"  # type: ignore[union-attr]


def test_the_last_team_lead_stays_and_is_told(cast: Cast, visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.get(f"/t/nachtwache/people/{cast.anke.id}")
    refused = visitor.submit(page, role="member")
    assert (refused.status_code, list(problems(refused))) == (409, ["role"])
    assert visitor.post("/t/nachtwache/people/leave").status_code == 409


def test_members_and_managers_cannot_reach_what_team_leads_do(cast: Cast, visit: Visit) -> None:
    for who in ("nari", "pit"):
        base = f"/t/nachtwache/people/{cast.jo.id}"
        assert visit(who).get(base).status_code == 403
        for act in ("", "/remove", "/confirm", "/turn-away"):
            assert visit(who).post(f"{base}{act}", {"role": "member"}).status_code == 403, (who, act)
        assert visit(who).post(f"{base}/disable").status_code == 404


def test_leaving_and_being_taken_out(cast: Cast, visit: Visit) -> None:
    jo = visit("jo")
    assert jo.post("/t/nachtwache/people/leave").headers["Location"] == "/"
    assert jo.get("/t/nachtwache/people").status_code == 404
    visit("anke").post(f"/t/nachtwache/people/{cast.nari.id}/remove")
    assert visit("nari").get("/t/nachtwache/people").status_code == 404


def test_people_who_are_not_in_the_team_are_not_there(cast: Cast, visit: Visit) -> None:
    for person in (cast.olga, cast.exi):
        assert visit("anke").get(f"/t/nachtwache/people/{person.id}").status_code == 404


# One's own settings ---------------------------------------------------------------------------------------------------


def test_a_person_changes_their_settings(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("nari")
    page = visitor.get("/me")
    assert (
        visitor.submit(page, locale="en", timezone="Europe/London", topic_digest="here", theme="dark").status_code
        == 302
    )
    with app.app_context():
        nari = db.session.get_one(Person, cast.nari.id)
        assert (nari.locale, nari.timezone, nari.digest_on, nari.theme) == ("en", "Europe/London", False, "dark")
    again = visitor.get("/me")
    assert '<html lang="en" data-theme="dark"' in again.text
    assert fields_of(again)["topic_digest"] == "here"


@fault("F48", "an unknown zone: the team's counts, and the person reads it until they choose another")
def test_whose_zone_is_unknown_reads_it_on_each_page(app: Flask, cast: Cast, visit: Visit) -> None:
    with app.app_context():
        db.session.get_one(Person, cast.nari.id).timezone = "Etc/Unknown"
        db.session.commit()
    told = "Die Zeitzone „Etc/Unknown“ ist hier nicht bekannt. Es gelten die Zeiten deines Teams."
    assert told in said(visit("nari").get("/t/nachtwache/"))
    assert told not in said(visit("jo").get("/t/nachtwache/"))
    visitor = visit("nari")
    page = visitor.get("/me")
    assert "Hier nicht bekannt. Es gelten die Zeiten deines Teams." in said(page)
    visitor.submit(page, timezone="Europe/Lisbon")
    assert told not in said(visitor.get("/t/nachtwache/"))


def test_every_kind_of_mail_is_one_line_of_one_table(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("nari")
    page = visitor.get("/me")
    chosen = {topic: fields_of(page)[f"topic_{topic.value}"] for topic in Topic}
    assert chosen == dict.fromkeys(Topic, "mail")
    visitor.submit(page, topic_comments="here", topic_reminders="here")
    with app.app_context():
        nari = db.session.get_one(Person, cast.nari.id)
        assert topics.by_mail_of(nari) == set(Topic) - {Topic.COMMENTS, Topic.REMINDERS}
    assert "Anmeldung und Sicherheit" in said(page)
    assert "immer per Mail" in said(page)


def test_the_link_in_a_mail_and_the_table_are_the_same_choice(app: Flask, cast: Cast, visit: Visit) -> None:
    with app.app_context():
        person = db.session.get_one(Person, cast.nari.id)
        expires_at = visit("jo").clock.now() + timedelta(days=1)
        token = tokens.make(tokens.Purpose.UNSUBSCRIBE, person, subject="dates", expires_at=expires_at)
    assert "verpassten Termine" in visit("nari").get(f"/u/{token}").text
    visit("nari").post(f"/u/{token}")
    fields = fields_of(visit("nari").get("/me"))
    assert (fields["topic_dates"], fields["topic_answers"]) == ("here", "mail")


def test_a_form_without_a_kind_leaves_that_kind_as_it_is(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("nari")
    page = visitor.get("/me")
    visitor.submit(page, topic_dates="here")
    assert visitor.submit(page, topic_dates=None, topic_answers="pigeon").status_code == 302
    with app.app_context():
        nari = db.session.get_one(Person, cast.nari.id)
        assert topics.by_mail_of(nari) == set(Topic) - {Topic.DATES}


def test_a_changed_password_keeps_this_session_and_ends_the_others(app: Flask, cast: Cast, visit: Visit) -> None:
    from tracker.acts import people

    with app.app_context():
        people.set_password(db.session.get_one(Person, cast.nari.id), PASSWORD, now=visit("jo").clock.now())
        db.session.commit()
        cast.nari.fs_uniquifier = db.session.get_one(Person, cast.nari.id).fs_uniquifier
    here, phone = visit("nari"), visit("nari")
    fields = {"old_password": "falsch", "new_password": "noch vier worte mehr"}
    refused = here.post("/me/password", fields)
    assert (refused.status_code, list(problems(refused))) == (422, ["old_password"])
    assert here.post("/me/password", {**fields, "old_password": PASSWORD}).status_code == 302
    assert here.get("/me").status_code == 200
    assert phone.get("/me").status_code == 302


def test_another_mail_address_is_asked_for_and_confirmed(app: Flask, cast: Cast, visit: Visit) -> None:
    from tracker.store.notices import Delivery

    nari = visit("nari")
    refused = nari.post("/me/address", {"email": "nari@"})
    assert (refused.status_code, list(problems(refused))) == (422, ["email"])
    assert 'value="nari@"' in refused.text
    for email in ("nari@neu.example", cast.pit.email):
        assert nari.post("/me/address", {"email": email}).status_code == 302
        assert f"Wenn {email} hier frei ist" in said(nari.get("/me"))
    assert nari.post("/me/address", {"email": "nari@neu.example"}).status_code == 302
    assert "nari@neu.example" in nari.get("/me").text
    with app.app_context():
        newest = sa.select(Delivery).where(Delivery.template == "new_address").order_by(Delivery.id.desc())
        path = f"/confirm/{db.session.scalars(newest).first().facts['token']}"  # type: ignore[union-attr]
    assert visit("jo").get(path).status_code == 410
    page = nari.get(path)
    assert cast.nari.email in page.text
    assert nari.submit(page).status_code == 302
    with app.app_context():
        assert db.session.get_one(Person, cast.nari.id).email == "nari@neu.example"
    assert nari.get(path).status_code == 410


def test_signing_out_everywhere_else(visit: Visit) -> None:
    here, phone = visit("nari"), visit("nari")
    assert here.post("/me/sign-out-everywhere").status_code == 302
    assert here.get("/me").status_code == 200
    assert phone.get("/me").status_code == 302


def test_a_manager_chooses_a_deputy(app: Flask, cast: Cast, visit: Visit) -> None:
    assert visit("pit").post("/t/nachtwache/deputy", {"deputy": str(cast.anke.id)}).status_code == 302
    with app.app_context():
        assert teams.membership_of(the_team().id, cast.pit.id).deputy_id == cast.anke.id  # type: ignore[union-attr]
    refused = visit("pit").post("/t/nachtwache/deputy", {"deputy": str(cast.nari.id)})
    assert refused.status_code == 422
    assert visit("nari").post("/t/nachtwache/deputy", {"deputy": ""}).status_code == 403


# Absences and closures ------------------------------------------------------------------------------------------------

WEEK = {"first_on": "2026-11-25", "last_on": "2026-11-27"}


def test_an_absence_without_open_dates_is_entered_at_once(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("pit")
    assert visitor.submit(visitor.get("/t/nachtwache/absences"), **WEEK).status_code == 302
    assert "Pit" in said(visitor.get("/t/nachtwache/absences"))
    with app.app_context():
        (absence,) = db.session.scalars(sa.select(Absence))
        assert (absence.person_id, absence.last_on) == (cast.pit.id, date(2026, 11, 27))


def test_open_dates_are_shown_and_one_of_two_things_is_chosen(app: Flask, cast: Cast, visit: Visit) -> None:
    with app.app_context():
        s = raised(cast)
        number = s.number
    visitor = visit("pit")
    refused = visitor.submit(visitor.get("/t/nachtwache/absences"), **WEEK)
    assert (refused.status_code, list(problems(refused))) == (422, ["stand_in"])
    assert f"#{number}" in said(refused)
    assert fields_of(refused)["last_on"] == "2026-11-27"
    assert visitor.submit(refused, stand_in=str(cast.juri.id)).status_code == 302
    with app.app_context():
        assert db.session.scalars(sa.select(Absence)).one().stand_in_id == cast.juri.id


def test_open_dates_can_be_moved_with_a_reason(app: Flask, cast: Cast, visit: Visit) -> None:
    with app.app_context():
        s_id = raised(cast).id
    visitor = visit("pit")
    page = visitor.get("/t/nachtwache/absences")
    moving = {**WEEK, "choice": "move", "move_to": "2026-12-02"}
    refused = visitor.submit(page, **moving)
    assert (refused.status_code, list(problems(refused))) == (422, ["reason"])
    assert visitor.submit(refused, reason="Ich bin auf der Messe.").status_code == 302
    with app.app_context():
        row = promises.open_of(s_id)
        assert row is not None
        assert row.due_at is not None
        assert row.due_at.date() == date(2026, 12, 2)


@pytest.mark.parametrize(
    "days",
    [
        {"first_on": "2026-11-27", "last_on": "2026-11-25"},
        {"first_on": "", "last_on": ""},
        {"first_on": "x", "last_on": "2026-11-27"},
        {"first_on": "2026-11-01", "last_on": "2026-11-05"},
    ],
)
def test_days_that_make_no_sense_come_back(visit: Visit, days: dict[str, str]) -> None:
    visitor = visit("pit")
    refused = visitor.submit(visitor.get("/t/nachtwache/absences"), **days)
    assert refused.status_code == 422
    assert fields_of(refused)["last_on"] == days["last_on"]


def test_back_after_all_is_ones_own_or_a_team_leads_word(app: Flask, cast: Cast, visit: Visit) -> None:
    visit("pit").post("/t/nachtwache/absences", WEEK)
    with app.app_context():
        absence_id = db.session.scalars(sa.select(Absence.id)).one()
    path = f"/t/nachtwache/absences/{absence_id}/cancel"
    assert visit("nari").post(path).status_code == 403
    assert visit("olga").post(path.replace("nachtwache", "tagwache")).status_code == 404
    assert visit("pit").post(path).status_code == 302


def test_the_whole_team_is_closed(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.get("/t/nachtwache/absences/team")
    assert visitor.submit(page, **WEEK, closure_name="Umzug").status_code == 302
    with app.app_context():
        assert the_team().calendar.plain["holidays"] == ["2026-11-25", "2026-11-26", "2026-11-27"]
    assert "Umzug" in said(visitor.get(f"{SETTINGS}/days-off"))
    assert visit("pit").get("/t/nachtwache/absences/team").status_code == 403


def test_a_closure_without_end_comes_back(visit: Visit) -> None:
    visitor = visit("anke")
    page = visitor.get("/t/nachtwache/absences/team")
    refused = visitor.submit(page, first_on="2026-11-25", last_on="2027-11-20", closure_name="Pause")
    assert refused.status_code == 422
    assert fields_of(refused)["closure_name"] == "Pause"


def test_the_test_mail(app: Flask, visit: Visit) -> None:
    visitor = visit("anke")
    assert visitor.submit(visitor.get("/t/nachtwache/test-mail")).status_code == 302
    assert visit("nari").get("/t/nachtwache/test-mail").status_code == 403
    told = said(visitor.get("/t/nachtwache/test-mail"))
    assert "Die Testmail liegt im Postfach auf diesem Rechner." in told
    assert "unterwegs" not in told


def test_forms_that_are_sent_twice_are_carried_out_once(app: Flask, cast: Cast, visit: Visit) -> None:
    visitor = visit("nari")
    page = visitor.get("/teams/new")
    answers = [visitor.submit(page, team_name="Tagwache").headers["Location"] for _ in range(2)]
    assert answers == ["/t/tagwache-2/"] * 2
    with app.app_context():
        assert teams.by_slug("tagwache-3") is None


def test_a_set_up_sent_twice_signs_in_and_goes_on(visitor: Visitor, link: str) -> None:
    page = visitor.get(link)
    visitor.submit(page, **ANSWERS)
    # The browser threw the first answer away, and with it the session that came along.
    other = Visitor(visitor.app, visitor.clock)
    other.token()
    again = other.post(link, {**fields_of(page), **ANSWERS, "csrf_token": other.token()})
    assert again.headers["Location"] == "/"
    assert other.get("/me").status_code == 200
