"""The story once more as people get it who change nothing: one mail a day, in which the reminders are lines."""

from __future__ import annotations

import re

from tests.acts.cast import at
from tests.story.agreed import agreed, as_agreed
from tests.story.conftest import Enter
from tests.story.people import JOINING, Cast
from tests.story.stage import Left, Stage, most_follow_ups_a_day, told
from tests.story.test_each_by_itself import pit_says_no, raise_41
from tests.times import FakeClock
from tests.web.visitors import Visitor

THREE = ("anke", "juri", "pit")
#: A rung that reaches somebody for the first time cannot wait: Juri's third, Anke's fourth.
LEAVES = [
    ("Tue 24 Nov 23:10", "nari", "Angekommen: Chat-Filter frisst Umlaute (#41)"),
    ("Thu 26 Nov 09:00", "pit", "Heute 1"),  # looks ahead: rungs 1 (13:00) and 2 (17:00) need no mail
    ("Fri 27 Nov 09:00", "pit", "Überfällig 1"),  # and rung 3 (13:00) needs none
    ("Fri 27 Nov 13:00", "juri", "Kannst du einspringen? Chat-Filter frisst Umlaute"),
    ("Fri 27 Nov 13:00", "nari", "Wir schulden dir eine Antwort: Chat-Filter frisst Umlaute"),
    ("Mon 30 Nov 09:00", "juri", "Deine Woche: 1 überfällig"),
    ("Mon 30 Nov 09:00", "pit", "Deine Woche: 1 überfällig"),
    ("Mon 30 Nov 17:00", "anke", "Braucht dich: Nari wartet seit Donnerstag"),
    ("Mon 30 Nov 18:00", "nari", "Deine Woche: 1 schulden wir dir"),
    *[(f"{day} Dec 09:00", who, "Überfällig 1") for day in ("Tue 1", "Wed 2", "Thu 3") for who in THREE],
    ("Thu 3 Dec 17:00", "nari", "Noch keine Antwort: Chat-Filter frisst Umlaute"),
    *[("Fri 4 Dec 09:00", who, "Überfällig 1") for who in THREE],
    ("Fri 4 Dec 10:01", "nari", "Nein, mit Grund: Chat-Filter frisst Umlaute"),
]  # fmt: skip
#: What is said of reminders names the mails that left, at nine, and not the rungs.
REMINDED = {
    "Pit erinnert: Do 13 und 17 Uhr": "Pit erinnert: Do 9 Uhr, Fr 9 Uhr",
    "Pit wurde am Donnerstag zweimal erinnert.": "Pit wurde seit gestern zweimal erinnert.",
    "Do, Fr Pit erinnert": "Do, Fr, Mo Pit erinnert",
    "Bei Pit sind gerade 3 überfällig und 9 diese Woche fällig. ": "",
    "(bis Do 10.12.)": "(bis Fr 18.12.)",
}
AGREED = {
    "Angekommen": "receipt",
    "Kannst du": "rung_3_deputy",
    "Wir schulden": "silence",
    "Braucht dich": "rung_4",
    "Noch keine": "silence_again",
    "Nein": "answer_declined",
}
THURSDAY = [
    "Guten Morgen Pit,",
    "HEUTE #41 Chat-Filter frisst Umlaute (17 Uhr) →",
]
FRIDAY = [
    "Guten Morgen Pit,",
    "ÜBERFÄLLIG #41 Chat-Filter frisst Umlaute · Nari und 11 andere seit Do, 17 Uhr · Antworten →",
    "10 Minuten? Eins nach dem anderen →",
]
THE_FOURTH = "seit Do 26.11. · Tag 5"  # Fri, Mon, Tue, Wed, Thu


def test_follow_ups_become_lines(enter: Enter) -> None:
    stage, cast = enter("de", rhythm="daily")
    raise_41(stage, cast)
    stage.do(at("Friday 2026-12-04 10:00"), pit_says_no(cast))
    left = stage.until(at("Monday 2026-12-07 12:00"))
    until_answered = [one for one in left if one.at < at("Monday 2026-12-07 00:00")]
    assert told(until_answered) == LEAVES
    for mail in until_answered:
        name = next((name for begin, name in AGREED.items() if mail.subject.startswith(begin)), None)
        if name is not None:
            assert as_agreed(mail) == agreed(name, "de", REMINDED), name
    assert as_agreed(mail_of(left, "Thu 26 Nov 09:00", "pit"))[1] == THURSDAY
    assert as_agreed(mail_of(left, "Fri 27 Nov 09:00", "pit"))[1] == FRIDAY
    assert THE_FOURTH in mail_of(left, "Fri 4 Dec 09:00", "anke").flat
    assert most_follow_ups_a_day(left) == 1
    lines = [one for one in left if one.at >= at("Monday 2026-12-07 00:00")]  # who said "me too" finds it in theirs
    assert {one.to for one in lines} == {name.lower() for name in JOINING} | {"pit"}
    news = "NEU #41 Chat-Filter frisst Umlaute Pit hat geantwortet: Nein. „Der Filter kommt vom Hersteller"
    assert all(news in one.flat for one in lines if one.to != "pit")


def mail_of(left: list[Left], when: str, who: str) -> Left:
    (found,) = [
        one for one, said in zip(left, [told([one])[0] for one in left], strict=True) if said[:2] == (when, who)
    ]
    return found


def test_the_timeline_names_what_left(enter_by_smtp: Enter, clock: FakeClock) -> None:
    page = nari_reads(*enter_by_smtp("de", rhythm="daily"), clock, https=True)
    assert "Erinnert: Pit Do 9 Uhr, Fr 9 Uhr" in page
    assert "Erinnert: Juri" in page
    assert "Bescheid bekommen, dass wir zu spät sind: du" in page


def test_of_what_stays_on_this_computer_the_timeline_says_so(enter: Enter, clock: FakeClock) -> None:
    page = nari_reads(*enter("de", rhythm="daily"), clock, https=False)
    assert "Erinnert:" not in page
    assert "Bescheid bekommen" not in page
    assert "Ins Postfach gelegt: Pit Do 9 Uhr, Fr 9 Uhr" in page


def nari_reads(stage: Stage, cast: Cast, clock: FakeClock, *, https: bool) -> str:
    """The words of #41's page, as Nari sees them on Friday at 14:00."""
    raise_41(stage, cast)
    stage.until(at("Friday 2026-11-27 13:00"))
    clock.set(at("Friday 2026-11-27 14:00"))
    with stage.app.app_context():
        nari = Visitor(stage.app, clock, https=https).signed_in(cast["Nari"])
    main = nari.get("/t/nachtwache/41").text.split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
