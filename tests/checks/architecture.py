"""The rules of the rooms, as functions from files to complaints. ``tests/test_architecture.py`` runs them.

Arrows point one way: ``domain ← store ← access ← notices ← acts ← (web, api, inbound, worker, cli) ← create_app``.
Each room imports only what lies to its left, and the edges do not import each other, with two exceptions: ``cli`` may
import ``worker``, whose one pass ``tracker work`` runs, and ``tracker`` itself, to make the app; ``worker`` may import
``inbound``, whose mailbox a tick fetches.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator

from tests.checks.sources import Source

INNER = ("domain", "store", "access", "notices", "acts")
EDGES = ("web", "api", "inbound", "worker", "cli")
SERVED = {"clock", "config"}
#: Whoever stores, tells or acts may draw random bits; the rules depend on their arguments alone.
CHANCE = {"chance"}
#: Room -> rooms it may import, itself included.
MAY_IMPORT: dict[str, set[str]] = {
    **{room: set(INNER[: place + 1]) | CHANCE for place, room in enumerate(INNER)},
    "domain": {"domain"},
    **{room: {*INNER, room} | SERVED | CHANCE for room in EDGES},
    "worker": {*INNER, *SERVED, *CHANCE, "worker", "inbound"},
    "cli": {*INNER, *SERVED, *CHANCE, "cli", "worker", "create_app"},
    "create_app": {*INNER, *EDGES, *SERVED, "create_app"},
    "wsgi": {"create_app", "config"},
    "clock": set(),
    "chance": set(),
    "config": {"config"},
}
#: The settings are one room in three files.
SETTINGS = {"config": "config", "config_addresses": "config", "config_inbound": "config", "wsgi": "wsgi"}
WIRE = {
    "aiohttp",
    "apprise",
    "dns",
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "urllib.request",
    "urllib3",
}
#: Fetching mail, which only the inbound room does, in one file.
MAILBOX_WIRE = {"imaplib", "imap_tools", "poplib"}
FETCHING = {"tracker/inbound/imap.py": {*MAILBOX_WIRE, "ssl"}}
#: Listening for mail, on the loopback alone; nothing is connected to.
LISTENING = {"aiosmtpd"}
TAKING = {"tracker/inbound/receiver.py": LISTENING}
CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime", "gmtime"},
    "func": {"now", "current_timestamp", "current_date", "localtimestamp"},
}
Complaints = list[str]


def room_of(module: str) -> str | None:
    """The room a module belongs to; ``None`` when it is not ours."""
    if module in SETTINGS:
        return SETTINGS[module]
    parts = module.split(".")
    if parts[0] != "tracker":
        return None
    return parts[1] if len(parts) > 1 else "create_app"


def imports(source: Source, known: set[str]) -> Iterator[tuple[int, str]]:
    """Line and full name of every module imported anywhere in the file, lazily or for types alone included."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(source, node)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield node.lineno, whole if whole in known or _is_standard(whole) else base


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    if not source.path.endswith("__init__.py"):
        package = package[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def _is_standard(module: str) -> bool:
    return module in WIRE


def arrows(sources: list[Source]) -> Complaints:
    """A room imports only what lies to its left; the domain nothing but the standard library beside itself."""
    known = {source.module for source in sources}
    complaints = []
    for source in sources:
        room = room_of(source.module)
        if room is None or room not in MAY_IMPORT:
            complaints.append(f"{source.path}: belongs to no room that the design knows")
            continue
        for line, module in imports(source, known):
            target = room_of(module)
            if target is not None and target not in MAY_IMPORT[room]:
                complaints.append(f"{source.at(line)}: {room} imports {module}, and {target} does not lie to its left")
            foreign = target is None and module.split(".")[0] not in sys.stdlib_module_names
            if room in ("domain", "clock", "chance", "config") and foreign:
                complaints.append(f"{source.at(line)}: {room} imports {module}, which is not the standard library")
    return complaints


def one_clock(sources: list[Source]) -> Complaints:
    """Only ``tracker/clock.py`` asks the time, and whoever asks it says ``clock.now()``: tests turn that one."""
    complaints = []
    for source in sources:
        if source.path == "tracker/clock.py":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in CLOCKS.get(_last_name(node.value), ()):
                complaints.append(f"{source.at(node.lineno)}: asks the time itself ({ast.unparse(node)})")
            elif isinstance(node, ast.ImportFrom):
                taken = {alias.name for alias in node.names}
                if node.module == "time" and taken & CLOCKS["time"]:
                    complaints.append(f"{source.at(node.lineno)}: takes a clock out of the time module")
                if node.module == "tracker.clock":
                    complaints.append(f"{source.at(node.lineno)}: says 'from tracker import clock', then clock.now()")
            elif isinstance(node, ast.Constant) and node.value == "CURRENT_TIMESTAMP":
                complaints.append(f"{source.at(node.lineno)}: lets the database ask the time")
    return complaints


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def one_chance(sources: list[Source]) -> Complaints:
    """Only ``tracker/chance.py`` draws random bits, so that a seed can stand in for them; dice with a seed of their own
    (``random.Random(seed)``) are no secret. ``config.py`` stands alone and makes its one key itself."""
    complaints = []
    for source in sources:
        if source.path in ("tracker/chance.py", "config.py"):
            continue
        for line, module in imports(source, set()):
            if module.split(".")[0] in ("secrets", "uuid"):
                complaints.append(f"{source.at(line)}: imports {module}; random bits come from tracker/chance.py")
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and _draws(node):
                complaints.append(f"{source.at(node.lineno)}: draws by itself ({ast.unparse(node)})")
            elif isinstance(node, ast.ImportFrom) and node.module == "random":
                complaints.append(f"{source.at(node.lineno)}: takes dice out of the random module")
    return complaints


def _draws(node: ast.Attribute) -> bool:
    room = _last_name(node.value)
    return (room == "os" and node.attr == "urandom") or (room == "random" and node.attr != "Random")


def one_wire(sources: list[Source]) -> Complaints:
    """Only channels open connections; of the inbound room one file fetches mail, and one listens on the loopback."""
    complaints = []
    for source in sources:
        allowed: set[str] = set()
        if source.path.startswith("tracker/notices/channels/"):
            allowed = WIRE
        elif source.path in FETCHING or source.path in TAKING:
            allowed = FETCHING.get(source.path, set()) | TAKING.get(source.path, set())
        elif source.path == "tracker/cli/ports.py":
            allowed = {"socket"}  # listens for a moment, to see whether a port is free; connects to nothing
        for line, module in imports(source, set()):
            taken = {module, module.split(".")[0]} & (WIRE | MAILBOX_WIRE | LISTENING)
            if taken - allowed:
                complaints.append(
                    f"{source.at(line)}: imports {module}; connections are opened in tracker/notices/channels"
                )
    return complaints


def one_writer_of_entries(sources: list[Source]) -> Complaints:
    """Exactly one function makes rows of the log, in ``store/entries.py``."""
    places = []
    for source in sources:
        for function, node in _calls(source):
            made = _last_name(node.func) == "Entry"
            inserted = _last_name(node.func) == "insert" and any(
                _last_name(argument) == "Entry" for argument in node.args
            )
            if made or inserted:
                places.append((source.path, function, node.lineno))
    writers = {(path, function) for path, function, _ in places}
    strangers = [
        f"{path}:{line}: writes an entry; entries.append does that" for path, _, line in places if path != ENTRIES
    ]
    if not strangers and len(writers) != 1:
        return [f"{ENTRIES}: {len(writers)} functions make entries, and it has to be one: {sorted(writers)}"]
    return strangers


ENTRIES = "tracker/store/entries.py"


def _calls(source: Source) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the name of the top-level function or class it stands in."""
    for top in source.tree.body:
        for node in ast.walk(top):
            if isinstance(node, ast.Call):
                yield getattr(top, "name", "the module"), node


def quiet(sources: list[Source]) -> Complaints:
    """Nobody prints but the command line."""
    return [
        f"{source.at(node.lineno)}: prints; only the command line does"
        for source in sources
        if room_of(source.module) != "cli"
        for _, node in _calls(source)
        if isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def no_assertions(sources: list[Source]) -> Complaints:
    """``assert`` vanishes under ``python -O`` and says nothing to a person: errors are raised."""
    return [
        f"{source.at(node.lineno)}: asserts; raise an error that a person can read"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assert)
    ]


def environment_is_read_once(sources: list[Source]) -> Complaints:
    """Settings come out of ``config.py``; only programs hand it the environment."""
    return [
        f"{source.at(node.lineno)}: reads the environment; settings come from config.Settings"
        for source in sources
        if room_of(source.module) not in ("cli", "wsgi")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and _last_name(node.value) == "os"
    ]


MARKUP = {
    "a style attribute": r"""<[^<>]*?\sstyle\s*=""",
    "an inline handler": r"""<[^<>]*?\son[a-z]+\s*=""",
    "hx-on": r"""\b(data-)?hx-on\b""",
    "js: in an attribute": r"""=\s*["']\s*(js|javascript):""",
    "a style element": r"""<style\b""",
    "an inline script": r"""<script\b(?![^>]*\ssrc\s*=)(?![^>]*type\s*=\s*["']application/(ld\+)?json)""",
}


def clean_markup(sources: list[Source]) -> Complaints:
    """Nothing in a page that the content security policy would have to make an exception for."""
    complaints = []
    for source in sources:
        text = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment[0].count("\n"), source.text, flags=re.DOTALL)
        for what, pattern in MARKUP.items():
            for found in re.finditer(pattern, text, re.IGNORECASE):
                complaints.append(f"{source.at(text.count(chr(10), 0, found.end()) + 1)}: {what}")
    return complaints


