"""One chat, reached through apprise, which is an extra: without it nothing leaves, and the pages say so.

The host is asked for and checked before apprise is handed anything, redirects are not followed, and certificates are
looked at. apprise asks for the name once more: a name that changes its mind in between meets a machine that has no
certificate for it, and is refused. That, and because only whoever runs the site adds a chat, is why webhooks have a
stricter way of their own.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from tracker.domain import chat_addresses
from tracker.domain.chat_addresses import ChatAddress
from tracker.domain.errors import BadInput
from tracker.notices.channels.doors import INNER, NO_HOST, Doorway, Forbidden, Unreachable
from tracker.notices.channels.results import Accepted, NeverAccepted, Phase, RelayRefuses, Result, Withheld
from tracker.notices.posts import Talk

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
TAKEN = "taken"


def is_there() -> bool:
    """Whether the extra is installed. Looks, and loads nothing."""
    return importlib.util.find_spec("apprise") is not None


def is_understood(address: ChatAddress) -> bool:
    """Whether apprise can make something of the address. Opens no connection."""
    return _notifier(address) is not None


def _notifier(address: ChatAddress) -> Any:
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
        return kind(**parts, asset=asset) if parts else None
    except TypeError:  # how apprise says that a part is missing or wrong
        return None


class ChatChannel:
    """In the place of a relay; nothing stays open between two messages."""

    def __init__(self, doorway: Doorway, *, speak: Callable[[ChatAddress, Talk], bool] | None = None) -> None:
        self._doorway = doorway
        self._speak = speak or _spoken

    def ready(self) -> RelayRefuses | None:
        return None if is_there() else RelayRefuses(LACKING, phase=Phase.CONNECT)

    def send(self, talk: Talk, *, before_body: Callable[[], bool] = lambda: True) -> Result:
        if not before_body():
            return Withheld()
        try:
            to = chat_addresses.read(talk.url, allowed=self._doorway.allowed)
            self._doorway.check(to.host, to.port, is_encrypted=to.is_encrypted)
        except (BadInput, Forbidden):
            return NeverAccepted(INNER, phase=Phase.CONNECT)
        except Unreachable:
            return RelayRefuses(NO_HOST, phase=Phase.CONNECT)
        # A chat says nothing that could be trusted to mean one message alone: the place as a whole pauses.
        return Accepted(TAKEN) if self._speak(to, talk) else RelayRefuses(NOT_TAKEN, phase=Phase.REPLY)

    def quit(self) -> None:
        """Nothing is open."""


def _spoken(to: ChatAddress, talk: Talk) -> bool:
    notifier = _notifier(to)
    return notifier is not None and bool(notifier.notify(title=talk.title, body=talk.body, body_format="text"))
