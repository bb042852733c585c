"""`tracker simulate`, as it is typed: in a checkout, without one, and when something breaks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.checks.sources import ROOT
from tests.simulation.mutants import MUTANTS
from tracker.cli import main, simulating

SEEDS = ("simulate", "--seeds", "2", "--seed", "3")


def test_it_says_what_was_reached_and_what_limits_it() -> None:
    done = CliRunner().invoke(main, list(SEEDS))
    assert done.exit_code == 0, done.output
    assert "2 seeds from 3: nothing off" in done.output
    assert re.search(r"[0-9.]+ seeds a second, [0-9.]+ for each second of a core", done.output)


def test_a_violation_names_the_seed_the_step_the_invariant_and_what_came_before() -> None:
    with MUTANTS["marks before sending"]():
        done = CliRunner().invoke(main, ["simulate", "--seeds", "50"])
    assert done.exit_code == 1
    assert re.search(r"^seed \d+, step \d+, lost: delivery \d+", done.output, re.MULTILINE)
    assert re.search(r"the last \d+ events:\n  [A-Z][a-z]{2} \d{4}-", done.output)
    assert re.search(r"again: tracker simulate --seeds 1 --seed \d+", done.output)


def test_without_a_checkout_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(simulating, "ROOT", tmp_path)
    done = CliRunner().invoke(main, list(SEEDS))
    assert done.exit_code == 1
    assert "run this command in a checkout" in done.output


def test_a_seed_is_the_same_world_in_every_process() -> None:
    found: set[bytes] = set()
    for hashes in ("1", "2"):
        environ = {**os.environ, "PYTHONHASHSEED": hashes, "TZ": "UTC" if hashes == "1" else "Asia/Tokyo"}
        command = [sys.executable, "-m", "tracker.cli", *SEEDS]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True)
        found |= set(re.findall(rb"fingerprint (\w+)", done.stdout))
    assert len(found) == 1
