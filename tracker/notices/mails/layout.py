"""The text part's lines: wrapped, with addresses at their ends, and without the lines that do not apply.

A template writes its lines as they shall stand; marks from the private use area tell this module what it cannot see:
where an address begins and ends, how far a row's further lines are indented, that a piece had nothing to say. Nobody's
text can hold them: ``clean`` takes them out before.
"""

from __future__ import annotations

import re
import textwrap
from itertools import groupby

#: Room for "> " in a quoted reply within the 72 columns that the text part promises.
WIDTH = 70

LINK_START, LINK_END, HANG, NOTHING, GLUE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
#: Control characters but for the line feed, line and paragraph separators, what turns the direction of writing
#: around, halves of a character, and this module's marks.
_UNWANTED = re.compile(
    f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff{LINK_START}-{GLUE}]"
)
_LINK = re.compile(f"{LINK_START}(.*?){LINK_END}")
_ROW = re.compile(f"^(.*){HANG}(\\d+){HANG}(.*)$")


def clean(text: str) -> str:
    """Somebody's text without what no mail may carry; a tab or a line's odd end becomes a blank."""
    text = text.replace("\r\n", "\n")
    return _UNWANTED.sub(lambda hit: " " if hit[0] in "\t\r\x0b\x0c\x85\u2028\u2029" else "", text)


def link(label: str, url: str) -> str:
    """'Answer → https://…': the address stays whole, however long, and ends its line."""
    return f"{label} → {LINK_START}{url}{LINK_END}"


def row(first: str, text: str, rest: int) -> str:
    """A line that begins with ``first`` and whose further lines are indented by ``rest`` columns."""
    return f"{first}{HANG}{rest}{HANG}{text}"


def lay_out(text: str) -> str:
    """The text part as it is sent: 72 columns at most but for addresses, and no two blank lines in a row."""
    lines: list[str] = []
    for line in text.split("\n"):
        told = line.replace(NOTHING, "")
        if NOTHING in line and not told.strip():
            continue
        lines.extend(_laid_out(told.rstrip()))
    kept = (list(group)[:1] if blank else list(group) for blank, group in groupby(lines, key=lambda line: line == ""))
    return "\n".join(line for group in kept for line in group).strip("\n") + "\n"


def _laid_out(line: str) -> list[str]:
    hit = _ROW.match(line)
    if hit:
        return _with_links(hit[3], initial=hit[1], rest=" " * int(hit[2]))
    indent = line[: len(line) - len(line.lstrip())]
    return _with_links(line.lstrip(), initial=indent, rest=indent)


def _with_links(line: str, *, initial: str, rest: str) -> list[str]:
    """Wrap the words; an address is put behind its label and breaks the line unless a parenthesis follows."""
    parts = _LINK.split(line)
    lines: list[str] = []
    for words, url in zip(parts[0:-1:2], parts[1::2], strict=True):
        words = _continued(lines, words)
        if words:
            lines.extend(_wrapped(words, initial if not lines else rest, rest))
        lines[-1] = f"{lines[-1]} {url}"
    tail = _continued(lines, parts[-1])
    if tail or not lines:
        lines.extend(_wrapped(tail, initial if not lines else rest, rest))
    return lines


def _continued(lines: list[str], words: str) -> str:
    """Put "(until …)" behind the address it belongs to; give the words that are left."""
    hit = re.match(r"\s*(\([^()]*\))", words) if lines else None
    if hit:
        lines[-1] = f"{lines[-1]} {hit[1]}"
        words = words[hit.end() :]
    return words.strip()


def _wrapped(words: str, initial: str, rest: str) -> list[str]:
    lines = textwrap.wrap(
        words.replace(" →", f"{GLUE}→"),
        WIDTH,
        initial_indent=initial,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(GLUE, " ") for line in lines] or [initial.rstrip()]
