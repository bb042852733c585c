"""Did a machine write this? Such a mail is kept and never answered: two that answer each other do so for ever.

``X-Auto-Response-Suppress`` is no proof: Exchange puts it on what people write.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tracker.inbound.parsing import Heard

#: How replies that nobody wrote begin, in German and English; the word has to be followed by a colon or the end.
_OUT_OF_OFFICE = re.compile(
    r"(?:abwesenheits(?:notiz|meldung|nachricht|assistent|benachrichtigung)"
    r"|automatische (?:e-?mail-?antwort|antwort|abwesenheitsnotiz|rückmeldung|abwesenheitsmeldung)"
    r"|automatisch (?:generierte|erzeugte) (?:antwort|e-?mail)|auto-?antwort|autom\. antwort"
    # as Lotus Notes says it: "AUTO: Pit Brandt ist außer Haus (Rückkehr am 04.12.2026)"
    r"|auto: .{1,100} (?:außer haus|ausser haus|nicht im büro|out of (?:the )?office|is away)\b.*"
    r"|ich bin (?:derzeit |zurzeit |momentan )?(?:nicht im büro|abwesend|im urlaub)|nicht im büro"
    r"|au(?:ß|ss)er haus|auto(?:matic|mated)? ?-?reply|automatic (?:response|answer)|auto-?response"
    r"|(?:i am |i'm )?(?:currently )?out of (?:the )?office|away from (?:the|my) (?:office|mail|e-?mail|desk)"
    r"|vacation (?:reply|message)|unzustellbar|undeliver(?:able|ed(?: mail)?)|delivery status notification"
    r"|mail delivery failed|returned mail)\s*(?:[:!–—-].*|\(.*|(?:re|aw|antwort|wg)\b.*|)$",
    re.IGNORECASE,
)
#: Who writes reports about mails, with a sender in the envelope too; so do programs that tell of a mail's being read.
_POSTMASTERS = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_PRECEDENCE = ("bulk", "junk", "list", "auto_reply", "auto-reply")
#: Headers of answering programs that are put on nothing else, whatever they say but no.
_ANSWERING = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-mail-autoreply")


@dataclass(frozen=True, slots=True)
class Ours:
    """What makes a mail one of our own. ``is_address`` says whether an address is ours, with a token or without;
    ``is_sent`` whether a Message-ID is one that we gave. Its form says nothing: Roundcube writes 32 hexadecimal digits
    and the sender's domain, as we do."""

    is_address: Callable[[str], bool]
    is_sent: Callable[[str], bool]


def why(heard: Heard, *, envelope_from: str | None, ours: Ours, humans: frozenset[str] = frozenset()) -> str:
    """The reason why it is a machine's, or "". ``humans`` are senders whose headers are not believed."""
    sender = envelope_from if envelope_from is not None else heard.return_path
    if sender == "":
        return "null_sender"
    if ours.is_address(heard.from_address):
        return "own_address"
    if heard.header("x-tracker-reason") or (heard.message_id and ours.is_sent(heard.message_id)):
        return "own_message"
    if _is_human(heard.from_address, humans):
        return ""
    return _by_headers(heard) or ("out_of_office" if _OUT_OF_OFFICE.match(heard.subject.strip()) else "")


def _is_human(address: str, humans: frozenset[str]) -> bool:
    return address in humans or f"@{address.rpartition('@')[2]}" in humans


def _by_headers(heard: Heard) -> str:
    if heard.header("auto-submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return "auto_submitted"
    if heard.header("precedence").strip().lower() in _PRECEDENCE:
        return "precedence"
    if heard.header("list-id"):
        return "list"
    if any(heard.header(name).strip().lower() not in ("", "no") for name in _ANSWERING):
        return "auto_reply"
    if heard.content_type == "multipart/report" or _POSTMASTERS.match(heard.from_address):
        return "report"
    return ""
