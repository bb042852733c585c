"""Whether every text in code and templates stands in every catalogue, translated, with the same places in it.

``python tests/checks/translations.py`` prints what is wrong and ends with 1. ``--update`` brings the catalogues up to
date with the texts first: new ones come in empty, gone ones go.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent.parent
#: Beside the usual names (_, gettext, ngettext, pgettext, N_, …).
KEYWORDS = parse_keywords(["lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2"])
PLACE = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|(?<!\{)\{(\w*)\}(?!\})")


def texts(root: Path = ROOT) -> Catalog:
    """Every text that code and templates mark, found as ``babel.cfg`` says."""
    with (root / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel gives it no types
    found = Catalog()
    keywords = {**DEFAULT_KEYWORDS, **KEYWORDS}
    rooms = [root / "tracker", root / "templates"]
    search = extract_from_dir(
        str(root), methods, options, keywords=keywords, directory_filter=functools.partial(_within, rooms=rooms)
    )
    for path, line, text, comments, context in search:
        found.add(text, None, [(path, line)], auto_comments=comments, context=context)
    return found


def _within(folder: str, rooms: list[Path]) -> bool:
    return any(Path(folder) == room or room in Path(folder).parents for room in rooms)


def catalogues(root: Path = ROOT) -> dict[str, Path]:
    """Language -> its catalogue, whether it is there yet or not."""
    folders = sorted(root.glob("tracker/translations/*/LC_MESSAGES"))
    return {folder.parent.name: folder / "messages.po" for folder in folders}


def complaints(found: Catalog, catalogue: Catalog, language: str) -> Iterator[str]:
    """What is missing, empty, fuzzy, obsolete or differs in its places."""
    for message in found:
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        if translated is None:
            yield f"{language}: missing: {_shown(message)}"
        else:
            yield from _of_one(message, translated, language)
    for message in catalogue:
        if message.id and found.get(message.id, message.context) is None:
            yield f"{language}: nothing says this any more: {_shown(message)}"
    for gone in catalogue.obsolete.values():
        yield f"{language}: obsolete: {_shown(gone)}"


def _of_one(message: Message, translated: Message, language: str) -> Iterator[str]:
    strings = translated.string if isinstance(translated.string, tuple | list) else (translated.string,)
    if not all(strings):
        yield f"{language}: not translated: {_shown(message)}"
        return
    if translated.fuzzy:
        yield f"{language}: fuzzy: {_shown(message)}"
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    wanted = [_places(text) for text in ids]
    for string in map(str, strings):
        # A singular may leave the number out ("one answer"), a plural may not.
        if _places(string) not in wanted:
            yield f"{language}: other places than {sorted(wanted[-1])}: {string!r} for {_shown(message)}"
    if len(strings) > 1 and _places(str(strings[-1])) != wanted[-1]:
        yield f"{language}: the plural leaves out a place: {strings[-1]!r} for {_shown(message)}"


def _places(text: str) -> frozenset[str]:
    return frozenset(named or braced for named, braced in PLACE.findall(text))


def _shown(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    where = ", ".join(f"{path}:{line}" for path, line in message.locations[:2])
    return f"{text!r}{f' ({where})' if where else ''}"


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, domain="messages", project="Tracker", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="messages")


def update(path: Path, language: str, found: Catalog) -> None:
    """Let new texts in, empty, and let gone ones go. Nothing is guessed: a fuzzy text would be a wrong one.

    Without places in files, and in the order of the alphabet: a text that moved is no change, and two people who add
    texts meet in few lines.
    """
    catalogue = read(path, language)
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(
            file, catalogue, sort_output=True, no_location=True, ignore_obsolete=True, omit_header=False, width=120
        )


def compile_stale() -> None:
    """Make what the programs read out of every catalogue that is newer; ``make`` does the same before it runs one."""
    for language, path in catalogues().items():
        compiled = path.with_suffix(".mo")
        if path.exists() and not (compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime):
            aside = compiled.with_suffix(".making")
            with aside.open("wb") as file:
                write_mo(file, read(path, language))
            aside.replace(compiled)


def main(arguments: list[str]) -> int:
    found = texts()
    if "--update" in arguments:
        for language, path in catalogues().items():
            update(path, language, found)
    said = [
        line for language, path in catalogues().items() for line in complaints(found, read(path, language), language)
    ]
    if not catalogues():
        said.append("There is no catalogue under tracker/translations.")
    for line in said:
        print(line)
    print(f"translations: {len(found)} texts, {len(said)} complaints")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
