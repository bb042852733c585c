"""What a person decides for themselves: language, zone, hours, rhythm of mails, password, deputies."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from tracker import access
from tracker.acts import bounces, new_address, sign_in
from tracker.acts import people as acts
from tracker.domain.errors import N_
from tracker.domain.lifecycle import Role
from tracker.notices import links, topics, words
from tracker.notices.topics import Topic
from tracker.store import teams
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.teams import Membership
from tracker.web import hours, language
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, renew_session, signed_in, team_page
from tracker.web.nav import role_word
from tracker.web.people import deputy_options
from tracker.web.shapes import Choice, Link

MAIL, HERE = "mail", "here"
#: What a topic is called, and what else there is to know about it.
TOPICS: dict[Topic, tuple[str, str]] = {
    Topic.RECEIPTS: (N_("Receipts"), N_("that something arrived, and by when there is an answer")),
    Topic.ANSWERS: (N_("Questions and answers to what I raised"), N_("and what I follow")),
    Topic.DATES: (N_("Dates that moved or were missed"), ""),
    Topic.COMMENTS: (N_("Comments"), N_("what others write, and where I am mentioned")),
    Topic.HANDED: (N_("What is handed to me"), N_("where I am named, asked to take it, or stand in")),
    Topic.REMINDERS: (
        N_("Reminders of what I owe"),
        N_("cannot be switched off: without a mail to you somebody else is reminded too"),
    ),
    Topic.OVERVIEW: (N_("Weekly overview"), N_("as a mail alone: what it tells stands on the pages anyway")),
}


def values(person: Person) -> dict[str, object]:
    """What the form of the settings shows before somebody types."""
    return {
        "name": person.name,
        "locale": person.locale,
        "timezone": person.timezone or "",
        "window_from": person.window_from,
        "window_until": person.window_until,
        **{_name(topic): MAIL if topics.is_by_mail(person, topic) else HERE for topic in Topic},
        "reminders": person.reminder_rhythm,
        "reminder_hour": person.reminder_hour or "",
        "digest_weekday": "" if person.digest_weekday is None else str(person.digest_weekday),
        "digest_hour": person.digest_hour or "",
        "theme": person.theme or "",
        "pronoun": person.pronoun or "",
    }


def page(form: Form) -> str:
    """All settings; what was typed into one form, with what is wrong with it, stands in ``form``."""
    person = me()
    mine = teams.teams_of(person.id)
    return render_template(
        "web/me.html",
        form=form,
        email=person.email,
        waiting=_waiting(person),
        mail_comes_back=person.mail_bounced_at is not None,
        zone_hint=_("Not known here. Times are those of your team.") if language.is_zone_unknown(person) else "",
        languages=list(language.LANGUAGES.items()),
        zones=[("", _("as in my team")), *hours.zone_options(form.text("timezone"))],
        rhythms=_rhythms(),
        choices=[_choice(topic, form) for topic in Topic],
        weekdays=[("", _("Monday")), *[(str(n), _(day)) for n, day in enumerate(language.WEEKDAYS.values()) if n]],
        themes=[("", _("as the device has it")), ("light", _("light")), ("dark", _("dark"))],
        pronouns=[("", _("by my name")), ("he", _("as “he”")), ("she", _("as “she”"))],
        has_password=person.password is not None,
        is_managing=any(one.is_managing for one in mine),
        teams=[_team(one) for one in mine],
        new_team_url=links.path("new_team"),
        tokens_url=links.path("my_tokens"),
    )


def _waiting(person: Person) -> str:
    found = new_address.waiting(person, now=now())
    if found is None:
        return ""
    until = words.clock_time(language.reader(), found.until)
    said: str = _("A link lies at %(address)s until %(time)s.", address=found.address, time=until)
    return said


def _rhythms() -> list[Choice]:
    return [
        Choice(value="daily", label=_("One mail a day"), hint=_("with everything that is due or late")),
        Choice(value="each", label=_("Each reminder by itself"), hint=_("never more than two mails a day")),
    ]


def _name(topic: Topic) -> str:
    """The field of a topic in the form."""
    return f"topic_{topic.value}"


def _wants(topic: Topic, form: Form) -> bool:
    """What was chosen; where nothing was, it stays as it is."""
    chosen = form.text(_name(topic))
    return chosen == MAIL if chosen in (MAIL, HERE) else topics.is_by_mail(me(), topic)


def _choice(topic: Topic, form: Form) -> dict[str, object]:
    """One line of the table: what it is, and where it goes."""
    label, hint = TOPICS[topic]
    name = _name(topic)
    return {
        "name": name,
        "label": _(label),
        "hint": _(hint) if hint else "",
        "options": [(MAIL, _("By mail")), (HERE, _("Only here"))],
        "value": form.text(name) or MAIL,
    }


def _team(one: Membership) -> dict[str, object]:
    others = [m for m in teams.memberships(one.team_id) if m.is_managing and m.person_id != one.person_id]
    return {
        "name": one.team.name,
        "url": links.path("home", slug=one.team.slug),
        "role": role_word(one.role),
        "deputies": deputy_options(others) if one.is_managing else [],
        "deputy": str(one.deputy_id or ""),
        "deputy_url": f"/t/{one.team.slug}/deputy",
        "links": _places(one),
    }


def _places(one: Membership) -> list[Link]:
    """What the phone's bottom bar has no room for."""
    slug = one.team.slug
    found = [
        Link(url=links.path("people", slug=slug), label=_("People")),
        Link(url=f"/t/{slug}/absences", label=_("When are you away?")),
    ]
    if one.role is Role.OWNER:
        found.append(Link(url=links.path("settings", slug=slug), label=_("Team settings")))
    return found


