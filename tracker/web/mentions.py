"""Whom a text can call by name: the list behind "@" in a text area. Without it the name is simply typed."""

from __future__ import annotations

from flask import jsonify, request

from tracker import access
from tracker.store import teams
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, signed_in, team_page


@web.get("/t/<slug>/<int:number>/names")
@signed_in
def names(slug: str, number: int) -> Page:
    """Those of the team who can read it, without who asks; of an internal note (``?note=1``), who may read that."""
    team, _membership = team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    if request.args.get("note"):
        access.demand_handling(me(), s)
    able = access.who_can_handle if request.args.get("note") else access.who_can_see
    found = able(s, [member.person for member in teams.memberships(team.id)])
    return jsonify(sorted((person.name for person in found if person.id != me().id), key=str.casefold))
