"""Who is told what: one function per thing that happens, called by the verb that makes it happen.

Each puts notices into the table in the verb's own transaction and opens no connection. A key is made of meaning, so
that doing it twice tells once; an act tells a person once, in the strongest way that applies; nobody is told of their
own act; and only who can see a suggestion is told of it. What is "at once", "daily" and "in the app only" follows the
table of the promise (who is told what).

Every notice has a twin in the app, told at once. The mail of somebody who chose the app only, or whose address
bounced, is not owed, and where it was a follow-up a row says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tracker import access
from tracker.domain import duty
from tracker.domain.ladder import BALL_BACK, DEPUTIES, EVERYBODY, OWNERS
from tracker.domain.lifecycle import UNDO_WINDOW, Status, Urgency
from tracker.domain.promises import PromiseKind
from tracker.notices import events
from tracker.notices.events import Event
from tracker.notices.telling import Telling
from tracker.notices.telling import unreachable as unreachable
from tracker.store import people, promises, rosters, suggestions, teams
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.notices import Channel, Lane, Notice, NoticeState
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Public comments of one manager within this time reach the author as one mail, which so waits for its end.
COMMENT_BUNDLE = timedelta(minutes=15)
TAKEN_BACK = "taken back"


# Raising and talking --------------------------------------------------------------------------------------------------


def raised(s: Suggestion, entry: Entry, row: PromiseRow, *, now: datetime) -> None:
    """The author gets the receipt, also of their own act; who is on duty finds it in the daily mail.

    What falls due on the day it is raised does not wait for tomorrow's.
    """
    telling = Telling(s, entry, row, now=now)
    telling.receipt(s.author_id)
    on_duty = rosters.on_duty(s, row.value, now=now)
    if s.urgency is Urgency.URGENT or telling.is_due_today(row):
        telling.at_once(on_duty, "raised", lane=Lane.FOLLOW_UP)
    telling.daily(on_duty, "raised", lane=Lane.FOLLOW_UP)
    telling.write()
    events.owe(Event.RAISED, s, entry, now=now)


def commented(s: Suggestion, entry: Entry, *, now: datetime) -> None:
    """The author's words go to who is on duty, a manager's to the authors, anybody else's to those they concern.

    Where an author's words end a question, the co-authors learn it from the ball that comes back by them.
    """
    telling = Telling(s, entry, promises.open_of(s.id), now=now)
    actor = people.by_id(entry.actor_id) if entry.actor_id else None
    authors = _authors(s)
    mentioned = _mentioned(s, entry.text)
    if actor is not None and actor.id in authors:
        telling.daily(_on_duty(s, now), "reply", lane=Lane.FOLLOW_UP)
    elif actor is not None and access.can_handle(actor, s):
        telling.at_once(authors, "manager_comment", not_before=_end_of_bundle(s, entry, now))
    is_reply = s.status is Status.ASKED and actor is not None and actor.id in authors
    concerned = [*authors, *_assignee(s), *mentioned]
    telling.daily([i for i in concerned if not (is_reply and i in authors)], "comment")
    telling.in_app(suggestions.follower_ids(s.id), "comment")
    telling.write()


def noted(s: Suggestion, entry: Entry, *, now: datetime) -> None:
    """An internal note: those of its readers who are named in it find it in the daily mail."""
    telling = Telling(s, entry, now=now)
    handling = [p.id for p in people.many(_mentioned(s, entry.text)).values() if access.can_handle(p, s)]
    telling.daily(handling, "note")
    telling.write()


def asked(s: Suggestion, entry: Entry, row: PromiseRow | None, *, now: datetime) -> None:
    """A question reaches the authors at once. ``row`` is the promise that is open afterwards."""
    telling = Telling(s, entry, row, now=now)
    telling.at_once(_authors(s), "question")
    telling.daily(_on_duty(s, now), "asked", lane=Lane.FOLLOW_UP)
    telling.write()
    events.owe(Event.ASKED, s, entry, now=now)


def ball_back(s: Suggestion, entry: Entry, row: PromiseRow, *, why: str, now: datetime) -> None:
    """The answer runs again, by a new date. ``why`` is reply, taken_back, left, silence or answered.

    Who is on duty reads the new date beside the reply: one act tells a person once.
    """
    telling = Telling(s, entry, row, now=now)
    telling.at_once(_authors(s), "ball_back")
    if why != "reply":
        telling.daily(_on_duty(s, now), "ball_back", lane=Lane.FOLLOW_UP)
    telling.write()


# Answers --------------------------------------------------------------------------------------------------------------


def answered(
    s: Suggestion, entry: Entry, row: PromiseRow | None, *, now: datetime, named_id: int | None = None
) -> None:
    """An outcome. Held for 60 seconds, in which it can be taken back. ``row`` is what is owed from now on, if anything.

    ``named_id`` is who has to do it.
    """
    telling = Telling(s, entry, row, now=now, held=UNDO_WINDOW)
    if named_id is not None:
        telling.at_once([named_id], "named")
    telling.at_once(_authors(s), "answer")
    telling.daily([*suggestions.follower_ids(s.id), *suggestions.voter_ids(s.id)], "answer")
    telling.write()
    events.owe(Event.ANSWERED, s, entry, now=now, held=UNDO_WINDOW)


def take_back(entry: Entry, *, now: datetime) -> bool:
    """Skip what this answer would have told, in one conditional update; False where it is too late for that.

    Too late: the 60 seconds are over, or one of its notices is in a delivery. The caller then undoes its transaction.
    """
    if now - entry.at > UNDO_WINDOW or not events.take_back(entry):
        return False
    mine = sa.and_(Notice.entry_id == entry.id, Notice.kind.in_(("answer", "named")))
    gone = sa.exists().where(
        Notice.entry_id == entry.id,
        Notice.channel == Channel.EMAIL,
        sa.or_(Notice.delivery_id.is_not(None), Notice.state == NoticeState.TOLD),
    )
    if db.session.scalar(sa.select(gone)):
        return False
    statement = (
        sa.update(Notice)
        .where(mine, Notice.state != NoticeState.SKIPPED, Notice.delivery_id.is_(None))
        .values(state=NoticeState.SKIPPED, reason=TAKEN_BACK)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(statement)
    # Asked once more: the update may have waited for a worker that put them into a message meanwhile.
    return not db.session.scalar(sa.select(gone))


def handed_back(s: Suggestion, entry: Entry, row: PromiseRow, *, now: datetime) -> None:
    """The manager who named somebody owes it again."""
    telling = Telling(s, entry, row, now=now)
    telling.at_once(_on_duty(s, now), "handed_back")
    telling.write()


def moved(s: Suggestion, entry: Entry, row: PromiseRow, *, now: datetime) -> None:
    """A later date, with its reason and number."""
    telling = Telling(s, entry, row, now=now)
    telling.at_once([*_authors(s), *suggestions.follower_ids(s.id), *suggestions.voter_ids(s.id)], "moved")
    telling.daily(_on_duty(s, now), "moved", lane=Lane.FOLLOW_UP)
    telling.write()
    events.owe(Event.MOVED, s, entry, now=now)


def contested(s: Suggestion, entry: Entry, row: PromiseRow, *, now: datetime) -> None:
    """ "That does not answer it": on duty, the deputies and the owners hear of it at once."""
    telling = Telling(s, entry, row, now=now)
    roster, case = rosters.roster(s.team, now=now), rosters.case(s, row.value)
    telling.at_once(duty.told(OWNERS, case, roster), "contested", lane=Lane.FOLLOW_UP)
    telling.write()
    events.owe(Event.CONTESTED, s, entry, now=now)


def reopened(s: Suggestion, entry: Entry, row: PromiseRow, *, now: datetime) -> None:
    telling = Telling(s, entry, row, now=now)
    telling.daily(rosters.on_duty(s, row.value, now=now), "reopened", lane=Lane.FOLLOW_UP)
    telling.write()
    events.owe(Event.REOPENED, s, entry, now=now)


# Whose it is ----------------------------------------------------------------------------------------------------------


def assigned(s: Suggestion, entry: Entry, *, to_id: int | None, now: datetime) -> None:
    """Who gets it finds it in the daily mail; who takes it knows."""
    telling = Telling(s, entry, promises.open_of(s.id), now=now)
    telling.daily([to_id] if to_id is not None else [], "assigned")
    telling.write()


def urgency_changed(s: Suggestion, entry: Entry, row: PromiseRow | None, *, now: datetime) -> None:
    """Raised: on duty, in the daily mail. Corrected by a manager: the author learns the new date at once."""
    telling = Telling(s, entry, row, now=now)
    if entry.facts.get("corrected"):
        telling.at_once(_authors(s), "corrected")
    telling.daily(_on_duty(s, now), "urgency", lane=Lane.FOLLOW_UP)
    telling.write()


def withdrawn(s: Suggestion, entry: Entry, *, now: datetime) -> None:
    telling = Telling(s, entry, now=now)
    telling.daily(_assignee(s), "withdrawn")
    telling.write()
    events.owe(Event.WITHDRAWN, s, entry, now=now)


def merged(s: Suggestion, entry: Entry, *, now: datetime) -> None:
    """It goes on in another one: its authors read that in the daily mail. ``s`` is what was merged away."""
    telling = Telling(s, entry, now=now)
    telling.daily(_authors(s), "merged")
    telling.write()
    events.owe(Event.MERGED, s, entry, now=now)


def unmerged(s: Suggestion, entry: Entry, row: PromiseRow, *, now: datetime) -> None:
    """It stands on its own again, by this date; who has not been told of the merge is told nothing of its end."""
    telling = Telling(s, entry, row, now=now)
    telling.daily(_authors(s), "unmerged")
    telling.write()
    events.owe(Event.REOPENED, s, entry, now=now)


def meanwhile(
    team: Team,
    person_id: int,
    absent_id: int | None,
    suggestion_ids: Sequence[int],
    since: date,
    until: date,
    entry_ids: Sequence[int],
    *,
    by_id: int,
    now: datetime,
) -> None:
    """Who answers during an absence (of ``absent_id``) or a closure is told at once, with all of it in one mail; also
    where no date falls into it so far."""
    telling = Telling.of_team(team, now=now, actor_id=by_id)
    days = f"{since.isoformat()}:{until.isoformat()}:{now.isoformat()}"
    what = f"meanwhile:team:{team.id}:of:{absent_id or 0}:{entry_ids[0] if entry_ids else days}"
    facts = {
        "absent": absent_id,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "suggestions": list(suggestion_ids),
    }
    telling.at_once([person_id], "meanwhile", what=what, facts=facts)
    telling.write()


# The ladder -----------------------------------------------------------------------------------------------------------


def climbed(
    s: Suggestion,
    row: PromiseRow,
    *,
    rung: int,
    to: tuple[int, ...],
    silence: bool,
    entry: Entry,
    now: datetime,
    instead_of: Iterable[int] = (),
) -> None:
    """One rung: a follow-up to each of ``to``, and with ``silence`` the honest notice to the authors.

    ``instead_of`` are those whom the rung could not reach, in whose place it comes to these. A question's last rung
    tells nothing here: ``ball_back`` does.
    """
    if row.kind is PromiseKind.CLARIFY:
        if rung < BALL_BACK:
            telling = Telling(s, entry, row, now=now)
            telling.at_once(to, "clarify", what=f"promise:{row.id}:v{row.version}:rung:{rung}", rung=rung)
            telling.write()
        return
    telling = Telling(s, entry, row, now=now)
    what = f"promise:{row.id}:v{row.version}:rung:{rung}"
    telling.follow_up(_roles(s, row, to, now, instead_of), rung, what=what, instead_of=instead_of)
    if silence:
        level = DEPUTIES if rung < EVERYBODY else EVERYBODY
        telling.at_once(_authors(s), "silence", what=f"promise:{row.id}:v{row.version}:silence:{level}", rung=level)
    telling.write()
    has_passed = row.due_at is not None and row.due_at <= now
    events.climbed(s, row, entry, rung=rung, has_passed=has_passed, now=now)


def reminded_again(
    s: Suggestion,
    row: PromiseRow,
    person_id: int,
    *,
    what: str,
    now: datetime,
    rung: int | None = None,
    instead_of: Iterable[int] = (),
) -> None:
    """What somebody has put off for themselves, or what had gone to somebody else meanwhile, is back: the rung it has
    come to, for this person alone."""
    telling = Telling(s, None, row, now=now)
    roles = _roles(s, row, [person_id], now, instead_of)
    telling.follow_up(roles, row.rung if rung is None else rung, what=what, instead_of=instead_of)
    telling.write()


# Who ------------------------------------------------------------------------------------------------------------------


def _authors(s: Suggestion) -> list[int]:
    return [s.author_id, *suggestions.co_author_ids(s.id)]


def _assignee(s: Suggestion) -> list[int]:
    return [s.assignee_id] if s.assignee_id is not None else []


def _on_duty(s: Suggestion, now: datetime) -> tuple[int, ...]:
    """Who owes what is open or waits; nobody where nothing is owed by the team."""
    row = promises.suspended_of(s.id) or promises.open_of(s.id)
    if row is None or row.kind is PromiseKind.CLARIFY:
        return ()
    return rosters.on_duty(s, row.value, now=now)


def _roles(
    s: Suggestion, row: PromiseRow, to: Iterable[int], now: datetime, instead_of: Iterable[int] = ()
) -> dict[int, str]:
    """As what a rung reaches each of them. Whom no mail reaches is left out of duty, so that who comes instead is on
    duty."""
    case, roster = rosters.case(s, row.value), rosters.roster(s.team, now=now).without(*instead_of)
    roster = roster.without(*unreachable(duty.on_duty(case, roster)))
    on_duty = duty.on_duty(case, roster)
    groups = {"duty": on_duty, "deputy": duty.deputies_of(on_duty, case, roster), "owner": roster.owners}
    return {i: next((role for role, group in groups.items() if i in group), "manager") for i in to}


def _mentioned(s: Suggestion, text: str) -> list[int]:
    """Members of the team whose name stands in the text behind an @, longest names first."""
    if "@" not in text:
        return []
    found: list[int] = []
    rest = text.casefold()
    for membership in sorted(teams.memberships(s.team_id), key=lambda m: -len(m.person.name)):
        name = "@" + membership.person.name.casefold()
        if name in rest:
            found.append(membership.person_id)
            rest = rest.replace(name, " ")  # "@Anna Lena" is not also Anna
    return found


def _end_of_bundle(s: Suggestion, entry: Entry, now: datetime) -> datetime:
    """When the comments that this one belongs to leave: 15 minutes after the first that has not left yet."""
    first = db.session.scalar(
        sa.select(sa.func.min(Notice.owed_at)).where(
            Notice.suggestion_id == s.id,
            Notice.kind == "manager_comment",
            Notice.channel == Channel.EMAIL,
            Notice.state == NoticeState.OWED,
            Notice.delivery_id.is_(None),
            Notice.owed_at > now - COMMENT_BUNDLE,
        )
    )
    return (first or now) + COMMENT_BUNDLE
