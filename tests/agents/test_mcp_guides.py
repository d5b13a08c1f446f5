"""The guides of docs/ for agents that speak MCP: what they say to configure works as they say it."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mcp import Client, StdioServerParameters

from plans.agents.commands.mcp import COMMANDS
from plans.agents.mcp_server.tools import TOOLS
from plans.agents.options import Parser
from tests.agents.connected import Agent

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from tests.agents.shell import Shell

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = {"claude-code": "claude-laptop", "codex": "codex-laptop", "docker-agent": "docker-root"}


def guide(name: str) -> str:
    return (DOCS / f"connect-{name}.md").read_text()


def blocks(name: str, kind: str) -> list[str]:
    found = re.findall(rf"(?ms)^( *)```{kind}\n(.*?)^ *```", guide(name))
    return [re.sub(rf"(?m)^{indent}", "", text) for indent, text in found]


def arguments(name: str) -> list[str]:
    """Give the arguments that a guide's configuration starts `planboard` with."""
    if name == "claude-code":
        servers = json.loads(blocks(name, "json")[0])["mcpServers"]
    elif name == "codex":
        servers = tomllib.loads(blocks(name, "toml")[0])["mcp_servers"]
    else:
        (listed,) = re.findall(r"command: planboard\n +args: (\[.*\])", guide(name))
        return [str(word) for word in json.loads(listed)]
    assert servers["planboard"]["command"] == "planboard"
    return [str(word) for word in servers["planboard"]["args"]]


@pytest.mark.parametrize("name", GUIDES)
def test_a_guides_configuration_is_one_that_the_command_takes(name: str) -> None:
    command, *words = arguments(name)
    parser = Parser("planboard mcp", "")
    COMMANDS[command].options(parser)

    assert parser.read(words).session == GUIDES[name]


def test_every_guide_fits_on_a_screen_and_names_tools_that_are_there() -> None:
    names = {tool.name for tool in TOOLS}
    for name, session in GUIDES.items():
        said = set(re.findall(r"`([a-z]+_[a-z_]+)`", guide(name)))
        assert len(guide(name).splitlines()) <= 75
        assert {word for word in said if word.split("_")[-1] in {"step", "plan", "file", "decision"}} <= names
        assert f"assigned\n   to {session}" in guide(name)


async def test_the_words_of_the_guide_lead_to_a_step_on_the_board(shell: Shell, desk: Desk) -> None:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "plans.agents.cli", *arguments("docker-agent")],
        env=dict(shell.variables),
    )
    async with Client(server) as client:
        agent = Agent(client)
        await agent.call(
            "write_plan", name="first.steps", content="- look around\n- write it down\n- check it\n"
        )
        step = (await agent.call("next_step", namespace="first.steps"))["step"]
        on = {"namespace": "first.steps", "number": step["number"]}
        await agent.call("heartbeat", **on, active_form="looking")
        await agent.call("block_step", **on, kind="approval", text="I looked around. Complete it?")

    found = desk.store.read("first.steps").plan.step(1)
    assert (found.title, found.owner, found.asks) == ("look around", "docker-root", True)
