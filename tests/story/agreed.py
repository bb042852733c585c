"""The agreed mails, read from ``tests/mail/mails.md``, and how a mail that left is held against them.

Words, their order and the paragraphs are the same. What differs is where a line ends (names and addresses have other
lengths than in the drawing), and the last lines, which say why one gets this mail: they have tests of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tests.mail.story import STORY
from tests.story.stage import Left
from tracker.notices.words import Locale

AGREED = (Path(__file__).parent.parent / "mail" / "mails.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", AGREED, re.DOTALL | re.MULTILINE)
FOOTERS: dict[Locale, str] = {"de": BLOCKS[0], "en": BLOCKS[1]}
NAMES = [scene.name for scene in STORY]
LANGUAGES: tuple[Locale, ...] = ("de", "en")


def agreed(name: str, locale: Locale, *changes: Mapping[str, str]) -> tuple[str, list[str]]:
    """Subject and paragraphs of a mail of the story, with the differences that the test has a reason for."""
    block = str(BLOCKS[2 + 2 * NAMES.index(name) + (locale == "en")])
    subject, _, body = block.partition("\n")
    text = "\n\n".join(paragraphs(body))
    for change in changes:
        for was, instead in change.items():
            text = text.replace(was, instead)
    return re.sub(r"^(Betreff|Subject): ", "", subject), paragraphs(text)


def as_agreed(mail: Left, *, with_footer: bool = False) -> tuple[str, list[str]]:
    """The same of a mail that left: its subject, and its paragraphs without the last three lines.

    ``with_footer``: only whether replies are read is left out; the drawing writes a digest's last lines too.
    """
    lines = without_addresses(mail.text).splitlines()
    footer = lines[-2:] if with_footer else []
    return mail.subject, paragraphs("\n".join([*lines[:-3], *footer]))


def without_addresses(text: str) -> str:
    return re.sub(r"→ https?://\S+", "→", text)


def paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
