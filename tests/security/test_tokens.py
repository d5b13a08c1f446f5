"""What a token lets its holder do."""

import pytest

from plans.agents.commands.table import GROUPS
from plans.domain.errors import PlanError, WrongInput
from plans.security.tokens import VERBS, BeyondToken, Grant, SessionMissing, TokenRefused, check_terms

GRANT = Grant(
    number=1, session="agent-*", plans=("payments.*", "ops"), verbs=frozenset({"read", "claim", "complete"})
)


@pytest.mark.parametrize("namespace", ["payments.ledger", "payments.a.b", "ops"])
def test_a_token_opens_the_plans_it_is_for(namespace: str) -> None:
    assert GRANT.sees(namespace)
    GRANT.check("claim", namespace)


@pytest.mark.parametrize("namespace", ["payments", "ops.x", "Payments.ledger", "xpayments.ledger", ""])
def test_and_no_others(namespace: str) -> None:
    assert not GRANT.sees(namespace)
    with pytest.raises(BeyondToken, match="plans like payments"):
        GRANT.check("read", namespace)


def test_a_verb_it_was_not_given_is_refused_with_those_it_was() -> None:
    with pytest.raises(BeyondToken, match="may not delete; it may read, claim, complete"):
        GRANT.check("delete", "ops")


def test_a_session_within_the_pattern_is_named_by_the_caller() -> None:
    assert str(GRANT.actor("agent-7")) == "session:agent-7"
    with pytest.raises(BeyondToken, match="not for 'robot'"):
        GRANT.actor("robot")
    for nothing in (None, ""):
        with pytest.raises(SessionMissing, match=r"agent-\*"):
            GRANT.actor(nothing)


def test_a_token_of_one_session_needs_no_name() -> None:
    one = Grant(number=2, session="agent-7", plans=("*",), verbs=frozenset(VERBS))

    assert one.actor(None) == one.actor("agent-7")
    with pytest.raises(BeyondToken):
        one.actor("agent-8")


@pytest.mark.parametrize("named", ["agent-\n", "agent-" + "x" * 200])
def test_what_is_no_session_is_none_with_a_token_either(named: str) -> None:
    with pytest.raises(WrongInput):
        GRANT.actor(named)


@pytest.mark.parametrize("named", ["", "robot", "agent-" + "x" * 200])
def test_it_does_not_speak_for_what_is_none_of_its_sessions(named: str) -> None:
    assert GRANT.speaks_for("agent-7")
    assert not GRANT.speaks_for(named)


def test_a_token_for_every_session_speaks_for_whatever_can_be_one() -> None:
    anybody = Grant(number=3, session="*", plans=("*",), verbs=frozenset({"read"}))
    assert [anybody.speaks_for(named) for named in ("a", "é" * 100)] == [True, True]
    assert [anybody.speaks_for(named) for named in ("", "é" * 100 + "a")] == [False, False]


@pytest.mark.parametrize("word", ["list", "show", "export", "wait"])
def test_the_words_that_only_read_take_a_token_that_reads(word: str) -> None:
    GRANT.check(word, "ops")
    monitor = Grant(number=4, session="*", plans=("*",), verbs=frozenset({"metrics"}))
    with pytest.raises(BeyondToken, match=f"may not {word}"):
        monitor.check(word, "ops")


def test_who_is_sent_away_is_told_of_all_the_plans_their_token_is_for() -> None:
    with pytest.raises(BeyondToken) as refused:
        GRANT.check("read", "search")
    assert str(refused.value) == "This token is for plans like payments.*, ops, not for 'search'"


def test_no_token_can_decide() -> None:
    assert not {"approve", "reject", "reply", "undo", "decide", "reassign", "restore", "cancel"} & set(VERBS)
    with pytest.raises(WrongInput, match="No token can approve: only a person may"):
        check_terms(session="a", plans=["*"], verbs=["claim", "approve"])


def test_its_verbs_are_the_words_of_the_command_line() -> None:
    words = GROUPS["plan"].keys() | GROUPS["step"].keys()

    assert set(VERBS) <= words | {"read"}
    assert words - set(VERBS) == {"list", "show", "export", "wait"}  # all of them read


def test_reading_is_always_part_of_it() -> None:
    assert check_terms(session="a", plans=["*"], verbs=["fail", "claim"]) == ("read", "claim", "fail")
    assert check_terms(session="agent-*", plans=["a.*", "b"], verbs=[]) == ("read",)


@pytest.mark.parametrize(
    ("session", "plans", "verbs"),
    [
        ("", ["*"], []),
        ("a\nb", ["*"], []),
        ("a" * 201, ["*"], []),
        ("a", [], []),
        ("a", ["a/b"], []),
        ("a", ["a" * 2_001], []),
        ("a", ["*"], ["dance"]),
    ],
)
def test_terms_that_mean_nothing_are_refused(session: str, plans: list[str], verbs: list[str]) -> None:
    with pytest.raises(WrongInput):
        check_terms(session=session, plans=plans, verbs=verbs)


@pytest.mark.parametrize("refused", [TokenRefused(sent=True), TokenRefused(sent=False)])
def test_without_a_token_one_is_told_where_to_get_it(refused: PlanError) -> None:
    assert "planboard token create" in refused.advice
