"""Which addresses of chats are taken, and which host is reached for them."""

from __future__ import annotations

import ipaddress

import pytest

from tracker.domain.chat_addresses import read
from tracker.domain.errors import BadInput

OWN = (ipaddress.ip_network("10.20.0.0/16"),)
HOOK = "3ccdd113474722377935511fc85d3dd4"


@pytest.mark.parametrize(
    ("url", "name", "host", "port"),
    [
        ("discord://1234/abcd", "Discord", "discord.com", 443),
        ("https://discord.com/api/webhooks/1234/abcd", "Discord", "discord.com", 443),
        ("slack://T1/B1/xyz/#general", "Slack", "hooks.slack.com", 443),
        ("https://hooks.slack.com/services/T1/B1/xyz", "Slack", "hooks.slack.com", 443),
        ("tgram://123:abc/456?thread=7", "Telegram", "api.telegram.org", 443),
        ("matrixs://bot:secret@matrix.example.org/#room", "Matrix, matrix.example.org", "matrix.example.org", 443),
        (f"mmosts://chat.example.org:8443/{HOOK}", "Mattermost, chat.example.org", "chat.example.org", 8443),
        ("ntfys://ntfy.example.org/topic", "ntfy, ntfy.example.org", "ntfy.example.org", 443),
        ("ntfy://topic", "ntfy", "ntfy.sh", 443),
    ],
)
def test_a_chat_on_the_list_is_named_without_its_key(url: str, name: str, host: str, port: int) -> None:
    found = read(f" {url} ")
    assert (found.name, found.host, found.port, found.is_encrypted) == (name, host, port, True)
    assert found.url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "discord",
        "file:///etc/passwd",
        "json://hooks.example.org/",
        "jsons://hooks.example.org/",
        "mailto://bot:secret@example.org",
        "syslog://localhost",
        "exec://true",
        "dbus://",
        "https://hooks.example.org/services/T1/B1/xyz",
        "https://discord.com.example.org/api/webhooks/1/a",
        "https://discord.com/login",
        "https://user@discord.com/api/webhooks/1/a",
        "matrixs:///room",
        "matrixs://[::1/room",
        "ntfys://ntfy.example.org/a b",
        "discord://1234/abcd\r\nX: y",
        "ntfys://ntfy.example.org/topic?verify=no",
        "ntfys://ntfy.example.org/topic?attach=http://10.0.0.1/",
        "discord://1234/abcd?avatar_url=http://10.0.0.1/",
        "tgram://123:abc/456?redirect=yes",
        "ntfys://ntfy.example.org/topic?+X-Header=1",
        "matrixs://169.254.169.254/#room",
        "matrix://matrix.example.org/#room",
        f"mmost://10.20.0.5/{HOOK}",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(url)
    assert refused.value.field == "url"


def test_without_encryption_only_in_networks_of_ones_own() -> None:
    assert read(f"mmost://10.20.0.5:8065/{HOOK}", allowed=OWN).port == 8065
    assert not read("matrix://matrix.inner/#room", allowed=OWN).is_encrypted  # where it leads shows when it is called
    with pytest.raises(BadInput):
        read(f"mmost://10.21.0.5/{HOOK}", allowed=OWN)
    with pytest.raises(BadInput):
        read(f"mmosts://192.168.1.1/{HOOK}", allowed=OWN)
