"""A saved reply for many people at once: chosen in the form, filled for each when it is sent, and shown before that."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain import saved_replies as rules
from tracker.domain.errors import N_, BadInput
from tracker.notices import links
from tracker.notices.markdown import to_html
from tracker.store import saved_replies
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


def begun(team: Team, form: Form) -> Form:
    """The form with the reply that its button named, or without one. What was typed stays, and stands below it."""
    which = form.text("start")
    values = {**form.values, "reply": "" if which == NONE else which}
    begun_with = Form(values, was_sent=True)
    reply = chosen(team, begun_with)
    if reply is not None and reply.outcome is not None and not form.text("outcome"):
        values["outcome"] = reply.outcome.value
    return begun_with


def chosen(team: Team, form: Form) -> SavedReply | None:
    """The one the form was sent with. Raises ``BadInput`` where it is gone by now."""
    which = form.whole("reply")
    if which is None:
        return None
    found = saved_replies.find(team.id, which)
    if found is None or not _is_for_many(found):
        raise BadInput(N_("This saved reply is not there any more. Take another one, or write the text."), field="form")
    return found


def filled(reply: SavedReply | None, found: Sequence[Suggestion], person: Person) -> dict[int, str]:
    """By suggestion: the reply as its author reads it."""
    return {s.id: views_starts.filled(reply, s, person) for s in found} if reply is not None else {}


def shape(team: Team, form: Form, found: Sequence[Suggestion], person: Person) -> ForMany:
    """What there is to choose, or what is chosen."""
    every = [one for one in saved_replies.of_team(team.id) if _is_for_many(one)]
    reply = next((one for one in every if str(one.id) == form.text("reply")), None)
    edit_url = f"{links.path('settings', slug=team.slug)}/replies"
    if reply is None or not found:
        return ForMany(saved=[(str(one.id), one.name) for one in every], edit_url=edit_url)
    first = {s.author.locale: s for s in reversed(found)}
    says = {"de": _("%(name)s reads, in German:"), "en": _("%(name)s reads, in English:")}
    return ForMany(
        reply=str(reply.id),
        name=reply.name,
        read=[
            (says[locale] % {"name": s.author.name}, to_html(views_starts.filled(reply, s, person)))
            for locale, s in sorted(first.items())
            if locale in says
        ],
    )


def _is_for_many(reply: SavedReply) -> bool:
    return rules.is_for_many(reply.text_de, reply.text_en)
