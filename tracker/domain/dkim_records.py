"""DKIM: the public key that belongs to the signatures of the relay (RFC 6376). This site signs nothing itself."""

from __future__ import annotations

import base64
import binascii

from tracker.domain.dns_answers import SILENT, Answer, Ask, Finding, Record, Said, Verdict, nearest, say, shown, tags
from tracker.domain.errors import N_

#: Bits of an RSA key: with fewer no signature counts (RFC 8301); from the second on it is a good one.
LEAST_BITS, GOOD_BITS = 1024, 2048
ED25519_BYTES = 32


def judge(domain: str, selector: str, ask: Ask) -> Finding:
    name = f"{selector}._domainkey.{domain}" if selector else f"_domainkey.{domain}"
    if not selector:
        unsaid = N_("The relay signs, not this site. Type the selector that it signs with, and its key is looked for.")
        return Finding(what="dkim", name=name, verdict=Verdict.NOT_ASKED, said=(say(unsaid),))
    # relays often sign for the domain around the sender's
    at, answer = nearest(f"{selector}._domainkey", domain, ask, _keys)
    if answer.failure is not None:
        return Finding(what="dkim", name=name, verdict=Verdict.UNKNOWN, said=(say(SILENT),))
    found = _keys(answer)
    if not found:
        missing = N_(
            "No key stands there, so nobody can check a signature of this selector. Whoever runs the relay has the "
            "key, which belongs in place of the dots."
        )
        fix = Record(name, "TXT", "v=DKIM1; k=rsa; p=…")
        return Finding(what="dkim", name=name, verdict=Verdict.MISSING, said=(say(missing),), fix=fix)
    verdict, said = _several(len(found)) if len(found) > 1 else _of_the_key(tags(found[0]))
    if at != domain:
        above = N_(
            "It stands for %(above)s, which counts for %(domain)s unless DMARC wants the very same one (adkim=s)."
        )
        said = (*said, say(above, above=at, domain=domain))
    name = f"{selector}._domainkey.{at}"
    return Finding(what="dkim", name=name, verdict=verdict, said=said, records=tuple(map(shown, found)))


def _keys(answer: Answer) -> list[str]:
    return [text for text in answer.texts if "p" in tags(text)]


def _several(count: int) -> tuple[Verdict, tuple[Said, ...]]:
    doubled = N_(
        "There are %(count)s keys under one selector, and chance decides which one counts. Leave a single one."
    )
    return Verdict.WRONG, (say(doubled, count=count),)


def _of_the_key(found: dict[str, str]) -> tuple[Verdict, tuple[Said, ...]]:
    if found.get("v", "DKIM1") != "DKIM1":
        return Verdict.WRONG, (say(N_("It is no key as mail servers read it: it has to begin with v=DKIM1.")),)
    key = "".join(found["p"].split())
    if not key:
        return Verdict.WRONG, (
            say(N_("The key was taken back: it is empty, and no signature of this selector counts.")),
        )
    verdict, said = _of_its_length(found.get("k", "rsa").lower(), key)
    if "y" in found.get("t", "").split(":"):
        trial = N_("It says that it is on trial (t=y), and mail servers may treat a mail as if nobody had signed it.")
        return (Verdict.WEAK if verdict is Verdict.GOOD else verdict), (said, say(trial))
    return verdict, (said,)


def _of_its_length(kind: str, key: str) -> tuple[Verdict, Said]:
    if kind == "ed25519":
        if len(_bytes(key)) != ED25519_BYTES:
            return Verdict.WRONG, say(N_("The key cannot be read; perhaps a part of it was lost when it was copied."))
        only = N_(
            "A key of the kind ed25519. Not every mail server knows it; the relay should sign with an RSA key too."
        )
        return Verdict.WEAK, say(only)
    if kind != "rsa":
        return Verdict.WRONG, say(
            N_("A key of the kind “%(kind)s”, which mail servers do not know."), kind=shown(kind)[:40]
        )
    bits = rsa_bits(_bytes(key))
    if bits is None:
        return Verdict.WRONG, say(N_("The key cannot be read; perhaps a part of it was lost when it was copied."))
    if bits < LEAST_BITS:
        return Verdict.WRONG, say(
            N_("An RSA key of %(bits)s bits. That is so short that no signature counts."), bits=bits
        )
    if bits < GOOD_BITS:
        short = N_("An RSA key of %(bits)s bits. Signatures count; 2048 are what is asked for today.")
        return Verdict.WEAK, say(short, bits=bits)
    return Verdict.GOOD, say(N_("An RSA key of %(bits)s bits. Signatures of this selector can be checked."), bits=bits)


def _bytes(key: str) -> bytes:
    """What the key says, empty where it is no base64."""
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return b""


def rsa_bits(key: bytes) -> int | None:
    """How long an RSA key is, from its SubjectPublicKeyInfo (RFC 5280) or, as some write it, its RSAPublicKey
    (RFC 8017) alone; none where it is neither, or cut off."""
    outer = _inside(key, 0x30)
    if outer is None:
        return None
    algorithm = _length(outer, 0x30)
    if algorithm is not None:
        bit_string = _inside(outer[algorithm[1] :], 0x03)
        outer = _inside(bit_string[1:], 0x30) if bit_string else None
    modulus = _inside(outer, 0x02) if outer else None
    return int.from_bytes(modulus, "big").bit_length() if modulus else None


def _inside(data: bytes, tag: int) -> bytes | None:
    """What the first element of DER holds, if it is one of this tag and whole."""
    found = _length(data, tag)
    return data[found[0] : found[1]] if found is not None else None


def _length(data: bytes, tag: int) -> tuple[int, int] | None:
    """Where what the first element holds begins and ends."""
    if len(data) < 2 or data[0] != tag:
        return None
    begin, length = 2, data[1]
    if length >= 0x80:
        begin += length - 0x80
        length = int.from_bytes(data[2:begin], "big")
    return (begin, begin + length) if begin + length <= len(data) else None
