"""DMARC: what becomes of a mail that names a domain as its sender and cannot prove it (RFC 7489).

It passes when SPF or DKIM does for a domain that fits that of the sender. Which domain lies around another one is found
by going up to the first that has a policy, so no list of the world's registries is needed.
"""

from __future__ import annotations

from tracker.domain.dns_answers import SILENT, Answer, Ask, Finding, Record, Said, Verdict, nearest, say, shown, tags
from tracker.domain.errors import N_

POLICIES = {
    "none": (
        Verdict.WEAK,
        N_("Mails that cannot prove themselves arrive all the same (p=none), also those that somebody forges."),
    ),
    "quarantine": (Verdict.GOOD, N_("Mails that cannot prove themselves go to the spam folder (p=quarantine).")),
    "reject": (Verdict.GOOD, N_("Mails that cannot prove themselves are refused (p=reject).")),
}


def judge(sender: str, envelope: str, ask: Ask) -> Finding:
    """The policy for mails from ``sender`` whose envelope names ``envelope``."""
    at, answer = nearest("_dmarc", sender, ask, _records)
    name = f"_dmarc.{at}"
    if answer.failure is not None:
        return Finding(what="dmarc", name=name, verdict=Verdict.UNKNOWN, said=(say(SILENT),))
    found = _records(answer)
    if not found:
        missing = N_(
            "No policy stands there. Large providers put mails from a domain without one aside, or refuse them."
        )
        said, at_sender = say(missing), f"_dmarc.{sender}"
        fix = Record(at_sender, "TXT", "v=DMARC1; p=none")
        return Finding(what="dmarc", name=at_sender, verdict=Verdict.MISSING, said=(said,), fix=fix)
    records = tuple(map(shown, found))
    if len(found) > 1:
        doubled = N_("There are %(count)s records, and with more than one none counts. Leave a single one.")
        said = say(doubled, count=len(found))
        return Finding(what="dmarc", name=name, verdict=Verdict.WRONG, said=(said,), records=records)
    policy = tags(found[0])
    asked = (policy.get("sp") if at != sender else None) or policy.get("p", "")
    if asked.lower() not in POLICIES:
        no_policy = say(N_("It says nothing that mail servers know about what is to become of a mail (p=)."))
        fix = Record(name, "TXT", "v=DMARC1; p=none")
        return Finding(what="dmarc", name=name, verdict=Verdict.WRONG, said=(no_policy,), records=records, fix=fix)
    verdict, message = POLICIES[asked.lower()]
    shared = sender if policy.get("psd", "n").lower() == "y" else at  # a registry's policy makes no family of its names
    fits = _fit(sender, envelope, shared, is_strict=policy.get("aspf", "r").lower() == "s")
    return Finding(what="dmarc", name=name, verdict=verdict, said=(say(message), fits), records=records)


def _records(answer: Answer) -> list[str]:
    return [text for text in answer.texts if text.partition(";")[0].replace(" ", "") == "v=DMARC1"]


def _fit(sender: str, envelope: str, shared: str, *, is_strict: bool) -> Said:
    """Whether SPF counts for the sender, or DKIM has to prove it alone."""
    if sender == envelope:
        return say(N_("The envelope names the same domain as the sender, so SPF counts, and DKIM for it too."))
    if not is_strict and (_is_within(envelope, sender) or _is_within(sender, envelope) or _is_within(envelope, shared)):
        near = N_(
            "The envelope names %(envelope)s, which belongs to the sender’s domain, so SPF counts, and DKIM for it too."
        )
        return say(near, envelope=envelope)
    apart = N_(
        "The envelope names %(envelope)s, which does not count for %(sender)s. Only a signature for %(sender)s (DKIM) "
        "proves the mails then."
    )
    return say(apart, envelope=envelope, sender=sender)


def _is_within(domain: str, outer: str) -> bool:
    return domain == outer or domain.endswith(f".{outer}")
