"""The settings: read from the environment once, checked as a whole, and never changed afterwards.

``Settings.from_environment(os.environ)`` gives a frozen value or raises ``SettingsRefused`` with one sentence for each
thing that is wrong. ``settings_or_exit`` is the same for programs: it prints the sentences and ends with exit code 2.
Only the edges and ``create_app`` import this module. The table for people is ``docs/settings.md``.
"""

from __future__ import annotations

import difflib
import ipaddress
import math
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

import config_inbound
from config_addresses import Problem as _Problem
from config_addresses import host_on_the_wire, is_bare_mailbox, is_loopback_host, mailbox_on_the_wire
from config_addresses import masked as masked
from config_addresses import split as _split
from config_inbound import Inbound

Environment = Literal["production", "development"]
UnknownPolicy = Literal["resend", "hold"]
SmtpSecurity = Literal["plain", "starttls", "tls"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Every name that is read. Another ``TRACKER_…`` name is most likely a slip of the pen, and ``strangers`` says so.
NAMES = tuple(sorted((
    "TRACKER_ATTACHMENTS_PER_TEXT", "TRACKER_ATTACHMENTS_TEAM_MB", "TRACKER_ATTACHMENT_MB",
    "TRACKER_DATABASE_URL", "TRACKER_DATA_DIR", "TRACKER_DEAD_MAN_URL", "TRACKER_ENV", "TRACKER_INBOUND_KEEP_DAYS",
    "TRACKER_LISTEN", "TRACKER_LOG_LEVEL", "TRACKER_MAILS_PER_MINUTE", "TRACKER_MAIL_FROM", "TRACKER_METRICS_TOKEN",
    "TRACKER_OWN_NETWORKS", "TRACKER_PROXIES", "TRACKER_PUBLIC_URL", "TRACKER_SECRET_KEY",
    "TRACKER_SECRET_KEY_FALLBACKS", "TRACKER_SMTP_URL",
    "TRACKER_TIMEOUT_SCALE", "TRACKER_UNKNOWN_POLICY", "TRACKER_WEB_THREADS", *config_inbound.NAMES,
)))  # fmt: skip
SECRET_KEY_BYTES = 32
#: Where nobody says otherwise. More than a team ever needs, and few enough that a backlog is no flood.
MAILS_PER_MINUTE = 120
#: In days. So long the links in our answers lead to what a mail that came in says.
MAILS_KEPT_AT_LEAST = 14
_WEB_PORTS = {"http": 80, "https": 443}
_SMTP: dict[str, tuple[SmtpSecurity, int]] = {
    "smtp": ("plain", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)
}  # fmt: skip
_POSTGRESQL_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")
_SQLITE_SCHEMES = ("sqlite", "sqlite+pysqlite")

T = TypeVar("T")
Word = TypeVar("Word", bound=str)


class SettingsRefused(Exception):
    """The environment holds something that cannot be meant. ``problems`` has one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class SmtpServer:
    """The relay that mails are handed to. ``user`` and ``password`` are both set or both ``None``."""

    host: str
    port: int
    security: SmtpSecurity
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SendingTimeouts:
    """How long each step of handing over one message may take, and how long a claim on it holds."""

    #: Opening the connection.
    connect: timedelta
    #: Each command and its reply, the transfer of the body included.
    command: timedelta
    #: The reply after the final dot. RFC 5321 asks for ten minutes; giving up early is what makes second copies.
    final_reply: timedelta
    #: The sum over one whole send: connecting, greeting, encryption, sign-in, sender, recipient, data, body, reply.
    total: timedelta
    #: How long a claim holds. Longer than ``total``, or two workers could send the same message.
    lease: timedelta

    #: Greeting, EHLO, STARTTLS, EHLO again, two for AUTH, MAIL, RCPT, DATA and the body.
    COMMANDS_PER_SEND = 10

    def __post_init__(self) -> None:
        if not self.lease > self.total:
            raise ValueError(f"a lease of {self.lease} is not longer than one send may take ({self.total})")

    @classmethod
    def scaled(cls, scale: float) -> SendingTimeouts:
        """The timeouts in seconds of RFC 5321 and ours, each times ``scale``."""
        connect, command, final_reply = (timedelta(seconds=seconds * scale) for seconds in (15, 60, 300))
        total = connect + cls.COMMANDS_PER_SEND * command + final_reply
        return cls(connect, command, final_reply, total, lease=total + timedelta(seconds=45 * scale))


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides. Secrets do not show in ``repr``."""

    env: Environment
    data_dir: Path
    #: For SQLAlchemy: ``sqlite:///…`` with an absolute path, or ``postgresql+psycopg://…``.
    database_url: str = field(repr=False)
    #: Scheme, host and port as people reach it; no slash at the end. Every link begins with it.
    public_url: str
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    #: ``None``: mails stay in the embedded mailbox.
    smtp: SmtpServer | None = None
    mail_from: str = "post@localhost"
    listen: str = "127.0.0.1"
    port: int = 8000
    #: How many reverse proxies stand in front, whose ``X-Forwarded-…`` headers are believed.
    proxies: int = 0
    web_threads: int = 8
    timeout_scale: float = 1.0
    #: What becomes of a message of which nobody can say whether it arrived.
    unknown_policy: UnknownPolicy = "resend"
    #: How many mails the relay is handed within any minute, sign-in and the like not counted; 0: as many as it takes.
    mails_per_minute: int = 0
    dead_man_url: str | None = field(default=None, repr=False)
    #: Inner networks that webhooks and chats may reach all the same, also without encryption.
    own_networks: tuple[Network, ...] = ()
    log_level: str = "INFO"
    #: What a scraper of ``/metrics`` has to show; without it there is no such page.
    metrics_token: str | None = field(default=None, repr=False)
    #: Files that come with a text: megabytes a file, files a text, megabytes a team.
    attachment_mb: int = 10
    attachments_per_text: int = 5
    attachments_team_mb: int = 2000
    #: For how long after it was settled a mail that came in is kept as it arrived.
    mails_kept: timedelta = timedelta(days=30)
    #: how mail comes in; none: nothing is received, and mails say so
    inbound: Inbound | None = None
    #: Not from the environment: the suite alone sets it, and passwords then cost little to check.
    testing: bool = False

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can open the public address."""
        return is_loopback_host(urlsplit(self.public_url).hostname or "")

    @property
    def mailbox_dir(self) -> Path:
        """Where the embedded mailbox keeps its ``*.eml`` files."""
        return self.data_dir / "mail"

    @property
    def sending(self) -> SendingTimeouts:
        return SendingTimeouts.scaled(self.timeout_scale)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check everything. An empty value counts as not set. Raises ``SettingsRefused``."""
        return _Reader(environ).settings()


def settings_or_exit(environ: Mapping[str, str]) -> Settings:
    """The settings, or every problem on standard error and exit code 2. Strangers are named, and do no harm."""
    for sentence in strangers(environ):
        sys.stderr.write(f"{sentence}\n")
    try:
        return Settings.from_environment(environ)
    except SettingsRefused as refused:
        sys.stderr.write(f"{refused}\n")
        raise SystemExit(2) from None


def strangers(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each ``TRACKER_…`` name that nothing reads, with the name that was probably meant."""
    unknown = sorted(name for name in environ if name.startswith("TRACKER_") and name not in NAMES)
    close = {name: difflib.get_close_matches(name, NAMES, n=1) for name in unknown}
    return [
        f"{name} is not a setting and is ignored{f'; did you mean {close[name][0]}?' if close[name] else '.'}"
        for name in unknown
    ]


class _Reader:
    """Reads one setting after the other and collects what is wrong with each, so that all are told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: list[str] = []

    def settings(self) -> Settings:
        data_dir = Path(self._text("TRACKER_DATA_DIR") or "data").expanduser().absolute()
        port = self._number("PORT", 8000, 1, 65535)
        public_url = self._read("TRACKER_PUBLIC_URL", f"http://127.0.0.1:{port}", _public_url)
        host = urlsplit(public_url).hostname or ""
        usual: Environment = "development" if is_loopback_host(host) else "production"
        env = self._choice("TRACKER_ENV", usual, ("production", "development"))
        mail_from = self._read("TRACKER_MAIL_FROM", f"post@{_mail_host(host)}", _address)
        settings = Settings(
            env=env,
            data_dir=data_dir,
            port=port,
            public_url=public_url,
            database_url=self._read("TRACKER_DATABASE_URL", f"sqlite:///{data_dir / 'tracker.sqlite3'}", _database_url),
            smtp=self._read("TRACKER_SMTP_URL", None, _smtp_server),
            mail_from=mail_from,
            inbound=self._inbound(mail_from),
            mails_kept=timedelta(days=self._number("TRACKER_INBOUND_KEEP_DAYS", 30, MAILS_KEPT_AT_LEAST, 3650)),
            listen=self._read("TRACKER_LISTEN", "127.0.0.1", _listen),
            proxies=self._number("TRACKER_PROXIES", 0, 0, 10),
            web_threads=self._number("TRACKER_WEB_THREADS", 8, 1, 64),
            timeout_scale=self._read("TRACKER_TIMEOUT_SCALE", 1.0, _scale),
            unknown_policy=self._choice("TRACKER_UNKNOWN_POLICY", "resend", ("resend", "hold")),
            mails_per_minute=self._number("TRACKER_MAILS_PER_MINUTE", MAILS_PER_MINUTE, 0, 100_000),
            dead_man_url=self._read("TRACKER_DEAD_MAN_URL", None, _dead_man_url),
            own_networks=self._read("TRACKER_OWN_NETWORKS", (), _networks),
            log_level=self._choice("TRACKER_LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper(),
            attachment_mb=self._number("TRACKER_ATTACHMENT_MB", 10, 1, 100),
            attachments_per_text=self._number("TRACKER_ATTACHMENTS_PER_TEXT", 5, 1, 20),
            attachments_team_mb=self._number("TRACKER_ATTACHMENTS_TEAM_MB", 2000, 1, 1_000_000),
            metrics_token=self._read("TRACKER_METRICS_TOKEN", None, _metrics_token),
            secret_key_fallbacks=self._fallbacks(),
            # Last, because it may write a file: a start that is refused anyway leaves no trace.
            secret_key=self._secret_key(env, data_dir),
        )
        if self._problems:
            raise SettingsRefused(self._problems)
        return settings

    def _text(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def _read(self, name: str, default: T, parse: Callable[[str], T]) -> T:
        text = self._text(name)
        if text is None:
            return default
        try:
            return parse(text)
        except _Problem as problem:
            self._problems.append(str(problem))
            return default

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        def parse(text: str) -> int:
            if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
                raise _Problem(f"{name} is {text!r}; it has to be a whole number from {least} to {most}.")
            return int(text)

        return self._read(name, default, parse)

    def _choice(self, name: str, default: Word, choices: tuple[Word, ...]) -> Word:
        def parse(text: str) -> Word:
            for choice in choices:
                if choice == text.lower():
                    return choice
            raise _Problem(f"{name} is {text!r}; it has to be one of {', '.join(choices)}.")

        return self._read(name, default, parse)

    def _inbound(self, mail_from: str) -> Inbound | None:
        found, problems = config_inbound.read(self._text, mail_from=mail_from)
        self._problems += problems
        return found

    def _fallbacks(self) -> tuple[str, ...]:
        def parse(text: str) -> tuple[str, ...]:
            keys = tuple(key.strip() for key in text.split(",") if key.strip())
            if any(len(key.encode()) < SECRET_KEY_BYTES for key in keys):
                raise _Problem(
                    f"TRACKER_SECRET_KEY_FALLBACKS holds a key shorter than {SECRET_KEY_BYTES} bytes; "
                    "it takes former secret keys, separated by commas."
                )
            return keys

        return self._read("TRACKER_SECRET_KEY_FALLBACKS", (), parse)

    def _secret_key(self, env: str, data_dir: Path) -> str:
        key = self._text("TRACKER_SECRET_KEY")
        if key is not None and len(key.encode()) < SECRET_KEY_BYTES:
            self._problems.append(
                f"TRACKER_SECRET_KEY has {len(key.encode())} bytes; it needs at least {SECRET_KEY_BYTES}, "
                "so that nobody can guess it."
            )
        elif key is None and env == "production":
            self._problems.append(
                "TRACKER_SECRET_KEY is not set, and in production it has to be: 32 random bytes or more, the same for "
                "every process. This makes one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        elif key is None and not self._problems:
            try:
                return local_secret_key(data_dir)
            except (OSError, ValueError) as error:
                why = (isinstance(error, OSError) and error.strerror) or error
                self._problems.append(f"TRACKER_DATA_DIR is {str(data_dir)!r}, which cannot be used: {why}.")
        return key or ""


def local_secret_key(data_dir: Path) -> str:
    """The key kept in ``data_dir``, made on the first call; two processes that ask at once get the same one.

    Raises ``OSError`` where the folder cannot be written, ``ValueError`` where the file was spoilt.
    """
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Written aside and linked into place: a reader never sees half a key, and the first of two writers wins.
        aside = data_dir / f".secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    key = path.read_text().strip()
    if len(key.encode()) < SECRET_KEY_BYTES:
        raise ValueError(f"its file secret_key holds fewer than {SECRET_KEY_BYTES} bytes; put the former key back")
    return key


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not 0.001 <= scale <= 100:
        raise _Problem(f"TRACKER_TIMEOUT_SCALE is {text!r}; it has to be a number from 0.001 to 100.")
    return scale


def _web_address(name: str, url: str) -> tuple[SplitResult, str]:
    """The parts, and its host in the form that an address has it in."""
    parts = _split(name, url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Problem(f"{name} is {masked(url)!r}; it has to be http:// or https:// and a host.")
    return parts, f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname


def _public_url(url: str) -> str:
    parts, host = _web_address("TRACKER_PUBLIC_URL", url)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise _Problem(f"TRACKER_PUBLIC_URL is {masked(url)!r}; it has to be scheme, host and port, and nothing after.")
    port = "" if parts.port in (None, _WEB_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host_on_the_wire(host)}{port}"


def _database_url(url: str) -> str:
    scheme, found, rest = url.partition("://")
    if found and scheme in _POSTGRESQL_SCHEMES:
        _split("TRACKER_DATABASE_URL", url)
        if not urlsplit(url).path.strip("/"):
            raise _Problem(f"TRACKER_DATABASE_URL is {masked(url)!r}; it has to name a database after the host.")
        return f"postgresql+psycopg://{rest}"
    if found and scheme in _SQLITE_SCHEMES:
        name = rest.removeprefix("/")
        if not rest.startswith("/") or not name or ":memory:" in name or "?" in name:
            raise _Problem(
                f"TRACKER_DATABASE_URL is {url!r}; for SQLite it has to be sqlite:/// and the path of a file "
                "(web and worker are two processes, so a database in memory would be two databases)."
            )
        return f"sqlite:///{Path(name).expanduser().absolute()}"
    raise _Problem(f"TRACKER_DATABASE_URL is {masked(url)!r}; it has to begin with sqlite:/// or postgresql://.")


def _smtp_server(url: str) -> SmtpServer:
    parts = _split("TRACKER_SMTP_URL", url)
    said = f"TRACKER_SMTP_URL is {masked(url)!r}; it has to"
    if parts.scheme not in _SMTP or not parts.hostname:
        raise _Problem(f"{said} be smtp://, smtp+starttls:// or smtps://, with a host.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _Problem(
            f"{said} be scheme, user, password, host and port alone; write # / ? in a password as %23 %2F %3F."
        )
    if (parts.username is None) != (parts.password is None):
        raise _Problem(f"{said} have both a user and a password, or neither.")
    if parts.scheme == "smtp" and parts.password is not None and not is_loopback_host(parts.hostname):
        raise _Problem(f"{said} be smtp+starttls:// or smtps://: smtp:// would show the password to every listener.")
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    security, usual_port = _SMTP[parts.scheme]
    return SmtpServer(parts.hostname, parts.port or usual_port, security, user, password)


def _mail_host(host: str) -> str:
    """The part after the @ for a public host: an IP address makes no mail domain, and localhost stands in for it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return "localhost"


def _address(text: str) -> str:
    address = mailbox_on_the_wire(text)
    if not is_bare_mailbox(address):
        raise _Problem(f"TRACKER_MAIL_FROM is {text!r}; it has to be one bare mail address, such as post@example.org.")
    return address


def _listen(text: str) -> str:
    try:
        return str(ipaddress.ip_address("127.0.0.1" if text == "localhost" else text))
    except ValueError:
        raise _Problem(f"TRACKER_LISTEN is {text!r}; it has to be an IP address of this machine, or 0.0.0.0.") from None


def _metrics_token(text: str) -> str:
    if len(text) < 16:
        raise _Problem(f"TRACKER_METRICS_TOKEN has {len(text)} characters; it needs at least 16.")
    return text


def _dead_man_url(url: str) -> str:
    _web_address("TRACKER_DEAD_MAN_URL", url)
    return url


def _networks(text: str) -> tuple[Network, ...]:
    found: list[Network] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError as error:
            raise _Problem(
                f"TRACKER_OWN_NETWORKS holds {part!r}, which is no network: {error}. "
                "It takes networks such as 10.20.0.0/16, separated by commas."
            ) from None
    return tuple(found)
