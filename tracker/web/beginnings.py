"""The first steps on the start page: the team's for who leads it, one's own for everybody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import redirect

from tracker.acts import beginnings
from tracker.domain.lifecycle import Role
from tracker.notices import links
from tracker.store.base import db
from tracker.store.teams import Membership
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, signed_in, team_page
from tracker.web.say import _
from tracker.web.setup import first_steps
from tracker.web.shapes import Link, Task


def steps_of(membership: Membership) -> list[Task]:
    """Empty once everything is done or it was put away."""
    if membership.role is not Role.OWNER and membership.first_steps_hidden:
        return []
    return _STEPS[membership.role](membership)


def _of_team_lead(membership: Membership) -> list[Task]:
    return first_steps(membership.team)


def _of_manager(membership: Membership) -> list[Task]:
    steps, slug = beginnings.of_manager(membership), membership.team.slug
    if steps.is_done:
        return []
    return [
        Task(
            label=_("One answer given"),
            ticked=steps.answered,
            hint=_("Done, will do, not now or no. Two sentences are enough."),
            link=Link(url=links.path("desk", slug=slug), label=_("Desk")),
        ),
        Task(
            label=_("Somebody stands in for you"),
            ticked=steps.named_deputy,
            hint=_("They are asked when you do not get round to it, and while you are away."),
            link=Link(url=f"/t/{slug}/absences", label=_("Choose")),
        ),
        _hours(ticked=steps.chose_hours),
    ]


def _of_member(membership: Membership) -> list[Task]:
    steps, slug = beginnings.of_member(membership), membership.team.slug
    if steps.is_done:
        return []
    return [
        Task(
            label=_("Something raised"),
            ticked=steps.raised,
            hint=_("One sentence is enough. The date stands there before you send it."),
            link=Link(url=links.path("raise", slug=slug), label=_("Raise")),
        ),
        Task(
            label=_("Joined in with somebody else's"),
            ticked=steps.joined_in,
            hint=_('"Me too" moves it up and costs nobody a mail.'),
            link=Link(url=links.path("suggestions", slug=slug), label=_("Look around")),
        ),
        _hours(ticked=steps.chose_hours),
    ]


def _hours(*, ticked: bool) -> Task:
    return Task(
        label=_("When and how often we write is chosen"),
        ticked=ticked,
        hint=_("Until then it is between 08:00 and 20:00, and as little as possible."),
        link=Link(url=links.path("me"), label=_("Choose")),
    )


_STEPS: Mapping[Role, Callable[[Membership], list[Task]]] = {
    Role.OWNER: _of_team_lead,
    Role.MANAGER: _of_manager,
    Role.MEMBER: _of_member,
}


@web.post("/t/<slug>/first-steps/hide")
@signed_in
def hide_first_steps(slug: str) -> Page:
    team, _membership = team_page(slug)
    beginnings.put_away(team, by=me())
    db.session.commit()
    return redirect(links.path("home", slug=team.slug))
