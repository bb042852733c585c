"""The embedded mailbox: every message a file that is there whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.times import instant
from tracker.notices.channels.mailbox import Mailbox, MailboxChannel
from tracker.notices.channels.results import Accepted, NotAcceptedNow, Withheld

NOW = instant("Thursday 2026-11-26 13:00")
MESSAGE = (
    b"From: Nachtwache <post@tracker.example>\r\nTo: pit@example.org\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHallo\r\n"
)


def test_a_message_is_kept_as_it_was_and_listed_newest_first(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    assert box.put(MESSAGE, now=NOW) == "20261126T120000Z-0001.eml"
    assert box.put(MESSAGE, now=NOW) == "20261126T120000Z-0002.eml"
    assert box.put(MESSAGE, now=instant("Thursday 2026-11-26 17:00")) == "20261126T160000Z-0001.eml"
    assert box.names() == ["20261126T160000Z-0001.eml", "20261126T120000Z-0002.eml", "20261126T120000Z-0001.eml"]
    assert box.raw("20261126T120000Z-0001.eml") == MESSAGE
    newest = next(box.letters())
    assert (newest.subject, newest.to, newest.at) == ("Grüße", "pit@example.org", instant("Thu 2026-11-26 17:00"))
    read = box.read("20261126T120000Z-0001.eml")
    assert read is not None
    assert read.get_content().splitlines() == ["Hallo"]


def test_only_we_may_read_the_files(tmp_path: Path) -> None:
    name = Mailbox(tmp_path).put(MESSAGE, now=NOW)
    assert (tmp_path / "mail" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700


def test_nothing_half_written_is_left_or_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    channel = MailboxChannel(tmp_path, now=lambda: NOW)
    result = channel.send("post@tracker.example", "pit@example.org", MESSAGE, deadline=0)
    assert isinstance(result, NotAcceptedNow)
    assert "No space left" in str(result)
    assert list((tmp_path / "mail").iterdir()) == []


def test_many_writers_at_once_keep_every_message(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    threads = [threading.Thread(target=box.put, args=(MESSAGE,), kwargs={"now": NOW}) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(box.names()) == 20


@pytest.mark.parametrize(
    "name",
    ["../secret_key", "..", "", "/etc/passwd", "20261126T120000Z-0001.eml/../../secret_key", "x.eml", ".hidden.part"],
)
def test_no_other_file_can_be_asked_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret_key").write_text("secret")
    box = Mailbox(tmp_path)
    box.put(MESSAGE, now=NOW)
    assert box.raw(name) is None
    assert box.read(name) is None


def test_an_empty_mailbox_is_empty(tmp_path: Path) -> None:
    assert Mailbox(tmp_path).names() == []
    assert list(Mailbox(tmp_path).letters()) == []
    assert Mailbox(tmp_path).raw("20261126T120000Z-0001.eml") is None


def test_the_channel_speaks_as_the_relay_does(tmp_path: Path) -> None:
    channel = MailboxChannel(tmp_path, now=lambda: NOW)
    channel.ready()
    held = channel.send("post@x.example", "pit@example.org", MESSAGE, deadline=0, before_body=lambda: False)
    kept = channel.send("post@x.example", "pit@example.org", MESSAGE, deadline=0)
    channel.quit()
    channel.drop()
    assert isinstance(held, Withheld)
    assert isinstance(kept, Accepted)
    assert kept.reply == "put into the mailbox: 20261126T120000Z-0001.eml"
    assert os.listdir(tmp_path / "mail") == ["20261126T120000Z-0001.eml"]
