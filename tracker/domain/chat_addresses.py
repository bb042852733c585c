"""Addresses of chats in the notation of apprise: which kinds there are, and which host is reached for one.

Whoever reads the address can write there, so it is a secret, and nobody is shown it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import parse_qsl, urlsplit

from tracker.domain.errors import N_, BadInput
from tracker.domain.web_addresses import LONGEST, Network, as_address, may_connect

#: Reached at the one place of their maker, always encrypted.
HOSTED = {
    "discord": ("Discord", "discord.com"),
    "slack": ("Slack", "hooks.slack.com"),
    "tgram": ("Telegram", "api.telegram.org"),
}
#: Run by anybody: scheme → its name, and whether it is encrypted.
ANYWHERE = {
    "matrixs": ("Matrix", True),
    "mmosts": ("Mattermost", True),
    "ntfys": ("ntfy", True),
    "matrix": ("Matrix", False),
    "mmost": ("Mattermost", False),
    "ntfy": ("ntfy", False),
}
#: What their makers give out to be copied.
COPIED = {"discord.com": ("/api/webhooks/", "discord"), "hooks.slack.com": ("/services/", "slack")}
NTFY_AT_HOME = "ntfy.sh"
#: Of all the options that could stand behind a "?" those that change nothing but where in the chat it appears. The
#: others could switch off the look at certificates, or fetch something from elsewhere.
OPTIONS = frozenset({"mode", "priority", "tags", "thread"})
#: To name what was added.
EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
NAMES = "Discord, Slack, Matrix, Mattermost, Telegram, ntfy"


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """``url`` is what apprise is handed; ``host`` is connected to for it."""

    url: str
    kind: str
    host: str
    port: int
    is_encrypted: bool

    @property
    def name(self) -> str:
        """What may be shown of it."""
        is_at_home = self.host in (*(host for _, host in HOSTED.values()), NTFY_AT_HOME)
        return self.kind if is_at_home else f"{self.kind}, {self.host}"


def name_of(url: str) -> str:
    """What may be shown of an address that was taken, whatever the settings allow today."""
    try:
        return read(url, allowed=EVERYWHERE).name
    except BadInput:  # it was on the list when it was added
        return "–"


def read(text: str, *, allowed: Sequence[Network] = (), field: str = "url") -> ChatAddress:
    """Take an address apart. Raises ``BadInput`` for what is no chat on the list.

    ``allowed`` are networks of one's own; a chat that is not encrypted may only stand there.
    """
    url = text.strip()
    wrong = BadInput(N_("That is not the address of a chat that can be used: %(names)s."), field=field, names=NAMES)
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or len(url) > LONGEST:
        raise wrong
    try:
        parts = urlsplit(url)
        # of a hosted one a part of its key may stand where others have a port
        port = None if parts.scheme in HOSTED else parts.port
    except ValueError:
        raise wrong from None
    scheme, host = parts.scheme, (parts.hostname or "").rstrip(".")
    if any(name not in OPTIONS for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        raise BadInput(
            N_("Behind the “?” only these may stand: %(names)s."), field=field, names=", ".join(sorted(OPTIONS))
        )
    if scheme == "https":
        start, scheme = COPIED.get(host, ("", ""))
        if not start or not parts.path.startswith(start) or parts.username or port:
            raise wrong
    if scheme in HOSTED:
        kind, host = HOSTED[scheme]
        return ChatAddress(url, kind, host, 443, True)
    if scheme not in ANYWHERE or not host:
        raise wrong
    kind, is_encrypted = ANYWHERE[scheme]
    if kind == "ntfy" and not parts.path.strip("/"):  # a topic alone stands where its maker runs it
        return ChatAddress(url, kind, NTFY_AT_HOME, 443, True)
    if not is_encrypted and not allowed:
        raise BadInput(N_("Use the encrypted form, which begins with %(scheme)s://."), field=field, scheme=f"{scheme}s")
    literal = as_address(host)
    if literal is not None and not may_connect(literal, allowed=allowed, is_encrypted=is_encrypted):
        raise BadInput(N_("%(host)s is an address of an inner network. Nothing is sent there."), field=field, host=host)
    return ChatAddress(url, kind, host, port or (443 if is_encrypted else 80), is_encrypted)
