import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.errors import WrongInput
from plans.store.orders import Order
from plans.store.paths import check_namespace, is_namespace
from tests.peer.checking import PeerError
from tests.peer.checking import check_namespace as peers_check
from tests.store.scene import ANN, SAMPLES, Scene

NAMES = json.loads((SAMPLES / "namespaces.json").read_text())["names"]


@pytest.mark.parametrize("row", NAMES, ids=lambda row: repr(row["namespace"])[:40])
def test_a_name_is_accepted_or_refused_as_the_peer_does(row: dict[str, object]) -> None:
    name = str(row["namespace"])
    assert is_namespace(name) == row["valid"]
    if row["valid"]:
        assert check_namespace(name) == name
        return
    with pytest.raises(WrongInput) as refused:
        check_namespace(name)
    with pytest.raises(PeerError) as theirs:
        peers_check(name)
    assert refused.value.message == str(theirs.value) == row["error"]


@given(st.one_of(st.text(max_size=6), st.from_regex(r"[A-Za-z0-9._-]{1,5}\n?", fullmatch=True)))
def test_any_name_is_judged_as_the_peer_judges_it(name: str) -> None:
    assert judged(check_namespace, name) == judged(peers_check, name)


def judged(check: Callable[[str], object], name: str) -> str:
    try:
        check(name)
    except WrongInput as refused:
        return refused.message
    except PeerError as refused:
        return str(refused)
    return "accepted"


def test_two_names_that_differ_only_in_case_are_refused(plan: Scene) -> None:
    with pytest.raises(WrongInput, match="'Work' differs from the plan 'work' only in case"):
        plan.store.create("Work", lambda plan: plan, Order(by=ANN, verb="create"))
    assert not (plan.root / "Work").exists()


@pytest.mark.parametrize("name", ["../work", "/etc", "work/../work", ".trash", "a\0b", "con", ""])
def test_no_name_leads_out_of_the_root(plan: Scene, name: str) -> None:
    for doing in (
        lambda: plan.store.read(name),
        lambda: plan.store.lines(name),
        lambda: plan.store.change(name, lambda plan: plan, Order(by=ANN, verb="edit")),
        lambda: plan.store.create(name, lambda plan: plan, Order(by=ANN, verb="create")),
        lambda: plan.store.adopt(name),
        lambda: plan.store.verify(name),
        lambda: plan.store.unlock(name),
        lambda: plan.store.peer_lock(name),
    ):
        with pytest.raises(WrongInput, match="Invalid plan namespace"):
            doing()
