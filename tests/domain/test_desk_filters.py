"""What the desk is asked to show stands in its address, and is read back as it was written."""

from __future__ import annotations

import pytest

from tracker.domain.desk_filters import Facts, Filter
from tracker.domain.lifecycle import Kind, Urgency, WaitingOn

PIT, JURI, NARI = 1, 2, 3
FACTS = Facts(
    kind=Kind.PROBLEM,
    urgency=Urgency.HIGH,
    waiting=WaitingOn.MANAGERS,
    authors={NARI},
    duty=(PIT,),
    tags=["chat", "zweite meinung"],
)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "with=all",
        "with=2",
        "kind=problem",
        "with=all&kind=idea&urgency=low&author=3&tag=zweite+meinung&waiting=author",
    ],
)
def test_an_address_is_read_back_as_it_was_written(query: str) -> None:
    assert Filter.of_query(query).text == query


@pytest.mark.parametrize(
    "query",
    [
        "with=everybody", "with=-1", "with=0", "with=99999999999999999999", "kind=", "kind=nonsense", "urgency=7",
        "author=nari", "author=²", "tag=%20", "waiting=godot", "something=else",
    ],
)  # fmt: skip
def test_what_an_address_says_otherwise_is_not_asked_for(query: str) -> None:
    assert Filter.of_query(query) == Filter()


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("", True),
        ("with=all", True),
        ("with=2", False),
        ("with=1&kind=problem", True),
        ("kind=idea", False),
        ("urgency=high", True),
        ("urgency=low", False),
        ("author=3", True),
        ("author=1", False),
        ("tag=CHAT", True),  # however it is written
        ("tag=Zweite++Meinung", True),
        ("tag=filter", False),
        ("waiting=managers", True),
        ("waiting=nobody", False),
        ("kind=problem&tag=filter", False),  # everything that is asked for has to fit
    ],
)
def test_what_fits(query: str, fits: bool) -> None:
    assert Filter.of_query(query).fits(FACTS, me=PIT) is fits


def test_with_me_is_what_is_with_me() -> None:
    assert not Filter().fits(FACTS, me=JURI)
    assert Filter(whose="all").fits(FACTS, me=JURI)


def test_one_value_is_taken_away_and_the_others_stay() -> None:
    asked = Filter.of_query("with=all&kind=idea&tag=chat")
    assert asked.without("kind").text == "with=all&tag=chat"
    assert asked.without("with").text == "kind=idea&tag=chat"
    assert asked.is_narrow
    assert not Filter(whose="all").is_narrow
