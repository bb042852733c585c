"""What people write is shown formatted, never runs, and never takes long."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.notices.markdown import plain, to_html

REL = 'rel="nofollow noopener noreferrer ugc"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**fett** und *schräg* und ~~weg~~", "<p><strong>fett</strong> und <em>schräg</em> und <s>weg</s></p>\n"),
        ("eine\nzwei", "<p>eine<br>\nzwei</p>\n"),
        ("# Titel", "<h4>Titel</h4>\n"),
        ("[hier](https://x.example/a?b=1)", f'<p><a href="https://x.example/a?b=1" {REL}>hier</a></p>\n'),
        (
            "Siehe https://x.example/a, dann",
            f'<p>Siehe <a href="https://x.example/a" {REL}>https://x.example/a</a>, dann</p>\n',
        ),
        ("(https://x.example)", f'<p>(<a href="https://x.example" {REL}>https://x.example</a>)</p>\n'),
        ("[auch](/t/nachtwache/12)", f'<p><a href="/t/nachtwache/12" {REL}>auch</a></p>\n'),
        ("`https://x.example`", "<p><code>https://x.example</code></p>\n"),
        ("Gr**e", "<p>Gr**e</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
    ],
)
def test_what_is_meant_is_shown(source: str, html: str) -> None:
    assert to_html(source) == html


def test_tables_and_lists_on_pages() -> None:
    source = "- eins\n- zwei\n\n|a|b|\n|-|-|\n|1|2|\n"
    assert "<table>" in to_html(source)
    assert "<li>eins</li>" in to_html(source)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '[x](https://x.example "onmouseover=alert(1)")',
    "[x](https://x.example'onmouseover='alert(1))",
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/<script>alert(1)</script>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<!-- --><script>alert(1)</script>",
    "<style>@import 'https://evil.example'</style>",
    "<iframe src=https://evil.example></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```html onload=alert(1)\nx\n```",
    "`<script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<scr\x00ipt>alert(1)</script>",
    "# <script>alert(1)</script>",
    "| <script> |\n|-|\n| <img src=x onerror=alert(1)> |",
    "{{ 7*7 }} {% raw %}",
    "<form action=https://evil.example><button>x</button></form>",
    "\u202e<b>x</b>",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_hostile_runs_or_leads_away_in_disguise(source: str) -> None:
    assert_harmless(str(to_html(source)))


@given(st.text(alphabet=st.sampled_from("<>\"'&;:=/\\[]()!`*_#|-\n javscript:dtonerlhp.x1"), max_size=120))
def test_no_text_runs(source: str) -> None:
    assert_harmless(str(to_html(source)))


def assert_harmless(html: str) -> None:
    """Only the tags and attributes of the allow-list, and links that go where they say."""
    reader = _Tags()
    reader.feed(html)
    allowed = {
        *("p", "br", "blockquote", "ul", "ol", "li", "pre", "hr", "h4", "h5", "h6", "em", "strong", "s", "code", "a"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    for tag, attributes in reader.tags:
        assert tag in allowed
        assert set(attributes) <= {"href", "title", "rel", "start"}
        address = attributes.get("href") or "#"
        assert re.match(r"https?://|mailto:|#|/(?![/\\])", address, re.IGNORECASE), address


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("**Fett** und [hier](https://x.example)", "Fett und hier"),
        ("eine\nzwei\n\ndrei", "eine zwei\ndrei"),
        ("- eins\n- zwei", "eins\nzwei"),
        ("# Titel\n\nText", "Titel\nText"),
        ("> Zitat", "Zitat"),
        ("```\ncode\n```", "code"),
        ("Gr**e frisst `ü`", "Gr**e frisst ü"),
        ("<b>kein</b> HTML", "<b>kein</b> HTML"),
        ("", ""),
        ("https://x.example/a", "https://x.example/a"),
    ],
)
def test_a_quote_has_the_words_without_the_signs(source: str, words: str) -> None:
    assert plain(source) == words


MEGABYTE = 1_000_000
SLOW = {
    "words": "Lorem ipsum dolor sit amet. " * (MEGABYTE // 28),
    "brackets": "[" * MEGABYTE,
    "brackets, as many as are parsed": "[" * 3_900,
    "links": "[a](" * 1_300,
    "stars": "*a " * 1_300,
    "stars and underscores": "*a_ " * 1_300,
    "quotes": ">" * 3_900,
    "nested quotes": ("> " * 50 + "a\n") * 70,
    "backticks": "`" * 3_900,
    "backticks of every length": " ".join("`" * n for n in range(85)),
    "nested lists": "".join("  " * depth + "- a\n" for depth in range(200)),
    "flat list": "- " * 29_000,
    "paragraphs": "a\n\n" * 1_900,
    "numbers": "1. a\n" * 3_900,
    "headings": "# a\n" * 3_900,
    "table": ("|" * 60 + "\n") * 60,
    "blanks": " " * 59_000 + "a",
    "line feeds": "\n" * MEGABYTE,
    "entities": "&amp;" * 3_900,
    "angles": "<a " * 3_900,
    "addresses": "https://a.example " * 3_300,
    "an address of dots": "https://" + "." * 59_000,
    "tildes": "~~a" * 1_900,
    "backslashes": "\\" * 3_900,
    "code": "    a\n\n" * 1_900,
}
#: A text as somebody with much to say writes it.
HONEST = "A **word** about `this`, and [that](https://x.example/a):\n\n- one\n- two\n\n" * 100


def cost(function: Callable[[str], str], source: str) -> float:
    """Seconds of this processor, the lesser of two."""
    took = []
    for _ in range(2):
        began = time.process_time()
        function(source)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.parametrize("source", SLOW.values(), ids=SLOW.keys())
def test_nothing_costs_much_more_than_a_long_honest_text(source: str) -> None:
    """Beside one in the same moment: what the machine does meanwhile slows both."""
    for function in (to_html, plain):
        assert cost(function, source) < 25 * cost(function, HONEST)


def test_what_is_too_much_to_format_is_shown_as_it_stands() -> None:
    source = "eine <b>Zeile</b>\nzwei\n\n" + "x" * 60_000
    assert to_html(source).startswith("<p>eine &lt;b&gt;Zeile&lt;/b&gt;<br>\nzwei</p>\n<p>xxx")
    assert plain(source).startswith("eine <b>Zeile</b>\nzwei\n")
