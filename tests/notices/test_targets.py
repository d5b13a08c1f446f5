"""What the board may be made to call."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from plans.notices.targets import TargetRefused, judged, read_targets

OWN, SHARED = read_targets((), is_shared=False), read_targets((), is_shared=True)


@pytest.mark.parametrize(
    ("address", "own", "shared"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", True, False),
        ("127.8.8.8", True, False),
        ("::1", True, False),
        ("10.1.2.3", True, False),
        ("192.168.1.1", True, False),
        ("fd00::1", True, False),
        ("::ffff:10.1.2.3", True, False),
        ("64:ff9b::7f00:1", True, False),
        ("2002:7f00:1::", True, False),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - it is the claim
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("100.64.0.1", False, False),
    ],
)
def test_a_board_of_ones_own_calls_its_house_a_shared_one_only_the_world(
    address: str, *, own: bool, shared: bool
) -> None:
    found = ip_address(address)
    assert (OWN.allow(found), SHARED.allow(found)) == (own, shared)


def test_networks_are_allowed_by_name() -> None:
    targets = read_targets(("public", "10.1.0.0/16", "fd00:1::/32"), is_shared=True)
    allowed = ("8.8.8.8", "10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5")
    assert all(targets.allow(ip_address(text)) for text in allowed)
    assert not any(targets.allow(ip_address(text)) for text in ("10.2.0.1", "127.0.0.1", "fd00:2::5"))


def test_only_what_is_listed_is_allowed() -> None:
    targets = read_targets(("192.0.2.7",), is_shared=False)
    assert targets.allow(ip_address("192.0.2.7"))
    assert not targets.allow(ip_address("8.8.8.8"))


def test_a_word_that_is_no_network_is_named() -> None:
    with pytest.raises(ValueError, match="everywhere"):
        read_targets(("everywhere",), is_shared=False)


def test_a_name_that_leads_out_and_in_is_refused() -> None:
    assert judged(["8.8.8.8", "9.9.9.9"], host="two.example", targets=SHARED) == "8.8.8.8"
    with pytest.raises(TargetRefused, match=r"two.example is 10\.0\.0\.1, a private address"):
        judged(["8.8.8.8", "10.0.0.1"], host="two.example", targets=SHARED)
