"""Whether the database and Redis answer, and whether a newer version of the board wrote the database."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit, urlunsplit

from plans.doctor.finding import broken, counted, several, shell, well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_BOARD_FILE: Final = "board.sqlite3"
_SECONDS: Final = 3
_APPLIED: Final = "SELECT name FROM django_migrations WHERE app = 'plans'"
_NOT_COPIED: Final = "SELECT namespace FROM plans_plan WHERE problem LIKE '%\"not_copied\"%' ORDER BY 1"
_TABLES: Final = "0001_mirror"
_MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"


def database(place: Place) -> Iterator[Finding]:
    """Look into the database without writing anything."""
    url = place.settings.database_url
    if url is None:
        yield from _sqlite(place, f"{place.home}/{_BOARD_FILE}")
    elif place.is_in_file:
        yield from _sqlite(place, _path(url))
    else:
        yield from _postgres(place, url)


def redis(place: Place) -> Iterator[Finding]:
    """Ask Redis, where one is set."""
    url = place.settings.redis_url
    if url is None:
        yield well("redis", "not used: pages and worker are one process")
        return
    import redis as client  # noqa: PLC0415 - most boards have none

    try:
        with client.Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS) as server:
            facts = server.info("server")
    except (client.RedisError, OSError, ValueError) as error:
        message = f"{_shown(url)} does not answer: {error}"
        do = "Start it, or correct PLANBOARD_REDIS_URL; boards of other processes hear of changes late."
        yield broken("redis", message, do=do, command=shell("redis-cli", "-u", _shown(url), "ping"))
        return
    yield well("redis", f"{_shown(url)} answers (version {facts['redis_version']})")


def _sqlite(place: Place, path: str) -> Iterator[Finding]:
    if not os.path.exists(path):  # noqa: PTH110
        yield well("database", f"{path} does not exist yet; the first `planboard up` makes it")
        return
    # Without a log beside it nobody has it open, and opening it would make one.
    way = "mode=ro" if os.path.exists(f"{path}-wal") else "mode=ro&immutable=1"  # noqa: PTH110
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?{way}", uri=True, timeout=_SECONDS)) as file:
            said = str(file.execute("PRAGMA quick_check(1)").fetchone()[0])
            applied = {str(row[0]) for row in file.execute(_APPLIED)} if said == "ok" else set()
            missed = [str(row[0]) for row in file.execute(_NOT_COPIED)] if _TABLES in applied else []
    except sqlite3.Error as error:
        said, applied, missed = str(error), set(), []
    if said != "ok":
        do = (
            "Stop the board and put the file aside; the next start fills a new one from the plans. Accounts, "
            "tokens and webhooks are lost, unless you have a copy of it."
        )
        yield broken("database", f"{path}: {said}", do=do, command=shell("mv", path, f"{path}.damaged"))
        return
    yield _read_only(place, path) or _compared(path, applied)
    yield from _not_copied(place, missed)


def _read_only(place: Place, path: str) -> Finding | None:
    """Look whether the board's user may write it: SQLite writes beside it, too, so the folder counts."""
    for each in (path, os.path.dirname(path)):  # noqa: PTH120
        if not place.may(each, os.W_OK):
            do = "The board does not start until its user may write the database and the folder it is in."
            command = shell("sudo", "chown", str(place.uid), each)
            if os.stat(each).st_uid == place.uid:  # noqa: PTH116
                command = shell("chmod", "u+w", each)
            return broken("database", f"{each} cannot be written by the board's user", do=do, command=command)
    return None


def _postgres(place: Place, url: str) -> Iterator[Finding]:
    import psycopg  # noqa: PLC0415 - most boards are on SQLite

    try:
        with psycopg.connect(url, connect_timeout=_SECONDS) as server:
            server.read_only = True
            number = server.info.server_version
            has = server.execute("SELECT to_regclass('django_migrations')").fetchone()
            applied = {str(row[0]) for row in server.execute(_APPLIED)} if has and has[0] else set()
            missed = [str(row[0]) for row in server.execute(_NOT_COPIED)] if _TABLES in applied else []
    except psycopg.Error as error:
        message = f"{_shown(url)} does not answer: {str(error).strip()}"
        do = "Start it, or correct PLANBOARD_DATABASE_URL."
        yield broken("database", message, do=do, command=shell("pg_isready", "-d", _shown(url)))
        return
    yield _compared(f"{_shown(url)} (PostgreSQL {number // 10_000})", applied)
    yield from _not_copied(place, missed)


def _compared(where: str, applied: set[str]) -> Finding:
    """Compare what was done to the tables with what this version knows of."""
    known = {path.stem for path in _MIGRATIONS.glob("0*.py")}
    if newer := sorted(applied - known):
        message = f"{where} was made by a newer version of the board ({newer[-1]})"
        do = "Start that version, or a newer one; this one refuses to."
        return broken("database", message, do=do, command=shell("git", "pull"))
    if todo := len(known - applied):
        said = "table change" if todo == 1 else "table changes"
        return well("database", f"{where} is well; the next start makes {todo} {said}")
    return well("database", f"{where} is well")


def _not_copied(place: Place, names: list[str]) -> Iterator[Finding]:
    """Tell of the plans that the worker fails to copy: their pages are old, and the files may be sound."""
    if names:
        message = f"{counted(len(names), 'plan')} cannot be shown as the files say: {several(names)}"
        do = "Its page names the error, the board's log all of it. See whether its files are sound."
        command = shell("planboard", "verify", names[0], "--root", place.root, "--home", place.home)
        yield broken("plans", message, do=do, command=command)


def _path(url: str) -> str:
    """Read a file's path as Django's settings do: ``sqlite:////absolute`` or ``sqlite:///relative``."""
    return os.path.abspath(url.removeprefix("sqlite:///"))  # noqa: PTH100


def _shown(url: str) -> str:
    """Write an address without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:…@{host}"))
