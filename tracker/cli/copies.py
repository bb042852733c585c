"""``backup`` and ``restore``: the whole site in one file; ``release``: mail that is held afterwards; ``reindex``: the
texts of the search."""

from __future__ import annotations

from pathlib import Path

import click

from config import Settings
from tracker import clock
from tracker.acts import releasing, searching
from tracker.cli import ground
from tracker.store import copies, instance
from tracker.store.attachment_files import folder_in
from tracker.store.base import db

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=_FILE)
def backup_command(file: Path) -> None:
    """Write everything into FILE, while the site may go on. It holds secrets: keep it like the database itself."""
    settings = ground.settings()
    with ground.app_context(settings):
        copied = copies.dump(
            file, now=clock.now(), key_file=_local_key(settings), attached=folder_in(settings.data_dir)
        )
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
            copies.dump(kept, now=now, key_file=_local_key(settings), attached=folder_in(settings.data_dir))
            click.echo(f"What was here before is in {kept}.")
        copied = copies.load(file, key_file=_local_key(settings), attached=folder_in(settings.data_dir))
        # In the file it may say that nothing was sent which has long arrived.
        releasing.restored(now=now)
        db.session.commit()
        click.echo(f"{copied.total} rows of {len(copied.rows)} tables are back.")
        click.echo("Mail is held: what left after the backup was made would leave again. 'tracker release' lets it go.")


@click.command("reindex", short_help="Make the texts of the search anew.")
def reindex_command() -> None:
    """Make the texts that the search looks through anew, from what people wrote. Nothing else changes."""
    with ground.app_context():
        count = searching.reindex()
        db.session.commit()
        click.echo(f"{count} texts can be found.")


@click.command("release", short_help="Let held mail leave, after a restore or at a new address.")
@click.option("--discard", is_flag=True, help="Do not send what waits now; only what comes from now on.")
def release_command(discard: bool) -> None:
    """Let mail leave that is held, because a backup was restored or the site has another address."""
    settings = ground.settings()
    with ground.app_context(settings):
        released = releasing.release(
            settings.data_dir, public_url=settings.public_url, is_loopback=settings.is_loopback, discard=discard
        )
        db.session.commit()
        if released.mark is None:
            click.echo("Nothing is held.")
            return
        instance.write_beside(settings.data_dir, released.mark)
        if released.held.stored_address:
            click.echo(f"This site was at {released.held.stored_address}; from now on it is at {settings.public_url}.")
        what = "were discarded; what comes from now on leaves" if discard else "waited and leave now"
        click.echo(f"Mail is released. Waiting mails: {released.waiting}; they {what}.")


def _local_key(settings: Settings) -> Path | None:
    """The file with the secret key, where that is the one in use."""
    file = settings.data_dir / copies.KEY
    return file if file.exists() and file.read_text().strip() == settings.secret_key else None
