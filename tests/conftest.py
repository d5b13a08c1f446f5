"""What every room's tests may ask for: a browser, a Redis, a PostgreSQL, an nginx, a Caddy.

On a developer's machine a test whose engine is missing is skipped. Under ``CI=true`` it fails, so that
a green run means that it ran.
"""

import os
import shutil
import signal
import sys
import uuid
from collections.abc import Generator, Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql

from plans.store import changing, lock_watch
from tests import figures

# No test looks at the lists of the programs that its developer uses.
os.environ["PLANBOARD_SOURCES"] = "none"
# What a shell starts in the background ignores the interrupt, and so would every process that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

ENGINES = {
    "chromium_path": "browser",
    "redis_url": "redis",
    "postgres_url": "postgres",
    "nginx": "nginx",
    "caddy": "caddy",
}
# Chromium draws the suggestions of its address bar as pages of their own, two in each window, before anybody
# types there: half of what it takes to open a page. Of two lists it heeds the last, so what Playwright
# switches off for the sake of pages stands here again.
UNWANTED = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join(UNWANTED)}",
)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# A busy machine is no counterexample.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
changing.HOLD_LIMIT = 60.0


@pytest.fixture(autouse=True)
def sample_ends() -> Iterator[None]:
    """End the live sample with the test that set it going: its thread would play on beside all others."""
    yield
    if "plans.web.sampling" in sys.modules:
        sys.modules["plans.web.sampling"].PLAYER.stop()


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with the least of work: how long it takes is argon2's own concern."""
    from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: PLC0415 - few tests have any password

    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)


@pytest.fixture
def fresh_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the guesses of other tests."""
    from plans.security import login  # noqa: PLC0415 - few tests sign in
    from plans.security.login_attempts import LoginAttempts  # noqa: PLC0415

    monkeypatch.setattr(login, "ATTEMPTS", LoginAttempts())
    monkeypatch.setattr(login, "NAME_ATTEMPTS", LoginAttempts())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark a test with the engine it asks for, and leave a note of it in the JUnit report.

    Tests with a browser come last, in random order like the rest: Playwright keeps an event loop running
    on the main thread from its first test on, and pytest-asyncio cannot start another one beside it.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        for engine in [engine for fixture, engine in ENGINES.items() if fixture in fixtures]:
            item.add_marker(engine)
            item.user_properties.append(("engine", engine))
    items.sort(key=in_turn)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a test that is marked with the figure it shows; one that cannot begin or end has failed, too."""
    report = yield
    if report.failed or (call.when == "call" and report.passed):
        for mark in item.iter_markers("shows"):
            figures.record_test(*mark.args, **mark.kwargs, has_failed=report.failed)
    return report


def in_turn(item: pytest.Item) -> tuple[bool, bool]:
    """Put the long ones of a sort first: the last thing a worker takes is then a short one."""
    return item.get_closest_marker("browser") is not None, item.get_closest_marker("slow") is None


def missing(engine: str, advice: str) -> None:
    """Skip the test here, fail it in CI."""
    message = f"{engine} is missing: {advice}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Name the Chromium that Playwright starts."""
    named = os.environ.get("PLANBOARD_TEST_CHROMIUM", "")
    found = next(filter(None, map(shutil.which, [named] if named else CHROMIUMS)), None)
    if found is None:
        missing("Chromium", "install it, or name it in PLANBOARD_TEST_CHROMIUM.")
    return found or ""


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Start the one browser of this run: Playwright runs only once in a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def nginx() -> None:
    """Ask for an nginx to start."""
    _wants("nginx")


@pytest.fixture(scope="session")
def caddy() -> None:
    """Ask for a Caddy to start."""
    _wants("caddy")


def _wants(program: str) -> None:
    if shutil.which(program) is None:
        missing(program, "install it; no server of it has to run.")


@pytest.fixture
def short_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a dead program's lock count as left behind at once, not after 20 s."""
    monkeypatch.setattr(lock_watch, "QUIET_SECONDS", 0.0)


@pytest.fixture
def redis_url(worker_id: str) -> Iterator[str]:
    """Give an empty Redis database of this test's own."""
    server = os.environ.get("PLANBOARD_TEST_REDIS_URL", "")
    if not server:
        missing("Redis", "name a server in PLANBOARD_TEST_REDIS_URL, like redis://127.0.0.1:6379.")
    # Tests of one worker run one after the other, so a number for each worker is enough.
    number = 1 + int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    url = urlunsplit(urlsplit(server)._replace(path=f"/{number}"))
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Give an empty PostgreSQL database of this test's own."""
    server = os.environ.get("PLANBOARD_TEST_DATABASE_URL", "")
    if not server:
        missing("PostgreSQL", "name one in PLANBOARD_TEST_DATABASE_URL, like postgresql://me@127.0.0.1/me.")
    name = f"planboard_test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
