"""``backup`` and ``restore``: the whole site in one file."""

from __future__ import annotations

from pathlib import Path

import click

from config import Settings
from tracker import clock
from tracker.cli import ground
from tracker.store import copies

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=_FILE)
def backup_command(file: Path) -> None:
    """Write everything into FILE, while the site may go on. It holds secrets: keep it like the database itself."""
    settings = ground.settings()
    with ground.app_context(settings):
        copied = copies.dump(file, now=clock.now(), key_file=_local_key(settings))
        click.echo(f"{copied.total} rows of {len(copied.rows)} tables are in {file}.")


@click.command("restore")
@click.argument("file", type=_FILE)
def restore_command(file: Path) -> None:
    """Replace everything by what FILE holds. Stop the site first. What was there is kept in the data folder."""
    settings = ground.settings()
    now = clock.now()
    with ground.app_context(settings, bring_up_to_date=True):
        copies.look_into(file)
        if copies.has_rows():
            kept = settings.data_dir / f"before-restore-{now:%Y%m%dT%H%M%SZ}.zip"
            copies.dump(kept, now=now, key_file=_local_key(settings))
            click.echo(f"What was here before is in {kept}.")
        copied = copies.load(file, key_file=_local_key(settings))
        click.echo(f"{copied.total} rows of {len(copied.rows)} tables are back.")


def _local_key(settings: Settings) -> Path | None:
    """The file with the secret key, where that is the one in use."""
    file = settings.data_dir / copies.KEY
    return file if file.exists() and file.read_text().strip() == settings.secret_key else None
