"""What the document says is answered is what is answered: no field more, none less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.drafts import StepDraft
from plans.agents.http_api import representations, shown
from plans.agents.http_api.bodies import DraftStep
from plans.domain.step import Step

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tests.agents.http_api.caller import Agent


def fields(kind: type[BaseModel]) -> set[str]:
    return set(kind.model_fields)


def test_every_field_of_plans_and_steps_is_in_the_document(agent: Agent) -> None:
    agent.post("/steps/1/claim")
    agent.post("/steps/1/heartbeat", {"active_form": "x", "progress": {"done": 1, "total": 2}})
    agent.post("/steps/1/block", {"kind": "approval", "text": "?"})

    answer = agent.get()
    plan = answer.plan
    steps = plan["steps"]
    assert isinstance(steps, list)

    assert answer.json.keys() == fields(representations.PlanAnswer) - {"late", "warnings"}
    assert plan.keys() == fields(shown.PlanShown) - {"problem", "warnings", "removed"}
    assert steps[0].keys() == fields(shown.StepShown)
    assert steps[0]["request"].keys() == fields(shown.RequestShown)
    assert set(Step.__struct_fields__) - {"beyond"} <= fields(shown.StepShown)


def test_every_field_of_events_and_lists_is_in_the_document(agent: Agent) -> None:
    events = agent.get("/events").json
    assert events.keys() == fields(representations.EventsAnswer)
    assert events["events"][0].keys() == fields(shown.EventShown)  # type: ignore[index]
    of_files = fields(shown.OfFiles)
    assert agent.get("/steps").json.keys() == fields(representations.StepsAnswer) - of_files
    assert agent.get("/steps/1").json.keys() == fields(representations.StepAnswer) - {"late"} - of_files
    assert agent.ask("GET", "/plans").json.keys() == fields(representations.PlansAnswer)


def test_a_whole_plan_may_hold_what_the_command_line_takes() -> None:
    # Said by a worker as it goes, or only of what is imported.
    elsewhere = {"active_form", "progress", "reason"}

    assert fields(DraftStep) == set(StepDraft.__struct_fields__) - elsewhere
