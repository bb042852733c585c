"""The mails of the ladder, filled from what is true now: follow-ups, silence notices, a question that waits."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, cast

from tracker.domain.ladder import BALL_BACK, BEFORE, DEPUTIES, DUE, EVERYBODY, WITH_SILENCE_NOTICE
from tracker.domain.weeks import end_of_day
from tracker.notices import links, owed, telling, told
from tracker.notices.mails import (
    ClarifyDue,
    Footer,
    Helper,
    Mail,
    Reminded,
    Rung1,
    Rung2,
    Rung3,
    Rung3Deputy,
    Rung4,
    RungAgain,
    Silence,
    SilenceAgain,
)
from tracker.notices.mails.parts import PromiseKind as Owing
from tracker.notices.mails.parts import Reason
from tracker.notices.told import Carried
from tracker.notices.writing import ANSWER, ASK, GIVE, MOVE, NOTE, NUDGE, REPLY, TAKE, Writer, Written, plain
from tracker.store import entries, promises, suggestions
from tracker.store.entries import EntryKind
from tracker.store.notices import Notice
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

_REASONS: dict[str, Reason] = {"duty": "on_duty", "deputy": "deputy", "owner": "owner", "manager": "manager"}


def about(notice: Notice) -> tuple[Suggestion, PromiseRow, datetime]:
    """What a notice about a date is about. Looking again has seen that it is there."""
    s = suggestions.by_id(notice.suggestion_id or 0)
    row = promises.by_id(notice.promise_id or 0)
    if s is None or row is None or row.due_at is None:
        raise LookupError(f"notice {notice.id} is about no open promise")
    return s, row, row.due_at


# Follow-ups -----------------------------------------------------------------------------------------------------------


def rung(w: Writer, notices: list[Notice]) -> Written:
    """One follow-up by itself. Which mail it is depends on the rung and on as what it reaches its reader."""
    notice = notices[0]
    s, row, due_at = about(notice)
    role = str(notice.facts.get("as", "duty"))
    n = notice.rung or DUE
    on_duty = w.on_duty(s, row)
    return Written(
        mail=_follow_up(w, s, row, due_at, n, role, on_duty),
        footer=_footer(w, s, role, on_duty),
        thread=s,
        list_kind="reminders",
        reason="deadline",
    )


def _footer(w: Writer, s: Suggestion, role: str, on_duty: tuple[int, ...]) -> Footer:
    stands_in_for = next((w.actor(s, i) for i in on_duty if i != w.person.id), None)
    reason = _REASONS[role] if role != "deputy" or stands_in_for else "on_duty"
    return w.footer(reason, s, person=stands_in_for if reason == "deputy" else None)


def _follow_up(
    w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime, n: int, role: str, on_duty: tuple[int, ...]
) -> Mail:
    if n == BEFORE:
        return _before(w, s, row, due_at)
    if n == DUE:
        return _due(w, s, row, due_at)
    if n >= EVERYBODY:
        return _again(w, s, row, due_at, n)
    if role == "duty":
        return _late(w, s, row, due_at, n)
    if n == DEPUTIES:
        return _stepping_in(w, s, row, due_at, on_duty)
    return _to_owner(w, s, row, due_at, n, on_duty) if role == "owner" else _again(w, s, row, due_at, n)


def _before(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime) -> Rung1:
    is_answer = row.kind.value == "answer"
    return Rung1(
        name=w.person.name,
        item=w.owed_item(s, row),
        author=w.author(s),
        due_at=due_at,
        quote=w.quote(s),
        files=w.quoted_files(s),
        promise=_owing(row),
        answer_url=w.owed_url(s, row, ANSWER),
        ask_url=w.url(s, ASK) if is_answer else None,
        move_url=w.owed_url(s, row, MOVE),
        bar=w.bar(row),
    )


def _due(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime) -> Rung2:
    return Rung2(
        name=w.person.name,
        item=w.owed_item(s, row),
        author=w.author(s),
        due_at=due_at,
        promise=_owing(row),
        next_at=w.rung_at(DEPUTIES, row, s.team),
        next_names=_named(w, s, w.joining(DEPUTIES, s, row)),
        tells_author=row.kind in WITH_SILENCE_NOTICE,
        answer_url=w.owed_url(s, row, ANSWER),
        move_url=w.owed_url(s, row, MOVE),
    )


def _late(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime, n: int) -> Rung3:
    found = w.carried(row)
    others = [i for i in told.reminded(found) if i != w.person.id]
    return Rung3(
        name=w.person.name,
        item=w.owed_item(s, row),
        author=w.author(s),
        due_at=due_at,
        promise=_owing(row),
        author_told_at=author_told_at(s, found),
        also_has=_named(w, s, others),
        next_at=w.rung_at(n + 1, row, s.team),
        next_names=_named(w, s, w.joining(n + 1, s, row)),
        answer_url=w.owed_url(s, row, ANSWER),
        bulk_url=links.url("desk_several", slug=s.team.slug, query={"do": "promise", "late": "1"}),
    )


def _stepping_in(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime, on_duty: tuple[int, ...]) -> Rung3Deputy:
    first = on_duty[0] if on_duty else None
    roster = w.roster(s.team)
    reminded = told.reminded(w.carried(row)).get(first or 0, [])
    return Rung3Deputy(
        name=w.person.name,
        item=w.owed_item(s, row),
        author=w.author(s),
        on_duty=w.named(first, s),
        due_at=due_at,
        promise=_owing(row),
        reminded=tuple(reminded),
        stands_in=w.person.id in (roster.deputies.get(first or 0), roster.stand_ins.get(first or 0)),
        take_url=w.url(s, TAKE),
        answer_url=w.owed_url(s, row, ANSWER),
        note_url=w.url(s, NOTE),
    )


def _to_owner(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime, n: int, on_duty: tuple[int, ...]) -> Rung4:
    found = w.carried(row)
    before = told.reminded(one for one in found if one.rung < n)  # those of this rung are just leaving
    first = on_duty[0] if on_duty else None
    late, due_this_week = load(w, s, first)
    if (late, due_this_week) == (1, 0):
        late = 0  # this one alone: the line would only say again what the mail is about
    return Rung4(
        name=w.person.name,
        item=w.owed_item(s, row),
        author=w.author(s),
        on_duty=w.named(first, s),
        due_at=due_at,
        working_days=working_days(w, s, due_at),
        promise=_owing(row),
        joined=w.waiting(s),
        reminded=_reminded(w, s, {i: at for i, at in before.items() if i != w.person.id}),
        author_told_at=author_told_at(s, found),
        late=late,
        due_this_week=due_this_week,
        next_at=w.rung_at(EVERYBODY, row, s.team),
        answer_url=w.owed_url(s, row, ANSWER),
        give_url=w.url(s, GIVE),
        note_url=w.url(s, NOTE),
    )


def _again(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime, n: int) -> RungAgain:
    known = told.reminded(w.carried(row))
    return RungAgain(
        name=w.person.name,
        item=w.owed_item(s, row),
        author=w.author(s),
        due_at=due_at,
        promise=_owing(row),
        known_by=_named(w, s, known),
        next_at=w.rung_at(n + 1, row, s.team),
        answer_url=w.owed_url(s, row, ANSWER),
        take_url=w.url(s, TAKE) if w.person.id not in w.on_duty(s, row) else None,
        give_url=w.url(s, GIVE),
    )


# The honest notices ---------------------------------------------------------------------------------------------------


def silence(w: Writer, notices: list[Notice]) -> Written:
    """To the author. Names only those whom a channel's mail has reached."""
    notice = notices[0]
    s, row, due_at = about(notice)
    is_first = notice.rung == DEPUTIES
    mail = _silence(w, s, row, due_at) if is_first else _silence_again(w, s, row, due_at)
    reason: Reason = "author" if s.author_id == w.person.id else "co_author"
    return Written(mail=mail, footer=w.footer(reason, s), thread=s, list_kind="news", reason="deadline")


