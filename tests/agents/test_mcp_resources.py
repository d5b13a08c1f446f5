"""Plans as MCP resources: listed, read, and told of when they change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from mcp import Client
from mcp.client.subscriptions import ResourceUpdated
from mcp.shared.exceptions import MCPError
from mcp_types import ResourceUpdatedNotification

from plans.actions.planning import archive_plan, create_plan
from plans.actions.shaping import add_step
from plans.agents.mcp_server import resources
from plans.agents.mcp_server.addresses import address_of, namespace_at
from plans.agents.mcp_server.caller import Caller
from plans.agents.mcp_server.files import FileRoots
from plans.agents.mcp_server.server import PlanServer
from plans.domain.actor import person, session
from tests.agents.connected import ERAS, inside, started
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from tests.agents.connected import Era
    from tests.agents.shell import Shell

ADA = person("ada")


@pytest.mark.parametrize("era", ERAS)
async def test_plans_are_listed_and_read_as_markdown(desk: Desk, plan: str, era: Era) -> None:
    create_plan(desk, "old.plan", by=ADA)
    archive_plan(desk, "old.plan", by=ADA, expected=1)
    async with inside(desk, era=era) as agent:
        listed = (await agent.client.list_resources()).resources
        templates = (await agent.client.list_resource_templates()).resource_templates
        (content,) = (await agent.client.read_resource("plan://payments.ledger")).contents
        tool = await agent.call("read_plan", name=plan)

    assert [(found.uri, found.title, found.description) for found in listed] == [
        ("plan://payments.ledger", "Ledger", "0 of 3 steps done; active")
    ]
    assert [template.uri_template for template in templates] == ["plan://{namespace}"]
    assert (content.uri, content.mime_type) == ("plan://payments.ledger", "text/markdown")
    assert getattr(content, "text", "") == tool["content"]


@pytest.mark.parametrize("uri", ["plan://no.such.plan", "plan://", "file:///etc/hostname", "plan://../x"])
async def test_an_address_that_means_no_plan_is_refused_with_what_to_do(desk: Desk, uri: str) -> None:
    async with inside(desk) as agent:
        with pytest.raises(MCPError, match=r"no plan|Invalid plan namespace"):
            await agent.client.read_resource(uri)


@pytest.mark.parametrize("namespace", ["payments.ledger", "claude~a list/ü", "A-b_c.9"])
def test_every_plan_has_an_address_that_leads_back(namespace: str) -> None:
    assert namespace_at(address_of(namespace)) == namespace


async def test_a_subscriber_is_told_of_a_change_whoever_made_it(desk: Desk, plan: str) -> None:
    async with (
        inside(desk) as agent,
        agent.client.listen(resource_subscriptions=[address_of(plan)], resources_list_changed=True) as events,
    ):
        add_step(desk, plan, title="Tell the team", by=ADA)
        assert await anext(events) == ResourceUpdated(uri=address_of(plan))
        create_plan(desk, "another.plan", by=ADA)
        assert type(await anext(events)).__name__ == "ResourcesListChanged"


async def test_a_subscription_ends_with_the_token_of_its_caller(
    desk: Desk, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "WELCOME_EVERY", 0.01)

    async def is_welcome() -> bool:
        return False

    caller = Caller(desk=desk, by=session("session-abc"), files=FileRoots(), is_welcome=is_welcome)
    async with (
        asyncio.timeout(PATIENCE),
        Client(PlanServer(lambda _: caller).build()) as client,
        client.listen(resource_subscriptions=[address_of(plan)]) as events,
    ):
        assert [event async for event in events] == []


@pytest.mark.filterwarnings("ignore:resources/.*subscribe is removed")
async def test_a_subscriber_with_the_older_protocol_is_told_too(shell: Shell, desk: Desk, plan: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def hears(message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            await heard.put(message.params.uri)

    async with started(shell, era="legacy", hears=hears) as agent:
        await agent.client.subscribe_resource(address_of(plan))
        add_step(desk, plan, title="Tell the team", by=ADA)
        told = await heard.get()
        await agent.client.unsubscribe_resource(address_of(plan))
        await agent.client.unsubscribe_resource("file:///etc/hostname")  # nobody is subscribed to that

    assert told == address_of(plan)


@pytest.mark.filterwarnings("ignore:resources/.*subscribe is removed")
async def test_a_subscriber_with_the_older_protocol_hears_nothing_without_a_token(
    desk: Desk, plan: str
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    asked = asyncio.Event()
    token_works = False

    async def hears(message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            await heard.put(message.params.uri)

    async def is_welcome() -> bool:
        asked.set()
        return token_works

    caller = Caller(desk=desk, by=session("session-abc"), files=FileRoots(), is_welcome=is_welcome)
    server = PlanServer(lambda _: caller).build()
    async with asyncio.timeout(PATIENCE), Client(server, mode="legacy", message_handler=hears) as client:
        await client.subscribe_resource(address_of(plan))
        add_step(desk, plan, title="Not for everybody", by=ADA)
        await asked.wait()
        token_works = True
        add_step(desk, plan, title="Tell the team", by=ADA)
        assert await heard.get() == address_of(plan)
        assert heard.empty()
