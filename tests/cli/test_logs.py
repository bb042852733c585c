"""Logs: one JSON object a line, without secrets and without anybody's address."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tracker.cli import logs


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Configured for the test; a function that gives the lines since the last look."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("INFO")
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_an_object_with_time_level_and_place(said: Any) -> None:
    structlog.get_logger("tracker.worker").info("a tick failed", tick="sweep")
    (line,) = said()
    assert line.pop("at").endswith("Z")
    assert line == {"event": "a tick failed", "tick": "sweep", "level": "info", "logger": "tracker.worker"}


def test_what_a_library_says_goes_the_same_way_on_one_line(said: Any) -> None:
    logging.getLogger("some.library").error("two\nlines of %s", "it")
    (line,) = said()
    assert (line["event"], line["level"]) == ("two\nlines of it", "error")


def test_the_level_of_the_settings_holds(said: Any) -> None:
    structlog.get_logger("x").debug("too much")
    logging.getLogger("alembic.runtime").info("too much")
    assert said() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("550 nari@example.org unknown", "550 *** unknown"),
        ("<Nari.X+tag@mail.example>: no", "<***>: no"),
        ("smtp://pit:geheim@mx.example:25 refused", "smtp://***@mx.example:25 refused"),
        ("postgresql://u:p@127.0.0.1/x", "postgresql://***@127.0.0.1/x"),
        ("GET /setup/uU-GN_97mliZJrle7TmifRi_hBg7tadQxHj3BWMIQDs", "GET /setup/***"),
        ("GET /sign-in/uU-GN_97mliZJrle7TmifRi_hBg7tadQxHj3B 500", "GET /sign-in/*** 500"),
        ("GET /password/uU-GN_97mliZJrle7TmifRi_hBg7tadQxHj3B", "GET /password/***"),
        ("GET /join/uU-GN_97mliZJrle7TmifRi_hBg7tadQxHj3B", "GET /join/***"),
        ("GET /u/uU-GN_97mliZJrle7TmifRi_hBg7tadQxHj3B", "GET /u/***"),
        ("POST /m/hand-back/Mi43NjViNGI5MzM2NTU0.Vp2kHkffA34/answer", "POST /m/hand-back/***/answer"),
        ("GET /demo/Mi43NjViNGI5MzM2NTU0.Vp2kHkffA34nPvwFMJTprA", "GET /demo/***"),
        ("GET /t/nachtwache/41", "GET /t/nachtwache/41"),
        ("tracker_5d918b9cf0f2_qCzrxWvRoFQGijvrc5lKF9mP2No_c51d54uox9x9CrY", "***"),
    ],
)
def test_what_opens_a_door_or_names_an_address_is_left_out(said: Any, given: str, kept: str) -> None:
    structlog.get_logger("x").warning(given, why=given, within={"deep": [given]})
    (line,) = said()
    assert (line["event"], line["why"], line["within"]) == (kept, kept, {"deep": [kept]})


def test_values_with_a_secret_name_are_left_out_whatever_they_are(said: Any) -> None:
    structlog.get_logger("x").warning("odd", password="geheim", token=17, email="x", nested={"secret": "y", "n": 1})
    (line,) = said()
    assert "geheim" not in str(line)
    assert (line["password"], line["token"], line["email"]) == ("***", "***", "***")
    assert line["nested"] == {"secret": "***", "n": 1}


def test_a_traceback_is_in_the_line_without_the_values_of_the_frames(said: Any) -> None:
    secret = "nari@example.org"
    try:
        raise ValueError(f"cannot write to {secret}")
    except ValueError:
        structlog.get_logger("x").exception("a message could not be written")
    (line,) = said()
    assert "ValueError: cannot write to ***" in line["exception"]
    assert "nari" not in str(line)
