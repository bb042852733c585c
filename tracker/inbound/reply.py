"""What is new in a mail: the author's words with their sign-off, without what their program put around them.

When in doubt a line stays. What goes is kept beside it, so that a page can show it, and every line of the mail is in
one of the two. ``docs/decisions/reply-trimming.md`` says why no library does this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.inbound.reply_lines import ANNOUNCING, INVISIBLE, Kind, folded, is_marker, kinds_of

_SPACES = "".join(character for character in map(chr, range(0x3001)) if character.isspace())
_EDGES = _SPACES + INVISIBLE
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
#: No letter has more lines. What stands below them is taken as the author's, so that nothing is lost and nobody waits.
_MOST_LINES = 10_000
#: An old mail begins here whether or not its lines are marked.
_ENDS = (Kind.OPENING, Kind.MARKER)
#: "My answers are below": then they stand between lines of an old mail that nothing marks, and all of it is shown.
_POINTS_BELOW = re.compile(
    r"\b(?:in-?line|(?:see|answers?|replies|reply|comments?) (?:\w{1,10} ){0,2}below|below in (?:red|blue|green|bold)"
    r"|(?:siehe|antworte|kommentiere) (?:\w{1,10} ){0,2}(?:unten|darunter)"
    r"|(?:antwort(?:en)?|kommentare?|anmerkung(?:en)?) (?:\w{1,10} ){0,3}(?:unten|darunter|im text)|s\. ?u\."
    r"|in (?:rot|blau|grün|fett)|unten im text|im text unten)(?!\w)",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"p\.?\s?s\.?\s?[:.\s]|nachtrag\b", re.IGNORECASE)
_A_LINK = re.compile(r"\w@\w|https?://|www\.", re.IGNORECASE)
_LONGEST_SIGNATURE = 12
_LONGEST_FOOTER = 6


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail's text in two parts: what is new, and the lines that were cut, in their order."""

    visible: str
    trimmed: str


def visible_reply(text: str) -> str:
    """What is new in it; nothing where the mail only quotes. Trimmed again, no letter that a program wrote changes."""
    return split_reply(text).visible


