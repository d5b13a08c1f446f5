"""A proxy that names the person: believed from its own addresses, and from nobody else."""

from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpResponse
from django.test import AsyncClient, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace
from pytest_django.fixtures import Settings

from plans.domain.errors import WrongInput
from plans.domain.rights import Right, Role
from plans.people.rights import replace_rights
from plans.security.audit import NotNoted, note
from plans.security.audit_reading import entries
from plans.security.door import Door
from plans.security.gate import apply_security
from plans.security.proxies import NO_PROXIES, USER, Proxies
from plans.security.refusals import HeaderTwice, NotTheProxy
from plans.security.roles import may
from plans.web.proxied import VIEWER, Stranger, people_of_the_proxy

PROXY, STRANGER = ("10.0.0.7", 4711), ("10.0.0.8", 4711)
BELIEVED = Proxies.read(["10.0.0.7", "fd00::/64"], header="X-Forwarded-User")


@pytest.mark.parametrize("peer", [PROXY, ("::ffff:10.0.0.7", 1), ("fd00::9", 1)])
def test_the_proxys_header_is_taken_out_and_believed(peer: tuple[str, int]) -> None:
    sent = [(b"host", b"board"), (b"x-forwarded-user", b"ana")]
    assert BELIEVED.named(sent, peer) == ([(b"host", b"board")], "ana")


@pytest.mark.parametrize("peer", [STRANGER, ("127.0.0.1", 1), ("fd01::9", 1), ("testclient", 1), None])
@pytest.mark.parametrize("name", [b"x-forwarded-user", b"x_forwarded_user", b"x-forwarded_user"])
def test_from_anybody_else_the_header_is_refused_however_it_is_spelt(
    peer: tuple[str, int] | None, name: bytes
) -> None:
    """Red without ``trusts`` in ``named``, and without its care for underscores."""
    with pytest.raises(NotTheProxy) as refused:
        BELIEVED.named([(name, b"root")], peer)
    assert "PLANBOARD_PROXIES" in refused.value.advice


def test_a_header_that_the_proxy_only_added_to_is_refused() -> None:
    """Red where the first or the last of two counts."""
    with pytest.raises(HeaderTwice):
        BELIEVED.named([(b"x-forwarded-user", b"root"), (b"x_forwarded_user", b"ana")], PROXY)


def test_without_the_setting_nothing_is_believed() -> None:
    sent = [(b"x-forwarded-user", b"root")]
    assert NO_PROXIES.named(sent, PROXY) == (sent, None)
    assert NO_PROXIES.origin([(b"x-forwarded-for", b"1.2.3.4")], PROXY) == PROXY


def test_where_a_request_came_from_is_what_the_nearest_proxy_says() -> None:
    """Else all people would be one address to the limits of signing in. Red with the first of the list."""
    sent = [(b"x-forwarded-for", b"6.6.6.6, 192.0.2.9")]
    assert BELIEVED.origin(sent, PROXY) == ("192.0.2.9", 0)
    assert BELIEVED.origin(sent, STRANGER) == STRANGER
    assert BELIEVED.origin([(b"x-forwarded-for", b"rubbish")], PROXY) == PROXY


@pytest.mark.parametrize(
    ("addresses", "header"),
    [
        (["proxy.example"], None),
        (["0.0.0.0/0"], None),
        (["::/0"], None),
        ([], "X-Forwarded-User"),
        (["10.0.0.7"], "Cookie"),
        (["10.0.0.7"], "X Forwarded"),
        (["10.0.0.7"], "X_Forwarded_User"),
    ],
)
def test_wrong_settings_stop_the_start(addresses: list[str], header: str | None) -> None:
    with pytest.raises(WrongInput, match="PLANBOARD_PROX"):
        Proxies.read(addresses, header=header)


async def test_the_application_hears_of_it_beside_the_headers() -> None:
    """Red where the gate leaves the header to the application."""
    reached: list[dict[str, object]] = []

    async def app(scope: dict[str, object], _receive: object, _send: object) -> None:
        reached.append(scope)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    said: list[dict[str, object]] = []

    async def send(event: dict[str, object]) -> None:
        said.append(event)

    door = Door.open_to(allowed_hosts=["board"], public_origin=None)
    gate = apply_security(app, door=door, proxies=BELIEVED)  # type: ignore[arg-type]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "server": ("board", 80)}
    scope[USER] = "root"
    sent = [(b"host", b"board"), (b"x-forwarded-user", b"ana"), (b"x-forwarded-for", b"192.0.2.9")]
    await gate(scope | {"client": PROXY, "headers": sent}, receive, send)  # type: ignore[arg-type]
    await gate(scope | {"client": STRANGER, "headers": sent[:1]}, receive, send)  # type: ignore[arg-type]
    await gate(scope | {"client": STRANGER, "headers": sent}, receive, send)  # type: ignore[arg-type]
    assert [(one[USER], one["client"]) for one in reached] == [("ana", ("192.0.2.9", 0)), (None, STRANGER)]
    assert b"x-forwarded-user" not in dict(reached[0]["headers"])  # type: ignore[call-overload]
    assert [event["status"] for event in said if "status" in event] == [403]


