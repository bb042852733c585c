"""What every mail is written from: who reads it, in which words and zone, and the names, days and links in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from tracker import access
from tracker.domain import duty, ladder
from tracker.domain.duty import Case, Roster
from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import OPEN
from tracker.domain.promise_value import PromiseKind
from tracker.domain.working_time import WorkingTime
from tracker.notices import hours, links, mail_links, told, windows
from tracker.notices.letter import Attachment
from tracker.notices.mails import Away, Bar, Files, Footer, Item, Mail
from tracker.notices.mails import Person as Named
from tracker.notices.mails.parts import Pronoun, Reason
from tracker.notices.markdown import plain as plain
from tracker.notices.outgoing import MAILBOX
from tracker.notices.tokens import Purpose
from tracker.notices.told import Carried
from tracker.notices.words import Locale, Reader, zone_note
from tracker.store import attachments, entries, overviews, people, rosters, tasks, teams
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: In mails about a person nobody is named but whom the reader may turn to.
PRONOUNS: dict[str, Pronoun] = {"he": "he", "she": "she"}
SOMEBODY: dict[Locale, str] = {"de": "Jemand", "en": "Somebody"}
#: Forms of a suggestion's page that a mail opens.
ANSWER, ASK, MOVE, NOTE, GIVE = "answer", "ask", "move", "note", "assign"
CONTEST, REPLY, HAND_BACK = "contest", "comment", "hand-back"
#: Who was named, and handles nothing else, can say that alone.
DONE = "done"
_FORMS = (ANSWER, ASK, MOVE, NOTE, GIVE, CONTEST, REPLY, HAND_BACK, DONE)
#: Places on it: its buttons, and why the date is that date.
TAKE, NUDGE, THANKS, TASKS = "take", "nudge", "thanks", "tasks"
#: To whom a mail says that it may be asked why it came just then: who answers, or may have to.
MAY_ASK_WHY = ("on_duty", "deputy", "owner", "manager", "assignee", "task")


def place(part: str) -> str:
    """Where on the page that stands."""
    return f"{part}-text" if part in _FORMS and part != ANSWER else part


def locale_of(name: str | None) -> Locale:
    return "de" if (name or "").startswith("de") else "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mail with its values, and what its headers have to say."""

    mail: Mail
    footer: Footer
    #: whose act it is, for the display name
    by: str | None = None
    thread: Suggestion | None = None
    #: what its unsubscribe link switches off: reminders, receipts, digest, or news (of which topic, the notices say);
    #: none where nothing can be
    list_kind: str | None = None
    reason: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(kw_only=True)
