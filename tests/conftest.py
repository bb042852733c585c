"""What every test may ask for: databases, an app, a clock to turn, a mail server that is really spoken to.

A test that asks for ``database_url`` (or ``app``, ``client``: they stand on it) runs once on SQLite and once on
PostgreSQL. In the folders of ``ONE_DATABASE`` it runs on SQLite alone, and in those of ``EITHER_DATABASE`` on one of
the two that its name decides, unless it is about a fault or asks which; ``--databases both`` runs these on both, too.
Of those in ``ONCE_MORE``, ``make test`` runs one and ``make thorough`` the other one.
The marker ``@pytest.mark.databases("sqlite", "postgresql")`` says it for one test. What does not apply is not
collected: nothing is ever skipped. Why so: docs/decisions/tests.md.
"""

from __future__ import annotations

import inspect
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from config import Settings, SmtpServer
from tests import databases, guards, reliability
from tests.checks import translations
from tests.mail_server import MailServer
from tests.outlets import outside, there  # noqa: F401 - fixtures of every room that speaks to the outside
from tests.times import FakeClock, instant

if TYPE_CHECKING:
    # Only where they are needed: the rules' own tests do not wait for Flask.
    from flask import Flask
    from flask.testing import FlaskClient

ROOT = Path(__file__).parent.parent
ONE_DATABASE = ("browser", "processes", "simulation")
DATABASES = ("sqlite", "postgresql")
EITHER_DATABASE = ("api", "notices", "security", "story", "web")
#: Tests in these folders start processes or a browser, and these files gather once what all of their tests look at: a
#: file's tests stay together on one worker.
TOGETHER = ("browser", "processes", "faults")
TOGETHER_FILES = ("tests/web/test_crawl.py",)
#: Left to `make thorough`: what looks at everything, each thing by itself,
THOROUGH = (
    "tests/api/test_fuzz.py",
    *(
        f"tests/browser/test_{name}.py"
        for name in (
            "board",
            "copying",
            "desk",
            "desk_live",
            "finding",
            "installed",
            "interrupted",
            "kit",
            "mail_links",
            "managing",
            "merging",
            "one_by_one",
            "pages",
            "print",
            "several",
            "weight",
        )
    ),
    "tests/notices/test_mail_links.py",
    "tests/security/test_any_value.py",
    "tests/security/test_no_trace.py",
    "tests/simulation/test_mutants.py",
    "tests/simulation/test_time.py",
    "tests/story/test_backlog.py",
    "tests/web/test_access_matrix.py",
    "tests/web/test_crawl.py",
)
#: and the second run of what runs on both databases, here.
ONCE_MORE = ("tests/acts/", "tests/cli/", "tests/inbound/", "tests/worker/")
SECRET_KEY = "a-key-for-tests-and-for-nothing-else"

# Before anything asks for the local zone: whoever leaves a zone out gets one that nobody expects.
os.environ["TZ"] = "Pacific/Chatham"
time.tzset()
guards.keep_sockets_at_home()

RUN_FOLDER = pytest.StashKey[Path]()

# The run's folder -----------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    what = "'both': tests of the rooms that share the two databases among them run on each"
    slow = "seconds by which the site answers late in browser tests: what only seems to wait fails"
    parser.addoption("--slow", type=float, default=0.0, help=slow)
    parser.addoption("--databases", choices=["shared", "both"], default="shared", help=what)


def pytest_configure(config: pytest.Config) -> None:
    """The controller makes the run's folder (in ``pytest_configure_node`` it hands it on); a worker is handed it."""
    config.addinivalue_line("markers", "databases(*kinds): run on these kinds of database only")
    handed = getattr(config, "workerinput", {}).get("run_folder")
    config.addinivalue_line("markers", "fault(number, expected): covers this fault of the catalogue")
    config.addinivalue_line("markers", "thorough: for `make thorough`, and not for `make test`")
    config.stash[RUN_FOLDER] = Path(handed) if handed else databases.make_run_folder()
    config.pluginmanager.register(reliability.Plugin(config.stash[RUN_FOLDER] / "reliability"), "reliability")
    if not handed:
        translations.compile_stale()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_folder"] = str(node.config.stash[RUN_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.remove_run_folder(config.stash[RUN_FOLDER])


# Which tests run where ------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    gone = [name for name in (*THOROUGH, *ONCE_MORE) if not (ROOT / name).exists()]
    if gone:
        raise pytest.UsageError(f"tests/conftest.py names what is not there: {gone}")
    for item in items:
        if item.nodeid.startswith(THOROUGH) or _is_once_more(item):
            item.add_marker("thorough")


def _is_once_more(item: pytest.Item) -> bool:
    """Whether this is the second run of a test that is about neither of the two databases."""
    if not item.nodeid.startswith(ONCE_MORE) or not isinstance(item, pytest.Function):
        return False
    call, wanted = getattr(item, "callspec", None), item.get_closest_marker("databases")
    kind = "" if call is None else str(call.params.get("database_kind", ""))
    if not kind or _is_about_databases(item, item.function) or (wanted is not None and wanted.args != DATABASES):
        return False
    return kind != _decided_by(item.nodeid.replace(kind, "", 1))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", _kinds(metafunc))


