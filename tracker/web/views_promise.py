"""What is owed, as a reader is told it: sentence and bar, and after the date honestly what was done and what comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tracker.domain import promises
from tracker.domain.lifecycle import CLOSED_BY_ANSWER, Status
from tracker.domain.promises import Promise, PromiseKind
from tracker.domain.working_time import WorkingTime
from tracker.notices import told, words
from tracker.notices.words import Reader, StateView
from tracker.store import teams
from tracker.web.say import _
from tracker.web.shapes import Act, Tone, Why
from tracker.web.shapes import Promise as PromiseView
from tracker.web.views import Standing

#: The bar stands beside a date that is no further away than this.
BAR_WITHIN = timedelta(days=14)


def promise_view(
    st: Standing,
    reader: Reader,
    *,
    is_whole: bool = False,
    acts: Sequence[Act] = (),
    why: Why | None = None,
    first_due_at: datetime | None = None,
    reason: str | None = None,
) -> PromiseView:
    """The promise of one suggestion. ``is_whole`` adds what was done about a late one, for its own page.

    ``first_due_at`` is the first date of one that was moved, ``reason`` that of a no.
    """
    sentence, _dot, extra = words.state_sentence(_view(st, reader, first_due_at, reason), reader).partition(" · ")
    share = _share(st, reader.now)
    tells_more = is_whole and st.is_late and not st.is_asked
    return PromiseView(
        sentence=sentence,
        tone=tone(st, reader),
        extra="" if tells_more and st.told_author_at is not None else extra,
        share=share,
        bar_label=bar_label(share),
        steps=steps(st, reader) if tells_more else (),
        acts=acts,
        why=why,
    )


def tone(st: Standing, reader: Reader) -> Tone:
    if st.s.status in CLOSED_BY_ANSWER:
        return "done"
    if st.is_asked:
        return "asked"
    if st.is_late:
        return "late"
    if st.due_at is not None and words.last_day(reader, st.due_at) == reader.today:
        return "soon"
    return "later" if st.s.status is Status.NOT_NOW else "ok"


def _view(st: Standing, reader: Reader, first_due_at: datetime | None, reason: str | None) -> StateView:
    s, value = st.s, st.value
    is_deliver = value is not None and value.kind is PromiseKind.DELIVER
    owed_by = (st.duty or ()) if not is_deliver or value is None or value.owed_by is None else (value.owed_by,)
    return StateView(
        status=s.status.value,
        reader_is="manager" if st.handles and not st.is_own else "author",
        kind=s.kind.value,
        author=st.name(s.author_id),
        is_own=st.is_own,
        due_at=st.due_at,
        on=_closed_on(st, reader),
        back_at=st.back_at,
        owed_by=st.name_all(owed_by),
        moves=s.moves,
        first_on=words.last_day(reader, first_due_at) if first_due_at is not None else None,
        author_told_at=st.told_author_at,
        asker=st.name(st.question.actor_id) if st.question is not None else "",
        question=words.shorten(st.question.text, 120) if st.question is not None else None,
        contested=s.contested_answerer_id is not None,
        reason=reason,
        merged_into=st.merged_into,
    )


def _closed_on(st: Standing, reader: Reader) -> date | None:
    return reader.local(st.s.closed_at).date() if st.s.closed_at is not None else None


# The bar --------------------------------------------------------------------------------------------------------------


def _share(st: Standing, now: datetime) -> float | None:
    """The part of the working time that is used, none where no bar may stand."""
    if st.open is None or st.is_late or st.due_at is None or st.due_at - now > BAR_WITHIN:
        return None
    row = st.suspended or st.open
    return share_of(row.value, teams.working_time_of(row.calendar_id), now=now)


def share_of(value: Promise, calendar: WorkingTime, *, now: datetime) -> float | None:
    """The part of a promise's working time that is used, 0 to 1; none where it has none at all."""
    used = promises.elapsed(value, calendar, now=now)
    left = calendar.between(now, value.due_at) if value.due_at is not None else value.remaining
    return used / (used + left) if left is not None and used + left else None


def bar_label(share: float | None) -> str:
    """What the bar says to who cannot see it."""
    if share is None:
        return ""
    percent = round(share * 100)
    return _("%(percent)s %% of the time is used", percent=percent) if percent else _("No time is used yet")


# After the date -------------------------------------------------------------------------------------------------------


def steps(st: Standing, reader: Reader) -> list[str]:
    """What was done since the date passed and what happens next, a sentence each. Only what a channel took is done."""
    said = [_reminded(st, reader), _author_told(st, reader), _next(st, reader)]
    return [sentence for sentence in said if sentence]


def _reminded(st: Standing, reader: Reader) -> str:
    """'Pit was reminded twice, Juri knows since Fri, 13:00.'"""
    sent = [one for one in st.carried if not one.is_in_mailbox]
    laid = told.reminded(one for one in st.carried if one.is_in_mailbox)
    clauses = [_of_one(st, reader, person, times) for person, times in told.reminded(sent).items()]
    said = words.capital(", ".join(clauses)) + "." if clauses else ""
    if not laid:
        return said
    names = words.names(reader.locale, st.name_all(laid))
    stays = _("The reminder for %(names)s lies in the mailbox here and has reached nobody.", names=names)
    return f"{said} {stays}".strip()


def _of_one(st: Standing, reader: Reader, person: int, times: Sequence[datetime]) -> str:
    name = _("you") if person == st.person.id else st.name(person)
    if person in st.duty or len(times) > 1:
        if person == st.person.id:
            return _("you were reminded %(times)s", times=words.times(reader.locale, len(times)))
        return _("%(name)s was reminded %(times)s", name=name, times=words.times(reader.locale, len(times)))
    when = words.short_moment(reader, times[0])
    if person == st.person.id:
        return _("you know since %(when)s", when=when)
    return _("%(name)s knows since %(when)s", name=name, when=when)


def _author_told(st: Standing, reader: Reader) -> str:
    """To managers, when the author learned of it; the author knows."""
    if st.is_own or st.told_author_at is None:
        return ""
    when = words.short_moment(reader, st.told_author_at)
    return _("%(name)s was told on %(when)s.", name=st.name(st.s.author_id), when=when)


def _next(st: Standing, reader: Reader) -> str:
    """'Mon 30 Nov, 17:00 it goes to Anke.'"""
    if st.next is None:
        return ""
    when = words.capital(words.near_until(reader, st.next.at))
    new = [one for one in st.next.to if one not in {c.person_id for c in st.carried}]
    if not new:
        return _("The next reminder is due %(when)s, and so on until somebody answers.", when=_lower(reader, when))
    if new == [st.person.id]:
        return _("%(when)s it goes to you.", when=when)
    names = words.names(reader.locale, st.name_all(new))
    return _("%(when)s it goes to %(names)s.", when=when, names=names)


def _lower(reader: Reader, when: str) -> str:
    """A day that is said inside the sentence: 'today, 17:00', but 'Mon 30 Nov, 17:00'."""
    today = words.relative_day(reader, reader.today)
    return when[:1].lower() + when[1:] if when.lower().startswith(today.lower()) else when
