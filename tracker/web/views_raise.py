"""The raise form: each urgency with its date, who is away and who answers; about a person, who sees it and who not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.domain import duty, promises
from tracker.domain.budgets import Budgets
from tracker.domain.duty import Case, Roster
from tracker.domain.lifecycle import Kind, Role, Urgency, Visibility
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store import people, rosters, teams
from tracker.store.drafts import Draft
from tracker.store.teams import MANAGING, Absence, Membership, Team
from tracker.web import explain, forms, raise_drafts, uploads, views_drafts, views_joined
from tracker.web.forms import Form
from tracker.web.page_shapes import RaisePage, Seen, UrgencyChoice
from tracker.web.say import _, ngettext
from tracker.web.shapes import Link, Promise
from tracker.web.views import calendar_of
from tracker.web.views_receipt import big
from tracker.web.views_words import urgency_label, urgency_word

#: So many names are told one by one.
MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The team as the form needs it."""

    team: Team
    membership: Membership
    members: Sequence[Membership]
    roster: Roster
    names: Mapping[int, str]
    #: running or still to come
    absences: Sequence[Absence]
    reader: Reader
    #: whose suggestion it will be; nobody yet while a manager has still to say for whom they enter it
    authors: frozenset[int]


def known(team: Team, membership: Membership, form: Form, reader: Reader) -> Known:
    members = teams.memberships(team.id)
    roster = rosters.roster(team, now=reader.now)
    today = reader.now.astimezone(calendar_of(team).zone).date()
    others = {one for one in (*roster.admins, roster.trusted) if one is not None}
    names = {one.person_id: one.person.name for one in members}
    return Known(
        team=team,
        membership=membership,
        members=members,
        roster=roster,
        names=names | people.names(others - names.keys()),
        absences=teams.absences_from(team.id, today),
        reader=reader,
        authors=_authors(membership, form),
    )


def _authors(membership: Membership, form: Form) -> frozenset[int]:
    if not form.text("for"):
        return frozenset({membership.person_id})
    chosen = form.text("author")
    return frozenset({int(chosen)}) if chosen.isdecimal() and len(chosen) < 10 else frozenset()


def keep_key(slug: str, form: Form) -> str:
    """Under which the browser keeps what is typed."""
    return f"raise:{slug}:{raise_drafts.BESIDE}" if form.text(raise_drafts.BESIDE) else f"raise:{slug}"


def page(k: Known, form: Form, draft: Draft | None = None, asides: Sequence[Draft] = ()) -> RaisePage:
    """``draft`` is what the form goes on with, or stands beside; ``asides`` are what can be taken up again."""
    is_beside = bool(form.text(raise_drafts.BESIDE))
    is_for_somebody = bool(form.text("for"))
    kind = form.text("kind") if form.text("kind") in set(Kind) else Kind.PROBLEM.value
    slug = k.team.slug
    author = form.text("author")
    return RaisePage(
        url=links.path("raise", slug=slug),
        back=Link(url=links.path("home", slug=slug), label=k.team.name),
        urgencies=[_choice(k, urgency) for urgency in Urgency],
        seen=seen(k),
        outside=k.team.outside_contact,
        keep_key=keep_key(slug, form),
        alike_url=links.path("alike", slug=slug),
        title=form.text("title"),
        body=form.text("body"),
        kind=kind,  # type: ignore[arg-type]  # one of Kind's values
        urgency=form.text("urgency") if form.text("urgency") in set(Urgency) else "normal",  # type: ignore[arg-type]
        about=form.text("about"),
        visibility=form.text("visibility") or Visibility.TEAM.value,
        fields=[forms.fresh_key(), *_hidden(form, draft)],
        problems=form.problems,
        for_somebody_url=""
        if is_for_somebody or not k.membership.is_managing
        else f"{links.path('raise', slug=slug)}?for=1",
        is_for_somebody=is_for_somebody,
        people=[("", _("Choose …")), *_others(k)] if is_for_somebody else (),
        author=author,
        entered_from=form.text("entered_from"),
        upload=uploads.field(k.team, "raise", form),
        draft=None if is_beside else views_drafts.line(draft, k.reader, url=f"{links.path('raise', slug=slug)}/draft"),
        half_written=_half_written(draft, slug) if is_beside and draft is not None else None,
        asides=[views_joined.aside_of(one) for one in asides],
        aside_url=links.path("aside", slug=slug),
    )


def _hidden(form: Form, draft: Draft | None) -> list[tuple[str, str]]:
    """For whom it is, and which half-written text it goes on with, or does not."""
    given = {"for": form.text("for"), raise_drafts.BESIDE: form.text(raise_drafts.BESIDE)}
    found = [(name, "1") for name, value in given.items() if value]
    return found if form.text(raise_drafts.BESIDE) else [*found, ("version", views_drafts.version(draft))]


