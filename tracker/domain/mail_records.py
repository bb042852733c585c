"""Whether the mails of this site will be believed, as far as the DNS tells: SPF, DKIM, DMARC, and where mail comes in.

``examine`` is given something that asks the DNS, and says of each thing what stands there, what that means, and what
should stand there instead (RFC 7208, 6376, 7489, 5321).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from tracker.domain import dkim_records, dmarc_records, spf_records
from tracker.domain.dns_answers import SILENT, Ask, Finding, Record, Verdict, is_name, is_public, say, shown
from tracker.domain.errors import N_, BadInput

LONGEST_SELECTOR = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How mails leave and come in here. Domains are as they stand on the wire, in lower case."""

    #: of the address that people see
    sender: str
    #: of the envelope, to which what cannot be delivered comes back
    envelope: str
    #: a term of SPF for the relay
    relay: str
    #: under which the relay's key stands; empty: nobody has said it
    selector: str = ""
    #: those at which mail is received
    receives: tuple[str, ...] = ()


def selector(text: str) -> str:
    """What was typed as a selector, or the whole name copied from elsewhere. Raises ``BadInput``."""
    found = text.strip().lower().partition("._domainkey")[0]
    if found and not (is_name(found) and len(found) <= LONGEST_SELECTOR and not found.endswith(".")):
        wrong = N_("“%(given)s” is no selector; it is a word such as “mail” or “s2026”.")
        raise BadInput(wrong, field="selector", given=text[:40])
    return found


def examine(site: Sending, ask: Ask) -> tuple[Finding, ...]:
    """Everything, in the order in which one would mend it."""
    return (
        *(spf_records.judge(one, ask, sender=site.relay) for one in dict.fromkeys([site.envelope, site.sender])),
        dkim_records.judge(site.sender, site.selector, ask),
        dmarc_records.judge(site.sender, site.envelope, ask),
        *(mx(domain, ask) for domain in dict.fromkeys(site.receives)),
    )


def relay_term(host: str, *, site: str) -> str:
    """A term of SPF for a relay, as far as its name tells. One on this machine sends under the name of the site."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"a:{host if is_public(host) else site}"
    if not address.is_global:
        return f"a:{site}"
    return f"ip{address.version}:{address}"


def mx(domain: str, ask: Ask) -> Finding:
    """The mail servers of a domain at which mail is received."""
    answer = ask(domain, "MX")
    if answer.failure is not None:
        return Finding(what="mx", name=domain, verdict=Verdict.UNKNOWN, said=(say(SILENT),))
    records = tuple(map(shown, answer.texts))
    hosts = [text.rpartition(" ")[2] for text in answer.texts]
    verdict, message = Verdict.GOOD, N_("Mails to this domain are taken to the servers above, the lowest number first.")
    if not hosts:
        verdict = Verdict.MISSING
        message = N_(
            "No record names the mail server of this domain, so replies and mails that could not be delivered may "
            "never come in. Put the name of your mail server in place of the one here."
        )
    elif "." in hosts:
        verdict, message = Verdict.WRONG, N_("It says that this domain takes no mail at all.")
    fix = Record(domain, "MX", f"10 mail.{domain}.") if verdict is not Verdict.GOOD else None
    return Finding(what="mx", name=domain, verdict=verdict, said=(say(message),), records=records, fix=fix)
