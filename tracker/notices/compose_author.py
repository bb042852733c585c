"""The mails to those whose suggestion it is, filled from what is true now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, cast

from tracker.domain import duty, outcomes
from tracker.domain import promises as rules
from tracker.domain.ladder import BALL_BACK
from tracker.domain.lifecycle import contest_until
from tracker.domain.promises import THIRD, PromiseKind, PromiseState
from tracker.domain.working_time import WorkingTime
from tracker.notices import calendar_file
from tracker.notices.mails import (
    Also,
    Answer,
    BallBack,
    Comment,
    Corrected,
    Merged,
    Moved,
    Question,
    Receipt,
    TakenBack,
)
from tracker.notices.mails.parts import Outcome as Said
from tracker.notices.mails.parts import Reason
from tracker.notices.mails.parts import When as Day
from tracker.notices.writing import CONTEST, REPLY, THANKS, Writer, Written, plain
from tracker.store import entries, merges, promises, suggestions
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Notice
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

_BECAUSE: dict[str, Literal["replied", "taken_back", "time_up", "left"]] = {
    "reply": "replied",
    "taken_back": "taken_back",
    "silence": "time_up",
    "left": "left",
}


def subject_of(notice: Notice) -> tuple[Suggestion, Entry]:
    """The suggestion and the entry that a notice tells of."""
    s = suggestions.by_id(notice.suggestion_id or 0)
    entry = entries.by_id(notice.entry_id or 0)
    if s is None or entry is None:
        raise LookupError(f"notice {notice.id} tells of no entry")
    return s, entry


def reason_of(w: Writer, s: Suggestion) -> Reason:
    """Why this person hears of it at all."""
    if s.author_id == w.person.id:
        return "author"
    return "co_author" if w.person.id in suggestions.co_author_ids(s.id) else "follower"


def receipt(w: Writer, notices: list[Notice]) -> Written:
    """It has arrived, and this is the date."""
    s, entry = subject_of(notices[0])
    row = promises.open_of(s.id)
    if row is None or row.due_at is None:
        raise LookupError(f"suggestion {s.id} has no date")
    calendar = w.calendar(s.team)
    on_duty = w.on_duty(s, row)
    deputies = duty.deputies_of(on_duty, w.case(s, row), w.roster(s.team))
    name = calendar_file.name(s.number, w.reader.locale)
    mail = Receipt(
        item=w.item(s),
        due_at=row.due_at,
        budget=row.value.budget or calendar.between(row.set_at, row.due_at),
        counts_from=calendar.next_opening(row.set_at),
        owed_by=w.names(on_duty),  # also about a person: the author has to know whom it reaches
        deputies=w.names(deputies) if s.about_person_id is None else (),
        away=w.away(s, row),
        entered_by=w.name(s.entered_by_id) if s.entered_by_id is not None else None,
        entered_from=s.entered_from or None,
        calendar_file=name,
        files=w.files(s, entry),
        view_url=w.url(s),
        bar=w.bar(row),
    )
    file = calendar_file.answer_by(s, row.due_at, name=name, url=w.page_url(s), reader=w.reader, made_at=row.set_at)
    return Written(
        mail=mail,
        footer=w.footer(reason_of(w, s), s),
        thread=s,
        list_kind="receipts",
        reason="receipt",
        attachments=(file,),
    )


# Answers --------------------------------------------------------------------------------------------------------------


def answer(w: Writer, notices: list[Notice]) -> Written:
    """One of the four outcomes; several of the reader's that one act answered with the same words are one mail."""
    s, entry = subject_of(notices[0])
    others = [_also(w, *subject_of(notice)) for notice in notices[1:]]
    facts = entry.facts
    on = date.fromisoformat(facts["on"]) if facts.get("on") else None
    is_mine = reason_of(w, s) != "follower"
    until = contest_day(w, s, entry) if is_mine else None
    mail = Answer(
        item=w.item(s),
        by=w.actor(s, entry.actor_id),
        outcome=cast("Said", facts["outcome"]),
        text=plain(entry.text) if s.about_person_id is None else "",
        kind=s.kind.value,
        on=on,
        who=w.names([facts["who"]]) if facts.get("who") and facts["who"] != entry.actor_id else (),
        taken_back=_taken_back(facts.get("takes_back"), w.calendar(s.team)),
        changed=_was_answered_before(s, entry),
        # a date that somebody counted on is named before anything is only counted
        also=tuple(sorted(others, key=lambda one: one.taken_back is None)),
        files=w.files(s, entry),
        thanks_url=w.url(s, THANKS),
        contest_url=w.url(s, CONTEST) if until else None,
        contest_until=until,
        view_url=None if until else w.url(s),  # the other two lead there as well
    )
    by = w.actor(s, entry.actor_id) if s.about_person_id is None else None
    return Written(mail=mail, footer=w.footer(reason_of(w, s), s), by=by, thread=s, list_kind="news", reason="answer")


