"""Mail that comes in: what waits is read, then the mailbox is fetched, and what that brought is read too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask

from config import Settings
from tracker.domain.alerts import INBOUND
from tracker.inbound import imap, reading
from tracker.inbound.addresses import Book
from tracker.inbound.receiver import Receiver
from tracker.store import pulse
from tracker.store.base import db
from tracker.worker import crash


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
        """One tick. Raises ``imap.Unreachable``: what had come by then has been read all the same."""
        inbound = self._settings.inbound
        if inbound is None:
            return {}
        if self.receiver is not None:
            self.receiver.ensure()
        book = Book(inbound, self._settings.mail_from)
        done = self._read(book, now)
        if inbound.imap is None:
            self._is_reached()  # nothing is fetched any more, so nothing can be out of reach
        else:
            try:
                done["fetched"] = imap.fetch(
                    inbound.imap,
                    now=now,
                    timeout=imap.TIMEOUT * self._settings.timeout_scale,
                    crash_point=crash.point,
                )
                self._is_reached()
            except imap.Unreachable as error:
                db.session.rollback()
                pulse.missed(INBOUND, str(error), now=now)
                db.session.commit()
                raise
            finally:
                db.session.rollback()
                more = self._read(book, now)
            done |= {name: done.get(name, 0) + count for name, count in more.items()}
        return done

    @staticmethod
    def _is_reached() -> None:
        pulse.reached(INBOUND)
        db.session.commit()

    def _read(self, book: Book, now: datetime) -> dict[str, int]:
        try:
            return reading.read_waiting(book, now=now, crash_point=crash.point)
        finally:
            db.session.remove()

    def stop(self) -> None:
        if self.receiver is not None:
            self.receiver.stop()
