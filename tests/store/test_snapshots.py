"""Snapshots only save time: one that is missing, old or wrong changes nothing."""

import pytest
from msgspec.structs import replace

from plans.domain.step import Status
from plans.store import catching_up, journal_reading, snapshot
from plans.store.paths import Folder
from tests.store.scene import Scene
from tests.store.test_journal import filled


def test_a_snapshot_is_made_every_64_revisions_and_read_instead_of_the_journal(plan: Scene) -> None:
    filled(plan, 62)
    assert not (plan.folder / "snapshot.json").exists()
    filled(plan, 3)
    assert (plan.folder / "snapshot.json").exists()
    store = plan.fresh_store()
    assert store.read("work").plan == plan.plan
    known = store._known["work"]
    assert known.tail[0].rev == 65
    assert store.lines("work", after=10) == plan.store.lines("work", after=10)


def test_closing_the_store_leaves_a_snapshot(plan: Scene) -> None:
    plan.claim(1)
    plan.store.close()
    store = plan.fresh_store()
    assert store.read("work").plan == plan.plan
    assert store._known["work"].tail == ()
    assert plan.store.verify("work") == []


def test_a_snapshot_of_a_line_that_was_taken_back_is_ignored(plan: Scene) -> None:
    """Red where only its length is looked at: what a backup undid comes back, and what came since is lost."""
    journal = plan.folder / "journal.jsonl"
    saved = {path: path.read_bytes() for path in (journal, plan.folder / "plan.json")}
    plan.claim(1)
    plan.store.close()
    size = journal.stat().st_size
    for path, data in saved.items():
        path.write_bytes(data)
    again = Scene(plan.root, plan.fresh_store(), plan.peer)
    again.claim(2)
    assert journal.stat().st_size == size, "a line as long as the one that was taken back"
    found = plan.fresh_store().read("work").plan
    assert (found.step(1).status, found.step(2).status) == (Status.PENDING, Status.IN_PROGRESS)
    assert found.revision == 2
    assert plan.fresh_store().verify("work") == ["The snapshot of revision 2 differs from the journal"]


def test_closing_takes_no_longer_than_it_may(plan: Scene) -> None:
    plan.claim(1)
    plan.store.close(seconds=0)
    assert not (plan.folder / "snapshot.json").exists()


def test_closing_writes_no_snapshot_of_what_did_not_change(plan: Scene) -> None:
    plan.claim(1)
    plan.store.close()
    path = plan.folder / "snapshot.json"
    before = path.stat().st_ino
    store = plan.fresh_store()
    store.read("work")
    store.close()
    assert path.stat().st_ino == before


def test_a_store_closes_without_the_plans_that_are_gone(plan: Scene) -> None:
    plan.claim(1)
    plan.folder.rename(plan.root / "elsewhere")
    plan.store.close()
    assert not (plan.root / "work").exists()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"garbage\n00000000", b'{"v":1}\n0c1d2e3f', b"\0" * 100, b"[]\ndeadbeef"]
)
def test_a_snapshot_that_cannot_be_trusted_is_ignored(plan: Scene, content: bytes) -> None:
    plan.claim(1)
    plan.store.close()
    (plan.folder / "snapshot.json").write_bytes(content)
    assert plan.fresh_store().read("work").plan == plan.plan
    assert plan.store.verify("work") == []


def saved(scene: Scene) -> snapshot.Snapshot:
    with Folder(str(scene.root), "work") as folder:
        found = snapshot.load(folder)
    assert found is not None
    return found


def save(scene: Scene, wrong: snapshot.Snapshot) -> None:
    with Folder(str(scene.root), "work") as folder:
        snapshot.save(folder, wrong)


def test_a_snapshot_of_another_history_namespace_version_or_place_is_ignored(plan: Scene) -> None:
    plan.claim(1)
    plan.store.close()
    right = saved(plan)
    for wrong in (
        replace(right, plan=replace(right.plan, epoch="another")),
        replace(right, plan=replace(right.plan, namespace="another")),
        replace(right, v=2),
        replace(right, size=right.size - 1),
        replace(right, size=right.size + 100),
    ):
        save(plan, wrong)
        assert plan.fresh_store().read("work").plan == plan.plan


def test_verify_finds_a_snapshot_that_lies(plan: Scene) -> None:
    plan.claim(1)
    plan.store.close()
    right = saved(plan)
    save(plan, replace(right, plan=replace(right.plan, title="a lie")))
    assert plan.store.verify("work") == ["The snapshot of revision 2 differs from the journal"]
    save(plan, replace(right, plan=replace(right.plan, revision=9)))
    assert plan.store.verify("work") == ["The snapshot is ahead of the journal"]


@pytest.mark.parametrize("torn", [b"", b'{"rev":9'])
def test_a_journal_is_read_in_pieces_of_any_size(
    plan: Scene, monkeypatch: pytest.MonkeyPatch, torn: bytes
) -> None:
    """Red where a line that two pieces share, or the last of a few that are folded at once, is lost."""
    filled(plan, 6)
    with (plan.folder / "journal.jsonl").open("ab") as journal:
        journal.write(torn)
    lines, verified = plan.store.lines("work"), plan.store.verify("work")
    for piece, at_once, few in ((1, 1, 9), (7, 2, 4), (500, 3, 0), (10**6, 10**6, 9)):
        monkeypatch.setattr(journal_reading, "_PIECE", piece)
        monkeypatch.setattr(journal_reading, "_LAST", piece)
        monkeypatch.setattr(catching_up, "_FEW", few)
        monkeypatch.setattr(catching_up, "_AT_ONCE", at_once)
        store = plan.fresh_store()
        assert store.read("work").plan == plan.plan
        store._known["work"] = replace(store._known["work"], tail=())
        assert store.lines("work") == list(store.each_line("work")) == lines
        assert store.lines("work", after=2, limit=2) == lines[2:4]
        assert store.verify("work") == verified
