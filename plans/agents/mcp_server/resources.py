"""Plans as resources: listed, read as markdown, and watched for whoever subscribes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import anyio
import mcp_types as types
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import ResourceUpdated

from plans.actions.desk import wrong_with
from plans.actions.markdown_plan import write_document
from plans.agents.mcp_server import refusals
from plans.agents.mcp_server.addresses import TEMPLATE, address_of, namespace_at
from plans.agents.mcp_server.watching import LIST, look, watch
from plans.domain.errors import PlanError, PlanNotFound
from plans.domain.step import CLOSED
from plans.security.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.server.connection import Connection
    from mcp.server.context import ServerRequestContext
    from mcp.shared.subscriptions import ServerEvent

    from plans.actions.desk import Reading
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.plan import Plan

    type Context = ServerRequestContext[Any, Any]
    type InThread = Callable[[Callable[[], Any]], Awaitable[Any]]

MARKDOWN: Final = "text/markdown"
PLAIN: Final = "text/plain"
"""Of what is wrong with a plan's files, said behind the plan."""
WELCOME_EVERY: Final = 15.0
"""Seconds between two looks whether a caller's token still works."""
_WATCHER: Final = "planboard.watcher"


class PlanResources:
    """What the SDK calls for resources."""

    def __init__(self, caller_of: Callable[[Context], Caller], in_thread: InThread) -> None:
        self._caller_of, self._in_thread = caller_of, in_thread
        self._listening: set[ListenHandler] = set()

    def end(self) -> None:
        """End every stream of changes, with a word of goodbye."""
        for handler in self._listening:
            handler.close()

    async def list_all(
        self, context: Context, _params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        caller = self._caller_of(context)
        plans: list[Plan] = await self._in_thread(lambda: _readable(caller))
        return types.ListResourcesResult(resources=[_listed(plan) for plan in plans])

    async def list_templates(
        self, _context: Context, _params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            name="plan",
            title="A plan",
            uri_template=TEMPLATE,
            description="A whole plan as one markdown document; read_plan gives the same.",
            mime_type=MARKDOWN,
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        caller = self._caller_of(context)
        try:
            read: Reading = await self._in_thread(lambda: _read(caller, namespace_at(params.uri)))
        except PlanError as refused:
            raise _as_error(refused) from refused
        caller.seen.whole(read.plan)
        wrong = clean_line("; ".join(wrong_with(read)))
        said = [(MARKDOWN, write_document(read.plan)), *([(PLAIN, wrong)] if wrong else [])]
        return types.ReadResourceResult(
            contents=[
                types.TextResourceContents(uri=params.uri, mime_type=kind, text=text) for kind, text in said
            ]
        )

    # Subscriptions: a stream of their own in the newest protocol, a promise to the connection before

    async def listen(
        self, context: Context, params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        """Serve one stream of changes until the client or the server ends it."""
        caller, bus = self._caller_of(context), InMemorySubscriptionBus()
        handler = ListenHandler(bus)
        asked = params.notifications
        uris = [uri for uri in asked.resource_subscriptions or () if _may_read(caller, uri)]
        wanted = frozenset(map(namespace_at, uris)) | ({LIST} if asked.resources_list_changed else set())
        honored = params.model_copy(
            update={"notifications": asked.model_copy(update={"resource_subscriptions": uris})}
        )
        try:
            with caller.keeps_open():
                seen = await self._look(caller, wanted)
                async with anyio.create_task_group() as group:
                    group.start_soon(
                        lambda: watch(lambda: self._look(caller, wanted), bus.publish, seen=seen)
                    )
                    group.start_soon(_end_with, caller, handler)
                    self._listening.add(handler)
                    result = await handler(context, honored)
                    group.cancel_scope.cancel()
        except PlanError as refused:
            raise _as_error(refused) from refused
        finally:
            self._listening.discard(handler)
        return result

    async def subscribe(self, context: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        caller = self._caller_of(context)
        try:
            read: Reading = await self._in_thread(lambda: _read(caller, namespace_at(params.uri)))
        except PlanError as refused:
            raise _as_error(refused) from refused
        watcher, namespace = self._watcher_of(context), read.plan.namespace
        # From here on, not from the next look: what happens between the two would never be told.
        watcher.seen.update(await self._look(caller, frozenset({namespace})))
        watcher.wanted.add(namespace)
        return types.EmptyResult()

    async def unsubscribe(
        self, context: Context, params: types.UnsubscribeRequestParams
    ) -> types.EmptyResult:
        with suppress(PlanNotFound):  # nobody is subscribed to what is no plan
            self._watcher_of(context).wanted.discard(namespace_at(params.uri))
        return types.EmptyResult()

    def _watcher_of(self, context: Context) -> _Watcher:
        """Give what watches for this connection; it ends with it."""
        # The SDK hands its handlers no connection yet, though they are to put clean-up on its exit stack.
        connection: Connection = context.session._connection  # noqa: SLF001
        watcher: _Watcher | None = connection.state.get(_WATCHER)
        if watcher is None:
            caller = self._caller_of(context)
            watcher = _Watcher(connection, lambda wanted: self._look(caller, wanted), caller.is_welcome)
            connection.state[_WATCHER] = watcher
            connection.exit_stack.callback(watcher.task.cancel)
        return watcher

    async def _look(self, caller: Caller, wanted: frozenset[str]) -> dict[str, object]:
        found: dict[str, object] = await self._in_thread(lambda: look(caller, wanted))
        return found


class _Watcher:
    """What one connection is subscribed to, and the task that looks at it."""

    def __init__(
        self,
        connection: Connection,
        look_at: Callable[[frozenset[str]], Awaitable[dict[str, object]]],
        is_welcome: Callable[[], Awaitable[bool]],
    ) -> None:
        self.wanted: set[str] = set()
        self.seen: dict[str, object] = {}
        self._connection, self._look_at, self._is_welcome = connection, look_at, is_welcome
        self.task = asyncio.create_task(watch(self._look, self._tell, seen=self.seen))

    async def _look(self) -> dict[str, object]:
        return await self._look_at(frozenset(self.wanted))

    async def _tell(self, event: ServerEvent) -> None:
        if isinstance(event, ResourceUpdated) and await self._is_welcome():
            await self._connection.send_resource_updated(event.uri)


async def _end_with(caller: Caller, handler: ListenHandler) -> None:
    """End a stream when its caller is not welcome any more."""
    while True:
        await anyio.sleep(WELCOME_EVERY)
        if not await caller.is_welcome():
            handler.close()
            return


def _readable(caller: Caller) -> list[Plan]:
    found: list[Plan] = []
    for namespace in sorted(filter(caller.rights.sees, caller.desk.store.namespaces())):
        try:
            found.append(caller.desk.store.read(namespace).plan)
        except PlanError:
            continue  # list_plans says what is wrong with it
    return [plan for plan in found if not plan.archived]


def _read(caller: Caller, namespace: str) -> Reading:
    caller.rights.check("read", namespace)
    return caller.desk.store.read(namespace)


def _may_read(caller: Caller, uri: str) -> bool:
    try:
        caller.rights.check("read", namespace_at(uri))
    except PlanError:
        return False
    return True


def _listed(plan: Plan) -> types.Resource:
    done = sum(step.status in CLOSED for step in plan.steps)
    return types.Resource(
        name=plan.namespace,
        title=clean_line(plan.title) or plan.namespace,
        uri=address_of(plan.namespace),
        description=f"{done} of {len(plan.steps)} steps done; {plan.state}",
        mime_type=MARKDOWN,
    )


def _as_error(refused: PlanError) -> MCPError:
    told = refusals.told(refused)
    return MCPError(types.INVALID_PARAMS, told.text, told.error)