def _half_written(draft: Draft, slug: str) -> Link:
    """Where the text goes on that this form leaves alone."""
    query = {"for": "1"} if draft.fields.get("for") else None
    label = next((text for name in raise_drafts.TEXTS if (text := draft.fields.get(name, "").strip())), "…")
    return Link(url=links.path("raise", slug=slug, query=query), label=label[:80])


def _others(k: Known) -> list[tuple[str, str]]:
    mine = k.membership.person_id
    found = [(one.person.name, str(one.person_id)) for one in k.members if one.person_id != mine]
    return [(number, name) for name, number in sorted(found, key=lambda pair: pair[0].casefold())]


# The dates ------------------------------------------------------------------------------------------------------------


def _choice(k: Known, urgency: Urgency) -> UrgencyChoice:
    promise = _promise(k, urgency, Case(authors=k.authors), is_explained=True)
    return UrgencyChoice(
        value=urgency.value,
        label=urgency_label(urgency),
        aside=_("answer by %(when)s", when=promise.day),
        promise=promise,
    )


def _promise(k: Known, urgency: Urgency, case: Case, *, is_explained: bool = False) -> Promise:
    """What would be given if it were sent now."""
    calendar, now = calendar_of(k.team), k.reader.now
    budget = Budgets.from_plain(k.team.policy.budgets).of(urgency)
    value = promises.answer(budget=budget, calendar=calendar, now=now)
    on_duty = duty.on_duty(case, k.roster)
    deputies = [one for one in duty.deputies_of(on_duty, case, k.roster) if one not in on_duty]
    shown = big(k.reader, value.due_at or now, _named(k, on_duty), _named(k, deputies), 0.0)
    if not is_explained:
        return shown
    notes = [
        *explain.notes_before(now, calendar, k.reader),
        explain.note_of_budget(budget, urgency_word(urgency), k.team.name, k.reader),
        explain.note_of_days_off(value, calendar, k.reader),
    ]
    due_at = value.due_at or now
    away = explain.notes_of_absence(case, k.roster, k.absences, due_at, calendar.zone, k.names, k.reader)
    return replace(shown, why=explain.why(value, calendar, k.reader, notes=notes), steps=away)


def _named(k: Known, ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(k.names.get(one, "?") for one in ids)


# About a person -------------------------------------------------------------------------------------------------------


def seen(k: Known) -> list[Seen]:
    """For nobody in particular, and for everybody it could be about: who will and who will not see it."""
    return [_about_nobody(k), *(_about(k, one) for one in _sorted(k) if one.person_id != k.membership.person_id)]


def _sorted(k: Known) -> list[Membership]:
    return sorted(k.members, key=lambda one: one.person.name.casefold())


def _about_nobody(k: Known) -> Seen:
    managing = [one.person_id for one in k.members if one.is_managing and one.person_id != k.membership.person_id]
    case = Case(authors=k.authors)
    return Seen(
        person="",
        name=_("nobody in particular"),
        sentences=[_who_sees(k, managing)],
        promise=_promise(k, Urgency.HIGH, case),
        button=_("Send"),
    )


def _about(k: Known, member: Membership) -> Seen:
    person = member.person_id
    is_sealed = member.role in MANAGING
    case = Case(authors=k.authors, about=person, is_sealed=is_sealed)
    on_duty = duty.on_duty(case, k.roster)
    if not on_duty:
        nobody = _(
            "Nobody in the team could read this without %(name)s. It cannot be sent here.", name=member.person.name
        )
        return Seen(
            person=str(person), name=member.person.name,
            sentences=[nobody, k.team.outside_contact or _nobody_outside()],
            promise=Promise(sentence=""), button="",
        )  # fmt: skip
    who = [one.person_id for one in k.members if one.role is Role.OWNER] if is_sealed else [
        one.person_id for one in k.members if one.is_managing
    ]  # fmt: skip
    seeing = [one for one in dict.fromkeys([*who, *on_duty]) if one not in (person, k.membership.person_id)]
    sees_not = _("%(name)s does not see it: not in lists, search, numbers, mails or logs.", name=member.person.name)
    return Seen(
        person=str(person),
        name=member.person.name,
        sentences=[_who_sees(k, seeing, is_only=is_sealed), sees_not],
        promise=_promise(k, Urgency.HIGH, case),
        button=_("In confidence to %(names)s", names=words.names(k.reader.locale, _named(k, on_duty))),
    )


def _nobody_outside() -> str:
    """A way on, where the team has named none."""
    return _("The team has named nobody outside for this. Keep your words and turn to somebody you trust.")


def _who_sees(k: Known, ids: Sequence[int], *, is_only: bool = False) -> str:
    if not ids:
        return _("Only you can see this.")
    if len(ids) > MOST_NAMES:
        return _("Community management and team leads see this.")
    leads = {one.person_id for one in k.members if one.role is Role.OWNER}
    named = [_("%(name)s (team lead)", name=k.names[one]) if one in leads else k.names.get(one, "?") for one in ids]
    return ngettext(
        "Only %(names)s can see this.",
        "Only %(names)s can see this.",
        len(named),
        names=words.names(k.reader.locale, named),
    )
