"""``run``, ``web`` and ``worker``: the processes that stay."""

from __future__ import annotations

import os

import click

from tracker.cli import ground, supervising


@click.command("run")
def run_command() -> None:
    """Web and worker together, on an up-to-date database. Ctrl-C ends both."""
    settings = ground.settings()
    with ground.app_context(settings, bring_up_to_date=True):
        pass
    click.echo(f"Tracker is at {settings.public_url}  (data in {settings.data_dir}; Ctrl-C ends it)")
    raise SystemExit(supervising.supervise(dict(os.environ)))


@click.command("web")
def web_command() -> None:
    """The pages and the API alone."""
    settings = ground.settings()
    with ground.app_context(settings):
        pass
    from tracker.cli.serving import WebServer

    WebServer(settings).run()


@click.command("worker")
def worker_command() -> None:
    """The ticks alone: follow-ups, sending, digests, housekeeping."""
    settings = ground.settings()
    with ground.app_context(settings):
        pass
    import signal
    import threading

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *a: stop.set())
    stop.wait()
