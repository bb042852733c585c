"""Looking again before anything leaves: is it still true, still theirs to know, still wanted? One function per kind.

Each gives the reason why a notice does not leave, or "" when it does. The reasons are written into its row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker import access
from tracker.domain import duty
from tracker.domain.errors import N_
from tracker.domain.ladder import BEFORE
from tracker.domain.lifecycle import OPEN, Role, Status
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import dates_told, hours, whose
from tracker.notices.telling import (
    COUNTED,
    DISABLED,
    IN_APP_ONLY,
    IN_THIS_MORNINGS_MAIL,
    LEFT,
    OUT_OF_REACH,
    SNOOZED,
    no_way_to,
    wants_mail,
)
from tracker.store import alerts, entries, outlets, people, promises, rosters, snoozes, suggestions, teams
from tracker.store.base import db
from tracker.store.doors import Invitation, SignInLink
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Channel, Delivery, Lane, Notice, NoticeState, has_newer_daily, was_told
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence

ANSWERED = N_("answered meanwhile")
WITHDRAWN = N_("withdrawn meanwhile")
NEW_DATE = N_("the date is another now")
OVERTAKEN = N_("a later one tells it")
ABSENT = N_("away")
TAKEN_BACK = N_("taken back")
NOT_THEIRS = N_("with somebody else now")
EXPIRED = N_("the link has ended")
NOTHING_LEFT = N_("nothing left to tell")
CAUSE_GONE = N_("it is well again")
DISCARDED = N_("discarded by the administration")
SWITCHED_OFF = N_("switched off")
NOT_READING = N_("reads along no more")
#: Followers get a mail about these and about nothing else.
TO_FOLLOWERS = frozenset({"answer", "moved"})
TWO_HAVE_LEFT = N_("two mails have left today")


@dataclass(frozen=True, slots=True)
class View:
    """One notice and what it is about, as it is now."""

    notice: Notice
    person: Person
    now: datetime
    suggestion: Suggestion | None
    promise: PromiseRow | None
    entry: Entry | None

    @property
    def is_open(self) -> bool:
        return self.suggestion is not None and self.suggestion.status in OPEN

    @property
    def has_same_date(self) -> bool:
        """The promise it speaks of is still open, with the date that it had then."""
        row = self.promise
        return row is not None and row.state is PromiseState.OPEN and row.version == self.notice.version


Look = Callable[[View], str]


def sorted_out(delivery: Delivery, notices: list[Notice], *, now: datetime) -> tuple[list[Notice], dict[Notice, str]]:
    """What a message still tells, and what not, with the reasons."""
    left: list[Notice] = []
    gone: dict[Notice, str] = {}
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    for notice in notices:
        why = DISABLED if person is None else reason(notice, person, now=now)
        if why:
            gone[notice] = why
        else:
            left.append(notice)
    if left and all(notice.kind == "daily" for notice in left):
        # the day's mark alone is no mail
        gone |= dict.fromkeys(left, NOTHING_LEFT)
        left = []
    return left, gone


def reason(notice: Notice, person: Person, *, now: datetime) -> str:
    """Why this notice does not leave, or ""."""
    if not person.active:
        return DISABLED
    if why := no_way_to(person, notice.lane):
        return why
    if not wants_mail(person, notice.kind, notice.lane):
        return IN_APP_ONLY
    suggestion = suggestions.by_id(notice.suggestion_id) if notice.suggestion_id is not None else None
    if suggestion is not None and not access.can_see(person, suggestion):
        return LEFT
    view = View(
        notice=notice,
        person=person,
        now=now,
        suggestion=suggestion,
        promise=promises.by_id(notice.promise_id) if notice.promise_id is not None else None,
        entry=entries.by_id(notice.entry_id) if notice.entry_id is not None else None,
    )
    return (NOT_READING if _reads_no_more(view) else "") or LOOKS[notice.kind](view)


def _reads_no_more(view: View) -> bool:
    """Who followed, and has stopped since; none of those who hear of it for another reason, too."""
    s, person = view.suggestion, view.person
    if s is None or view.notice.kind not in TO_FOLLOWERS:
        return False
    followed = suggestions.follower_of(s.id, person.id)
    if followed is None or followed.stopped_at is None or followed.stopped_at < view.notice.owed_at:
        return False
    is_voter = suggestions.vote_of(s.id, person.id) is not None
    return not (is_voter or access.is_author(person, s) or access.can_handle(person, s))


def whole(delivery: Delivery, left: list[Notice], *, now: datetime) -> str:
    """Why the message as a whole does not leave, or "": a link that has ended, a follow-up of another day that a newer
    mail has overtaken."""
    if delivery.lane is Lane.SECURITY and not left:
        return _door(delivery, now)
    if delivery.lane is Lane.FOLLOW_UP and delivery.created_at < now and delivery.person_id is not None:
        person = people.by_id(delivery.person_id)
        if person is not None and _is_of_another_day(delivery, person, now) and has_newer_daily(delivery):
            return OVERTAKEN
    return ""


def _is_of_another_day(delivery: Delivery, person: Person, now: datetime) -> bool:
    zone = hours.zone_of(person)
    return delivery.created_at.astimezone(zone).date() != now.astimezone(zone).date()


def address_of(delivery: Delivery) -> str:
    """Where the message goes: to its person's present address, whatever it was when the message was made."""
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    return person.email if person is not None else delivery.address


