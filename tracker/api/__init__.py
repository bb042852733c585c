"""What a program sees and sends."""

from __future__ import annotations

from flask import Flask

from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the API under /api/v1."""
