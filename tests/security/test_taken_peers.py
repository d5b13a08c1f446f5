"""A server that takes where a request comes from out of headers: then nobody is believed to be the proxy."""

import pytest
from daphne.utils import parse_x_forwarded_for

from plans.security.proxies import Proxies
from plans.security.refusals import NotTheProxy

PROXY = ("10.0.0.7", 4711)
BELIEVED = Proxies.read(["10.0.0.7", "fd00::/64"], header="X-Forwarded-User")


@pytest.mark.parametrize(
    ("said", "peer"),
    [
        (b"10.0.0.7", ("10.0.0.7", 0)),
        (b"6.6.6.6, 10.0.0.7:4711", PROXY),
        (b"[fd00::9]:+4711", ("fd00::9", 4711)),
        (b"\xa010.0.0.7:4711", ("10.0.0.7", 4711)),
        (b"6.6.6.6,\x85[10.0.0.7]:4711", ("10.0.0.7", 4711)),
        (b"[fd00::9%\xe9]:4711", ("fd00::9%\xe9", 4711)),
    ],
)
def test_a_peer_that_the_server_took_out_of_a_header_is_nobody(said: bytes, peer: tuple[str, int]) -> None:
    """Red without ``_is_taken_from``: anybody beside uvicorn is then whatever proxy they say they are."""
    sent = [(b"x-forwarded-for", said), (b"x-forwarded-user", b"root")]
    with pytest.raises(NotTheProxy):
        BELIEVED.named(sent, peer)
    assert BELIEVED.origin([*sent, (b"x-forwarded-for", b"192.0.2.9")], peer) == peer


@pytest.mark.parametrize("port", [b"4711", "\u00a0\uff14711".encode()])
def test_a_peer_that_daphne_took_out_of_two_headers_is_nobody(port: bytes) -> None:
    """Red where only the port beside an address is looked at: Daphne's own option takes another header's."""
    sent = [(b"x-forwarded-for", b"10.0.0.7"), (b"x-forwarded-port", port)]
    peer, _ = parse_x_forwarded_for({name: [value] for name, value in sent}, original_addr=["6.6.6.6", 9])
    assert peer == ["10.0.0.7", 4711]
    with pytest.raises(NotTheProxy):
        BELIEVED.named([*sent, (b"x-forwarded-user", b"root")], ("10.0.0.7", 4711))


@pytest.mark.parametrize("port", [b"443", b"", b"https"])
def test_a_proxy_may_say_by_which_port_somebody_came_to_it(port: bytes) -> None:
    sent = [(b"x-forwarded-for", b"192.0.2.9"), (b"x-forwarded-port", port)]
    assert BELIEVED.named([*sent, (b"x-forwarded-user", b"ana")], PROXY) == (sent, "ana")
    assert BELIEVED.origin(sent, PROXY) == ("192.0.2.9", 0)


def test_whose_address_begins_as_the_proxys_is_let_in_by_it() -> None:
    """Red where ``fd00::9:5`` is read as port 5 of the proxy."""
    sent = [(b"x-forwarded-for", b"fd00::9:5"), (b"x-forwarded-user", b"ana")]
    assert BELIEVED.named(sent, ("fd00::9", 4711)) == (sent[:1], "ana")
    assert BELIEVED.origin(sent, ("fd00::9", 4711)) == ("fd00::9:5", 0)


def test_who_comes_from_the_proxys_own_machine_through_it_is_believed() -> None:
    sent = [(b"x-forwarded-for", b"10.0.0.7"), (b"x-forwarded-user", b"ana")]
    assert BELIEVED.named(sent, PROXY) == (sent[:1], "ana")
    assert BELIEVED.origin(sent, PROXY) == ("10.0.0.7", 0)
