"""Plans that are not what they look like: links, pipes, devices, names that lead elsewhere."""

import json
import os
import socket
import stat
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from plans.actions.desk import Desk
from plans.actions.shaping import add_step
from plans.domain.errors import PlanError
from tests.waiting import PATIENCE
from tests.web.cast import ADA, LEDGER, LedgerBoard

pytestmark = [pytest.mark.shows("security", "tests", "let_in"), pytest.mark.django_db]
HOSTILE = Path(__file__).parents[2] / "data" / "hostile"
NAMES = [line for line in (HOSTILE / "traversal.txt").read_text().splitlines() if line]
SECRET = "the secret of another folder"


def plan_of(namespace: str) -> str:
    steps = [{"step": SECRET, "status": "pending"}]
    return json.dumps({"namespace": namespace, "steps": steps, "createdAt": 1, "updatedAt": 1})


def folder(desk: Desk, name: str) -> Path:
    made = Path(desk.store.root) / name
    made.mkdir(mode=0o700, exist_ok=True)
    return made


def shown(desk: Desk, namespace: str) -> str:
    """Read a plan, in time; gives its first title, or the refusal."""
    said: list[str] = []

    def read() -> None:
        try:
            reading = desk.store.read(namespace)
            said.append(reading.problem.message if reading.problem else reading.plan.steps[0].title)
        except PlanError as refused:
            said.append(refused.message)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(timeout=PATIENCE)
    return said[0] if said else "it hangs"


def test_no_name_leads_out_of_the_root(board: LedgerBoard, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in NAMES:
        (outside / "plan.json").write_text(plan_of(name))
        assert SECRET not in shown(board.desk, name), name
        assert board.client.get(f"/plans/{quote(name, safe='')}/").status_code in {400, 404}, name
        with pytest.raises(PlanError):
            add_step(board.desk, name, by=ADA, title="x")
    assert sorted(path.name for path in outside.iterdir()) == ["plan.json"]


def test_a_plan_that_is_a_link_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(plan_of("linked"))
    (folder(desk, "linked") / "plan.json").symlink_to(tmp_path / "other.json")
    assert "symlink rejected (ELOOP)" in shown(desk, "linked")


def test_a_namespace_that_is_a_link_out_of_the_root_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "plan.json").write_text(plan_of("away"))
    (Path(desk.store.root) / "away").symlink_to(tmp_path / "elsewhere")
    assert "escapes base directory via parent symlink" in shown(desk, "away")


def test_a_pipe_in_a_plans_place_hangs_nobody(desk: Desk) -> None:
    pipe = folder(desk, "piped") / "plan.json"
    os.mkfifo(pipe)
    try:
        assert "not a regular file" in shown(desk, "piped")
    finally:
        with suppress(OSError):  # let a reader go that hangs after all
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


def test_a_device_or_socket_in_a_plans_place_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with suppress(PermissionError):  # needs root, or a container that allows it
        os.mknod(folder(desk, "device") / "plan.json", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
        assert "not a regular file" in shown(desk, "device")
    os.mkfifo(folder(desk, "again") / "plan.json")
    assert "not a regular file" in shown(desk, "again")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(folder(desk, "socket"))  # names of sockets are short
        listener.bind("plan.json")
        assert SECRET not in shown(desk, "socket")


@pytest.mark.parametrize("name", ["journal.jsonl", ".board.lock"])
def test_nothing_is_written_through_a_hard_link(desk: Desk, tmp_path: Path, name: str) -> None:
    """Whoever may put links into a plan's folder must not get our process to write into its own files."""
    victim = tmp_path / "key"
    victim.write_text("a key without a newline")
    os.link(victim, folder(desk, LEDGER) / name)
    (folder(desk, LEDGER) / "plan.json").write_text(plan_of(LEDGER))
    with pytest.raises(PlanError, match="has another name elsewhere"):
        add_step(desk, LEDGER, by=ADA, title="x")
    assert victim.read_text() == "a key without a newline"


def test_a_plan_that_is_a_hard_link_is_replaced_and_never_written_through(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(plan_of(LEDGER))
    os.link(other, folder(desk, LEDGER) / "plan.json")
    before = other.read_bytes()
    add_step(desk, LEDGER, by=ADA, title="Ours")
    assert other.read_bytes() == before
    assert "Ours" in (folder(desk, LEDGER) / "plan.json").read_text()
