"""What people do, at random and by the program's own verbs. What the rules refuse is refused, and nothing happens."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tests.simulation.world import World
from tracker.acts import absences, answers, assigning, dates, people, questions, sign_in, snoozes, suggestions, support
from tracker.acts.absences import Choice
from tracker.acts.people import Wishes
from tracker.domain.errors import DomainError
from tracker.domain.lifecycle import OPEN, Kind, Role, Status, Urgency, Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices.topics import Topic
from tracker.store import entries, promises, teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

WEB = Via.WEB
TEAM, FAR_TEAM = "nachtwache", "tagwache"
ZONES = ("", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo")
OUTCOMES = (Outcome.DONE, Outcome.WILL_DO, Outcome.WILL_DO, Outcome.NOT_NOW, Outcome.DECLINED)


@dataclass(slots=True)
class Crowd:
    """Whoever does something next, and what."""

    world: World
    #: what can be done, and how often, compared with each other
    deeds: Sequence[tuple[Deed, int]] = ()

    def do_something(self) -> None:
        deeds = self.deeds or DEEDS
        deed = self.world.dice.choices([deed for deed, _ in deeds], [weight for _, weight in deeds])[0]
        self.do(deed)

    def do(self, deed: Deed) -> None:
        """One request: its own transaction, committed once or not at all."""
        world = self.world
        with world.ground.app.app_context():
            try:
                said = deed(Hand(world.dice, world.true_now()))
                db.session.commit()
                world.note("people", said)
            except DomainError as refused:
                db.session.rollback()
                world.note("people", f"{deed.__name__}: refused ({type(refused).__name__})")
            finally:
                db.session.remove()
                world.look()


class Nobody(DomainError):
    """There is nobody or nothing that this could be done with."""


@dataclass(slots=True)
class Hand:
    """One person's hand: picks what there is."""

    dice: random.Random
    now: datetime

    #: the team whose people these are
    slug: str = TEAM

    @property
    def team(self) -> Team:
        found = teams.by_slug(self.slug)
        if found is None:
            raise LookupError(self.slug)
        return found

    @property
    def today(self) -> date:
        return self.now.astimezone(teams.working_time(self.team.calendar).zone).date()

    def person(self, *roles: Role) -> Person:
        found = [
            m.person for m in teams.memberships(self.team.id) if (not roles or m.role in roles) and m.person.active
        ]
        if not found:
            raise Nobody("nobody")
        return self.dice.choice(found)

    def manager(self) -> Person:
        return self.person(Role.MANAGER, Role.OWNER)

    def suggestion(self, *statuses: Status) -> Suggestion:
        statement = sa.select(Suggestion).order_by(Suggestion.id)
        found = [s for s in db.session.scalars(statement) if not statuses or s.status in statuses]
        if not found:
            raise Nobody("nothing")
        return self.dice.choice(found)

    def day(self) -> date:
        return self.today + timedelta(days=self.dice.choice((0, 1, 1, 2, 3, 7)))


Deed = Callable[[Hand], str]


def raises(hand: Hand, *, urgency: Urgency | None = None) -> str:
    by = hand.person()
    about = None
    if hand.dice.random() < 0.15:
        about = hand.person()
    usual = (Urgency.URGENT, Urgency.HIGH, Urgency.NORMAL, Urgency.NORMAL, Urgency.LOW)
    urgency = urgency or hand.dice.choice(usual)
    visibility = Visibility.MANAGERS if hand.dice.random() < 0.15 else Visibility.TEAM
    s = suggestions.raise_(
        hand.team,
        by=by,
        now=hand.now,
        via=WEB,
        title=hand.dice.choice(("Chat-Filter frisst Umlaute", "Mehr Licht im Flur", "Wer hat den Schlüssel?")),
        kind=Kind.PROBLEM,
        urgency=urgency,
        visibility=visibility,
        about=about,
    )
    return f"{by.name} raises {s.id}, {urgency.value}" + (f", about {about.name}" if about else "")


def comments(hand: Hand) -> str:
    s, by = hand.suggestion(), hand.person()
    suggestions.comment(s, by=by, now=hand.now, via=WEB, text=hand.dice.choice(("Am Rechner.", "@Juri, weißt du das?")))
    return f"{by.name} comments on {s.id}"


def author_replies(hand: Hand) -> str:
    s = hand.suggestion(Status.ASKED)
    suggestions.comment(s, by=s.author, now=hand.now, via=WEB, text="Am Rechner.")
    return f"{s.author.name} replies on {s.id}"


def notes(hand: Hand) -> str:
    s, by = hand.suggestion(), hand.manager()
    suggestions.note(s, by=by, now=hand.now, via=WEB, text="@Anke bitte lesen")
    return f"{by.name} notes on {s.id}"


def asks(hand: Hand) -> str:
    s, by = hand.suggestion(Status.OPEN, Status.ASKED), hand.manager()
    questions.ask(s, by=by, now=hand.now, via=WEB, text="Handy oder Rechner?")
    return f"{by.name} asks about {s.id}"


