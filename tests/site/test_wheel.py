"""What lies in the wheel is enough: no file of the source tree is needed to run the board."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and lay it out as an installation does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=PROJECT, capture_output=True, check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_every_template_and_static_file(unpacked: Path) -> None:
    for kind in ("templates", "static"):
        ours = _files(PROJECT / kind)

        assert ours
        assert _files(unpacked / "plans_site" / kind) == ours


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_installed_board_uses_the_files_of_its_wheel(unpacked: Path, tmp_path: Path) -> None:
    settings = "from plans_site import settings; print(settings.FILES)"
    environment = _environment(unpacked, tmp_path)

    said = subprocess.run(
        [sys.executable, "-c", settings], cwd=tmp_path, env=environment, capture_output=True, check=True
    )

    assert said.stdout.decode().strip() == str(unpacked / "plans_site")


def _environment(site: Path, place: Path) -> dict[str, str]:
    ours = {"PLANBOARD_HOME": str(place / "home"), "PLANBOARD_ROOT": str(place / "root")}
    return os.environ | ours | {"PYTHONPATH": str(site), "DJANGO_SETTINGS_MODULE": "plans_site.settings"}


@pytest.fixture
def board(unpacked: Path, tmp_path: Path) -> Iterator[str]:
    """Start `planboard up` from the wheel; give its address."""
    (tmp_path / "root").mkdir()
    start = "import sys; from plans.agents.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "up", "--no-open", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=_environment(unpacked, tmp_path), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"open at (http://\S+)", line):
            yield found[1]
            break
    else:
        pytest.fail(f"The board ended before it was open:\n{said}")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    process.stdout.close()


def test_an_installed_board_shows_its_pages_and_their_styles(board: str) -> None:
    with urllib.request.urlopen(f"{board}login/", timeout=PATIENCE) as answer:
        page = answer.read().decode()
    linked = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)

    assert linked
    for path in linked:
        with urllib.request.urlopen(board.rstrip("/") + path, timeout=PATIENCE) as answer:
            assert answer.status == 200
