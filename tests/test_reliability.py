"""What the page about faults says is what the tests do: a row for each fault, a test for each row."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.reliability import ROW, TABLE, in_order, without_a_row

TOLD = TABLE.read_text()
ROWS = ROW.findall(TOLD)
#: As it stands in a test, with the number and the expectation as plain texts, on one line or on several.
MARKED = re.compile(r"""\bfault\(\s*"(F\d+[a-e]?)",\s*"([^"]+)"[,\s]*\)""")


def test_every_fault_has_a_row() -> None:
    assert without_a_row(TOLD) == []


@pytest.mark.parametrize("what", ["answered", "moved", "muted", "merged"])
def test_whatever_may_happen_to_a_suggestion_before_its_mail_leaves_has_a_row(what: str) -> None:
    assert [number for number, expected, *_ in ROWS if number == "F51" and expected.startswith(f"{what} ")]


def test_every_line_of_the_table_is_read_and_they_stand_in_order() -> None:
    assert len(ROWS) == len(re.findall(r"^\| F", TOLD, re.MULTILINE))
    numbers = [number for number, *_ in ROWS]
    assert numbers == sorted(numbers, key=in_order)


@pytest.mark.parametrize("file", sorted({file for *_, file, _ in ROWS}))
def test_every_test_that_is_named_exists(file: str) -> None:
    source = (ROOT / file).read_text()
    assert [test for *_, found, test in ROWS if found == file and f"def {test}(" not in source] == []


def test_whatever_a_test_expects_of_a_fault_is_in_the_table() -> None:
    told = {(number, expected) for number, expected, *_ in ROWS}
    sources = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    marked = {found for source in sources for found in MARKED.findall(source)}
    assert len(marked) > 40
    assert sorted(marked - told) == [], "make reliability writes the table anew"
