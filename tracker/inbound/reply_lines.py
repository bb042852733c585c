"""What the lines of a mail are, each by itself and with its neighbours: own words, quotations, what announces them.

Every pattern looks at a bounded piece of a line, so the work grows with the length of the mail and no faster.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

#: Nothing of a reader's: byte order mark, zero-width characters, direction marks, soft hyphen, and the sign that one
#: tracking service leaves behind.
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u00ad\u1427"
#: Longer lines are somebody's text or a quotation, and nothing that a program wrote.
LONGEST = 500
#: An attribution wraps over so many lines at most.
_WRAPPED = 5


class Kind(StrEnum):
    """What a line is, as far as trimming goes."""

    BLANK = "blank"
    TEXT = "text"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"  # "Am … schrieb Nari:" with a quotation below it
    INTRODUCTION = "introduction"  # the same in words that a person may have chosen: it shares the quotation's fate
    OPENING = "opening"  # the same, or "Von: … Gesendet: …", with an old mail below it that nothing marks as old
    MARKER = "marker"  # our own line: what is new stands above it
    SIGNATURE = "signature"
    RULE = "rule"
    DEVICE = "device"  # "Von meinem iPhone gesendet"


ANNOUNCING = (Kind.ATTRIBUTION, Kind.INTRODUCTION, Kind.OPENING)

_TAGS = re.compile(r"</?(?:b|i|br|div|p|span|strong|font|blockquote|hr|o:p)\b[^<>]{0,200}>", re.IGNORECASE)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&#160;", " "), ("&quot;", '"'), ("&amp;", "&"))
_SEEN = str.maketrans(dict.fromkeys(INVISIBLE, ""))


def folded(line: str) -> str:
    """The line as patterns see it: no invisible characters, no left-over markup, single kinds of space, stripped."""
    if not line.isascii():
        line = unicodedata.normalize("NFC", line.translate(_SEEN)).replace("\u00a0", " ").replace("\u202f", " ")
    if "&" in line:
        for entity, character in _ENTITIES:
            line = line.replace(entity, character)
    return (_TAGS.sub("", line) if "<" in line else line).strip()


# One line by itself ---------------------------------------------------------------------------------------------------

_MARKER = re.compile(
    r"[-–—#*_\s]{2,8}[^\n]{0,20}\b(?:reply above this line|(?:über|oberhalb) dieser zeile|au-dessus de cette ligne)\b"
    r"[^\n]{0,30}?[-–—#*_\s]{2,8}",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-–—_=~*#+ ]{2,200}")
_FORWARD = re.compile(
    r"[*_\s]{0,3}-{2,40}\s{0,3}(?:original(?:[- ]?(?:message|nachricht))|(?:ursprüngliche|weitergeleitete)"
    r" (?:nachricht|mail)"
    r"|forwarded message|message d.origine|message transféré|mensaje original|mensagem original|messaggio originale"
    r"|oprindelig meddelelse|oorspronkelijk bericht|ursprungligt meddelande|opprinnelig melding|wiadomość oryginalna"
    r"|исходное сообщение|пересылаемое сообщение)\s{0,3}-{2,40}[*_\s]{0,3}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail))\s?:"
    r"|original message processed by .{1,40}",
    re.IGNORECASE,
)
_THING = (
    r"(?:i-?phone|i-?pad|i-?pod|ios\b|android|blackberry|samsung|galaxy|huawei|xiaomi|pixel|htc|alcatel|nokia|windows"
    r"|handy|smartphone|mobil|mobile|cell\b|phone\b|tablet|device|gerät|outlook|airmail|mailbox|k-9|thunderbird|yahoo"
    r"|gmx|web\.de|proton|spark\b|ti-85|\[?mail\b)"
)
#: A word of a device's name, and of none of a sentence: in capitals, with a digit, or one of a few.
_MODEL = (
    rf"(?:{_THING}\S{{0,20}}|(?-i:[A-Z0-9])\S{{0,30}}|[a-z]{{1,3}}\d\S{{0,10}}|for|on|für|auf|unter|sur|pc"
    r"|[<(\[]\S{1,120})"
)
_DEVICE = re.compile(
    r"[(<]{0,2}(?:"
    rf"(?:sent|gesendet|envoyé|verzonden|inviato|enviado|skickat|sendt|wysłane|отправлено|verstuurd)"
    rf" (?:from|via|with|by|von|vom|mit|aus|depuis|de|à partir de|met|vanaf|da|dal|desde|från|fra|z|с)\b"
    rf"[^.,;:!?\n]{{0,30}}{_THING}\S{{0,90}}(?:\s{{1,2}}{_MODEL}){{0,6}}"
    rf"(?:[.,;]?\s{{1,3}}(?:please|excuse|sorry|bitte|entschuldig|verzeih)[^\n]{{0,90}})?[.!]?"
    rf"|(?:diese nachricht wurde )?(?:von|vom|mit) (?:meine[mr] )?[^.,;:!?\n]{{0,40}}{_THING}[^.!?\n]{{0,40}}"
    r" gesendet\.?"
    rf"|(?:from my|\w{{1,20}} from) (?:i-?phone|i-?pad|mobile)[^.!?\n]{{0,10}}"
    rf"|(?:get|holen sie sich|hol dir|téléchargez|obtenir) \[?outlook (?:for|für|pour) [^\n]{{0,90}}"
    rf"|outlook für (?:ios|android) (?:beziehen|herunterladen)[^\n]{{0,60}}"
    rf"|從我的 {_THING} 傳送|{_THING}から送信"
    r")[)>]{0,2}",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"\s{0,3}(?:>|&gt;)")
_NAMED_QUOTE = re.compile(r"([A-Za-z]{1,12})>(?:\s|$)")


def is_marker(bare: str) -> bool:
    """Whether it is our line in any language, quoted or not."""
    return len(bare) < 200 and _MARKER.fullmatch(bare.lstrip("> ")) is not None


def is_quoted(line: str) -> bool:
    """Whether the line carries a mail program's sign of quotation."""
    return _QUOTE.match(line) is not None


