"""The look keeps its own promises: contrast in both themes, a light first visit, vendored files as listed."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.web import gallery
from tests.web.scenes import SCENES
from tests.web.story import Lang
from tracker.web import static_files

STATIC = gallery.ROOT / "static"
TEXT, CONTROL = 4.5, 3.0

#: What is written or drawn, on what, and how much contrast it needs (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "soft", "accent", "late") for ground in ("paper", "card", "sunk")],
    *[(ink, ground, TEXT) for ink in ("soon", "asked", "later", "done") for ground in ("paper", "card", "sunk")],
    *[(ink, "accent-wash", TEXT) for ink in ("ink", "soft", "accent", "late", "soon", "asked", "later", "done")],
    *[(ink, "late-wash", TEXT) for ink in ("ink", "soft", "late")],
    *[(ink, "soon-wash", TEXT) for ink in ("ink", "soft", "soon")],
    ("accent-ink", "accent", TEXT),
    ("card", "late", TEXT),
    ("card", "done", CONTROL),
    *[("edge", ground, CONTROL) for ground in ("paper", "card", "sunk")],
    *[(bar, "track", CONTROL) for bar in ("accent", "soon", "asked", "later")],
]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, by the definition in WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tokens() -> dict[str, tuple[str, str]]:
    """The colours of the style sheet by name, light and dark."""
    sheet = (STATIC / "css/base.css").read_text("utf-8")
    return {
        name: (light, dark) for name, light, dark in re.findall(r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)", sheet)
    }


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "needed"), PAIRS, ids=lambda value: str(value))
def test_everything_can_be_read_in_both_themes(ink: str, ground: str, needed: float, theme: int) -> None:
    colours = tokens()
    assert contrast(colours[ink][theme], colours[ground][theme]) >= needed


def compressed(*paths: Path) -> int:
    """As they travel."""
    return sum(len(file.packed or file.content) for file in (static_files._read(path, 0) for path in paths))


def loaded(page: str) -> set[Path]:
    """The files that a browser fetches for a page: what it names, and what its modules import."""
    named = {STATIC / path for path in re.findall(r'(?:href|src)="/static/(?:~[^/]+/)?([^"#]+)', page)}
    modules = {path for path in named if path.parent.name == "js"}
    imported = {
        STATIC / "js" / name for path in modules for name in re.findall(r'from "\./([^"]+)"', path.read_text("utf-8"))
    }
    return named | imported


def test_a_first_visit_weighs_little() -> None:
    page = scene("desk", "de")
    files = loaded(page) - {STATIC / "icons/apple-touch-icon.png", STATIC / "icons/favicon-32.png"}
    assert 0 < compressed(*(path for path in files if path.suffix == ".css")) < 12_000
    assert 0 < compressed(*(path for path in files if path.parent.name == "js")) < 9_500
    assert compressed(*files) + len(gzip.compress(page.encode())) < 60_000  # by wire: tests/browser/test_weight.py


def test_vendored_files_are_the_ones_in_the_manifest() -> None:
    manifest = json.loads((STATIC / "vendor/manifest.json").read_text("utf-8"))
    assert {entry["file"] for entry in manifest} == {path.name for path in (STATIC / "vendor").glob("*.js")}
    for entry in manifest:
        assert hashlib.sha256((STATIC / "vendor" / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["version"] in entry["file"]


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text("utf-8")))
    used = {name for each in SCENES for name in re.findall(r"icons\.svg#(\w+)", scene(each, "en"))}
    assert len(used) > 10
    assert used <= drawn


def scene(name: str, lang: Lang) -> str:
    with gallery.gallery_app(lang).test_client() as client:
        answer = client.get(f"/{name}/light")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_shows_the_team_and_no_product_in_its_title(name: str) -> None:
    title = re.search(r"<title>(.*?)</title>", scene(name, "en"))
    assert title is not None
    assert title[1].endswith("· Night Watch")


@pytest.mark.parametrize("name", SCENES)
def test_every_control_has_a_label_and_ids_are_there_once(name: str) -> None:
    page = scene(name, "de")
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert [each for each in ids if ids.count(each) > 1] == []
    described = {each for ids in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page) for each in ids.split()}
    assert described | set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize("name", SCENES)
def test_german_pages_have_no_english_left(name: str) -> None:
    app = gallery.gallery_app("de")
    missing: list[str] = []
    words = gallery.translations("de")

    def gettext(message: str) -> str:
        if words.ugettext(message) == message and message not in ("Name",):
            missing.append(message)
        return message

    def ngettext(one: str, many: str, n: int) -> str:
        if words.ungettext(one, many, n) in (one, many):
            missing.append(one)
        return one if n == 1 else many

    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.testing = True
    assert app.test_client().get(f"/{name}/light").status_code == 200
    assert missing == []
