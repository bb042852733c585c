"""Mail addresses as people type and paste them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from tracker.domain.errors import N_, BadInput

LONGEST = 254

#: What separates two people in a pasted list.
_SEPARATOR = re.compile(r"[,;\r\n\t]+")
#: A name in quotation marks may hold a comma: "Berg, Anke" <anke@…>
_QUOTED = re.compile(r'"[^"\r\n]*"')
#: What an address may be; one that has no @ in it is a part of a name.
_PART = re.compile(r"[^\s<>()\[\]\"']+")
_AROUND = " \t<>()[]\"'-–·"


@dataclass(frozen=True, slots=True)
class Pasted:
    """One person of a pasted list. ``address`` is none where ``text`` holds none that could be written to."""

    text: str
    name: str = ""
    address: str | None = None


def checked(text: str, *, field: str = "email") -> str:
    """The address in lower case, or a refusal (``BadInput``). Whether it exists is not asked."""
    address = _normal(text.strip())
    if address is None:
        raise BadInput(N_("“%(given)s” is not a mail address."), field=field, given=text.strip()[:80])
    return address


def _normal(text: str) -> str | None:
    if not text or len(text) > LONGEST:
        return None
    try:
        # Networks of one's own have names without a dot or a country, hence not "globally deliverable".
        found = validate_email(text, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    # An umlaut domain is kept as it goes over the wire.
    address = f"{found.local_part}@{found.ascii_domain}".lower()
    return address if len(address) <= LONGEST else None


def on_the_wire(address: str) -> str:
    """As it is kept here, an umlaut domain as ``xn--…``; as it stands where nobody could have it here."""
    return _normal(address) or address


def pasted(text: str) -> list[Pasted]:
    """The people of a list pasted from anywhere: "Nari <nari@…>, pit@…", one a line or all in one."""
    text = _QUOTED.sub(lambda name: name.group().replace(",", " ").replace(";", " "), text)
    return [person for piece in _SEPARATOR.split(text) if piece.strip() for person in _people_in(piece.strip())]


def _people_in(piece: str) -> list[Pasted]:
    people: list[Pasted] = []
    begin = 0
    for found in _PART.finditer(piece):
        if "@" not in found.group()[1:-1]:
            continue
        name = re.sub(r"\s+", " ", piece[begin : found.start()]).strip(_AROUND)
        begin = found.end()
        address = _normal(found.group().strip(_AROUND + "."))
        people.append(Pasted(found.group() if address is None else address, name, address))
    return people or [Pasted(piece)]
