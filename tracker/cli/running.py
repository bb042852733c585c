"""``run``, ``web`` and ``worker``: the processes that stay."""

from __future__ import annotations

import os

import click

from config import settings_or_exit
from tracker import clock
from tracker.acts import setup as setup_acts
from tracker.cli import ground, ports, supervising
from tracker.notices import links
from tracker.store import people
from tracker.store.base import db


@click.command("run")
def run_command() -> None:
    """Web and worker together, on an up-to-date database. Ctrl-C ends both."""
    settings = ground.settings()
    # Before the link: a new one would end the link of the Tracker that holds the port.
    ports.demand_free(settings)
    with ground.app_context(settings, bring_up_to_date=True):
        link = _setup_link()
        nobody_signs_in = setup_acts.is_needed()
    click.echo(f"Tracker is at {settings.public_url}  (data in {settings.data_dir}; Ctrl-C ends it)")
    if link:
        click.echo(f"Set up your team here, with a link that works once: {link}")
    elif nobody_signs_in:
        click.echo(
            "Nobody can sign in yet. The link that 'tracker setup' printed works; run again, it prints a new one."
        )
    raise SystemExit(supervising.supervise(dict(os.environ)))


def _setup_link() -> str | None:
    """While there is no owner: the address of a new set-up link. Older ones end."""
    if people.site_admins():
        return None
    token = setup_acts.setup_link(now=clock.now())
    db.session.commit()
    return links.url("setup", token=token)


@click.command("demo", short_help="Two teams in the middle of a story.")
def demo_command() -> None:
    """Two teams in the middle of a story, in a folder of their own; prints one sign-in link a line."""
    from tracker.cli.demo import stage

    environ = stage.environment(os.environ, ground.settings().data_dir)
    settings = settings_or_exit(environ)
    with stage.alone(settings.data_dir):
        ports.demand_free(settings)
        stage.clear(settings.data_dir)
        with ground.app_context(settings, bring_up_to_date=True) as app:
            lines = stage.play(app, start=clock.now())
            readers, mailbox = people.site_admins(), links.url("mailbox")
        click.echo(f"The demo is at {settings.public_url}. These links sign in (role, name, address):")
        click.echo("\n".join(lines))
        click.echo(f"Every mail of the demo lies at {mailbox}, for {' and '.join(one.name for one in readers)}.")
        raise SystemExit(supervising.supervise(environ))


@click.command("web")
def web_command() -> None:
    """The pages and the API alone."""
    settings = ground.settings()
    with ground.app_context(settings):
        pass  # only to refuse a database that does not fit
    ports.demand_free(settings)
    from tracker.cli.serving import WebServer

    WebServer(settings).run()


@click.command("worker")
def worker_command() -> None:
    """The ticks alone: follow-ups, sending, digests, housekeeping."""
    settings = ground.settings()
    with ground.app_context(settings) as app:
        pass  # only to refuse a database that does not fit
    from tracker.worker import crash
    from tracker.worker.clockwork import Clockwork

    if (spec := os.environ.get("CRASH_AT")) and not settings.is_production:
        crash.arm(spec)
    Clockwork(app).run()
