"""What the environment may say about mail that comes in; nothing is received unless it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings, SettingsRefused
from config_inbound import ImapServer, Listener
from tracker.cli.demo import stage

IMAP = "TRACKER_INBOUND_IMAP_URL"
LISTEN = "TRACKER_INBOUND_LISTEN"
REPLY = "TRACKER_INBOUND_REPLY_ADDRESS"
TEAM = "TRACKER_INBOUND_TEAM_ADDRESS"
BOUNCE = "TRACKER_INBOUND_BOUNCE_ADDRESS"
HUMANS = "TRACKER_INBOUND_HUMANS"
MAILBOX = "imaps://tracker:p%40ss@imap.example"
DOOR = "lmtp://127.0.0.1:8024"


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_environment(
        {"TRACKER_DATA_DIR": str(tmp_path), "TRACKER_MAIL_FROM": "post@nachtwache.example", **environ}
    )


def problems(tmp_path: Path, **environ: str) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        read(tmp_path, **environ)
    return refused.value.problems


def test_nothing_is_received_by_default(tmp_path: Path) -> None:
    assert read(tmp_path).inbound is None


def test_a_mailbox_alone_is_enough_and_the_addresses_follow_the_sender(tmp_path: Path) -> None:
    inbound = read(tmp_path, **{IMAP: MAILBOX}).inbound
    assert inbound is not None
    assert inbound.imap == ImapServer("imap.example", 993, "tls", "tracker", "p@ss", "INBOX")
    assert (inbound.reply_address, inbound.team_address) == (
        "reply@nachtwache.example",
        "post+{team}@nachtwache.example",
    )
    assert (inbound.listen, inbound.bounce_address, inbound.authserv_id) == (None, None, None)


def test_addresses_with_an_umlaut_domain_are_kept_as_they_go_over_the_wire(tmp_path: Path) -> None:
    given = {LISTEN: DOOR, REPLY: "reply@wäche.example", TEAM: "{team}@wäche.example", HUMANS: "@wäche.example"}
    inbound = read(tmp_path, **given).inbound
    assert inbound is not None
    assert (inbound.reply_address, inbound.team_address) == (
        "reply@xn--wche-loa.example",
        "{team}@xn--wche-loa.example",
    )
    assert inbound.humans == {"@xn--wche-loa.example"}


def test_a_door_on_the_loopback_alone_is_enough(tmp_path: Path) -> None:
    inbound = read(tmp_path, **{LISTEN: DOOR, TEAM: "{team}@t.example", BOUNCE: "b@t.example"}).inbound
    assert inbound is not None
    assert inbound.listen == Listener("lmtp", "127.0.0.1", 8024)
    assert (inbound.team_address, inbound.bounce_address) == ("{team}@t.example", "b@t.example")


def test_a_password_does_not_show(tmp_path: Path) -> None:
    assert "p@ss" not in repr(read(tmp_path, **{IMAP: MAILBOX}))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("pop3://a:b@host", "has to be imaps://"),
        ("imaps://host", "have a user and a password"),
        ("imap://a:secret@mail.example", "would show the password to every listener"),
        ("imaps://a:b@mail.example/INBOX?x", "write # / ? in a password"),
        ("imaps://a:b@host:0", "no address"),
    ],
)
def test_a_mailbox_that_cannot_be_meant_is_refused(tmp_path: Path, url: str, said: str) -> None:
    (sentence,) = problems(tmp_path, **{IMAP: url})
    assert said in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    "url", ["lmtp://0.0.0.0:24", "lmtp://192.0.2.1:24", "lmtp://mail.example:24", "lmtp://127.0.0.1", "http://[::1]:24"]
)
def test_a_door_to_the_world_is_refused(tmp_path: Path, url: str) -> None:
    (sentence,) = problems(tmp_path, **{LISTEN: url})
    assert "TRACKER_INBOUND_LISTEN" in sentence


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (REPLY, "no address", "one bare mail address"),
        (REPLY, "a-very-long-name-for-replies@x.example", "at most 18 characters"),
        (TEAM, "post@x.example", "with {team} before the @"),
        (TEAM, "post@{team}.example", "with {team} before the @"),
        (BOUNCE, "reply@nachtwache.example", "each needs an address of its own"),
        (HUMANS, "x.example", "domains as @example.org"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(tmp_path: Path, name: str, value: str, said: str) -> None:
    (sentence,) = problems(tmp_path, **{LISTEN: DOOR, name: value})
    assert said in sentence


def test_a_demo_hears_nothing_of_the_real_mailbox(tmp_path: Path) -> None:
    environ = stage.environment({IMAP: MAILBOX, LISTEN: DOOR, REPLY: "r@x.example"}, tmp_path)
    assert Settings.from_environment(environ).inbound is None


@pytest.mark.parametrize("name", [REPLY, BOUNCE, HUMANS])
def test_an_address_that_nobody_reads_is_refused(tmp_path: Path, name: str) -> None:
    (sentence,) = problems(tmp_path, **{name: "x@x.example"})
    assert "no mail is received" in sentence
