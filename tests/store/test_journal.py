"""The journal as the record: torn tails, damage, foreign histories, snapshots, and what verify finds."""

import json
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.errors import PlanNotFound, Unreadable
from plans.domain.problem import Trouble
from plans.domain.revision import Line
from plans.domain.verbs import shaping
from plans.store import catching_up, json_text, plan_reader
from plans.store.journal import _CRC, Header, encode_line
from plans.store.journal_reading import epoch_in
from plans.store.known import Known
from plans.store.orders import Order
from plans.store.paths import Folder
from plans.store.seals import Judge
from tests.store.scene import ABC, ANN, START, Scene, make_scene


def journal(scene: Scene) -> Path:
    return scene.folder / "journal.jsonl"


def lines(scene: Scene) -> list[bytes]:
    return journal(scene).read_bytes().split(b"\n")[:-1]


def filled(scene: Scene, revisions: int) -> Scene:
    """Make so many quiet revisions."""
    for number in range(revisions):
        scene.edit(1, notes=f"note {number}")
    return scene


@pytest.mark.parametrize("torn", [b"{", b'{"rev":3,"at":1,"by":"x"', b"\0" * 512, b'{"rev":3}'])
def test_a_torn_tail_is_no_revision_and_the_next_writer_cuts_it_off(plan: Scene, torn: bytes) -> None:
    plan.claim(1)
    whole = journal(plan).read_bytes()
    with journal(plan).open("ab") as file:
        file.write(torn)
    for store in (plan.store, plan.fresh_store()):
        assert store.read("work").plan.revision == 2
        assert store.read("work").problem is None
    assert journal(plan).read_bytes() == whole + torn
    plan.claim(2)
    assert journal(plan).read_bytes().startswith(whole)
    assert len(lines(plan)) == 4
    assert plan.store.verify("work") == []


def damaged(scene: Scene, line: int, old: bytes, new: bytes) -> None:
    found = lines(scene)
    assert old in found[line - 1]
    found[line - 1] = found[line - 1].replace(old, new, 1)
    journal(scene).write_bytes(b"\n".join([*found, b""]))


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [(2, b"build", b"Build"), (3, b"session-abc", b"session-xyz"), (4, b'"rev":3', b'"rev":9')],
)
def test_a_changed_line_is_named_and_the_plan_is_read_only(
    plan: Scene, line: int, old: bytes, new: bytes
) -> None:
    plan.claim(1)
    plan.claim(2)
    plan.claim(3)
    damaged(plan, line, old, new)
    before = journal(plan).read_bytes()
    store = plan.fresh_store()
    problem = store.read("work").problem
    assert problem is not None
    assert (problem.kind, problem.message) == (
        Trouble.DAMAGED,
        f"The journal is damaged at line {line}: its checksum does not fit",
    )
    assert store.read("work").plan.revision == line - 2
    assert [entry.rev for entry in store.lines("work")] == list(range(1, line - 1))
    assert store.at("work", line - 2) == store.read("work").plan
    with pytest.raises(Unreadable, match=f"damaged at line {line}") as refused:
        store.change("work", lambda p: shaping.add(p, by=ABC, at=1, title="x"), Order(by=ABC, verb="add"))
    assert "planboard verify work" in refused.value.advice
    assert store.verify("work") == [problem.message]
    assert journal(plan).read_bytes() == before


def test_a_damaged_first_line_is_named(plan: Scene) -> None:
    damaged(plan, 1, b'"v":1', b'"v":2')
    problem = plan.fresh_store().read("work").problem
    assert problem is not None
    assert "damaged at line 1" in problem.message


def rewritten(scene: Scene, line: int, **values: object) -> None:
    """Change a line and give it a fitting checksum again."""
    found = lines(scene)
    whole = json.loads(found[line - 1])
    whole.pop("crc")
    body = json.dumps(whole | values, separators=(",", ":"), ensure_ascii=False).encode()[:-1]
    found[line - 1] = b'%b%b%08x"}' % (body, _CRC, zlib.crc32(body))
    journal(scene).write_bytes(b"\n".join([*found, b""]))


