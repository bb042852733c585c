"""The board: every suggestion as a card in the column where it stands. Reading it writes nothing."""

from __future__ import annotations

from flask import jsonify, render_template

from tracker import access
from tracker.domain.lifecycle import UNDO_WINDOW
from tracker.store import overviews
from tracker.web import language, views_board, views_undo
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.once import arrivals


@web.get("/t/<slug>/board")
@signed_in
def board(slug: str) -> Page:
    """From new to done; members read it, who answers moves the cards."""
    team, membership = team_page(slug)
    last = overviews.last_answer_of(me().id, team.id, since=now() - UNDO_WINDOW) if membership.is_managing else None
    found = access.suggestion_of_entry(me(), last) if last is not None else None
    undo = views_undo.undo_of(found, last, me(), language.reader()) if found is not None else None
    page = views_board.board(team, me(), language.reader())
    return render_template("web/board.html", board=page, undo=undo, kept_done=arrivals())


@web.get("/t/<slug>/board/version")
@signed_in
def board_version(slug: str) -> Page:
    """Whether something has changed, asked for every 20 seconds."""
    team, _membership = team_page(slug)
    return jsonify(version=views_board.version(team, me(), language.reader()))
