"""Sentences of promise.md, section 6: who is on duty, and who hears of a rung."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cast import ADA, ANKE, JO, JURI, MELODIE, MIKA, NARI, NARIS, NIGHTWATCH, OLE, PIT
from tracker.domain.duty import Case, DutyRule, Roster, deputies_of, may_be_raised, on_duty, told, week_number
from tracker.domain.promises import PromiseKind

THREE = replace(NIGHTWATCH, managers=(PIT, JURI, MIKA))
DELIVERY = replace(NARIS, kind=PromiseKind.DELIVER, owed_by=JO)


def away(roster: Roster, *people: int) -> Roster:
    return replace(roster, absent=frozenset(people))


class TestPoint1:
    @pytest.mark.parametrize("kind", [PromiseKind.DELIVER, PromiseKind.TASK])
    def test_who_was_named(self, kind: PromiseKind) -> None:
        """For a deliver or task who was named in it; …"""
        assert on_duty(Case(kind=kind, owed_by=JO, assignee=JURI), NIGHTWATCH) == (JO,)

    @pytest.mark.parametrize("kind", [PromiseKind.ANSWER, PromiseKind.REVISIT])
    def test_otherwise_the_assignee(self, kind: PromiseKind) -> None:
        """… otherwise the assignee; …"""
        assert on_duty(Case(kind=kind, assignee=JURI), NIGHTWATCH) == (JURI,)

    def test_who_was_named_and_left(self) -> None:
        """… otherwise the assignee: who was named has left."""
        assert on_duty(replace(DELIVERY, assignee=JURI), NIGHTWATCH.without(JO)) == (JURI,)
        assert on_duty(DELIVERY, NIGHTWATCH.without(JO)) == (PIT,)

    def test_one_person(self) -> None:
        """… as the team chose: one person (default: its first manager)."""
        assert on_duty(NARIS, THREE) == (PIT,)
        assert on_duty(NARIS, replace(THREE, duty_person=MIKA)) == (MIKA,)
        assert on_duty(NARIS, replace(THREE, duty_person=ANKE)) == (ANKE,)
        assert on_duty(NARIS, replace(THREE, duty_person=MIKA).without(MIKA)) == (PIT,)

    def test_turns_by_week(self) -> None:
        """Turns by week."""
        turns = [
            on_duty(NARIS, replace(THREE, rule=DutyRule.TURNS, week=week_number(date(2026, 12, day))))
            for day in (21, 27, 28)  # a Monday, its Sunday, the next Monday
        ]
        assert turns[0] == turns[1] != turns[2]
        year_end = {week_number(date(2026, 12, 28) + day * (date(2026, 1, 2) - date(2026, 1, 1))) for day in range(7)}
        assert len(year_end) == 1  # one week from 28 Dec to 3 Jan
        nine_weeks = [on_duty(NARIS, replace(THREE, rule=DutyRule.TURNS, week=week)) for week in range(9)]
        assert nine_weeks == [(PIT,), (JURI,), (MIKA,)] * 3

    def test_all_managers(self) -> None:
        """All with the role manager (owners are not managers here)."""
        assert on_duty(NARIS, replace(THREE, rule=DutyRule.ALL)) == (PIT, JURI, MIKA)

    def test_a_contested_answer(self) -> None:
        """For a contested answer, who gave the former one is replaced as if absent, where there is somebody else."""
        assert on_duty(replace(NARIS, contested_answerer=PIT), NIGHTWATCH) == (JURI,)
        assert on_duty(replace(NARIS, contested_answerer=PIT, assignee=PIT), NIGHTWATCH) == (JURI,)
        assert on_duty(replace(NARIS, contested_answerer=PIT), Roster(managers=(PIT,))) == (PIT,)

    def test_deputies_at_three_the_others_at_five(self) -> None:
        """Deputies hear of it at rung 3, the other managers at rung 5."""
        assert [told(n, NARIS, THREE) for n in (1, 2, 3, 4, 5, 6)] == [
            (PIT,),
            (PIT,),
            (PIT, JURI),
            (PIT, JURI, ANKE),
            (PIT, JURI, ANKE, MIKA),
            (PIT, JURI, ANKE, MIKA),
        ]

    def test_where_no_deputy_is_named(self) -> None:
        """Each manager names one; where none is named, all other managers."""
        assert told(3, NARIS, replace(THREE, deputies={})) == (PIT, JURI, MIKA)
        assert told(3, DELIVERY, THREE) == (JO, PIT, JURI, MIKA)  # a member names no deputy
        assert deputies_of([PIT], NARIS, THREE) == (JURI,)


class TestPoint2:
    def test_who_is_absent(self) -> None:
        """Each who is absent … is replaced by the deputy."""
        assert on_duty(NARIS, away(NIGHTWATCH, PIT)) == (JURI,)

    def test_who_is_the_author(self) -> None:
        """… or is the author …"""
        assert on_duty(Case(authors=frozenset({PIT})), NIGHTWATCH) == (JURI,)
        assert on_duty(Case(authors=frozenset({NARI, PIT})), NIGHTWATCH) == (JURI,)

    def test_chains_are_followed(self) -> None:
        """Chains followed."""
        chain = replace(THREE, deputies={PIT: JURI, JURI: MIKA, MIKA: ANKE})
        assert on_duty(NARIS, away(chain, PIT, JURI)) == (MIKA,)
        assert on_duty(NARIS, away(chain, PIT, JURI, MIKA)) == (ANKE,)
        assert on_duty(NARIS, away(chain, PIT).without(JURI)) == (MIKA,)

    def test_cycles_are_survived(self) -> None:
        """Cycles survived."""
        cycle = replace(THREE, deputies={PIT: JURI, JURI: PIT, MIKA: MIKA})
        assert on_duty(NARIS, away(cycle, PIT, JURI)) == (MIKA,)
        assert on_duty(replace(NARIS, assignee=MIKA), away(cycle, MIKA)) == (PIT, JURI)

    def test_a_deputy_leads_the_team(self) -> None:
        """A deputy is a manager or owner of the team."""
        assert on_duty(NARIS, away(replace(THREE, deputies={PIT: JO}), PIT)) == (JURI, MIKA)
        assert on_duty(NARIS, away(replace(THREE, deputies={PIT: ANKE}), PIT)) == (ANKE,)

    def test_who_answers_meanwhile(self) -> None:
        """An absence asks who answers meanwhile: that person comes before the deputy, for this absence only."""
        meanwhile = replace(THREE, stand_ins={PIT: MIKA})
        assert on_duty(NARIS, meanwhile) == (PIT,)
        assert on_duty(NARIS, away(meanwhile, PIT)) == (MIKA,)
        assert on_duty(NARIS, away(meanwhile, PIT, MIKA)) == (JURI,)

    def test_all_managers_with_one_away(self) -> None:
        """Each who is absent is replaced, and each is told once."""
        everybody = replace(THREE, rule=DutyRule.ALL)
        assert on_duty(NARIS, away(everybody, PIT)) == (JURI, MIKA)


class TestPoint3:
    ALONE = Roster(managers=(PIT,), owners=(ANKE, OLE), admins=(ADA,), members=(NARI, JO))

    def test_other_managers_then_owners_then_site_admins(self) -> None:
        """Nobody left: other managers, then owners, then site admins."""
        no_deputy = replace(THREE, deputies={})
        assert on_duty(NARIS, away(no_deputy, PIT)) == (JURI, MIKA)
        assert on_duty(NARIS, away(self.ALONE, PIT)) == (ANKE, OLE)
        assert on_duty(NARIS, away(self.ALONE, PIT, ANKE)) == (OLE,)
        assert on_duty(NARIS, away(self.ALONE, PIT, ANKE, OLE)) == (ADA,)

    def test_once_more_with_the_absent(self) -> None:
        """Still nobody: once more with the absent and the author allowed."""
        assert on_duty(NARIS, away(self.ALONE, PIT, ANKE, OLE, ADA)) == (PIT,)
        assert on_duty(Case(authors=frozenset({ANKE})), Roster(owners=(ANKE,))) == (ANKE,)

    def test_a_team_of_one_owner(self) -> None:
        """Set-up makes the first owner a site admin: alone, the owner is on duty and hears of every rung."""
        alone = Roster(owners=(ANKE,), admins=(ANKE,), members=(NARI,))
        assert [told(n, NARIS, alone) for n in (1, 3, 5, 99)] == [(ANKE,)] * 4


class TestPoint4:
    ABOUT_JO = Case(authors=frozenset({NARI}), about=JO)
    ABOUT_PIT = Case(authors=frozenset({NARI}), about=PIT)

    def test_the_person_it_is_about_is_struck_at_every_step(self) -> None:
        """The person it is about, the disabled and those who left are struck at every step."""
        assert on_duty(replace(self.ABOUT_JO, kind=PromiseKind.DELIVER, owed_by=JO, assignee=JO), NIGHTWATCH) == (PIT,)
        assert on_duty(NARIS, NIGHTWATCH.without(PIT, JURI)) == (ANKE,)
        assert told(9, NARIS, NIGHTWATCH.without(PIT, ANKE)) == (JURI,)

    def test_about_a_plain_member(self) -> None:
        """About a member the managers see it as usual."""
        assert [told(n, self.ABOUT_JO, NIGHTWATCH) for n in (1, 3, 4)] == [(PIT,), (PIT, JURI), (PIT, JURI, ANKE)]

    def test_about_a_manager(self) -> None:
        """About a manager it goes to the owners, not other managers or that manager's deputy."""
        for rung in (1, 2, 3, 4, 5, 50):
            assert told(rung, self.ABOUT_PIT, THREE) == (ANKE,)
        assert on_duty(replace(self.ABOUT_PIT, assignee=JURI), THREE) == (ANKE,)
        assert on_duty(replace(self.ABOUT_PIT, assignee=ANKE), replace(THREE, owners=(OLE, ANKE))) == (ANKE,)
        assert on_duty(self.ABOUT_PIT, away(replace(THREE, deputies={ANKE: JURI}), ANKE)) == (ANKE,)

    def test_then_the_trusted_person(self) -> None:
        """(Then the trusted person.) A team names a trusted person (any member) who comes last for these."""
        trusting = replace(THREE, trusted=MELODIE)
        assert on_duty(self.ABOUT_PIT, trusting) == (ANKE,)
        assert on_duty(self.ABOUT_PIT, away(trusting, ANKE)) == (MELODIE,)
        assert on_duty(replace(self.ABOUT_PIT, about=ANKE), trusting) == (MELODIE,)
        assert on_duty(self.ABOUT_PIT, trusting.without(ANKE)) == (MELODIE,)
        assert on_duty(NARIS, away(trusting, PIT, JURI, MIKA, ANKE)) == (ADA,)  # for nothing else

    def test_a_later_role_opens_no_door(self) -> None:
        """About a manager: it stays with the owners when that person is no manager any more."""
        demoted = replace(THREE, managers=(JURI, MIKA), members=(NARI, PIT))
        assert on_duty(replace(self.ABOUT_PIT, is_sealed=True), demoted) == (ANKE,)

    def test_nobody_left(self) -> None:
        """If nobody is left, nothing is stored."""
        assert not may_be_raised(replace(self.ABOUT_PIT, about=ANKE), NIGHTWATCH)
        assert not may_be_raised(self.ABOUT_PIT, Roster(managers=(PIT, JURI), admins=(ADA,), members=(NARI,)))
        assert may_be_raised(self.ABOUT_PIT, NIGHTWATCH)
        assert may_be_raised(self.ABOUT_JO, NIGHTWATCH)
        assert may_be_raised(self.ABOUT_PIT, away(NIGHTWATCH, ANKE))


