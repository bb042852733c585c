"""The commands of the contract: what they print, what they refuse, and in how many words."""

from __future__ import annotations

import re
import socket
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import assemble, raised
from tests.cli.conftest import Command
from tracker.acts import tokens
from tracker.acts.secret_links import hash_of
from tracker.domain.lifecycle import Urgency
from tracker.store import promises, teams
from tracker.store.base import db
from tracker.store.doors import ApiToken, SetupLink
from tracker.store.people import Person, by_email
from tracker.store.suggestions import Suggestion

SETUP = ("setup", "--team", "Night Watch", "--owner-email", "Anke@Example.org", "--owner-name", "Anke")


# setup ----------------------------------------------------------------------------------------------------------------


def test_setup_makes_the_database_a_team_and_its_owner_and_prints_the_link(
    tracker_before_all: Command, empty_app: Flask
) -> None:
    done = tracker_before_all(*SETUP, "--timezone", "Europe/Berlin", "--locale", "de", "--hours", "evenings")
    assert done.exit_code == 0, done.output
    link = re.search(r"http://127\.0\.0\.1:8000/setup/(\S+)$", done.output)
    assert link
    with empty_app.app_context():
        owner, team = by_email("anke@example.org"), teams.by_slug("night-watch")
        assert owner is not None
        assert team is not None
        assert (owner.is_site_admin, owner.password, team.locale, team.answer_within) == (True, None, "de", 2)
        calendar = teams.working_time(team.calendar)
        assert (calendar.timezone, calendar.to_plain()["week"]["sat"]) == ("Europe/Berlin", [["10:00", "18:00"]])  # type: ignore[index]
        stored = db.session.scalar(sa.select(SetupLink))
        assert stored is not None
        assert (stored.token_hash, stored.person_id) == (hash_of(link[1]), owner.id)
        db.session.remove()


def test_setup_done_again_makes_no_second_team_and_prints_a_new_link(tracker: Command, app: Flask) -> None:
    first = tracker(*SETUP).output.rsplit("/", 1)[1].strip()
    again = tracker(*SETUP)
    assert again.output.startswith("Team: night-watch\nSet-up link for Anke")
    second = again.output.rsplit("/", 1)[1].strip()
    with app.app_context():
        assert [team.slug for team in teams.all_teams()] == ["night-watch"]
        ended = {link.token_hash: link.used_at is not None for link in db.session.scalars(sa.select(SetupLink))}
        assert ended == {hash_of(first): True, hash_of(second): False}
        db.session.remove()


def test_a_second_team_leaves_the_link_of_the_first_owner_alone(tracker: Command, app: Flask) -> None:
    tracker(*SETUP)
    tracker("setup", "--team", "Day Watch", "--owner-email", "pit@example.org", "--owner-name", "Pit")
    with app.app_context():
        assert db.session.scalars(sa.select(SetupLink.used_at)).all() == [None, None]
        db.session.remove()


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ("office", "2", (4, 8, 16, 40)),
        ("always", "2", (12, 24, 48, 120)),
        ("evenings", "1", (1.25, 2.5, 5, 12.5)),
        ("office", "10", (20, 40, 80, 200)),
    ],
)
def test_budgets_follow_from_the_hours_and_one_answer(
    tracker: Command, app: Flask, hours: str, days: str, expected: tuple[float, ...]
) -> None:
    tracker(*SETUP, "--hours", hours, "--answer-within", days)
    with app.app_context():
        team = teams.by_slug("night-watch")
        assert team is not None
        assert tuple(team.policy.budgets[u] / 3600 for u in Urgency) == pytest.approx(expected)
        db.session.remove()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--timezone", "Etc/Unknown"), "Etc/Unknown"),
        (("--hours", "sometimes"), "sometimes"),
        (("--answer-within", "3"), "3"),
        (("--owner-email", "anke"), "anke"),
    ],
)
def test_setup_refuses_nonsense_and_leaves_nothing(
    tracker: Command, app: Flask, changed: tuple[str, ...], said: str
) -> None:
    refused = tracker(*SETUP, *changed)
    assert refused.exit_code in (1, 2)
    assert said in refused.output
    assert "Traceback" not in refused.output
    with app.app_context():
        assert teams.all_teams() == []
        db.session.remove()


# person and token -----------------------------------------------------------------------------------------------------


