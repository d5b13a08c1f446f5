"""What a stranger relies on before reading any code: the environment, the wheel, the doors."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).parent.parent
TARGETS = {"run", "demo", "test", "check", "bench", "bench-quick", "torture", "assets", "screens", "clean"}


def test_django_finds_nothing_wrong() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_lock_names_only_the_public_registry() -> None:
    lock = (PROJECT / "uv.lock").read_text()

    hosts = set(re.findall(r'"https?://([^/"]+)', lock))

    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_the_report_on_mutants_leaves_out_no_file_of_the_security_room_without_a_word() -> None:
    report = (PROJECT / "docs" / "mutation.md").read_text().split("## Security")[1]
    files = [path.name for path in (PROJECT / "plans" / "security").glob("[a-z]*.py")]

    assert [name for name in files if f"| {name} " not in report and f"`{name}`" not in report] == []


def test_every_promised_target_is_listed() -> None:
    listed = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    assert set(re.findall(r"^  make ([a-z-]+) ", listed, re.MULTILINE)) >= TARGETS


def test_make_says_what_to_install_where_python_is_too_old(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "uv.lock", ".python-version"):
        shutil.copy(PROJECT / name, tmp_path)
    nothing_of_ours = {"PATH": str(_only_tools(tmp_path / "bin")), "HOME": str(tmp_path)}

    made = subprocess.run(
        ["make", "run"], cwd=tmp_path, env=nothing_of_ours, capture_output=True, text=True, check=False
    )

    assert made.returncode != 0
    assert "Planboard needs Python 3.12 or newer" in made.stderr
    assert not (tmp_path / ".venv").exists()


def _only_tools(folder: Path) -> Path:
    """Make a PATH that has what every Debian has, and no Python."""
    folder.mkdir()
    for name in ("make", "bash", "cat", "rm", "sed", "grep", "touch"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return folder


BREACHES = {
    "newcomer/__init__.py": "",
    "domain/breach.py": "import pathlib",
    "store/breach.py": "from plans.sessions import breach",
    "sessions/breach.py": "import django.db",
    "actions/breach.py": "from plans.mirror import breach",
    "live/breach.py": "from plans.store import breach",
    "mirror/breach.py": "from plans.live import breach",
    "people/breach.py": "from plans.mirror import breach",
    "sync/breach.py": "from plans.actions import breach",
    "notices/breach.py": "from plans.store import breach",
    "security/breach.py": "from plans.store import breach",
    "security/text.py": "import django.utils.html",
    "wiring.py": "import django.conf",
    "doctor/breach.py": "from plans.sync import breach",
    "django_wiring.py": "from plans.web import breach",
    "web/breach.py": "from plans.store import breach",
    "agents/breach.py": "from plans.web import breach",
    "agents/cli/breach.py": "import django.conf",
    "agents/http_api/breach.py": "",
    "agents/mcp_server/breach.py": "from plans.agents.http_api import breach",
    "models.py": "import plans_site.settings",
}


def test_every_door_between_rooms_is_watched(tmp_path: Path) -> None:
    """Break each contract once, in a copy of the tree, and see each of them reported."""
    for kept in ("plans", "plans_site", "pyproject.toml"):
        copy = shutil.copytree if (PROJECT / kept).is_dir() else shutil.copy
        copy(PROJECT / kept, tmp_path / kept)
    for name, line in BREACHES.items():
        path = tmp_path / "plans" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(f"\n{line}\n")
    (tmp_path / "plans/agents/cli/__init__.py").touch()

    report = _lint(tmp_path)

    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    broken = len(re.findall(r" BROKEN( \(.*\))?$", report, re.MULTILINE))
    assert broken == len(contracts), report


def _lint(folder: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "200"}
    )
    return found.stdout + found.stderr