def takes_question_back(hand: Hand) -> str:
    s, by = hand.suggestion(Status.ASKED), hand.manager()
    questions.take_back(s, by=by, now=hand.now, via=WEB)
    return f"{by.name} takes the question on {s.id} back"


def answers_it(hand: Hand) -> str:
    s, by, outcome = hand.suggestion(), hand.manager(), hand.dice.choice(OUTCOMES)
    on = hand.day() if outcome in (Outcome.WILL_DO, Outcome.NOT_NOW) else None
    who = hand.person() if outcome is Outcome.WILL_DO and hand.dice.random() < 0.4 else None
    answers.answer(s, by=by, now=hand.now, via=WEB, outcome=outcome, text="Darum.", on=on, who=who)
    return f"{by.name} answers {s.id}: {outcome.value} {on or ''}"


def undoes(hand: Hand) -> str:
    s = hand.suggestion()
    given = entries.by_id(s.answer_entry_id) if s.answer_entry_id else None
    by = db.session.get(Person, given.actor_id) if given is not None and given.actor_id is not None else None
    if given is None or by is None:
        raise Nobody("nothing")
    answers.undo(s, given, by=by, now=hand.now, via=WEB)
    return f"{by.name} takes the answer to {s.id} back"


def contests(hand: Hand) -> str:
    s = hand.suggestion(Status.DONE, Status.DECLINED, Status.WILL_DO, Status.NOT_NOW)
    answers.contest(s, by=s.author, now=hand.now, via=WEB, text="Und die Namen?")
    return f"{s.author.name} contests the answer to {s.id}"


def hands_back(hand: Hand) -> str:
    s = hand.suggestion(Status.WILL_DO)
    row = promises.open_of(s.id)
    by = db.session.get(Person, row.owed_by_id) if row is not None and row.owed_by_id is not None else None
    if by is None:
        raise Nobody("nobody")
    answers.hand_back(s, by=by, now=hand.now, via=WEB, text="Ich schaffe es nicht.")
    return f"{by.name} hands {s.id} back"


def moves(hand: Hand) -> str:
    s, by = hand.suggestion(), hand.manager()
    on = hand.day()
    dates.move(s, by=by, now=hand.now, via=WEB, on=on, reason="Es dauert länger.")
    return f"{by.name} moves {s.id} to {on}"


def changes_urgency(hand: Hand) -> str:
    s, by = hand.suggestion(Status.OPEN, Status.ASKED), hand.manager()
    to = hand.dice.choice((Urgency.URGENT, Urgency.HIGH, Urgency.LOW))
    corrects = hand.dice.random() < 0.3
    dates.change_urgency(s, by=by, now=hand.now, via=WEB, to=to, reason="Es eilt.", is_correction=corrects)
    return f"{by.name} makes {s.id} {to.value}"


def reopens(hand: Hand) -> str:
    s = hand.suggestion(Status.DONE, Status.DECLINED, Status.WITHDRAWN)
    if s.status is Status.DONE and hand.dice.random() < 0.5:
        suggestions.it_is_back(s, by=s.author, now=hand.now, via=WEB)
    else:
        suggestions.reopen(s, by=hand.manager(), now=hand.now, via=WEB)
    return f"{s.id} is opened again"


def withdraws(hand: Hand) -> str:
    s = hand.suggestion()
    suggestions.withdraw(s, by=s.author, now=hand.now, via=WEB)
    return f"{s.author.name} withdraws {s.id}"


def assigns(hand: Hand) -> str:
    s, by, to = hand.suggestion(), hand.manager(), hand.manager()
    assigning.assign(s, by=by, now=hand.now, via=WEB, to=to)
    return f"{by.name} gives {s.id} to {to.name}"


def supports(hand: Hand) -> str:
    s, by = hand.suggestion(), hand.person()
    if hand.dice.random() < 0.6:
        support.vote(s, by=by, now=hand.now, via=WEB, tell_me=True)
    else:
        support.nudge(s, by=by, now=hand.now, via=WEB)
    return f"{by.name} supports {s.id}"


def goes_away(hand: Hand) -> str:
    by, to = hand.manager(), hand.manager()
    first = hand.today
    last = first + timedelta(days=hand.dice.randrange(4))
    absences.enter(
        hand.team, person=by, first_on=first, last_on=last, choice=Choice(stand_in=to), by=by, now=hand.now, via=WEB
    )
    return f"{by.name} is away until {last}, {to.name} answers"


def all_go_away(hand: Hand) -> str:
    """Whoever could answer is away at once, as each entered it some other day: it falls to the site admin."""
    last = hand.today + timedelta(days=hand.dice.randrange(2, 9))
    days = {"first_on": hand.today, "last_on": last, "entered_at": hand.now}
    for one in teams.memberships(hand.team.id):
        if one.is_managing:
            db.session.add(teams.Absence(team_id=one.team_id, person_id=one.person_id, **days))
    return f"all who manage are away until {last}"


