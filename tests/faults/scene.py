"""One site that is going to be hurt: a database, a mail server on the loopback, and workers that are real processes.

Everybody in it is of the cast. The only mails it owes are the receipts of what Nari raises, so that each test can count
the copies of each message: a receipt has no window and waits for no hour.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from flask import Flask

from config import Settings, SmtpServer
from tests import databases
from tests.acts.cast import assemble
from tests.conftest import ROOT, SECRET_KEY
from tests.faults.nursery import Nursery
from tests.mail_server import MailServer, Received
from tests.processes.programs import Program, free_port, until
from tracker import clock
from tracker.acts import suggestions as verbs
from tracker.store import teams
from tracker.store.alerts import Alert
from tracker.store.base import db, for_update, reading
from tracker.store.entries import Via
from tracker.store.notices import Channel, Delivery, DeliveryState, Notice, NoticeState
from tracker.store.people import Person, by_email
from tracker.store.pulse import Heartbeat, PausedDestination
from tracker.worker import crash

#: Python counts the depth of what it parses for all threads (python/cpython#106905), and an app parses each route.
ONE_AT_A_TIME = Lock()
#: A lease of 19 seconds: a command has more than one, which two busy cores need.
SCALE = 0.02
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """What stands in the row of one receipt; ``state`` is ``owed`` while no message carries it."""

    state: str
    attempts: int = 0
    was_unknown: bool = False
    message_id: str = ""
    outcome: str = ""
    token: str | None = None


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Scene:
    """``raise_("F4")`` owes a receipt; ``worker()`` starts a process; ``row("F4")`` and ``copies("F4")`` tell."""

    url: str
    folder: Path
    server: MailServer
    nursery: Nursery
    scale: float = SCALE
    environ: dict[str, str] = field(default_factory=dict)
    programs: list[Program] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.app = self._app()
        with self.app.app_context():
            assemble()
            for person in db.session.scalars(sa.select(Person)):
                person.window_from, person.window_until = "00:00", "24:00"
                person.digest_on, person.reminders_in_app = False, True
            db.session.commit()
            db.session.remove()

    def _app(self) -> Flask:
        from tracker import create_app

        smtp = SmtpServer("127.0.0.1", self.server.port, "plain")
        values: dict[str, Any] = {"env": "development", "public_url": "http://127.0.0.1:8000", "testing": True}
        settings = Settings(**values, smtp=smtp, data_dir=self.data_dir, database_url=self.url, secret_key=SECRET_KEY)
        with ONE_AT_A_TIME:
            return create_app(settings)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def file(self) -> Path:
        """The database's file; SQLite only."""
        return Path(self.url.removeprefix("sqlite:///"))

    # What is owed -----------------------------------------------------------------------------------------------------

    def raise_(self, *titles: str, ago: timedelta = timedelta(), body: str = "") -> None:
        """Nari raises these; a receipt for each is owed, and nothing else."""
        with self.app.app_context():
            team = teams.by_slug("nachtwache")
            nari = by_email("nari@nachtwache.example")
            assert team is not None
            assert nari is not None
            for title in titles:
                verbs.raise_(team, by=nari, now=clock.now() - ago, via=Via.WEB, title=title, body=body)
            others = sa.update(Notice).where(Notice.kind != "receipt", Notice.state == NoticeState.OWED)
            db.session.execute(others.values(state=NoticeState.SKIPPED, reason="not in this scene"))
            db.session.commit()
            db.session.remove()

    def put_aside(self) -> None:
        """What waits now waits until it is brought back: the next worker meets the next message alone."""
        self._shift(A_DAY)

    def bring_back(self) -> None:
        """Whatever waits, for a second attempt too, is due now. The hours between are left out."""
        self._shift(-A_DAY)

    def _shift(self, by: timedelta) -> None:
        at = clock.now() + by
        # What a frozen worker keeps locked stays as it is.
        pending = sa.select(Delivery.id).where(Delivery.state == DeliveryState.PENDING)
        free = for_update(pending, skip_locked=True)
        self.execute(sa.update(Delivery).where(Delivery.id.in_(free)).values(next_attempt_at=at))
        owed = sa.select(Notice.id).where(Notice.state == NoticeState.OWED, Notice.delivery_id.is_(None))
        free = for_update(owed, skip_locked=True)
        self.execute(sa.update(Notice).where(Notice.id.in_(free)).values(not_before=at))

    # What has become of it --------------------------------------------------------------------------------------------

    def row(self, title: str) -> Row:
        return self.rows()[title]

    def rows(self) -> dict[str, Row]:
        """Of every receipt, by the suggestion's title."""
        from tracker.store.suggestions import Suggestion

        statement = (
            sa.select(Suggestion.title, Notice.state, Delivery)
            .join(Notice, Notice.suggestion_id == Suggestion.id)
            .outerjoin(Delivery, Delivery.id == Notice.delivery_id)
            .where(Notice.kind == "receipt", Notice.channel == Channel.EMAIL)
        )
        with self.app.app_context(), reading():
            found = {}
            for title, notice, one in db.session.execute(statement):
                facts = (one.attempts, one.was_unknown, one.message_id, one.outcome, one.token) if one else ()
                found[title] = Row(one.state.value if one else notice.value, *facts)
            db.session.remove()
        return found

    def states(self) -> set[str]:
        return {row.state for row in self.rows().values()}

    def all_sent(self) -> bool:
        return self.states() == {"sent"}

    def is_sent(self, *titles: str) -> Callable[[], Any]:
        """To wait for."""
        return self.without_pauses(lambda: all(self.row(title).state == "sent" for title in titles))

    def received(self, title: str) -> list[Received]:
        """Every copy that reached the server whole, whatever it said to it."""
        return [one for one in list(self.server.received) if title in one.subject]

    def copies(self, title: str) -> int:
        """How many the server accepted. They are one message: all have one Message-ID."""
        found = [one for one in self.received(title) if one.accepted]
        names = {str(one.message["Message-ID"]) for one in found}
        assert names <= {f"<{self.row(title).message_id}>"}, "copies of a row have one Message-ID"
        return len(found)

    def execute(self, statement: sa.Executable) -> Any:
        """One statement in a transaction of its own; the count of rows, or the rows."""
        with self.app.app_context():
            result: Any = db.session.execute(statement)
            found = result.fetchall() if isinstance(statement, sa.Select) else result.rowcount
            db.session.commit()
            db.session.remove()
        return found

    def beat_at(self, tick: str = "delivery") -> Any:
        rows = self.execute(sa.select(Heartbeat.at).where(Heartbeat.tick == tick))
        return rows[0][0] if rows else None

    def alerts(self, **environ: str) -> list[tuple[str, str]]:
        """What whoever looks after the site is told of, after one pass that looks for it."""
        done = self.run("work", **environ)
        assert done.returncode == 0, done.stderr
        statement = sa.select(Alert.kind, Alert.subject).where(Alert.closed_at.is_(None)).order_by(Alert.id)
        return [(row[0].value, row[1]) for row in self.execute(statement)]

    # Processes --------------------------------------------------------------------------------------------------------

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "HOME") if name in os.environ}
        ours = {
            "PYTHONPATH": str(ROOT),
            "TRACKER_DATABASE_URL": self.url.replace("+psycopg", ""),
            "TRACKER_DATA_DIR": str(self.data_dir),
            "TRACKER_SECRET_KEY": SECRET_KEY,
            "TRACKER_MAILS_PER_MINUTE": "0",  # how fast the promise holds is not what is measured there
            "TRACKER_SMTP_URL": self.server.url,
            "TRACKER_TIMEOUT_SCALE": str(self.scale),
        }
        return {**kept, **ours, **self.environ, **more}

    def start(self, *arguments: str, handles: int = 0, bytes_in_a_file: int = 0, **environ: str) -> Program:
        """A command that stays. ``handles``: how many files it may have open at once, and how large one may become."""
        number = len(self.programs)
        port = free_port()
        output, errors = self.folder / f"{number}.out", self.folder / f"{number}.err"
        errors.touch()  # whoever asks what it said may be quicker than it is
        environ = self.environment(PORT=str(port), **environ)
        limits = {"RLIMIT_NOFILE": handles, "RLIMIT_FSIZE": bytes_in_a_file}
        process = self.nursery.fork(
            *arguments, environ=environ, folder=self.folder, out=output, err=errors, limits=limits
        )
        program = Program(process, port, output, errors)
        self.programs.append(program)
        return program

    def worker(self, crash_at: str = "", *, handles: int = 0, bytes_in_a_file: int = 0, **environ: str) -> Program:
        """A worker; with a crash point one that kills or stops itself there."""
        if crash_at:
            environ["CRASH_AT"] = crash_at
        return self.start("worker", handles=handles, bytes_in_a_file=bytes_in_a_file, **environ)

    def run(self, *arguments: str, **environ: str) -> Done:
        """A command that ends by itself."""
        program = self.start(*arguments, handles=0, bytes_in_a_file=0, **environ)
        code = program.process.wait(180)
        return Done(code, program.said, program.complained)

    def dies(self, point: str, **environ: str) -> Program:
        """A worker lives until that crash point."""
        worker = self.worker(point, handles=0, bytes_in_a_file=0, **environ)
        has_ended = lambda: worker.process.poll() is not None  # noqa: E731 - asked again and again
        self.wait_for(self.without_pauses(has_ended), otherwise=f"{point} was not reached")
        ended = worker.process.returncode
        assert ended == -signal.SIGKILL, f"{point} was not reached: {ended}\n{worker.complained}"
        return worker

    def stops(self, point: str, *, writes: bool = False) -> Program:
        """A worker comes to that crash point and is frozen there, until it is sent SIGCONT.

        One that ``writes`` there keeps its transaction. None of the others' threads is writing at that moment: who is
        frozen while it writes holds up everybody on SQLite, and which tick that were would be luck.
        """
        worker = self.worker(f"{point}:1:stop")
        self.wait_for(lambda: crash.HERE in worker.complained, program=worker)
        with nullcontext() if writes else self._nobody_writes():
            worker.process.send_signal(signal.SIGSTOP)
            self.wait_for(lambda: is_stopped(worker), program=worker)
        return worker

    @contextmanager
    def _nobody_writes(self) -> Iterator[None]:
        with self.app.app_context():
            db.session.execute(sa.select(sa.literal(1)))
            if not self.is_sqlite:
                until(_has_every_lock, seconds=180)
            try:
                yield
            finally:
                db.session.rollback()
                db.session.remove()

    def wait_for(
        self, holds: Callable[[], Any], seconds: float = 240, program: Program | None = None, otherwise: str = ""
    ) -> Any:
        """Fails when it takes longer, and when that process ends meanwhile."""

        def holds_and_lives() -> Any:
            if program is not None:
                assert program.process.poll() is None, f"ended with {program.process.returncode}:\n{program.complained}"
            return holds()

        said = lambda: f"{otherwise}\n{self.rows()}\n{self.complaints()}"  # noqa: E731 - called when it fails
        return until(holds_and_lives, seconds=seconds, otherwise=said)

    def without_pauses(self, holds: Callable[[], Any]) -> Callable[[], Any]:
        """Waits for no pause that nobody meant: one late reply makes it, and it lasts five minutes at every scale."""

        def holds_or_goes_on() -> Any:
            if not (found := holds()):
                self._put_pauses_away()
            return found

        return holds_or_goes_on

    def _put_pauses_away(self) -> None:
        """With the five minutes that the mail waits that met it."""
        with self.app.app_context(), reading():
            whys = list(db.session.scalars(sa.select(PausedDestination.why)))
            db.session.remove()
        if whys:
            self.execute(sa.delete(PausedDestination))
            met = (Delivery.state == DeliveryState.PENDING, Delivery.outcome.in_(whys))
            free = for_update(sa.select(Delivery.id).where(*met), skip_locked=True)
            self.execute(sa.update(Delivery).where(Delivery.id.in_(free)).values(next_attempt_at=clock.now()))

    def complaints(self) -> str:
        return "\n".join(f"--- {program.errors.name}\n{program.complained[-3000:]}" for program in self.programs)

    def close(self) -> None:
        for program in self.programs:
            if program.process.poll() is None:
                program.process.kill()
                program.process.wait(180)
        databases.close_engine(self.app)


def is_stopped(program: Program) -> bool:
    try:
        return Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False


def goes_on(program: Program) -> None:
    """Let a stopped one go on."""
    program.process.send_signal(signal.SIGCONT)


@contextmanager
def scene_on(url: str, folder: Path, nursery: Nursery, **how: Any) -> Iterator[Scene]:
    with MailServer() as server:
        scene = Scene(url, folder, server, nursery, **how)
        try:
            yield scene
        finally:
            scene.close()


def _has_every_lock() -> bool:
    """Whether nobody else writes any more; who met a worker halfway, each waiting for the other, tries again."""
    try:
        db.session.execute(sa.text("LOCK TABLE heartbeat, delivery, notice, site_fact IN EXCLUSIVE MODE"))
    except sa.exc.OperationalError:
        db.session.rollback()
        return False
    return True
