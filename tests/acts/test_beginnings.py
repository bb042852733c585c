"""First steps of who is new: they tick themselves, and are put away by whom they are for."""

from __future__ import annotations

import pytest

from tests.acts.cast import Cast, at, membership, raised
from tests.acts.deeds import does
from tracker.acts import beginnings, support
from tracker.domain.errors import OutOfReach
from tracker.store.base import db
from tracker.store.entries import Via


def test_a_members_steps_tick_themselves(cast: Cast) -> None:
    assert beginnings.of_member(membership(cast, cast.nari)) == beginnings.MemberSteps(
        raised=False, joined_in=False, chose_hours=False
    )
    s = raised(cast)
    steps = beginnings.of_member(membership(cast, cast.nari))
    assert (steps.raised, steps.joined_in) == (True, False)  # one's own is no joining in
    support.vote(s, by=cast.melodie, now=at("Wednesday 2026-11-25 10:00"), via=Via.WEB)
    cast.melodie.digest_weekday = 4
    db.session.flush()
    steps = beginnings.of_member(membership(cast, cast.melodie))
    assert (steps.raised, steps.joined_in, steps.chose_hours) == (False, True, True)
    assert not steps.is_done


def test_a_managers_steps_tick_themselves(cast: Cast) -> None:
    assert beginnings.of_manager(membership(cast, cast.juri)) == beginnings.ManagerSteps(
        answered=False, named_deputy=False, chose_hours=False
    )
    cast.pit.reminder_rhythm = "each"
    does(cast.pit, raised(cast), at("Wednesday 2026-11-25 10:00"))
    assert beginnings.of_manager(membership(cast, cast.pit)).is_done  # Juri is his deputy


def test_each_puts_their_own_list_away_and_a_team_lead_the_teams(cast: Cast) -> None:
    beginnings.put_away(cast.team, by=cast.nari)
    assert membership(cast, cast.nari).first_steps_hidden
    assert not membership(cast, cast.melodie).first_steps_hidden
    assert not cast.team.first_steps_hidden
    beginnings.put_away(cast.team, by=cast.anke)
    assert cast.team.first_steps_hidden
    with pytest.raises(OutOfReach):
        beginnings.put_away(cast.team, by=cast.exi)
