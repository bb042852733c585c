"""``work``: one pass of the worker; ``check``: whether everything that is stored can be true."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.acts import audit
from tracker.cli import ground


@click.command("work", short_help="One pass of everything that is due, then the end.")
@click.option("--as-of", "as_of", metavar="ISO", help="Travel in time: this instant stands for now. Not in production.")
def work_command(as_of: str | None) -> None:
    """One pass: follow-ups, daily mails and digests, sending until nothing due is left, housekeeping."""
    from tracker.worker.passes import one_pass

    settings = ground.settings()
    if as_of is not None and settings.is_production:
        raise click.ClickException("--as-of is refused in production: it would tell people what is not due yet.")
    at = instant(as_of) if as_of is not None else None
    with ground.app_context(settings) as app:
        done = one_pass(app, as_of=at)
        click.echo(", ".join(f"{name} {count}" for name, count in done.items()))


def instant(text: str) -> datetime:
    """An aware instant from ISO 8601; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no instant such as 2026-11-26T16:00:00Z.", param_hint="--as-of"
        ) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@click.command("check", short_help="Whether everything that is stored can be true.")
def check_command() -> None:
    """Verify the invariants, and the stored values against the log. Exit code 1 and a list when something is off."""
    tally = audit.Tally()
    count = 0
    with ground.app_context():
        for finding in audit.findings(tally):
            count += 1
            click.echo(finding)
    looked = f"{tally.teams} teams, {tally.suggestions} suggestions, {tally.promises} promises, {tally.entries} entries"
    click.echo(f"{looked}: {count or 'nothing'} off")
    if count:
        raise SystemExit(1)