def contest_day(w: Writer, s: Suggestion, entry: Entry) -> date | None:
    """The last day for "that does not answer it"; none for the answer to a contest, and none the second time."""
    contested = [one.actor_id for one in entries.of_kinds(s.id, EntryKind.CONTESTED)]
    if entry.facts.get("final") or w.person.id in contested:
        return None
    if s.author_id != w.person.id and not merges.brought_by(s.id, w.person.id):
        return None
    last = contest_until(entry.at, w.calendar(s.team))
    return last if last >= outcomes.today_in(w.calendar(s.team), now=w.now) else None


def _also(w: Writer, s: Suggestion, entry: Entry) -> Also:
    return Also(w.item(s, url=True), _taken_back(entry.facts.get("takes_back"), w.calendar(s.team)))


def _taken_back(facts: dict[str, str] | None, calendar: WorkingTime) -> TakenBack | None:
    if not facts:
        return None
    on = day_of(datetime.fromisoformat(facts["due_at"]), calendar)
    return TakenBack(cast('Literal["will_do", "not_now"]', facts["outcome"]), on)


def _was_answered_before(s: Suggestion, entry: Entry) -> bool:
    """Whether it had another answer before this one, that stood until now."""
    return bool((entry.facts.get("former") or {}).get("answer_entry_id"))


def merged(w: Writer, notices: list[Notice]) -> Written:
    """It goes on in another one, with the reader as an author there."""
    s, _ = subject_of(notices[0])
    into = suggestions.by_id(s.merged_into_id or 0)
    if into is None:
        raise LookupError(f"suggestion {s.id} goes on nowhere")
    row = promises.open_of(into.id)
    due_at = row.due_at if row is not None and row.kind is PromiseKind.ANSWER else None
    mail = Merged(item=w.item(s), into=w.item(into), due_at=due_at, view_url=w.url(into))
    return Written(mail=mail, footer=w.footer(reason_of(w, s), s), thread=s, list_kind="news", reason="merged")


# Dates ----------------------------------------------------------------------------------------------------------------


def moved(w: Writer, notices: list[Notice]) -> Written:
    """A date that was given is later now."""
    s, entry = subject_of(notices[0])
    row = promises.open_of(s.id)
    if row is None or row.due_at is None:
        raise LookupError(f"suggestion {s.id} has no date")
    calendar = w.calendar(s.team)
    mail = Moved(
        item=w.item(s),
        by=w.actor(s, entry.actor_id),
        former=tuple(as_given(at, row, calendar) for at in former_dates(s)),
        new=as_given(row.due_at, row, calendar),
        reason=plain(entry.text) if s.about_person_id is None else "",
        count=int(entry.facts.get("nth") or s.moves or 1),
        next_movers=w.names(next_movers(w, s)) if s.about_person_id is None else (),
        view_url=w.url(s),
    )
    by = w.actor(s, entry.actor_id) if s.about_person_id is None else None
    return Written(mail=mail, footer=w.footer(reason_of(w, s), s), by=by, thread=s, list_kind="news", reason="moved")


def former_dates(s: Suggestion) -> list[datetime]:
    """The dates that were put off since the last done or declined, oldest first, read from the log."""
    found = entries.timeline(s.id, internal=False)
    former: list[datetime] = []
    last: str | None = None
    for entry in found:
        if entry.facts.get("outcome") in ("done", "declined"):
            former = []
        if entry.facts.get("nth") and last is not None:
            former.append(datetime.fromisoformat(last))
        values = entry.facts.get("promise")
        if values and values["kind"] != PromiseKind.CLARIFY and values["due_at"]:
            last = values["due_at"]
    return former


