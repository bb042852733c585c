"""Workers that are killed in a tick, told to stop, poisoned, out of handles, or two and three of a kind."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.faults.scene import Scene, goes_on
from tests.processes.programs import Program
from tests.receivers import receiver
from tests.reliability import Seen, fault
from tracker import clock
from tracker.domain.retries import MOST_LOST_CLAIMS
from tracker.store.delivery_events import DeliveryEvent
from tracker.store.entries import Entry
from tracker.store.notices import Channel, Delivery, DeliveryState, Notice
from tracker.store.people import Person
from tracker.store.pulse import Heartbeat
from tracker.worker import crash

THREE_WEEKS = timedelta(weeks=3)


def follow_ups(scene: Scene) -> list[dict[str, Any]]:
    """The facts of every follow-up that the log has."""
    return [row[0] for row in scene.execute(sa.select(Entry.facts).where(Entry.kind == "follow_up"))]


def rung_mails(scene: Scene) -> int:
    where = (Notice.kind == "rung", Notice.channel == Channel.EMAIL)
    return int(scene.execute(sa.select(sa.func.count()).select_from(Notice).where(*where))[0][0])


def overdue(scene: Scene, ago: timedelta = THREE_WEEKS) -> None:
    """Nari's suggestion is late, and whoever is on duty wants each reminder by mail."""
    scene.execute(sa.update(Person).values(reminders_in_app=False, reminder_rhythm="each"))
    scene.raise_("overdue", ago=ago)


def each_mail_once(scene: Scene) -> bool:
    """Whether no Message-ID came twice."""
    names = [str(one.message["Message-ID"]) for one in scene.server.accepted]
    return len(names) == len(set(names))


# Before and after the business commit ---------------------------------------------------------------------------------


@fault("F1", "killed before the business commit: neither the entry nor its notice exists")
def test_f1_killed_before_the_business_commit(scene: Scene, seen: Seen) -> None:
    overdue(scene)
    scene.dies("before_sweep_commit")
    seen(f"entries {len(follow_ups(scene))}, notices {rung_mails(scene)}")
    assert (len(follow_ups(scene)), rung_mails(scene)) == (0, 0)


@fault("F2", "killed after the business commit: both exist, the next worker sends; each mail once")
def test_f2_killed_after_the_business_commit(scene: Scene, seen: Seen) -> None:
    overdue(scene)
    scene.dies("after_sweep_commit")
    entries, notices = len(follow_ups(scene)), rung_mails(scene)
    assert (entries, notices > 0) == (1, True)
    worker = scene.worker()
    told = sa.select(Notice.state).where(Notice.kind == "rung", Notice.channel == Channel.EMAIL)
    scene.wait_for(lambda: {row[0].value for row in scene.execute(told)} == {"told"}, program=worker)
    assert worker.end(within=20) == 0
    seen(f"entries {entries}, notices {notices}, then all told, each mail once")
    assert len(follow_ups(scene)) == 1
    assert each_mail_once(scene)


# One that ends --------------------------------------------------------------------------------------------------------


@fault("F11", "told to stop in a send: it finishes within the grace time; no unknown")
@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("point", ["after_claim", "after_dot"])
def test_f11_told_to_stop_in_the_middle_of_a_send(scene: Scene, seen: Seen, point: str) -> None:
    scene.raise_("polite")
    worker = scene.worker(f"{point}:1:stop")
    scene.wait_for(lambda: crash.HERE in worker.complained, program=worker)
    worker.process.send_signal(signal.SIGTERM)
    goes_on(worker)
    code = worker.process.wait(180)
    row = scene.row("polite")
    seen(f"{point}: exit {code}, {row.state}, copies {scene.copies('polite')}")
    assert (code, row.state, row.was_unknown, scene.copies("polite")) == (0, "sent", False, 1)


#: A lease of 5 seconds, where nothing but its end is waited for.
SHORT = "0.005"