def is_out_of_reach(notice: Notice, why: str) -> bool:
    """Whether a rung that did not leave for this reason has to go to somebody else; a server's final word counts.

    Who is away, or owes it no more, is no loss to a rung that others have too; who had it alone is.
    """
    if why in (ABSENT, NOT_THEIRS):
        return notice.kind in ("rung", "daily_line") and whose.was_on_duty(notice)
    return why in OUT_OF_REACH or why not in _KNOWN


# Mails without notices ------------------------------------------------------------------------------------------------


def _door(delivery: Delivery, now: datetime) -> str:
    """Sign-in, reset, invitation, test: sent while what they open is still there."""
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    if person is not None and not person.active:
        return DISABLED
    if delivery.template in ("sign_in", "reset", "new_address", "invitation") and not delivery.facts.get("token"):
        return EXPIRED
    number = delivery.key.rpartition(":")[2]
    if delivery.template in ("sign_in", "reset", "new_address") and number.isdecimal():
        link = db.session.get(SignInLink, int(number))
        return "" if link is not None and link.used_at is None and link.expires_at > now else EXPIRED
    if delivery.template == "invitation" and number.isdecimal():
        invitation = db.session.get(Invitation, int(number))
        is_good = invitation is not None and invitation.revoked_at is None and invitation.expires_at > now
        return "" if is_good else EXPIRED
    return ""


# One per kind ---------------------------------------------------------------------------------------------------------


def _over(view: View) -> str:
    """How what was open has ended."""
    is_withdrawn = view.suggestion is not None and view.suggestion.status is Status.WITHDRAWN
    return WITHDRAWN if is_withdrawn else ANSWERED


def _while_open(view: View) -> str:
    return "" if view.is_open else _over(view)


def _with_same_date(view: View) -> str:
    if not view.is_open:
        return _over(view)
    return "" if view.has_same_date else NEW_DATE


def _date_told(view: View) -> str:
    """That a date is another: it leaves with the one that holds now, while that is later than what was told before and
    nothing later tells it."""
    why, row = _with_same_date(view), view.promise
    if why != NEW_DATE or row is None or row.state is not PromiseState.OPEN:
        return why
    if dates_told.has_later(view.notice):
        return OVERTAKEN
    # that our clock runs again is news by whatever date
    is_news = view.notice.kind == "ball_back" or dates_told.is_later(view.notice, row)
    return "" if is_news else NEW_DATE


def _still_owed(view: View) -> str:
    """The same promise is open, by whatever date."""
    row = view.promise
    return "" if view.is_open and row is not None and row.state is PromiseState.OPEN else _over(view)


