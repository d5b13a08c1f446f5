"""A board behind the proxies of docs/operating.md, with the page's own settings and configurations."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, expect

from plans.domain.actor import session
from plans.domain.verbs import shaping
from plans.security.audit_reading import entries
from plans.store.orders import Guard, Order
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms
from tests.acceptance import mirrored, seeing
from tests.acceptance.keeper import PASSWORD, Keeper, settings
from tests.acceptance.proxied import NAME, ORIGIN, VISITOR, Caddy, Nginx
from tests.conftest import FLAGS
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.acceptance.board_process import Board
    from tests.acceptance.proxied import Proxy

ABC = session("session-abc")
PLAN = "payments.ledger"
BOARD = f"/plans/{PLAN}/"
LIMIT = 1024 * 1024
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
FAKED = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-User": "root"}


class Scene(NamedTuple):
    """A board that others rely on."""

    keeper: Keeper
    board: Board
    store: PlanStore

    def renames(self, title: str) -> int:
        """Change the step as an agent does; gives the plan's revision."""
        order = Order(by=ABC, verb="edit", guard=Guard.NONE)
        saved = self.store.change(PLAN, lambda plan: shaping.edit(plan, 1, by=ABC, title=title), order)
        return saved.plan.revision


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    keeper = Keeper(tmp_path)
    keeper.board.environment |= {name: keeper.here(value) for name, value in settings()}
    store = PlanStore(keeper.board.root, clock=now_ms)
    order = Order(by=ABC, verb="create")
    store.create(PLAN, lambda plan: shaping.add(plan, by=ABC, at=now_ms(), title="One"), order)
    return Scene(keeper, keeper.board, store)


@contextmanager
def agent(scene: Scene, proxy: Proxy) -> Iterator[httpx.Client]:
    """Come with a token, as a program on another machine."""
    made = scene.board.ask("token", "create", "--session", "session-*", "--plans", "*")
    with proxy.visitor(
        **{"Authorization": f"Bearer {made['token']}", "X-Planboard-Session": "session-abc"}
    ) as client:
        yield client


@pytest.mark.slow
@pytest.mark.usefixtures("nginx")
def test_through_nginx_people_sign_in_and_boards_are_live(scene: Scene, tmp_path: Path) -> None:
    board, proxy = scene.board, Nginx(scene.keeper, tmp_path)
    with board, proxy.running(), proxy.visitor(**FAKED) as visitor:
        comes_in(visitor, board.login_link)
        assert visitor.get("/plans/").headers["strict-transport-security"]
        assert len(visitor.get("/plans/").headers["x-request-id"]) == 32  # nginx made it, the board keeps it
        assert [entry["from"] for entry in entries(board.home) if entry["what"] == "login"] == [VISITOR]

        mirrored.wait(board)
        is_told_of_changes(scene, proxy, visitor)
        foreign = visitor.get("/plans/", headers={"Host": "evil.example"})
        assert (foreign.status_code, "does not answer to the name" in foreign.text) == (403, True)
        with agent(scene, proxy) as program:
            are_bodies_judged_by_the_board(program)
            assert program.post("/api/v1/plans", content=b" " * 3 * LIMIT).status_code == 413  # nginx's own
            are_streams_passed_on_as_they_come(scene, program)