@fault("F15", "a message that kills its sender is given up after ten; the others flow; one alert")
@pytest.mark.databases("sqlite")
def test_f15_poison(scene: Scene, seen: Seen) -> None:
    scene.raise_("poison")
    scene.dies("before_sending_commit")
    scene.dies("before_sending_commit", TRACKER_TIMEOUT_SCALE=SHORT)  # sees the lease end, claims, and dies as well
    # Seven more would take a minute; that each is counted shows test_a_message_that_kills_its_senders_runs_out.
    scene.execute(sa.update(Delivery).values(facts={"lost": MOST_LOST_CLAIMS - 1}))
    scene.raise_("another")
    worker = scene.worker()
    scene.wait_for(scene.is_sent("another"), program=worker)
    scene.wait_for(scene.without_pauses(lambda: scene.row("poison").state == "dead"), program=worker)
    alerts = scene.alerts()
    told = scene.execute(sa.select(Notice.person_id).where(Notice.kind == "alert", Notice.channel == Channel.EMAIL))
    lines = [row[0].value for row in scene.execute(sa.select(DeliveryEvent.what).order_by(DeliveryEvent.id))]
    seen(
        f"lost, counted up to ten, then dead, alerts {len(alerts)} to {len(told)} administrator, "
        f"another sent, copies {scene.copies('another')}"
    )
    assert (alerts, len(told)) == ([("kills_its_sender", "receipt")], 1)
    assert (scene.copies("another"), scene.copies("poison")) == (1, 0)
    assert (lines[0], lines.count("given_up")) == ("lost", 1)


@fault("F16", "out of file handles: health red meanwhile, nothing lost, one copy")
@pytest.mark.databases("sqlite")
def test_f16_out_of_file_handles(scene: Scene, seen: Seen) -> None:
    scene.raise_("handles")
    poor = scene.worker(handles=12)
    scene.wait_for(lambda: "Too many open files" in poor.complained or "unable to open" in poor.complained)
    said = "ended" if poor.process.poll() is not None else "goes on"
    health = scene.app.test_client().get("/healthz")
    reasons = [one["code"] for one in (health.json or {})["reasons"]]
    poor.process.kill()
    poor.process.wait(180)
    state = scene.row("handles").state
    scene.bring_back()
    worker = scene.worker()
    scene.wait_for(scene.is_sent("handles"), program=worker)
    seen(
        f"12 handles: the worker {said}, the notice {state}, /healthz {health.status_code} ({', '.join(reasons)}); "
        f"then copies {scene.copies('handles')}"
    )
    assert (health.status_code, "delivery_silent" in reasons) == (503, True)
    assert len(scene.received("handles")) == 1


# Two of everything ----------------------------------------------------------------------------------------------------


@fault("F17", "three workers, one claims: copies = 1")
@fault("F18", "three schedulers, the same tick: one entry, each notice once")
def test_f17_f18_three_workers(scene: Scene, seen: Seen) -> None:
    overdue(scene)
    titles = [f"message {number:02}" for number in range(20)]
    scene.raise_(*titles)
    workers = [scene.worker() for _ in range(3)]
    scene.wait_for(scene.is_sent(*titles))
    scene.wait_for(lambda: follow_ups(scene))
    assert [worker.end(within=20) for worker in workers] == [0, 0, 0]
    copies = [scene.copies(title) for title in titles]
    seen(f"copies of 20 messages {set(copies)}, follow-up entries {len(follow_ups(scene))}")
    assert (copies, len(follow_ups(scene))) == ([1] * 20, 1)
    assert each_mail_once(scene)


@fault("F19", "passes of the same tick, again and at once: the same rows as one")
@fault("F20", "three weeks without a tick: one follow-up, the highest rung")
@pytest.mark.databases("sqlite")
def test_f19_f20_passes_after_three_weeks(scene: Scene, seen: Seen) -> None:
    overdue(scene)
    with ThreadPoolExecutor(2) as pool:
        codes = [done.returncode for done in pool.map(lambda _: scene.run("work"), range(4))]
    rungs = [facts["rung"] for facts in follow_ups(scene)]
    seen(f"4 passes, two at a time: follow-ups {len(rungs)}, rung {rungs}, each mail once")
    assert codes == [0] * 4
    assert len(rungs) == 1
    assert rungs[0] > 4
    assert each_mail_once(scene)


