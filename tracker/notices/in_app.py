"""What the bell shows: the twins of the mails in the app, in the mails' own words, and only what still concerns one.

A reminder rings until its date is answered or another one; of several about one promise the last is shown. Whoever
may not see a suggestion any more has no notice of it either: the one visibility condition decides, as everywhere. Who
acts on a suggestion knows what was told of it, and has read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa

from tracker import access
from tracker.domain.errors import N_
from tracker.domain.lifecycle import OPEN
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import links, tell_heard, telling
from tracker.notices.compose_site import page_of
from tracker.notices.compose_team import NEWS, news_line
from tracker.notices.mails.lists import news_headline
from tracker.notices.mails.sentences import due_clock, due_day, is_now, since_due, title
from tracker.notices.mails.site import Trouble, alert_headline
from tracker.notices.mails.team import NewsKind
from tracker.notices.words import capital, day, say, shorten
from tracker.notices.writing import Writer
from tracker.store import alerts, promises, snoozes, suggestions, teams
from tracker.store.base import UTCDateTime, db
from tracker.store.entries import Entry
from tracker.store.notices import Channel, Delivery, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.snoozes import Snooze
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Counted so far; more than that nobody reads one by one.
MOST = 99
#: These speak of a date: once it is answered, or another one, there is nothing to tell any more.
OF_A_DATE = ("rung", "silence", "clarify")
NOW = sa.bindparam("now", type_=UTCDateTime())
#: What a mail that went back would have had for its subject.
_HEARD = {
    "heard_draft": N_("One click and it is answered: %(title)s"),
    "heard_comment": N_("Taken as a comment: %(title)s"),
    "heard_taken": N_("Stands in #%(number)s now: %(title)s"),
    "heard_empty": N_("Nothing new found: %(title)s"),
}
#: Of what happened only this names the date that holds now.
_DATED: tuple[NewsKind, ...] = ("moved",)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the bell."""

    id: int
    at: datetime
    sentence: str
    path: str
    is_read: bool
    #: the page on which this person puts it off; "" where there is nothing to put off
    later_path: str = ""
    #: until when they have
    put_off_until: datetime | None = None


# Asking ---------------------------------------------------------------------------------------------------------------


def _shown(person: Person, now: datetime) -> sa.Select[Notice]:
    """This person's notices in the app that still concern them, newest first."""
    mine = [membership.team_id for membership in teams.teams_of(person.id)]
    return _concerning(person.id, mine, person.is_site_admin, now)


def _concerning(
    person_id: int, team_ids: Sequence[int], is_site_admin: bool, now: datetime | sa.BindParameter[datetime]
) -> sa.Select[Notice]:
    has_same_date = sa.and_(PromiseRow.state == PromiseState.OPEN, PromiseRow.version == Notice.version)
    return (
        sa.select(Notice)
        .outerjoin(Suggestion, Suggestion.id == Notice.suggestion_id)
        .outerjoin(Entry, Entry.id == Notice.entry_id)
        .outerjoin(PromiseRow, PromiseRow.id == Notice.promise_id)
        .where(
            Notice.person_id == person_id,
            Notice.channel == Channel.IN_APP,
            Notice.state == NoticeState.TOLD,
            Notice.told_at <= now,
            # The page after raising has said it; whose suggestion was entered by somebody else has not seen that page.
            sa.or_(Notice.kind != "receipt", Entry.actor_id != person_id),
            sa.or_(Notice.kind.not_in(OF_A_DATE), has_same_date),
            sa.or_(
                access.visible_to_one(person_id),
                sa.and_(Notice.suggestion_id.is_(None), Notice.team_id.in_(team_ids)),
                sa.and_(Notice.kind == "alert", sa.literal(is_site_admin)),
                sa.and_(Notice.kind == "heard", Notice.suggestion_id.is_(None)),
            ),
            sa.not_(_has_later(Notice)),
        )
        .order_by(Notice.id.desc())
    )


def _has_later(notice: type[Notice]) -> sa.ColumnElement[bool]:
    """Whether a later reminder of the same promise says the same again."""
    later = sa.orm.aliased(Notice)
    return sa.exists().where(
        later.person_id == notice.person_id,
        later.channel == notice.channel,
        later.kind == notice.kind,
        notice.kind.in_(OF_A_DATE),
        later.promise_id == notice.promise_id,
        later.id > notice.id,
    )