class TestPoint5:
    def test_the_absent_get_no_follow_up(self) -> None:
        """Who is absent gets no follow-up at any rung, "all managers and owners" included, except by point 3."""
        some = away(replace(THREE, owners=(ANKE, OLE)), MIKA, OLE)
        assert told(5, NARIS, some) == (PIT, JURI, ANKE)
        everybody = away(NIGHTWATCH, PIT, JURI, ANKE, ADA)
        assert told(5, NARIS, everybody) == (PIT,)

    def test_an_author_who_manages_is_not_told_of_their_own(self) -> None:
        """Each who is the author is replaced: also on the rungs that go to all."""
        assert told(5, Case(authors=frozenset({JURI})), THREE) == (PIT, MIKA, ANKE)

    def test_who_cannot_be_reached(self) -> None:
        """When a follow-up cannot reach its person, the same rung is owed to whoever is on duty without them."""
        assert told(1, NARIS, NIGHTWATCH.without(PIT)) == (JURI,)
        assert told(1, NARIS, NIGHTWATCH.without(PIT, JURI)) == (ANKE,)

    def test_a_contest_goes_to_on_duty_deputy_and_owner(self) -> None:
        """An owner and the deputies are told with on duty (of a contest): the people of rung 4."""
        assert told(4, replace(NARIS, contested_answerer=PIT), THREE) == (JURI, MIKA, ANKE)


