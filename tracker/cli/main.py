"""Which commands there are, and where each of them is written."""

from __future__ import annotations

import importlib
from typing import Any

import click

import tracker

#: Command -> module with a click command of the same name. Imported only when called: `tracker run` starts its children
#: through this file, and they should not wait for what they never use.
COMMANDS = {
    "run": "running",
    "web": "running",
    "worker": "running",
    "setup": "accounts",
    "person": "accounts",
    "token": "accounts",
    "work": "working",
    "check": "working",
    "explain": "explaining",
    "seed": "seeding",
    "demo": "running",
    "backup": "copies",
    "restore": "copies",
    "reindex": "copies",
    "simulate": "simulating",
    "release": "copies",
}


class Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tracker.cli.{COMMANDS[cmd_name]}")
        command: Any = getattr(module, f"{cmd_name}_command")
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__} has no command {cmd_name}")
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(tracker.__version__, prog_name="tracker")
def main() -> None:
    """Every suggestion is answered by the date that was given when it was raised.

    Settings come from TRACKER_… variables; docs/settings.md has them all.
    """
