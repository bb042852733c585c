"""The demo's story: what happened in a team in the last days, hour by hour, and what is about to happen.

Times are before the demo's start. Everything a person does goes through the same verb as on the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tracker.acts import answers, assigning, dates, people, questions, suggestions, support, teams
from tracker.acts import setup as setup_acts
from tracker.cli.demo.words import Words
from tracker.domain.budgets import PRESET_WEEKS
from tracker.domain.lifecycle import Role, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import entries
from tracker.store import people as people_store
from tracker.store import suggestions as suggestion_store
from tracker.store import teams as team_store
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: With these a normal answer takes 48 h, and somebody is always there.
HOURS, ANSWER_WITHIN = "always", 2
NORMAL = timedelta(hours=48)
BEGINS = timedelta(days=10)

Act = Callable[[datetime], object]


@dataclass(slots=True)
class Story:
    """One team's. ``start`` is the instant at which the demo goes live."""

    words: Words
    start: datetime
    _team_id: int = 0
    _ids: dict[str, int] = field(default_factory=dict)

    # who and what -----------------------------------------------------------------------------------------------------

    @property
    def team(self) -> Team:
        return db.session.get_one(Team, self._team_id)

    def person(self, name: str) -> Person:
        found = people_store.by_email(self.address(name))
        if found is None:
            raise LookupError(name)
        return found

    def address(self, name: str) -> str:
        return f"{name.lower()}@{self.words.team.lower().replace(' ', '-')}.example"

    def about(self, key: str) -> Suggestion:
        found = suggestion_store.by_id(self._ids[key])
        if found is None:
            raise LookupError(key)
        return found

    def cast(self) -> list[tuple[Role, str]]:
        """Everybody, members first."""
        cast = self.words.cast
        members = [(Role.MEMBER, name) for name in cast.members]
        return [*members, (Role.MANAGER, cast.manager), (Role.MANAGER, cast.deputy), (Role.OWNER, cast.owner)]

    # the team ---------------------------------------------------------------------------------------------------------

    def found(self, now: datetime) -> None:
        """The team and everybody in it; their hours are the whole day, so that it is alive on a Sunday night."""
        words, cast = self.words, self.words.cast
        team = setup_acts.found(
            words.team,
            owner=setup_acts.Owner(name=cast.owner, email=self.address(cast.owner)),
            timezone=words.timezone,
            locale=words.locale,
            week=PRESET_WEEKS[HOURS],
            answer_within=ANSWER_WITHIN,
            now=now,
        )
        self._team_id = team.id
        for role, name in self.cast():
            if role is not Role.OWNER:
                people.add(team, email=self.address(name), name=name, role=role, by=None, now=now)
        for _, name in self.cast():
            person = self.person(name)
            person.window_from, person.window_until = "00:00", "24:00"
            person.digest_on = False  # until the demo is live
            person.reminder_rhythm = "each"
        owner, manager, deputy = (self.person(name) for name in (cast.owner, cast.manager, cast.deputy))
        people.choose_deputy(team, deputy.id, by=owner, now=now, of=manager)
        people.choose_deputy(team, manager.id, by=owner, now=now, of=deputy)
        teams.choose_duty(team, "one", manager.id, by=owner, now=now)
        teams.name_trusted(team, self.person(cast.members[2]).id, by=owner, now=now)

    # what happened ----------------------------------------------------------------------------------------------------

    def events(self) -> Iterator[tuple[datetime, Act]]:
        """Everything that people did, in no order."""
        cast = self.words.cast
        nari, melodie, tomke = cast.members
        yield self._ago(BEGINS), self.found

        yield self._ago(days=9), self._raise("kept", nari)
        yield self._ago(days=8, hours=20), self._vote("kept", melodie)
        yield self._ago(days=8), self._answer("kept", cast.manager, Outcome.DONE)
        yield self._ago(days=7, hours=22), self._thank("kept", nari)

        yield self._ago(days=8, hours=5), self._raise("moved", melodie)
        yield self._ago(days=7), self._answer("moved", cast.manager, Outcome.WILL_DO, on=-3)
        yield self._ago(days=4), self._move("moved", cast.manager, on=5)

        yield self._ago(days=6, hours=9), self._raise("deferred", tomke)
        yield self._ago(days=6), self._vote("deferred", nari, tell_me=True)
        yield self._ago(days=5, hours=9), self._answer("deferred", cast.deputy, Outcome.NOT_NOW, on=40)

        yield self._ago(days=6), self._raise("broken", nari)
        yield self._ago(days=5, hours=2), self._answer("broken", cast.manager, Outcome.WILL_DO, on=-2, who=tomke)

        yield self._ago(days=5), self._raise("forgotten", melodie)
        yield self._ago(days=4, hours=12), self._comment("forgotten", tomke)
        yield self._ago(days=2, hours=12), self._nudge("forgotten", melodie)

        yield self._ago(days=4), self._raise("contested", tomke)
        yield self._ago(days=3), self._answer("contested", cast.manager, Outcome.DECLINED)
        yield self._ago(hours=6), self._contest("contested", tomke)

        # What rings within the first minute: the author hears that we are late, an answer falls due, one comes near.
        yield self._ago(NORMAL + timedelta(hours=4) - timedelta(seconds=25)), self._raise("silent", nari)
        yield self._ago(hours=50), self._vote("silent", melodie)
        yield self._ago(hours=40), self._note("silent", cast.deputy)
        yield self._ago(NORMAL - timedelta(seconds=15)), self._raise("due", tomke)
        yield self._ago(NORMAL * 3 / 4 - timedelta(seconds=35)), self._raise("coming", melodie)

        yield self._ago(hours=40), self._take("due", cast.owner)

        yield self._ago(hours=20), self._raise("asked", nari)
        yield self._ago(hours=10), self._ask("asked", cast.deputy)
        yield self._ago(hours=8), self._raise("friction", tomke, about=cast.manager)
        yield self._ago(minutes=10), self._raise("burning", melodie)

    def go_live(self, now: datetime) -> None:
        """From now on daily mails and digests are due at once: the hour of each is the minute that has just begun."""
        cast = self.words.cast
        local = now.astimezone(team_store.working_time(self.team.calendar).zone)
        tomorrow = (local.weekday() + 1) % 7
        for _, name in self.cast():
            person = self.person(name)
            person.digest_on = True
            person.digest_weekday, person.digest_hour = local.weekday(), f"{local:%H:%M}"
            person.reminder_hour = f"{local:%H:%M}"
        # A digest is that day's daily mail, so the deputy has it tomorrow and gets the daily mail today.
        deputy = self.person(cast.deputy)
        deputy.digest_weekday, deputy.reminder_rhythm = tomorrow, "daily"

    # acts, each to be done at its time --------------------------------------------------------------------------------

    def _ago(self, by: timedelta = timedelta(), **parts: float) -> datetime:
        return self.start - by - timedelta(**parts)

    def _day(self, days: int) -> date:
        """So many days after the demo's start, in the team's zone."""
        zone = team_store.working_time(self.team.calendar).zone
        return self.start.astimezone(zone).date() + timedelta(days=days)

    def _raise(self, key: str, by: str, *, about: str | None = None) -> Act:
        words = self.words.raised[key]

        def act(now: datetime) -> None:
            made = suggestions.raise_(
                self.team,
                by=self.person(by),
                now=now,
                via=Via.WEB,
                title=words.title,
                body=words.body,
                kind=words.kind,
                urgency=words.urgency,
                visibility=Visibility.TEAM,
                about=self.person(about) if about else None,
            )
            self._ids[key] = made.id

        return act

    def _answer(self, key: str, by: str, outcome: Outcome, *, on: int | None = None, who: str | None = None) -> Act:
        return lambda now: answers.answer(
            self.about(key),
            by=self.person(by),
            now=now,
            via=Via.WEB,
            outcome=outcome,
            text=self.words.said[key],
            on=self._day(on) if on is not None else None,
            who=self.person(who) if who else None,
        )

    def _move(self, key: str, by: str, *, on: int) -> Act:
        why = self.words.said["moved_why"]
        return lambda now: dates.move(
            self.about(key), by=self.person(by), now=now, via=Via.WEB, on=self._day(on), reason=why
        )

    def _take(self, key: str, by: str) -> Act:
        return lambda now: assigning.take(self.about(key), by=self.person(by), now=now, via=Via.WEB)

    def _ask(self, key: str, by: str) -> Act:
        text = self.words.said[key]
        return lambda now: questions.ask(self.about(key), by=self.person(by), now=now, via=Via.WEB, text=text)

    def _contest(self, key: str, by: str) -> Act:
        why = self.words.said["contested_why"]
        return lambda now: answers.contest(self.about(key), by=self.person(by), now=now, via=Via.WEB, text=why)

    def _comment(self, key: str, by: str) -> Act:
        text = self.words.said["comment"]
        return lambda now: suggestions.comment(self.about(key), by=self.person(by), now=now, via=Via.WEB, text=text)

    def _note(self, key: str, by: str) -> Act:
        text = self.words.said["note"]
        return lambda now: suggestions.note(self.about(key), by=self.person(by), now=now, via=Via.WEB, text=text)

    def _vote(self, key: str, by: str, *, tell_me: bool = False) -> Act:
        return lambda now: support.vote(self.about(key), by=self.person(by), now=now, via=Via.WEB, tell_me=tell_me)

    def _nudge(self, key: str, by: str) -> Act:
        return lambda now: support.nudge(self.about(key), by=self.person(by), now=now, via=Via.WEB)

    def _thank(self, key: str, by: str) -> Act:
        def act(now: datetime) -> None:
            suggestion = self.about(key)
            given = entries.by_id(suggestion.answer_entry_id or 0)
            if given is not None:
                support.thank(suggestion, given, by=self.person(by), now=now, via=Via.WEB)

        return act