def _by_itself(line: str, bare: str) -> Kind:
    if not bare:
        return Kind.BLANK
    if is_quoted(line):
        return Kind.QUOTE
    if len(bare) > LONGEST:
        return Kind.TEXT
    if bare[0] in "-–—_=~*#+":
        if is_marker(bare):
            return Kind.MARKER
        if _RULE.fullmatch(bare):
            return Kind.RULE
    elif bare in ("-", "—"):
        return Kind.RULE
    if (bare[0] in "-*_" or "forward" in bare or "weitergel" in bare or bare[0] == "O") and _FORWARD.fullmatch(bare):
        return Kind.OPENING
    if len(bare) < 160 and _DEVICE.fullmatch(bare):
        return Kind.DEVICE
    return Kind.TEXT


# Lines that announce an old mail --------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"[^\s<>@\[\]()]{1,64}@[^\s<>@\[\]()]{1,200}")
_VERB = re.compile(
    r"(?<!\w)(?:wrote|schrieb|hat geschrieben|a écrit|escribió|escreveu|ha scritto|schreef|geschreven|skrev"
    r"|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|kirjoitti|geschrieben|написал(?:\(а\)|а)?|пише|пишет|写道|寫道|yazdı)(?!\w)",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}:\d{2}|(?<![\d.])\d{1,2}[.h]\d{2}(?![.\d])|\d{1,2} uhr", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-](?:\d{2,4})?|年")
_DAY_OR_MONTH = (
    "(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mo|di|mi|do|fr|sa|so|mär|mai|okt"
    "|dez|lun|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|mån|tis|ons|tor|fre|lör|sön|man|tir|ma|wo|vr|za|zo|pon|wt|śr"
    "|czw|pt|sob|nie|пон|вто|сре|чет|пят|суб|вос|вів|чер|нед)"
)
_OPENER = re.compile(
    r"[-–—*\s]{0,6}(?P<word>(?:on|am|le|el|il|op|den|dnia|dne|em|at|в|在)[\s,:]{1,3})?"
    rf"(?:{_DAY_OR_MONTH}\w{{0,10}}[.,]{{0,2}}\s{{1,3}}(?:den\s)?){{0,3}}\d",
    re.IGNORECASE,
)
_GMT = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d\d?:?\d\d [^\n]{1,100}")
_NAME_FIRST = re.compile(
    r"(?P<name>[^<>@\n]{0,100})<[^<>\n]{1,200}@[^<>\n]{1,200}>{1,2}[\s,]{0,3}"
    r"(?:hat am \d[^\n]{4,40})?(?P<rest>[^\n]{0,100})"
)
#: Words that stand in a person's sentence and never between a date and a name.
_A_SENTENCE = re.compile(
    r"(?<!\w)(?:dass|das|ich|du|wir|ihr|mir|uns|habe|hat|haben|hatte|war|ist|sind|und|aber|es|er|sie|man|wird|kam|kommt"
    r"|that|i|we|me|us|had|have|has|was|is|are|and|but|it|he|she|they)(?!\w)",
    re.IGNORECASE,
)
_WRAPS_AT = 45
_MAY_WRAP = (Kind.TEXT, Kind.ATTRIBUTION, Kind.INTRODUCTION)


