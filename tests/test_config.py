"""What the environment may say, what is refused and in which words, and that no secret shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

import config
from config import SendingTimeouts, Settings, SettingsRefused, SmtpServer, masked

KEY = "k" * 32
PRODUCTION = {"TRACKER_PUBLIC_URL": "https://tracker.example", "TRACKER_SECRET_KEY": KEY}


def read(environ: Mapping[str, str], tmp_path: Path) -> Settings:
    return Settings.from_environment({"TRACKER_DATA_DIR": str(tmp_path), **environ})


def problems(environ: Mapping[str, str], tmp_path: Path) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        read(environ, tmp_path)
    return refused.value.problems


def test_an_empty_environment_is_a_tracker_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/tracker.sqlite3"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.mailbox_dir == tmp_path / "data" / "mail"
    assert (settings.env, settings.is_loopback, settings.is_https, settings.is_production) == (
        "development",
        True,
        False,
        False,
    )
    assert (settings.smtp, settings.mail_from, settings.unknown_policy) == (None, "post@localhost", "resend")


def test_a_public_address_is_production_and_its_host_sends_the_mails(tmp_path: Path) -> None:
    settings = read(PRODUCTION, tmp_path)
    assert (settings.env, settings.is_production, settings.is_https) == ("production", True, True)
    assert settings.mail_from == "post@tracker.example"
    assert settings.secret_key == KEY


def test_the_public_address_follows_the_port(tmp_path: Path) -> None:
    assert read({"PORT": "8001"}, tmp_path).public_url == "http://127.0.0.1:8001"


def test_an_empty_value_counts_as_not_set(tmp_path: Path) -> None:
    assert read({"PORT": "", "TRACKER_SMTP_URL": " "}, tmp_path).port == 8000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Tracker.Example/", "https://tracker.example"),
        ("https://tracker.example:443", "https://tracker.example"),
        ("http://tracker.example:8080", "http://tracker.example:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://nachtwäche.example", "https://xn--nachtwche-02a.example"),  # as browsers name it
        ("https://straße.example", "https://xn--strae-oqa.example"),
    ],
)
def test_the_public_address_is_kept_in_one_form(given: str, kept: str, tmp_path: Path) -> None:
    assert read({**PRODUCTION, "TRACKER_PUBLIC_URL": given}, tmp_path).public_url == kept


def test_an_umlaut_domain_is_kept_as_it_goes_over_the_wire(tmp_path: Path) -> None:
    """Mails carry ASCII addresses alone, also where the sender follows the public address."""
    settings = read({**PRODUCTION, "TRACKER_PUBLIC_URL": "https://nachtwäche.example"}, tmp_path)
    assert settings.mail_from == "post@xn--nachtwche-02a.example"
    settings = read({**PRODUCTION, "TRACKER_MAIL_FROM": "post@nachtwäche.example"}, tmp_path)
    assert settings.mail_from == "post@xn--nachtwche-02a.example"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "demo.localhost", "[::1]"])
def test_a_loopback_address_is_development(host: str, tmp_path: Path) -> None:
    settings = read({"TRACKER_PUBLIC_URL": f"http://{host}:8000"}, tmp_path)
    assert settings.is_loopback
    assert settings.env == "development"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgres://pit:secret@db/tracker", "postgresql+psycopg://pit:secret@db/tracker"),
        ("postgresql://db/tracker?sslmode=require", "postgresql+psycopg://db/tracker?sslmode=require"),
        ("postgresql+psycopg://postgres@/tracker?host=/run/pg", "postgresql+psycopg://postgres@/tracker?host=/run/pg"),
        ("sqlite:////var/lib/tracker.sqlite3", "sqlite:////var/lib/tracker.sqlite3"),
    ],
)
def test_the_database_address_becomes_the_one_that_sqlalchemy_takes(given: str, kept: str, tmp_path: Path) -> None:
    assert read({"TRACKER_DATABASE_URL": given}, tmp_path).database_url == kept


@pytest.mark.parametrize(
    ("given", "server"),
    [
        ("smtp://relay.example", SmtpServer("relay.example", 25, "plain")),
        ("smtp+starttls://pit:a%40b%2Fc@relay.example", SmtpServer("relay.example", 587, "starttls", "pit", "a@b/c")),
        ("smtps://pit:x@relay.example:4650", SmtpServer("relay.example", 4650, "tls", "pit", "x")),
        ("smtp://pit:x@127.0.0.1:2525", SmtpServer("127.0.0.1", 2525, "plain", "pit", "x")),
    ],
)
def test_a_mail_server_is_read_out_of_its_address(given: str, server: SmtpServer, tmp_path: Path) -> None:
    assert read({"TRACKER_SMTP_URL": given}, tmp_path).smtp == server


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "70000", "from 1 to 65535"),
        ("PORT", "-1", "whole number"),
        ("PORT", "١٢", "whole number"),
        ("TRACKER_PUBLIC_URL", "tracker.example", "http:// or https://"),
        ("TRACKER_PUBLIC_URL", "ftp://tracker.example", "http:// or https://"),
        ("TRACKER_PUBLIC_URL", "https://", "and a host"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example/desk", "nothing after"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example?x=1", "nothing after"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example:99999", "no address"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example:0", "no address"),
        ("TRACKER_PUBLIC_URL", "https://trac\u2028ker.example", "control character"),
        ("TRACKER_PUBLIC_URL", "https://[::1", "no address"),
        ("TRACKER_DATABASE_URL", "mysql://db/tracker", "sqlite:/// or postgresql://"),
        ("TRACKER_DATABASE_URL", "tracker.sqlite3", "sqlite:/// or postgresql://"),
        ("TRACKER_DATABASE_URL", "sqlite://", "the path of a file"),
        ("TRACKER_DATABASE_URL", "sqlite:///:memory:", "the path of a file"),
        ("TRACKER_DATABASE_URL", "postgresql://db", "name a database"),
        ("TRACKER_SMTP_URL", "relay.example:25", "smtp://"),
        ("TRACKER_SMTP_URL", "http://relay.example", "smtp://"),
        ("TRACKER_SMTP_URL", "smtps://pit@relay.example", "both a user and a password"),
        ("TRACKER_SMTP_URL", "smtps://relay.example/path", "%23"),
        ("TRACKER_SMTP_URL", "smtp://pit:geheim@relay.example", "show the password"),
        ("TRACKER_SECRET_KEY", "short", "at least 32"),
        ("TRACKER_SECRET_KEY_FALLBACKS", f"{KEY},short", "shorter than 32"),
        ("TRACKER_ENV", "staging", "production, development"),
        ("TRACKER_UNKNOWN_POLICY", "drop", "resend, hold"),
        ("TRACKER_TIMEOUT_SCALE", "0", "from 0.001 to 100"),
        ("TRACKER_TIMEOUT_SCALE", "nan", "from 0.001 to 100"),
        ("TRACKER_TIMEOUT_SCALE", "fast", "from 0.001 to 100"),
        ("TRACKER_MAIL_FROM", "post", "one bare mail address"),
        ("TRACKER_MAIL_FROM", "nachtwäche@tracker.example", "one bare mail address"),
        ("TRACKER_MAIL_FROM", "Tracker <post@tracker.example>", "one bare mail address"),
        ("TRACKER_MAIL_FROM", "post@tracker.example\nBcc: x@evil.example", "one bare mail address"),
        ("TRACKER_PROXIES", "11", "from 0 to 10"),
        ("TRACKER_WEB_THREADS", "0", "from 1 to 64"),
        ("TRACKER_LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("TRACKER_LISTEN", "everywhere", "an IP address"),
        ("TRACKER_DEAD_MAN_URL", "ping.example", "http:// or https://"),
        ("TRACKER_METRICS_TOKEN", "geheim", "at least 16"),
    ],
)
def test_nonsense_is_refused_in_one_sentence_that_names_the_setting(
    name: str, value: str, words: str, tmp_path: Path
) -> None:
    said = problems({name: value}, tmp_path)
    assert len(said) == 1
    assert said[0].startswith(name)
    assert words in said[0]
    assert "\n" not in said[0]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    said = problems({"PORT": "x", "TRACKER_ENV": "x", "TRACKER_SMTP_URL": "x"}, tmp_path)
    assert [sentence.split()[0] for sentence in said] == ["PORT", "TRACKER_ENV", "TRACKER_SMTP_URL"]


def test_production_without_a_secret_key_is_refused_and_says_how_to_make_one(tmp_path: Path) -> None:
    said = problems({"TRACKER_PUBLIC_URL": "https://tracker.example"}, tmp_path)
    assert len(said) == 1
    assert "token_urlsafe" in said[0]
    assert list(tmp_path.iterdir()) == [], "a refused start leaves no trace"


# Secrets --------------------------------------------------------------------------------------------------------------

SECRETS = {
    "TRACKER_SECRET_KEY": "geheim-" * 8,
    "TRACKER_SECRET_KEY_FALLBACKS": "geheim+" * 8,
    "TRACKER_DATABASE_URL": "postgresql://pit:geheim@db/tracker",
    "TRACKER_SMTP_URL": "smtps://pit:geheim@relay.example",
    "TRACKER_DEAD_MAN_URL": "https://ping.example/geheim",
    "TRACKER_METRICS_TOKEN": "geheim-geheim-geheim",
}


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    settings = read(SECRETS, tmp_path)
    assert "geheim" in settings.database_url
    assert "geheim" not in repr(settings)
    assert "geheim" not in repr(settings.smtp)


@pytest.mark.parametrize(
    "environ",
    [
        {"TRACKER_DATABASE_URL": "postgresql://pit:geheim@db:x/tracker"},
        {"TRACKER_DATABASE_URL": "mysql://pit:geheim@db/tracker"},
        {"TRACKER_DATABASE_URL": "postgresql://pit:geh@geheim@db"},
        {"TRACKER_DATABASE_URL": "pit:geheim@db"},
        {"TRACKER_SMTP_URL": "smtp://pit:geheim@relay.example"},
        {"TRACKER_SMTP_URL": "smtps://pit:#geheim@relay.example"},
        {"TRACKER_SMTP_URL": "pit:geheim@relay.example"},
        {"TRACKER_PUBLIC_URL": "https://pit:geheim@tracker.example"},
        {"TRACKER_SECRET_KEY": "geheim"},
        {"TRACKER_SECRET_KEY_FALLBACKS": "geheim"},
        {"TRACKER_METRICS_TOKEN": "geheim"},
    ],
)
def test_no_secret_shows_in_a_refusal(environ: dict[str, str], tmp_path: Path) -> None:
    said = problems(environ, tmp_path)
    assert said
    assert "geheim" not in " ".join(said)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("smtps://pit:geheim@relay.example:465", "smtps://pit:***@relay.example:465"),
        ("smtp://relay.example", "smtp://relay.example"),
        ("postgresql://pit@db/tracker", "postgresql://pit@db/tracker"),
        ("relay.example", "relay.example"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_the_local_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = read({}, tmp_path / "data").secret_key
    assert len(first.encode()) >= 32
    assert read({}, tmp_path / "data").secret_key == first
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_get_the_same_local_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: config.local_secret_key(tmp_path / "data"), range(32)))
    assert len(keys) == 1


def test_a_spoilt_key_file_and_a_data_folder_that_is_none_are_said(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    assert "fewer than 32 bytes" in problems({}, tmp_path)[0]
    (tmp_path / "file").write_text("")
    said = problems({"TRACKER_DATA_DIR": str(tmp_path / "file")}, tmp_path)
    assert said[0].startswith("TRACKER_DATA_DIR")


# Sending --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["0.001", "0.02", "1", "100"])
def test_a_claim_outlasts_the_longest_send_at_every_scale(scale: str, tmp_path: Path) -> None:
    sending = read({"TRACKER_TIMEOUT_SCALE": scale}, tmp_path).sending
    longest = sending.connect + SendingTimeouts.COMMANDS_PER_SEND * sending.command + sending.final_reply
    assert sending.lease > sending.total >= longest


def test_the_timeouts_are_those_of_a_patient_sender(tmp_path: Path) -> None:
    sending = read({}, tmp_path).sending
    seconds = [part.total_seconds() for part in (sending.connect, sending.command, sending.final_reply)]
    assert seconds == [15, 60, 300]
    assert read({"TRACKER_TIMEOUT_SCALE": "0.02"}, tmp_path).sending.final_reply == timedelta(seconds=6)


def test_a_lease_that_is_too_short_cannot_be_made() -> None:
    second = timedelta(seconds=1)
    with pytest.raises(ValueError, match="not longer"):
        SendingTimeouts(second, second, second, total=12 * second, lease=12 * second)


# What people read -----------------------------------------------------------------------------------------------------


def test_a_slip_of_the_pen_is_named_with_what_was_meant() -> None:
    assert config.strangers({"TRACKER_SMPT_URL": "x", "TRACKER_ENV": "x", "OTHER": "x"}) == [
        "TRACKER_SMPT_URL is not a setting and is ignored; did you mean TRACKER_SMTP_URL?"
    ]
    assert config.strangers({"TRACKER_QQQQQQQQQQQQ": "x"}) == ["TRACKER_QQQQQQQQQQQQ is not a setting and is ignored."]


def test_a_program_that_is_refused_ends_with_2_and_only_says_why(tmp_path: Path) -> None:
    program = "import os, config; config.settings_or_exit(os.environ)"
    environ = {"PATH": os.environ["PATH"], "PORT": "x", "TRACKER_ENV": "y", "TRACKER_DATA_DIR": str(tmp_path)}
    root = Path(config.__file__).parent
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, cwd=root, check=False
    )
    assert ended.returncode == 2
    assert [line.split()[0] for line in ended.stderr.splitlines()] == ["PORT", "TRACKER_ENV"]


def test_the_table_for_people_has_every_setting_and_no_other() -> None:
    table = (Path(config.__file__).parent / "docs" / "settings.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == ["PORT", *config.NAMES]
