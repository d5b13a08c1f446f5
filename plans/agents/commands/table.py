"""Every command with the module that has it and one line of help; nothing is imported for it."""

from __future__ import annotations

from typing import Final

GROUPS: Final = {
    "": {
        "up": ("", "show the board: web pages and worker in one process"),
        "login": ("care", "print a new link into the board, good once"),
        "doctor": ("doctor", "look at what the board needs, and say what to change"),
        "verify": ("care", "check plans: checksums, hashes, plan.json"),
        "restore": ("care", "go back to an older revision, as a new one"),
        "unlock": ("care", "remove a lock that a dead program left behind"),
        "audit": ("audit", "list who came in, decided, or changed what others may do"),
        "sources": ("sources", "list the other programs whose lists are shown, and why"),
        "mcp": ("mcp", "serve plans to an agent by the Model Context Protocol, over stdio"),
    },
    "plan": {
        "list": ("plan_reading", "list the plans"),
        "show": ("plan_reading", "show a plan with its steps"),
        "create": ("plan_writing", "create a plan, from a list if you have one"),
        "write": ("plan_writing", "write a whole plan over the one you read"),
        "status": ("plan_writing", "read or set what a plan says of itself"),
        "export": ("plan_reading", "write a plan as markdown or JSON"),
        "delete": ("plan_writing", "move a plan to the trash"),
    },
    "step": {
        "list": ("step_reading", "list a plan's steps"),
        "show": ("step_reading", "show everything known of a step"),
        "add": ("step_shaping", "add a step"),
        "edit": ("step_shaping", "change a step's fields"),
        "next": ("step_working", "claim one ready step, whichever is due"),
        "claim": ("step_working", "claim a ready step"),
        "heartbeat": ("step_working", "say that you are alive and what you do"),
        "block": ("step_working", "ask a person for approval, input or help"),
        "wait": ("step_working", "wait for a person's decision"),
        "comment": ("step_working", "remark on a step; @people calls somebody"),
        "complete": ("step_working", "finish your step"),
        "fail": ("step_working", "give your step up, with a reason"),
        "release": ("step_working", "put your step back for anyone"),
    },
    "decision": {
        "verify": ("deciding", "check who decided what about which text"),
        "key": ("deciding", "print the public half of the key that signs decisions"),
        "trust": ("deciding", "let the signatures of another board count here, too"),
    },
    "user": {
        "add": ("users", "let somebody in by name and password"),
        "list": ("users", "list who may come in, and what they may do"),
        "role": ("users", "say what somebody may do with which plans"),
        "password": ("users", "give somebody another password"),
        "disable": ("users", "let somebody in no more, from now on"),
        "enable": ("users", "let somebody in again"),
    },
    "token": {
        "create": ("tokens", "make a token that lets agents in through the API and MCP"),
        "list": ("tokens", "list the tokens, with their last use"),
        "take": ("tokens", "let a token go on that rests since its maker is no admin any more"),
        "revoke": ("tokens", "end a token"),
    },
}


def overview(group: str = "") -> str:
    """List the commands of a group, or all."""
    from plans.agents.exits import MEANINGS  # noqa: PLC0415 - start-up time

    groups = {group: GROUPS[group]} if group else GROUPS
    lines = ["usage: planboard COMMAND …, or planboard COMMAND --help", ""]
    for name, verbs in groups.items():
        lines += [f"  {f'{name} {verb}'.strip():<16}{summary}" for verb, (_, summary) in verbs.items()]
        lines.append("")
    return "\n".join([*lines, f"exit codes: {MEANINGS}", ""])
