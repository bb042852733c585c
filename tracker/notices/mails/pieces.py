"""What a mail's template is made of, once for the text part and once for the HTML part.

Both voices know the same names, so that one template says a sentence once and both parts carry the same words. A
piece with nothing to say gives ``NOTHING``, which is false-y for the HTML part and a mark for the text part's layout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from tracker.notices import words as w
from tracker.notices.mails import along, layout, sentences
from tracker.notices.mails.parts import Bar, Files, Item
from tracker.notices.words import Reader


class Pieces(Protocol):
    """The pieces a template may use."""

    def hello(self, text: str) -> str: ...
    def p(self, text: str | None) -> str: ...
    def item(self, item: Item, *more: str) -> str: ...
    def said(self, text: str | None) -> str: ...
    def link(self, label: str, url: str | None) -> str: ...
    def button(self, label: str, url: str | None) -> str: ...
    def soft(self, text: str) -> str: ...
    def line(self, *parts: str) -> str: ...
    def offer(self, question: str, *links: str) -> str: ...
    def facts(self, rows: Sequence[tuple[str, str | None]], *, indent: int, width: int | None = None) -> str: ...
    def card(self, caller: Callable[[], str]) -> str: ...
    def bar(self, bar: Bar | None) -> str: ...
    def files(self, files: Files | None) -> str: ...


class TextPieces:
    """The pieces as lines of text; the template's own indentation stands before them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def hello(self, text: str) -> str:
        return text

    def p(self, text: str | None) -> str:
        return text or layout.NOTHING

    def item(self, item: Item, *more: str) -> str:
        return " · ".join([sentences.heading(self.reader, item), *(one for one in more if one)])

    def said(self, text: str | None) -> str:
        return w.quote(self.reader.locale, text.strip()) if text and text.strip() else layout.NOTHING

    def link(self, label: str, url: str | None) -> str:
        return layout.link(label, url) if url else layout.NOTHING

    button = link

    def soft(self, text: str) -> str:
        return text or layout.NOTHING

    def line(self, *parts: str) -> str:
        return "   ".join(part for part in parts if part and part != layout.NOTHING) or layout.NOTHING

    def offer(self, question: str, *links: str) -> str:
        told = self.line(*links)
        return told if told == layout.NOTHING else f"{question}  {told}"

    def facts(self, rows: Sequence[tuple[str, str | None]], *, indent: int, width: int | None = None) -> str:
        told = [(label, text) for label, text in rows if text]
        if not told:
            return layout.NOTHING
        column = width or max(len(label) for label, _ in told) + 2
        blank = " " * indent
        return "\n".join(
            layout.row(f"{blank}{label.ljust(column - 1)} ", text, indent + column) for label, text in told
        )

    def card(self, caller: Callable[[], str]) -> str:
        return caller()

    def bar(self, bar: Bar | None) -> str:
        return layout.NOTHING

    def files(self, files: Files | None) -> str:
        return self.link(along.came_along(self.reader, files.names), files.url) if files else layout.NOTHING


class HtmlPieces:
    """The pieces as HTML for mail programs: tables where boxes are needed, classes that are inlined afterwards."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def hello(self, text: str) -> str:
        return Markup('<p class="hello">{}</p>').format(text)

    def p(self, text: str | None) -> str:
        return Markup("<p>{}</p>").format(text) if text else Markup()

    def item(self, item: Item, *more: str) -> str:
        number = Markup('<span class="soft">#{}</span>').format(item.number)
        parts = [number if item.title is None else Markup("{} <b>{}</b>").format(number, w.shorten(item.title, 120))]
        parts += [Markup('<span class="soft">{}</span>').format(one) for one in more if one]
        return Markup('<p class="item">{}</p>').format(Markup(" · ").join(parts))

    def said(self, text: str | None) -> str:
        if not text or not text.strip():
            return Markup()
        quoted = escape(w.quote(self.reader.locale, text.strip())).replace("\n", Markup("<br>"))
        return Markup('<p class="said">{}</p>').format(quoted)

    def link(self, label: str, url: str | None) -> str:
        return Markup('<a href="{}">{}</a>').format(url, label) if url else Markup()

    def button(self, label: str, url: str | None) -> str:
        return Markup('<a class="btn" href="{}">{}</a>').format(url, label) if url else Markup()

    def soft(self, text: str) -> str:
        return Markup('<span class="soft">{}</span>').format(text) if text else Markup()

    def line(self, *parts: str) -> str:
        told = [escape(part) for part in parts if part]
        return Markup('<p class="line">{}</p>').format(Markup(" &nbsp; ").join(told)) if told else Markup()

    def offer(self, question: str, *links: str) -> str:
        return self.line(question, *links) if any(links) else Markup()

    def facts(self, rows: Sequence[tuple[str, str | None]], *, indent: int, width: int | None = None) -> str:
        cells = Markup('<tr><td class="label" valign="top">{}</td><td valign="top">{}</td></tr>')
        body = Markup().join(cells.format(label, text) for label, text in rows if text)
        return Markup('<table role="presentation" class="facts">{}</table>').format(body) if body else Markup()

    def card(self, caller: Callable[[], str]) -> str:
        table = Markup('<table role="presentation" class="boxed" width="100%"><tr><td class="box">{}</td></tr></table>')
        return table.format(caller())  # what comes is markup already: the HTML part escapes by itself

    def bar(self, bar: Bar | None) -> str:
        """Two table cells: mail programs drop SVG, and a width attribute needs no style."""
        if bar is None:
            return Markup()
        used = min(max(round(bar.used * 100), 0), 100)
        cells = [("used", "#0b6b5e", used), ("left", "#cfd6d3", 100 - used)]
        cell = Markup('<td class="bar {}" bgcolor="{}" width="{}%" height="5">&nbsp;</td>')
        body = Markup().join(cell.format(*one) for one in cells if one[2])
        table = Markup('<table role="presentation" class="barbox" width="100%" aria-hidden="true"><tr>{}</tr></table>')
        return table.format(body)

    def files(self, files: Files | None) -> str:
        return self.line(self.link(along.came_along(self.reader, files.names), files.url)) if files else Markup()
