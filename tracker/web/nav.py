"""The frame around every page of somebody who is signed in: where they can go, and whether the reminders run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.lists import format_list
from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from jinja2 import StrictUndefined

from tracker.domain.errors import N_
from tracker.domain.lifecycle import Role
from tracker.notices import in_app, links, words
from tracker.store import instance, pulse, rosters, teams
from tracker.store.people import Person
from tracker.store.teams import Membership, Team
from tracker.web import language, views_alerts
from tracker.web.blueprint import web
from tracker.web.identity import Page, current_person, me, now, settings, signed_in
from tracker.web.shapes import Nav, NavItem

#: Without a sweep for this long, nothing is promised about reminders any more.
STALE_AFTER = timedelta(seconds=90)

MANAGES = frozenset({Role.MANAGER, Role.OWNER})
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the navigation. ``name`` is that of its path; ``roles`` are who goes there."""

    name: str
    label: str
    icon: str
    roles: frozenset[Role] = EVERYBODY
    tab: bool = False


PLACES = (
    Place("home", N_("Home"), "home", tab=True),
    Place("desk", N_("Desk"), "desk", MANAGES, tab=True),
    Place("mine", N_("Mine"), "list", tab=True),
    Place("tasks", N_("Tasks"), "check"),
    Place("suggestions", N_("Suggestions"), "comment"),
    Place("board", N_("Board"), "board"),
    Place("answers", N_("Why not?"), "question"),
    Place("people", N_("People"), "people"),
    Place("settings", N_("Settings"), "settings", frozenset({Role.OWNER})),
)
ROLES = {
    Role.MEMBER: N_("Member"),
    Role.MANAGER: N_("Community management"),
    Role.OWNER: N_("Team lead"),
}

#: Numbers beside places, by name; whoever writes the page of a place puts its question here.
COUNTS: dict[str, Callable[[Person, Team], int]] = {}


def init_app(app: Flask) -> None:
    app.context_processor(_frame)
    app.jinja_env.undefined = StrictUndefined  # a name that no view has given is a mistake, not an empty place


def _frame() -> dict[str, Any]:
    """What every template may use: the language, the theme, and the frame of who is signed in."""
    person = current_person()
    listener = language.listener()
    frame: dict[str, Any] = {"lang": language.locale(), "theme": (listener.theme if listener else None) or ""}
    team = g.get("team")
    if person is not None and "nav" not in g:
        membership = g.get("membership") if team is not None else None
        g.nav = _nav(person, membership)
    if "nav" in g and person is not None:
        frame["nav"] = g.nav
    if team is not None:
        frame |= {"team_name": team.name, "home_url": links.path("home", slug=team.slug)}
    return frame


def role_word(role: Role) -> str:
    return str(_(ROLES[role]))


def _nav(person: Person, membership: Membership | None) -> Nav:
    """The frame of a page of this team, or of the first team on pages of the person alone."""
    mine = teams.teams_of(person.id)
    membership = membership or next(iter(mine), None)
    if membership is None:
        return _without_team(person)
    team = membership.team
    return Nav(
        team_name=team.name,
        team_slug=team.slug,
        home_url=links.path("home", slug=team.slug),
        person_name=person.name,
        role=role_word(membership.role),
        me_url=links.path("me"),
        raise_url=links.path("raise", slug=team.slug),
        search_url=links.path("search", slug=team.slug),
        items=[_item(place, team, person) for place in PLACES if membership.role in place.roles],
        teams=_team_items(mine, team) if len(mine) > 1 else (),
        mailbox_line=settings().smtp is None and membership.is_managing,
        mailbox_url=links.path("mailbox") if person.is_site_admin and not settings().is_production else "",
        sign_out_url="/sign-out",
        alive_url="/alive",
        **_bell(person),
        **_held(person, sees_it=membership.is_managing),
        alerts=views_alerts.open_ones() if person.is_site_admin else (),
        own_lines=_about_themselves(person),
        **_unattended(person, membership),
        admin=_admin(person),
        **_alive(),
    )


def _about_themselves(person: Person) -> list[str]:
    """What only they can put right: the pages say it, for a mail would not arrive."""
    lines = []
    if person.mail_bounced_at is not None:
        lines.append(_("Mails to you come back. Until that is put right, what there is to know stands here."))
    if language.is_zone_unknown(person):
        unknown = _("The time zone “%(zone)s” is not known here. Times are those of your team.", zone=person.timezone)
        lines.append(unknown)
    return lines