def _receipt(view: View) -> str:
    """The receipt names the date; who has been answered or asked meanwhile learns more from that mail."""
    if not view.is_open:
        return _over(view)
    row = view.promise
    return "" if row is not None and row.state is PromiseState.OPEN else OVERTAKEN


def _said(view: View) -> str:
    """Words stand, whatever became of it; internal ones for those who may read them."""
    if view.entry is None or view.suggestion is None:
        return TAKEN_BACK
    if view.entry.is_internal and not access.can_see_internal(view.person, view.suggestion):
        return LEFT
    return ""


def _question(view: View) -> str:
    """This very question is open; one that was asked with the clock running is not taken back."""
    if view.suggestion is None or not view.is_open:
        return _over(view)
    runs_on = view.entry is not None and view.entry.facts.get("clock_runs")
    is_open = view.promise is not None and view.promise.state is PromiseState.OPEN
    return "" if runs_on or is_open else ANSWERED


def _answer(view: View) -> str:
    if view.suggestion is None or view.entry is None or _is_undone(view.entry):
        return TAKEN_BACK
    return "" if view.suggestion.answer_entry_id == view.entry.id else OVERTAKEN


def _is_undone(entry: Entry) -> bool:
    return entry.id in entries.undone_ids(entries.of_kinds(entry.suggestion_id, EntryKind.UNDONE))


def _named(view: View) -> str:
    row = view.promise
    if view.entry is None or _is_undone(view.entry):
        return TAKEN_BACK
    if row is None or row.state is not PromiseState.OPEN:
        return ANSWERED
    return "" if row.owed_by_id == view.person.id else NOT_THEIRS


def _assigned(view: View) -> str:
    if view.suggestion is None or not view.is_open:
        return ANSWERED
    return "" if view.suggestion.assignee_id == view.person.id else NOT_THEIRS


def _task(view: View) -> str:
    """What was said of a task, while it is still so; that it is off the list stands."""
    row, what = view.promise, view.entry.facts.get("what") if view.entry is not None else None
    if row is None or what == "withdrawn":
        return "" if row is not None else TAKEN_BACK
    if what == "done":
        return "" if row.state is PromiseState.KEPT else TAKEN_BACK
    if row.state is not PromiseState.OPEN:
        return _over(view) if not view.is_open else ANSWERED
    if what == "moved":
        return "" if view.has_same_date else NEW_DATE
    return "" if row.owed_by_id == view.person.id else NOT_THEIRS


def _withdrawn(view: View) -> str:
    return "" if view.suggestion is not None and view.suggestion.status is Status.WITHDRAWN else OVERTAKEN


def _merged(view: View) -> str:
    """It still goes on there, and it was this merge that took it there."""
    s, entry = view.suggestion, view.entry
    is_so = s is not None and entry is not None and s.merged_into_id == entry.facts.get("into")
    return "" if is_so else TAKEN_BACK


def _unmerged(view: View) -> str:
    """Who reads of the merge no more, because it was over before the mail left, needs not read of its end."""
    if why := _still_owed(view):
        return why
    return "" if was_told("merged", view.person.id, view.notice.suggestion_id) else NOTHING_LEFT


def _meanwhile(view: View) -> str:
    """The absence may have been cancelled, or be over."""
    facts = view.notice.facts
    if view.now.date().isoformat() > str(facts.get("until", "9999")):
        return OVERTAKEN
    if facts.get("absent") is None:
        return ""
    is_away = sa.select(Absence.id).where(
        Absence.person_id == facts["absent"],
        Absence.team_id == view.notice.team_id,
        Absence.cancelled_at.is_(None),
        Absence.stand_in_id == view.person.id,
    )
    return "" if db.session.scalar(is_away.limit(1)) is not None else TAKEN_BACK


def _rung(view: View) -> str:
    if why := _with_same_date(view):
        return why
    if view.promise is None or view.suggestion is None:
        return ANSWERED
    if _has_later_rung(view.notice):
        return OVERTAKEN
    if snoozes.of(view.person.id, view.suggestion.id, now=view.now) is not None:
        return SNOOZED
    return _with_whom(view, view.suggestion, view.promise) or _before_the_date(view)


