"""How much and how slowly anybody may send, ask and try; over a limit nothing is half-done."""

from importlib.metadata import version

import pytest
from django.test import Client
from websockets.sync.client import connect

from plans.actions.desk import Desk
from plans.agents.http_api import asking
from plans.django_wiring import environment
from plans.security.limits import Limits
from plans.security.login_codes import create_login_code
from plans.security.rates import WRITES_A_MINUTE
from plans.web.crowd import Crowd
from plans.wiring import now_ms
from tests.agents.http_api.caller import Agent
from tests.security.conftest import serving
from tests.security.suite.knocking import OWN, knock, knock_socket
from tests.web.cast import LEDGER

pytestmark = pytest.mark.shows("security", "tests", "let_in")
MIB = 1024 * 1024


async def test_a_body_over_one_mib_is_refused_whatever_it_announces() -> None:
    lying = await knock("POST", headers={**OWN, "content-length": "5"}, body=[b"x" * MIB, b"x"])
    announced = await knock("POST", headers={**OWN, "content-length": str(MIB + 1)})
    assert [(answer.status, answer.is_refused) for answer in (lying, announced)] == [(413, True)] * 2
    assert (await knock("POST", body=[b"x" * MIB])).status == 200


async def test_a_compressed_body_is_refused() -> None:
    for coding in ("gzip", "br", "deflate", "zstd", "identity, gzip"):
        assert (await knock("POST", headers={**OWN, "content-encoding": coding})).status == 415


async def test_a_body_that_never_comes_is_refused_in_time() -> None:
    slow = await knock("POST", body=[b"x", b"..."], limits=Limits(body_seconds=0.05))
    assert (slow.status, slow.is_refused) == (408, True)


async def test_a_socket_message_over_16_kib_is_not_heard() -> None:
    """CVE-2026-44545: messages without a bound."""
    heard = (await knock_socket(messages=["x" * 16 * 1024, "y" * (16 * 1024 + 1)])).heard
    assert [event["type"] for event in heard] == ["websocket.receive", "websocket.disconnect"]
    assert heard[1]["code"] == 4400


@pytest.mark.parametrize(("program", "least"), [("daphne", (4, 2, 3)), ("autobahn", (26, 10, 2))])
def test_the_server_is_one_whose_sockets_have_bounds(program: str, least: tuple[int, ...]) -> None:
    """CVE-2026-44545 and CVE-2026-116579 are mended in these."""
    assert tuple(int(part) for part in version(program).split(".")[:3]) >= least


def test_frames_are_never_compressed() -> None:
    with serving("daphne") as (server, _), connect(f"ws://{server.host}/ws/", proxy=None) as socket:
        assert socket.protocol.extensions == []


def test_one_person_keeps_twenty_sockets_and_all_together_two_hundred() -> None:
    crowd = Crowd()
    assert [crowd.enter(1) for _ in range(21)] == [True] * 20 + [False]
    assert [crowd.enter(person) for person in range(2, 11) for _ in range(20)] == [True] * 180
    assert not crowd.enter(99)
    crowd.leave(1)
    assert crowd.enter(99)


@pytest.mark.django_db
def test_the_61st_write_of_a_minute_is_told_when_to_come_again(
    ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ledger == LEDGER
    began, agent = now_ms(), Agent()
    monkeypatch.setattr(asking, "now_ms", lambda: began)  # sixty may take a minute on a busy machine
    answers = [agent.post("/steps/2/comment", {"text": "again"}) for _ in range(WRITES_A_MINUTE + 1)]
    assert {answer.status for answer in answers[:-1]} == {200}
    assert answers[-1].status == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


@pytest.mark.django_db
def test_the_11th_wrong_code_of_a_minute_has_to_wait(client: Client) -> None:
    answers = [client.post("/login/", {"code": f"AAAA-{n:04}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.django_db
def test_a_login_code_works_once(desk: Desk, client: Client) -> None:
    assert desk.sessions is not None
    code = create_login_code(environment().home, now=now_ms())
    assert client.post("/login/", {"code": code}).status_code == 303
    assert client.post("/login/", {"code": code}).status_code == 403