# Somebody is missing --------------------------------------------------------------------------------------------------


LONG_AGO = timedelta(minutes=11)


def beats(scene: Scene) -> Any:
    """Wait until every tick has left its heartbeat."""
    return len(scene.execute(sa.select(Heartbeat.tick))) == 4


def grows_old(scene: Scene, tick: str) -> None:
    """Time passes for a heartbeat that nobody renews."""
    row = sa.update(Heartbeat).where(Heartbeat.tick == tick)
    scene.execute(row.values(at=clock.now() - timedelta(seconds=91)))


def codes(web: Program) -> list[str]:
    """Why /healthz is red; nothing when it is green."""
    status, said = web.get("/healthz")
    found = [reason["code"] for reason in json.loads(said)["reasons"]]
    assert status == (503 if found else 200)
    return found


@fault(
    "F21", "the scheduler lives, the sender hangs: red after 90 s, with the age of what waits; then green, copies = 1"
)
@pytest.mark.databases("sqlite")
def test_f21_the_sender_hangs_and_the_scheduler_goes_on(scene: Scene, seen: Seen) -> None:
    web = scene.start("web")
    worker = scene.worker("after_pack_commit:1:stop")
    scene.wait_for(lambda: beats(scene), program=worker)
    scene.wait_for(lambda: web.get("/livez")[0] == 200, program=web)
    assert codes(web) == []
    scene.raise_("waits")
    scene.wait_for(lambda: crash.HERE in worker.complained, program=worker)
    since = scene.beat_at("sweep")
    grows_old(scene, "delivery")
    waiting = sa.update(Delivery).where(Delivery.state == DeliveryState.PENDING)
    scene.execute(waiting.values(next_attempt_at=clock.now() - LONG_AGO, created_at=clock.now() - LONG_AGO))
    scene.wait_for(lambda: scene.beat_at("sweep") > since, program=worker)  # the scheduler is well all the while
    red = codes(web)
    copies = scene.copies("waits")
    goes_on(worker)
    scene.wait_for(scene.is_sent("waits"), program=worker)
    scene.wait_for(lambda: codes(web) == [], program=web)
    seen(f"red: {', '.join(red)}; copies {copies}; then green, copies {scene.copies('waits')}")
    assert (red, copies, scene.copies("waits")) == (["delivery_silent", "delivery_waiting"], 0, 1)


@fault("F22", "the sender lives, the scheduler hangs: red after 90 s without it, no call to the dead man's address; "
       "mails leave meanwhile; then green, and called")  # fmt: skip
@pytest.mark.databases("sqlite")
def test_f22_the_scheduler_hangs_and_the_sender_goes_on(scene: Scene, seen: Seen) -> None:
    overdue(scene)
    with receiver() as outside:
        web = scene.start("web")
        dead_man = f"http://127.0.0.1:{outside.port}/alive"
        worker = scene.worker("after_sweep_commit:1:stop", TRACKER_DEAD_MAN_URL=dead_man)
        scene.wait_for(lambda: crash.HERE in worker.complained, program=worker)
        told = sa.select(Notice.state).where(Notice.kind == "rung", Notice.channel == Channel.EMAIL)
        scene.wait_for(lambda: {row[0].value for row in scene.execute(told)} == {"told"}, program=worker)
        scene.wait_for(lambda: web.get("/livez")[0] == 200, program=web)
        scene.execute(sa.insert(Heartbeat).values(tick="sweep", at=clock.now(), facts={}))
        assert codes(web) == []
        grows_old(scene, "sweep")
        red, calls = codes(web), len(outside.requests)
        goes_on(worker)
        scene.wait_for(lambda: codes(web) == [], program=web)
        scene.wait_for(lambda: outside.requests, program=worker)
    seen(f"red: {', '.join(red)}; calls {calls}; rung mails {rung_mails(scene)}, each once; then green, and called")
    assert (red, calls) == (["sweep_silent"], 0)
    assert each_mail_once(scene)
