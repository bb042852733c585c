"""One chat, reached through apprise, which is an extra: without it nothing leaves, and the pages say so.

The host is asked for, checked and knocked at before apprise is handed anything, redirects are not followed, and
certificates are looked at. apprise asks for the name once more: see docs/decisions/chats.md. Because of that, and
because only whoever runs the site adds a chat, webhooks have a stricter way of their own.

apprise says True or False, and of a chat that took the line and was slow to say so it says False too. What is certainly
not taken is tried again for as long as it is news; of everything else nobody knows.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from tracker.domain import chat_addresses
from tracker.domain.chat_addresses import ChatAddress
from tracker.domain.errors import BadInput
from tracker.notices.channels.doors import INNER, Doorway, Forbidden, NoReply, Unreachable
from tracker.notices.channels.results import Accepted, NeverAccepted, Phase, RelayRefuses, Result, Unknown, Withheld
from tracker.notices.posts import Talk

log = structlog.get_logger(__name__)

INSTALL = ".venv/bin/pip install -r requirements-chat.txt"
#: Kind → module and class in apprise.
NOTIFIERS = {
    "Discord": ("discord", "NotifyDiscord"),
    "Slack": ("slack", "NotifySlack"),
    "Telegram": ("telegram", "NotifyTelegram"),
    "Matrix": ("matrix", "NotifyMatrix"),
    "Mattermost": ("mattermost", "NotifyMattermost"),
    "ntfy": ("ntfy", "NotifyNtfy"),
}
LACKING = "apprise is not installed"
NOT_TAKEN = "the chat did not take it"
PERHAPS = "the chat did not say whether it took it"
TAKEN = "taken"


#: How apprise ends its line about an answer that was no yes: the status.
_STATUS = re.compile(r"error=(\d{3})\b")
#: Of a server that is in trouble (5xx) nobody knows how far it came, but for the one that turns everybody away.
_TURNS_AWAY = 503
_TOO_LATE = 408


def is_there() -> bool:
    """Whether the extra is installed. Looks, and loads nothing."""
    return importlib.util.find_spec("apprise") is not None


def is_understood(address: ChatAddress) -> bool:
    """Whether apprise can make something of the address. Opens no connection."""
    return _notifier(address) is not None


def _notifier(address: ChatAddress, **more: Any) -> Any:
    """What apprise speaks to this kind of chat with; none where it can make nothing of the address.

    Loaded by itself, when it is needed: asked for a notifier, apprise would load every service that it knows of.
    """
    import apprise

    module, name = NOTIFIERS[address.kind]
    kind = getattr(importlib.import_module(f"apprise.plugins.{module}"), name)
    is_copied = address.url.startswith("https://")
    parts = kind.parse_native_url(address.url) if is_copied else kind.parse_url(address.url)
    in_memory = apprise.PersistentStoreMode.MEMORY
    asset = apprise.AppriseAsset(
        app_id="Tracker", http_redirects=False, storage_mode=in_memory, image_url_mask="", image_url_logo=""
    )  # no picture either, which each reader would fetch from a foreign place
    try:
        return kind(**parts, **more, asset=asset) if parts else None
    except TypeError:  # how apprise says that a part is missing or wrong
        return None


class ChatChannel:
    """In the place of a relay; nothing stays open between two messages.

    ``speak`` says whether the chat took it, and raises ``NoReply`` where nobody can say.
    """

    def __init__(self, doorway: Doorway, *, speak: Callable[[ChatAddress, Talk], bool] | None = None) -> None:
        self._doorway = doorway
        self._speak = speak or partial(_spoken, within=doorway.reply)

    def ready(self) -> RelayRefuses | None:
        return None if is_there() else RelayRefuses(LACKING, phase=Phase.CONNECT)

    def send(self, talk: Talk, *, before_body: Callable[[], bool] = lambda: True) -> Result:
        if not before_body():
            return Withheld()
        try:
            to = chat_addresses.read(talk.url, allowed=self._doorway.allowed)
            self._doorway.knock(to.host, to.port, is_encrypted=to.is_encrypted)
        except (BadInput, Forbidden):
            return NeverAccepted(INNER, phase=Phase.CONNECT)
        except Unreachable as error:
            return RelayRefuses(str(error), phase=Phase.CONNECT)
        try:
            # A chat says nothing that could be trusted to mean one message alone: the place as a whole pauses.
            return Accepted(TAKEN) if self._speak(to, talk) else RelayRefuses(NOT_TAKEN, phase=Phase.REPLY)
        except NoReply as error:
            return Unknown(str(error))

    def quit(self) -> None:
        """Nothing is open."""


def _spoken(to: ChatAddress, talk: Talk, *, within: timedelta) -> bool:
    """Say it through apprise. Its own patience is 4 seconds, which a chat that wakes up may need."""
    notifier = _notifier(to, rto=within.total_seconds())
    if notifier is None:
        return False
    with _listening() as said:
        try:
            if notifier.notify(title=talk.title, body=talk.body, body_format="text"):
                return True
        except Exception:  # whatever somebody else's code stumbles over, the line may be there
            log.exception("apprise failed", kind=to.kind)
            raise NoReply(PERHAPS) from None
    if said and all(_is_refusal(line) for line in said):
        return False
    raise NoReply(PERHAPS)


def _is_refusal(line: str) -> bool:
    """Whether the chat answered, and by a status with which nothing is taken."""
    found = _STATUS.search(line)
    status = int(found[1]) if found else 0
    return status == _TURNS_AWAY or (300 <= status < 500 and status != _TOO_LATE)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What apprise warns of meanwhile in this thread: the one way in which it says why. It is heard whatever the level
    of the log is, and written there as that says."""
    said: list[str] = []
    thread, logger = threading.get_ident(), logging.getLogger("apprise")

    def hear(record: logging.LogRecord) -> bool:
        if record.thread != thread:
            return True
        said.extend([record.getMessage()] if record.levelno >= logging.WARNING else [])
        return record.levelno >= logging.getLogger().level

    if not logger.isEnabledFor(logging.WARNING):
        logger.setLevel(logging.WARNING)
    logger.addFilter(hear)
    try:
        yield said
    finally:
        logger.removeFilter(hear)
