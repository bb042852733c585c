"""Tags: what was typed becomes names, and how many there may be."""

from __future__ import annotations

import pytest

from tracker.domain import tags
from tracker.domain.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", []),
        (" , ;\n", []),
        ("Chat", ["Chat"]),
        ("Chat, Filter", ["Chat", "Filter"]),
        ("#chat #filter", ["chat #filter"]),  # only commas part: a tag may have several words
        ("#chat,##filter", ["chat", "filter"]),
        ("  zweite   Meinung ;Chat\nGilden", ["zweite Meinung", "Chat", "Gilden"]),
        ("Chat, CHAT, chat", ["Chat"]),  # the first spelling counts
        ("Chat, Filter, chat", ["Chat", "Filter"]),
        ("Straße, STRASSE", ["Straße"]),
    ],
)
def test_what_was_typed_becomes_names(typed: str, names: list[str]) -> None:
    assert tags.split(typed) == names


def test_names_in_a_field_are_read_back_as_they_are() -> None:
    assert tags.split(tags.joined(["zweite Meinung", "Chat"])) == ["zweite Meinung", "Chat"]


def names(count: int) -> list[str]:
    return [f"tag {number}" for number in range(count)]


def test_ten_tags_fit_on_one_suggestion_and_eleven_do_not() -> None:
    tags.check(names(10))
    with pytest.raises(BadInput) as refused:
        tags.check(names(11))
    assert (refused.value.field, refused.value.facts["count"]) == ("tags", 11)


def test_a_tag_has_forty_characters_at_most() -> None:
    tags.check(["ä" * 40])
    with pytest.raises(BadInput) as refused:
        tags.check(["Chat", "ä" * 41])
    assert refused.value.facts["name"] == "ä" * 40


def test_a_team_has_two_hundred_tags_at_most_and_uses_those_it_has_afterwards() -> None:
    tags.check_new(["new"], 199)
    tags.check_new([], 200)
    with pytest.raises(BadInput):
        tags.check_new(["new"], 200)
    with pytest.raises(BadInput):
        tags.check_new(["new", "newer"], 199)


@pytest.mark.parametrize(
    ("former", "wanted", "coming", "going"),
    [
        ({}, ["Chat"], ["Chat"], []),
        ({"chat": "Chat"}, ["CHAT"], [], []),  # written otherwise is not another tag
        ({"chat": "Chat", "filter": "Filter"}, ["filter", "Gilden"], ["Gilden"], ["Chat"]),
        ({"chat": "Chat"}, [], [], ["Chat"]),
    ],
)
def test_what_comes_and_what_goes(
    former: dict[str, str], wanted: list[str], coming: list[str], going: list[str]
) -> None:
    assert tags.changes(former, wanted) == (coming, going)