def unread(person: Person, *, now: datetime) -> int:
    """How many are new, ``MOST`` at most."""
    mine = tuple(sorted(membership.team_id for membership in teams.teams_of(person.id)))
    return int(db.session.scalar(_how_many_are_new(person.id, mine, person.is_site_admin), {NOW.key: now}) or 0)


@lru_cache(maxsize=512)
def _how_many_are_new(person_id: int, team_ids: tuple[int, ...], is_site_admin: bool) -> sa.Select[int]:
    """Every page asks it, and to build it takes longer than to ask: with the parameter ``now``."""
    resting = sa.exists().where(
        Snooze.person_id == person_id, Snooze.suggestion_id == Notice.suggestion_id, *snoozes.holding(NOW)
    )
    is_new = (Notice.read_at.is_(None), sa.not_(sa.and_(Notice.kind.in_(telling.PUT_OFF), resting)))
    some = _concerning(person_id, team_ids, is_site_admin, NOW).where(*is_new).limit(MOST).order_by(None)
    return sa.select(sa.func.count()).select_from(some.subquery())


def latest(person: Person, *, now: datetime, before: int | None = None, limit: int = 30) -> list[Told]:
    """The newest lines, or those older than the notice ``before``."""
    statement = _shown(person, now).limit(limit)
    if before is not None:
        statement = statement.where(Notice.id < before)
    found = list(db.session.scalars(statement))
    held = _bring_along(found)  # the session forgets what nobody holds
    resting = snoozes.put_off_by(person.id, now=now)
    lines = [_told(notice, person, now, resting) for notice in found]
    held.clear()
    return lines


def _bring_along(found: Sequence[Notice]) -> list[object]:
    """Everything the lines speak of, in one query each instead of one for every line."""
    held: list[object] = []
    for table, ids in (
        (Suggestion, {notice.suggestion_id for notice in found}),
        (Entry, {notice.entry_id for notice in found}),
        (PromiseRow, {notice.promise_id for notice in found}),
    ):
        held += db.session.scalars(sa.select(table).where(table.id.in_(ids - {None})))
    return held


def read(person: Person, *, upto: int, now: datetime) -> None:
    """Mark everything up to this notice as read. Doing it twice does nothing more."""
    telling.mark_read(Notice.person_id == person.id, Notice.id <= upto, now=now)


# Words ----------------------------------------------------------------------------------------------------------------


def _told(notice: Notice, person: Person, now: datetime, resting: dict[int, datetime]) -> Told:
    team = _team(notice)
    writer = Writer(person=person, delivery=Delivery(created_at=now), now=now, team=team)
    sentence = _sentence(writer, notice)
    until = resting.get(notice.suggestion_id or 0) if notice.kind in telling.PUT_OFF else None
    return Told(
        notice.id,
        notice.told_at or notice.owed_at,
        sentence,
        _path(notice),
        is_read=notice.read_at is not None or until is not None,
        later_path=_later_path(notice),
        put_off_until=until,
    )


def _later_path(notice: Notice) -> str:
    s = suggestions.by_id(notice.suggestion_id) if notice.suggestion_id is not None else None
    if s is None or s.status not in OPEN or notice.kind not in telling.PUT_OFF:
        return ""
    return links.path("later", slug=s.team.slug, number=s.number)


def _path(notice: Notice) -> str:
    if notice.kind == "alert":
        return _alert_path(notice)
    if notice.kind == "heard":
        return links.path("my_mail", mail=notice.facts["inbound"])
    s = suggestions.by_id(notice.suggestion_id) if notice.suggestion_id is not None else None
    if s is not None:
        return links.path("suggestion", slug=s.team.slug, number=s.number)
    team = _team(notice)
    return links.path("desk", slug=team.slug) if team is not None else links.path("start")


def _alert_path(notice: Notice) -> str:
    alert = alerts.by_id(int(notice.facts["alert"]))
    if alert is None:
        return links.path("start")
    page, parts = page_of(Trouble.of(alert.kind, alert.subject, alert.facts))
    return links.path(page, **parts)


def _team(notice: Notice) -> Team | None:
    return db.session.get(Team, notice.team_id) if notice.team_id is not None else None


