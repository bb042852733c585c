"""A restored backup, a copied file, a clone of production: nobody gets a mail before somebody has released it."""

from __future__ import annotations

import http.client
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.faults.scene import Scene
from tests.processes.programs import Program
from tests.reliability import Seen, fault

HELD = "mail is held until it is released"
PRODUCTION = {"TRACKER_PUBLIC_URL": "https://tracker.example.org", "TRACKER_ENV": "production"}


def sends(scene: Scene, *titles: str, **environ: Any) -> None:
    """A worker that lives until these have left."""
    worker = scene.worker(**environ)
    scene.wait_for(scene.is_sent(*titles), program=worker)
    assert worker.end(within=20) == 0


def holds(scene: Scene, program: Program) -> None:
    """The worker has seen it and said so, and goes on without a mail."""
    scene.wait_for(lambda: HELD in program.complained, program=program)
    before = scene.beat_at()
    scene.wait_for(lambda: scene.beat_at() != before, program=program)


def copy_of(file: Path, to: Path) -> Path:
    """As a backup program makes it: one whole file."""
    with closing(sqlite3.connect(file)) as reader, closing(sqlite3.connect(to)) as writer:
        reader.backup(writer)
    return to


def put_back(copy: Path, scene: Scene) -> None:
    file = scene.file
    databases.close_engine(scene.app)
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    shutil.copyfile(copy, file)


@fault("F37c", "held after `tracker restore`; 0 copies before release, what waits leaves after it")
def test_f37c_a_restored_backup_is_held_until_it_is_released(scene: Scene, tmp_path: Path, seen: Seen) -> None:
    scene.raise_("before the backup")
    assert scene.run("backup", str(tmp_path / "site.zip")).returncode == 0
    sends(scene, "before the backup")
    restored = scene.run("restore", str(tmp_path / "site.zip"))
    assert "Mail is held" in restored.stdout, restored
    assert scene.row("before the backup").state == "owed", "the copy takes it for unsent"

    worker = scene.worker()
    holds(scene, worker)
    before = len(scene.received("before the backup"))
    assert scene.run("work").returncode == 0, "nor does a pass by hand send"
    assert len(scene.received("before the backup")) == before == 1

    released = scene.run("release")
    assert released.returncode == 0
    assert "Waiting mails: 1" in released.stdout
    scene.wait_for(scene.all_sent, program=worker)
    assert worker.end(within=20) == 0
    seen(f"copies before release 0, after it {len(scene.received('before the backup')) - before}")


@fault("F37c", "discarded instead: 0 copies, and what comes afterwards leaves")
@pytest.mark.databases("sqlite")
def test_f37c_what_waits_may_be_discarded(scene: Scene, tmp_path: Path, seen: Seen) -> None:
    scene.raise_("before the backup")
    scene.run("backup", str(tmp_path / "site.zip"))
    sends(scene, "before the backup")
    scene.run("restore", str(tmp_path / "site.zip"))
    assert "were discarded" in scene.run("release", "--discard").stdout
    scene.raise_("afterwards")
    sends(scene, "afterwards")
    seen(f"second copies {len(scene.received('before the backup')) - 1}, afterwards {scene.copies('afterwards')}")
    assert (len(scene.received("before the backup")), scene.copies("afterwards")) == (1, 1)
    assert scene.run("check").returncode == 0


@fault("F37c", "a file copied back is noticed by itself; 0 copies before release")
@pytest.mark.databases("sqlite")
def test_f37c_a_file_that_was_copied_back_is_noticed(scene: Scene, tmp_path: Path, seen: Seen) -> None:
    scene.raise_("first")
    sends(scene, "first")
    scene.raise_("second")
    copy = copy_of(scene.file, tmp_path / "copy")
    sends(scene, "second")
    put_back(copy, scene)
    worker = scene.worker()
    holds(scene, worker)
    assert worker.end(within=20) == 0
    again = scene.worker()
    holds(scene, again)
    seen(f"copies before release {len(scene.received('second')) - 1}, over two starts of the worker")
    assert len(scene.received("second")) == 1
    assert scene.run("release").returncode == 0
    scene.wait_for(scene.all_sent, program=again)
    assert len(scene.received("second")) == 2


@fault("F37c", "a database that was carried here without its companion is noticed; 0 copies")
@pytest.mark.databases("sqlite")
def test_f37c_a_file_without_its_companion_is_noticed(scene: Scene, seen: Seen) -> None:
    """Only the database was in the backup; the data folder is a new one."""
    scene.raise_("first")
    sends(scene, "first")
    scene.raise_("second")
    (scene.data_dir / "instance").unlink()
    worker = scene.worker()
    holds(scene, worker)
    seen(f"copies {len(scene.received('second'))}")
    assert scene.received("second") == []


@fault("F37d", "silent until the address matches; /healthz says why; one command accepts the new one")
@pytest.mark.databases("sqlite")
def test_f37d_a_clone_of_production_writes_to_nobody(
    make_scene: Callable[..., Scene], tmp_path: Path, seen: Seen
) -> None:
    scene = make_scene(environ=PRODUCTION)
    scene.raise_("in production")
    sends(scene, "in production")
    scene.raise_("only in the clone")
    staging: dict[str, Any] = {"TRACKER_PUBLIC_URL": "https://staging.example.org"}
    worker = scene.worker(**staging)
    web = scene.start("web", **staging)
    holds(scene, worker)
    assert scene.received("only in the clone") == []
    scene.wait_for(lambda: get(web, "staging.example.org")[0] == 503, program=web)
    assert "this site was at https://tracker.example.org" in get(web, "staging.example.org")[1]
    laptop = scene.run("work", TRACKER_PUBLIC_URL="http://127.0.0.1:8000", TRACKER_ENV="development")
    assert laptop.returncode == 0
    copies = len(scene.received("only in the clone"))
    assert copies == 0

    accepted = scene.run("release", **staging)
    assert "was at https://tracker.example.org; from now on it is at https://staging" in accepted.stdout
    scene.wait_for(scene.all_sent, program=worker)
    seen(f"copies before release {copies}, after it {scene.copies('only in the clone')}")
    scene.wait_for(lambda: "mail_held" not in get(web, "staging.example.org")[1], program=web)


def get(web: Program, host: str) -> tuple[int, str]:
    """/healthz, asked as the proxy in front asks it."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()