def split_reply(text: str) -> Reply:
    """The new words and the rest, which a page shows when somebody asks for it. Any text is taken."""
    lines = [line.lstrip(INVISIBLE).rstrip(_EDGES) for line in _lines(text)]
    kinds = kinds_of(lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        kinds.append(Kind.TEXT if lines[-1] else Kind.BLANK)
    _see_signatures(lines, kinds)
    _see_devices(kinds)
    _see_chosen_quotations(lines, kinds)
    kept = _kept(lines, kinds)
    visible = "\n".join(line for line, keep in zip(lines, kept, strict=True) if keep)
    trimmed = "\n".join(line for line, keep in zip(lines, kept, strict=True) if not keep)
    return Reply(visible.strip(_EDGES), trimmed.strip(_EDGES))


def _lines(text: str) -> list[str]:
    """Its lines; those that are too many are one, the last."""
    return _LINE_ENDS.sub("\n", text.replace("\0", "")).split("\n", _MOST_LINES)


# Signatures -----------------------------------------------------------------------------------------------------------


def _see_signatures(lines: list[str], kinds: list[Kind]) -> None:
    """From "-- " to the next quotation: a signature may stand above the mail that is answered line by line."""
    has_text = False
    place = 0
    while place < len(kinds):
        end = _end_of_signature(place, lines, kinds) if kinds[place] is Kind.RULE and has_text else None
        has_text = has_text or kinds[place] is Kind.TEXT
        for each in range(place, end or place):
            kinds[each] = Kind.SIGNATURE
        place = end or place + 1


def _end_of_signature(begin: int, lines: list[str], kinds: list[Kind]) -> int | None:
    bare = folded(lines[begin])
    if bare in ("--", "—", "–"):
        longest, needs_link = _LONGEST_SIGNATURE, False
    elif len(bare) >= 20 and set(bare) == {"_"}:
        longest, needs_link = _LONGEST_FOOTER, True
    else:
        return None
    words: list[str] = []
    for place in range(begin + 1, len(kinds)):
        if kinds[place] in (Kind.QUOTE, Kind.MARKER, *ANNOUNCING) or _POSTSCRIPT.match(lines[place]):
            break
        if kinds[place] is Kind.TEXT:
            words.append(lines[place])
        if len(words) > longest:
            return None
    else:
        place = len(kinds)
    if needs_link and len(words) > 2 and not any(_A_LINK.search(word[:500]) for word in words):
        return None
    return place


def _see_devices(kinds: list[Kind]) -> None:
    """ "Von meinem iPhone gesendet" ends what somebody wrote; with more of their words below, it is one of them."""
    following = Kind.BLANK
    for place in range(len(kinds) - 1, -1, -1):
        if kinds[place] is Kind.DEVICE and following is Kind.TEXT:
            kinds[place] = Kind.TEXT
        if kinds[place] not in (Kind.BLANK, Kind.RULE, Kind.DEVICE):
            following = kinds[place]


def _see_chosen_quotations(lines: list[str], kinds: list[Kind]) -> None:
    """ "Das meinte ich:" and a quotation that no program announced: somebody chose it, it is part of what they say."""
    introduced = False
    begin: int | None = None
    for place, kind in enumerate([*kinds, Kind.TEXT]):
        if kind is Kind.QUOTE:
            begin = place if begin is None and introduced else begin
        elif kind is not Kind.BLANK:
            if begin is not None and not _is_ours_or_announced(lines[begin:place]):
                kinds[begin:place] = [Kind.BLANK if each is Kind.BLANK else Kind.TEXT for each in kinds[begin:place]]
            bare = folded(lines[place]) if place < len(lines) else ""
            introduced, begin = kind is Kind.TEXT and _is_an_introduction(bare), None


def _is_an_introduction(bare: str) -> bool:
    return bare.endswith(":") and "@" not in bare and not any(map(str.isdigit, bare[-200:]))


# What stays -----------------------------------------------------------------------------------------------------------


def _kept(lines: list[str], kinds: list[Kind]) -> list[bool]:
    end = _end_of_reply(lines, kinds)
    texts = [place for place in range(end) if kinds[place] is Kind.TEXT]
    if not texts:
        return _without_words(lines, kinds, end)
    first, last = texts[0], texts[-1]
    kept = [place <= last and _stays(kinds[place]) for place in range(len(kinds))]
    _drop_quoted_whole(lines, kinds, kept, first, last)
    _keep_introductions(kinds, kept)
    for place in range(last):
        kept[place] = kept[place] and not (kinds[place] is Kind.QUOTE and is_marker(folded(lines[place])))
    return kept


def _keep_introductions(kinds: list[Kind], kept: list[bool]) -> None:
    """A person's "Vera schrieb am 3.12. im Chat:" stays where its quotation does."""
    stays = False
    for place in range(len(kinds) - 1, -1, -1):
        if kinds[place] is Kind.INTRODUCTION:
            kept[place] = stays
        elif kinds[place] is not Kind.BLANK:
            stays = kept[place]


def _stays(kind: Kind) -> bool:
    return kind in (Kind.BLANK, Kind.TEXT, Kind.QUOTE, Kind.RULE)


def _end_of_reply(lines: list[str], kinds: list[Kind]) -> int:
    """Where an old mail begins that runs to the end, or the number of lines.

    On top of everything such a beginning ends nothing: below it stands a reply that was written at the bottom, and
    nothing tells the two apart. Our own marker does, whose sentence says where to write.
    """
    words: list[str] = []
    for place, kind in enumerate(kinds):
        if kind is Kind.TEXT:
            words.append(lines[place][:500])
        elif kind in _ENDS and (words or kind is Kind.MARKER) and not _says_to_look_below(words):
            return _above_the_marker(place, lines, kinds) if kind is Kind.MARKER else place
    return len(kinds)


def _says_to_look_below(words: list[str]) -> bool:
    return bool(words) and _POINTS_BELOW.search(folded(" ".join(words[:200]))) is not None


def _above_the_marker(marker: int, lines: list[str], kinds: list[Kind]) -> int:
    """A line above it that ends in a colon and names a day or an address announces the old mail, in any language."""
    place = marker - 1
    while place >= 0 and kinds[place] in (Kind.BLANK, Kind.RULE):
        place -= 1
    if place >= 0 and kinds[place] is Kind.TEXT:
        bare = folded(lines[place])
        if bare[-1:] in (":", "：") and (any(map(str.isdigit, bare)) or "@" in bare):
            return place
    return marker


def _without_words(lines: list[str], kinds: list[Kind], end: int) -> list[bool]:
    """A mail without words of its own is empty, unless somebody sent a quotation that no program announced."""
    quotes = [place for place in range(end) if kinds[place] is Kind.QUOTE]
    announced = any(kind not in (Kind.BLANK, Kind.QUOTE) for kind in kinds)
    if not quotes or announced or _is_ours_or_announced(lines[quotes[0] : quotes[-1] + 1]):
        return [False] * len(kinds)
    return [True] * len(kinds)


def _drop_quoted_whole(lines: list[str], kinds: list[Kind], kept: list[bool], first: int, last: int) -> None:
    """A whole mail quoted above what is new goes; passages with answers between them stay, as does a chosen one."""
    quotes = [place for place in range(last) if kinds[place] is Kind.QUOTE]
    if not quotes:
        return
    begin = quotes[-1]
    while begin and kinds[begin - 1] in (Kind.QUOTE, Kind.BLANK):
        begin -= 1
    if begin > quotes[0]:
        return  # more than one passage
    block = lines[quotes[0] : quotes[-1] + 1]
    announced = any(kind in ANNOUNCING for kind in kinds[: quotes[0]])
    on_top = quotes[0] < first and (announced or _is_ours_or_announced(block[:3]))
    if on_top or any(is_marker(folded(line)) for line in block):
        for place in quotes:
            kept[place] = False


def _is_ours_or_announced(quoted: list[str]) -> bool:
    """Whether these quoted lines hold our marker, or begin with "Am … schrieb …:"."""
    inner = [folded(line).lstrip("> ") for line in quoted[:200]]
    if any(is_marker(line) for line in inner):
        return True
    unquoted = [line for line in inner if line][:3]
    return bool(unquoted) and kinds_of([*unquoted, "> "])[0] in ANNOUNCING
