"""The texts on the wire: what a page may say, and the sum that both sides compute."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.live.messages import (
    Ack,
    Changed,
    Drop,
    Hello,
    SignedOut,
    Version,
    checksum,
    encoded,
    frame,
    heard,
    poke,
    poked,
    resync,
    signed_out,
)
from tests.live.stage import plan_of


def test_hello_and_acknowledgement_are_understood() -> None:
    assert heard('{"type":"hello","epoch":"e1","rev":481}') == Hello("e1", 481)
    assert heard('{"type":"ack","rev":482,"more":1}') == Ack(482)


def test_a_message_of_another_kind_is_ignored() -> None:
    assert heard('{"type":"presence","where":"step-3"}') is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"rev":1}', '{"type":"ack"}', '{"type":"ack","rev":-1}', '{"type":"hello","rev":1}'],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        heard(text)


@given(st.text())
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    try:
        heard(text)
    except (msgspec.DecodeError, UnicodeError):
        return


def test_a_frame_is_json_whatever_its_names_hold() -> None:
    text = frame('a"b.c', prev=479, now=Version("e\\1", 482), ops=[encoded(Drop(9)), encoded(Drop(10))])
    assert json.loads(text) == {
        "v": 1,
        "plan": 'a"b.c',
        "epoch": "e\\1",
        "prev": 479,
        "rev": 482,
        "ops": [{"op": "drop", "id": 9}, {"op": "drop", "id": 10}],
    }
    assert json.loads(resync(Version("e", 3))) == {"v": 1, "type": "resync", "epoch": "e", "rev": 3}


def test_the_checksum_is_fnv1a_over_numbers_and_revisions_in_ascending_order() -> None:
    plan = plan_of(2)
    assert checksum(plan) == _fnv1a("1:1;2:1;")
    assert checksum(plan.with_steps(reversed(plan.steps))) == checksum(plan)
    assert checksum(plan_of(0)) == "811c9dc5"


def _fnv1a(text: str) -> str:
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return f"{value:08x}"


def test_a_poke_survives_the_channel_layer_and_strangers_do_not() -> None:
    changed = Changed("payments.ledger", "e", 482, (17, 9))
    assert poked(json.loads(json.dumps(poke(changed)))) == changed
    assert poked({"type": "websocket.close"}) is None


def test_a_sign_out_survives_the_channel_layer() -> None:
    assert poked(json.loads(json.dumps(signed_out("0a1b")))) == SignedOut("0a1b")


def test_a_poke_names_only_so_many_steps() -> None:
    assert len(poke(Changed("a", "e", 1, tuple(range(5_000))))["steps"]) == 200  # type: ignore[arg-type]