def _has_later_rung(notice: Notice) -> bool:
    later = sa.select(Notice.id).where(
        Notice.promise_id == notice.promise_id,
        Notice.version == notice.version,
        Notice.kind == "rung",
        Notice.person_id == notice.person_id,
        Notice.channel == Channel.EMAIL,
        Notice.state != NoticeState.SKIPPED,
        Notice.rung > notice.rung,
    )
    return db.session.scalar(later.limit(1)) is not None


def _with_whom(view: View, s: Suggestion, row: PromiseRow) -> str:
    """Who owes it no more is reminded of nothing; nor is who is away, except when there is nobody else."""
    person, notice = view.person, view.notice
    case, roster = rosters.case(s, row.value), rosters.roster(s.team, now=view.now)
    instead = whose.instead_of(notice, row)
    if person.id in roster.absent and person.id not in duty.on_duty(case, roster.without(*instead)):
        return ABSENT
    rung = (notice.rung or 0) if notice.kind == "rung" else row.rung
    return "" if whose.is_told(person.id, rung, case, roster, instead_of=instead) else NOT_THEIRS


def _before_the_date(view: View) -> str:
    """The mail that says that there is still time says so before the date; of that the next rung speaks. A line of the
    daily mail says what is so."""
    row, notice = view.promise, view.notice
    is_too_late = row is not None and row.due_at is not None and row.due_at <= view.now
    is_by_itself = (notice.kind, notice.rung, notice.is_for_daily) == ("rung", BEFORE, False)
    return OVERTAKEN if is_too_late and is_by_itself else ""


def _silence(view: View) -> str:
    if why := _with_same_date(view):
        return why
    due_at = view.promise.due_at if view.promise is not None else None
    return "" if due_at is not None and due_at < view.now else NEW_DATE


def _clarify(view: View) -> str:
    row = view.promise
    is_asked = row is not None and row.kind is PromiseKind.CLARIFY and view.has_same_date
    return "" if is_asked else ANSWERED


def _alert(view: View) -> str:
    alert = alerts.by_id(int(view.notice.facts["alert"]))
    if alert is None or alert.closed_at is not None:
        return CAUSE_GONE
    return "" if _can_mend(view.person, alert.subject, view.notice.team_id) else LEFT


def _can_mend(person: Person, subject: str, team_id: int | None) -> bool:
    if not outlets.is_webhook(subject) or team_id is None:
        return person.is_site_admin
    membership = teams.membership_of(team_id, person.id)
    return membership is not None and membership.role is Role.OWNER


def _always(view: View) -> str:
    return ""


def _digest(view: View) -> str:
    return "" if view.person.digest_on else SWITCHED_OFF


LOOKS: dict[str, Look] = {
    "receipt": _receipt,
    "raised": _still_owed,
    "reply": _while_open,
    "manager_comment": _said,
    "comment": _said,
    "note": _said,
    "question": _question,
    "asked": _question,
    "ball_back": _date_told,
    "answer": _answer,
    "named": _named,
    "handed_back": _still_owed,
    "moved": _date_told,
    "contested": _still_owed,
    "reopened": _still_owed,
    "assigned": _assigned,
    "task": _task,
    "urgency": _while_open,
    "corrected": _date_told,
    "withdrawn": _withdrawn,
    "merged": _merged,
    "unmerged": _unmerged,
    "meanwhile": _meanwhile,
    "rung": _rung,
    "silence": _silence,
    "clarify": _clarify,
    "daily": _always,
    "daily_line": _rung,
    "digest": _digest,
    "alert": _alert,
    "heard": _always,
}

_KNOWN = (
    ANSWERED, WITHDRAWN, NEW_DATE, OVERTAKEN, ABSENT, TAKEN_BACK, NOT_THEIRS, EXPIRED, SWITCHED_OFF, NOTHING_LEFT,
    IN_THIS_MORNINGS_MAIL, COUNTED, TWO_HAVE_LEFT, CAUSE_GONE, DISCARDED, SNOOZED,
)  # fmt: skip