def _announces(joined: str) -> Kind | None:
    """OPENING where it says so by itself; ATTRIBUTION or INTRODUCTION where a quotation has to follow; or nothing."""
    if _GMT.fullmatch(joined):
        return Kind.OPENING
    address, verb, opens = _ADDRESS.search(joined), _VERB.search(joined), _OPENER.match(joined)
    dated = _DATE.search(joined) is not None
    if joined[-1] == ">":
        return Kind.ATTRIBUTION if opens and dated and address else None
    if joined[-1] == "-":
        return Kind.OPENING if verb and dated and joined.startswith("--") else None
    if verb is None:
        return Kind.ATTRIBUTION if address and ((opens and dated) or joined.endswith(">:")) else None
    named = _NAME_FIRST.match(joined)
    if address and ((opens and dated) or (named and _VERB.match(named["rest"]))):
        return Kind.OPENING
    if opens and dated and _TIME.search(joined) and not _A_SENTENCE.search(_VERB.sub("", joined)):
        # Lines of a chat look the same but for "Am", and what they say is new.
        return Kind.OPENING if opens["word"] else Kind.ATTRIBUTION
    if address:
        return Kind.ATTRIBUTION
    return Kind.INTRODUCTION if any(map(str.isdigit, joined)) else None


def _may_end_an_announcement(bare: str) -> bool:
    return bare[-1] in ":：" or (bare[-1] in ">-" and any(map(str.isdigit, bare))) or _GMT.match(bare) is not None


def _announcement(end: int, bares: list[str], kinds: list[Kind]) -> tuple[int, Kind] | None:
    """The first line and the kind of what ends here. A date at its beginning wins over a name: it wraps."""
    joined, fallback, begin = "", None, end
    for _ in range(_WRAPPED):
        joined = f"{bares[begin]} {joined}".strip().replace("< ", "<").replace(" >", ">")
        if len(joined) > LONGEST:
            break
        found = _announces(joined)
        if found and _OPENER.match(joined):
            return begin, found
        if found and fallback is None:
            fallback = begin, found
        above = begin - 1
        if above > 0 and kinds[above] is Kind.BLANK and bares[begin][0] == "<":
            above -= 1
        if above < 0 or kinds[above] not in _MAY_WRAP or not _goes_on(bares[above], joined):
            break
        begin = above
    return fallback


def _goes_on(above: str, below: str) -> bool:
    """Whether a program may have wrapped here: the line above is long, or an address stands around the break."""
    if above[-1] in "!?;:" or (above[-1] == "." and len(above.rsplit(None, 1)[-1]) > 5):
        return False
    return len(above) >= _WRAPS_AT or "@" in below or "@" in above


_LABELS = {
    "from": "from|von|de|da|van|fra|från|od|от|від|发件人|差出人|寄件者|lähettäjä|gönderen",
    "sent": "sent|gesendet|envoyé|inviato|verzonden|sendt|skickat|wysłano|enviado|enviada|отправлено|odesláno|发送时间",
    "date": "date|datum|data|fecha|dato|дата|日期",
    "to": "to|an|à|a|para|aan|til|till|do|komu|кому|收件人|宛先",
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|тема|předmět|主题|件名",
    "more": "cc|bcc|kopie|copia|reply-to|antwort an|risposta|rispondi a|répondre à|organisation|organization",
}
_HEADER = re.compile(
    r"[*_]{0,2}(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items()) + r")[*_]{0,2}\s?[:：]",
    re.IGNORECASE,
)
_LONGEST_BLOCK = 16


def _label(bare: str) -> str | None:
    found = _HEADER.match(bare) if ":" in bare[:24] or "：" in bare[:24] else None
    return found.lastgroup if found else None


