"""Who acts in these tests, and Ada's browser."""

from collections.abc import Iterable
from typing import cast

from django.http import HttpResponse
from django.test import Client

from plans.actions.desk import Desk
from plans.domain.actor import person, session
from plans.domain.plan import Plan
from plans.domain.step import Step
from plans.mirror.applying import write
from plans.mirror.rows import News, paint

LEDGER = "payments.ledger"
ADA = person("ada")
ABC, DEF = session("session-abc"), session("session-def")


class LedgerBoard:
    """Ada's browser at the ledger, and the ledger's files beside it."""

    def __init__(self, client: Client, desk: Desk, namespace: str) -> None:
        self.client, self.desk, self.namespace = client, desk, namespace

    def post(self, path: str, **fields: object) -> HttpResponse:
        """Send a form without scripts; the path is what follows the plan's."""
        return cast("HttpResponse", self.client.post(self._url(path), fields))

    def htmx(self, path: str, **fields: object) -> HttpResponse:
        """Send a form as htmx does."""
        answer = self.client.post(self._url(path), fields, headers={"HX-Request": "true"})
        return cast("HttpResponse", answer)

    def get(
        self, path: str = "", headers: dict[str, str] | None = None, **query: str | int | Iterable[str]
    ) -> HttpResponse:
        """Open a page of the plan."""
        return cast("HttpResponse", self.client.get(self._url(path), query, headers=headers))

    def all_plans(self) -> HttpResponse:
        return cast("HttpResponse", self.client.get("/plans/"))

    def plan(self) -> Plan:
        return self.desk.store.read(self.namespace).plan

    def step(self, number: int) -> Step:
        return self.plan().step(number)

    def revision(self, number: int) -> int:
        return self.step(number).revision

    def copy_whole(self) -> None:
        """Copy the plan into the mirror as if it had never been there."""
        news = News(self.plan(), self.desk.store.lines(self.namespace, after=0))
        write(None, paint(None, news), news)

    def _url(self, path: str) -> str:
        return f"/plans/{self.namespace}/{path}"