def _kinds(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    marker = metafunc.definition.get_closest_marker("databases")
    if marker is not None:
        return marker.args
    room = _room(metafunc.definition.path)
    if room in ONE_DATABASE:
        return ("sqlite",)
    is_shared = room in EITHER_DATABASE and metafunc.config.getoption("databases") == "shared"
    if not is_shared or _is_about_databases(metafunc.definition, metafunc.function):
        return DATABASES
    return (_decided_by(metafunc.definition.nodeid),)


def _is_about_databases(item: pytest.Item, function: Callable[..., Any]) -> bool:
    """Whether it asks which one it has, or is about a fault."""
    asks_which = "database_kind" in inspect.signature(function).parameters
    return asks_which or item.get_closest_marker("fault") is not None


def _decided_by(name: str) -> str:
    return DATABASES[zlib.crc32(name.encode()) % 2]


def _room(path: Path) -> str:
    """The folder under ``tests/`` that a test stands in."""
    return path.relative_to(ROOT / "tests").parts[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What ``--dist loadgroup`` is for. By itself it writes the group into a test's name, which pytest 9.2 does not let
    it do, and then quietly groups nothing."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    def group(nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if _room(ROOT / file) in TOGETHER or file in TOGETHER_FILES else nodeid

    scheduler: Any = LoadScopeScheduling(config, log)
    scheduler._split_scope = group
    return scheduler


# Databases and the app ------------------------------------------------------------------------------------------------


def make_tables(url: str) -> None:
    """Bring the empty database at ``url`` to the newest schema. The store is enough for that; no edge is wired."""
    import flask_migrate
    from flask import Flask

    from tracker.store import setup

    app = Flask("tracker")
    setup.init_app(app, url)
    with app.app_context():
        flask_migrate.upgrade()
    databases.close_engine(app)


def _settings(url: str, data_dir: Path, **changes: Any) -> Settings:
    values = {"env": "development", "database_url": url, "data_dir": data_dir, "secret_key": SECRET_KEY}
    return Settings(**{"public_url": "http://127.0.0.1:8000", "testing": True, **values, **changes})


@pytest.fixture(scope="session")
def worker_databases(request: pytest.FixtureRequest) -> databases.Databases:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "single")
    return databases.Databases(request.config.stash[RUN_FOLDER], worker, make_tables)


@pytest.fixture
def database_kind() -> str:
    """``sqlite`` or ``postgresql``; filled in by ``pytest_generate_tests``."""
    raise AssertionError("every test that asks for a database is parametrised")


@pytest.fixture(scope="session")
def _apps() -> dict[str, Flask]:
    """One app for each database of this worker: wiring it costs more than most tests do."""
    return {}


@pytest.fixture
def database_url(database_kind: str, worker_databases: databases.Databases, _apps: dict[str, Flask]) -> str:
    """The address of a migrated database that nobody has written to yet."""
    if database_kind in _apps:
        databases.close_engine(_apps[database_kind])
    return worker_databases.fresh(database_kind)


@pytest.fixture
def empty_database_url(database_kind: str, worker_databases: databases.Databases) -> str:
    """The address of a database without any table, for tests of the migrations themselves."""
    return worker_databases.empty(database_kind, "without_tables")


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database without any table, for tests of the migrations themselves."""
    app = _wired(_settings(empty_database_url, tmp_path))
    yield app
    databases.close_engine(app)


@pytest.fixture
def app(
    database_kind: str, database_url: str, worker_databases: databases.Databases, _apps: dict[str, Flask]
) -> Iterator[Flask]:
    """The app on a fresh database, with nothing pushed: requests and ``with app.app_context()`` are the test's own.

    It is the same object for many tests. Whoever wants other settings asks for ``make_app``.
    """
    data_dir = worker_databases.folder / f"{worker_databases.worker}_data"
    if database_kind not in _apps:
        _apps[database_kind] = _wired(_settings(database_url, data_dir))
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir()
    _apps[database_kind].extensions.pop("guesses", None)  # wrong tries of another test slow nobody down
    yield _apps[database_kind]
    databases.close_engine(_apps[database_kind])


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """``make_app(env="production", public_url="https://tracker.example")``: an app with these settings of its own."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        made.append(_wired(_settings(database_url, tmp_path, **changes)))
        return made[-1]

    yield make
    for app in made:
        databases.close_engine(app)


def _wired(settings: Settings) -> Flask:
    from tracker import create_app

    app = create_app(settings)
    databases.hurry(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, signed in as nobody."""
    return app.test_client()


# The clock and the wire -----------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The clock that edges ask, turned by hand. Begins on Tuesday 24 November 2026, 10:00 in Berlin."""
    from tracker import clock

    fake = FakeClock(instant("Tuesday 2026-11-24 10:00"))
    monkeypatch.setattr(clock, "now", fake.now)
    monkeypatch.setattr(clock, "monotonic", fake.monotonic)
    monkeypatch.setattr(clock, "rest", fake.rest)
    return fake


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """An SMTP server on the loopback; ``smtp`` is its address in the form of the settings."""
    with MailServer() as server:
        yield server


@pytest.fixture
def smtp(mail_server: MailServer) -> SmtpServer:
    return SmtpServer("127.0.0.1", mail_server.port, "plain")


# The browser ----------------------------------------------------------------------------------------------------------

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, else Playwright's own; it resolves no name but this machine's."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    arguments = [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's own sandbox refuses to be started by root
    return {**browser_type_launch_args, "args": arguments, **({"executable_path": found} if found else {})}


# Hypothesis -----------------------------------------------------------------------------------------------------------

# Repeatable, and without a deadline: on two busy cores a slow example is no news.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")