def _held(person: Person, *, sees_it: bool) -> dict[str, Any]:
    """The line about held mail, for whoever counts on mails or can let them go."""
    if not (sees_it or person.is_site_admin) or not instance.holds(settings().public_url):
        return {}
    return {"held_line": True, "held_url": links.path("held") if person.is_site_admin else ""}


def _unattended(person: Person, membership: Membership | None) -> dict[str, Any]:
    """The line about teams in which nobody who answers is there: about this one for who answers for it, about all for
    a site admin."""
    if person.is_site_admin:
        found = rosters.without_anybody(now=now())
    elif membership is not None and membership.is_managing:
        found = [] if rosters.is_anybody_there(membership.team, now=now()) else [membership.team]
    else:
        return {}
    here = next((team for team in found if membership is not None and team.id == membership.team_id), None)
    url = links.path("absences", slug=here.slug) if here is not None else ""
    return {"unattended": format_list([team.name for team in found], locale=language.locale()), "unattended_url": url}


def _admin(person: Person) -> list[NavItem]:
    """The pages of whoever looks after the site; each of them leads to the others."""
    if not person.is_site_admin:
        return []
    places = [
        ("outbox", _("Outbox")),
        ("inbound", _("Mails that came in")),
        ("chats", _("Chats")),
        ("mail_records", _("Mails and the DNS")),
    ]
    return [
        NavItem(url=url, label=label, icon="list", current=request.path == url)
        for url, label in ((links.path(name), label) for name, label in places)
    ]


def _without_team(person: Person) -> Nav:
    return Nav(
        team_name=person.name,
        team_slug="",
        home_url="/",
        person_name=person.name,
        role="",
        me_url=links.path("me"),
        raise_url="/",
        sign_out_url="/sign-out",
        alive_url="/alive",
        **_bell(person),
        **_held(person, sees_it=False),
        alerts=views_alerts.open_ones() if person.is_site_admin else (),
        own_lines=_about_themselves(person),
        **_unattended(person, None),
        admin=_admin(person),
        **_alive(),
    )


def _bell(person: Person) -> dict[str, Any]:
    url = links.path("notices")
    return {
        "bell_url": url,
        "bell_count": in_app.unread(person, now=now()),
        "bell_here": request.path.startswith(url),
    }


def _item(place: Place, team: Team, person: Person) -> NavItem:
    url = links.path(place.name, slug=team.slug)
    count = COUNTS[place.name](person, team) if place.name in COUNTS else 0
    return NavItem(
        url=url, label=_(place.label), icon=place.icon, count=count, current=_is_here(place, url), tab=place.tab
    )


def _is_here(place: Place, url: str) -> bool:
    return request.path == url or (place.name != "home" and request.path.startswith(f"{url}/"))


def _team_items(mine: Sequence[Membership], here: Team) -> list[NavItem]:
    """One's teams; two of one name are told apart by what their addresses say."""
    found = [one.team for one in mine]
    names = Counter(team.name for team in found)
    return [
        NavItem(
            url=links.path("home", slug=team.slug),
            label=team.name if names[team.name] == 1 else f"{team.name} ({team.slug})",
            icon="people",
            current=team.id == here.id,
        )
        for team in found
    ]


# Whether the reminders run --------------------------------------------------------------------------------------------


def _alive() -> dict[str, Any]:
    """The sentence of the footer, and whether it is bad news."""
    beat = pulse.heartbeats().get("sweep")
    if beat is None:
        return {"alive": _("Reminders have not started yet."), "alive_stale": True}
    age = max(now() - beat.at, timedelta())
    if age > STALE_AFTER:
        since = words.moment(language.reader(), beat.at)
        return {
            "alive": _("No reminder has gone out since %(since)s. All dates still hold.", since=since),
            "alive_stale": True,
        }
    return {
        "alive": _("Reminders are running, checked %(seconds)s s ago", seconds=int(age.total_seconds())),
        "alive_stale": False,
    }


@web.get("/alive")
@signed_in
def alive() -> Page:
    """The footer's line by itself, asked for every 20 seconds; the bell's number comes along."""
    return render_template("web/_parts/alive_tick.html", nav=_without_team(me()))
