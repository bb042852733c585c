"""The test of the test: each broken variant of the program is found out, or the worlds see too little."""

from __future__ import annotations

import pytest

from tests.simulation.mutants import MUTANTS
from tests.simulation.runs import ENOUGH, kill_of


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_variant_is_found_out(name: str) -> None:
    assert kill_of(name) is not None, f"{name}: {ENOUGH} seeds see nothing"
