"""Every mail in both languages, as somebody has read and agreed to it. The files stand in ``snapshots/``.

``SNAPSHOTS=write python -m pytest tests/mail/test_snapshots.py`` writes them anew; read what changed before committing.
"""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.mail.gallery import ALL
from tests.mail.story import Scene
from tracker.notices.mails import Rendered, render
from tracker.notices.mails.parts import Mail
from tracker.notices.mails.render import TEMPLATES
from tracker.notices.words import Locale

SNAPSHOTS = Path(__file__).parent / "snapshots"
WRITE = os.environ.get("SNAPSHOTS") == "write"
#: Gmail cuts a mail off behind this many bytes.
CLIPPED_AT = 102_000

every_mail = pytest.mark.parametrize("scene", ALL, ids=[scene.name for scene in ALL])
both_languages = pytest.mark.parametrize("locale", ["de", "en"])


def as_file(sent: Rendered) -> str:
    return f"{sent.subject}\n\n{sent.text}"


@both_languages
@every_mail
def test_the_mail_is_the_one_that_was_read(scene: Scene, locale: Locale) -> None:
    file = SNAPSHOTS / f"{scene.name}.{locale}.txt"
    sent = as_file(scene.render(locale))
    if WRITE:
        file.write_text(sent, encoding="utf-8")
    assert sent == file.read_text(encoding="utf-8")


@both_languages
@every_mail
def test_the_html_part_has_the_same_words(scene: Scene, locale: Locale) -> None:
    sent = scene.render(locale)
    text = words(re.sub(r"→ https?://\S+|→|·", " ", sent.text))
    html = words(re.sub(r"·", " ", shown(sent.html)))
    assert sorted(html) == sorted(text)


@both_languages
@every_mail
def test_lines_end_by_column_72_but_for_addresses(scene: Scene, locale: Locale) -> None:
    sent = scene.render(locale)
    long = [line for line in sent.text.splitlines() if len(re.sub(r" https?://\S+", "", line)) > 72]
    assert long == []
    assert "\n" not in sent.subject
    assert len(sent.html.encode()) < CLIPPED_AT


@both_languages
@every_mail
def test_nothing_in_a_mail_is_fetched_or_runs(scene: Scene, locale: Locale) -> None:
    html = scene.render(locale).html
    assert not re.search(r"<(img|script|link|iframe|object|svg|video|form)\b|url\(|@import|\son\w+=", html)
    assert '<meta name="color-scheme" content="light dark">' in html
    assert '<meta name="supported-color-schemes" content="light dark">' in html
    assert "@media (prefers-color-scheme:dark)" in html
    assert f'<html lang="{locale}">' in html


def test_no_snapshot_is_left_over() -> None:
    expected = {f"{scene.name}.{locale}.txt" for scene in ALL for locale in ("de", "en")}
    assert {file.name for file in SNAPSHOTS.iterdir()} == expected


def test_every_mail_has_its_three_files_and_is_in_the_gallery() -> None:
    folders = {folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()}
    for folder in folders:
        assert {file.name for file in (TEMPLATES / folder).iterdir()} == {"subject.txt", "body.txt", "body.html"}
    assert {scene.mail("en").folder for scene in ALL} == folders
    assert {kind.folder for kind in Mail.__subclasses__()} == folders


# Nothing people write gets out of its place ---------------------------------------------------------------------------

HOSTILE = (
    '<script>alert(1)</script> & "x"\r\nBcc: other@example.org\x00\x1b[31m\u202eevil\u2028'
    "\ue000https://evil.example\ue001\ue0025\ue002\ue003 %(name)s {{ 7*7 }} {% raw %}"
)


@both_languages
def test_a_hostile_title_stays_text(locale: Locale) -> None:
    from dataclasses import replace

    from tests.mail.story import BERLIN, STORY, TEAM
    from tests.times import instant
    from tracker.notices.mails import Item, Rung1
    from tracker.notices.words import Reader

    mail = STORY[0].mail(locale)
    assert isinstance(mail, Rung1)
    hostile = replace(mail, item=Item(41, HOSTILE), quote=HOSTILE, name=HOSTILE)
    reader = Reader(locale, BERLIN, instant(STORY[0].at))
    sent = render(hostile, reader=reader, team_name=TEAM[locale], footer=STORY[0].footer)
    assert "<script" not in sent.html
    assert "&lt;script&gt;" in sent.html
    assert "{{ 7*7 }}" in sent.text
    assert "49" not in sent.text
    assert "→ https://evil.example" not in sent.text
    for part in (sent.subject, sent.text, sent.html):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202a-\u202e\ue000-\ue004]", part)
    assert "\n" not in sent.subject


def words(text: str) -> list[str]:
    """The words without their full stops and colons: in the HTML part a title stands alone, and a link points."""
    return [word.rstrip(".:") for word in re.split(r"\s+", text) if word]


def shown(html: str) -> str:
    """The words that the card and the footer show."""
    reader = _Shown()
    reader.feed(html)
    return " ".join(reader.words)


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.is_letter = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td" and (dict(attrs).get("class") or "") in ("letter", "foot"):
            self.is_letter = True

    def handle_data(self, data: str) -> None:
        if self.is_letter:
            self.words.append(data)
