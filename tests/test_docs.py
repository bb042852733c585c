"""The pages for people name what there is: every command, every path of the API, every number, and no dead link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import ROOT
from tests.simulation.mutants import MUTANTS
from tracker.cli.main import COMMANDS
from tracker.store import gauges

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def read(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_every_link_into_a_page_finds_its_heading() -> None:
    for page in PAGES:
        for name, anchor in re.findall(r"\]\(([\w.-]+\.md)#([\w-]+)\)", page.read_text()):
            headings = re.findall(r"^#+ (.+)$", (page.parent / name).read_text(), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings]


def test_every_template_macro_and_token_of_the_pages_is_told() -> None:
    said, templates = read("interface.md"), ROOT / "templates" / "web"
    names = [file.stem for file in templates.glob("[!_]*.html")]
    assert [name for name in names if not re.search(rf"`{name}(\.html)?`", said)] == []
    imported = re.findall(r'{% from "web/_parts/[^"]+" import ([\w, ]+?) (?:with|%)', all_of(templates.rglob("*.html")))
    macros = {name.strip() for names in imported for name in names.split(",")}
    told = code_in(said)
    assert [name for name in sorted(macros) if not any(is_named(name, one) for one in told)] == []
    tokens = set(re.findall(r"--([a-z-]+):", (ROOT / "static" / "css" / "base.css").read_text()))
    assert [name for name in sorted(tokens) if f"`{name}`" not in said] == []


def code_in(said: str) -> list[str]:
    """What stands between backticks: a word of the sentences around it names no macro."""
    return re.findall(r"`([^`\n]+)`", said)


def is_named(macro: str, code: str) -> bool:
    return code == macro or re.search(rf"\b{macro}\(", code) is not None


def all_of(files: Iterable[Path]) -> str:
    return "\n".join(file.read_text() for file in files)


def test_every_command_is_told() -> None:
    said = read("commands.md")
    assert [name for name in COMMANDS if not re.search(rf"tracker {name}\b", said)] == []


def test_every_path_of_the_api_is_told(app: Flask) -> None:
    said = read("api.md")
    paths = [rule.rule.replace("<int:number>", "{number}") for rule in app.url_map.iter_rules()]
    ends = {path.rpartition("/")[2] for path in paths if path.startswith("/api/")}
    assert len(ends) > 10
    assert [end for end in sorted(ends) if f"/{end}`" not in said] == []


def test_every_number_for_the_scraper_is_told() -> None:
    names = set(re.findall(r'"(tracker_\w+)"', Path(gauges.__file__).read_text()))
    assert len(names) > 5
    assert [name for name in sorted(names) if f"`{name}`" not in read("running.md")] == []


def test_every_broken_variant_is_told() -> None:
    said = read("simulation.md")
    assert [name for name in MUTANTS if f"| {name} |" not in said] == []
