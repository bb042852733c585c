"""A real Postfix and a real Dovecot, each from a folder of its own, on the loopback, ended by their ids."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.mail.certificates import FOLDER as CERTIFICATES

PEOPLE = "people.example"
OURS = "tracker.example"
#: Mail to this host is taken and handed to Tracker's door, which knows nobody there: its sender gets a report.
NOWHERE = "gone.example"
PASSWORD = "geheim"
MAILBOXES = {f"{who}@{PEOPLE}": who for who in ("nari", "pit", "juri", "anke")} | {
    f"{what}@{OURS}": "tracker" for what in ("post", "reply", "bounce")
}
USER = "mail"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def program(name: str) -> str:
    """Where it is. A machine without it fails the test, in a sentence."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/lib/postfix/sbin")
    if found is None:
        raise AssertionError(f"{name} is not installed; '.ci/mail-servers' installs it (as root)")
    return found


@dataclass
class MailServers:
    """``smtp_port`` takes mail for everybody, ``imap_port`` (TLS) shows the mailboxes, ``lmtp_port`` is Tracker's door:
    mail to ``lmtp.example`` is handed over there."""

    smtp_port: int = field(default_factory=free_port)
    imap_port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)
    #: whose tests put mails into a mailbox themselves need no Postfix
    has_postfix: bool = True
    folder: Path = field(init=False)
    _running: list[subprocess.Popen[bytes]] = field(init=False, default_factory=list)

    def __enter__(self) -> MailServers:
        if os.geteuid() != 0:
            raise AssertionError("Postfix has to be started by root; run this test as root")
        # Not in the run's folder, which is its owner's alone: the servers give up their rights.
        self.folder = Path(tempfile.mkdtemp(prefix="tracker-mail-"))
        self.folder.chmod(0o755)
        try:
            self._mailboxes()
            self._start_dovecot()
            if self.has_postfix:
                self._start_postfix()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        self._running = []
        shutil.rmtree(self.folder, ignore_errors=True)

    def mails_of(self, who: str) -> list[bytes]:
        """What lies in somebody's mailbox, the oldest first."""
        found = [file for part in ("new", "cur") for file in (self.folder / "mail" / who / part).glob("*")]
        return [file.read_bytes() for file in sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name))]

    def put(self, who: str, raw: bytes) -> None:
        """Into somebody's mailbox, as whoever delivers it does: written aside first."""
        owner, box = pwd.getpwnam(USER), self.folder / "mail" / who
        for part in ("tmp", "new", "cur"):
            (box / part).mkdir(exist_ok=True)
            os.chown(box / part, owner.pw_uid, owner.pw_gid)
        aside = box / "tmp" / "1.of-a-test"
        aside.write_bytes(raw)
        os.chown(aside, owner.pw_uid, owner.pw_gid)
        aside.rename(box / "new" / aside.name)

    def is_seen(self, who: str) -> bool:
        """Whether the one mail there is marked as seen."""
        (name,) = [file.name for part in ("new", "cur") for file in (self.folder / "mail" / who / part).glob("*")]
        return "S" in name.partition(":2,")[2]

    def wait_for(self, who: str, count: int) -> list[bytes]:
        """Until so many lie there; Postfix takes a moment."""
        until = time.monotonic() + 20
        while len(self.mails_of(who)) < count:
            assert time.monotonic() < until, f"{len(self.mails_of(who))} mails for {who}:\n{self.log()}"
            time.sleep(0.05)
        return self.mails_of(who)

    def log(self) -> str:
        """What the servers say, for a test that fails."""
        return "\n".join(file.read_text(errors="replace")[-4000:] for file in self.folder.glob("*.log"))

    def _mailboxes(self) -> None:
        owner = pwd.getpwnam(USER)
        for who in {"", *MAILBOXES.values()}:
            path = self.folder / "mail" / who
            path.mkdir(parents=True, exist_ok=True)
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def _run(self, *command: str, port: int) -> None:
        with (self.folder / "output.log").open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        self._running.append(process)
        until = time.monotonic() + 20
        while True:
            assert process.poll() is None, f"{command[0]} has ended:\n{self.log()}"
            assert time.monotonic() < until, f"{command[0]} does not answer:\n{self.log()}"
            with socket.socket() as sock:
                sock.settimeout(1)
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)

    # Dovecot ----------------------------------------------------------------------------------------------------------

    def _start_dovecot(self) -> None:
        here = self.folder
        certificate = here / "server.pem"
        shutil.copyfile(CERTIFICATES / "localhost.pem", certificate)
        certificate.chmod(0o600)
        (here / "dovecot.conf").write_text(f"""
protocols = imap
listen = 127.0.0.1
base_dir = {here}/run
state_dir = {here}/state
log_path = {here}/dovecot.log
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
mail_location = maildir:{here}/mail/%n
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={USER} gid={USER} home={here}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {self.imap_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
""")
        self._run(program("dovecot"), "-F", "-c", str(here / "dovecot.conf"), port=self.imap_port)

    # Postfix ----------------------------------------------------------------------------------------------------------

    def _start_postfix(self) -> None:
        etc = self.folder / "postfix"
        etc.mkdir()
        for name in ("queue", "lib"):
            (self.folder / name).mkdir()
        owner = pwd.getpwnam("postfix")
        os.chown(self.folder / "lib", owner.pw_uid, owner.pw_gid)
        (etc / "boxes").write_text("".join(f"{address} {who}/\n" for address, who in MAILBOXES.items()))
        (etc / "transport").write_text(
            f"lmtp.example lmtp:inet:127.0.0.1:{self.lmtp_port}\n{NOWHERE} lmtp:inet:127.0.0.1:{self.lmtp_port}\n"
        )
        mail = pwd.getpwnam(USER)
        (etc / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {self.folder}/queue
data_directory = {self.folder}/lib
command_directory = {Path(program("postqueue")).parent}
daemon_directory = {Path(program("master")).parent}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {self.folder}/postfix.log
maillog_file_prefixes = {self.folder}
myhostname = mx.{OURS}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
smtp_dns_support_level = disabled
recipient_delimiter = +
message_size_limit = 50000000
virtual_mailbox_limit = 0
virtual_mailbox_domains = {PEOPLE}, {OURS}
virtual_mailbox_base = {self.folder}/mail
virtual_mailbox_maps = texthash:{etc}/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{mail.pw_uid}
virtual_gid_maps = static:{mail.pw_gid}
relay_domains = lmtp.example, {NOWHERE}
transport_maps = texthash:{etc}/transport
lmtp_destination_recipient_limit = 1
alias_maps =
alias_database =
local_recipient_maps =
smtpd_recipient_restrictions = permit_mynetworks, reject
""")
        (etc / "master.cf").write_text(
            f"127.0.0.1:{self.smtp_port} inet n - n - - smtpd\n"
            + "".join(
                f"{name} {kind} {private} {'n' if what == 'virtual' else '-'} n {wake} {most} {what}\n"
                for name, kind, private, wake, most, what in (
                    ("pickup", "unix", "n", "60", "1", "pickup"),
                    ("cleanup", "unix", "n", "-", "0", "cleanup"),
                    ("qmgr", "unix", "n", "300", "1", "qmgr"),
                    ("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
                    ("bounce", "unix", "-", "-", "0", "bounce"),
                    ("defer", "unix", "-", "-", "0", "bounce"),
                    ("trace", "unix", "-", "-", "0", "bounce"),
                    ("flush", "unix", "n", "1000?", "0", "flush"),
                    ("error", "unix", "-", "-", "-", "error"),
                    ("retry", "unix", "-", "-", "-", "error"),
                    ("virtual", "unix", "-", "-", "-", "virtual"),
                    ("lmtp", "unix", "-", "-", "-", "lmtp"),
                    ("smtp", "unix", "-", "-", "-", "smtp"),
                    ("proxymap", "unix", "-", "-", "-", "proxymap"),
                    ("anvil", "unix", "-", "-", "1", "anvil"),
                    ("postlog", "unix-dgram", "n", "-", "1", "postlogd"),
                )
            )
        )
        postfix = program("postfix")
        subprocess.run([postfix, "-c", str(etc), "check"], check=True, capture_output=True, timeout=60)
        self._run(postfix, "-c", str(etc), "start-fg", port=self.smtp_port)
