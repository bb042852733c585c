"""What is new in a reply: the cases of other projects, the traps of German mail programs, and any text at all."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.inbound.reply import split_reply, visible_reply
from tracker.inbound.reply_lines import is_marker
from tracker.notices.words.marker import MARKERS

#: Mails that other projects test with, with their licences; the manifest says what each demands.
CASES = Path(__file__).resolve().parent / "cases" / "replies"
ENTRIES: list[dict[str, Any]] = json.loads((CASES / "manifest.json").read_text(encoding="utf-8"))["entries"]
#: These two demand that a sign-off goes. It stays: what somebody wrote is theirs (the rule of the discourse set).
KEEPS_A_SIGN_OFF = {"alfonsrv/email_pl_1_1.txt", "alfonsrv/email_danish_1.txt"}


def mail(entry: dict[str, Any]) -> str:
    return (CASES / str(entry["file"])).read_bytes().decode("utf-8", "replace")


def meets(entry: dict[str, Any]) -> bool:
    """The words that have to be there are, and those that must not are not."""
    visible = visible_reply(mail(entry))
    return (
        visible.startswith((entry["must_start"] or "").strip())
        and visible.endswith((entry["must_end"] or "").strip())
        and all(words in visible for words in entry["must_contain"])
        and not any(words in visible for words in entry["must_not_contain"])
    )


def share(good: list[bool]) -> float:
    assert good, "no case is no proof"
    return sum(good) / len(good)


def test_the_set_of_the_rule_that_keeps_sign_offs_is_met_to_the_letter() -> None:
    whole = [entry for entry in ENTRIES if entry["file"].startswith("discourse/") and entry["expected"] is not None]
    exact = share([visible_reply(mail(entry)) == entry["expected"].strip() for entry in whole])
    assert (len(whole), exact >= 0.95) == (66, True), f"{exact:.1%} of {len(whole)}"


def test_what_is_demanded_of_german_mails_is_met() -> None:
    german = [entry for entry in ENTRIES if entry["lang"] == "de"]
    met = share([meets(entry) for entry in german])
    assert met >= 0.95, f"{met:.1%} of {len(german)}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_no_case_loses_new_text(entry: dict[str, Any]) -> None:
    visible = " ".join(visible_reply(mail(entry)).split())
    for words in (*entry["must_contain"], entry["must_start"] or "", entry["must_end"] or "", entry["expected"] or ""):
        assert " ".join(words.split()) in visible


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_nothing_of_the_old_mail_is_left_over(entry: dict[str, Any]) -> None:
    assert meets(entry) is (entry["file"] not in KEEPS_A_SIGN_OFF)


# What our own mails bring about ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("marker", MARKERS.values())
@pytest.mark.parametrize("sign", ["", "> ", ">> "])
def test_above_our_line_is_what_is_new(marker: str, sign: str) -> None:
    assert is_marker(f"{sign}{marker}")
    assert visible_reply(f"Am Rechner.\n\n{sign}{marker}\n{sign}\n{sign}Hallo Nari, Pit fragt dich …") == "Am Rechner."


TRAPS = {
    "an attribution over two lines": (
        "Ja.\n\nAm Do., 26. Nov. 2026 um 13:00 Uhr schrieb Pit (Nachtwache) <\npost@nachtwache.example>:\n\n> Handy?",
        "Ja.",
    ),
    "a day of ours is text": ("Am heutigen Tage ist es wieder da.", "Am heutigen Tage ist es wieder da."),
    "a bottom post below headers": (
        "Von: Pit\nGesendet: Do 26.11.2026\nAn: Nari\nBetreff: Chat-Filter\n\nAm Rechner.",
        "Am Rechner.",
    ),
    "thanks are no sign-off": ("vielen Dank für Ihre Anfrage!\nAm Handy.", "vielen Dank für Ihre Anfrage!\nAm Handy."),
    "a Swiss sign-off stays": ("Geht wieder.\n\nFreundliche Grüsse\nNari", "Geht wieder.\n\nFreundliche Grüsse\nNari"),
    "a signature goes": ("Geht wieder.\n\n-- \nNari\n0171 2345", "Geht wieder."),
    "a telephone goes": ("Am Handy.\n\nVon meinem iPhone gesendet", "Am Handy."),
    "answers between the lines stay": (
        "Am 26.11.2026 um 13:00 schrieb Pit:\n> Handy?\nNein.\n> Rechner?\nJa.",
        "> Handy?\nNein.\n> Rechner?\nJa.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_german_traps(trap: str) -> None:
    text, visible = TRAPS[trap]
    assert visible_reply(text) == visible
    assert visible_reply(text.replace("\n", "\r\n")) == visible


# Any text -------------------------------------------------------------------------------------------------------------


@given(
    st.text() | st.lists(st.sampled_from(["> a", "-- ", "Am 1.1.2026 schrieb A:", "Von: B", "Text", ""])).map("\n".join)
)
def test_any_text_is_taken_and_every_word_is_in_one_of_the_two(text: str) -> None:
    reply = split_reply(text)
    assert visible_reply(text) == reply.visible
    seen = (reply.visible + reply.trimmed).split()
    assert sum(map(len, seen)) <= len(text)
    letters = sorted(character for character in text if character.isalnum())
    assert sorted(character for character in reply.visible + reply.trimmed if character.isalnum()) == letters


@pytest.mark.parametrize("piece", ["> ", "Am 1.1. ", "_", "a@b ", "x", "Von: x\n", "> Am 1.1.2026 schrieb A:\n", "\n"])
def test_the_work_grows_with_the_mail_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        split_reply(text)
        return time.process_time() - begun

    seconds(50_000)
    small, large = (min(seconds(size) for _ in range(2)) for size in (125_000, 1_000_000))
    assert large < 8 * 4 * max(small, 0.005), (small, large)
