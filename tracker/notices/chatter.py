"""From an event to what a chat reads: one line of what happened, in the team's language, and where to look."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tracker.domain.errors import N_
from tracker.domain.outcomes import Outcome
from tracker.notices import events, links, words
from tracker.notices.events import Event
from tracker.notices.posts import Talk
from tracker.notices.words import Reader
from tracker.store import people, teams
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.notices import Delivery
from tracker.store.outlets import Outlet
from tracker.store.teams import Team

#: A blank without width: "@everyone" and "<!channel>" in a title must call nobody.
_NOTHING = "\u200b"

SENTENCES = {
    Event.RAISED: N_("Raised by %(by)s."),
    Event.ASKED: N_("%(by)s has a question for the author."),
    Event.MOVED: N_("%(by)s moved the date."),
    Event.CONTESTED: N_("%(by)s says that the answer does not answer it."),
    Event.REOPENED: N_("It is open again."),
    Event.WITHDRAWN: N_("It was withdrawn."),
    Event.MERGED: N_("It goes on in another one."),
    Event.BROKEN: N_("The date has passed, and what was promised is still missing."),
}
OUTCOMES = {
    Outcome.DONE: N_("%(by)s has answered: done."),
    Outcome.WILL_DO: N_("%(by)s has answered: will do by %(day)s."),
    Outcome.NOT_NOW: N_("%(by)s has answered: not now, again on %(day)s."),
    Outcome.DECLINED: N_("%(by)s has answered: no, with the reason."),
}
#: After these the date stands that holds from now on.
WITH_DATE = (Event.RAISED, Event.MOVED, Event.CONTESTED, Event.REOPENED)


def talk(delivery: Delivery, outlet: Outlet, *, now: datetime) -> Talk:
    """What leaves at this attempt. Only for what ``events.why_not`` lets go."""
    team = db.session.get_one(Team, outlet.team_id)
    reader = Reader("de" if team.locale == "de" else "en", teams.working_time(team.calendar).zone, now)
    say = words.say(reader.locale).gettext
    s, entry = (None, None) if delivery.template == Event.TEST else events.subject(delivery)
    if s is None or entry is None:
        body = say(N_("A test. What happens to this team's suggestions will stand here."))
        return Talk(delivery.id, outlet.url, harmless(team.name), body)
    said = [harmless(_said(Event(delivery.template), entry, reader)), harmless(_date(delivery, entry, reader))]
    url = links.url("suggestion", slug=team.slug, number=s.number)
    title = harmless(f"{team.name} · #{s.number} {s.title}")
    return Talk(delivery.id, outlet.url, title, "\n".join([*filter(None, said), url]))


def _said(event: Event, entry: Entry, reader: Reader) -> str:
    say, facts = words.say(reader.locale).gettext, entry.facts
    by = _name(entry.actor_id)
    if event is Event.ANSWERED:
        on = facts.get("on")
        day = words.day(reader, date.fromisoformat(on)) if on else ""
        return say(OUTCOMES[Outcome(facts["outcome"])], by=by, day=day)
    return say(SENTENCES[event], by=by)


def _date(delivery: Delivery, entry: Entry, reader: Reader) -> str:
    values: dict[str, Any] = entry.facts.get("promise") or {}
    due_at = values.get("due_at")
    if delivery.template not in WITH_DATE or not due_at:
        return ""
    until = words.until(reader, datetime.fromisoformat(due_at))
    return words.say(reader.locale).gettext(N_("Until %(until)s."), until=until)


def harmless(text: str) -> str:
    """One line that calls nobody and is no markup, whatever the chat makes of it."""
    line = " ".join(text.split())
    for sign in "@<":
        line = line.replace(sign, sign + _NOTHING)
    return line


def _name(person_id: int | None) -> str:
    person = people.by_id(person_id) if person_id is not None else None
    return person.name if person is not None else "?"
