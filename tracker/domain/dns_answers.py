"""What name servers say. Anybody writes it, so it is taken as strangers' words: a name is asked for only where it is
one, and a record is shown cut and without what no record is made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.domain.errors import N_

#: Characters of a record that are shown.
LONGEST_SHOWN = 600
#: Records of one answer that are looked at.
MOST_RECORDS = 50
#: So many names up from a domain something is looked for.
MOST_STEPS = 4

SILENT = N_("The DNS did not say what stands there.")

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)


class Failure(StrEnum):
    """Why nobody can say what stands there."""

    TOO_SLOW = "too_slow"  # no answer in the time that there was
    REFUSED = "refused"  # an answer that is none: the servers of the name are broken, or ours takes no questions


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one name and kind, as they came; none where there are none. Texts are joined from their pieces,
    a mail server is ``b"10 mx.example.org."``."""

    records: tuple[bytes, ...] = ()
    failure: Failure | None = None

    @property
    def texts(self) -> list[str]:
        """The records as text; a byte that is no ASCII becomes a sign that no record knows."""
        return [record.decode("ascii", "replace") for record in self.records[:MOST_RECORDS]]


#: A name and a kind (``TXT``, ``MX``) → what the DNS says of it.
Ask = Callable[[str, str], Answer]


class Verdict(StrEnum):
    GOOD = "good"
    WEAK = "weak"  # mails arrive, and it could be better
    MISSING = "missing"
    WRONG = "wrong"  # something stands there that does harm
    UNKNOWN = "unknown"  # the DNS did not say
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for a person: an English message id with ``%(name)s`` places, and what goes into them."""

    message: str
    facts: Mapping[str, object] = field(default_factory=dict)


def say(message: str, /, **facts: object) -> Said:
    return Said(message, facts)


@dataclass(frozen=True, slots=True)
class Record:
    """What to put into the DNS. ``name`` has no dot at its end."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one thing: ``what`` is spf, dkim, dmarc or mx, ``name`` the name that was asked for."""

    what: str
    name: str
    verdict: Verdict
    said: tuple[Said, ...]
    #: as they stand in the DNS, fit to be shown
    records: tuple[str, ...] = ()
    #: what should stand there instead
    fix: Record | None = None


def shown(text: str) -> str:
    """A record as a person may see it: of plain ASCII, and not endless."""
    plain = "".join(sign if " " <= sign <= "~" else "\N{REPLACEMENT CHARACTER}" for sign in text[: LONGEST_SHOWN + 1])
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"


def is_name(text: str) -> bool:
    """Whether it is a name that can be asked for: labels of at most 63 characters, 253 in all (RFC 1035)."""
    return 0 < len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.removesuffix(".").split("."))


def is_public(domain: str) -> bool:
    """Whether anybody else can ask for it: not for a number, a name without a dot or one of this machine."""
    last = domain.rpartition(".")[2]
    return is_name(domain) and "." in domain and not last.isdigit() and last not in ("localhost", "local", "internal")


def around(domain: str) -> list[str]:
    """The domain and those it lies in, the nearest first, without the last name of all, which nobody owns."""
    labels = domain.split(".")
    return [".".join(labels[step:]) for step in range(max(1, len(labels) - 1))][: MOST_STEPS + 1]


def nearest(label: str, domain: str, ask: Ask, reads: Callable[[Answer], list[str]]) -> tuple[str, Answer]:
    """The first domain, at this one or around it, under whose ``label`` something stands that ``reads`` finds, or that
    the DNS does not say, with the answer; else this one, and nothing."""
    for one in around(domain):
        answer = ask(f"{label}.{one}", "TXT")
        if answer.failure is not None or reads(answer):
            return one, answer
    return domain, Answer()


def tags(text: str) -> dict[str, str]:
    """The ``name=value`` pieces between semicolons, as DMARC and DKIM write them. The first of a name counts."""
    found: dict[str, str] = {}
    for piece in text.split(";"):
        name, equals, value = piece.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), value.strip())
    return found
