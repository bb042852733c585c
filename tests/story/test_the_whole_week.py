"""The story with its world around it: the overviews come out word for word, and so does every mail about #41."""

from __future__ import annotations

import re

import pytest

from tests.acts.cast import at
from tests.mail.story import WORDS
from tests.story.agreed import agreed, as_agreed
from tests.story.conftest import Enter
from tests.story.held_against import demand_alterations_found, demand_headers, demand_nothing_off
from tests.story.people import Cast
from tests.story.stage import Left, Stage, berlin, most_follow_ups_a_day, told
from tests.story.week import set_up

#: The mails about #41, and the overviews that were agreed.
LEAVES = [
    ("Tue 24 Nov 23:10", "nari", "receipt"),
    ("Thu 26 Nov 13:00", "pit", "rung_1"),
    ("Thu 26 Nov 17:00", "pit", "rung_2"),
    ("Fri 27 Nov 13:00", "juri", "rung_3_deputy"),
    ("Fri 27 Nov 13:00", "nari", "silence"),
    ("Fri 27 Nov 13:00", "pit", "rung_3"),
    ("Mon 30 Nov 09:00", "pit", "digest_manager"),
    ("Mon 30 Nov 17:00", "anke", "rung_4"),  # Pit and Juri have had two that day: it is a line of the next
    ("Mon 30 Nov 18:00", "nari", "digest_member"),
    ("Thu 3 Dec 17:00", "anke", "… again"),
    ("Thu 3 Dec 17:00", "juri", "… again"),
    ("Thu 3 Dec 17:00", "nari", "silence_again"),
    ("Thu 3 Dec 17:00", "pit", "… again"),
    ("Fri 4 Dec 10:01", "nari", "answer_declined"),
]
#: The promise bar of #36 on Monday at 18:00: from Wed 25 Nov 10:00 to Fri 4 Dec 17:00 are 63 h, and 31 h are over.
USED = [("#0b6b5e", "49"), ("#cfd6d3", "51")]
#: Here Pit answers eight days later than in the drawing.
OTHERWISE = {"(bis Do 10.12.)": "(bis Fr 18.12.)", "(until Thu 10 Dec)": "(until Fri 18 Dec)"}


def test_all_agreed_mails_leave_word_for_word_into_the_mailbox(enter: Enter) -> None:
    stage, cast = enter("de", next_number=1)
    play(stage, cast)
    demand_nothing_off(stage.app, suggestions=48)


@pytest.mark.databases("sqlite")
def test_all_agreed_mails_leave_word_for_word_by_smtp(enter_by_smtp: Enter) -> None:
    stage, cast = enter_by_smtp("en", next_number=1)
    play(stage, cast)
    demand_headers(stage.mails)


def play(stage: Stage, cast: Cast) -> None:
    set_up(stage, cast)
    stage.act_out(at("Monday 2026-11-23 08:59"))
    stage.until(at("Thursday 2026-12-03 18:00"))
    demand_alterations_found(stage.app, cast)  # of what is late, and then it goes on as if nothing had been
    stage.until(at("Friday 2026-12-04 12:00"))
    left = stage.mails
    monday = [one for one in left if one.reason == "digest" and berlin(one.at).startswith("Mon 30")]
    story = [one for one in left if is_about_41(one) or one in monday]
    story = [one for one in story if one.to in ("nari", "pit", "juri", "anke")]
    story = [one for one in story if (berlin(one.at), one.to) != ("Mon 30 Nov 09:00", "juri")]  # Juri has one as well
    assert [(when, who) for when, who, _ in told(story)] == [(when, who) for when, who, _ in LEAVES]
    for mail, (_, _, name) in zip(sorted(story, key=lambda one: (one.at, one.to)), LEAVES, strict=True):
        if not name.startswith("…"):
            otherwise = OTHERWISE if name == "answer_declined" else {}
            assert as_agreed(mail, with_footer=name == "digest_member") == agreed(name, cast.locale, otherwise), name
    assert most_follow_ups_a_day(left) == 2
    member = next(one for one in story if one.reason == "digest" and one.to == "nari")
    assert re.findall(r'bgcolor="(#\w+)" width="(\d+)%"', member.html) == USED


def is_about_41(mail: Left) -> bool:
    return mail.subject.endswith((WORDS["title"]["de"], WORDS["title"]["en"], "(#41)")) or "Nari" in mail.subject
