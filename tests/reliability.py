"""Which test covers which fault of the catalogue, what it expected, and what it counted: a table written by a run.

    @fault("F4", "free after the lease; copies = 1; attempts = 2")
    def test_killed_after_the_claim(scene: Scene, seen: Seen) -> None:
        …
        seen(f"copies {scene.copies('F4')}")

``seen`` is called with what was measured, before it is asserted. A row is written when the test has passed, and only
then. Any test of the suite may carry the mark, several times. Whatever ran leaves its rows in
``test-results/reliability.md``; ``make reliability`` runs all of them and puts the table into ``docs/``.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

MARK = "fault"
ROOT = Path(__file__).parent.parent
WRITTEN = ROOT / "test-results" / "reliability.md"
TABLE = ROOT / "docs" / "reliability.md"
HEAD = "| fault | expected | seen | test |\n|---|---|---|---|\n"
ROW = re.compile(r"^\| (F\d+[a-z]?) \| (.+?) \| (.+?) \| `(tests/[\w/.]+)::(\w+)` \|$", re.MULTILINE)
BEGINS, ENDS = "<!-- the run -->\n", "<!-- the end of the run -->"
#: The faults of the catalogue.
FAULTS = [*(f"F{number}" for number in range(1, 38)), "F37b", "F37c", "F37d", "F37e"]
FAULTS += [f"F{number}" for number in range(38, 57)]


def fault(number: str, expected: str) -> pytest.MarkDecorator:
    """Says of a test which fault it covers and what the catalogue expects."""
    return pytest.mark.fault(number, expected)


class Seen:
    """What a test counted, in its own words."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, what: str) -> None:
        self.said.append(what)


class Plugin:
    """Collects the rows of one process; the one that controls a run writes them down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @pytest.fixture
    def seen(self) -> Seen:
        return Seen()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        report: Any = yield
        if report.when == "call" and report.passed:
            said = getattr(item, "funcargs", {}).get("seen")
            for mark in item.iter_markers(MARK):
                self._note(item, mark, "; ".join(said.said) if said else "as expected")
        return report  # type: ignore[no-any-return]

    def _note(self, item: pytest.Item, mark: pytest.Mark, seen: str) -> None:
        number, expected = mark.args
        path = item.path.relative_to(ROOT).as_posix()
        row = {"number": number, "expected": expected, "seen": seen, "test": f"{path}::{item.name.partition('[')[0]}"}
        row["where"] = ", ".join(kind for kind in ("sqlite", "postgresql") if kind in item.name)
        self._folder.mkdir(exist_ok=True)
        with (self._folder / "rows.jsonl").open("a") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        rows = self._folder / "rows.jsonl"
        if not hasattr(session.config, "workerinput") and rows.exists():
            WRITTEN.parent.mkdir(exist_ok=True)
            WRITTEN.write_text(table(json.loads(line) for line in rows.read_text().splitlines()))


def table(rows: Iterable[dict[str, str]]) -> str:
    """One row for each fault, expectation and test; what several of its cases saw alike is said once."""
    found: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["number"], row["expected"], row["test"]][row["seen"]].append(row["where"])
    lines = [HEAD]
    for (number, expected, test), seen in sorted(found.items(), key=lambda one: (in_order(one[0][0]), one[0])):
        said = "; ".join(_said(what, where) for what, where in sorted(seen.items()))
        lines.append(f"| {number} | {_cell(expected)} | {_cell(said)} | `{test}` |\n")
    return "".join(lines)


def in_order(number: str) -> tuple[int, str]:
    """F2 before F10, F37 before F37b."""
    digits = re.sub(r"\D", "", number)
    return int(digits), number.removeprefix(f"F{digits}")


def _said(what: str, where: list[str]) -> str:
    named = [{"sqlite": "SQLite", "postgresql": "PostgreSQL"}[one] for one in sorted(set(where), reverse=True) if one]
    return f"{what} ({', '.join(named)})" if len(named) == 1 else what


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


def without_a_row(text: str) -> list[str]:
    """Faults that a table says nothing about."""
    told = {number for number, *_ in ROW.findall(text)}
    return [number for number in FAULTS if number not in told]


def publish() -> None:
    """Put the table of the last run into ``docs/``, unless a fault has no row in it."""
    found = WRITTEN.read_text()
    if missing := without_a_row(found):
        raise SystemExit(f"No test of this run covers {', '.join(missing)}; the table stays as it was.")
    page = TABLE.read_text()
    head, _, rest = page.partition(BEGINS)
    TABLE.write_text(f"{head}{BEGINS}\n{found}\n{ENDS}{rest.partition(ENDS)[2]}")


if __name__ == "__main__":
    publish()