def next_movers(w: Writer, s: Suggestion) -> tuple[int, ...]:
    """Who may put it off once more, where that is not anybody who manages the team."""
    roster = w.roster(s.team)
    managers = () if s.is_sealed else roster.managers
    owners = tuple(i for i in roster.owners if i != s.about_person_id)
    if s.moves + 1 < THIRD:
        return ()
    allowed = rules.who_may_move(s.moves, movers=entries.movers(s.id), managers=managers, owners=owners)
    return tuple(i for i in (*managers, *owners) if i in allowed) if allowed else ()


def as_given(at: datetime, row: PromiseRow, calendar: WorkingTime) -> Day:
    """As it was said: a day that somebody chose, or an instant that was computed."""
    return at if row.kind is PromiseKind.ANSWER else day_of(at, calendar)


def day_of(at: datetime, calendar: WorkingTime) -> date:
    """The team's day that ends no earlier than this instant."""
    local = at.astimezone(calendar.zone)
    at_midnight = local.hour == local.minute == local.second == 0
    return date.fromordinal(local.date().toordinal() - at_midnight)


def corrected(w: Writer, notices: list[Notice]) -> Written:
    """The urgency was set right; the date is another, and that is no move."""
    s, entry = subject_of(notices[0])
    row = promises.open_of(s.id)
    if row is None or row.due_at is None:
        raise LookupError(f"suggestion {s.id} has no date")
    by = w.actor(s, entry.actor_id)
    mail = Corrected(
        item=w.item(s), by=by, reason=plain(entry.text), due_at=row.due_at, view_url=w.url(s), bar=w.bar(row)
    )
    return Written(mail=mail, footer=w.footer(reason_of(w, s), s), by=by, thread=s, list_kind="news", reason="moved")


# Talking --------------------------------------------------------------------------------------------------------------


def question(w: Writer, notices: list[Notice]) -> Written:
    """A manager asks; when it comes back by itself, or that the clock runs on."""
    s, entry = subject_of(notices[0])
    row = promises.open_of(s.id)
    runs_on = row is not None and row.kind is not PromiseKind.CLARIFY
    by = w.actor(s, entry.actor_id)
    mail = Question(
        item=w.item(s),
        by=by,
        text=plain(entry.text) if s.about_person_id is None else "",
        back_at=w.rung_at(BALL_BACK, row, s.team) if row is not None and not runs_on else None,
        due_at=row.due_at if row is not None and runs_on else None,
        files=w.files(s, entry),
        reply_url=w.url(s, REPLY),
    )
    return Written(
        mail=mail,
        footer=w.footer(reason_of(w, s), s),
        by=by if s.about_person_id is None else None,
        thread=s,
        list_kind="news",
        reason="question",
    )


def ball_back(w: Writer, notices: list[Notice]) -> Written:
    """The team's clock runs again, by this date."""
    s, entry = subject_of(notices[0])
    row = promises.open_of(s.id)
    if row is None or row.due_at is None:
        raise LookupError(f"suggestion {s.id} has no date")
    mail = BallBack(
        item=w.item(s),
        because=_BECAUSE.get(str(entry.facts.get("why")), "taken_back"),
        due_at=row.due_at,
        by=w.actor(s, entry.actor_id) if entry.actor_id is not None else None,
        owed_by=w.names(w.on_duty(s, row)),
        view_url=w.url(s),
        bar=w.bar(row),
    )
    return Written(mail=mail, footer=w.footer(reason_of(w, s), s), thread=s, list_kind="news", reason="moved")


def comment(w: Writer, notices: list[Notice]) -> Written:
    """A manager's public words, several within a quarter of an hour as one."""
    found = [subject_of(notice) for notice in notices]
    s, entry = found[0]
    row = promises.open_of(s.id)
    is_owed = row is not None and row.kind is PromiseKind.ANSWER and row.state is PromiseState.OPEN
    by = w.actor(s, entry.actor_id)
    mail = Comment(
        item=w.item(s),
        by=by,
        texts=tuple(plain(one.text) for _, one in found) if s.about_person_id is None else (),
        due_at=row.due_at if row is not None and is_owed else None,
        files=w.files(s, *(one for _, one in found)),
        reply_url=w.url(s, REPLY),
        view_url=w.url(s),
    )
    return Written(
        mail=mail,
        footer=w.footer(reason_of(w, s), s),
        by=by if s.about_person_id is None else None,
        thread=s,
        list_kind="news",
        reason="comment",
    )
