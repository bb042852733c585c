"""What people write, made safe to show: Markdown to HTML for pages, stricter for mails, and plain for quotes.

The source is what is stored. HTML in it is text; what the renderer makes of the rest goes through an allow-list, so
that a fault in one of the two is not a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

#: Takes tag, attribute and value, and gives the value to keep or None.
Filter = Callable[[str, str, str], str | None]

#: Beyond this nobody formats by hand; it is shown as it stands, because rendering takes time with every character.
LONGEST_MARKDOWN = 60_000
#: More signs than this that may open something make parsers search from each of them.
MOST_SIGNS = 4_000
#: Each line may begin a block of its own.
MOST_LINES = 4_000
_SIGNS = re.compile(r"[\[\]*_`<>~|!&\\]")
#: "#41", standing by itself
_NUMBER = re.compile(r"(?<![\w&/#])#([1-9][0-9]{0,8})(?![\w#])")
_ADDRESS = re.compile(r"https?://[^\s<>\"„“”»«]+[^\s<>\"„“”»«.,:;!?)\]'’]")

_BLOCKS = {"p", "br", "blockquote", "ul", "ol", "li", "pre", "hr", "h4", "h5", "h6"}
_WORDS = {"em", "strong", "s", "code", "a"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_HEADINGS = {"h1": "h4", "h2": "h5", "h3": "h6", "h4": "h6", "h5": "h6", "h6": "h6"}
_SCHEMES = {"http", "https", "mailto"}
#: Where a link may go: elsewhere by its whole address, or within this site. "//host" would be elsewhere in disguise.
_ELSEWHERE = re.compile(r"https?://|mailto:", re.IGNORECASE)
_WITHIN = re.compile(r"#|/(?![/\\])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number in a text leads, and what it is called there."""

    url: str
    title: str


def numbers_in(text: str) -> set[int]:
    """The numbers that may be those of suggestions, wherever in the text they stand."""
    return {int(hit[1]) for hit in _NUMBER.finditer(text)} if "#" in text else set()


def to_html(text: str, places: Mapping[int, Place] | None = None) -> Markup:
    """The text as HTML for a page: headings below the page's own, links that vouch for nobody, no pictures.

    "#41" leads to what ``places`` has for 41, with its title; what is not in there stays as it was written.
    """
    attributes = {"a": {"href", "title"}, "ol": {"start"}, "*": set[str]()}
    return _rendered(text, _BLOCKS | _WORDS | _TABLES, attributes, _anywhere, places or {})


def plain(text: str) -> str:
    """The text without its signs, for quotes in mails and lists: paragraphs stay apart, a link keeps its words."""
    if _is_too_much(text):
        return _bare(text)
    lines = (_line_of(token) for token in _PARSER.parse(_bare(text)))
    return "\n".join(line for line in lines if line.strip())


def _anywhere(tag: str, attribute: str, value: str) -> str | None:
    """An attribute's value, or None for a link to nowhere good."""
    is_good = attribute != "href" or _ELSEWHERE.match(value) or _WITHIN.match(value)
    return value if is_good else None


def _rendered(
    text: str, tags: set[str], attributes: dict[str, set[str]], keep: Filter, places: Mapping[int, Place] | None = None
) -> Markup:
    if _is_too_much(text):
        return _as_it_stands(text)
    return Markup(  # noqa: S704 - the allow-list has just been applied
        nh3.clean(
            _PARSER.render(_bare(text), {"places": places or {}}),
            tags=tags,
            attributes=attributes,
            attribute_filter=keep,
            url_schemes=_SCHEMES,
            link_rel="nofollow noopener noreferrer ugc",
            strip_comments=True,
        )
    )


def _is_too_much(text: str) -> bool:
    if len(text) > LONGEST_MARKDOWN or text.count("\n") > MOST_LINES:
        return True
    return len(_SIGNS.findall(text)) > MOST_SIGNS


def _as_it_stands(text: str) -> Markup:
    """Paragraphs and line breaks, and nothing else."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", _bare(text)) if part.strip()]
    shown = (Markup("<p>{}</p>\n").format(escape(part).replace("\n", Markup("<br>\n"))) for part in paragraphs)
    return Markup().join(shown)


def _bare(text: str) -> str:
    """The text without characters that are no text: controls but line feed and tab, direction marks, halves."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", text)


def _line_of(token: Token) -> str:
    """The words of one block's token; blocks that only hold others have none."""
    if token.type in ("fence", "code_block"):
        return token.content.rstrip("\n")
    return _words_of(token.children) if token.type == "inline" else ""


def _words_of(tokens: Sequence[Token] | None) -> str:
    """The words of a line's tokens."""
    parts = []
    for token in tokens or ():
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n" if token.type == "hardbreak" else " ")
        elif token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
    return "".join(parts)


# The parser -----------------------------------------------------------------------------------------------------------


def _lower_headings(state: StateCore) -> None:
    """A heading in somebody's text stands below the headings of the page it is shown on."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS[token.tag]


def _link_addresses(state: StateCore) -> None:
    """Turn addresses that stand bare in the text into links."""
    for token in state.tokens:
        if token.type == "inline" and token.children and "://" in token.content:
            token.children = _with_links(token.children, _ADDRESS, _link_address)


def _link_numbers(state: StateCore) -> None:
    """Turn "#41" into a link for who may see it; for everybody else it is what was written."""
    places = state.env.get("places")
    if not places:
        return

    def linked(hit: re.Match[str]) -> list[Token]:
        place = places.get(int(hit[1]))
        return [_text(hit[0])] if place is None else _link(place.url, f"{hit[0]} {place.title}")

    for token in state.tokens:
        if token.type == "inline" and token.children and "#" in token.content:
            token.children = _with_links(token.children, _NUMBER, linked)


def _link_address(hit: re.Match[str]) -> list[Token]:
    return _link(hit[0], hit[0])


def _with_links(
    children: list[Token], pattern: re.Pattern[str], linked: Callable[[re.Match[str]], list[Token]]
) -> list[Token]:
    """The tokens of a line, with what ``linked`` makes of each hit; what is a link already stays one."""
    found: list[Token] = []
    inside = 0
    for child in children:
        inside += (child.type == "link_open") - (child.type == "link_close")
        if child.type == "text" and not inside:
            found += _split(child, pattern, linked)
        else:
            found.append(child)
    return found


def _split(token: Token, pattern: re.Pattern[str], linked: Callable[[re.Match[str]], list[Token]]) -> list[Token]:
    """A text token cut into text and links."""
    parts, end = [], 0
    for hit in pattern.finditer(token.content):
        parts += [_text(token.content[end : hit.start()]), *linked(hit)]
        end = hit.end()
    return [*parts, _text(token.content[end:])] if parts else [token]


def _link(address: str, words: str) -> list[Token]:
    return [
        Token("link_open", "a", 1, attrs={"href": address}),
        _text(words),
        Token("link_close", "a", -1),
    ]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.disable(["image", "reference", "html_block", "html_inline"])
    parser.core.ruler.push("lower_headings", _lower_headings)
    parser.core.ruler.push("link_addresses", _link_addresses)
    parser.core.ruler.push("link_numbers", _link_numbers)
    return parser


_PARSER = _parser()
