"""Mail that comes in: what waits is read, then the mailbox is fetched, and what that brought is read too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import structlog
from flask import Flask

from config import Settings
from tracker.domain.alerts import DOOR, INBOUND
from tracker.inbound import imap, reading
from tracker.inbound.addresses import Book
from tracker.inbound.receiver import Receiver, Shut
from tracker.store import pulse
from tracker.store.base import db
from tracker.worker import crash

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Ears:
    """What one worker hears with. Nothing, where the settings name no door."""

    app: Flask
    #: a pass that is over in a moment takes no mails
    listens: bool = True
    receiver: Receiver | None = field(init=False, default=None)
    _settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self._settings = self.app.config["TRACKER"]
        inbound = self._settings.inbound
        if self.listens and inbound is not None and inbound.listen is not None:
            self.receiver = Receiver(self.app, inbound, inbound.listen, crash.point)

    @property
    def is_listening(self) -> bool:
        """Whether mail is received at all."""
        return self._settings.inbound is not None

    def hear(self, *, now: datetime) -> dict[str, int]:
        """One tick. Raises ``imap.Unreachable`` and ``Shut``: what had come by then has been read all the same."""
        inbound = self._settings.inbound
        if inbound is None:
            return {}
        shut = self._open(now)
        book = Book(inbound, self._settings.mail_from)
        done = self._read(book, now)
        if inbound.imap is None:
            self._is_reached(INBOUND)  # nothing is fetched any more, so nothing can be out of reach
        else:
            try:
                done["fetched"] = imap.fetch(
                    inbound.imap,
                    now=now,
                    timeout=imap.TIMEOUT * self._settings.timeout_scale,
                    crash_point=crash.point,
                )
                self._is_reached(INBOUND)
            except imap.Unreachable as error:
                db.session.rollback()
                pulse.missed(INBOUND, str(error), now=now)
                db.session.commit()
                raise
            finally:
                db.session.rollback()
                more = self._read(book, now)
            done |= {name: done.get(name, 0) + count for name, count in more.items()}
        if shut is not None:
            raise shut
        return done

    def _open(self, now: datetime) -> Shut | None:
        """Open the door, where there is one. Gives why it stays shut, which is told to whoever looks after the site."""
        inbound = self._settings.inbound
        if self.receiver is None:
            if inbound is not None and inbound.listen is None:
                self._is_reached(DOOR)
            return None
        try:
            self.receiver.ensure()
        except Shut as shut:
            log.warning("the door for mails is shut", port=self.receiver.listener.port, why=str(shut))
            pulse.missed(DOOR, str(shut), now=now)
            db.session.commit()
            return shut
        self._is_reached(DOOR)
        return None

    @staticmethod
    def _is_reached(place: str) -> None:
        pulse.reached(place)
        db.session.commit()

    def _read(self, book: Book, now: datetime) -> dict[str, int]:
        try:
            return reading.read_waiting(book, now=now, crash_point=crash.point)
        finally:
            db.session.remove()

    def stop(self) -> None:
        if self.receiver is not None:
            self.receiver.stop()