def _header_block(begin: int, bares: list[str]) -> int | None:
    """The line after a block of "From: … Sent: … To: … Subject: …" that begins here; none where it is no such block.

    A person writes "Von: Kiel, An: Hamburg, Datum: 3.12." too: what only programs write has to be there, a subject or
    the word for "sent". Folded values and empty lines between are let pass.
    """
    first = _label(bares[begin])
    if first not in ("from", "sent", "date"):
        return None
    if first != "from" and (begin + 1 == len(bares) or _label(bares[begin + 1]) != "from"):
        return None
    seen, last, stray = {first}, begin, 0
    for place in range(begin + 1, min(begin + _LONGEST_BLOCK, len(bares))):
        label = _label(bares[place])
        if label:
            seen.add(label)
            last, stray = place, 0
        else:
            stray += 1
            if stray > 2:
                break
    return last + 1 if len(seen) >= 3 and seen & {"subject", "sent"} else None


# All lines together ---------------------------------------------------------------------------------------------------


def kinds_of(lines: list[str]) -> list[Kind]:
    """What each line is. SIGNATURE is not told here: it takes more than its first line to know one."""
    bares = [folded(line) for line in lines]
    kinds = [_by_itself(line, bare) for line, bare in zip(lines, bares, strict=True)]
    _let_code_be(bares, kinds)
    _see_bars_and_names(bares, kinds)
    for place, bare in enumerate(bares):
        if kinds[place] is Kind.TEXT and (after := _header_block(place, bares)):
            kinds[place:after] = [Kind.OPENING] * (after - place)
        elif _is_candidate(place, bare, kinds) and (found := _announcement(place, bares, kinds)):
            kinds[found[0] : place + 1] = [found[1]] * (place + 1 - found[0])
    _look_at_what_follows(kinds)
    return kinds


def _is_candidate(place: int, bare: str, kinds: list[Kind]) -> bool:
    if kinds[place] is Kind.QUOTE:  # "> wrote:", where the address above was wrapped before its bracket
        above = kinds[place - 1] if place else Kind.BLANK
        is_the_end_of_one = bare[1:2] == ":" or _VERB.match(bare[1:].strip()) is not None
        return above is Kind.TEXT and bare[-1] == ":" and is_the_end_of_one
    fits = kinds[place] in (Kind.TEXT, Kind.RULE) and len(bare) <= LONGEST
    return fits and _may_end_an_announcement(bare)


def _let_code_be(bares: list[str], kinds: list[Kind]) -> None:
    """Between two fences everything is the author's, whatever it looks like."""
    fences = [place for place, bare in enumerate(bares) if bare.startswith("```") and kinds[place] is Kind.TEXT]
    for begin, end in zip(fences[::2], fences[1::2], strict=False):
        for place in range(begin, end):
            kinds[place] = kinds[place] if kinds[place] is Kind.BLANK else Kind.TEXT


def _see_bars_and_names(bares: list[str], kinds: list[Kind]) -> None:
    """Two rarer signs of quotation: a bar, where it is no table, and a name ("Nari>"), where it stands twice."""
    named: dict[str, list[int]] = {}
    run: list[int] = []
    for place, bare in enumerate([*bares, ""]):
        if bare.startswith("|") and kinds[place] is Kind.TEXT:
            run.append(place)
            continue
        if len(run) > 1 and not any(len(bares[each]) > 1 and bares[each].endswith("|") for each in run):
            for each in run:
                kinds[each] = Kind.QUOTE
        run = []
        if ">" in bare[:13] and kinds[place] is Kind.TEXT and (found := _NAMED_QUOTE.match(bare)):
            named.setdefault(found[1], []).append(place)
    for places in named.values():
        if len(places) > 1:
            for each in places:
                kinds[each] = Kind.QUOTE


def _look_at_what_follows(kinds: list[Kind]) -> None:
    """An announcement is one of a quotation only where that follows; a weak one without it is somebody's sentence."""
    following = Kind.BLANK
    for place in range(len(kinds) - 1, -1, -1):
        kind = kinds[place]
        if kind in ANNOUNCING:
            if following in (Kind.OPENING, Kind.MARKER):
                kinds[place] = Kind.OPENING
            elif following in (Kind.QUOTE, Kind.ATTRIBUTION, Kind.INTRODUCTION):
                kinds[place] = Kind.ATTRIBUTION if kind is Kind.OPENING else kind
            elif kind is not Kind.OPENING:
                kinds[place] = Kind.TEXT
        if kinds[place] is not Kind.BLANK:
            following = kinds[place]