@pytest.mark.slow
@pytest.mark.usefixtures("caddy")
def test_through_caddy_a_browser_signs_in_and_sees_what_changes(
    scene: Scene, tmp_path: Path, browser: Browser, chromium_path: str
) -> None:
    board, proxy = scene.board, Caddy(scene.keeper, tmp_path)
    flags = [*FLAGS, f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{proxy.port}"]
    with board, proxy.running():
        with browser.browser_type.launch(executable_path=chromium_path, args=flags) as named:
            page = named.new_page(ignore_https_errors=True, extra_http_headers={"X-Forwarded-For": "6.6.6.6"})
            page.set_default_timeout(PATIENCE * 1000)
            page.goto(board.login_link)
            expect(page).to_have_url(re.compile(f"^{ORIGIN}/(plans/)?$"))
            assert {"__Host-planboard-session"} <= {
                str(cookie.get("name")) for cookie in page.context.cookies()
            }
            assert [entry["from"] for entry in entries(board.home) if entry["what"] == "login"] == [
                "127.0.0.1"
            ]
            mirrored.wait(board)
            with page.expect_websocket(timeout=PATIENCE * 1000) as opened:
                page.goto(ORIGIN + BOARD)
            assert opened.value.url.startswith(f"wss://{NAME}/ws/")
            seeing.live(page)
            seeing.stay(page)
            scene.renames("Two")
            expect(page.locator("#title-1")).to_contain_text("Two")
            assert seeing.stayed(page)

        with agent(scene, proxy) as program:
            foreign = program.get("/plans/", headers={"Host": "evil.example"})
            assert foreign.content == b""  # Caddy's own answer
            are_bodies_judged_by_the_board(program)
            are_streams_passed_on_as_they_come(scene, program)


@pytest.mark.slow
@pytest.mark.usefixtures("nginx")
def test_whom_the_proxy_knows_comes_in_and_nobody_by_a_header_of_their_own(
    scene: Scene, tmp_path: Path
) -> None:
    board = scene.board
    board.environment |= {name: scene.keeper.here(value) for name, value in settings(with_people=True)}
    proxy = Nginx(scene.keeper, tmp_path, people={"ana": "sesame", "eve": "sesame"})
    with board, proxy.running():
        added = board.run("user", "add", "ana", "--role", "operator", stdin=PASSWORD)
        assert added.returncode == 0, added.stderr
        # The board's server passes on no header with an underscore in its name.
        for name, refusal in (("X-Forwarded-User", 403), ("X_Forwarded_User", 302)):
            with proxy.visitor(**{name: "ana"}) as stranger:
                assert stranger.get("/plans/").status_code == 401
                assert stranger.get("/plans/", auth=("ana", "sesame")).status_code == 200
                assert stranger.get("/plans/", auth=("eve", "sesame")).status_code == 403
            beside = httpx.HTTPTransport(local_address=VISITOR)  # around the proxy, from another address
            named = {name: "ana"}
            with httpx.Client(
                transport=beside, base_url=board.url, headers=named, timeout=PATIENCE
            ) as stranger:
                assert stranger.get("/plans/").status_code == refusal
        came = {str(entry["who"]) for entry in entries(board.home) if entry["what"] == "login"}
        assert came == {"person:ana"}


def comes_in(visitor: httpx.Client, link: str) -> None:
    """Sign in by the link that the board printed."""
    assert link.startswith(f"{ORIGIN}/login/#code=")
    form = FORM_TOKEN.findall(visitor.get("/login/").text)[0]
    code = link.partition("=")[2]
    signed_in = visitor.post("/login/", data={"code": code, "csrfmiddlewaretoken": form})
    assert signed_in.status_code == 303
    assert "__Host-planboard-session" in visitor.cookies


def is_told_of_changes(scene: Scene, proxy: Proxy, visitor: httpx.Client) -> None:
    """Follow the plan as its page does."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies.jar)
    with proxy.socket(f"/ws/plans/{PLAN}/", cookies) as socket:
        page = visitor.get(f"/plans/{PLAN}/").text
        history, rev = re.findall(r'data-epoch="([^"]+)" data-revision="(\d+)"', page)[0]
        socket.send(json.dumps({"type": "hello", "epoch": history, "rev": int(rev)}))
        socket.recv(timeout=PATIENCE)  # the page is followed from here on
        scene.renames("Two")
        until(lambda: "Two" in str(socket.recv(timeout=PATIENCE)))


def are_bodies_judged_by_the_board(program: httpx.Client) -> None:
    """Send as much as may be sent, and one byte more, announced and not."""
    plan = json.dumps({"namespace": "payments.large", "steps": ["One"]}).encode().ljust(LIMIT)
    typed = {"Content-Type": "application/json"}
    assert program.post("/api/v1/plans", content=plan, headers=typed).status_code == 201
    for body in (plan + b" ", iter([plan, b" "])):
        refused = program.post("/api/v1/plans", content=body, headers=typed)
        assert refused.status_code == 413
        assert refused.json()["error"]["code"] == "too_large"


def are_streams_passed_on_as_they_come(scene: Scene, program: httpx.Client) -> None:
    """Hear of a change while the stream goes on; a wait is held as long as it was asked for."""
    now = scene.store.read(PLAN).plan.revision
    address = f"/api/v1/plans/{PLAN}/events?after={now - 1}"
    with program.stream("GET", address, headers={"Accept": "text/event-stream"}) as events:
        lines = events.iter_lines()
        assert f"id: {now}" in lines
        later = scene.renames("Three")
        assert f"id: {later}" in lines
    asked = {"kind": "approval", "text": "Go on?"}
    assert program.post(f"/api/v1/plans/{PLAN}/steps/1/claim").is_success
    assert program.post(f"/api/v1/plans/{PLAN}/steps/1/block", json=asked).is_success
    waited = program.get(f"/api/v1/plans/{PLAN}/steps/1/decision?wait=3")
    assert (waited.status_code, waited.json()["decision"]) == (200, None)
    assert waited.elapsed.total_seconds() >= 3
