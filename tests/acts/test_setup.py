"""The first team, further teams, the one-time link, and the list of first steps."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tracker.acts import invitations, passwords, people
from tracker.acts import setup as verbs
from tracker.acts import teams as team_verbs
from tracker.domain.budgets import PRESET_WEEKS
from tracker.domain.errors import BadInput, DomainError, LinkEnded
from tracker.domain.lifecycle import Role
from tracker.store import people as people_store
from tracker.store import teams
from tracker.store.base import db
from tracker.store.doors import SetupLink
from tracker.store.notices import Delivery, DeliveryState
from tracker.store.people import Person
from tracker.store.teams import Team

NOW = at("Tuesday 2026-11-24 10:00")
LONG = "vier worte in reihe"
OWNER = verbs.Owner(name="Anke", email="anke@nachtwache.example", password=LONG)


def found(**more: Any) -> Team:
    given: dict[str, Any] = {
        "team_name": "Night Watch",
        "owner": OWNER,
        "timezone": "Europe/Berlin",
        "locale": "de",
        "week": PRESET_WEEKS["office"],
        "answer_within": 2,
        "now": NOW,
    }
    given |= more
    return verbs.found(given.pop("team_name"), **given)


def test_six_answers_make_a_team_with_its_first_versions(app: Flask) -> None:
    with app.app_context():
        team = found()
        assert (team.slug, team.name, team.locale, team.answer_within) == ("night-watch", "Night Watch", "de", 2)
        assert (team.calendar.version, team.policy.version) == (1, 1)
        # design, section 7: office and 2 days give 4, 8, 16 and 40 h
        assert [seconds / 3600 for seconds in team.policy.budgets.values()] == [4, 8, 16, 40]
        (membership,) = teams.memberships(team.id)
        assert (membership.person.name, membership.role) == ("Anke", Role.OWNER)


def test_the_first_owner_looks_after_the_site_and_a_later_one_does_not(app: Flask) -> None:
    with app.app_context():
        found()
        found(team_name="Day Watch", owner=verbs.Owner(name="Olga", email="olga@x.example", password=LONG))
        assert [person.name for person in people_store.site_admins()] == ["Anke"]


def test_the_owner_can_sign_in_with_the_password_of_the_form(app: Flask) -> None:
    with app.app_context():
        found()
        anke = people_store.by_email("anke@nachtwache.example")
        assert anke is not None
        assert passwords.is_right(LONG, anke.password)


def test_the_holidays_of_a_region_count_from_the_first_version_on(app: Flask) -> None:
    with app.app_context():
        team = found(region="DE-BY")
        assert team.calendar.version == 1
        holidays = team.calendar.plain["holidays"]
        assert {day[:4] for day in holidays} == {"2026", "2027", "2028"}
        assert "2027-01-06" in holidays
        assert date(2026, 12, 25) in {day.on for day in teams.closed_days(team.id)}


def test_without_a_region_there_are_no_holidays(app: Flask) -> None:
    with app.app_context():
        assert found().calendar.plain["holidays"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"team_name": "  "}, "team_name"),
        ({"team_name": "x" * 81}, "team_name"),
        ({"owner": verbs.Owner(name="", email="a@x.example", password=LONG)}, "name"),
        ({"owner": verbs.Owner(name="A", email="nobody", password=LONG)}, "email"),
        ({"owner": verbs.Owner(name="A", email="a@x.example", password="kurz")}, "password"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"week": {}}, "week"),
        ({"week": {"mon": [["09:00", "08:00"]]}}, "week"),
        ({"answer_within": 3}, "answer_within"),
        ({"answer_within": 0}, "answer_within"),
        ({"region": "XX"}, "region"),
    ],
)
def test_each_answer_that_makes_no_sense_is_refused_with_its_field(app: Flask, change: Any, field: str) -> None:
    with app.app_context():
        with pytest.raises(DomainError) as refused:
            found(**change)
        assert refused.value.field == field


def test_somebody_who_is_signed_in_founds_a_further_team(cast: Cast) -> None:
    team = found(owner=cast.nari)
    assert [(one.person_id, one.role) for one in teams.memberships(team.id)] == [(cast.nari.id, Role.OWNER)]
    assert not cast.nari.is_site_admin


def test_two_teams_of_one_name_have_two_addresses(cast: Cast) -> None:
    assert [found(owner=cast.nari).slug, found(owner=cast.nari).slug] == ["night-watch", "night-watch-2"]


def test_nobody_founds_teams_all_day(cast: Cast) -> None:
    for _ in range(verbs.TEAMS_A_DAY):
        found(owner=cast.nari)
    with pytest.raises(BadInput):
        found(owner=cast.nari)
    assert found(owner=cast.nari, now=NOW + timedelta(days=1))


# The link -------------------------------------------------------------------------------------------------------------


def test_a_set_up_link_works_once_and_only_its_hash_is_stored(app: Flask) -> None:
    with app.app_context():
        token = verbs.setup_link(now=NOW)
        assert db.session.scalars(sa.select(SetupLink.token_hash)).one() != token
        assert verbs.look_at_link(token).used_at is None
        verbs.use(token, now=NOW)
        for again in (verbs.look_at_link, lambda token: verbs.use(token, now=NOW)):
            with pytest.raises(LinkEnded):
                again(token)


def test_a_new_link_ends_the_older_one(app: Flask) -> None:
    with app.app_context():
        first, second = verbs.setup_link(now=NOW), verbs.setup_link(now=NOW)
        with pytest.raises(LinkEnded):
            verbs.look_at_link(first)
        assert verbs.look_at_link(second)


def test_a_link_is_needed_until_an_owner_can_sign_in(app: Flask) -> None:
    with app.app_context():
        assert verbs.is_needed()
        team = found(owner=verbs.Owner(name="Anke", email="anke@x.example"))
        assert verbs.is_needed()  # tracker setup made her, and she has no password yet
        anke = teams.memberships(team.id)[0].person
        token = verbs.setup_link(now=NOW, person=anke)
        assert verbs.choose_first_password(token, LONG, now=NOW) is anke
        assert not verbs.is_needed()
        with pytest.raises(LinkEnded):
            verbs.choose_first_password(token, LONG, now=NOW)


def test_a_link_to_found_a_team_sets_nobodys_password(app: Flask) -> None:
    with app.app_context():
        token = verbs.setup_link(now=NOW)
        with pytest.raises(LinkEnded):
            verbs.choose_first_password(token, LONG, now=NOW)
        assert verbs.look_at_link(token)


# First steps ----------------------------------------------------------------------------------------------------------


def test_the_list_of_first_steps_ticks_itself(app: Flask) -> None:
    with app.app_context():
        team = found()
        anke = teams.memberships(team.id)[0].person
        steps = verbs.first_steps(team, is_loopback=True)
        assert steps == verbs.FirstSteps(
            reachable=False, mail_arrived=False, second_person=False, trusted=False, invited=False, tried=False
        )
        invitations.invite(team, "pit@x.example", role=Role.MANAGER, by=anke, now=NOW)
        assert verbs.first_steps(team, is_loopback=True).invited
        pit = people.add(team, email="pit@x.example", name="Pit", role=Role.MANAGER, by=anke, now=NOW)
        team_verbs.name_trusted(team, pit.person_id, by=anke, now=NOW)
        steps = verbs.first_steps(team, is_loopback=False)
        assert (steps.reachable, steps.second_person, steps.trusted, steps.is_done) == (True, True, True, False)


def test_a_raised_suggestion_ticks_tried_once(cast: Cast) -> None:
    assert not verbs.first_steps(cast.team, is_loopback=True).tried
    raised(cast)
    assert verbs.first_steps(cast.team, is_loopback=True).tried


def test_a_test_mail_is_ticked_when_a_mail_server_took_it(cast: Cast) -> None:
    mail = verbs.send_test_mail(cast.team, cast.anke, now=NOW)
    assert verbs.send_test_mail(cast.team, cast.anke, now=NOW + timedelta(seconds=5)) is mail  # a double click
    assert mail.team_id == cast.team.id  # whose name it carries
    mail.state, mail.sent_at = DeliveryState.SENT, NOW
    db.session.flush()
    assert not verbs.first_steps(cast.team, is_loopback=True).mail_arrived  # the embedded mailbox is nobody's
    mail.destination = "relay:mail.example:25"
    db.session.flush()
    assert verbs.first_steps(cast.team, is_loopback=True).mail_arrived


def test_the_owner_of_the_story_has_one_account(app: Flask) -> None:
    with app.app_context():
        found()
        with pytest.raises(BadInput) as refused:
            found(team_name="Zweites")
        assert refused.value.field == "email"
        db.session.rollback()
        assert db.session.scalars(sa.select(Person)).all() == []
        assert db.session.scalars(sa.select(Delivery)).all() == []


def test_a_set_up_that_is_sent_twice_finds_what_the_first_one_made(app: Flask) -> None:
    with app.app_context():
        token = verbs.setup_link(now=NOW)
        verbs.use(token, now=NOW)
        found()
        soon, later = NOW + timedelta(seconds=1), NOW + timedelta(minutes=3)
        anke = verbs.who_just_used(token, OWNER.email, LONG, now=soon)
        assert anke is not None
        assert anke.name == "Anke"
        assert verbs.who_just_used(token, OWNER.email, "falsch falsch", now=soon) is None
        assert verbs.who_just_used(token, OWNER.email, LONG, now=later) is None
        assert verbs.who_just_used("x", OWNER.email, LONG, now=soon) is None


@pytest.mark.databases("postgresql")  # SQLite lets one writer begin at a time anyway
def test_of_two_who_use_a_link_at_once_one_is_refused(app: Flask) -> None:
    with app.app_context():
        token = verbs.setup_link(now=NOW)
        db.session.commit()
    both_looked, results = threading.Barrier(2), []

    def use() -> None:
        with app.app_context():
            verbs.look_at_link(token)
            both_looked.wait(timeout=10)
            try:
                verbs.use(token, now=NOW)
                db.session.commit()
                results.append("used")
            except LinkEnded:
                db.session.rollback()
                results.append("refused")

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["refused", "used"]
