"""Ways into a team: pasted addresses, team links, and coming in by them."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, membership
from tracker.acts import addresses, passwords, people
from tracker.acts import invitations as verbs
from tracker.acts.invitations import Became, Newcomer
from tracker.acts.secret_links import hash_of
from tracker.domain.errors import BadInput, LinkEnded, NotAllowed, OutOfReach
from tracker.domain.lifecycle import Role
from tracker.store import teams
from tracker.store.base import db
from tracker.store.doors import Invitation
from tracker.store.entries import Via
from tracker.store.notices import Delivery

NOW = at("Tuesday 2026-11-24 10:00")
LONG = "vier worte in reihe"


def invited(cast: Cast, text: str, role: Role = Role.MEMBER, **more: Any) -> list[verbs.Line]:
    return verbs.invite(cast.team, text, **{"role": role, "by": cast.anke, "now": NOW, **more})


def token_for(cast: Cast, address: str, role: Role = Role.MEMBER) -> str:
    return invited(cast, address, role)[0].token


def team_link(cast: Cast, **more: Any) -> str:
    given = {"uses": 2, "until": date(2026, 12, 1), "needs_confirmation": False, "by": cast.anke, "now": NOW}
    return verbs.make_team_link(cast.team, **{**given, **more})[1]


def newcomer(**more: Any) -> Newcomer:
    return Newcomer(**{"name": "Bente", "password": LONG, "email": "bente@x.example", "locale": "de", **more})


# The box for forty addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nari@x.example", [("", "nari@x.example")]),
        ("Nari <Nari@X.example>, pit@x.example", [("Nari", "nari@x.example"), ("", "pit@x.example")]),
        ("nari@x.example;pit@x.example\r\njo@x.example", [("", f"{who}@x.example") for who in ("nari", "pit", "jo")]),
        ("nari@x.example pit@x.example\tjo@x.example", [("", f"{who}@x.example") for who in ("nari", "pit", "jo")]),
        ('"Berg, Anke" <anke@x.example>', [("Berg Anke", "anke@x.example")]),
        (
            "Anke Berg anke@x.example\n- Pit (pit@x.example)",
            [("Anke Berg", "anke@x.example"), ("Pit", "pit@x.example")],
        ),
        ("mail an: <mailto:x>", [("", None)]),
        ("kolja, @, a@, @b", [("", None)] * 4),
        (" ,;\n ", []),
    ],
)
def test_a_pasted_list_is_read_whatever_separates_it(text: str, found: list[tuple[str, str | None]]) -> None:
    assert [(one.name, one.address) for one in addresses.pasted(text)] == found


def test_one_long_word_takes_no_longer_than_a_list_of_people_of_that_length() -> None:
    people = "nari@x.example, " * 6_000

    def seconds(text: str) -> float:
        begun = time.process_time()
        addresses.pasted(text)
        return time.process_time() - begun

    assert seconds("x" * len(people)) < seconds(people)


def test_each_line_gets_its_answer(cast: Cast) -> None:
    lines = invited(
        cast, "Bente <bente@x.example>, Nari@nachtwache.example\nkolja; bente@x.example, olga@nachtwache.example"
    )
    assert [line.became for line in lines] == [
        Became.INVITED,
        Became.HERE,
        Became.NO_ADDRESS,
        Became.TWICE,
        Became.INVITED,  # Olga is in another team: nobody here can tell that she has an account
    ]
    assert [bool(line.token) for line in lines] == [True, False, False, False, True]


def test_each_is_owed_one_mail_and_only_the_hash_of_its_link_is_stored(cast: Cast) -> None:
    lines = invited(cast, "Bente <bente@x.example>, olga@nachtwache.example")
    mails = db.session.scalars(sa.select(Delivery).order_by(Delivery.id)).all()
    assert [(mail.template, mail.address, mail.person_id) for mail in mails] == [
        ("invitation", "bente@x.example", None),
        ("invitation", "olga@nachtwache.example", cast.olga.id),
    ]
    assert [mail.facts["token"] for mail in mails] == [line.token for line in lines]
    assert set(db.session.scalars(sa.select(Invitation.token_hash))) == {hash_of(line.token) for line in lines}


def test_inviting_again_ends_the_older_link(cast: Cast) -> None:
    first = token_for(cast, "bente@x.example")
    (again,) = invited(cast, "bente@x.example")
    assert again.became is Became.AGAIN
    with pytest.raises(LinkEnded):
        verbs.look(first, now=NOW)
    assert verbs.look(again.token, now=NOW)


@pytest.mark.parametrize("text", ["", " \n ", ", ".join(f"p{n}@x.example" for n in range(101))])
def test_nobody_or_too_many_at_once_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        invited(cast, text)
    assert refused.value.field == "addresses"


def test_there_is_an_end_to_one_days_invitations(cast: Cast) -> None:
    for block in range(2):
        invited(cast, "\n".join(f"p{block}-{n}@x.example" for n in range(100)))
    with pytest.raises(BadInput):
        invited(cast, "one-more@x.example")
    assert invited(cast, "one-more@x.example", now=NOW + timedelta(hours=25))


def test_a_manager_invites_members_and_only_a_team_lead_managers(cast: Cast) -> None:
    assert invited(cast, "bente@x.example", by=cast.pit)
    with pytest.raises(NotAllowed):
        invited(cast, "kolja@x.example", Role.MANAGER, by=cast.pit)
    with pytest.raises(NotAllowed):
        invited(cast, "kolja@x.example", by=cast.nari)
    with pytest.raises(OutOfReach):
        invited(cast, "kolja@x.example", by=cast.olga)


# Coming in by one's own invitation ------------------------------------------------------------------------------------


def test_a_newcomer_comes_in_with_the_invited_address_and_role(cast: Cast) -> None:
    token = token_for(cast, "bente@x.example", Role.MANAGER)
    joined = verbs.accept(token, newcomer(email="somebody-else@x.example"), now=NOW)
    assert (joined.person.email, joined.role, joined.is_waiting) == ("bente@x.example", Role.MANAGER, False)
    assert passwords.is_right(LONG, joined.person.password)
    assert joined.person.confirmed_at == NOW


def test_somebody_with_an_account_comes_in_as_themselves(cast: Cast) -> None:
    joined = verbs.accept(token_for(cast, cast.olga.email), cast.olga, now=NOW)
    assert (joined.person_id, joined.team_id) == (cast.olga.id, cast.team.id)


def test_an_invitation_works_once(cast: Cast) -> None:
    token = token_for(cast, "bente@x.example")
    verbs.accept(token, newcomer(), now=NOW)
    with pytest.raises(LinkEnded):
        verbs.accept(token, newcomer(email="kolja@x.example"), now=NOW + timedelta(hours=1))


def test_accepting_twice_finds_the_membership_that_is_there(cast: Cast) -> None:
    token = token_for(cast, cast.olga.email)
    assert verbs.accept(token, cast.olga, now=NOW) is verbs.accept(token, cast.olga, now=NOW)


def test_an_invitation_works_for_two_weeks(cast: Cast) -> None:
    token = token_for(cast, "bente@x.example")
    assert verbs.look(token, now=NOW + timedelta(days=13, hours=23))
    with pytest.raises(LinkEnded):
        verbs.accept(token, newcomer(), now=NOW + verbs.LIFE)


def test_a_newcomer_with_a_bad_password_can_try_again(cast: Cast) -> None:
    token = token_for(cast, "bente@x.example")
    with pytest.raises(BadInput) as refused:
        verbs.accept(token, newcomer(password="kurz"), now=NOW)
    assert refused.value.field == "password"
    assert verbs.accept(token, newcomer(), now=NOW)


# Team links -----------------------------------------------------------------------------------------------------------


def test_a_team_link_is_for_so_many_people(cast: Cast) -> None:
    token = team_link(cast, uses=2)
    for number in range(2):
        joined = verbs.accept(token, newcomer(email=f"p{number}@x.example"), now=NOW)
        assert (joined.role, joined.is_waiting) == (Role.MEMBER, False)
    with pytest.raises(LinkEnded) as refused:
        verbs.accept(token, newcomer(email="p2@x.example"), now=NOW)
    assert refused.value.message == verbs.ENDED


def test_a_team_link_works_until_its_day_has_ended_in_the_teams_zone(cast: Cast) -> None:
    token = team_link(cast, until=date(2026, 12, 1))
    assert verbs.look(token, now=at("Tuesday 2026-12-01 23:59"))
    with pytest.raises(LinkEnded):
        verbs.look(token, now=at("Wednesday 2026-12-02 00:00"))


def test_a_revoked_link_lets_nobody_in_and_revoking_twice_is_no_harm(cast: Cast) -> None:
    token = team_link(cast)
    (link,) = verbs.open_ones(cast.team, now=NOW)
    verbs.revoke(cast.team, link.id, by=cast.pit, now=NOW)
    verbs.revoke(cast.team, link.id, by=cast.pit, now=NOW + timedelta(hours=1))
    assert link.revoked_at == NOW
    assert verbs.open_ones(cast.team, now=NOW) == []
    with pytest.raises(LinkEnded):
        verbs.accept(token, newcomer(), now=NOW)


def test_a_link_of_another_team_cannot_be_revoked(cast: Cast) -> None:
    invitation, _token = verbs.make_team_link(
        cast.other_team, uses=2, until=date(2026, 12, 1), needs_confirmation=False, by=cast.olga, now=NOW
    )
    with pytest.raises(OutOfReach):
        verbs.revoke(cast.team, invitation.id, by=cast.anke, now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"uses": 0}, "uses"),
        ({"uses": 501}, "uses"),
        ({"until": date(2026, 11, 23)}, "until"),
        ({"until": date(2027, 6, 1)}, "until"),
    ],
)
def test_a_link_for_nobody_or_for_ever_is_refused(cast: Cast, change: Any, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        team_link(cast, **change)
    assert refused.value.field == field


def test_who_has_to_be_confirmed_is_nowhere_until_then(cast: Cast) -> None:
    joined = verbs.accept(team_link(cast, needs_confirmation=True), newcomer(), now=NOW)
    assert joined.is_waiting
    assert teams.membership_of(cast.team.id, joined.person_id) is None
    assert [one.person_id for one in teams.waiting(cast.team.id)] == [joined.person_id]
    with pytest.raises(NotAllowed):
        people.confirm(cast.team, joined.person_id, by=cast.pit, now=NOW)
    people.confirm(cast.team, joined.person_id, by=cast.anke, now=NOW)
    assert membership(cast, joined.person).role is Role.MEMBER


def test_who_is_turned_away_does_not_wait_any_more(cast: Cast) -> None:
    joined = verbs.accept(team_link(cast, needs_confirmation=True), newcomer(), now=NOW)
    people.turn_away(cast.team, joined.person_id, by=cast.anke, now=NOW)
    assert teams.waiting(cast.team.id) == []
    with pytest.raises(OutOfReach):
        people.confirm(cast.team, joined.person_id, by=cast.anke, now=NOW)


def test_who_was_taken_out_does_not_come_back_unseen_by_the_old_link(cast: Cast) -> None:
    token = team_link(cast)
    people.remove(cast.team, cast.nari, by=cast.anke, now=NOW + timedelta(hours=1), via=Via.WEB)
    assert verbs.accept(token, cast.nari, now=NOW + timedelta(hours=2)).is_waiting


def test_an_address_that_has_an_account_is_not_taken_over_by_a_team_link(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        verbs.accept(team_link(cast), newcomer(email=cast.olga.email), now=NOW)
    assert refused.value.field == "email"
    assert cast.olga.password is None


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000])
def test_a_made_up_link_is_told_the_same_as_one_that_ended(cast: Cast, token: str) -> None:
    with pytest.raises(LinkEnded) as refused:
        verbs.accept(token, newcomer(), now=NOW)
    assert refused.value.message == verbs.ENDED


def test_a_form_that_is_sent_twice_finds_the_membership_that_the_first_one_made(cast: Cast) -> None:
    token = token_for(cast, "bente@x.example")
    first = verbs.accept(token, newcomer(), now=NOW)
    assert verbs.accept(token, newcomer(), now=NOW + timedelta(seconds=1)) is first
    for password, now in (("falsch falsch", NOW), (LONG, NOW + timedelta(minutes=3))):
        with pytest.raises(LinkEnded):
            verbs.accept(token, newcomer(password=password), now=now)


def test_a_team_link_is_no_place_to_guess_the_passwords_of_members(cast: Cast) -> None:
    people.set_password(cast.nari, LONG, now=NOW)
    with pytest.raises(BadInput) as refused:
        verbs.accept(team_link(cast), newcomer(email=cast.nari.email), now=NOW)
    assert refused.value.field == "email"
