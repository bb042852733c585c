"""A saved reply for many people at once: chosen in the form, filled for each when it is sent, and shown before that."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain import saved_replies as rules
from tracker.domain.errors import N_, BadInput
from tracker.notices import links
from tracker.notices.markdown import to_html
from tracker.store import overviews, people, saved_replies
from tracker.store.people import Person
from tracker.store.saved_replies import SavedReply
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import views_starts
from tracker.web.forms import Form
from tracker.web.say import _
from tracker.web.shapes_answering import ForMany

#: The button that takes the chosen one out again.
NONE = "none"
NOT_THERE = N_("This saved reply is gone, or does not fit all of these. Take another one, or write the text.")


def begun(team: Team, form: Form, found: Sequence[Suggestion], person: Person) -> Form:
    """The form with the reply that its button named, or without one. What was typed stays, and stands below it."""
    which = form.text("start")
    values = {**form.values, "reply": "" if which == NONE else which, "reply_seen": ""}
    reply = _named(team, values["reply"], found, person)
    if reply is not None and reply.outcome is not None and not form.text("outcome"):
        values["outcome"] = reply.outcome.value
    return Form(values, was_sent=True)


def chosen(team: Team, form: Form, found: Sequence[Suggestion], person: Person) -> SavedReply | None:
    """The one the form was sent with, as it was shown. Raises ``BadInput`` where it is gone or another by now."""
    reply = _named(team, form.text("reply"), found, person)
    if reply is not None and form.text("reply_seen") != _stamp(reply):
        raise BadInput(N_("This saved reply was changed meanwhile. Look at it once more, then send it."), field="form")
    return reply


def _named(team: Team, which: str, found: Sequence[Suggestion], person: Person) -> SavedReply | None:
    if not which:
        return None
    reply = next((one for one in _fitting(team, found, person) if str(one.id) == which), None)
    if reply is None:
        raise BadInput(NOT_THERE, field="form")
    return reply


def _stamp(reply: SavedReply) -> str:
    """Changes with its words."""
    return f"{reply.changed_at.timestamp():.6f}"


def _fitting(team: Team, found: Sequence[Suggestion], person: Person) -> list[SavedReply]:
    """Those that every author of each suggestion reads in their own language and with their own name.

    An answer is one text. Where several people are its authors, one that speaks to the first of them alone is none for
    the others, and would be a second mail to whoever raised another of these.
    """
    co_authors = overviews.co_authors_of([s.id for s in found])
    persons = people.many(list(set().union(*co_authors.values())))

    def fits(reply: SavedReply, s: Suggestion) -> bool:
        said = views_starts.filled(reply, s, person)
        others = (persons[one] for one in co_authors.get(s.id, ()))
        return all(views_starts.filled(reply, s, person, to=other) == said for other in others)

    every = [one for one in saved_replies.of_team(team.id) if rules.is_for_many(one.text_de, one.text_en)]
    return [one for one in every if all(fits(one, s) for s in found)]


def filled(reply: SavedReply | None, found: Sequence[Suggestion], person: Person) -> dict[int, str]:
    """By suggestion: the reply as its author reads it."""
    return {s.id: views_starts.filled(reply, s, person) for s in found} if reply is not None else {}


def shape(team: Team, form: Form, found: Sequence[Suggestion], person: Person) -> ForMany:
    """What there is to choose, or what is chosen."""
    every = _fitting(team, found, person)
    reply = next((one for one in every if str(one.id) == form.text("reply")), None)
    edit_url = f"{links.path('settings', slug=team.slug)}/replies"
    if reply is None or not found:
        return ForMany(saved=[(str(one.id), one.name) for one in every], edit_url=edit_url)
    first = {s.author.locale: s for s in reversed(found)}
    says = {"de": _("%(name)s reads, in German:"), "en": _("%(name)s reads, in English:")}
    return ForMany(
        reply=str(reply.id),
        seen=_stamp(reply),
        name=reply.name,
        read=[
            (says[locale] % {"name": s.author.name}, to_html(views_starts.filled(reply, s, person)))
            for locale, s in sorted(first.items())
            if locale in says
        ],
    )
