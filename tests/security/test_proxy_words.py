"""What a wrong setting of a proxy is told, word by word, and the bounds of what is read."""

from ipaddress import ip_network

import pytest

from plans.domain.errors import WrongInput
from plans.security.proxies import NO_PROXIES, Proxies
from plans.security.refusals import HeaderTwice, NotTheProxy

PROXY = ("10.0.0.7", 4711)
BELIEVED = Proxies.read(["10.0.0.7"], header="X-Forwarded-User")


@pytest.mark.parametrize(
    ("addresses", "header", "message", "advice"),
    [
        (
            ["10.0.0.7"],
            "Cookie",
            "PLANBOARD_PROXY_HEADER is 'Cookie', which is no header for a name",
            "Write the header that the proxy sets, like X-Forwarded-User.",
        ),
        (
            [],
            "X-Forwarded-User",
            "PLANBOARD_PROXY_HEADER is set and no proxy is named that it may come from",
            "Set PLANBOARD_PROXIES to the proxy's addresses, like 10.0.0.7.",
        ),
        (
            ["proxy.example"],
            None,
            "PLANBOARD_PROXIES holds 'proxy.example', which is no address",
            "Write addresses or networks, like 10.0.0.7,fd00::/64.",
        ),
        (
            ["0.0.0.0/0"],
            None,
            "PLANBOARD_PROXIES holds '0.0.0.0/0', which is everybody",
            "Name the proxy's own addresses: whoever is in them can be anybody on this board.",
        ),
    ],
)
def test_a_wrong_setting_is_told_with_what_to_write(
    addresses: list[str], header: str | None, message: str, advice: str
) -> None:
    with pytest.raises(WrongInput) as refused:
        Proxies.read(addresses, header=header)
    assert (str(refused.value), refused.value.advice) == (message, advice)


@pytest.mark.parametrize(
    "header",
    ["host", "Origin", "COOKIE", "Authorization", "Content-Type", "X-Forwarded-For", "", "x" * 65],
)
def test_no_header_that_means_something_else_names_a_person(header: str) -> None:
    with pytest.raises(WrongInput):
        Proxies.read(["10.0.0.7"], header=header)


def test_a_header_of_64_letters_and_networks_without_any_are_settings() -> None:
    both = Proxies.read(["10.0.0.7"], header="X" * 64)
    assert both == Proxies(networks=(ip_network("10.0.0.7"),), header=b"x" * 64)
    only = Proxies.read(["10.0.0.0/8", "0.0.0.0/1"], header=None)
    assert (only.header, only.trusts(("10.9.9.9", None)), only.trusts(("192.0.2.1", 1))) == (b"", True, False)


def test_a_name_is_read_as_text_without_what_surrounds_it() -> None:
    assert BELIEVED.named([(b"x-forwarded-user", " Zoë ".encode())], PROXY) == ([], "Zoë")
    assert BELIEVED.named([(b"x-forwarded-user", b"\xff")], PROXY) == ([], "\ufffd")
    assert BELIEVED.named([(b"x-forwarded-user", b"  ")], PROXY) == ([], None)


def test_with_the_header_goes_every_other_spelling_of_it() -> None:
    other = (b"x-forwarded-users", b"x")
    assert BELIEVED.named([other, (b"x_forwarded_user", b"ana"), other], PROXY) == ([other, other], "ana")


def test_both_refusals_name_the_header() -> None:
    with pytest.raises(NotTheProxy, match=r"^The header x-forwarded-user counts only from"):
        BELIEVED.named([(b"x-forwarded-user", b"root")], None)
    with pytest.raises(HeaderTwice, match=r"^The header x-forwarded-user came twice"):
        BELIEVED.named([(b"x-forwarded-user", b"root")] * 2, PROXY)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ([b"6.6.6.6", b"192.0.2.9"], ("192.0.2.9", 0)),
        ([b"6.6.6.6,  2001:db8::1 "], ("2001:db8::1", 0)),
        ([b"192.0.2.9"], ("192.0.2.9", 0)),
        ([b"192.0.2.9,"], PROXY),
        ([b"\xff"], PROXY),
        ([], PROXY),
    ],
)
def test_the_nearest_proxy_is_the_last_that_spoke(said: list[bytes], address: tuple[str, int]) -> None:
    assert (
        BELIEVED.origin([(b"via", b"6.6.6.6"), *((b"x-forwarded-for", one) for one in said)], PROXY)
        == address
    )
    assert NO_PROXIES.origin([], None) is None
