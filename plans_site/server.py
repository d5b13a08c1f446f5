"""Daphne with the worker as a task on its loop."""

from __future__ import annotations

# Daphne installs Twisted's reactor on asyncio, before anything else of Twisted.
from plans.security.daphne_limits import LimitedServer  # isort: skip

import asyncio
import gc
import os
import sys
import threading
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from daphne.endpoints import build_endpoint_description_strings
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from plans.django_wiring import environment, sync_worker
from plans.security.login_codes import create_login_code
from plans.security.origin_note import note_origin
from plans.web.inboxes import live_inbox
from plans.web.people_watch import watch_people
from plans.web.render import live_hub
from plans.wiring import now_ms
from plans_site.asgi import application
from plans_site.mcp import MCP

if TYPE_CHECKING:
    from twisted.python.failure import Failure

PATIENCE: Final = 4.0
"""Seconds that stopping may take in all; then the process ends whatever still runs. A write that is under way
is either in the journal or was never acknowledged."""
SWITCH_SECONDS: Final = 0.001
"""How long the worker's thread may keep the loop waiting; Python's own 5 ms are longer than a change."""
GARBAGE: Final = (50_000, 20, 50)
"""When the collector looks for cycles: reading a large plan makes thousands of objects and none of them."""
# Twisted's signal handlers, and no log of its own.
_QUIET: Final = 0


class BoardServer(LimitedServer):
    """Serves one board until SIGINT or SIGTERM."""

    def __init__(self, host: str, port: int, *, opens: bool) -> None:
        super().__init__(
            application,
            endpoints=build_endpoint_description_strings(host=host.strip("[]"), port=port),
            server_name="planboard",
            verbosity=_QUIET,
        )
        self._host, self._port, self._opens = host, port, opens
        self._failed = ""
        self._worker: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None

    def serve(self) -> int:
        """Run; gives the exit code."""
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        # Not callWhenRunning: that comes before asyncio's loop runs.
        reactor.callLater(0, self._start_work)  # type: ignore[arg-type]
        reactor.addSystemEventTrigger("before", "shutdown", self._stop_work)  # type: ignore[arg-type]
        self.run()
        if self._failed:
            sys.stderr.write(f"planboard: {self._failed}\n")
        return 1 if self._failed else 0

    # Daphne's hooks

    def listen_success(self, port: object) -> None:
        """The board is open: say where."""
        super().listen_success(port)
        self._greet(self.listening_addresses[-1][1])

    def listen_error(self, failure: Failure) -> None:
        """Nothing can be served: say why, and stop."""
        reason = getattr(failure.value, "socketError", None) or failure.value
        why = getattr(reason, "strerror", None) or str(reason)
        self._failed = f"{self._host}:{self._port} cannot be opened: {why}. Choose another one with --port."
        self.stop()

    def kill_all_applications(self) -> object:
        """End what still runs; who waits for a decision is told so first."""
        told = Deferred.fromFuture(asyncio.ensure_future(MCP.stop()))
        return told.addBoth(lambda _: super(BoardServer, self).kill_all_applications())

    # The worker

    def _start_work(self) -> None:
        hub = live_hub()
        hub.start()
        self._worker = asyncio.ensure_future(sync_worker(hub).run())
        self._warming = asyncio.ensure_future(MCP.warm())
        self._watch = asyncio.ensure_future(watch_people())

    def _stop_work(self) -> Deferred[object]:
        """Let what is being written be finished, and then go."""
        deadline = threading.Timer(PATIENCE, os._exit, [0])
        deadline.daemon = True
        deadline.start()
        return Deferred.fromFuture(asyncio.ensure_future(self._stopped()))

    async def _stopped(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        await live_inbox().stop()
        await live_hub().stop()
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.wait([self._worker])

    # The person at the terminal

    def _greet(self, port: int) -> None:
        here = environment()
        origin = here.public_origin or f"http://{_name_of(self._host)}:{port}"
        note_origin(here.home, origin)
        link = f"{origin}/login/#code={create_login_code(here.home, now=now_ms())}"
        with suppress(OSError):  # nobody reads it: the board is open all the same
            sys.stdout.write(
                f"Planboard is open at {origin}/\n"
                f"Sign in with {link}\n"
                "The link works once, for five minutes; `planboard login` prints another.\n"
            )
            sys.stdout.flush()
        if self._opens and _has_screen():
            threading.Thread(target=webbrowser.open, args=[link], daemon=True).start()


def _name_of(host: str) -> str:
    """Write the address that is listened on as a browser's address line wants it."""
    if host in {"0.0.0.0", "::", "[::]"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host.strip('[]')}]" if ":" in host else host


def _has_screen() -> bool:
    """Tell whether a person sits there with a browser that opens in a window of its own."""
    if not sys.stdout.isatty():
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
