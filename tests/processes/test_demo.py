"""`tracker demo`: two teams in the middle of a story, and within a minute it goes on by itself."""

from __future__ import annotations

import email
import email.policy
import http.cookiejar
import re
import signal
import subprocess
import sys
import urllib.request

from tests.processes.programs import Program, Programs

LINE = re.compile(r"^(member|manager|owner) (\w+) (http://127\.0\.0\.1:\d+(/\S+))$", re.MULTILINE)
#: German and English: a follow-up, the honest notice to the author, and the week.
WANTED = (
    "Jetzt fällig: Dürfen wir Turnierpreise verlosen?",
    "Due now: May we raffle tournament prizes?",
    "Wir schulden dir eine Antwort: Chat-Filter frisst Umlaute",
    "We owe you an answer: Chat filter eats accents",
    "Deine Woche: ",
    "Your week: ",
)


def subjects(programs: Programs) -> list[str]:
    files = sorted((programs.data_dir / "demo" / "mail").glob("*.eml"))
    messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [str(message["Subject"]) for message in messages]


def visit(program: Program, url: str) -> tuple[str, str]:
    """Where a browser with fresh cookies arrives, and what it reads there."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with browser.open(url, timeout=60) as answer:
        return answer.geturl(), answer.read().decode()


def test_soon_follow_ups_a_silence_notice_and_a_digest_lie_in_the_mailbox(programs: Programs) -> None:
    demo = programs.start("demo")
    demo.wait_for(lambda: demo.get("/livez")[0] == 200, seconds=300)
    people = LINE.findall(demo.said)
    assert [role for role, *_ in people].count("manager") == 4
    assert {role for role, *_ in people} == {"member", "manager", "owner"}
    before = subjects(programs)
    assert len(before) > 40, "the story so far"

    demo.wait_for(
        lambda: all(any(one.startswith(wanted) for one in subjects(programs)) for wanted in WANTED), seconds=300
    )
    demo.wait_for(demo.is_green)

    for _ in range(2):
        place, page = visit(demo, people[0][2])
        assert "/sign-in" not in place, "the link signs in, any number of times"
        assert people[0][1] in page

    checked = _check(programs)
    assert (checked.returncode, checked.stdout.partition(":")[2]) == (0, " nothing off\n")
    second = programs.start("demo")
    assert second.process.wait(180) == 1
    assert "A demo runs already" in second.complained
    assert demo.end(signal.SIGTERM) == 0
    assert "Traceback" not in demo.complained


def _check(programs: Programs) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tracker.cli", "check"],
        env=programs.environ(8000) | {"TRACKER_DATA_DIR": str(programs.data_dir / "demo")},
        cwd=programs.folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_database_that_is_no_demo_is_left_alone(programs: Programs) -> None:
    (programs.data_dir / "demo").mkdir(parents=True)
    made = subprocess.run(
        [
            *(sys.executable, "-m", "tracker.cli", "setup", "--team", "Night Watch"),
            *("--owner-email", "anke@example.org", "--owner-name", "Anke"),
        ],
        env=programs.environ(8000) | {"TRACKER_DATA_DIR": str(programs.data_dir / "demo")},
        cwd=programs.folder,
        check=False,
        capture_output=True,
    )
    assert made.returncode == 0
    refused = programs.start("demo")
    assert refused.process.wait(180) == 1
    assert "is no demo, and is left alone" in refused.complained
    assert _check(programs).stdout.startswith("1 teams")
