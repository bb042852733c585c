"""The test of the test: each broken variant of the program is found out, or the worlds see too little."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.simulation.mutants import MUTANTS
from tests.simulation.runs import ENOUGH, kill_of

ROW = re.compile(r"^\| ([^|]+) \| \w+ \| (\d+) \| [^|]+ \|$", re.MULTILINE)
#: Which seed found it out when the table was made. Where it does not any more, all the others follow.
FOUND_BY = {name: int(seed) for name, seed in ROW.findall((ROOT / "docs" / "simulation.md").read_text())}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_variant_is_found_out(name: str) -> None:
    assert kill_of(name, first=FOUND_BY[name]) is not None, f"{name}: {ENOUGH} seeds see nothing"
