"""Corners of the store's parts that no whole plan reaches."""

import os
import shutil
import time
import zlib
from pathlib import Path

import pytest
from filelock import FileLock

from plans.domain.errors import PlanNotFound, StorageFailed
from plans.domain.plan import Plan
from plans.domain.verbs import shaping, working
from plans.store import board_lock, journal, json_text, network, peer_locking, projection, writer_mark
from plans.store.adoption import adopt
from plans.store.bad_file import BadFile
from plans.store.formats import openclaw
from plans.store.journal import DamagedJournal, Header
from plans.store.paths import Folder
from plans.store.peer_lock import PeerLock
from tests.store.scene import ABC, START, Scene, step


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("true", "true"),
        ("false", "false"),
        ("1.5", "1.5"),
        ("2.0", "2"),
        ("[1,null,[true]]", "1,,true"),
        ("{}", "[object Object]"),
    ],
)
def test_a_wrong_value_is_shown_as_javascript_shows_it(written: str, shown: str) -> None:
    with pytest.raises(BadFile, match="mismatch") as refused:
        openclaw.parse(b'{"namespace": %b, "steps": []}' % written.encode(), "work")
    assert f'found "{shown}"' in str(refused.value)


def test_a_long_run_of_digits_is_a_double_as_for_the_peers() -> None:
    assert json_text.parse(b"1" + b"0" * 400)[0] == float("inf")


def test_half_a_character_is_written_as_an_escape() -> None:
    assert json_text.encode('"\ud800\u00e9"') == b'"\\ud800\xc3\xa9"'


def test_the_place_of_a_forbidden_word_is_not_one_within_a_string() -> None:
    with pytest.raises(json_text.BadJson) as refused:
        json_text.parse(b'{"NaN": "NaN",\n "a": NaN}')
    assert (refused.value.line, refused.value.column) == (2, 7)


def test_a_line_with_a_fitting_checksum_that_is_no_json_is_damaged() -> None:
    header = Header(v=1, plan="x", created=1, by="file")
    raw = journal.encode_line(header)[:-1]
    assert journal.decode_line(raw, 1)["plan"] == "x"
    body = b'{"v":1,'
    with pytest.raises(DamagedJournal, match="line 7"):
        journal.decode_line(body + b',"crc":"%08x"}' % zlib.crc32(body), 7)


def test_a_journal_that_vanished_is_not_begun_by_an_append(plan: Scene) -> None:
    (plan.folder / "journal.jsonl").unlink()
    with Folder(str(plan.root), "work") as folder:
        with pytest.raises(StorageFailed, match="Could not write"):
            journal.append(folder, b"{}\n", at=0)
        journal.settle(folder)
    plan.fresh_store().settle("work")
    assert not (plan.folder / "journal.jsonl").exists()


def test_a_lock_from_before_the_machines_start_is_dead() -> None:
    token = f"{os.getpid()}-1-aaaaaaaa"
    assert not PeerLock(token, 1, 1, 1, 26).holder_lives
    assert PeerLock(token, 1, 1, time.time_ns(), 26).holder_lives


def test_where_the_start_of_the_machine_is_unknown_no_lock_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("time.CLOCK_BOOTTIME")
    assert PeerLock(f"{os.getpid()}-1-aaaaaaaa", 1, 1, 1, 26).holder_lives


def test_a_waiting_writer_that_may_not_lock_says_so(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: FileLock) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(board_lock, "_lock_soon", lambda *_: None)
    monkeypatch.setattr(FileLock, "acquire", denied)
    with pytest.raises(StorageFailed, match="permission was denied"):
        plan.claim(1)