def test_a_person_is_added_once_and_to_a_team_that_exists(tracker: Command, app: Flask) -> None:
    tracker(*SETUP)
    add = ("person", "add", "--team", "night-watch", "--email", "pit@example.org", "--name", "Pit", "--role", "manager")
    assert tracker(*add).output == (
        "Pit is in night-watch now, as manager.\nSigning in works with a link by mail: http://127.0.0.1:8000/sign-in\n"
    )
    again = tracker(*add)
    assert (again.exit_code, again.output) == (1, "Error: Pit is in this team already.\n")
    nowhere = tracker(*add[:3], "nowhere", *add[4:])
    assert (nowhere.exit_code, nowhere.output) == (1, "Error: There is no team 'nowhere'. There are: night-watch.\n")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 2
        db.session.remove()


def test_a_token_is_printed_once_alone_on_the_last_line_and_stored_as_a_hash(tracker: Command, app: Flask) -> None:
    tracker(*SETUP)
    made = tracker("token", "create", "--person", "anke@example.org", "--name", "CI", "--scopes", "read")
    assert made.exit_code == 0
    text = made.stdout.splitlines()[-1]
    with app.app_context():
        found = tokens.holder(text, now=_created())
        assert found is not None
        token, person = found
        assert (person.email, token.scopes, token.name) == ("anke@example.org", ["read"], "CI")
        assert token.secret_hash not in text
        assert text.rpartition("_")[2] not in str(token.__dict__)
        assert tokens.holder(text[:-1] + ("A" if text[-1] != "A" else "B"), now=token.created_at) is None
        tokens.revoke(token.id, by=person, now=token.created_at)
        assert tokens.holder(text, now=token.created_at) is None
        db.session.remove()


def _created() -> datetime:
    created: datetime | None = db.session.scalar(sa.select(ApiToken.created_at))
    assert created is not None
    return created


def test_a_token_for_nobody_or_with_a_scope_that_is_none_is_refused(tracker: Command) -> None:
    tracker(*SETUP)
    nobody = tracker("token", "create", "--person", "nobody@example.org", "--name", "CI")
    assert (nobody.exit_code, nobody.output) == (1, "Error: Nobody here has the address 'nobody@example.org'.\n")
    odd = tracker("token", "create", "--person", "anke@example.org", "--name", "CI", "--scopes", "everything")
    assert (odd.exit_code, odd.output) == (
        1,
        'Error: There is no scope "everything"; choose from read, write.\n',
    )


# check and explain ----------------------------------------------------------------------------------------------------


def _play(app: Flask) -> int:
    with app.app_context():
        suggestion = raised(assemble())
        number = suggestion.id
        db.session.remove()
        return number


def test_check_finds_nothing_after_a_story(tracker: Command, app: Flask) -> None:
    _play(app)
    checked = tracker("check")
    assert (checked.exit_code, checked.output) == (0, "2 teams, 1 suggestions, 1 promises, 1 entries: nothing off\n")


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE promise SET rung = 3", "the column rung is 3, and the value says 0"),
        ("UPDATE promise SET next_follow_up_at = '2026-12-24 12:00:00+00:00'", "next_follow_up_at is 2026-12-24"),
        ("UPDATE promise SET due_at = '2026-12-24 12:00:00+00:00'", "the column due_at is 2026-12-24"),
        ("UPDATE suggestion SET status = 'done'", "it is done, and a promise (answer) is still open"),
        (
            "UPDATE suggestion SET status = 'will_do'",
            "it is will_do and needs one open promise (deliver), and has answer",
        ),
        ("UPDATE suggestion SET votes = 7", "its count of votes is 7, and there are 0"),
        ("UPDATE suggestion SET visibility = 'managers'", "it is hidden, and its number betrays it"),
        ("UPDATE suggestion SET number = 43", "there is a gap"),
        ("DELETE FROM entry", "the log says nothing of it"),
        ("UPDATE notice SET told_at = NULL WHERE state = 'told'", "is told, and nothing says when"),
    ],
)
def test_check_finds_what_was_altered_by_hand(tracker: Command, app: Flask, statement: str, finding: str) -> None:
    _play(app)
    with app.app_context():
        if statement.startswith("DELETE"):
            db.session.execute(sa.text("UPDATE notice SET entry_id = NULL"))
        if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
            statement = statement.replace("+00:00'", ".000000'")
        db.session.execute(sa.text(statement))
        db.session.commit()
        db.session.remove()
    checked = tracker("check")
    assert checked.exit_code == 1, checked.output
    assert finding in checked.output


