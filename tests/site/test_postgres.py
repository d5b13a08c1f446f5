import os
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.waiting import PATIENCE

PROJECT = Path(__file__).parents[2]


def test_one_setting_puts_the_mirror_into_postgresql(postgres_url: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "plans_site.settings",
        "PLANBOARD_DATABASE_URL": postgres_url,
        "PLANBOARD_HOME": str(tmp_path / "home"),
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]

    made = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert (made.returncode, made.stderr) == (0, "")
    with psycopg.connect(postgres_url) as connection:
        tables = {name for (name,) in connection.execute("SELECT tablename FROM pg_tables")}
    assert {"plans_plan", "plans_step", "django_session"} <= tables
    assert not (tmp_path / "home" / "board.sqlite3").exists()
