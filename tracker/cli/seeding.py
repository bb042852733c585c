"""``seed``: synthetic volume."""

from __future__ import annotations

import click

from tracker import clock
from tracker.acts import seeding
from tracker.cli import ground

_COUNT = click.IntRange(1)


@click.command("seed")
@click.option("--teams", required=True, type=_COUNT, metavar="T", help="So many teams.")
@click.option("--people", required=True, type=_COUNT, metavar="P", help="So many people, spread over the teams.")
@click.option("--suggestions", required=True, type=click.IntRange(0), metavar="N", help="So many suggestions.")
def seed_command(teams: int, people: int, suggestions: int) -> None:
    """Fill the database with made-up teams, people and suggestions. Not in production."""
    settings = ground.settings()
    if settings.is_production:
        raise click.ClickException("seed is refused in production: made-up teams would stand beside real ones.")
    with (
        ground.app_context(settings),
        click.progressbar(length=suggestions, label=f"{suggestions} suggestions", show_pos=True) as bar,
    ):
        seeding.seed(
            team_count=teams,
            people_count=people,
            suggestion_count=suggestions,
            now=clock.now(),
            progress=bar.update,
        )
    click.echo(f"{teams} teams, {people} people, {suggestions} suggestions.")
