"""The page on which a comment becomes a suggestion of its own, and what both pages tell of it afterwards."""

from __future__ import annotations

from tracker.domain import promises
from tracker.domain.budgets import Budgets
from tracker.domain.lifecycle import Kind, Urgency
from tracker.notices import words
from tracker.notices.markdown import plain
from tracker.notices.words import Reader
from tracker.store import attachments, people, teams
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web import forms, uploads
from tracker.web.forms import Form
from tracker.web.marks import mark
from tracker.web.merge_shapes import SplitPage
from tracker.web.say import _
from tracker.web.shapes import Choice, Link
from tracker.web.views import gather
from tracker.web.views_telling import Telling
from tracker.web.views_timeline import one
from tracker.web.views_words import kind_word

#: Trouble between people has a form of its own, which says first who will see it.
KINDS = (Kind.PROBLEM, Kind.IDEA, Kind.QUESTION)
#: So much of the comment is proposed as a title.
TITLE = 80


def page(s: Suggestion, entry: Entry, person: Person, reader: Reader, form: Form) -> SplitPage:
    [st] = gather([s], person, reader, more={entry.actor_id or 0})
    name = people.names({entry.actor_id or 0}).get(entry.actor_id or 0, "")
    budget = Budgets.from_plain(teams.policy_of(s.team.policy_id).budgets).of(Urgency.NORMAL)
    files = [uploads.view(file, s.team.slug) for file in attachments.of_entries([entry.id]).get(entry.id, [])]
    value = promises.answer(budget=budget, calendar=st.calendar, now=reader.now)
    when = words.until(reader, value.due_at) if value.due_at is not None else ""
    return SplitPage(
        url=f"{st.path()}/split/{mark(entry.id)}",
        back=Link(url=f"{st.path()}#entry-{mark(entry.id)}", label=f"#{s.number}"),
        comment=one(Telling(st=st, reader=reader, found=[entry], files={entry.id: files}), entry),
        author=name,
        title=form.text("title", words.shorten(plain(entry.text), TITLE)),
        kind=form.text("kind", Kind.PROBLEM.value),
        kinds=[Choice(value=kind.value, label=words.capital(kind_word(kind))) for kind in KINDS],
        says=[
            _("%(name)s is its author and gets a receipt: answer by %(when)s.", name=name, when=when),
            _("The comment stays where it is, with a link to the new one."),
            *([_("Its files come along.")] if files else []),
        ],
        fields=[forms.fresh_key()],
        problems=form.problems,
        error=form.error("title"),
    )