PEOPLE = range(1, 8)
SOME = st.frozensets(st.sampled_from(PEOPLE))
MAYBE = st.none() | st.sampled_from(PEOPLE)
PAIRS = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Any team of seven people: each is a manager, an owner or a member; some are site admins."""
    roles = draw(st.lists(st.sampled_from("MOP"), min_size=len(PEOPLE), max_size=len(PEOPLE)))
    having = {role: tuple(p for p, r in zip(PEOPLE, roles, strict=True) if r == role) for role in "MOP"}
    return Roster(
        managers=having["M"],
        owners=having["O"],
        members=having["P"],
        admins=tuple(sorted(draw(SOME))),
        deputies=draw(PAIRS),
        stand_ins=draw(PAIRS),
        absent=draw(SOME),
        gone=draw(SOME),
        rule=draw(st.sampled_from(DutyRule)),
        duty_person=draw(MAYBE),
        week=draw(st.integers(0, 3000)),
        trusted=draw(MAYBE),
    )


CASES = st.builds(
    Case,
    kind=st.sampled_from([kind for kind in PromiseKind if kind is not PromiseKind.CLARIFY]),
    owed_by=MAYBE,
    assignee=MAYBE,
    authors=SOME,
    about=MAYBE,
    contested_answerer=MAYBE,
)


@given(case=CASES, roster=rosters())
def test_never_nobody(case: Case, roster: Roster) -> None:
    """To people who are there: never nobody, as long as one person is left who may know of it."""
    leading = {*roster.managers, *roster.owners}
    reach = {*roster.owners} if case.about in leading else {*leading, *roster.admins}
    if case.about is not None and roster.trusted is not None:
        reach |= {roster.trusted}
    if reach - roster.gone - {case.about}:
        assert on_duty(case, roster)
        assert may_be_raised(case, roster)


@given(case=CASES, roster=rosters(), rung=st.integers(1, 9))
def test_never_the_wrong_one(case: Case, roster: Roster, rung: int) -> None:
    """Never the person it is about, the disabled, those who left; about a manager, never another manager."""
    people = told(rung, case, roster)
    assert not {*people} & ({case.about} | roster.gone)
    assert len({*people}) == len(people)
    if case.about in (*roster.managers, *roster.owners):
        assert {*people} <= {*roster.owners, roster.trusted}


@given(case=CASES, roster=rosters())
def test_every_rung_adds_people(case: Case, roster: Roster) -> None:
    """The ladder climbs: nobody told before is forgotten on a higher rung, and from the fifth on it stays the same."""
    rungs = [told(n, case, roster) for n in range(1, 8)]
    for lower, higher in pairwise(rungs):
        assert higher[: len(lower)] == lower
    assert rungs[4] == rungs[5] == rungs[6]


@given(case=CASES, roster=rosters(), rung=st.integers(1, 9))
def test_the_absent_only_where_nobody_else_is_left(case: Case, roster: Roster, rung: int) -> None:
    """Who is absent gets no follow-up at any rung, except by point 3."""
    people = {*told(rung, case, roster)}
    there = {*roster.owners, *roster.managers} - roster.absent - roster.gone - case.authors - {case.about}
    sealed = case.about in (*roster.managers, *roster.owners)
    somebody = (there & {*roster.owners}) if sealed else there
    if somebody - {case.contested_answerer}:
        assert not people & (roster.absent | case.authors)
