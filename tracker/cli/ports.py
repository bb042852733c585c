"""Whether the web server will get its port: asked before anything is begun, so that a refusal is one sentence."""

from __future__ import annotations

import errno
import socket

import click

from config import Settings


def demand_free(settings: Settings) -> None:
    """Take the port for a moment. Ends the program with one sentence, and what to do, where that is not possible."""
    family = socket.AF_INET6 if ":" in settings.listen else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as asked:
            # As the server does it: a port that its last user left a moment ago counts as free.
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            asked.bind((settings.listen, settings.port))
    except OSError as error:
        raise click.ClickException(_why(error, settings)) from error


def _why(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        other = settings.port + 1 if settings.port < 65535 else 8000
        return (
            f"Port {settings.port} is in use, perhaps by another Tracker. "
            f"End that program, or choose another port: PORT={other}"
        )
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {settings.port}. Choose one from 1024 up: PORT=8000"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"TRACKER_LISTEN is {settings.listen!r}, which is no address of this machine."
    return f"Nothing can listen on {settings.listen}, port {settings.port}: {error.strerror or error}."
