"""A Chromium as people have it: tabs go out of sight, freeze, and are kept when one goes on to another page.

Playwright cannot be asked for that: it tells every page that it is looked at, and switches the keeping off.
This one is spoken to by the DevTools protocol itself, in as few words as its tests need.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack, suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, Self

from websockets.sync.client import connect

from tests.conftest import FLAGS
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from http.cookiejar import CookieJar
    from pathlib import Path
    from types import TracebackType


class OwnBrowser:
    """One window; started and ended by ``with``."""

    def __init__(self, program: str, place: Path) -> None:
        self._profile, self._log = place / "profile", place / "browser.log"
        own = (
            "--headless=new",
            "--no-first-run",
            "--remote-debugging-port=0",
            f"--user-data-dir={self._profile}",
        )
        self._command = [program, *FLAGS, *own, "about:blank"]
        self._left, self._numbers = ExitStack(), count(1)

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        self._left.callback(self._end)
        port, path = until(self._told_door).split()
        door = f"ws://127.0.0.1:{port}{path}"
        self._line = self._left.enter_context(
            connect(door, max_size=None, open_timeout=PATIENCE, ping_interval=None, proxy=None)
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.close()

    def ask(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """Send one command of the protocol and wait for its answer."""
        number = next(self._numbers)
        spoken = {"id": number, "method": method, "params": parameters}
        self._line.send(json.dumps(spoken | ({"sessionId": session} if session else {})))
        while True:
            said: dict[str, Any] = json.loads(self._line.recv(timeout=PATIENCE))
            if said.get("id") == number:
                assert "error" not in said, (method, said)
                result: dict[str, Any] = said["result"]
                return result

    def sign_in(self, cookies: CookieJar, url: str) -> None:
        """Have somebody's cookies."""
        kept = [{"name": one.name, "value": one.value or "", "url": url} for one in cookies]
        self.ask("Storage.setCookies", cookies=kept)

    def tab(self, url: str, *, before: str = "") -> OwnTab:
        """Open a tab in front of the others; ``before`` runs in each of its documents first."""
        target = str(self.ask("Target.createTarget", url="about:blank")["targetId"])
        session = str(self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        tab = OwnTab(self, target, session)
        tab.ask("Page.enable")
        tab.ask("Page.addScriptToEvaluateOnNewDocument", source=before)
        tab.go(url)
        return tab

    def _told_door(self) -> str:
        assert self._process.poll() is None, self._log.read_text()
        door = self._profile / "DevToolsActivePort"
        told = door.read_text() if door.exists() else ""
        return told if len(told.split()) == 2 else ""

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)


class OwnTab:
    """One tab; it has as much of Playwright's page as looking for stale cards takes."""

    def __init__(self, browser: OwnBrowser, target: str, session: str) -> None:
        self._browser, self._target, self._session = browser, target, session

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command about this tab."""
        return self._browser.ask(method, self._session, **parameters)

    def evaluate(self, function: str, given: object = None) -> Any:  # noqa: ANN401 - whatever the page says
        """Run a function in the page and wait for what it gives."""
        called = f"({function})({json.dumps(given)})"
        said = self.ask("Runtime.evaluate", expression=called, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def go(self, url: str) -> None:
        """Go on to another page."""
        self.ask("Page.navigate", url=url)
        until(lambda: self._tells("() => [location.href, document.readyState]") == [url, "complete"])

    def back(self) -> None:
        """Press the button that goes back."""
        history = self.ask("Page.getNavigationHistory")
        before = history["entries"][history["currentIndex"] - 1]
        self.ask("Page.navigateToHistoryEntry", entryId=before["id"])
        until(lambda: self._tells("() => location.href") == before["url"])

    def _tells(self, function: str) -> object:
        """Ask a page that may just be leaving: what is asked then is refused."""
        with suppress(AssertionError):
            return self.evaluate(function)
        return None

    def show(self) -> None:
        """Bring it to the front; the one that was there goes out of sight."""
        self._browser.ask("Target.activateTarget", targetId=self._target)
        until(self.is_seen)

    def is_seen(self) -> bool:
        """Ask the page whether it is looked at."""
        return bool(self.evaluate("() => document.visibilityState") == "visible")

    def be(self, state: Literal["active", "frozen"]) -> None:
        """Freeze it as a browser does that saves memory, or thaw it."""
        self.ask("Page.setWebLifecycleState", state=state)

    def resize(self, state: Literal["minimized", "normal"]) -> None:
        """Minimise the window, or bring it back."""
        window = self._browser.ask("Browser.getWindowForTarget", targetId=self._target)["windowId"]
        self._browser.ask("Browser.setWindowBounds", windowId=window, bounds={"windowState": state})
        until(lambda: self.is_seen() == (state == "normal"))
