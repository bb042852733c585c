"""The log is the truth: after each transaction every promise is what the log said of it last."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.world import World

WRITTEN = "SELECT id, facts FROM entry WHERE id > ? ORDER BY id"
HELD = "SELECT id, value_facts, kind, state, version, rung FROM promise"
#: Columns that repeat the value.
COLUMNS = ("kind", "state", "version", "rung")


@dataclass(slots=True)
class Ledger:
    """Reads each entry once and remembers what it said."""

    world: World
    file: sqlite3.Connection
    #: promise → the last values that the log has of it
    logged: dict[int, dict[str, Any]] = field(default_factory=dict)
    _read: int = 0
    #: promise → its row when it was seen to be right
    _right: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def look(self) -> None:
        changed = set()
        for number, plain in self.file.execute(WRITTEN, (self._read,)):
            self._read = number
            facts = json.loads(plain)
            for values in [*([facts["promise"]] if "promise" in facts else []), *facts.get("also", [])]:
                self.logged[values["id"]] = values
                changed.add(values["id"])
        for row in self.file.execute(HELD):
            if row[0] in changed or self._right.get(row[0]) != row:
                self._demand(row)
                self._right[row[0]] = row

    def _demand(self, row: tuple[Any, ...]) -> None:
        number, plain, *columns = row
        value, logged = json.loads(plain), self.logged.get(number)
        what = f"promise {number} is {value}, and the log says {logged}"
        self.world.demand(logged == {"id": number, **value}, "the cache equals the log", what)
        repeated = [value[name] for name in COLUMNS]
        what = f"promise {number}: the columns say {columns}, and the value {repeated}"
        self.world.demand(columns == repeated, "the cache equals the log", what)
