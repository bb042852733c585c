"""What left for whom, as lines of the timeline: 'Reminded: Pit Thu 13:00 and 17:00 · Juri'."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from tracker.notices import told, words
from tracker.notices.told import Carried
from tracker.notices.words import Reader
from tracker.web.say import _

#: What left so soon after an entry left with it: the instant above the line holds for it, too.
AT_ONCE = timedelta(minutes=15)


def lines(reader: Reader, name: Callable[[int], str], sent: Sequence[Carried], at: datetime) -> list[str]:
    """Who was reminded, who was told that we are late, and what only lies in the mailbox.

    ``at`` stands above these lines already: who was reached then is named alone.
    """

    def each(times: Mapping[int, Sequence[datetime]]) -> str:
        return _each(reader, name, times, at)

    reached = [one for one in sent if not one.is_in_mailbox]
    laid = [one for one in sent if one.is_in_mailbox]
    found = []
    if reminded := each(told.reminded(reached)):
        found.append(_("Reminded: %(who)s", who=reminded))
    if silent := each(_silent(reached)):
        found.append(_("Told that we are late: %(who)s", who=silent))
    if stays := each({**told.reminded(laid), **_silent(laid)}):
        found.append(_("Put into the mailbox: %(who)s", who=stays))
    return found


def _silent(sent: Sequence[Carried]) -> dict[int, list[datetime]]:
    return {one.person_id: [one.told_at] for one in sent if one.kind == "silence"}


def _each(reader: Reader, name: Callable[[int], str], times: Mapping[int, Sequence[datetime]], at: datetime) -> str:
    """'Pit Thu 13:00 and 17:00 · Juri and Nari': with the times only where they are others than ``at``.

    By name: who is reached first is an accident between two senders.
    """
    named = sorted((name(person), told_at) for person, told_at in times.items())
    together, others = [], []
    for who, told_at in named:
        if all(abs(one - at) <= AT_ONCE for one in told_at):
            together.append(who)
        else:
            others.append(f"{who} {words.moments(reader, told_at)}")
    return " · ".join(part for part in (*others, words.names(reader.locale, together)) if part)