def _silence(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime) -> Silence:
    mail = Silence(
        name=w.person.name,
        item=w.item(s),
        due_at=due_at,
        promise=_to_author(row),
        view_url=w.url(s),
        nudge_url=w.url(s, NUDGE),
    )
    if s.about_person_id is not None:
        # no title, no names but whom the reader may turn to
        return dataclasses.replace(mail, contact=plain(s.team.outside_contact) or None)
    found = w.carried(row)
    now_at = max(row.rung, DEPUTIES)
    before = told.reminded(one for one in found if one.rung < now_at)
    now_with = [i for i in told.reminded(found) if i not in before]
    on_duty = w.on_duty(s, row)
    next_to = w.joining(now_at + 1, s, row)
    deputies = [i for i in now_with if _role(w, s, row, i) == "deputy"]
    return dataclasses.replace(
        mail,
        so_far=_reminded(w, s, before),
        unreachable=w.names(told.out_of_reach(row.id, row.version, telling.OUT_OF_REACH)),
        away=w.away(s, row),
        now_with=_helpers(w, s, row, now_with),
        stands_in_for=w.name(on_duty[0]) if deputies and on_duty else None,
        next_at=w.rung_at(now_at + 1, row, s.team) if next_to else None,
        next_to=_helpers(w, s, row, next_to),
        moves_up_with=w.name(on_duty[0]) if on_duty else None,
    )