@pytest.fixture
def behind(settings: Settings, tmp_path: Path) -> Path:
    """Put the board behind a proxy."""
    middleware = list(settings.MIDDLEWARE)
    at = middleware.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1
    settings.MIDDLEWARE = [*middleware[:at], "plans.web.proxied.people_of_the_proxy", *middleware[at:]]
    settings.PLANBOARD = replace(settings.PLANBOARD, home_folder=str(tmp_path), proxy_header="X-User")
    ana = User.objects.create_user("ana")
    replace_rights(ana, [Right(Role.OPERATOR, "payments.*")])
    return tmp_path


async def see(client: AsyncClient, user: str | None) -> int:
    client.defaults.pop(USER, None)  # type: ignore[typeddict-item]
    if user is not None:
        client.defaults[USER] = user  # type: ignore[typeddict-unknown-key]
    return (await client.get("/plans/")).status_code


@pytest.mark.django_db(transaction=True)
async def test_whom_the_proxy_names_is_signed_in_and_out_again(behind: Path) -> None:
    """Red where a session outlives the proxy's word: without ``BY_PROXY`` in ``_settle``."""
    client = AsyncClient()
    assert await see(client, None) == 302
    assert await see(client, "ana") == 200
    key = client.session.session_key
    assert await see(client, "ana") == 200
    assert client.session.session_key == key
    assert await see(client, None) == 302
    assert [entry["what"] for entry in entries(behind)] == ["login"]


@pytest.mark.django_db(transaction=True)
async def test_whom_it_names_stays_outside_until_coming_in_can_be_noted(behind: Path) -> None:
    """Red where the line is written after ``sign_in``."""
    (behind / "audit.jsonl").mkdir()
    client = AsyncClient()
    assert await see(client, "ana") == 503
    said = (await client.get("/plans/")).content
    assert b"The audit log" in said
    assert b"then try again" in said
    (behind / "audit.jsonl").rmdir()
    assert await see(client, "ana") == 200


@pytest.mark.django_db(transaction=True)
async def test_another_name_is_another_person_whatever_cookie_comes_with_it(behind: Path) -> None:
    client = AsyncClient()
    await client.aforce_login(await User.objects.acreate(username="root", is_active=True))
    assert await see(client, "ana") == 200
    assert [entry["who"] for entry in entries(behind)] == ["person:ana"]


@pytest.mark.django_db(transaction=True)
async def test_whom_only_the_proxy_knows_is_refused_or_may_look(behind: Path, settings: Settings) -> None:
    """Red where the setting is not asked, or a viewer is made more than that."""
    client = AsyncClient()
    for _ in range(3):
        assert await see(client, "new") == 403
    assert [entry["what"] for entry in entries(behind)] == ["login_failed"]
    with override_settings(PLANBOARD=replace(settings.PLANBOARD, proxy_unknown=VIEWER)):
        assert await see(client, "new") == 200
        assert await see(client, "n w") == 403
    new = await User.objects.aget(username="new")
    assert not new.has_usable_password()
    assert await _may(new, Role.VIEWER)
    assert not await _may(new, Role.OPERATOR)
    told = [entry for entry in entries(behind) if entry["who"] == "person:new"][1:]
    assert [entry["what"] for entry in told] == ["user_added", "login"]
    assert (told[0]["person"], told[0]["rights"], told[0]["by"]) == ("new", "viewer of all plans", "proxy")


@pytest.mark.django_db
@pytest.mark.usefixtures("behind")
@pytest.mark.parametrize(("unknown", "name"), [(VIEWER, "n w"), (VIEWER, "ANA"), ("refuse", "eve")])
def test_whoever_is_refused_holds_up_no_writer(settings: Settings, unknown: str, name: str) -> None:
    """Red where they are looked up in a transaction: on SQLite each takes the one lock of all writers."""
    settings.PLANBOARD = replace(settings.PLANBOARD, proxy_unknown=unknown)
    request = RequestFactory().get("/plans/")
    request.scope, request.user, request.session = {USER: name}, AnonymousUser(), SessionStore()  # type: ignore[attr-defined]
    with pytest.raises(Stranger), CaptureQueriesContext(connection) as asked:
        people_of_the_proxy(lambda _: HttpResponse())(request)
    assert {query["sql"].split()[0] for query in asked} == {"SELECT"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("behind")
@pytest.mark.parametrize("unnoted", ["user_added", "login"])
async def test_whom_only_the_proxy_knows_has_no_account_that_is_not_noted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, unnoted: str
) -> None:
    """Red where the account stays although its line, or the one of coming in, cannot be written."""

    def refuse(home: Path, what: str, **facts: object) -> None:
        if what == unnoted:
            raise NotNoted(home, OSError(28, "No space left on device"))
        note(home, what, **facts)  # type: ignore[arg-type]

    settings.PLANBOARD = replace(settings.PLANBOARD, proxy_unknown=VIEWER)
    client = AsyncClient()
    monkeypatch.setattr("plans.web.auditing.note", refuse)
    assert await see(client, "new") == 503
    assert not await User.objects.filter(username="new").aexists()
    monkeypatch.setattr("plans.web.auditing.note", note)
    assert await see(client, "new") == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("behind")
async def test_who_is_disabled_is_not_let_in_by_the_proxy() -> None:
    await User.objects.filter(username="ana").aupdate(is_active=False)
    assert await see(AsyncClient(), "ana") == 403


async def _may(user: User, role: Role) -> bool:
    return await sync_to_async(may)(user, role)
