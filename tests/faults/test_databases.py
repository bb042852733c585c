"""What happens to the database under a real worker: it fills, hangs up, is damaged, is put back, is migrated."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import databases
from tests.conftest import make_tables
from tests.faults.nursery import Nursery
from tests.faults.scene import Scene, goes_on, scene_on
from tests.faults.test_copies import HELD, sends
from tests.reliability import Seen, fault
from tracker.store import instance

#: The points at which a worker sits in a transaction on its way to the server and back.
IN_A_TRANSACTION = ("before_claim_commit", "before_sending_commit", "before_sent_commit")
#: No file may grow beyond this, in bytes; what SQLite appends to its log lies behind it.
FULL = 65_536


def hang_up(scene: Scene) -> int:
    """End every connection but the one that asks."""
    others = sa.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with sa.create_engine(scene.url).connect() as connection:
        found = int(connection.execute(others).scalar_one())
    connection.engine.dispose()
    return found


# A full disk ----------------------------------------------------------------------------------------------------------


@fault("F36", "nothing can be written: no message is begun, new input is refused loudly; afterwards copies = 1")
@pytest.mark.databases("sqlite")
def test_f36_a_full_disk(scene: Scene, seen: Seen) -> None:
    scene.raise_("full")
    assert scene.file.with_name(f"{scene.file.name}-wal").stat().st_size > FULL
    worker = scene.worker(bytes_in_a_file=FULL)
    scene.wait_for(lambda: "disk" in worker.complained, program=worker)
    added = scene.start(
        *("person", "add", "--team", "nachtwache", "--email", "new@nachtwache.example", "--name", "New"),
        *("--role", "member"),
        bytes_in_a_file=FULL,
    )
    code = added.process.wait(180)
    worker.process.kill()
    worker.process.wait(180)
    begun = len(scene.server.received)
    sends(scene, "full")
    ((whole,),) = scene.execute(
        sa.select(sa.literal_column("integrity_check")).select_from(sa.text("pragma_integrity_check"))
    )
    seen(f"bodies {begun}, `person add` ends with {code}; then copies {scene.copies('full')}, integrity {whole}")
    assert code != 0
    assert (begun, scene.copies("full"), whole) == (0, 1, "ok")


# A server that goes away ----------------------------------------------------------------------------------------------


@fault(
    "F37",
    "the connection is ended in the middle of a claim, of `sending` and of `sent`: read again by token; copies = 1",
)
@pytest.mark.databases("postgresql")
def test_f37_the_database_hangs_up_in_mid_commit(make_scene: Callable[..., Scene], seen: Seen) -> None:
    scene = make_scene(scale=0.01)
    for point in IN_A_TRANSACTION:
        scene.raise_(point)
        worker = scene.worker(f"{point}:1:stop")
        scene.wait_for(lambda: "waits at its crash point" in worker.complained, program=worker)  # noqa: B023
        assert hang_up(scene) > 0
        goes_on(worker)
        scene.wait_for(lambda: scene.row(point).state != "owed", program=worker)  # noqa: B023
        scene.wait_for(scene.is_sent(point), program=worker)
        assert worker.end(within=20) == 0
    copies = [scene.copies(point) for point in IN_A_TRANSACTION]
    seen(f"{', '.join(IN_A_TRANSACTION)}: copies {copies}")
    assert copies == [1, 1, 1]


@pytest.fixture
def own_server(worker_databases: databases.Databases) -> Iterator[databases.PostgreSQL]:
    """One that may be restarted without harm to anybody else. What it has committed, it keeps."""
    server = databases.PostgreSQL(worker_databases.folder / f"own_{worker_databases.worker}")
    server.options = {**server.options, "synchronous_commit": "on"}
    server.start()
    yield server
    server.stop()


@fault(
    "F37",
    "restarted at once (as after a crash) under three workers: nothing lost; second copies only where it was unknown",
)
def test_f37_the_database_is_restarted_under_three_workers(
    own_server: databases.PostgreSQL, nursery: Nursery, tmp_path: Path, seen: Seen
) -> None:
    own_server.create("restarted")
    make_tables(own_server.url("restarted"))
    with scene_on(own_server.url("restarted"), tmp_path, nursery, scale=0.01) as scene:
        titles = [f"restart {number:02}" for number in range(30)]
        scene.raise_(*titles)
        workers = [scene.worker() for _ in range(3)]
        scene.wait_for(lambda: len(scene.server.received) > 5)
        databases.close_engine(scene.app)
        own_server.restart()
        scene.wait_for(scene.all_sent)
        assert [worker.end(within=20) for worker in workers] == [0, 0, 0]
        rows = scene.rows()
        copies = {title: scene.copies(title) for title in titles}
        doubled = [title for title in titles if copies[title] > 1]
        seen(f"30 messages: lost 0, second copies {len(doubled)}, each of them was unknown")
        assert min(copies.values()) == 1
        assert all(rows[title].was_unknown for title in doubled)


# A damaged file -------------------------------------------------------------------------------------------------------


@fault("F37b", "the worker ends, says so, and makes no new database")
@pytest.mark.parametrize("harm", ["gone", "no database"])
@pytest.mark.databases("sqlite")
def test_f37b_a_file_that_is_of_no_use(scene: Scene, seen: Seen, harm: str) -> None:
    databases.close_engine(scene.app)
    if harm == "gone":
        scene.file.unlink()
    else:
        scene.file.write_bytes(b"\0" * 8192)
    worker = scene.worker()
    code = worker.process.wait(180)
    (said,) = worker.complained.strip().splitlines()
    seen(f"{harm}: exit {code}, “{said.replace(str(scene.file), '…')}”")
    assert code == 1
    assert scene.file.exists() == (harm != "gone"), "no silent new database"


@fault("F37b", "read-only: no message is begun, the log says why, no heartbeat; writable again, copies = 1")
@pytest.mark.databases("sqlite")
def test_f37b_a_file_that_may_only_be_read(scene: Scene, seen: Seen) -> None:
    scene.raise_("read-only")
    databases.close_engine(scene.app)
    may_be_written(scene.file, False)
    worker = scene.worker()
    scene.wait_for(lambda: "attempt to write a readonly database" in worker.complained, program=worker)
    worker.end(within=20)
    begun, beat = len(scene.server.received), scene.beat_at()
    databases.close_engine(scene.app)
    may_be_written(scene.file, True)
    sends(scene, "read-only")
    seen(f"bodies {begun}, heartbeat {beat}; then copies {scene.copies('read-only')}")
    assert (begun, beat, scene.copies("read-only")) == (0, None, 1)


def may_be_written(file: Path, so: bool) -> None:
    """By the byte of its header that says which version may write it: for SQLite the same as a read-only file system,
    which would need another user than root."""
    content = bytearray(file.read_bytes())
    content[18] = 2 if so else 3
    file.write_bytes(content)


@fault("F37b", "its log was deleted: what it had committed is missing, which is noticed; 0 copies before release")
@pytest.mark.databases("sqlite")
def test_f37b_a_log_that_was_deleted(scene: Scene, seen: Seen) -> None:
    scene.raise_("first")
    sends(scene, "first")
    scene.raise_("second")
    databases.close_engine(scene.app)
    with closing(sqlite3.connect(scene.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    worker = scene.worker()
    # Nobody else may look into the database: whoever closes it last writes its log into it.
    scene.wait_for(lambda: sent_by_the_file_beside(scene) == 2, program=worker)
    worker.process.kill()
    worker.process.wait(180)
    for ending in ("-wal", "-shm"):
        scene.file.with_name(scene.file.name + ending).unlink(missing_ok=True)
    worker = scene.worker()
    scene.wait_for(lambda: HELD in worker.complained, program=worker)
    seen(f"copies before release {len(scene.received('second'))}, the first before the loss")
    assert len(scene.received("second")) == 1


def sent_by_the_file_beside(scene: Scene) -> int:
    mark = instance.beside(scene.data_dir)
    return mark.count if mark else 0


# Another version ------------------------------------------------------------------------------------------------------


@fault("F37e", "a newer version has migrated: the old worker ends and sends nothing; the right one sends; copies = 1")
@pytest.mark.databases("sqlite")
def test_f37e_an_old_worker_ends_when_the_database_is_newer(scene: Scene, seen: Seen) -> None:
    old = scene.worker()
    scene.wait_for(lambda: scene.beat_at() is not None, program=old)
    ((version,),) = scene.execute(sa.select(sa.text("version_num")).select_from(sa.text("alembic_version")))
    migrate = sa.text("UPDATE alembic_version SET version_num = :to")
    scene.execute(migrate.bindparams(to="9999"))
    scene.raise_("migrated")
    code = old.process.wait(180)
    refused = scene.worker().process.wait(180)
    before = scene.row("migrated").state
    scene.execute(migrate.bindparams(to=version))
    sends(scene, "migrated")
    seen(f"exit {code}, a second start {refused}, the notice {before}; then copies {scene.copies('migrated')}")
    assert (before, refused, scene.copies("migrated")) == ("owed", 1, 1)
