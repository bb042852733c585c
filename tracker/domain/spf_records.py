"""SPF: which machines may send mails whose envelope names a domain (RFC 7208).

Whether the relay is among them only its provider can say, as it may send from other addresses than it is reached at; so
what could cover it is shown, and what makes the whole record worthless is found.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from tracker.domain.dns_answers import SILENT, Answer, Ask, Finding, Record, Said, Verdict, is_name, say, shown
from tracker.domain.errors import N_

#: Questions to the DNS that one look at a record may cost (RFC 7208, 4.6.4). With one more it counts as broken.
MOST_LOOKUPS = 10
_COSTS = frozenset({"include", "a", "mx", "ptr", "exists"})
_KNOWN = _COSTS | {"all", "ip4", "ip6"}
_TERM = re.compile(r"([+?~-]?)([a-z0-9]+)(?:[:/](.*))?", re.IGNORECASE | re.DOTALL)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spf:
    """One record. ``end`` is the sign before its ``all``, empty where it has none."""

    terms: tuple[str, ...]
    end: str
    includes: tuple[str, ...]
    redirect: str
    #: lookups of its own, those of what it includes left out
    lookups: int
    #: the first term that means nothing: with one the whole record does
    strange: str

    @property
    def senders(self) -> tuple[str, ...]:
        """The terms that could let a machine send."""
        counting = takewhile(lambda one: not _is_end(one), self.terms)
        return tuple(one for one in counting if not _MODIFIER.fullmatch(one))


def is_one(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def read(text: str) -> Spf:
    """What stands in a record that ``is_one``. What comes after its ``all`` counts for nothing."""
    terms = tuple(filter(None, text.split(" ")[1:]))
    end, redirect, strange, lookups = "", "", "", 0
    includes = []
    for term in terms:
        modifier, mechanism = _MODIFIER.fullmatch(term), _mechanism(term)
        if modifier is not None:
            redirect = redirect or (modifier[2] if modifier[1].lower() == "redirect" else "")
        elif mechanism is None:
            strange = strange or term
        elif not end:
            sign, name, value = mechanism
            end = sign if name == "all" else ""
            includes += [value] if name == "include" else []
            lookups += name in _COSTS
    redirect = "" if end else redirect
    return Spf(terms, end, tuple(includes), redirect, lookups + bool(redirect), strange)


def _mechanism(term: str) -> tuple[str, str, str] | None:
    """Its sign, name and value, if it means anything."""
    found = _TERM.fullmatch(term)
    if found is None:
        return None
    sign, name, value = found[1] or "+", found[2].lower(), found[3] or ""
    if name in ("ip4", "ip6"):
        return (sign, name, value) if _is_network(value, version=int(name[-1])) else None
    lacks_value = name in ("include", "exists") and not value
    return None if name not in _KNOWN or lacks_value else (sign, name, value)


def _is_network(text: str, *, version: int) -> bool:
    try:
        return ipaddress.ip_network(text, strict=False).version == version
    except ValueError:
        return False


def judge(domain: str, ask: Ask, *, sender: str) -> Finding:
    """The record of ``domain``, and those it leads to. ``sender`` is a term for the relay, should none stand there."""
    answer = ask(domain, "TXT")
    if answer.failure is not None:
        return _finding(domain, Verdict.UNKNOWN, say(SILENT))
    found = [text for text in answer.texts if is_one(text)]
    if not found:
        missing = say(N_("No record names the machines that may send for this domain, so any of them looks as likely."))
        return _finding(domain, Verdict.MISSING, missing, fix=f"v=spf1 {sender} ~all")
    if len(found) > 1:
        doubled = say(
            N_("There are %(count)s records, and with more than one none counts. Leave a single one."), count=len(found)
        )
        merged = _record([term for text in found for term in read(text).senders])
        return _finding(domain, Verdict.WRONG, doubled, records=found, fix=merged)
    return _judged(domain, found, read(found[0]), ask, sender)


def _judged(domain: str, found: list[str], spf: Spf, ask: Ask, sender: str) -> Finding:
    if spf.strange:
        strange = say(N_("“%(term)s” means nothing in it, so nothing in it counts."), term=shown(spf.strange)[:80])
        return _finding(domain, Verdict.WRONG, strange, records=found)
    walk = _Walk(ask)
    walk.follow(spf)
    harm = walk.harm()
    if harm is not None:
        return _finding(domain, Verdict.WRONG, harm, *_senders(spf), records=found)
    verdict, end = _of_the_end(spf, walk.end(spf))
    if walk.is_unsure:
        unsure = say(N_("The DNS did not say everything that it leads to."))
        return _finding(domain, Verdict.UNKNOWN, unsure, *_senders(spf), records=found)
    cost = say(N_("Of ten questions to the DNS that it may cost it costs %(count)s."), count=walk.lookups)
    is_mended = verdict is not Verdict.GOOD and not spf.redirect
    fix = _record(spf.senders or [sender]) if is_mended else ""
    return _finding(domain, verdict, end, cost, *_senders(spf), records=found, fix=fix)


def _of_the_end(spf: Spf, end: str) -> tuple[Verdict, Said]:
    """What becomes of mails from machines that the record does not name."""
    if end == "+":
        return Verdict.WRONG, say(N_("It lets every machine of the world send for this domain (+all)."))
    if not spf.senders and not spf.redirect and end:
        return Verdict.WRONG, say(N_("It says that no mail at all comes from this domain."))
    if end == "-":
        return Verdict.GOOD, say(N_("Mails from other machines are to be refused (-all)."))
    if end == "~":
        return Verdict.GOOD, say(N_("Mails from other machines are to be suspected (~all)."))
    return Verdict.WEAK, say(N_("It does not say what is to become of mails from other machines."))


def _senders(spf: Spf) -> Iterator[Said]:
    if spf.senders:
        terms = shown(" ".join(spf.senders))
        yield say(N_("Whoever runs the relay knows which part of it stands for the relay: %(terms)s"), terms=terms)


class _Walk:
    """From a record to those that it leads to, as a mail server does it, which gives up after ten questions."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, Answer] = {}
        self.lookups = 0
        self.broken = ""
        self.is_unsure = False

    def follow(self, first: Spf) -> None:
        """Count the questions. It ends: whatever leads further costs one of the ten."""
        waiting = [first]
        while waiting:
            spf = waiting.pop(0)
            self.lookups += spf.lookups
            if self.lookups > MOST_LOOKUPS:
                return
            waiting += [found for name in (*spf.includes, spf.redirect) if name and (found := self._read(name))]

    def harm(self) -> Said | None:
        """What makes the whole record worthless."""
        if self.lookups > MOST_LOOKUPS:
            return say(N_("It costs more than ten questions to the DNS to read it, and then nothing in it counts."))
        if self.broken:
            broken = N_("It leads to “%(name)s”, where no single good record stands, so nothing in it counts.")
            return say(broken, name=self.broken)
        return None

    def end(self, spf: Spf) -> str:
        """The sign before the ``all`` that counts: its own, or that of the record it passes the question on to."""
        for _ in range(MOST_LOOKUPS):
            if not spf.redirect:
                break
            spf = self._read(spf.redirect) or Spf((), "", (), "", 0, "")
        return spf.end

    def _read(self, name: str) -> Spf | None:
        if "%" in name:  # filled in for each mail; nobody can follow it beforehand
            self.is_unsure = True
            return None
        if name not in self._known:
            self._known[name] = self._ask(name, "TXT") if is_name(name) else Answer()
        answer = self._known[name]
        if answer.failure is not None:
            self.is_unsure = True
            return None
        found = [read(text) for text in answer.texts if is_one(text)]
        if len(found) != 1 or found[0].strange:
            self.broken = self.broken or shown(name)[:80]
            return None
        return found[0]


def _is_end(term: str) -> bool:
    return term.lower().lstrip("+?~-") == "all"


def _record(terms: Iterable[str]) -> str:
    return shown(" ".join(["v=spf1", *dict.fromkeys(terms), "~all"]))


def _finding(domain: str, verdict: Verdict, *said: Said, records: Iterable[str] = (), fix: str = "") -> Finding:
    return Finding(
        what="spf",
        name=domain,
        verdict=verdict,
        said=said,
        records=tuple(map(shown, records)),
        fix=Record(domain, "TXT", fix) if fix else None,
    )
