"""Time passes here: acts at their instants, a pass of the worker at every other, and the bytes that left.

Nothing stands in for our own parts: a pass is the one of `tracker work --as-of`, and what left is read from the files
of the embedded mailbox or from what an SMTP server took.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import cached_property
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from tests.mail_server import MailServer
from tracker.domain.promises import PromiseState
from tracker.notices import windows
from tracker.notices.channels.mailbox import Mailbox
from tracker.store.base import db, reading
from tracker.store.notices import Delivery, DeliveryState, Notice, NoticeState
from tracker.store.promises import PromiseRow
from tracker.worker.passes import one_pass

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MANAGING = ("pit", "juri", "anke")
HOURS_OF_MAILS = ("09:00", "18:00")

Act = Callable[[datetime], object]


@dataclass(frozen=True)
class Left:
    """One message that left, as its bytes; ``at`` is the instant of the pass in which it did."""

    at: datetime
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def to(self) -> str:
        """The name in the address: "nari"."""
        return str(self.message["To"]).partition("@")[0]

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def reason(self) -> str:
        return str(self.message["X-Tracker-Reason"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")

    @property
    def flat(self) -> str:
        """The text part on one line, without addresses."""
        return " ".join(re.sub(r"→ https?://\S+", "→", self.text).split())

    @property
    def is_follow_up(self) -> bool:
        """One of those of which nobody gets more than two a day; a manager's overview is that day's first."""
        is_overview = self.reason == "digest" and self.to in MANAGING
        return is_overview or (self.reason in ("deadline", "raised", "contested") and not self.is_silence)

    @property
    def is_silence(self) -> bool:
        return self.subject.startswith(("Wir schulden dir", "We owe you", "Noch keine Antwort", "Still no answer"))


@dataclass
class Stage:
    """``stage.do(instant, act)`` sets an act on its day; ``stage.until(instant)`` lets the days pass."""

    app: Flask
    #: everything that left so far, oldest first
    source: Callable[[], list[bytes]]
    now: datetime
    #: how often each pass is made: doing it twice does nothing more
    passes: int = 1
    mails: list[Left] = field(default_factory=list)
    _acts: list[tuple[datetime, Act]] = field(default_factory=list)

    def do(self, at: datetime, act: Act) -> None:
        """Set an act on its instant: it comes before the pass of that instant."""
        self._acts.append((at, act))

    def act(self, at: datetime, act: Act) -> None:
        """Do it now, in a transaction of its own, as the web does."""
        with self.app.app_context():
            act(at)
            db.session.commit()
            db.session.remove()

    def pass_at(self, now: datetime) -> list[Left]:
        """What leaves at this instant."""
        before = len(self.mails)
        for _ in range(self.passes):
            one_pass(self.app, as_of=now)
        found = self.source()
        self.mails += [Left(now, raw) for raw in found[before:]]
        self.now = now
        return self.mails[before:]

    def until(self, end: datetime, *, step: timedelta | None = None) -> list[Left]:
        """Let time pass up to ``end`` and with it: a pass at every instant at which something may happen and in the
        minute before it, or with ``step`` at every one of those."""
        before = len(self.mails)
        while self.now < end:
            following = self._next(end) if step is None else min(self.now + step, *self._planned(end))
            if step is None and following - MINUTE > self.now:
                self.pass_at(following - MINUTE)
            self._act_out(following)
            self.pass_at(following)
        return self.mails[before:]

    def _next(self, end: datetime) -> datetime:
        """The next instant of an act, of a rung, of a notice or message that waits, of a daily mail or overview."""
        with self.app.app_context(), reading():
            waiting = (Notice.state == NoticeState.OWED, Notice.delivery_id.is_(None), Notice.not_before > self.now)
            pending = (Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at > self.now)
            found = [
                db.session.scalar(sa.select(sa.func.min(PromiseRow.next_follow_up_at)).where(
                    PromiseRow.state == PromiseState.OPEN, PromiseRow.next_follow_up_at > self.now)),
                db.session.scalar(sa.select(sa.func.min(Notice.not_before)).where(*waiting)),
                db.session.scalar(sa.select(sa.func.min(Delivery.next_attempt_at)).where(*pending)),
            ]  # fmt: skip
            db.session.remove()
        return min([one for one in found if one is not None] + [self._next_hour(), *self._planned(end)])

    def _next_hour(self) -> datetime:
        """Nine in the morning and six in the evening, on the team's clock: of daily mails and of overviews."""
        today = self.now.astimezone(BERLIN).date()
        days = (today, today + DAY)
        asked = (windows.local_instant(day, clock, BERLIN) for day in days for clock in HOURS_OF_MAILS)
        return min(at for at in asked if at > self.now)

    def _planned(self, end: datetime) -> list[datetime]:
        return [end, *(at for at, _ in self._acts if self.now < at < end)]

    def act_out(self, end: datetime) -> None:
        """The acts alone, in their order, without any pass: what was before the story begins."""
        for at in sorted({at for at, _ in self._acts if at <= end}):
            self._act_out(at)
        self.now = end

    def _act_out(self, now: datetime) -> None:
        due = [(at, act) for at, act in self._acts if at <= now]
        self._acts = [(at, act) for at, act in self._acts if at > now]
        for at, act in sorted(due, key=lambda one: one[0]):
            self.act(at, act)


def from_mailbox(app: Flask) -> Callable[[], list[bytes]]:
    """The files of the embedded mailbox, in the order of their names."""
    box = Mailbox(app.config["TRACKER"].data_dir)
    read: dict[str, bytes] = {}

    def found() -> list[bytes]:
        for name in reversed(box.names()):
            if name not in read:
                raw = box.raw(name)
                assert raw is not None
                read[name] = raw
        return list(read.values())

    return found


def from_server(server: MailServer) -> Callable[[], list[bytes]]:
    return lambda: [one.raw for one in server.accepted]


def berlin(at: datetime) -> str:
    """ "Thu 26 Nov 13:00", on the team's clock."""
    local = at.astimezone(BERLIN)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def told(mails: Iterable[Left]) -> list[tuple[str, str, str]]:
    """When what left to whom, in one order for what left in the same pass: by the name."""
    return [(berlin(one.at), one.to, one.subject) for one in sorted(mails, key=lambda one: (one.at, one.to))]


def most_follow_ups_a_day(mails: Iterable[Left], *, zone: ZoneInfo = BERLIN) -> int:
    """Of all people and days, the day on which somebody got the most follow-ups."""
    days: dict[tuple[str, str], int] = {}
    for one in mails:
        if one.is_follow_up:
            key = (one.to, one.at.astimezone(zone).date().isoformat())
            days[key] = days.get(key, 0) + 1
    return max(days.values(), default=0)
