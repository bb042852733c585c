"""The embedded mailbox: without a mail server every message is a file that site admins can read at ``/mailbox``."""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from tracker import chance
from tracker.notices.channels.results import Accepted, NotAcceptedNow, Phase, Result, Withheld

FOLDER = "mail"
_NAME = re.compile(r"\d{8}T\d{6}Z-\d{4,}\.eml")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in the mailbox, as its list shows it. ``name`` is its file's; ``at`` when it was put there."""

    name: str
    at: datetime
    sender: str
    to: str
    subject: str


class Mailbox:
    """The files in ``<data folder>/mail``, one a message, named by time and a number."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER

    def put(self, data: bytes, *, now: datetime) -> str:
        """Write one message so that it is there whole or not at all; gives the file's name. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = self.folder / f".{os.getpid()}-{chance.token_hex(8)}.part"
        try:
            with open(written, "xb", opener=_for_us_alone) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            name = self._placed(written, now.astimezone(UTC))
        finally:
            written.unlink(missing_ok=True)
        self._sync_folder()
        return name

    def _placed(self, written: Path, now: datetime) -> str:
        """Give the file its name: the first number of this second that nobody has, also when two writers want it."""
        number = 1
        while True:
            name = f"{now:%Y%m%dT%H%M%SZ}-{number:04}.eml"
            try:
                os.link(written, self.folder / name)
            except FileExistsError:
                number += 1
            else:
                return name

    def _sync_folder(self) -> None:
        """Make the new name survive a power cut too."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def names(self) -> list[str]:
        """The files, newest first."""
        if not self.folder.is_dir():
            return []
        return sorted((path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)

    def letters(self, *, limit: int = 200) -> Iterator[Letter]:
        """The newest messages, as the list shows them."""
        for name in self.names()[:limit]:
            message = self.read(name)
            if message is not None:
                yield Letter(
                    name=name,
                    at=datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
                    sender=str(message["From"] or ""),
                    to=str(message["To"] or ""),
                    subject=str(message["Subject"] or ""),
                )

    def raw(self, name: str) -> bytes | None:
        """The bytes of one message, or None: no other file can be asked for."""
        if not _NAME.fullmatch(name):
            return None
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / name).read_bytes()
        return None

    def read(self, name: str) -> EmailMessage | None:
        """One message, parsed, or None."""
        data = self.raw(name)
        return None if data is None else email.message_from_bytes(data, policy=email.policy.default)


class MailboxChannel:
    """The mailbox in the place of a relay: ``ready``, ``send``, ``quit`` as ``SmtpChannel`` has them."""

    def __init__(self, data_dir: Path, *, now: Callable[[], datetime]) -> None:
        self._mailbox = Mailbox(data_dir)
        self._now = now

    def ready(self) -> None:
        """A folder is always ready; a full disk shows when it is written to."""

    def send(
        self,
        sender: str,
        recipient: str,
        data: bytes,
        *,
        deadline: float,
        before_body: Callable[[], bool] = lambda: True,
    ) -> Result:
        """Put the message into the mailbox; what cannot be written is tried again."""
        if not before_body():
            return Withheld()
        try:
            name = self._mailbox.put(data, now=self._now())
        except OSError as error:
            return NotAcceptedNow(f"the mailbox cannot be written: {error.strerror or error}", phase=Phase.BODY)
        return Accepted(f"put into the mailbox: {name}")

    def quit(self) -> None:
        """Nothing is open."""

    def drop(self) -> None:
        """Nothing is open."""


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
