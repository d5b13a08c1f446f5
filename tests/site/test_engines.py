from pathlib import Path

import pytest
from channels.layers import ChannelLayerManager
from django.db import connection
from django.test import override_settings

from plans.environment import Environment, WrongSetting
from plans_site.engines import channel_layer, database

HOME = Path("/srv/board")


def with_settings(*, database_url: str | None = None, redis_url: str | None = None) -> Environment:
    return Environment(
        root_folder="/plans", home_folder=str(HOME), database_url=database_url, redis_url=redis_url
    )


def test_the_mirror_lies_in_the_home_folder_by_default() -> None:
    assert database(with_settings())["NAME"] == HOME / "board.sqlite3"


@pytest.mark.django_db
def test_sqlite_writes_ahead_and_syncs_when_it_must() -> None:
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()
        wait = cursor.execute("PRAGMA busy_timeout").fetchone()

    assert (journal, synchronous, wait) == (("wal",), (1,), (20_000,))


def test_another_sqlite_file_gets_the_same_options() -> None:
    here, there = database(with_settings()), database(with_settings(database_url="sqlite:////srv/mirror.db"))

    assert there["NAME"] == "/srv/mirror.db"
    assert there["OPTIONS"] == here["OPTIONS"]


def test_postgresql_connections_come_from_a_pool() -> None:
    options = database(with_settings(database_url="postgresql://board:s%2Fcret@db.example:5433/board"))

    assert options["ENGINE"] == "django.db.backends.postgresql"
    assert (options["HOST"], options["PORT"], options["PASSWORD"]) == ("db.example", 5433, "s/cret")
    assert options["CONN_MAX_AGE"] == 0
    assert "pool" in str(options["OPTIONS"])


def test_an_address_that_cannot_be_read_is_refused_without_its_password() -> None:
    with pytest.raises(WrongSetting) as refused:
        database(with_settings(database_url="postgresql://board:hunter2@db.example:port/board"))

    assert "PLANBOARD_DATABASE_URL" in refused.value.message
    assert "hunter2" not in refused.value.message


def test_pokes_stay_in_the_process_by_default() -> None:
    assert channel_layer(with_settings()) == {"BACKEND": "channels.layers.InMemoryChannelLayer"}


async def test_two_processes_hear_each_other_through_redis(redis_url: str) -> None:
    with override_settings(CHANNEL_LAYERS={"default": channel_layer(with_settings(redis_url=redis_url))}):
        one, other = ChannelLayerManager()["default"], ChannelLayerManager()["default"]
    mailbox = await other.new_channel()
    await other.group_add("boards", mailbox)

    await one.group_send("boards", {"type": "plan.changed", "rev": 482})
    heard = await other.receive(mailbox)

    assert heard == {"type": "plan.changed", "rev": 482}
    await one.flush()
    await other.flush()


def test_boards_on_one_redis_keep_apart_by_the_database_number() -> None:
    one = channel_layer(with_settings(redis_url="redis://127.0.0.1:6379"))
    two = channel_layer(with_settings(redis_url="redis://127.0.0.1:6379/2"))

    assert "'planboard:0:'" in str(one)
    assert "'planboard:2:'" in str(two)
