"""Inviting people, and coming in by an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from tracker.acts import invitations as acts
from tracker.acts.invitations import Became, Line, Newcomer
from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Role
from tracker.notices import links, words
from tracker.store import people, teams
from tracker.store.base import db
from tracker.store.doors import Invitation
from tracker.store.teams import Membership, Team
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.errors import UNPROCESSABLE
from tracker.web.forms import Form, fresh_key, typed
from tracker.web.identity import (
    Page,
    begin_session,
    current_person,
    end_session,
    managed_team,
    me,
    now,
    settings,
    signed_in,
)
from tracker.web.nav import role_word
from tracker.web.once import arrivals, arrived, once
from tracker.web.shapes import Act, Choice

BECAME = {
    Became.INVITED: N_("invited"),
    Became.HIGHER: N_("is invited already, as somebody who manages the team"),
    Became.AGAIN: N_("invited again; the older link has ended"),
    Became.HERE: N_("is here already"),
    Became.NO_ADDRESS: N_("is not an address"),
    Became.TWICE: N_("is in the list twice"),
}
#: A team link begins with this many places and days.
USES, DAYS = 20, 14


# Inviting -------------------------------------------------------------------------------------------------------------


def _page(team: Team, membership: Membership, form: Form, *, link: str = "") -> str:
    found = acts.open_ones(team, now=now())
    return render_template(
        "web/invite.html",
        form=form,
        fields=[fresh_key()],
        roles=_roles(membership),
        link=link,
        open_ones=[_open_one(team, one) for one in found],
        people_url=links.path("people", slug=team.slug),
        only_here=settings().is_loopback,
        stays_here=settings().smtp is None,
        address=settings().public_url,
        link_url=f"/t/{team.slug}/people/link",
    )


def _roles(membership: Membership) -> list[Choice]:
    """Whom this person may invite; only members: no choice to make."""
    if membership.role is not Role.OWNER:
        return []
    return [Choice(value=role.value, label=role_word(role)) for role in Role]


def _open_one(team: Team, one: Invitation) -> dict[str, object]:
    # A link works to the end of its day, which is the first moment of the next.
    last = (one.expires_at - timedelta(microseconds=1)).astimezone(teams.working_time(team.calendar).zone)
    until = words.day(language.reader(), last.date())
    if one.email:
        # Who invited typed the address themselves, or a colleague of theirs did: names are shown, addresses are not.
        is_mine = one.created_by_id == me().id or me().is_site_admin
        label = (one.email if is_mine else one.name) or _("somebody")
    else:
        left = one.max_uses - one.uses
        label = _("Team link, %(left)s of %(all)s places left", left=left, all=one.max_uses)
    act = Act(url=f"/t/{team.slug}/people/invitations/{one.id}/revoke", label=_("Revoke"))
    return {"label": label, "role": role_word(one.role), "until": until, "act": act}


def _beginning() -> Form:
    day = language.reader().local(now() + timedelta(days=DAYS)).date()
    return Form({"role": Role.MEMBER.value, "uses": str(USES), "until": day.isoformat()})


@web.get("/t/<slug>/people/invite")
@signed_in
def invite(slug: str) -> Page:
    return _page(*managed_team(slug), _beginning())


@web.post("/t/<slug>/people/invite")
@signed_in
def inviting(slug: str) -> Page:
    team, membership = managed_team(slug)
    form = typed(lambda form: _page(team, membership, _with_beginning(form)))
    role = _role(form.text("role") or Role.MEMBER.value)
    lines: list[Line] = []

    def invite_all() -> str:
        lines.extend(acts.invite(team, form.text("addresses"), role=role, by=me(), now=now()))
        return links.path("invite", slug=team.slug)

    sent_before = once(form, invite_all)
    if not lines:
        return sent_before
    arrived(f"invite:{team.slug}")
    return _invited_page(team, lines, role)


def _with_beginning(form: Form) -> Form:
    """Two forms stand on one page; the other one begins as ever."""
    return Form({**_beginning().values, **form.values}, form.errors, form.was_sent)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise BadInput(N_("Choose one of those."), field="role") from None


def _invited_page(team: Team, lines: Sequence[Line], role: Role) -> str:
    """What became of each line. The links are shown this once: only their hashes are stored."""
    shown = [
        {
            "who": line.pasted.name or line.pasted.text,
            "address": line.pasted.text if line.pasted.name else "",
            "became": _(BECAME[line.became]),
            "is_good": line.became in (Became.INVITED, Became.AGAIN),
            "link": links.url("invitation", token=line.token) if line.token else "",
        }
        for line in lines
    ]
    return render_template(
        "web/invited.html",
        lines=shown,
        links="\n".join(f"{one['who']}: {one['link']}" for one in shown if one["link"]),
        wrong="\n".join(line.pasted.text for line in lines if line.became is Became.NO_ADDRESS),
        fields=[fresh_key(), ("role", role.value)],
        keep_key=f"invite:{team.slug}",
        only_here=settings().is_loopback,
        stays_here=settings().smtp is None,
        address=settings().public_url,
        invite_url=links.path("invite", slug=team.slug),
        people_url=links.path("people", slug=team.slug),
        kept_done=arrivals(),
    )


@web.post("/t/<slug>/people/link")
@signed_in
def make_team_link(slug: str) -> Page:
    team, membership = managed_team(slug)
    form = typed(lambda form: _page(team, membership, _with_beginning(form)))
    tokens: list[str] = []

    def make() -> str:
        _invitation, token = acts.make_team_link(
            team,
            uses=form.whole("uses") or 0,
            until=form.needed_day("until"),
            needs_confirmation=form.ticked("needs_confirmation"),
            by=me(),
            now=now(),
        )
        tokens.append(token)
        return links.path("invite", slug=team.slug)

    made_before = once(form, make)
    if not tokens:
        return made_before
    return _page(team, membership, _beginning(), link=links.url("invitation", token=tokens[0]))


@web.post("/t/<slug>/people/invitations/<int:invitation_id>/revoke")
@signed_in
def revoke(slug: str, invitation_id: int) -> Page:
    team, _membership = managed_team(slug)
    acts.revoke(team, invitation_id, by=me(), now=now())
    db.session.commit()
    flash(_("The link does not work any more."))
    return redirect(links.path("invite", slug=team.slug))


# Coming in ------------------------------------------------------------------------------------------------------------


def _join_page(token: str, form: Form) -> str:
    invitation, team = acts.look(token, now=now())
    person = current_person()
    known = people.by_email(invitation.email) if invitation.email else None
    by = people.by_id(invitation.created_by_id) if invitation.created_by_id else None
    return render_template(
        "web/join.html",
        form=form,
        team=team,
        by=by.name if by else "",
        email=invitation.email,
        person_name=person.name if person else "",
        has_account=known is not None and person is None,
        needs_confirmation=invitation.needs_confirmation,
        sign_in_url=links.path("sign_in", query={"next": links.path("invitation", token=token)}),
        here=links.path("invitation", token=token),
    )


@web.get("/join/<token>")
def join(token: str) -> Page:
    invitation, _team = acts.look(token, now=now())
    return _join_page(token, Form({"name": invitation.name}))


@web.post("/join/<token>")
def joining(token: str) -> Page:
    form = typed(lambda form: _join_page(token, form))
    person = current_person()
    if person is None and form.lacks("name", "email", "password"):
        return _join_page(token, form), UNPROCESSABLE
    who = person or Newcomer(
        name=form.text("name"),
        email=form.text("email"),
        password=form.text("password"),
        locale=language.locale(),
    )
    membership = acts.accept(token, who, now=now())
    db.session.commit()
    if person is None:
        begin_session(membership.person, stay=True)
    if membership.is_waiting:
        flash(_("A team lead of %(team)s still has to let you in.", team=membership.team.name))
        return redirect("/")
    flash(_("Welcome to %(team)s.", team=membership.team.name))
    return redirect(links.path("home", slug=membership.team.slug))


@web.post("/join/<token>/sign-out")
def join_as_somebody_else(token: str) -> Page:
    """Signed in as one person, and the invitation is for another."""
    end_session()
    return redirect(links.path("invitation", token=token))
