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
    r"(?:abwesenheits(?:notiz|meldung|nachricht|assistent)|automatische (?:antwort|abwesenheitsnotiz|rückmeldung)"
    r"|autom\. antwort|ich bin (?:derzeit |zurzeit |momentan )?(?:nicht im büro|abwesend|im urlaub)|nicht im büro"
    r"|au(?:ß|ss)er haus|auto(?:matic|mated)? ?-?reply|automatic (?:response|answer)|auto-?response"
    r"|(?:i am |i'm )?(?:currently )?out of (?:the )?office|away from (?:the|my) (?:office|mail|e-?mail|desk)"
    r"|vacation (?:reply|message)|unzustellbar|undeliver(?:able|ed(?: mail)?)|delivery status notification"
    r"|mail delivery failed|returned mail)\s*(?:[:!–—-].*|\(.*|(?:re|aw|antwort|wg)\b.*|)$",
    re.IGNORECASE,
)
_PRECEDENCE = ("bulk", "junk", "list", "auto_reply")
#: Our own Message-IDs: people's programs make theirs under the same domain, and of another form.
_OUR_ID = re.compile(r"[0-9a-f]{32}@(.+)")


@dataclass(frozen=True, slots=True)
class Ours:
    """What makes a mail one of our own. ``is_address`` says whether an address is ours, with a token or without."""

    domain: str
    is_address: Callable[[str], bool]


def why(heard: Heard, *, envelope_from: str | None, ours: Ours, humans: frozenset[str] = frozenset()) -> str:
    """The reason why it is a machine's, or "". ``humans`` are senders whose headers are not believed."""
    sender = envelope_from if envelope_from is not None else heard.return_path
    if sender == "":
        return "null_sender"
    if ours.is_address(heard.from_address):
        return "own_address"
    if (own := _OUR_ID.fullmatch(heard.message_id)) and own[1].lower() == ours.domain.lower():
        return "own_message"
    if heard.header("x-tracker-reason"):
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
    if heard.header("x-autoreply").strip().lower() == "yes":
        return "auto_reply"
    return ""