def leaves(hand: Hand) -> str:
    by = hand.person()
    people.leave(hand.team, by=by, now=hand.now, via=WEB)
    return f"{by.name} leaves the team"


def comes_back(hand: Hand) -> str:
    gone = [p for p in db.session.scalars(sa.select(Person).order_by(Person.id)) if p.name in ("Exi", "Jo", "Juri")]
    person = hand.dice.choice(gone)
    people.join(hand.team, person, hand.dice.choice((Role.MEMBER, Role.MANAGER)), now=hand.now)
    return f"{person.name} joins the team"


def is_disabled(hand: Hand) -> str:
    admin = db.session.scalars(sa.select(Person).where(Person.is_site_admin)).one()
    person = hand.person()
    people.disable(person, by=admin, now=hand.now, via=WEB)
    return f"{person.name} is disabled"


def changes_role(hand: Hand) -> str:
    by, person = hand.person(Role.OWNER), hand.person()
    to = hand.dice.choice((Role.MEMBER, Role.MANAGER, Role.OWNER))
    people.change_role(hand.team, person, to, by=by, now=hand.now, via=WEB)
    return f"{person.name} is {to.value} now"


def bounces(hand: Hand) -> str:
    person = hand.person()
    person.mail_bounced_at = None if person.mail_bounced_at else hand.now
    return f"mail to {person.name} {'bounces' if person.mail_bounced_at else 'arrives again'}"


def unsubscribes(hand: Hand) -> str:
    person, kind = hand.person(), hand.dice.choice(("reminders", "digest", "news", "receipts", "answers", "dates"))
    people.unsubscribe(person, kind, now=hand.now)
    return f"{person.name} unsubscribes from {kind}"


def puts_off(hand: Hand) -> str:
    """For themselves alone: the ladder, and what others are told, go on."""
    s, person = hand.suggestion(*OPEN), hand.person()
    until = hand.now + timedelta(hours=hand.dice.choice((1, 10, 20, 60, 160)))
    snoozes.put_off(s, by=person, until=until, now=hand.now)
    return f"{person.name} puts #{s.number} off until {until:%d.%m. %H:%M}"


def changes_settings(hand: Hand) -> str:
    person = hand.person()
    wishes = Wishes(name=person.name, locale=hand.dice.choice(("de", "en")), timezone=hand.dice.choice(ZONES))
    if hand.dice.random() < 0.5:
        wishes = replace(wishes, reminders=hand.dice.choice(("daily", "each")))
    if hand.dice.random() < 0.3:
        wishes = replace(wishes, by_mail=frozenset(t for t in Topic if hand.dice.random() < 0.7))
    if hand.dice.random() < 0.3:
        wishes = replace(wishes, reminder_hour=hand.dice.choice(("7", "11:30", "23:30")))
    if hand.dice.random() < 0.3:
        wishes = replace(wishes, digest_weekday=hand.dice.choice("0123456"), digest_hour="9")
    if hand.dice.random() < 0.2:
        wishes = replace(wishes, window_from="10:00", window_until="12:00")
    people.change_settings(person, wishes, now=hand.now)
    return f"{person.name} lives in {wishes.timezone or 'the zone of the team'} now, reminders {wishes.reminders}"


def changes_address(hand: Hand) -> str:
    person = hand.person()
    person.email = f"{person.name.lower()}.{hand.dice.randrange(1000)}@nachtwache.example"
    return f"{person.name} has another address"


def asks_for_a_link(hand: Hand) -> str:
    person = hand.person()
    sign_in.ask_link(person.email, "sign_in", network="192.0.2.1", now=hand.now)
    return f"{person.name} wants to sign in"


def raises_urgently(hand: Hand) -> str:
    """It reaches managers at once, in a mail of its own."""
    return raises(hand, urgency=Urgency.URGENT)


def raises_far_away(hand: Hand) -> str:
    """In the other team, whose managers are, but for one, those of the first."""
    return raises_urgently(replace(hand, slug=FAR_TEAM))


#: Where there is a team in another zone.
BETWEEN_ZONES: tuple[tuple[Deed, int], ...] = ((raises_far_away, 80), (raises_urgently, 50), (changes_settings, 10))
#: How often, compared with each other.
DEEDS: tuple[tuple[Deed, int], ...] = (
    (raises, 16),
    (comments, 6),
    (author_replies, 3),
    (notes, 1),
    (asks, 6),
    (takes_question_back, 1),
    (answers_it, 12),
    (undoes, 3),
    (contests, 4),
    (hands_back, 2),
    (moves, 5),
    (changes_urgency, 3),
    (reopens, 3),
    (withdraws, 3),
    (assigns, 4),
    (supports, 3),
    (goes_away, 4),
    (leaves, 3),
    (comes_back, 2),
    (is_disabled, 2),
    (changes_role, 2),
    (bounces, 3),
    (unsubscribes, 3),
    (puts_off, 4),
    (changes_settings, 5),
    (changes_address, 2),
    (asks_for_a_link, 3),
)
