"""Building the demo: the stories played from ten days ago until now, follow-ups and mails in between included."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask

import config_inbound
from tracker.acts import demo
from tracker.cli.demo.story import Act, Story
from tracker.cli.demo.words import ENGLISH, GERMAN
from tracker.notices import links
from tracker.store import instance, promises
from tracker.store.base import db
from tracker.store.notices import Delivery, Lane
from tracker.worker.passes import follow_up_and_send

FOLDER = "demo"
DATABASE = "tracker.sqlite3"
#: What a demo must never use: somebody's real database, their mail server, their mailbox, their alarm.
NOT_FOR_DEMOS = ("TRACKER_DATABASE_URL", "TRACKER_SMTP_URL", "TRACKER_DEAD_MAN_URL", *config_inbound.NAMES)


def environment(environ: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    """The settings of the demo: a folder and a database of its own, and mails that stay here."""
    own = {name: value for name, value in environ.items() if name not in NOT_FOR_DEMOS}
    return own | {"TRACKER_DATA_DIR": str(data_dir / FOLDER), "TRACKER_ENV": "development"}


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """One demo at a time in one folder: it begins by throwing the last one away."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_dir / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException(f"A demo runs already in {data_dir}. End it first.") from None
        yield


def clear(data_dir: Path) -> None:
    """Take the last demo away. Refuses a database that does not say it is one."""
    file = data_dir / DATABASE
    if file.exists():
        if not _says_it_is_a_demo(file):
            raise click.ClickException(f"{file} is no demo, and is left alone. Choose another TRACKER_DATA_DIR.")
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
    (data_dir / instance.FILE).unlink(missing_ok=True)
    shutil.rmtree(data_dir / "mail", ignore_errors=True)


def _says_it_is_a_demo(file: Path) -> bool:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            return bool(connection.execute("SELECT 1 FROM site_fact WHERE name = ?", [demo.FACT]).fetchall())
        except sqlite3.DatabaseError:
            return False


def play(app: Flask, *, start: datetime) -> list[str]:
    """Build everything, so that it goes on by itself from ``start``. Gives the sign-in lines: role, name, address."""
    demo.mark()
    db.session.commit()
    stories = [Story(GERMAN, start), Story(ENGLISH, start)]
    events = sorted((event for story in stories for event in story.events()), key=lambda event: event[0])
    for at, act in events:
        _walk(app, until=at)
        _do(act, at)
    _walk(app, until=start)
    follow_up_and_send(app, as_of=start)
    for story in stories:
        story.go_live(start)
    _free_the_day()
    db.session.commit()
    return [line for story in stories for line in _lines(story, start)]


def _do(act: Act, at: datetime) -> None:
    act(at)
    db.session.commit()
    db.session.remove()


def _walk(app: Flask, *, until: datetime) -> None:
    """Every follow-up that was due before then, each at its own instant, and the mails of each moment."""
    while (at := promises.first_follow_up_at()) is not None and at < until:
        follow_up_and_send(app, as_of=at)
        db.session.remove()
    follow_up_and_send(app, as_of=until - timedelta(seconds=1))


def _free_the_day() -> None:
    """The story has used up some people's two reminders of today; the demo's own day begins now."""
    where = (Delivery.lane == Lane.FOLLOW_UP, Delivery.key.startswith("follow_up:"))
    free = sa.update(Delivery).where(*where).values(key=sa.literal("story:") + Delivery.key)
    db.session.execute(free.execution_options(synchronize_session=False))


def _lines(story: Story, now: datetime) -> Iterator[str]:
    for role, name in story.cast():
        token = demo.sign_in_token(story.person(name), now=now)
        yield f"{role.value} {name} {links.url('demo_sign_in', token=token)}"