# Put together here, so that this file does not name them.
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb.deb" + "ian.org",
    "crates" + ".io",
)
PLACES = ("/wo" + "rk/", "/ro" + "ot/", "/fa" + "rm/", "/ho" + "me/")


def no_strange_names(sources: list[Source]) -> Complaints:
    """No file names the host of a package index or a folder of one person's machine."""
    return [
        f"{source.at(number)}: names {word}"
        for source in sources
        for number, line in enumerate(source.text.splitlines(), 1)
        for word in (*HOSTS, *PLACES)
        if word in line.lower()
    ]


def every_test_asserts(sources: list[Source]) -> Complaints:
    """A test that asserts nothing passes whatever happens."""
    complaints = []
    for source in sources:
        functions = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        helpers = {node.name for node in functions if not node.name.startswith("test_") and _asserts(node, set())}
        complaints += [
            f"{source.at(node.lineno)}: {node.name} asserts nothing"
            for node in functions
            if node.name.startswith("test_") and not _asserts(node, helpers)
        ]
    return complaints


def _asserts(function: ast.AST, helpers: set[str]) -> bool:
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _is_assertion(_last_name(node.func), helpers))
        for node in ast.walk(function)
    )


def _is_assertion(name: str, helpers: set[str]) -> bool:
    return name in helpers or name in ("raises", "warns", "expect") or name.startswith(("assert_", "check_", "expect_"))


def never_skipped(sources: list[Source]) -> Complaints:
    """What does not apply is not collected; what is collected is run, and has to hold."""
    return [
        f"{source.at(node.lineno)}: {node.attr}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("skip", "skipif", "xfail", "importorskip")
        and _last_name(node.value) in ("pytest", "mark")
    ]


#: "About 400": the last thought may be finished.
LONGEST_FILE = 450


def short_files(sources: list[Source]) -> Complaints:
    """A file is one thought."""
    lengths = ((source.path, source.text.count("\n")) for source in sources)
    return [f"{path}: {length} lines; split it by thought" for path, length in lengths if length > LONGEST_FILE]


Check = Callable[[list[Source]], Complaints]
OF_THE_CODE: Iterable[Check] = (
    arrows,
    one_clock,
    one_chance,
    one_wire,
    one_writer_of_entries,
    quiet,
    no_assertions,
    environment_is_read_once,
    short_files,
)
