"""The clock of `tracker worker`: starts the ticks, keeps them coming whatever the wall clock does, and ends cleanly."""

from __future__ import annotations

import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from tracker import clock
from tracker.domain.health import EVERY, Tick
from tracker.worker import digests, ticks
from tracker.worker.dead_man import DeadMan
from tracker.worker.delivery import Senders, deliver
from tracker.worker.housekeeping import tidy_up
from tracker.worker.inbound import Ears
from tracker.worker.jumps import JumpDetector
from tracker.worker.sweep import sweep

log = structlog.get_logger(__name__)

#: How often the watch looks at both clocks, in seconds.
WATCH = 5.0
#: How long a message that is being handed over may go on after the word to stop, in seconds.
GRACE = 15.0


class Clockwork:
    """One worker process. ``run`` blocks until SIGTERM or SIGINT, or until ``stop`` is called."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.jumps = JumpDetector()
        self.senders = Senders(app)
        self.ears = Ears(app)
        self.dead_man = DeadMan.of(app.config["TRACKER"])
        self._stopping = threading.Event()
        self._is_over = False
        self._scheduler = BlockingScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(Tick))},
            # A tick only asks what is due now: late is as good as in time, and two missed ones are one.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> None:
        work: dict[Tick, ticks.Work] = {
            Tick.SWEEP: self._sweep,
            Tick.DELIVERY: lambda now: deliver(self.senders, now=now),
            Tick.DIGESTS: lambda now: digests.tick(now=now, outgoing=self.senders.outgoing),
            Tick.HOUSEKEEPING: lambda now: tidy_up(now=now),
        }
        if self.ears.is_listening:
            work[Tick.INBOUND] = lambda now: self.ears.hear(now=now)
        for tick in work:
            self._scheduler.add_job(
                ticks.run,
                "interval",
                id=tick.value,
                seconds=EVERY[tick].total_seconds(),
                args=[self.app, tick, work[tick], self.jumps, self.stop],
                next_run_time=clock.now(),
            )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        log.info("the worker has begun")
        watch = threading.Thread(target=self._watch, name="watch")
        watch.start()
        try:
            self._scheduler.start()
        finally:
            self._is_over = True
            self.stop()
            watch.join()
        log.info("the worker has ended")

    def _sweep(self, now: datetime) -> dict[str, int]:
        done = sweep(now=now, between=lambda: ticks.beat(Tick.SWEEP))
        self.dead_man.sweep_succeeded()
        return done

    def stop(self) -> None:
        self._stopping.set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # The scheduler is ended from the watch's thread: its own may be in the middle of choosing a job right now.
        self.stop()

    def _watch(self) -> None:
        """Until the end: see the clock go back, which would let the scheduler sleep for as long; then end it."""
        while not self._stopping.wait(WATCH):
            jumped = self.jumps.look(now=clock.now(), monotonic=clock.monotonic())
            if jumped < timedelta():
                log.warning("the clock went back; the ticks go on", by=str(-jumped))
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=clock.now())
                self._scheduler.wakeup()
        self.senders.ask_to_stop()
        while not self._scheduler.running and not self._is_over:
            time.sleep(0.01)  # told to stop before it had begun
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self.ears.stop()
        self.senders.stop(within=GRACE)
