import re
import subprocess
import sys
from pathlib import Path

from plans.wiring import now_ms


def test_only_two_files_ask_the_environment() -> None:
    plans = Path(__file__).parents[2] / "plans"
    reads = re.compile(r"os\.environ|getenv")
    # The demo and the command line hand the environment on to processes they start.
    found = {
        path.relative_to(plans).as_posix()
        for path in plans.rglob("*.py")
        if reads.search(path.read_text()) and "agents" not in path.parts
    }

    assert found == {"environment.py", "wiring.py"}


def test_the_clock_counts_milliseconds_since_the_epoch() -> None:
    assert 1_700_000_000_000 < now_ms() < 10_000_000_000_000


def test_an_agents_command_does_not_wait_for_django_or_pathlib() -> None:
    program = "import sys, plans.wiring; print({'django', 'pathlib', 'dataclasses'} & set(sys.modules))"

    said = subprocess.run(
        [sys.executable, "-S", "-c", program], check=False, env=_only_us(), capture_output=True, text=True
    )

    assert said.stdout.strip() == "set()", said.stderr


def _only_us() -> dict[str, str]:
    """Give an environment whose only packages are those of this one, without what site.py imports."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path)}