def test_check_finds_a_value_that_left_the_log(tracker: Command, app: Flask) -> None:
    suggestion_id = _play(app)
    with app.app_context():
        row = promises.open_of(suggestion_id)
        assert row is not None
        row.value_facts = {**row.value_facts, "questions": 2}
        db.session.commit()
        db.session.remove()
    checked = tracker("check")
    assert checked.exit_code == 1
    assert "nachtwache #41: promise 1 (answer): questions is 2, and the log says 0" in checked.output


def test_explain_says_which_hours_were_counted(tracker: Command, app: Flask) -> None:
    _play(app)
    explained = tracker("explain", "nachtwache", "41")
    assert explained.exit_code == 0
    for line in (
        "#41 Chat-Filter frisst Umlaute",
        "  made Tue 2026-11-24 23:10 under calendar version 1 and policy version 1, in Europe/Berlin",
        "  may take 16 h of working time",
        "    Wed 2026-11-25  09:00-17:00  8 h",
        "    Thu 2026-11-26  09:00-17:00  8 h",
        "  date version 1: Thu 2026-11-26 17:00, by “raised” on Tue 2026-11-24 23:10",
        "  follow-up 1 Thu 2026-11-26 13:00",
        "  follow-up 3 Fri 2026-11-27 13:00",
    ):
        assert line in explained.output.splitlines()
    missing = tracker("explain", "nachtwache", "99")
    assert (missing.exit_code, missing.output) == (1, "Error: Team nachtwache has no suggestion #99.\n")


# work -----------------------------------------------------------------------------------------------------------------


def test_work_travels_in_time_but_not_in_production(tracker: Command, app: Flask) -> None:
    _play(app)
    done = tracker("work", "--as-of", "2026-11-26T16:00:00Z")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("climbed 1, ")
    odd = tracker("work", "--as-of", "tomorrow")
    assert odd.exit_code == 2
    assert "'tomorrow' is no instant" in odd.output
    refused = tracker("work", "--as-of", "2026-11-26T16:00:00Z", TRACKER_ENV="production")
    assert refused.exit_code == 1
    assert "--as-of is refused in production" in refused.output


# backup and restore ---------------------------------------------------------------------------------------------------


