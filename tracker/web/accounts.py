"""Signing in by password or by a link in a mail, a new password, signing out; and where everybody begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _

from tracker.acts import demo, passwords
from tracker.acts import setup as setup_acts
from tracker.acts import sign_in as acts
from tracker.domain.errors import N_, OutOfReach
from tracker.notices import links, words
from tracker.store import teams
from tracker.store.base import db, reading
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.errors import Words
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, begin_session, current_person, end_session, now, settings, signed_in
from tracker.web.paths import same_site

#: Fields of another form that wait until somebody has signed in carry this before their names.
KEPT = "kept."
_NOT_KEPT_PATHS = ("/sign-in", "/sign-out", "/password", "/confirm", "/setup", "/u/", "/m/", "/join")


@web.get("/")
def start() -> Page:
    """To one's team; without one, what to do about it."""
    person = current_person()
    if person is None:
        if setup_acts.is_needed() and not demo.is_demo():
            return render_template("web/not_set_up.html")
        return redirect(links.path("sign_in"))
    mine = teams.teams_of(person.id)
    if mine:
        return redirect(links.path("home", slug=mine[0].team.slug))
    return render_template("web/no_team.html", new_team_url=links.path("new_team"))


# By password, or asking for a link ------------------------------------------------------------------------------------


def sign_in_page(
    form: Form,
    *,
    kept: Sequence[tuple[str, str]] = (),
    kept_path: str = "",
    words: Words | None = None,
) -> str:
    """The form; with ``kept`` it carries what was typed into another one, at ``kept_path``."""
    kept = [(f"{KEPT}{name}", value) for name, value in kept] or [
        (name, value) for name, value in form.values.items() if name.startswith(KEPT)
    ]
    path = form.text("kept_path") or kept_path
    return render_template(
        "web/sign_in.html",
        form=form,
        headline=_(words.headline) if words else _("Sign in"),
        sentence=_(words.sentence) if words else "",
        fields=[("next", same_site(form.text("next"), "")), ("kept_path", path if kept else ""), *kept],
        texts=[(name.removeprefix(KEPT), value) for name, value in kept],
        forgotten_url=links.path("forgotten"),
    )


@web.get("/sign-in")
def sign_in() -> Page:
    target = same_site(request.args.get("next"), "")
    if current_person() is not None:
        return redirect(target or "/")
    return sign_in_page(Form({"stay": "1", "next": target}))


@web.post("/sign-in")
def signing_in() -> Page:
    form = typed(sign_in_page)
    if form.text("how") == "mail":
        return _send_link(form)
    db.session.rollback()
    with reading():
        facts = acts.gather(form.text("email"), _network(), now=now())
        db.session.rollback()  # the slow hash comes next, and nobody waits for it
    right = acts.is_right(facts, form.text("password"))
    attempt = acts.try_password(facts, right, now=now())
    db.session.commit()
    if attempt.person is None:
        return _refused(form, attempt.wait)
    begin_session(attempt.person, stay=form.ticked("stay"))
    return _onward(form)


def _refused(form: Form, wait: timedelta) -> Page:
    """The same for a wrong address and a wrong password; while one has to wait, for a right one too."""
    if wait:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        form.errors["password"] = _(acts.TOO_MANY, minutes=minutes)
    else:
        form.errors["password"] = _(acts.WRONG)
    response = make_response(sign_in_page(form))
    response.status_code = 429 if wait else 422
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _onward(form: Form) -> Page:
    """To where somebody wanted to go; what they had typed there before is sent on by one press."""
    kept, path = _kept(form)
    if kept:
        return render_template("web/go_on.html", kept=kept, path=path)
    return redirect(same_site(form.text("next")))


def _kept(form: Form) -> tuple[list[tuple[str, str]], str]:
    """What was typed before signing in, and where it was to be sent; nothing without both."""
    kept = [(name.removeprefix(KEPT), value) for name, value in form.values.items() if name.startswith(KEPT)]
    path = same_site(form.text("kept_path"), "")
    return (kept, path) if kept and path and not path.startswith(_NOT_KEPT_PATHS) else ([], "")


def _network() -> str:
    return request.remote_addr or ""


# By a link in a mail --------------------------------------------------------------------------------------------------


def _send_link(form: Form) -> Page:
    # The same work for everybody: an address that nobody has must not be answered quicker.
    passwords.waste_time()
    kept, path = _kept(form)
    # What was typed is not in the mail: the link leads to its page, where the browser has kept it, and it stands here.
    target = same_site(form.text("next"), "") or (_page_of(path) if kept else "")
    acts.ask_link(form.text("email"), "sign_in", network=_network(), next_path=target, now=now())
    db.session.commit()
    return _look_into_your_mailbox(form.text("email"), kept)


def _page_of(path: str) -> str:
    """The page that a suggestion's form stands on: ``/t/night-watch/41`` for ``/t/night-watch/41/comment``."""
    parts = path.split("/")
    return "/".join(parts[:4]) if path.startswith("/t/") else ""


def _look_into_your_mailbox(email: str, kept: Sequence[tuple[str, str]] = ()) -> Page:
    return render_template(
        "web/mail_sent.html", email=email.strip()[:254], stays_here=settings().smtp is None, kept=kept
    )


@web.get("/sign-in/<token>")
def sign_in_link(token: str) -> Page:
    """Shows a button and changes nothing: mail scanners open every link."""
    person, _link = acts.look_at_link(token, "sign_in", now=now())
    return render_template("web/sign_in_link.html", name=person.name)


@web.post("/sign-in/<token>")
def use_sign_in_link(token: str) -> Page:
    person, target = acts.by_link(token, now=now())
    db.session.commit()
    begin_session(person, stay="stay" in request.form)
    return redirect(same_site(target))


# A new password -------------------------------------------------------------------------------------------------------


@web.get("/password")
def forgotten() -> Page:
    return render_template("web/forgotten.html", form=Form({"email": request.args.get("email", "")[:254]}))


@web.post("/password")
def ask_reset() -> Page:
    form = typed(lambda form: render_template("web/forgotten.html", form=form))
    passwords.waste_time()
    acts.ask_link(form.text("email"), "reset", network=_network(), now=now())
    db.session.commit()
    return _look_into_your_mailbox(form.text("email"))


def _reset_page(token: str, form: Form) -> Page:
    person, link = acts.look_at_link(token, "reset", now=now())
    until = words.clock_time(language.reader(), link.expires_at)
    return render_template("web/reset.html", form=form, name=person.name, email=person.email, until=until)


@web.get("/password/<token>")
def reset(token: str) -> Page:
    return _reset_page(token, Form())


@web.post("/password/<token>")
def set_password(token: str) -> Page:
    form = typed(lambda form: _reset_page(token, form))
    person = acts.reset_password(token, form.text("password"), now=now())
    db.session.commit()
    begin_session(person, stay=True)
    flash(_("Your new password is set. Everywhere else you were signed out."))
    return redirect("/")


# Out, and the demo ----------------------------------------------------------------------------------------------------


@web.post("/sign-out")
@signed_in
def sign_out() -> Page:
    end_session()
    flash(_("You are signed out."))
    return redirect(links.path("sign_in"))


@web.get("/demo/<token>")
def demo_sign_in(token: str) -> Page:
    """Signs in at once, any number of times: on the demo database alone. The one GET that writes."""
    person = demo.person_of(token, now=now())
    if person is None:
        raise OutOfReach(N_("It is not there, or it is not for you."))
    begin_session(person, stay=False)
    return redirect("/")