def _silence_again(w: Writer, s: Suggestion, row: PromiseRow, due_at: datetime) -> SilenceAgain:
    found = w.carried(row)
    known = told.reminded(found) if s.about_person_id is None else {}
    today = w.reader.today
    latest = max(known, key=lambda i: known[i][0], default=None)
    latest_on = w.reader.local(known[latest][0]).date() if latest is not None else None
    is_news = latest_on is not None and latest_on != today and len(known) > 1
    return SilenceAgain(
        name=w.person.name,
        item=w.item(s),
        due_at=due_at,
        promise=_to_author(row),
        known_by=w.names(known),
        latest=w.name(latest) if is_news else None,
        latest_on=latest_on if is_news else None,
        reminded=w.names(i for i, at in known.items() if any(w.reader.local(one).date() == today for one in at)),
        has_digest=w.person.digest_on,
        view_url=w.url(s),
    )


def clarify(w: Writer, notices: list[Notice]) -> Written:
    """A question waits with its author."""
    s, row, _ = about(notices[0])
    question = entries.last_of(s.id, EntryKind.QUESTION)
    back_at = w.rung_at(BALL_BACK, row, s.team)
    if question is None or back_at is None:
        raise LookupError(f"suggestion {s.id} has no question")
    mail = ClarifyDue(
        name=w.person.name,
        item=w.item(s),
        asker=w.actor(s, question.actor_id),
        question=plain(question.text),
        back_at=back_at,
        reply_url=w.url(s, REPLY),
    )
    reason: Reason = "author" if s.author_id == w.person.id else "co_author"
    return Written(mail=mail, footer=w.footer(reason, s), thread=s, list_kind="news", reason="deadline")


# Facts ----------------------------------------------------------------------------------------------------------------


def author_told_at(s: Suggestion, found: Iterable[Carried]) -> datetime | None:
    """When the author was told that the date has passed; the latest time."""
    times = [one.told_at for one in found if one.kind == "silence" and one.person_id == s.author_id]
    return times[-1] if times else None


def working_days(w: Writer, s: Suggestion, due_at: datetime) -> int:
    """The team's days with hours since the date, today's included."""
    return len({stretch.on for stretch in w.calendar(s.team).spans(due_at, w.reader.now)})


def load(w: Writer, s: Suggestion, person_id: int | None) -> tuple[int, int]:
    """How much is late and how much falls due until the end of this week with somebody on duty."""
    if person_id is None or s.about_person_id is not None:
        return 0, 0
    today = w.reader.today
    sunday = today.fromordinal(today.toordinal() + 6 - today.weekday())
    picture = owed.take(s.team, now=w.now, until=end_of_day(sunday, w.zone))
    seen = owed.visible(w.person, [one.suggestion.id for one in picture.owed])
    mine = [one for one in picture.owed if person_id in one.on_duty and one.suggestion.id in seen]
    late = sum(one.is_late(w.now) for one in mine)
    return late, len(mine) - late


def _owing(row: PromiseRow) -> Owing:
    return cast("Owing", row.kind.value)


def _to_author(row: PromiseRow) -> Literal["answer", "deliver", "revisit"]:
    return cast('Literal["answer", "deliver", "revisit"]', row.kind.value)


def _named(w: Writer, s: Suggestion, ids: Iterable[int]) -> tuple[str, ...]:
    """Their names, without the reader's own; nobody's where it is about a person."""
    return () if s.about_person_id is not None else w.names(i for i in ids if i != w.person.id)


def _reminded(w: Writer, s: Suggestion, times: dict[int, list[datetime]]) -> tuple[Reminded, ...]:
    if s.about_person_id is not None:
        return ()
    return tuple(Reminded(w.named(i), tuple(at)) for i, at in times.items())


def _role(w: Writer, s: Suggestion, row: PromiseRow, person_id: int) -> Literal["deputy", "manager", "owner"]:
    roster = w.roster(s.team)
    if person_id in w.told(DEPUTIES, s, row):
        return "deputy" if person_id not in w.on_duty(s, row) else "manager"
    return "owner" if person_id in roster.owners else "manager"


def _helpers(w: Writer, s: Suggestion, row: PromiseRow, ids: Iterable[int]) -> tuple[Helper, ...]:
    return tuple(Helper(w.named(i), _role(w, s, row, i)) for i in ids)
