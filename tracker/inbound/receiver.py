"""The door on the loopback: a mail server of this machine hands mails over by LMTP or SMTP.

The 250 is said when the mail is kept and committed. What cannot be kept just now is answered with 451, and the mail
server tries again; what is too large, or to nobody here, with a 5xx, and the mail server tells the sender.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from config_inbound import Inbound, Listener
from tracker import clock
from tracker.inbound import keeping
from tracker.inbound.addresses import Book
from tracker.inbound.keeping import MOST_BYTES, Arrived
from tracker.store.base import db
from tracker.store.inbound_mails import How

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: Seconds without a word after which a mail server is let go.
IDLE = 120
#: Seconds within which whoever holds the port has to greet.
GREETING = 5.0
TAKEN = "250 2.0.0 kept"
LATER = "451 4.3.0 it cannot be kept just now"
NOBODY = "550 5.1.1 nobody reads mail to this address"


class Shut(Exception):
    """No mail can be handed over here: the port may not be opened, or somebody else holds it."""


class Receiver:
    """One listening thread. ``ensure`` starts it, and again where it has ended."""

    def __init__(
        self, app: Flask, inbound: Inbound, listener: Listener, crash_point: Callable[[str], None] = lambda name: None
    ) -> None:
        self.app = app
        self._crash_point = crash_point
        self.listener = listener
        self.book = Book(inbound, app.config["TRACKER"].mail_from)
        self._door: _Door | None = None
        self._lock = threading.Lock()

    def ensure(self) -> bool:
        """Whether mails are taken by this worker. Another one of this site may hold the port, and takes them then.
        Raises ``Shut`` where nobody of ours does."""
        with self._lock:
            if self._door is None:
                try:
                    self._door = _Door(self, self.listener)
                except OSError as error:
                    if error.errno == errno.EADDRINUSE and self._is_ours():
                        return False
                    raise Shut(error.strerror or str(error)) from error
                log.info("mails are taken", protocol=self.listener.protocol, port=self.listener.port)
            return True

    @property
    def name(self) -> str:
        """How this site greets: another one on this machine, which would read our mails, greets otherwise."""
        site = hashlib.sha256(self.app.config["TRACKER"].public_url.encode()).hexdigest()[:8]
        return f"Tracker {site}"

    def _is_ours(self) -> bool:
        """Whether a worker of this site answers there."""
        within = GREETING * self.app.config["TRACKER"].timeout_scale
        return _greeting(self.listener, within).rstrip().endswith(f" {self.name}")

    def stop(self) -> None:
        with self._lock:
            if self._door is not None:
                self._door.close()
                self._door = None

    # what aiosmtpd calls by the names of the protocol -----------------------------------------------------------------

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        takes = await asyncio.to_thread(self._takes, address)
        if takes is None:
            return LATER
        if not takes:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await asyncio.to_thread(self._keep, envelope)

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail was not taken", why=f"{type(error).__name__}: {error}")
        return LATER

    def _takes(self, address: str) -> bool | None:
        with self.app.app_context():
            try:
                return self.book.takes(address)
            except Exception:
                log.exception("it cannot be said whether a mail is for us")
                return None
            finally:
                db.session.remove()

    def _keep(self, envelope: Envelope) -> str:
        content: Any = envelope.original_content or b""
        arrived = Arrived(
            raw=bytes(content),
            how=How.LMTP,
            envelope_from=(envelope.mail_from or "").strip("<>"),
            recipients=tuple(envelope.rcpt_tos),
        )
        with self.app.app_context():
            try:
                keeping.keep(arrived, now=clock.now())
                self._crash_point("before_kept_commit")
                db.session.commit()
                self._crash_point("after_kept")
                return TAKEN
            except Exception:
                db.session.rollback()
                log.exception("a mail could not be kept")
                return LATER
            finally:
                db.session.remove()


def _greeting(listener: Listener, within: float) -> str:
    """The first line of whoever holds the port; "" where there is none in time, as of one that was frozen."""

    async def hear() -> str:
        reader, writer = await asyncio.open_connection(listener.host, listener.port)
        try:
            return (await reader.readline()).decode("ascii", "replace")
        finally:
            writer.close()

    async def in_time() -> str:
        return await asyncio.wait_for(hear(), within)

    found: list[str] = []

    def ask() -> None:
        with contextlib.suppress(OSError, ValueError, TimeoutError):
            found.append(asyncio.run(in_time()))

    # Whoever calls may be in a loop of their own.
    thread = threading.Thread(target=ask, name="greeting", daemon=True)
    thread.start()
    thread.join()
    return found[0] if found else ""


class _Lmtp(LMTP):
    line_length_limit = MOST_BYTES  # a mail with long lines is somebody's words all the same
    #: how many recipients the mail has whose end is awaited
    _to = 1

    async def push(self, status: Any) -> None:
        """What is said after the end of a mail is said once for each recipient (RFC 2033, 4.2), a refusal as well as a
        yes: a mail server that misses one takes the next mail's reply for it, or waits until it gives up."""
        times, self._to = self._to, 1
        if str(status).startswith("354") and self.envelope is not None:
            self._to = len(self.envelope.rcpt_tos)
        for _ in range(times):
            await super().push(status)


class _Smtp(SMTP):
    line_length_limit = MOST_BYTES


class _Door:
    """A listening socket and the thread that serves it. The library's own controller waits ten seconds for a port that
    is taken, and leaves its loop open then."""

    def __init__(self, handler: Receiver, listener: Listener) -> None:
        """Raises ``OSError`` where the port is taken."""
        kind = _Lmtp if listener.protocol == "lmtp" else _Smtp
        self._loop = asyncio.new_event_loop()

        def session() -> SMTP:
            # A mail with letters outside ASCII in its addresses is kept too; who may write is decided when it is read.
            return kind(
                handler,
                data_size_limit=MOST_BYTES,
                ident=handler.name,
                timeout=IDLE,
                loop=self._loop,
                enable_SMTPUTF8=True,
            )

        self._thread = threading.Thread(target=self._loop.run_forever, name="receiver", daemon=True)
        self._thread.start()
        try:
            self._server = self._inside(self._loop.create_server(session, listener.host, listener.port))
        except OSError:
            self._leave()
            raise

    def _inside(self, doing: Coroutine[Any, Any, T]) -> T:
        """Whoever calls may be in a loop of their own: everything happens in this one's thread."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    def close(self) -> None:
        """No mail is taken from here on; one that is being handed over is put off by its server."""
        self._inside(self._end())
        self._leave()

    def _leave(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        await self._loop.shutdown_default_executor()
