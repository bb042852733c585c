"""What mail servers do to a real worker: refuse, stall, hang up, lie."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import databases
from tests.faults.nursery import Nursery
from tests.faults.scene import Scene, scene_on
from tests.mail.certificates import server_for
from tests.mail.scripted_server import CLOSE, DRIP, ScriptedServer
from tests.mail_server import HANG, MailServer
from tests.processes.programs import Program
from tests.reliability import Seen, fault
from tracker import clock
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.pulse import PausedDestination


@pytest.fixture(scope="module")
def site(
    worker_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory, nursery: Nursery
) -> Iterator[Scene]:
    """With a worker that stays."""
    url = worker_databases.another("sqlite", "mail_servers")
    with scene_on(url, tmp_path_factory.mktemp("mail_servers"), nursery) as scene:
        scene.worker()
        yield scene


def waits(scene: Scene, title: str, *, attempts: int) -> Callable[[], bool]:
    """Whether it was tried and has not left."""

    def is_so() -> bool:
        row = scene.row(title)
        return (row.state, row.attempts) == ("pending", attempts) and bool(row.outcome)

    return is_so


def pauses(scene: Scene) -> list[Any]:
    return list(scene.execute(sa.select(PausedDestination.destination, PausedDestination.until)))


def five_minutes_later(scene: Scene) -> None:
    """The pauses are over."""
    scene.execute(sa.update(PausedDestination).values(until=clock.now()))
    scene.bring_back()


@fault("F23", "the whole destination pauses; no attempt counts; one server is not asked for every row")
@pytest.mark.parametrize(("step", "reply"), [("EHLO", "421 4.7.0 too busy"), ("MAIL", "454 4.7.0 slow down")])
def test_f23_a_throttled_relay_pauses_as_a_whole(site: Scene, seen: Seen, step: Any, reply: str) -> None:
    titles = [f"{step} throttled {number}" for number in range(5)]
    site.server.always(step, reply)
    before = site.server.connections
    site.raise_(*titles)
    site.wait_for(lambda: pauses(site))
    time.sleep(2.5)  # one tick more, which must not ask again
    asked = site.server.connections - before
    attempts = {site.row(title).attempts for title in titles}
    site.server.always(step, None)
    assert {site.row(title).state for title in titles} == {"pending"}
    five_minutes_later(site)
    site.wait_for(site.is_sent(*titles))
    copies = {site.copies(title) for title in titles}
    seen(f"{reply[:3]}: {asked} connections for 5 rows, attempts counted {attempts}, then copies {copies}")
    assert asked <= 2, "two senders at most"
    assert (attempts, copies) == ({0}, {1})


@fault("F24", "sent at the second try; no alert")
@pytest.mark.parametrize("code", ["450", "451"])
def test_f24_greylisting(site: Scene, seen: Seen, code: str) -> None:
    title = f"greylisted {code}"
    site.server.script("RCPT", f"{code} 4.7.1 come back")
    site.raise_(title)
    site.wait_for(waits(site, title, attempts=1))
    meanwhile = site.alerts()
    site.bring_back()
    site.wait_for(site.is_sent(title))
    row, told = site.row(title), [*meanwhile, *site.alerts()]
    seen(f"{code}: attempts {row.attempts}, copies {site.copies(title)}, alerts {len(told)}")
    assert (row.attempts, site.copies(title), told, pauses(site)) == (2, 1, [], [])


@fault("F25", "dead with the code; the address is suppressed on 5.1.x and on nothing else")
@pytest.mark.parametrize(
    ("step", "reply", "is_suppressed"),
    [
        ("RCPT", "550 5.1.1 no such user", True),
        ("DOT", "552 5.3.4 too big", False),
        ("DOT", "554 5.7.1 looks like spam", False),
    ],
)
def test_f25_never_accepted(site: Scene, seen: Seen, step: Any, reply: str, is_suppressed: bool) -> None:
    site.server.script(step, reply)
    site.raise_(reply)
    site.wait_for(lambda: site.row(reply).state == "dead")
    ((bounced_at,),) = site.execute(sa.select(Person.mail_bounced_at).where(Person.name == "Nari"))
    site.execute(sa.update(Person).values(mail_bounced_at=None))
    row = site.row(reply)
    said = "suppressed" if bounced_at else "not suppressed"
    seen(f"dead: “{row.outcome}”, address {said}, attempts {row.attempts}")
    assert (row.outcome, bool(bounced_at), row.attempts) == (reply, is_suppressed, 1)


@fault("F26", "impossible: one recipient in each transaction")
def test_f26_one_recipient_in_each_transaction(site: Scene, seen: Seen) -> None:
    titles = [f"one recipient {number}" for number in range(3)]
    site.raise_(*titles)
    site.wait_for(site.is_sent(*titles))
    counts = {len(one.recipients) for one in site.server.received}
    seen(f"{len(site.server.received)} transactions, recipients in each {counts}")
    assert counts == {1}


@fault("F27", "unknown, and not tried again before the final timeout (6 s at this scale)")
def test_f27_silence_after_the_dot(site: Scene, seen: Seen) -> None:
    site.server.script("DOT", HANG)
    begun = time.monotonic()  # from before: whoever looks for the mail may be late
    site.raise_("silent")
    site.wait_for(lambda: site.received("silent"))
    site.wait_for(lambda: site.row("silent").state != "sending")
    waited, copies = time.monotonic() - begun, len(site.received("silent"))
    row = site.row("silent")
    assert (row.state, row.was_unknown, copies) == ("pending", True, 1)
    assert waited > 5
    site.bring_back()
    site.wait_for(site.is_sent("silent"))
    names = {str(one.message["Message-ID"]) for one in site.received("silent")}
    seen(
        f"given up after {waited:.0f} s, was unknown, in the end {len(site.received('silent'))} copies, {len(names)} ID"
    )
    assert (len(site.received("silent")), len(names)) == (2, 1)


@fault("F32", "three days without a server: nothing dead; sent when it is back")
def test_f32_three_days_down(site: Scene, seen: Seen) -> None:
    site.server.always("EHLO", "421 4.3.2 down")
    site.raise_("three days")
    site.wait_for(lambda: site.row("three days").outcome)
    long_ago = clock.now() - timedelta(days=3)
    site.execute(sa.update(Delivery).where(Delivery.state == "pending").values(created_at=long_ago))
    site.execute(sa.update(PausedDestination).values(refusals=40))
    five_minutes_later(site)
    site.wait_for(lambda: pauses(site)[0][1] > clock.now())
    row = site.row("three days")
    site.server.always("EHLO", None)
    assert (row.state, row.attempts) == ("pending", 0)
    five_minutes_later(site)
    site.wait_for(site.is_sent("three days"))
    seen(f"after three days {row.state}, then copies {site.copies('three days')}")
    assert site.copies("three days") == 1


# Servers that need a site of their own --------------------------------------------------------------------------------


def first_word(scene: Scene, title: str, worker: Program) -> None:
    """Wait until something was written down about it."""
    scene.wait_for(lambda: scene.row(title).outcome, program=worker)


@fault("F28", "sent, copies = 1")
@pytest.mark.parametrize("script", [{"DOT": f"250 2.0.0 kept{CLOSE}"}, {"QUIT": "421 4.3.2 shutting down"}], ids=str)
@pytest.mark.databases("sqlite")
def test_f28_what_comes_after_the_250_changes_nothing(scene: Scene, seen: Seen, script: dict[str, Any]) -> None:
    with ScriptedServer(**script) as server:
        scene.raise_("once")
        worker = scene.worker(TRACKER_SMTP_URL=f"smtp://127.0.0.1:{server.port}")
        scene.wait_for(scene.is_sent("once"), program=worker)
        assert worker.end(within=20) == 0
        seen(f"{next(iter(script))}: copies {len(server.bodies)}, attempts {scene.row('once').attempts}")
        assert (len(server.bodies), scene.row("once").attempts) == (1, 1)


@fault("F29", "given up at the deadline of the step; the ticks go on meanwhile")
@pytest.mark.databases("sqlite")
def test_f29_a_server_that_drips(scene: Scene, seen: Seen) -> None:
    with ScriptedServer(GREETING=DRIP) as server:
        scene.raise_("drip")
        worker = scene.worker(TRACKER_SMTP_URL=f"smtp://127.0.0.1:{server.port}")
        scene.wait_for(lambda: pauses(scene), program=worker)
        before = scene.beat_at()
        scene.wait_for(lambda: scene.beat_at() != before, program=worker)
        seen(f"row {scene.row('drip').state}, attempts {scene.row('drip').attempts}, heartbeats go on")
        assert (scene.row("drip").state, scene.row("drip").attempts, server.bodies) == ("pending", 0, [])


@fault("F30", "refused, never plain; row pending, the destination paused, one alert")
@pytest.mark.parametrize("how", ["stripped", "a stranger's certificate"])
@pytest.mark.databases("sqlite")
def test_f30_no_encryption_no_mail(scene: Scene, seen: Seen, how: str) -> None:
    script: dict[str, Any] = {} if how == "stripped" else {"EHLO": "250-here\r\n250 STARTTLS", "STARTTLS": "220 go on"}
    with ScriptedServer(tls=server_for("elsewhere"), **script) as server:
        scene.raise_("secret")
        url = f"smtp+starttls://tracker:pass@127.0.0.1:{server.port}"
        worker = scene.worker(TRACKER_SMTP_URL=url)
        first_word(scene, "secret", worker)
        row = scene.row("secret")
        assert worker.end(within=20) == 0
        alerts = [scene.alerts(TRACKER_SMTP_URL=url) for _ in range(2)][-1]  # the second pass finds it told
        plain = [one for one in server.commands if one.split(" ")[0] in ("AUTH", "MAIL")]
        seen(
            f"{how}: {row.state}, attempts {row.attempts}, sign-ins and mails in the clear {len(plain)}, "
            f"alerts {len(alerts)}"
        )
        assert (row.state, row.attempts, plain, len(pauses(scene))) == ("pending", 0, [], 1)
        assert alerts == [("not_encrypted", f"relay:127.0.0.1:{server.port}")]


@fault("F31", "destination paused, no attempt counted, one alert, goes on by itself after the fix")
@pytest.mark.databases("sqlite")
def test_f31_a_wrong_password(
    worker_databases: databases.Databases, tmp_path: Path, nursery: Nursery, seen: Seen
) -> None:
    with MailServer(credentials=("tracker", "right")) as server:
        scene = Scene(worker_databases.another("sqlite", "wrong_password"), tmp_path, server, nursery)
        try:
            titles = ["one", "two", "three"]
            scene.raise_(*titles)
            url = f"smtp://tracker:wrong@127.0.0.1:{server.port}"
            worker = scene.worker(TRACKER_SMTP_URL=url)
            scene.wait_for(lambda: pauses(scene), program=worker)
            alerts = scene.alerts(TRACKER_SMTP_URL=url)
            attempts = {scene.row(title).attempts for title in titles}
            server.credentials = ("tracker", "wrong")  # somebody has set the password that the settings have
            five_minutes_later(scene)
            scene.wait_for(scene.all_sent, program=worker)
            seen(
                f"attempts counted {attempts}, pauses 1, alerts {len(alerts)}, "
                f"then copies {[scene.copies(title) for title in titles]}"
            )
            assert alerts == [("sign_in_refused", f"relay:127.0.0.1:{server.port}")]
            assert (attempts, [scene.copies(title) for title in titles]) == ({0}, [1, 1, 1])
        finally:
            scene.close()
