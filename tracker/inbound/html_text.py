"""The words of a mail that has no text part but HTML. What it quotes comes out with ``>`` before each line.

It is cut at its brackets in one pass, because the library's parser takes minutes over a megabyte of what never closes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_BREAKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "hr", "blockquote"}
)
_HIDDEN = frozenset({"head", "script", "style", "title", "template"})
#: Elements that have no end; they open nothing.
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "wbr", "area", "base", "embed", "source"})
#: Deeper nesting than this is nobody's letter.
_DEEPEST = 200
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([^\"'>]{0,200})", re.IGNORECASE)
_LONGEST_TAG = 5000


class _Words:
    """Collects lines, each with how deep in quotations it stands."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._hidden = 0
        self._quoted = 0

    def tag(self, inside: str) -> None:
        found = _TAG.match(inside)
        if found is None:
            return
        name = found[2].lower()
        if name in _BREAKS:
            self.end_line()
        if found[1]:
            self._close(name)
        elif name not in _VOID and not inside.endswith("/") and len(self._open) < _DEEPEST:
            classes = _CLASS.search(inside)
            is_quote = name == "blockquote" or (classes is not None and "gmail_quote" in classes[1].split())
            self._open.append((name, is_quote))
            self._quoted += is_quote
            self._hidden += name in _HIDDEN

    def _close(self, tag: str) -> None:
        if not any(name == tag for name, _ in self._open):
            return
        while self._open:
            name, is_quote = self._open.pop()
            self._quoted -= is_quote
            self._hidden -= name in _HIDDEN
            if name == tag:
                return

    def text(self, text: str) -> None:
        if not self._hidden:
            self._line.append(text)

    def end_line(self) -> None:
        text = " ".join(html.unescape("".join(self._line)).split())
        self._line = []
        self.lines.append((self._quoted, text))


def text_of(source: str) -> str:
    """The words line by line, with an empty line where there is more than one break."""
    words = _Words()
    for is_tag, piece in _pieces(source):
        (words.tag if is_tag else words.text)(piece)
    words.end_line()
    lines = [f"{'> ' * depth}{text}" if text else "" for depth, text in words.lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _pieces(source: str) -> Iterator[tuple[bool, str]]:
    """Tags, without their brackets, and the text between them. What never closes ends it."""
    at = 0
    while at < len(source):
        begin = source.find("<", at)
        if begin < 0:
            yield False, source[at:]
            return
        yield False, source[at:begin]
        is_comment = source.startswith("<!--", begin)
        end = source.find("-->" if is_comment else ">", begin)
        if end < 0:
            return
        if not is_comment:
            yield True, source[begin + 1 : min(end, begin + _LONGEST_TAG)]
        at = end + (3 if is_comment else 1)