@pytest.mark.parametrize(
    ("line", "values", "said"),
    [
        (
            1,
            {"v": 99},
            "written by a newer version of Planboard from line 1 on (format 99; this one knows 1)",
        ),
        (1, {"created": "soon"}, "Expected `int`, got `str`"),
        (2, {"rev": 7}, "it says revision 7 where 1 belongs"),
        (2, {"by": 5}, "Expected `str`, got `int`"),
    ],
)
def test_a_line_of_another_form_is_named(
    plan: Scene, line: int, values: dict[str, object], said: str
) -> None:
    plan.claim(1)
    rewritten(plan, line, **values)
    store = plan.fresh_store()
    problem = store.read("work").problem
    assert problem is not None
    assert said in problem.message
    assert f"line {line}" in store.verify("work")[0]


def test_fields_of_a_newer_version_are_carried_through(plan: Scene) -> None:
    found = json.loads(lines(plan)[1])
    found["set"]["1"]["weather"] = "fine"
    found["set"]["plan"] = found["set"].get("plan", {}) | {"mood": "good"}
    rewritten(plan, 2, set=found["set"], was=found["was"] | {"plan": {}}, core=found["core"])
    plan.fresh_store()
    scene = Scene(plan.root, plan.fresh_store(), plan.peer)
    assert scene.step(1).beyond == {"weather": "fine"}
    scene.claim(1)
    again = plan.fresh_store().read("work").plan
    assert again.step(1).beyond == {"weather": "fine"}
    assert again.beyond == {"mood": "good"}


def test_a_replaced_journal_is_another_history(plan: Scene, tmp_path: Path) -> None:
    plan.claim(1)
    old = plan.plan
    other = make_scene(tmp_path / "other", "build", "test", "ship")
    journal(plan).unlink()
    journal(other).rename(journal(plan))
    now = plan.plan
    assert now.epoch != old.epoch
    assert now.revision in (1, 2)
    assert [s.title for s in plan.store.at("work", 1).steps] == ["build", "test", "ship"]


def test_a_deleted_journal_begins_a_new_epoch(plan: Scene) -> None:
    filled(plan, 70)
    old = plan.plan.epoch
    journal(plan).unlink()
    changed = plan.add("more")
    assert changed.plan.epoch not in ("", old)
    assert plan.fresh_store().read("work").plan.revision == changed.plan.revision == 2
    assert [s.title for s in changed.plan.steps] == ["build", "test", "ship", "more"]
    assert plan.store.verify("work") == []


def test_verify_finds_what_a_peer_wrote_and_nobody_adopted(plan: Scene) -> None:
    plan.peer.merge("work", [{"step": "build", "status": "completed"}])
    assert plan.store.verify("work") == [
        "plan.json holds a change of another program that is not adopted yet"
    ]
    plan.store.adopt("work")
    assert plan.store.verify("work") == []


def test_verify_finds_a_line_whose_plan_file_was_another(plan: Scene) -> None:
    plan.claim(1)
    rewritten(plan, 3, core="0" * 64)
    assert "Revision 2 does not fold to the plan.json it was written with" in plan.store.verify("work")


def test_verify_knows_nothing_of_a_plan_without_a_journal(scene: Scene) -> None:
    scene.peer.merge("work", [{"step": "build", "status": "completed"}])
    assert scene.store.verify("work") == []


def test_lines_are_read_from_memory_or_from_the_file_alike(plan: Scene) -> None:
    filled(plan, 66)
    fresh = plan.fresh_store()
    for after in (0, 1, 30, 64, 66, 67, 100):
        assert fresh.lines("work", after=after) == plan.store.lines("work", after=after)
    assert [line.rev for line in fresh.lines("work", after=65)] == [66, 67]


