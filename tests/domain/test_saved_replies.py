"""Saved replies: which placeholders there are, and that what fills them is not looked through again."""

from __future__ import annotations

import pytest

from tracker.domain import saved_replies
from tracker.domain.errors import BadInput

VALUES = {"name": "Nari", "title": "Chat-Filter", "number": "41", "team": "Nachtwache", "me": "Pit"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Danke dir, {name}!", "Danke dir, Nari!"),
        ("#{number} „{title}“ ist bei der {team}. {me}", "#41 „Chat-Filter“ ist bei der Nachtwache. Pit"),
        ("{ name }", "Nari"),
        ("ohne", "ohne"),
        ("{unknown} bleibt stehen", "{unknown} bleibt stehen"),
    ],
)
def test_places_are_filled(text: str, filled: str) -> None:
    assert saved_replies.fill(text, VALUES) == filled


def test_what_a_title_brings_along_is_not_looked_through_again() -> None:
    assert saved_replies.fill("{title} {me}", {**VALUES, "title": "{me} {name} \\1"}) == "{me} {name} \\1 Pit"


@pytest.mark.parametrize(
    "text", ["", "Danke, {name}", "{name}{title}{number}{team}{me}", "1 } 2 { 3", "{ zwei Worte }"]
)
def test_these_can_be_saved(text: str) -> None:
    saved_replies.check(text, field="text_de")
    assert not {f"{{{name}}}" for name in VALUES if f"{{{name}}}" in saved_replies.fill(text, VALUES)}


@pytest.mark.parametrize(("text", "given"), [("Danke, {nam}", "{nam}"), ("{}", "{}"), ("{ Name }", "{ Name }")])
def test_a_place_that_nobody_fills_is_quoted(text: str, given: str) -> None:
    with pytest.raises(BadInput) as refused:
        saved_replies.check(text, field="text_de")
    assert refused.value.field == "text_de"
    assert refused.value.facts == {"given": given, "known": "{name}, {title}, {number}, {team}, {me}"}


@pytest.mark.parametrize(
    ("locale", "de", "en", "chosen"),
    [("de", "Danke", "Thanks", "Danke"), ("en", "Danke", "Thanks", "Thanks"), ("en", "Danke", "", "Danke"),
     ("de", "", "Thanks", "Thanks")],
)  # fmt: skip
def test_the_language_of_the_author(locale: str, de: str, en: str, chosen: str) -> None:
    assert saved_replies.in_language(locale, de=de, en=en) == chosen


@pytest.mark.parametrize(
    ("de", "en", "fits"),
    [
        ("Danke, {name}!", "Thank you, {name}! {me}", True),
        ("Danke, { name }! {team}", "", True),
        ("Danke für {title}", "", False),
        ("Danke.", "Thank you for #{ number }", False),
    ],
)
def test_what_names_one_suggestion_is_no_reply_for_many(de: str, en: str, fits: bool) -> None:
    assert saved_replies.is_for_many(de, en) is fits