class Writer:
    """Writes one mail to one person. ``now`` is when it is sent; ``team`` the one it is about, where it is one."""

    person: Person
    delivery: Delivery
    now: datetime
    team: Team | None
    _rosters: dict[int, Roster] = field(default_factory=dict)

    # the reader -------------------------------------------------------------------------------------------------------

    @cached_property
    def zone(self) -> ZoneInfo:
        return windows.zone_of(self.person, self.team) if self.team is not None else hours.zone_of(self.person)

    @cached_property
    def reader(self) -> Reader:
        """Reads on the day on which it is sent. On that day every attempt says the same, to the letter."""
        made = self.delivery.created_at
        same_day = made.astimezone(self.zone).date() == self.now.astimezone(self.zone).date()
        return Reader(locale_of(self.person.locale), self.zone, made if same_day else self.now)

    # the team ---------------------------------------------------------------------------------------------------------

    def calendar(self, team: Team) -> WorkingTime:
        return teams.working_time(team.calendar)

    def ladder(self, team: Team) -> Ladder:
        return teams.ladder(team.policy)

    def roster(self, team: Team) -> Roster:
        if team.id not in self._rosters:
            self._rosters[team.id] = rosters.roster(team, now=self.now)
        return self._rosters[team.id]

    def case(self, s: Suggestion, row: PromiseRow) -> Case:
        return rosters.case(s, row.value)

    def on_duty(self, s: Suggestion, row: PromiseRow) -> tuple[int, ...]:
        return duty.on_duty(self.case(s, row), self.roster(s.team))

    def told(self, rung: int, s: Suggestion, row: PromiseRow) -> tuple[int, ...]:
        return duty.told(rung, self.case(s, row), self.roster(s.team))

    def joining(self, rung: int, s: Suggestion, row: PromiseRow) -> tuple[int, ...]:
        """Who hears of it with this rung and not with the one before."""
        before = set(self.told(rung - 1, s, row)) if rung > 1 else set()
        return tuple(i for i in self.told(rung, s, row) if i not in before)

    def rung_at(self, rung: int, row: PromiseRow, team: Team) -> datetime | None:
        return ladder.rung_at(rung, row.value, self.calendar(team), self.ladder(team))

    def carried(self, row: PromiseRow) -> list[Carried]:
        """What has been told about this date. What lies in this site's mailbox has reached nobody, and only another
        mail for that mailbox speaks of it."""
        found = told.carried(row.id, version=row.version)
        return [one for one in found if not one.is_in_mailbox or self.delivery.destination == MAILBOX]

    def away(self, s: Suggestion, row: PromiseRow) -> Away | None:
        """Who would be on duty and is absent, and who answers meanwhile."""
        if s.about_person_id is not None:
            return None
        case, roster = self.case(s, row), self.roster(s.team)
        there = dataclasses.replace(roster, absent=frozenset())
        usual = [i for i in duty.on_duty(case, there) if i in roster.absent]
        if not usual:
            return None
        today = self.now.astimezone(windows.team_zone(s.team)).date()
        absence = next((a for a in teams.absences_on(s.team_id, today) if a.person_id == usual[0]), None)
        if absence is None:
            return None
        by = self.names(i for i in duty.on_duty(case, roster) if i != usual[0])
        return Away(self.named(usual[0]), absence.last_on, by[0] if by else None)

    # names, days, links -----------------------------------------------------------------------------------------------

    def name(self, person_id: int | None) -> str:
        person = people.by_id(person_id) if person_id is not None else None
        return person.name if person is not None else SOMEBODY[self.reader.locale]

    def named(self, person_id: int | None, s: Suggestion | None = None) -> Named:
        """Somebody with how they want to be spoken of; hidden where ``s`` is about a person."""
        if s is not None and s.about_person_id is not None:
            return Named(SOMEBODY[self.reader.locale])
        person = people.by_id(person_id) if person_id is not None else None
        pronoun = PRONOUNS.get(person.pronoun or "") if person is not None else None
        return Named(self.name(person_id), pronoun)

    def names(self, ids: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.name(i) for i in ids)

    def actor(self, s: Suggestion, person_id: int | None) -> str:
        """The name of somebody who did something; hidden where it is about a person."""
        return SOMEBODY[self.reader.locale] if s.about_person_id is not None else self.name(person_id)

    def author(self, s: Suggestion) -> Named:
        return self.named(s.author_id, s)

    def item(self, s: Suggestion, *, url: bool = False) -> Item:
        """The suggestion's number and title; no title where it is about a person.

        ``url`` leads to it, and for who answers it to the form for that.
        """
        title = None if s.about_person_id is not None else s.title
        return Item(s.number, title, self.url(s, self._reads_as(s)) if url else None)

    def owed_item(self, s: Suggestion, row: PromiseRow) -> Item:
        """What is owed by a promise: the suggestion, or the task by its own title under the suggestion's number."""
        task = tasks.of_promises([row.id]).get(row.id) if row.kind is PromiseKind.TASK else None
        is_told = task is not None and s.about_person_id is None
        return Item(s.number, task.title, None) if task is not None and is_told else self.item(s)

    def owed_url(self, s: Suggestion, row: PromiseRow, part: str) -> str:
        """Where that is answered or moved; a task on the suggestion's page."""
        return self.page_url(s, TASKS) if row.kind is PromiseKind.TASK else self.url(s, part)

    def _reads_as(self, s: Suggestion) -> str:
        return ANSWER if s.status in OPEN and access.can_handle(self.person, s) else ""

    def url(self, s: Suggestion, part: str = "") -> str:
        """A signed link: to look at it, or to do the one thing that ``part`` names. See ``mail_links``."""
        if not mail_links.is_given(s):
            return self.page_url(s, part)
        purpose = Purpose(part) if part else Purpose.VIEW
        return mail_links.url(purpose, self.person, s, made_at=self.delivery.created_at, fragment=place(part))

    def page_url(self, s: Suggestion, part: str = "") -> str:
        """The suggestion's page behind signing in; with one of its forms open, or at one of its places."""
        query = {"write": part} if part in _FORMS else None
        return links.url("suggestion", query=query, fragment=place(part), slug=s.team.slug, number=s.number)

    def quote(self, s: Suggestion) -> str | None:
        """What was raised, in plain words; nothing where it is about a person."""
        return plain(s.body) or None if s.about_person_id is None else None

    @cached_property
    def _came_along(self) -> dict[int, tuple[str, ...]]:
        """Entry → names of its files, for all that this message tells: one query, however many lines it has."""
        found = attachments.of_delivery(self.delivery.id) if self.delivery.id is not None else {}
        return {entry_id: tuple(one.name for one in files) for entry_id, files in found.items()}

    def file_names(self, s: Suggestion, *told: Entry) -> tuple[str, ...]:
        """What came with these entries; nothing where it is about a person, whose mails say nothing that others could
        read. Whether the reader may see the entries has been asked when the message was looked at again."""
        if s.about_person_id is not None:
            return ()
        return tuple(name for entry in told for name in self._came_along.get(entry.id, ()))

    def files(self, s: Suggestion, *told: Entry) -> Files | None:
        """The same with the page where they are opened, which asks who may."""
        names = self.file_names(s, *told)
        return Files(names, self.page_url(s)) if names else None

    def quoted_files(self, s: Suggestion) -> Files | None:
        """What came with the words of ``quote``: of a reminder, which tells of no entry."""
        if s.about_person_id is not None:
            return None
        raised = entries.last_of(s.id, EntryKind.RAISED)
        found = attachments.of_entries([raised.id]).get(raised.id, []) if raised is not None else []
        return Files(tuple(one.name for one in found), self.page_url(s)) if found else None

    def bar(self, row: PromiseRow) -> Bar | None:
        """The share of the working time that is used; before the date, and within two weeks of it."""
        if row.due_at is None or not self.now < row.due_at or (row.due_at - self.now).days >= 14:
            return None
        calendar = teams.working_time_of(row.calendar_id)
        whole = calendar.between(row.set_at, row.due_at)
        if not whole:
            return None
        used = calendar.between(row.set_at, self.reader.now) / whole
        return Bar(min(max(used, 0.0), 1.0))

    def waiting(self, s: Suggestion) -> int:
        """How many wait beside the author."""
        return overviews.people_waiting([s.id]) - 1

    # footers ----------------------------------------------------------------------------------------------------------

    def footer(self, reason: Reason, s: Suggestion | None = None, **more: str | int | None) -> Footer:
        """Why this mail, and where to change it."""
        values: dict[str, object] = {
            "number": s.number if s is not None else None,
            "settings_url": links.url("me"),
            "zone_note": self._zone_note(),
            "why_url": self.why_url(s) if s is not None and reason in MAY_ASK_WHY else None,
            **more,
        }
        return Footer(reason, **values)  # type: ignore[arg-type]

    def why_url(self, s: Suggestion) -> str:
        """What this person was told about it, each with its reason."""
        return links.url("why", query={"about": f"{s.team.slug}/{s.number}"})

    def _zone_note(self) -> str | None:
        return zone_note(self.reader, windows.team_zone(self.team)) if self.team is not None else None
