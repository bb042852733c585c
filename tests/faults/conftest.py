"""A site that is going to be hurt, for each test of its own or for all of a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.faults.nursery import Nursery
from tests.faults.scene import Scene, scene_on

#: Dovecot wants to be started by root, as in tests/inbound.
collect_ignore = [] if os.geteuid() == 0 else ["test_fetched.py"]

_numbers = count(1)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def make_scene(
    database_kind: str, worker_databases: databases.Databases, tmp_path: Path, nursery: Nursery
) -> Iterator[Callable[..., Scene]]:
    """``make_scene(scale=0.001)``: a site on a database of its own."""
    with ExitStack() as stack:

        def make(**how: Any) -> Scene:
            number = next(_numbers)
            url = worker_databases.another(database_kind, f"scene_{number}")
            return stack.enter_context(scene_on(url, tmp_path / str(number), nursery, **how))

        yield make


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()
