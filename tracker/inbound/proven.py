"""Has our own mail server proven who sent it? Read from its Authentication-Results (RFC 8601), and from no other's.

A sender writes parts of that header: the local part of the envelope's sender, a server's remark about it, a DKIM
identity. So it is read by its grammar: comments and quoted strings are nobody's word, and where anything stands that
the grammar has no place for, nothing is proven.
"""

from __future__ import annotations

import re

from tracker.inbound.parsing import Heard

_METHOD = re.compile(r"\s*([a-z0-9_-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z0-9_-]+)(?=\s|$)")
_PROPERTY = re.compile(r"\s*([a-z0-9_-]+(?:\s*\.\s*[a-z0-9_-]+)?)\s*=\s*(\S+)")
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
#: What says whose domain has passed.
_IDENTITIES = ("header.d", "header.i", "smtp.mailfrom")
#: A method, its result, and the domains it speaks of.
Result = tuple[str, str, list[str]]
#: What a quoted string is read as: no character of a domain.
_QUOTED = '"'


def is_proven(heard: Heard, authserv_id: str) -> bool:
    """DMARC has passed; or it says nothing, and SPF or DKIM of the sender's own domain has.

    Only pass and fail are a word of DMARC: most small domains have no record (none), some answers are a guess
    (bestguesspass), and a name server may be out of reach (temperror).
    """
    said = _merged(_of_our_server(heard, authserv_id))
    dmarc = [result for method, result, _ in said if method == "dmarc" and result in ("pass", "fail")]
    if dmarc:
        return set(dmarc) == {"pass"}
    domain = heard.from_address.rpartition("@")[2]
    passed = [domains for method, result, domains in said if method in ("dkim", "spf") and result == "pass"]
    return any(domains and all(_is_aligned(one, domain) for one in domains) for domains in passed)


def _of_our_server(heard: Heard, authserv_id: str) -> list[str]:
    """The topmost in its name, and those below it that it wrote while the mail was at the same hop: what checks SPF,
    DKIM and DMARC are often three programs, and each writes one. Behind the next Received lies what the mail brought
    along. A mail server takes away foreign headers in its own name (RFC 8601, 5)."""
    found: list[str] = []
    for name, value in heard.trace:
        if name == "authentication-results" and _server(value) == authserv_id:
            found.append(value)
        elif name == "received" and found:
            break
    return found


def _merged(headers: list[str]) -> list[Result]:
    """What these say, from the top. Where one has spoken of a method, none below it adds anything but that DMARC has
    failed: where foreign headers are left standing after all, they stand below. Below one that does not keep to the
    grammar anything could stand; then only DMARC's own word above it counts."""
    found: list[Result] = []
    for header in headers:
        results = _results(header)
        if results is None:
            return [one for one in found if one[0] == "dmarc"]
        spoken = {method for method, _, _ in found}
        found += [one for one in results if one[0] not in spoken or one[:2] == ("dmarc", "fail")]
    return found


def _server(value: str) -> str:
    return value.partition(";")[0].split()[0].lower() if value.partition(";")[0].split() else ""


def _results(value: str) -> list[Result] | None:
    """Each method, its result, and the domains it speaks of; none where it does not keep to the grammar."""
    bare = _bare(value.lower())
    if bare is None:
        return None
    found: list[Result] = []
    for piece in bare.split(";")[1:]:
        if piece.strip() in ("", "none"):
            continue
        method = _METHOD.match(piece)
        domains = _domains(piece[method.end() :]) if method is not None else None
        if method is None or domains is None:
            return None
        found.append((method[1], method[2], domains))
    return found


def _bare(value: str) -> str | None:
    """Without comments, which may lie in each other, and quoted strings; none where one of them does not end."""
    bare: list[str] = []
    depth, is_quoted, is_escaped = 0, False, False
    for char in value:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and (depth or is_quoted):
            is_escaped = True
        elif is_quoted:
            is_quoted = char != '"'
        elif char in "()":
            depth += 1 if char == "(" else -1
            bare.append(" ")
        elif not depth:
            is_quoted = char == '"'
            bare.append(_QUOTED if is_quoted else char)
        if depth < 0:
            return None
    return None if depth or is_quoted else "".join(bare)


def _domains(properties: str) -> list[str] | None:
    """Of its identities, and of whatever else has an @: one that a space tore in two speaks of another domain there.
    None where something else stands between them."""
    domains: list[str] = []
    at, properties = 0, properties.rstrip()
    while at < len(properties):
        found = _PROPERTY.match(properties, at)
        if found is None:
            return None
        name, value = "".join(found[1].split()), found[2]
        if name in _IDENTITIES or "@" in value:
            domains.append(value.rpartition("@")[2].rstrip("."))
        at = found.end()
    return domains


def _is_aligned(given: str, domain: str) -> bool:
    """The same domain, one below it, or the one right above it, if that has two labels at least.

    Relaxed alignment (RFC 7489, 3.1) asks for the same organizational domain, and needs the list of public suffixes for
    that. Without the list this is narrower: two domains beside each other under one owner are not aligned, nor is one
    two levels up. Where it is wider, nobody gains who does not hold that domain: right above a.co.uk lies co.uk.
    """
    domain = domain.lower()
    if not _DOMAIN.fullmatch(given) or not _DOMAIN.fullmatch(domain):
        return False
    return given == domain or given.endswith(f".{domain}") or domain.partition(".")[2] == given