@web.get("/me", endpoint="me")
@signed_in
def my_settings() -> Page:
    return page(Form(values(me())))


@web.post("/me")
@signed_in
def change_my_settings() -> Page:
    form = typed(page)
    wishes = acts.Wishes(
        name=form.text("name"),
        locale=form.text("locale"),
        timezone=form.text("timezone"),
        window_from=form.text("window_from"),
        window_until=form.text("window_until"),
        by_mail=frozenset(topic for topic in Topic if _wants(topic, form)),
        reminders=form.text("reminders"),
        reminder_hour=form.text("reminder_hour"),
        digest_weekday=form.text("digest_weekday"),
        digest_hour=form.text("digest_hour"),
        theme=form.text("theme"),
        pronoun=form.text("pronoun"),
    )
    acts.change_settings(me(), wishes, now=now())
    db.session.commit()
    flash(_("Saved."))
    return redirect(links.path("me"))


@web.post("/me/mail-works")
@signed_in
def my_mail_works() -> Page:
    """Mails to the own address had come back; its owner says that it takes them again."""
    bounces.try_again(me())
    db.session.commit()
    flash(_("Mails go to your address again."))
    return redirect(links.path("me"))


@web.post("/t/<slug>/deputy")
@signed_in
def choose_deputy(slug: str) -> Page:
    team, membership = team_page(slug)
    access.demand_managing(membership)
    form = typed(lambda form: page(Form(values(me()), form.errors)))
    acts.choose_deputy(team, form.whole("deputy"), by=me(), now=now())
    db.session.commit()
    flash(_("Saved."))
    return redirect(links.path("me", fragment="teams"))


# Password and sessions ------------------------------------------------------------------------------------------------


@web.post("/me/password")
@signed_in
def change_password() -> Page:
    form = typed(lambda form: page(Form(values(me()), form.errors)))
    acts.change_password(me(), form.text("old_password"), form.text("new_password"), now=now())
    db.session.commit()
    renew_session(me())
    flash(_("Your new password is set. Everywhere else you were signed out."))
    return redirect(links.path("me"))


@web.post("/me/password-link")
@signed_in
def send_password_link() -> Page:
    """For somebody who has only ever signed in by link."""
    sign_in.send_link(me(), "reset", now=now())
    db.session.commit()
    flash(_("A mail with a link is on its way to %(email)s.", email=me().email))
    return redirect(links.path("me"))


@web.post("/me/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> Page:
    person = me()
    acts.sign_out_everywhere(person)
    db.session.commit()
    renew_session(person)
    flash(_("Everywhere else you were signed out. Links in mails sent before this do nothing any more."))
    return redirect(links.path("me"))
