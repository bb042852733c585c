"""The ``tracker`` command. One file per group of commands; each calls the same verbs as the pages do."""

from __future__ import annotations

from tracker.cli.main import main

__all__ = ["main"]
