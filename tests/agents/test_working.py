"""What agents do with steps, by real processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step, undo_decision
from plans.actions.planning import archive_plan
from plans.domain.actor import person
from tests.agents.shell import created
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from tests.agents.shell import Shell

ME, OTHER = "session-abc", "session-def"
ADA = person("ada")
BUSY = 6


def test_a_claimed_step_belongs_to_the_session_that_claimed_it(shell: Shell, plan: str) -> None:
    step = shell.ask("step", "claim", plan, "1", "--as", ME).step

    assert (step["number"], step["status"], step["owner"]) == (1, "in_progress", ME)
    assert shell.ask("step", "show", plan, "1").step == step


def test_a_comment_is_left_on_any_step_and_changes_no_revision_of_it(shell: Shell, plan: str) -> None:
    before = shell.ask("step", "show", plan, "1").step

    step = shell.ask("step", "comment", plan, "1", "--text", "@people which one?", "--as", ME).step

    assert step["revision"] == before["revision"]
    (said,) = cast("list[dict[str, object]]", step["comments"])
    assert (said["by"], said["text"]) == (f"session:{ME}", "@people which one?")
    assert shell.run("step", "comment", plan, "1", "--text", " ", "--as", ME).code == 4


def test_claiming_again_changes_nothing(shell: Shell, plan: str) -> None:
    first = shell.ask("step", "claim", plan, "1", "--as", ME).json
    assert shell.ask("step", "claim", plan, "1", "--as", ME).json == first


def test_anothers_step_cannot_be_claimed(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)

    ran = shell.run("step", "claim", plan, "1", "--as", OTHER, "--json")

    assert ran.code == 4
    assert ran.out == ""
    assert ran.error["code"] == "not_yours"
    assert ran.error["owner"] == ME


def test_a_step_that_waits_on_others_cannot_be_claimed(shell: Shell, plan: str) -> None:
    ran = shell.run("step", "claim", plan, "3", "--as", ME, "--json")

    assert ran.code == 4
    assert ran.error["code"] == "not_ready"
    assert ran.error["waits_on"] == [1, 2]


def test_the_session_may_come_from_the_environment(shell: Shell, plan: str) -> None:
    assert shell.ask("step", "next", plan, session=ME).step["owner"] == ME


def test_work_without_a_session_is_a_usage_error(shell: Shell, plan: str) -> None:
    for verb in ("claim", "complete", "fail", "release", "heartbeat"):
        ran = shell.run("step", verb, plan, "1")
        assert ran.code == 2, ran
        assert "--as" in ran.err


def test_next_gives_each_ready_step_once_and_then_none(shell: Shell, plan: str) -> None:
    assert shell.ask("step", "next", plan, "--as", ME).step["number"] == 1
    assert shell.ask("step", "next", plan, "--as", OTHER).step["number"] == 2

    ran = shell.ask("step", "next", plan, "--as", ME)
    assert ran.json["step"] is None
    assert shell.run("step", "next", plan, "--as", ME).out == "no step is ready\n"


def test_the_list_can_be_narrowed(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    shell.ask("step", "add", plan, "--title", "Go", "--gate", "--as", ME)

    def listed(*words: str) -> list[object]:
        steps = shell.ask("step", "list", plan, *words).json["steps"]
        assert isinstance(steps, list)
        return [step["number"] for step in steps]

    assert listed("--ready") == [2]
    assert listed("--owner", ME) == [1]
    assert listed("--status", "pending") == [2, 3, 4]
    assert shell.run("step", "list", plan, "--ready").out == "   2  ready        Measure reads\n"


def test_ready_are_the_steps_that_can_be_claimed(shell: Shell, desk: Desk, plan: str) -> None:
    """Red before: steps of drafts and of archived plans were listed, and refused when they were claimed."""

    def ready(where: str, *words: str) -> list[object]:
        steps = shell.ask("step", "list", where, "--ready", *words).json["steps"]
        assert isinstance(steps, list)
        return [step["number"] for step in steps]

    reassign_step(desk, plan, 2, owner=OTHER, by=ADA, expected=1)
    assert (ready(plan), ready(plan, "--as", ME), ready(plan, "--as", OTHER)) == ([1, 2], [1], [1, 2])
    created(shell, "early", "--draft", "--from", "-", sent="- one\n")
    assert ready("early") == ready("early", "--as", ME) == []
    archive_plan(desk, plan, by=ADA, expected=2)
    assert ready(plan, "--as", OTHER) == []


def test_a_repeated_next_gives_the_same_step(shell: Shell, plan: str) -> None:
    asked = ("step", "next", plan, "--as", ME, "--key", "turn-1")
    assert shell.ask(*asked).step["number"] == 1
    assert shell.ask(*asked).step["number"] == 1
    assert shell.ask("step", "list", plan, "--owner", ME).json["revision"] == 2


def test_a_repeated_next_that_found_nothing_finds_nothing(shell: Shell, plan: str) -> None:
    shell.ask("step", "next", plan, "--as", ME)
    shell.ask("step", "next", plan, "--as", ME)
    asked = ("step", "next", plan, "--as", ME, "--key", "turn-3")
    assert shell.ask(*asked).json["step"] is None
    shell.ask("step", "release", plan, "1", "--as", ME)
    assert shell.ask(*asked).json["step"] is None


def test_racing_processes_never_get_the_same_step(shell: Shell) -> None:
    shell.ask("plan", "create", "race", "--from", "-", sent="\n".join(f"- step {n}" for n in range(12)))

    racing = [f"racer-{n}" for n in range(8)]
    while racing:  # who could not be served in time asks again
        racers = [shell.start("step", "next", "race", "--as", name, "--json") for name in racing]
        ended = [racer.communicate(timeout=PATIENCE) for racer in racers]
        codes = [racer.returncode for racer in racers]
        assert set(codes) <= {0, BUSY}, ended
        racing = [name for name, code in zip(racing, codes, strict=True) if code == BUSY]

    owners = [str(step["owner"]) for step in _steps(shell, "race") if step["owner"]]
    assert sorted(owners) == [f"racer-{n}" for n in range(8)]


def test_a_key_used_for_another_request_is_refused(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME, "--key", "k")
    ran = shell.run("step", "claim", plan, "2", "--as", ME, "--key", "k", "--json")

    assert ran.code == 4
    assert ran.error["code"] == "key_reused"


def test_a_heartbeat_with_news_leaves_the_steps_revision_alone(shell: Shell, plan: str) -> None:
    claimed = shell.ask("step", "claim", plan, "1", "--as", ME).step
    told = ("--active-form", "running 212 tests", "--progress", "3/10", "--agent", "codex", "--pid", "77")

    step = shell.ask("step", "heartbeat", plan, "1", "--as", ME, *told).step

    assert step["active_form"] == "running 212 tests"
    assert step["progress"] == {"done": 3, "total": 10}
    assert step["revision"] == claimed["revision"]


def test_a_bare_heartbeat_makes_no_revision_but_shows_life(shell: Shell, plan: str, desk: Desk) -> None:
    before = shell.ask("step", "claim", plan, "1", "--as", ME).json["revision"]
    claimed = desk.sessions.get(ME)

    assert shell.ask("step", "heartbeat", plan, "1", "--as", ME).json["revision"] == before

    beaten = desk.sessions.get(ME)
    assert claimed is not None
    assert beaten is not None
    assert (beaten.beat_at or 0) > (claimed.beat_at or 0)


def test_a_heartbeat_tells_that_the_step_is_somebody_elses_now(shell: Shell, plan: str, desk: Desk) -> None:
    revision = shell.ask("step", "claim", plan, "1", "--as", ME).step["revision"]
    assert isinstance(revision, int)
    reassign_step(desk, plan, 1, by=ADA, expected=revision, owner=OTHER, confirmed=True)

    ran = shell.run("step", "heartbeat", plan, "1", "--as", ME, "--json")

    assert ran.code == 4
    assert ran.error["owner"] == OTHER
    assert shell.ask("step", "show", plan, "1").step["owner"] == OTHER


def test_a_completed_step_lets_the_next_one_start(shell: Shell, plan: str) -> None:
    for number in ("1", "2"):
        shell.ask("step", "claim", plan, number, "--as", ME)
        shell.ask("step", "complete", plan, number, "--as", ME, "--note", "done well")

    third = shell.ask("step", "show", plan, "3").step
    assert (third["ready"], third["waits_on"]) == (True, [])


def test_a_step_that_must_be_reviewed_is_not_completed_by_its_agent(shell: Shell, plan: str) -> None:
    made = shell.ask("step", "add", plan, "--title", "Cut over", "--review", "required", "--as", ME).step
    number = str(made["number"])
    shell.ask("step", "claim", plan, number, "--as", ME)

    step = shell.ask("step", "complete", plan, number, "--as", ME).step

    assert step["status"] == "in_review"


def test_a_failed_step_says_why_and_dooms_what_needs_it(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    failed = shell.ask("step", "fail", plan, "1", "--as", ME, "--note", "no access").step

    assert (failed["status"], failed["reason"]) == ("failed", "no access")
    assert shell.ask("step", "show", plan, "3").step["doomed"] is True


def test_a_released_step_is_anyones(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    released = shell.ask("step", "release", plan, "1", "--as", ME).step
    assert (released["status"], released["owner"]) == ("pending", None)
    assert shell.ask("step", "next", plan, "--as", OTHER).step["number"] == 1


def test_after_an_undone_approval_the_agent_is_told_to_stop(shell: Shell, plan: str, desk: Desk) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    asked = shell.ask("step", "block", plan, "1", "--as", ME, "--approval", "Go?")
    approved = approve_step(desk, plan, 1, by=ADA, expected=_revision(asked.step))
    undo_decision(desk, plan, 1, by=ADA, expected=approved.plan.step(1).revision)

    ran = shell.run("step", "complete", plan, "1", "--as", ME, "--json")

    assert ran.code == 4
    assert ran.error["status"] == "blocked"


def _steps(shell: Shell, plan: str) -> list[dict[str, object]]:
    steps = shell.ask("step", "list", plan).json["steps"]
    assert isinstance(steps, list)
    return steps


def _revision(step: dict[str, object]) -> int:
    revision = step["revision"]
    assert isinstance(revision, int)
    return revision
