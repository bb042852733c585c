"""Commands as they are typed, on a database of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from tests.conftest import SECRET_KEY


class Command(Protocol):
    """``tracker("person", "add", …)``: runs it and gives output and exit code."""

    def __call__(self, *arguments: str, **environ: str) -> Result: ...


@pytest.fixture
def tracker(database_url: str, tmp_path: Path) -> Command:
    """On a migrated database that is empty."""
    return _command(database_url, tmp_path)


@pytest.fixture
def tracker_before_all(empty_database_url: str, tmp_path: Path) -> Command:
    """On a database without tables."""
    return _command(empty_database_url, tmp_path)


def _command(url: str, data_dir: Path) -> Command:
    from tracker.cli import main

    def run(*arguments: str, **environ: str) -> Result:
        settings = {"TRACKER_DATABASE_URL": url.replace("+psycopg", ""), "TRACKER_DATA_DIR": str(data_dir)}
        kept = {"TRACKER_SECRET_KEY": SECRET_KEY, "TRACKER_LOG_LEVEL": "error", **settings, **environ}
        result = CliRunner().invoke(main, list(arguments), env=kept)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