def test_a_backup_brings_everything_back(tracker: Command, app: Flask, tmp_path: Path) -> None:
    suggestion_id = _play(app)
    file = tmp_path / "site.zip"
    assert tracker("backup", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    with app.app_context():
        db.session.get_one(Suggestion, suggestion_id).title = "changed since"
        db.session.commit()
        db.session.remove()
        db.engine.dispose()

    restored = tracker("restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert "What was here before is in" in restored.output
    with app.app_context():
        assert db.session.get_one(Suggestion, suggestion_id).title == "Chat-Filter frisst Umlaute"
        db.session.remove()
        db.engine.dispose()
    assert tracker("check").exit_code == 0
    tracker("person", "add", "--team", "tagwache", "--email", "x@y.example", "--name", "X", "--role", "member")
    with app.app_context():
        assert by_email("x@y.example") is not None, "new rows are counted on from the restored ones"
        db.session.remove()


def test_a_backup_of_one_database_is_restored_into_the_other(
    tracker: Command, tracker_before_all: Command, app: Flask, empty_app: Flask, tmp_path: Path
) -> None:
    _play(app)
    file = tmp_path / "site.zip"
    tracker("backup", str(file))
    assert tracker_before_all("restore", str(file)).exit_code == 0
    assert tracker_before_all("check").output == tracker("check").output
    with empty_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 9
        db.session.remove()


@pytest.mark.databases("sqlite")
def test_what_cannot_be_read_or_written_is_one_sentence(tracker: Command, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "site.zip"
    unwritten = tracker("backup", str(nowhere))
    assert (unwritten.exit_code, unwritten.output.count("\n")) == (1, 1)
    assert unwritten.output.endswith("No such file or directory.\n")
    unread = tracker("restore", str(nowhere))
    assert (unread.exit_code, unread.output) == (1, f"Error: There is no file {nowhere}.\n")


def test_what_is_no_backup_is_refused_and_nothing_is_lost(tracker: Command, app: Flask, tmp_path: Path) -> None:
    _play(app)
    file = tmp_path / "letter.zip"
    file.write_text("Dear Pit")
    assert "is no backup of Tracker" in tracker("restore", str(file)).output
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", '{"format": 1, "revision": "9999", "rows": {}}')
    newer = tracker("restore", str(file))
    assert newer.exit_code == 1
    assert "made by a newer version of Tracker" in newer.output
    assert tracker("check").output.startswith("2 teams, 1 suggestions")


# seed -----------------------------------------------------------------------------------------------------------------


def test_synthetic_volume_holds_what_is_promised(tracker: Command, app: Flask) -> None:
    done = tracker("seed", "--teams", "3", "--people", "30", "--suggestions", "240")
    assert done.exit_code == 0, done.output
    checked = tracker("check")
    assert checked.exit_code == 0, checked.output
    assert checked.output.startswith("3 teams, 240 suggestions")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 30
        db.session.remove()
    again = tracker("seed", "--teams", "1", "--people", "3", "--suggestions", "5")
    assert again.exit_code == 0, "it may be done again"
    refused = tracker("seed", "--teams", "1", "--people", "3", "--suggestions", "5", TRACKER_ENV="production")
    assert "refused in production" in refused.output


# What every command refuses -------------------------------------------------------------------------------------------

ON_A_DATABASE = [
    ("web",),
    ("worker",),
    ("person", "add", "--team", "x", "--email", "x@y.example", "--name", "X", "--role", "member"),
    ("token", "create", "--person", "x@y.example", "--name", "x"),
    ("work",),
    ("check",),
    ("explain", "x", "1"),
    ("seed", "--teams", "1", "--people", "1", "--suggestions", "1"),
    ("backup", "site.zip"),
    ("release",),
    ("reindex",),
]


@pytest.mark.parametrize("command", ON_A_DATABASE, ids=lambda command: command[0])
def test_without_a_database_of_this_version_it_says_so_in_one_sentence(
    tracker_before_all: Command, tracker: Command, app: Flask, command: tuple[str, ...]
) -> None:
    missing = tracker_before_all(*command)
    assert (missing.exit_code, missing.output.count("\n")) == (1, 1)
    assert "There is no database yet" in missing.output
    with app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
        db.session.remove()
    newer = tracker(*command)
    assert (newer.exit_code, newer.output.count("\n")) == (1, 1)
    assert "which a newer version of Tracker made" in newer.output


@pytest.mark.parametrize("command", [SETUP, ("run",), ("restore", "x.zip")], ids=lambda command: command[0])
def test_a_newer_database_is_refused_by_those_that_migrate_too(
    tracker: Command, app: Flask, command: tuple[str, ...]
) -> None:
    with app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
        db.session.remove()
    newer = tracker(*command)
    assert newer.exit_code == 1
    assert "which a newer version of Tracker made" in newer.output


@pytest.mark.databases("postgresql")
def test_a_database_that_cannot_be_reached_is_one_sentence_without_a_password(tracker: Command) -> None:
    gone = tracker("check", TRACKER_DATABASE_URL="postgresql://pit:geheim@127.0.0.1:1/tracker")
    assert gone.exit_code == 1
    assert gone.output.startswith("Error: The database at postgresql+psycopg://pit:***@127.0.0.1:1/tracker cannot be")
    assert "geheim" not in gone.output


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("command", ["run", "web", "demo"])
def test_a_port_that_is_taken_is_one_sentence_with_what_to_do(tracker: Command, tmp_path: Path, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = tracker(command, PORT=str(port))
    assert (refused.exit_code, refused.output) == (
        1,
        f"Error: Port {port} is in use, perhaps by another Tracker. "
        f"End that program, or choose another port: PORT={port + 1 if port < 65535 else 8000}\n",
    )
    assert "Set up your team" not in refused.output, "a new link would end the one that the other has printed"
    assert not list(tmp_path.rglob("*.sqlite3*")), "and nothing was begun"


@pytest.mark.databases("sqlite")
def test_an_address_of_another_machine_is_refused(tracker: Command) -> None:
    refused = tracker("web", TRACKER_LISTEN="192.0.2.1")
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: TRACKER_LISTEN is '192.0.2.1', which is no address of this machine.\n",
    )


_COMMANDS = {"run", "setup", "restore", *(command[0] for command in ON_A_DATABASE)}


def test_help_names_every_command(tracker: Command) -> None:
    shown = tracker("--help").output
    named = re.findall(r"^  (\w+)  ", shown, re.MULTILINE)
    assert set(named) == {*_COMMANDS, "demo", "simulate"}
