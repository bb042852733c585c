"""``simulate``: the program in worlds made from seeds, where everything breaks. From a checkout: worlds are tests."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[2]
NO_CHECKOUT = (
    "The simulation lives beside the tests: run this command in a checkout, after 'make test' has put its environment "
    "there. An installed copy has none."
)


@click.command("simulate", short_help="The program in made-up worlds where everything breaks.")
@click.option("--seeds", default=300, show_default=True, type=click.IntRange(1), metavar="N", help="So many worlds.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), metavar="S", help="The first one's seed.")
@click.option("--mutants", is_flag=True, help="See that broken variants of the program are found out, with which seed.")
def simulate_command(seeds: int, seed: int, mutants: bool) -> None:
    """Live N worlds, seeds S to S + N - 1: the real code, clocks and a mail server that fail. A violation ends it with
    exit code 1 and the last events; the same seed shows the same again."""
    runs = _runs()
    progress: Any = _progress if sys.stderr.isatty() else _quietly
    if mutants:
        found = runs.mutants(seeds, echo=click.echo)
    else:
        found = runs.worlds(seed, seeds, echo=click.echo, each=progress)
    if found:
        raise SystemExit(1)


def _runs() -> Any:
    """The simulation's own module, wherever this command was started."""
    if not (ROOT / "tests" / "simulation" / "runs.py").exists():
        raise click.ClickException(NO_CHECKOUT)
    sys.path.insert(0, os.fspath(ROOT))
    try:
        return importlib.import_module("tests.simulation.runs")
    except ModuleNotFoundError as missing:
        raise click.ClickException(f"{NO_CHECKOUT} ({missing.name} is missing.)") from missing


def _progress(done: int, of: int, per_second: float) -> None:
    click.echo(f"\r{done} of {of}, {per_second:.1f} a second ", nl=done == of, err=True)


def _quietly(done: int, of: int, per_second: float) -> None:
    """Nobody watches."""