def test_lines_that_are_gone_as_they_are_read_are_left_out(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that is put back while it is read is shorter than what was just learned of it."""
    plan.claim(1)
    plan.claim(2)
    whole = plan.store.lines("work")
    cut = b"\n".join([*lines(plan)[:3], b""])
    reader = plan.fresh_store()
    caught_up = catching_up.read_known

    def read_known(folder: Folder, before: Known | None, judge: Judge | None = None) -> Known:
        known = caught_up(folder, before, judge)
        assert known is not None
        journal(plan).write_bytes(cut)
        return msgspec.structs.replace(known, tail=())

    monkeypatch.setattr(plan_reader, "read_known", read_known)
    assert reader.lines("work") == whole[:2]


def test_lines_are_empty_before_the_first_revision(scene: Scene) -> None:
    scene.peer.merge("work", [{"step": "build", "status": "completed"}])
    assert scene.store.lines("work") == []
    with pytest.raises(PlanNotFound):
        scene.store.at("work", 0)


def test_a_journal_that_was_cut_back_is_read_anew(plan: Scene) -> None:
    plan.claim(1)
    plan.claim(2)
    journal(plan).write_bytes(b"\n".join([*lines(plan)[:3], b""]))
    reading = plan.store.read("work")
    assert reading.plan.revision in (2, 3)
    assert reading.problem is None


def test_a_line_that_was_never_flushed_and_came_back_otherwise_is_forgotten(plan: Scene) -> None:
    """A writer whose flush failed takes its line back; a reader may have seen it meanwhile."""
    whole = journal(plan).read_bytes()
    reader = plan.fresh_store()
    plan.edit(1, notes="short")
    assert reader.read("work").plan.step(1).notes == "short"
    journal(plan).write_bytes(whole)
    writer = Scene(plan.root, plan.fresh_store(), plan.peer)
    writer.edit(1, notes="a much longer note that goes on")
    reading = reader.read("work")
    assert reading.problem is None
    assert reading.plan.step(1).notes == "a much longer note that goes on"
    journal(plan).write_bytes(whole)
    again = Scene(plan.root, plan.fresh_store(), plan.peer)
    again.edit(1, notes="a much longer note that went on")
    assert reader.read("work").plan.step(1).notes == "a much longer note that went on"


def test_a_create_that_was_cut_short_left_nothing(scene: Scene) -> None:
    scene.folder.mkdir()
    journal(scene).write_bytes(b'{"v":1,"pl')
    assert scene.store.namespaces() == []
    with pytest.raises(PlanNotFound):
        scene.store.read("work")
    assert scene.create("build").plan.revision == 1
    assert scene.store.verify("work") == []


def test_times_in_the_journal_are_the_clocks(plan: Scene) -> None:
    assert all(START < line.at < START + 1000 for line in plan.store.lines("work"))


def test_every_line_says_who_did_what(plan: Scene) -> None:
    plan.claim(2)
    line = plan.store.lines("work", after=1)[0]
    assert (line.rev, line.by, line.verb, line.step) == (2, str(ABC), "claim", 2)
    assert line.set["2"] is not None
    assert line.set["2"]["owner"] == "session-abc"
    assert line.was["2"] is not None
    assert line.was["2"]["status"] == "pending"
    assert str(ANN) == plan.store.lines("work")[0].by


EXTRAS = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
NOTES = st.text(st.characters() | st.sampled_from("\ud800\x00\x1f\u2028"))


@given(NOTES, st.recursive(EXTRAS, st.lists))
def test_a_line_is_written_at_once_or_with_care_and_says_the_same(note: str, extra: object) -> None:
    line = Line(rev=1, at=2, by="session:a", verb="edit", note=note, set={"1": {"extra": {"x": extra}}})
    assert json.loads(json_text.written(line)) == json.loads(json_text.compact(msgspec.to_builtins(line)))


def test_what_is_no_number_is_not_written() -> None:
    line = Line(rev=1, at=2, by="session:a", verb="edit", set={"1": {"extra": {"x": float("nan")}}})
    with pytest.raises(ValueError, match="JSON"):
        json_text.written(line)


def test_whose_history_lies_in_a_folder_is_told_where_it_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    assert epoch_in(str(tmp_path)) == ""
    file.write_bytes(b"no header\n")
    assert epoch_in(str(tmp_path)) == ""
    file.write_bytes(encode_line(Header(v=1, plan="e1", created=START, by="session:session-abc")))
    assert epoch_in(str(tmp_path)) == "e1"
