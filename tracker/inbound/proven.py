"""Has our own mail server proven who sent it? Read from its Authentication-Results (RFC 8601), and from no other's."""

from __future__ import annotations

import re

from tracker.inbound.parsing import Heard

_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_DOMAIN = re.compile(r"\b(?:header\.d|header\.i|smtp\.mailfrom)\s*=\s*\"?(?:[^\s;\"@]*@)?([a-z0-9.-]+)", re.IGNORECASE)


def is_proven(heard: Heard, authserv_id: str) -> bool:
    """DMARC has passed; or it says nothing, and SPF or DKIM of the sender's own domain has.

    Only pass and fail are a word of DMARC: most small domains have no record (none), some answers are a guess
    (bestguesspass), and a name server may be out of reach (temperror). A mail server takes away foreign headers in its
    own name, and puts its own on top (RFC 8601, 5).
    """
    ours = [value for value in heard.headers.get("authentication-results", ()) if _server(value) == authserv_id]
    if not ours:
        return False
    domain = heard.from_address.rpartition("@")[2]
    passed: dict[str, bool] = {}
    for piece in ours[0].split(";")[1:]:
        found = _RESULT.search(piece)
        if found is None:
            continue
        method, result = found[1].lower(), found[2].lower()
        if method == "dmarc" and result not in ("pass", "fail"):
            continue
        aligned = method == "dmarc" or any(_is_aligned(one, domain) for one in _DOMAIN.findall(piece))
        passed[method] = passed.get(method, False) or (result == "pass" and aligned)
    return passed["dmarc"] if "dmarc" in passed else any(passed.values())


def _server(value: str) -> str:
    return value.partition(";")[0].split()[0].lower() if value.partition(";")[0].split() else ""


def _is_aligned(given: str, domain: str) -> bool:
    """The same domain, or one above or below it, as relaxed alignment asks."""
    given, domain = given.lower().strip("."), domain.lower()
    return given == domain or domain.endswith(f".{given}") or given.endswith(f".{domain}")