def test_a_lock_that_goes_while_it_is_looked_at_is_tried_again_at_once(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = iter([False, True])
    real = peer_locking._create
    monkeypatch.setattr(peer_locking, "_create", lambda folder, token: next(tries) and real(folder, token))
    assert plan.claim(1).plan.revision == 2


def test_without_a_mount_table_no_file_system_is_called_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", missing)
    assert network.file_system(str(tmp_path)) == ""


def test_a_group_that_may_not_be_given_is_left(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(1, "not permitted")

    os.chown(plan.folder / "plan.json", -1, 1 if os.geteuid() == 0 else os.getegid())
    monkeypatch.setattr(os, "fchown", denied)
    assert plan.claim(1).late == ""


def test_a_folder_whose_journal_is_a_link_is_listed_as_a_plan(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("")
    scene.folder.mkdir()
    (scene.folder / "journal.jsonl").symlink_to(tmp_path / "target")
    assert scene.store.namespaces() == ["work"]


def test_what_was_finished_by_both_is_left_as_it_is(plan: Scene) -> None:
    plan.claim(1)
    base = tuple((s.number, openclaw.core_step(s)) for s in plan.plan.steps)
    plan.complete(1)
    adopted = adopt(plan.plan, base, projection.projected(plan.plan), at=START)
    assert adopted.plan.steps == plan.plan.steps


def test_a_file_that_comes_in_pieces_is_read_to_its_end(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, size, at: real(fd, min(size, 7), at))
    assert plan.fresh_store().read("work").plan == plan.plan


def test_a_snapshot_beside_a_damaged_or_missing_first_line_is_ignored(plan: Scene) -> None:
    plan.claim(1)
    plan.store.close()
    path = plan.folder / "journal.jsonl"
    path.write_bytes(b"#" + path.read_bytes()[1:])
    problem = plan.fresh_store().read("work").problem
    assert problem is not None
    assert "damaged at line 1" in problem.message


def test_a_snapshot_beside_a_first_line_without_end_is_ignored(plan: Scene) -> None:
    plan.claim(1)
    plan.change(lambda p: shaping.edit(p, 1, by=ABC, notes="x" * 60_000), "edit", by=ABC)
    plan.change(lambda p: shaping.edit(p, 1, by=ABC, notes="short"), "edit", by=ABC)
    plan.store.close()
    path = plan.folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b" ", 3))
    problem = plan.fresh_store().read("work").problem
    assert problem is not None
    assert "damaged at line 1" in problem.message


def test_a_lock_that_comes_between_a_look_and_the_taking_is_respected(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plan.folder / ".lock").write_text(f"{os.getpid()}-1-aaaaaaaa")
    with Folder(str(plan.root), "work") as folder:
        monkeypatch.setattr(Folder, "stat", lambda *_: None)
        assert not peer_locking._create(folder, "token")
    assert (plan.folder / ".lock").read_text() == f"{os.getpid()}-1-aaaaaaaa"


def test_a_folder_that_was_moved_away_is_not_the_one_of_its_name(plan: Scene) -> None:
    with Folder(str(plan.root), "work") as folder:
        assert folder.in_place()
        plan.folder.rename(plan.root / "elsewhere")
        assert not folder.in_place()
        plan.folder.mkdir()
        assert not folder.in_place()


def test_nothing_is_made_in_a_folder_that_was_deleted(plan: Scene) -> None:
    with Folder(str(plan.root), "work") as folder:
        shutil.rmtree(plan.folder)
        with pytest.raises(PlanNotFound):
            folder.open_or_make("journal.jsonl", 0o600)


def test_a_board_lock_that_was_deleted_while_held_is_said(plan: Scene) -> None:
    def deleting(p: Plan) -> Plan:
        (plan.folder / ".board.lock").unlink()
        return working.claim(p, 1, by=ABC)

    with pytest.raises(StorageFailed, match="was deleted while it was held"):
        plan.change(deleting, "claim", by=ABC)
    assert plan.plan.revision == 1


def test_where_the_boot_is_unknown_an_empty_mark_is_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError

    with monkeypatch.context() as patched:
        patched.setattr("builtins.open", missing)
        assert writer_mark._rest.__wrapped__() == ""


def test_stamps_that_change_while_we_take_the_lock_are_kept(plan: Scene) -> None:
    plan.claim(1)
    sent = [step("build", "in_progress")]

    def claimed(p: Plan) -> Plan:
        if plan.steps[0].get("updatedBy") != "agent:x":
            plan.peer.merge("work", sent, "agent:x")
        return working.claim(p, 2, by=ABC)

    plan.change(claimed, "claim", by=ABC)
    assert [s.get("updatedBy") for s in plan.steps] == ["agent:x", "session-abc", None]
    assert plan.store.verify("work") == []
