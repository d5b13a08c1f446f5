"""Who may speak to this board at all: hosts, origins, cookies and tokens, each at its own door."""

import pytest

from tests.security.suite.knocking import COOKIE, FORM, HERE, OWN, knock, knock_socket

pytestmark = pytest.mark.shows("security", "tests", "let_in")
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize("path", ["/", "/plans/", "/api/v1/plans", "/mcp", "/static/x.js", "/healthz"])
async def test_dns_rebinding_reaches_no_door(path: str) -> None:
    """CVE-2025-49596 and CVE-2025-66414: a page's own name, pointed at 127.0.0.1."""
    rebound = await knock("POST", path, headers={"host": "rebound.example:8765"})
    assert rebound.is_refused
    assert b"PLANBOARD_ALLOWED_HOSTS" in rebound.body


async def test_a_page_of_another_site_changes_nothing() -> None:
    for origin in ("http://evil.example", "null", "https://127.0.0.1.evil.example:8765", ""):
        assert (await knock("POST", headers={**OWN, **COOKIE, **FORM, "origin": origin})).is_refused


async def test_a_page_at_another_port_of_this_machine_is_a_stranger() -> None:
    for origin in ("http://127.0.0.1:3000", "http://localhost", "http://127.0.0.1"):
        assert (await knock("POST", headers={**OWN, **COOKIE, "origin": origin})).is_refused


async def test_a_page_of_another_site_opens_no_socket() -> None:
    """CVE-2026-25253: a socket opened by a foreign page, with the person's cookie."""
    for origin in ("http://evil.example", "null", "http://127.0.0.1:3000"):
        assert (await knock_socket(headers={"host": HERE, **COOKIE, "origin": origin})).is_refused


async def test_a_socket_with_a_cookie_says_where_it_comes_from() -> None:
    assert (await knock_socket(headers={"host": HERE, **COOKIE})).is_refused
    assert (await knock_socket(headers={**OWN, **COOKIE})).status == 101


async def test_a_change_with_a_cookie_says_where_it_comes_from() -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await knock(method, headers={"host": HERE, **COOKIE})).is_refused


async def test_another_sites_page_embeds_and_fetches_nothing() -> None:
    for mode, dest in (("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")):
        foreign = {"host": HERE, "sec-fetch-site": "cross-site", "sec-fetch-mode": mode}
        assert (await knock(headers={**foreign, "sec-fetch-dest": dest})).is_refused
    assert (await knock(headers={"host": HERE, **LINK})).status == 200


@pytest.mark.parametrize("path", ["/api/v1/plans", "/mcp", "/metrics"])
async def test_a_cookie_is_worth_nothing_at_the_doors_of_agents(path: str) -> None:
    seen = await knock("POST", path, headers={**OWN, **COOKIE, "authorization": "Bearer t"})
    assert b"cookie" not in dict(seen.reached["headers"])
    assert b"authorization" in dict(seen.reached["headers"])


@pytest.mark.parametrize("path", ["/", "/plans/", "/plans/x/steps/1/approve/"])
async def test_a_token_is_worth_nothing_on_pages(path: str) -> None:
    seen = await knock(path=path, headers={**OWN, **COOKIE, "authorization": "Bearer t"})
    assert b"authorization" not in dict(seen.reached["headers"])
    assert b"cookie" in dict(seen.reached["headers"])


async def test_who_speaks_is_said_once() -> None:
    for name in ("x-planboard-session", "authorization", "idempotency-key", "if-match"):
        twice = [("host", HERE), (name, "a"), (name, "b")]
        assert (await knock("POST", "/api/v1/plans", headers=twice)).is_refused


async def test_every_answer_says_what_a_page_may_not_do() -> None:
    for answer in (await knock(), await knock(headers={"host": "evil.example"})):
        policy = answer.headers[b"content-security-policy"].decode()
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers[b"x-content-type-options"] == b"nosniff"
        assert answer.headers[b"x-frame-options"] == b"DENY"
        assert answer.headers[b"cross-origin-resource-policy"] == b"same-origin"
