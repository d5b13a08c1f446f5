"""How many connections a caller of the MCP server keeps, and which of them give way to another one."""

from plans.agents.mcp_server.http import MOST_SESSIONS, SESSIONS_A_TOKEN, SESSIONS_EACH, giving_way


def kept(*owners: str) -> dict[str, str]:
    return {str(number): owner for number, owner in enumerate(owners)}


def test_who_connects_again_and_again_ends_its_own_oldest() -> None:
    assert giving_way(kept("1:quiet", *["1:loop"] * SESSIONS_EACH), "1:loop") == ["1"]
    assert giving_way(kept("1:quiet", *["1:loop"] * (SESSIONS_EACH - 1)), "1:loop") == []


def test_a_token_for_many_sessions_leaves_room_for_others() -> None:
    """Red where only the sessions are counted: one token that names two hundred shuts all others out."""
    many = kept("11:other", *(f"1:agent-{number}" for number in range(SESSIONS_A_TOKEN)))
    assert giving_way(many, "1:agent-new") == ["1"]
    assert giving_way(many, "11:other") == []
    assert SESSIONS_A_TOKEN < MOST_SESSIONS


def test_a_connection_gives_way_once_for_both_reasons() -> None:
    many = kept(*["1:loop"] * SESSIONS_EACH, *(f"1:agent-{number}" for number in range(SESSIONS_A_TOKEN)))
    assert giving_way(many, "1:loop") == [str(number) for number in range(SESSIONS_EACH + 1)]
