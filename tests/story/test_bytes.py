"""What left, as bytes: the same on a retry; and its link, which unsubscribes with one click and not with a look."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.acts.cast import at
from tests.mail_server import DROP, MailServer
from tests.story.conftest import Enter
from tests.story.people import Cast
from tests.story.stage import HOUR, Left, Stage, told
from tests.story.test_each_by_itself import raise_41
from tests.times import FakeClock
from tests.web.visitors import Visitor
from tracker.notices import mime

pytestmark = pytest.mark.databases("sqlite")  # the outbox's own tests try both
RUNG_1 = at("Thursday 2026-11-26 13:00")


def test_a_retry_hands_over_the_same_bytes(enter_by_smtp: Enter, mail_server: MailServer) -> None:
    stage, _ = enter_by_smtp("de")
    raise_41(stage, _)
    stage.until(at("Thursday 2026-11-26 12:00"))
    begun = len(mail_server.received)
    mail_server.script("DOT", "451 4.3.0 come back later", "451 4.3.0 come back later")
    stage.until(at("Thursday 2026-11-26 16:00"))
    first, second, third = mail_server.received[begun:]
    assert (first.accepted, second.accepted, third.accepted) == (False, False, True)
    assert first.raw == second.raw == third.raw
    assert "/m/answer/" in str(third.message.get_body(("plain",))), "its links count from its making, not from a try"
    mime.fence(third.raw)
    assert [one.to for one in stage.mails] == ["nari", "pit"]


def test_of_a_message_that_nobody_can_say_arrived_the_second_copy_is_the_same(
    enter_by_smtp: Enter, mail_server: MailServer
) -> None:
    """The line is cut after the final dot and before the 250: whether it arrived nobody knows (RFC 1047)."""
    stage, cast = enter_by_smtp("de")
    raise_41(stage, cast)
    stage.until(at("Thursday 2026-11-26 12:00"))
    begun = len(mail_server.received)
    mail_server.script("DOT", DROP)
    stage.until(at("Thursday 2026-11-26 16:00"))
    lost, kept = mail_server.received[begun:]
    assert lost.raw == kept.raw
    assert lost.message["Message-ID"] == kept.message["Message-ID"]


def test_looking_at_the_link_changes_nothing_and_one_click_does(enter_by_smtp: Enter, clock: FakeClock) -> None:
    stage, cast = enter_by_smtp("de")
    raise_41(stage, cast)
    stage.until(RUNG_1)
    clock.set(RUNG_1 + HOUR)
    (mail,) = [one for one in stage.mails if one.to == "pit"]
    path = link_of(mail)
    scanner = Visitor(stage.app, clock, https=True, language="de")
    page = scanner.get(path)
    assert page.status_code == 200
    assert "<form" in page.text
    assert 'method="post"' in page.text
    assert not in_app_only(stage, cast)
    clicked = stage.app.test_client().post(path, base_url="https://tracker.example", data="List-Unsubscribe=One-Click",
                                           content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert clicked.status_code == 200
    assert in_app_only(stage, cast)
    second = stage.until(at("Thursday 2026-11-26 17:00"))
    assert [(who, said) for _, who, said in told(second)] == [("juri", "Jetzt fällig: Chat-Filter frisst Umlaute")]


def link_of(mail: Left) -> str:
    assert str(mail.message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    url = str(mail.message["List-Unsubscribe"]).strip("<>")
    assert url.startswith("https://tracker.example/")
    return urlsplit(url).path


def in_app_only(stage: Stage, cast: Cast) -> bool:
    with stage.app.app_context():
        return cast["Pit"].reminders_in_app
