"""Which database keeps the mirror, and what carries pokes between processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import dj_database_url

from plans.environment import WrongSetting

if TYPE_CHECKING:
    from pathlib import Path

    from plans.environment import Environment

BOARD_FILE: Final = "board.sqlite3"
# How long one writer waits for another; the worker's longest transaction is far shorter.
SQLITE_WAIT_SECONDS: Final = 20

type Options = dict[str, object]


def database(environment: Environment) -> Options:
    """Return Django's settings of the database; raises WrongSetting."""
    url = environment.database_url
    if url is None:
        return _sqlite(environment.home / BOARD_FILE)
    try:
        parsed: Options = {**dj_database_url.parse(url)}
    except ValueError as error:
        raise WrongSetting(
            "PLANBOARD_DATABASE_URL",
            f"{urlsplit(url).scheme}://…",
            problem="an address that cannot be read",
            advice="Write it like postgresql://user:password@host:5432/planboard; %-quote odd characters.",
        ) from error
    if url.startswith("sqlite"):
        return _sqlite(str(parsed["NAME"]))
    # Under ASGI a kept connection would belong to no request in particular; a pool is shared by all.
    options = parsed.get("OPTIONS")
    return parsed | {
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**(options if isinstance(options, dict) else {}), "pool": {"min_size": 1, "max_size": 8}},
    }


def channel_layer(environment: Environment) -> Options:
    """Return the settings of the channel layer: in this process, or Redis between several.

    Redis pub/sub knows no database numbers, so the number of the address goes into the prefix: boards
    that share a Redis keep apart by it.
    """
    url = environment.redis_url
    if url is None:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    number = urlsplit(url).path.strip("/") or "0"
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [url], "prefix": f"planboard:{number}:"},
    }


def _sqlite(path: Path | str) -> Options:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": SQLITE_WAIT_SECONDS,
            # A transaction that reads first and writes later would fail at once, without waiting,
            # when somebody wrote in between. Taking the write lock first waits for it.
            "transaction_mode": "IMMEDIATE",
            # NORMAL may lose the last commits with the power, never the file's health; the files are
            # the truth, and the mirror is copied from them again.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
