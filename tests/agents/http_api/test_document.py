"""The OpenAPI document is true: whatever is sent, the answers are what it says, and nothing breaks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from plans.actions.drafts import PlanDraft
from plans.actions.planning import create_plan, delete_plan
from plans.agents.http_api import asking, waiting
from plans.agents.http_api.api import document
from plans.security.rates import Pace, Rates
from plans_site.asgi import application
from tests import figures
from tests.agents.http_api.caller import ADA, PLAN, Agent
from tests.agents.http_api.conftest import STEPS
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from schemathesis import AuthContext, Case, CheckContext, Response
    from schemathesis.schemas import BaseSchema

    from plans.actions.desk import Desk

    type AnyCase = Case

TORTURE: Final = "PLANBOARD_TEST_TORTURE" in os.environ
PATIENT: Final = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    database=None,
    derandomize=not TORTURE,
)
OPERATIONS: Final = [
    (path, method) for path, methods in msgspec.json.decode(document())["paths"].items() for method in methods
]
HOST: Final = {"Host": "127.0.0.1"}
REFUSALS: Final = ["2xx", "304", "400", "401", "403", "404", "409", "410", "413", "422", "428", "429"]
"""What a well-formed request may be told too: rules and revisions are no matter of its form.

Nor is a NUL in the address, which no route ever sees: no pattern of a schema can say it of every query (400).
"""


@pytest.fixture
def document_schema(agent: Agent, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> BaseSchema:  # noqa: ARG001
    """Load the document through the gate, with a token that writes as often as it likes."""
    monkeypatch.setattr(asking, "WRITES", Pace(Rates(10**9), Rates(10**9)))
    monkeypatch.setattr(asking, "HEARTBEATS", Pace(Rates(10**9), Rates(10**9)))
    monkeypatch.setattr(waiting, "LONGEST", 0.05)
    config = SchemathesisConfig()
    config.projects.default.update(headers=HOST | {"X-Planboard-Session": agent.session})
    config.projects.default.checks.positive_data_acceptance.expected_statuses = REFUSALS
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", application, config=config, headers=HOST)
    token = Agent(plans=("*",)).token

    @schema.auth()
    class _Token:
        def get(self, _case: AnyCase, _context: AuthContext) -> str:
            return token

        def set(self, case: AnyCase, data: str, _context: AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    return schema


def counted(_context: CheckContext, answer: Response, _case: AnyCase) -> None:
    """Record an answer, whatever is found wrong with it."""
    figures.record("api", calls=1, server_errors=int(answer.status_code >= 500))


@pytest.mark.torture
@pytest.mark.shows("api", failed="breaks")
def test_any_request_is_answered_as_the_document_says(document_schema: BaseSchema) -> None:
    for path, method in OPERATIONS:
        for mode in GenerationMode:
            operation = document_schema[path][method]

            @settings(PATIENT, max_examples=500 if TORTURE else 3)
            @given(case=operation.as_strategy(generation_mode=mode))
            def any_request(case: AnyCase) -> None:
                case.call_and_validate(timeout=PATIENCE, additional_checks=[counted])

            any_request()


@pytest.mark.torture
@pytest.mark.shows("api", failed="breaks")
def test_any_chain_of_requests_is_answered_as_the_document_says(
    document_schema: BaseSchema, desk: Desk
) -> None:
    class Chain(document_schema.as_state_machine()):  # type: ignore[misc]  # a class that is made here
        def setup(self) -> None:
            """Begin with the same ledger each time: else a chain could not be tried again."""
            for namespace in desk.store.namespaces():
                revision = desk.store.read(namespace).plan.revision
                delete_plan(desk, namespace, by=ADA, expected=revision)
            create_plan(desk, PLAN, sent=PlanDraft(steps=STEPS), by=ADA)

        def validate_response(self, response: Response, case: AnyCase, **rest: object) -> None:
            """Judge an answer as ever, and count it."""
            super().validate_response(response, case, [counted], **rest)

    run_state_machine_as_test(
        Chain, settings=settings(PATIENT, max_examples=500 if TORTURE else 5, stateful_step_count=8)
    )


def test_the_document_is_openapi_3_1_and_needs_no_token(agent: Agent) -> None:
    answer = agent.client.get("/api/v1/openapi.json")

    told = msgspec.json.decode(answer.content)
    assert told["openapi"].startswith("3.1")
    assert told == msgspec.json.decode(document())
    assert answer.headers["Content-Type"] == "application/json"
