"""The outbox, for site admins: every message with its state and reason, and what can be done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, request

from tracker import access
from tracker.acts import deliveries as acts
from tracker.acts import storms
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.notices import links, turns
from tracker.notices.outgoing import Outgoing
from tracker.store import deliveries
from tracker.store.base import db
from tracker.store.deliveries import Wanted
from tracker.web import views_alerts, views_outbox
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, settings, signed_in, site_admin
from tracker.web.say import _, ngettext
from tracker.web.shapes import NavItem

A_PAGE = 50
#: Messages in one go; a form that names more was not made here.
MOST_AT_ONCE = 200
FILTERS = ("state", "kind", "person", "address")


@web.get("/admin/outbox")
@signed_in
def outbox() -> Page:
    """The newest first; ``?state=dead&kind=answer&person=nari&address=example.org`` shows some of them."""
    site_admin()
    return _list(Form(request.args.to_dict()))


def _list(form: Form) -> str:
    wanted = _wanted(form)
    before = _number(form.text("before"))
    found = deliveries.newest(wanted, reader=me(), before=before, limit=A_PAGE + 1)
    shown = found[:A_PAGE]
    counted = deliveries.counts(
        Wanted(template=wanted.template, person=wanted.person, address=wanted.address), reader=me()
    )
    return render_template(
        "web/outbox.html",
        lines=[views_outbox.line(one) for one in shown],
        tabs=_tabs(form, counted),
        form=form,
        kinds=[("", _("Every kind")), *views_outbox.kinds(deliveries.templates())],
        state=wanted.state,
        chosen=frozenset(request.form.getlist("id")),
        alerts=views_alerts.open_ones(),
        newer_url=_address(form) if before is not None else "",
        older_url=_address(form, before=str(shown[-1].id)) if len(found) > A_PAGE else "",
        is_filtered=any(form.text(name) for name in FILTERS),
        in_turn=_in_turn(),
    )


def _in_turn() -> str:
    """That mails wait because of the pace; empty where none does."""
    outgoing = Outgoing.of(settings())
    count = turns.waiting(outgoing, now=now())
    if outgoing.pace is None or not count:
        return ""
    said = ngettext(
        "One mail waits for its turn: at most %(most)s leave within a minute.",
        "%(num)s mails wait for their turn: at most %(most)s leave within a minute.",
        count,
        most=outgoing.pace.per_minute,
    )
    return str(said)


def _wanted(form: Form) -> Wanted:
    state = form.text("state")
    return Wanted(
        state=state if state in views_outbox.STATES else "",
        template=_looked_for(form, "kind", 40),
        person=_looked_for(form, "person", 80),
        address=_looked_for(form, "address", 254),
    )


def _looked_for(form: Form, name: str, longest: int) -> str:
    """What can stand in a row; a character that no database takes is found nowhere."""
    return "".join(one for one in form.text(name) if one.isprintable()).strip()[:longest]


def _tabs(form: Form, counted: dict[str, int]) -> list[NavItem]:
    here = _wanted(form).state
    every = NavItem(url=_address(form, state=""), label=_("All"), icon="list", current=not here)
    return [every] + [
        NavItem(
            url=_address(form, state=state),
            label=_(said),
            icon="list",
            count=counted.get(state, 0),
            current=state == here,
        )
        for state, said in views_outbox.STATES.items()
        if counted.get(state) or state == here
    ]


def _address(form: Form, **changes: str) -> str:
    """The list with what is chosen in this form, and what is not empty of the changes."""
    asked = {**{name: form.text(name) for name in FILTERS}, **changes}
    return links.path("outbox", query={name: value for name, value in asked.items() if value})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


@web.get("/admin/outbox/<int:delivery_id>")
@signed_in
def outbox_one(delivery_id: int) -> Page:
    site_admin()
    return _one(Form(), delivery_id)


def _one(form: Form, delivery_id: int) -> str:
    delivery = deliveries.seen(delivery_id, reader=me())
    if delivery is None:
        raise OutOfReach(access.NOT_THERE)
    return render_template(
        "web/outbox_one.html",
        line=views_outbox.line(delivery),
        told=views_outbox.told(delivery, reader=me()),
        attempts=views_outbox.attempts(delivery),
        error=views_outbox.error(delivery),
        message_id=delivery.message_id,
        destination=delivery.destination,
        was_unknown=delivery.was_unknown,
        form=form,
    )


@web.post("/admin/outbox")
@signed_in
def outbox_act() -> Page:
    """One act on the messages that are ticked, or on the one of its page."""
    site_admin()
    one = _number(request.form.get("one", ""))
    form = typed(partial(_one, delivery_id=one) if one is not None else _list)
    ids = [number for text in request.form.getlist("id")[:MOST_AT_ONCE] if (number := _number(text)) is not None]
    if not ids:
        raise BadInput(N_("Choose at least one mail."), field="form")
    verb = _verb(form)
    done = Counter(verb(number) for number in ids)
    db.session.commit()
    _say(form.text("act"), done[True], done[False])
    return redirect(f"{links.path('outbox')}/{one}" if one is not None else _address(form))


def _verb(form: Form) -> Callable[[int], bool]:
    by, at = me(), now()
    if form.text("act") == "discard":
        return lambda number: acts.discard(number, by=by, why=form.text("why"), now=at)
    if form.text("act") == "release":
        return lambda number: acts.release(number, by=by, now=at)
    if form.text("act") == "retry":
        return lambda number: acts.retry(number, by=by, now=at)
    raise BadInput(N_("Choose one of those."), field="form")


def _say(act: str, done: int, left: int) -> None:
    if done and act == "discard":
        flash(ngettext("One mail was discarded.", "%(num)s mails were discarded.", done))
    elif done:
        flash(ngettext("One mail leaves now.", "%(num)s mails leave now.", done))
    if left:
        flash(
            ngettext(
                "One was left as it is: it is with a sender, at its end, or nothing of it is left to send.",
                "%(num)s were left as they are: with a sender, at their end, or nothing of them is left to send.",
                left,
            ),
            "warn",
        )


@web.post("/admin/storms/<int:storm_id>")
@signed_in
def decide_storm(storm_id: int) -> Page:
    """Send, coalesce or discard what the storm brake holds."""
    site_admin()
    what = request.form.get("what", "")
    verbs = {"send": storms.send, "coalesce": storms.coalesce, "discard": storms.discard}
    if what not in verbs:
        raise BadInput(N_("Choose one of those."), field="form")
    decided = verbs[what](storm_id, by=me(), now=now())
    db.session.commit()
    if decided.leaving:
        flash(ngettext("One mail leaves now.", "%(num)s mails leave now.", decided.leaving))
    if decided.ended:
        flash(ngettext("One mail does not leave.", "%(num)s mails do not leave.", decided.ended))
    return redirect(links.path("outbox"))
