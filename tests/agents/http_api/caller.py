"""An agent that speaks HTTP: a token, a session, and one plan it works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.test import Client

from plans.domain.actor import person
from plans.people import tokens
from plans.security.tokens import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from plans.actions.wire import Json

ADA = person("ada")
PLAN = "payments.ledger"
API = "/api/v1"
_METHODS = ("GET", "POST", "PATCH", "DELETE")


class Answer:
    """What came back."""

    def __init__(self, answer: HttpResponse) -> None:
        self.status, self.headers, self.body = answer.status_code, answer.headers, answer.content

    @property
    def json(self) -> Json:
        from plans.actions.strict_json import read_json  # noqa: PLC0415 - as strict as clients may be

        value = read_json(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def step(self) -> Json:
        assert self.status in {200, 201}, (self.status, self.body)
        step = self.json["step"]
        assert isinstance(step, dict)
        return step

    @property
    def plan(self) -> Json:
        assert self.status in {200, 201}, (self.status, self.body)
        plan = self.json["plan"]
        assert isinstance(plan, dict)
        return plan

    @property
    def error(self) -> Json:
        error = self.json["error"]
        assert isinstance(error, dict)
        return error

    @property
    def code(self) -> tuple[int, object]:
        return self.status, self.error["code"]


class Agent:
    """One session with a token of its own."""

    def __init__(
        self,
        session: str = "agent-7",
        *,
        pattern: str = "agent-*",
        plans: Iterable[str] = ("payments.*",),
        verbs: Iterable[str] = VERBS,
    ) -> None:
        self.session = session
        kept, self.token = tokens.issue(session=pattern, plans=plans, verbs=verbs, now=1)
        self.number: int = kept.pk
        self.client = Client(raise_request_exception=False)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        match: object = None,
        key: str | None = None,
        **headers: str,
    ) -> Answer:
        """Send a request; ``path`` is what follows ``/api/v1``."""
        sent = {"Authorization": f"Bearer {self.token}", "X-Planboard-Session": self.session}
        sent |= {"If-Match": str(match)} if match is not None else {}
        sent |= {"Idempotency-Key": key} if key is not None else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, API + path, body, headers={n: v for n, v in sent.items() if v})

    def send(self, method: str, path: str, body: object = None, *, headers: dict[str, str]) -> Answer:
        """Send exactly this."""
        import msgspec  # noqa: PLC0415

        assert method in (*_METHODS, "PUT", "OPTIONS", "HEAD")
        data = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        answer = self.client.generic(method, path, data, "application/json", headers=headers)
        return Answer(cast("HttpResponse", answer))

    def get(self, path: str = "", **headers: str) -> Answer:
        """Read something of the plan."""
        return self.ask("GET", f"/plans/{PLAN}{path}", **headers)

    def post(
        self, path: str, body: object = None, *, key: str | None = None, match: object = None, **headers: str
    ) -> Answer:
        """Do something with the plan."""
        return self.ask("POST", f"/plans/{PLAN}{path}", body, key=key, match=match, **headers)

    def patch(self, path: str, body: object, match: object = None, **headers: str) -> Answer:
        """Edit something of the plan."""
        return self.ask("PATCH", f"/plans/{PLAN}{path}", body, match=match, **headers)
