"""`tracker run`: up on a fresh folder, down in seconds, and up again with everything still there."""

from __future__ import annotations

import os
import re
import signal
import time

import pytest

from tests.processes.programs import Programs, is_alive, json_lines, until

SETUP = ("setup", "--team", "Night Watch", "--owner-email", "anke@example.org", "--owner-name", "Anke")


def test_run_comes_up_prints_the_link_before_it_is_green_and_ends_in_seconds(programs: Programs) -> None:
    program = programs.start("run")
    program.wait_for(program.is_green)
    link = re.search(rf"http://127\.0\.0\.1:{program.port}(/setup/\S+)$", program.said, re.MULTILINE)
    assert link, program.said
    assert program.get(link[1])[0] == 200
    assert program.get("/livez") == (200, "ok\n")
    children = program.children()
    assert children.keys() == {"web", "worker"}

    assert program.end() == 0
    assert not any(is_alive(pid) for pid in children.values())
    assert program.get("/livez")[0] == 0
    assert "Traceback" not in program.complained
    assert link[1].rpartition("/")[2] not in program.complained, "a link is a key, and no log has it"


def test_a_second_start_is_quick_and_loses_nothing(programs: Programs) -> None:
    assert programs.run(*SETUP).returncode == 0
    first = programs.start("run")
    first.wait_for(first.is_green)
    assert first.end(signal.SIGINT) == 0

    begun = time.monotonic()
    second = programs.start("run", port=first.port)
    second.wait_for(second.is_green)
    assert time.monotonic() - begun < 20
    assert "/setup/" not in second.said, "there is an owner"
    assert second.end() == 0
    checked = programs.run("check")
    assert (checked.returncode, checked.stdout) == (0, "1 teams, 0 suggestions, 0 promises, 0 entries: nothing off\n")


def test_a_site_with_a_team_is_green_as_long_as_the_worker_lives(programs: Programs) -> None:
    programs.run(*SETUP)
    web = programs.start("web")
    web.wait_for(lambda: web.get("/livez")[0] == 200)
    status, why = web.get("/healthz")
    assert status == 503
    assert "the worker does not run" in why
    worker = programs.start("worker")
    web.wait_for(web.is_green)
    assert worker.end() == 0
    assert web.end() == 0
    assert {line["level"] for line in json_lines(worker.complained)} == {"info"}, worker.complained


@pytest.mark.parametrize("name", ["web", "worker"])
def test_when_one_ends_everything_ends(programs: Programs, name: str) -> None:
    program = programs.start("run")
    program.wait_for(program.is_green)
    children = program.children()
    os.kill(children[name], signal.SIGKILL)
    assert program.process.wait(180) != 0
    assert not any(is_alive(pid) for pid in children.values())
    assert f'"process": "{name}"' in program.complained


def test_nobody_is_left_behind_when_run_itself_is_killed(programs: Programs) -> None:
    program = programs.start("run")
    program.wait_for(program.is_green)
    children = program.children()
    program.process.kill()
    program.process.wait()
    until(lambda: not any(is_alive(pid) for pid in children.values()), seconds=180)
    assert program.get("/livez")[0] == 0


def test_a_port_that_is_taken_is_said_and_ends_it(programs: Programs) -> None:
    first = programs.start("run")
    first.wait_for(first.is_green)
    second = programs.start("run", port=first.port)
    assert second.process.wait(180) != 0
    assert str(first.port) in second.complained
    assert first.is_green()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_cleanly_as_soon_as_it_has_begun(programs: Programs, number: int) -> None:
    programs.run(*SETUP)
    for pause in (0.0, 0.3, 2.5):
        worker = programs.start("worker")
        worker.wait_for(worker.has_begun)
        time.sleep(pause)
        assert worker.end(number) == 0, worker.complained
        assert "the worker has ended" in worker.complained
        assert "Traceback" not in worker.complained
        assert '"level": "error"' not in worker.complained


def test_two_that_make_the_same_database_at_once_wait_for_each_other(programs: Programs) -> None:
    both = [programs.start("run"), programs.start("run")]
    for program in both:
        program.wait_for(program.is_green)
    assert [program.end() for program in both] == [0, 0]
    assert programs.run("check").returncode == 0
