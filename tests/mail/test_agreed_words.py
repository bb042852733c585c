"""The mails come out word for word as they were agreed, in both languages.

``mails.md`` beside this file is the agreed text. What differs is only where a line ends: names, dates and addresses
have other lengths than in the drawing, so lines are filled up to 70 columns, and each address stands where the drawing
has an arrow and ends its line. Words, their order and the paragraphs are the same.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.mail.story import STORY, Scene
from tracker.notices.words import Locale

HERE = Path(__file__).parent
AGREED = (HERE / "mails.md").read_text(encoding="utf-8")
DESIGN = HERE.parents[2] / "shared" / "look" / "mails.md"
BLOCKS = re.findall(r"^```\n(.*?)^```$", AGREED, re.DOTALL | re.MULTILINE)
FOOTERS: dict[Locale, str] = {"de": BLOCKS[0], "en": BLOCKS[1]}
NOBODY_READS: dict[Locale, str] = {
    "de": "Antworten auf diese Mail liest niemand.",
    "en": "Nobody reads replies to this mail.",
}
ARROW = re.compile(r"→ https://\S+")


def agreed(position: int, locale: Locale) -> str:
    """The agreed block of the story's mail at this position; the first two blocks are the footers."""
    return str(BLOCKS[2 + 2 * position + (locale == "en")])


def paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]


def parted(block: str) -> tuple[str, str]:
    subject, _, body = block.partition("\n")
    return re.sub(r"^(Betreff|Subject): ", "", subject), body


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize(("position", "scene"), list(enumerate(STORY)), ids=[scene.name for scene in STORY])
def test_the_mail_says_what_was_agreed_word_for_word(position: int, scene: Scene, locale: Locale) -> None:
    subject, body = parted(agreed(position, locale))
    sent = scene.render(locale)
    lines = ARROW.sub("→", sent.text).splitlines()
    assert lines[-3] == NOBODY_READS[locale]
    footer = lines[-2:] if scene.name == "digest_member" else []
    assert sent.subject == subject
    assert paragraphs("\n".join([*lines[:-3], *footer])) == paragraphs(body)


@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_footer_of_those_on_duty_is_the_agreed_one(locale: Locale) -> None:
    sent = STORY[0].render(locale).text
    assert ARROW.sub("→", sent).splitlines()[-2:] == FOOTERS[locale].splitlines()


@pytest.mark.parametrize(
    ("locale", "first"),
    [("de", "Du bekommst das, weil #41 von dir ist."), ("en", "You get this because #41 is yours.")],
)
def test_the_footer_tells_authors_that_it_is_theirs(locale: Locale, first: str) -> None:
    silence = next(scene for scene in STORY if scene.name == "silence")
    assert silence.render(locale).text.splitlines()[-2] == first


def test_the_story_uses_every_agreed_mail() -> None:
    assert len(BLOCKS) == 2 + 2 * len(STORY)


if DESIGN.exists():

    def test_the_agreed_text_is_the_one_of_the_design() -> None:
        assert DESIGN.read_text(encoding="utf-8") == AGREED