def _sentence(w: Writer, notice: Notice) -> str:
    """The subject of the mail that says the same."""
    words = say(w.reader.locale)
    if notice.kind in NEWS:
        line = news_line(w, notice, dated=_DATED, link=False)
        what = capital(news_headline(w.reader, line))
        return words.gettext("%(what)s: %(title)s", what=what, title=title(w.reader, line.item))
    return SENTENCES[notice.kind](w, notice)


def _item(w: Writer, notice: Notice) -> str:
    s = suggestions.by_id(notice.suggestion_id or 0)
    if s is None:
        raise LookupError(f"notice {notice.id} is about no suggestion")
    return title(w.reader, w.item(s))


def _rung(w: Writer, notice: Notice) -> str:
    words, reader = say(w.reader.locale), w.reader
    row = promises.by_id(notice.promise_id or 0)
    if row is None or row.due_at is None:
        raise LookupError(f"notice {notice.id} speaks of no date")
    if is_now(reader, row.due_at):
        return words.gettext("Due now: %(title)s", title=_item(w, notice))
    if w.now < row.due_at:
        day_word, clock = due_day(reader, row.due_at), due_clock(reader, row.due_at)
        return words.gettext("%(day)s by %(clock)s: %(title)s", day=day_word, clock=clock, title=_item(w, notice))
    return words.gettext("Late since %(day)s: %(title)s", day=since_due(reader, row.due_at), title=_item(w, notice))


def _silence(w: Writer, notice: Notice) -> str:
    words = say(w.reader.locale)
    row = promises.by_id(notice.promise_id or 0)
    if row is not None and row.kind is PromiseKind.ANSWER:
        return words.gettext("We owe you an answer: %(title)s", title=_item(w, notice))
    return words.gettext("We are late: %(title)s", title=_item(w, notice))


def _clarify(w: Writer, notice: Notice) -> str:
    return say(w.reader.locale).gettext("With you: %(title)s", title=_item(w, notice))


def _named(w: Writer, notice: Notice) -> str:
    entry = db.session.get(Entry, notice.entry_id or 0)
    on = date.fromisoformat(entry.facts["on"]) if entry is not None else w.reader.today
    return say(w.reader.locale).gettext("Yours by %(day)s: %(title)s", day=day(w.reader, on), title=_item(w, notice))


def _meanwhile(w: Writer, notice: Notice) -> str:
    words, facts = say(w.reader.locale), notice.facts
    until = day(w.reader, date.fromisoformat(str(facts["until"])))
    if facts.get("absent") is None:
        return words.gettext("You answer until %(day)s", day=until)
    return words.gettext("You step in for %(name)s until %(day)s", name=w.name(facts["absent"]), day=until)


def _receipt(w: Writer, notice: Notice) -> str:
    s = suggestions.by_id(notice.suggestion_id or 0)
    words = say(w.reader.locale)
    if s is None or s.about_person_id is not None:
        return words.gettext("Got it: #%(number)s", number=s.number if s is not None else 0)
    return words.gettext("Got it: %(title)s (#%(number)s)", title=shorten(s.title, 90), number=s.number)


def _urgency(w: Writer, notice: Notice) -> str:
    return say(w.reader.locale).gettext("More urgent now: %(title)s", title=_item(w, notice))


def _alert(w: Writer, notice: Notice) -> str:
    alert = alerts.by_id(int(notice.facts["alert"]))
    if alert is None:
        raise LookupError(f"notice {notice.id} is about no alert")
    return alert_headline(w.reader, Trouble.of(alert.kind, alert.subject, alert.facts))


def _heard(w: Writer, notice: Notice) -> str:
    """The subject of the mail that did not go back."""
    words, what = say(w.reader.locale), str(notice.facts["what"])
    if what == "heard_which":
        return words.gettext("Which one do you mean?")
    if notice.suggestion_id is not None and what in _HEARD:
        s = suggestions.by_id(notice.suggestion_id)
        return words.gettext(_HEARD[what], title=_item(w, notice), number=s.number if s is not None else 0)
    if what == "heard_empty":
        return words.gettext("Nothing new found in your mail")
    if what == tell_heard.UNPROVEN:
        return words.gettext("A mail came in your name")
    return words.gettext("Your mail was not entered")


SENTENCES: dict[str, Callable[[Writer, Notice], str]] = {
    "rung": _rung,
    "silence": _silence,
    "clarify": _clarify,
    "named": _named,
    "meanwhile": _meanwhile,
    "urgency": _urgency,
    "receipt": _receipt,
    "alert": _alert,
    "heard": _heard,
}
