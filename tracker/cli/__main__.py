"""``python -m tracker.cli``: how the command starts its own children, wherever its script lies."""

from __future__ import annotations

from tracker.cli.main import main

main()
