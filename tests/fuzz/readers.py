"""Everything that reads what others wrote, as one kind of function: it answers, or refuses in words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from plans.actions.importing import read_text
from plans.actions.markdown_plan import read_document
from plans.actions.strict_json import read_json
from plans.agents.mcp_server.strict_lines import StrictLines
from plans.domain.actor import person, session
from plans.domain.errors import PlanError, WrongInput
from plans.domain.limits import check_key, check_label, check_notes, check_title
from plans.live import messages
from plans.security.markdown import notes_html
from plans.security.person import safe_next
from plans.security.text import clean_text
from plans.store import json_text
from plans.store.bad_file import BadFile
from plans.store.formats import openclaw
from plans.store.formats.checkboxes import boxes
from plans.store.paths import check_namespace, is_namespace
from plans.store.sheet import encoded
from plans.store.sources.kinds import format_of
from plans.store.sources.seeing import as_seen
from plans.web.filtering import parsed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import anyio

REFUSALS: Final = (
    PlanError,
    BadFile,
    json_text.BadJson,
    json_text.TooDeep,
)
"""What is caught by name at the doors; anything else would be an answer 500."""

type Reader = Callable[[bytes], object]

_FILES: Final = {
    "claude": ("list", "1.json"),
    "docker": ("name", "name.json"),
    "taskmaster": ("shop", "tasks.json"),
    "backlog": ("shop", "task-1 - A.md"),
    "beads": ("shop", "issues.jsonl"),
    "openspec": ("change", "tasks.md"),
}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _of_text(read: Callable[[str], object]) -> Reader:
    return lambda data: read(_text(data))


def _of_frame(read: Callable[[str], object]) -> Reader:
    """Read as hub and inbox do, which close the socket for whatever is no message."""

    def heard(data: bytes) -> object:
        try:
            return read(_text(data))
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise WrongInput(str(error)) from error

    return heard


def _of_format(kind: str) -> Reader:
    name, file = _FILES[kind]

    def read(data: bytes) -> object:
        form = format_of(kind)
        return encoded(as_seen(form.parse({file: data}, name), form))

    return read


def _led(text: str) -> None:
    place = safe_next(text)
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))


def _named(text: str) -> None:
    assert is_namespace(text) == (check_namespace(text) == text)


def _said(data: bytes) -> None:
    """Send a line over MCP: it is given on whole, or answered by a refusal."""

    class Input:
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield data

    async def run() -> None:
        answers: list[Any] = []

        async def answer(message: object) -> None:
            answers.append(message)

        stream = StrictLines(cast("anyio.AsyncFile[bytes]", Input()))
        stream.answer = answer
        given = [line async for line in stream]
        assert len(given) + len(answers) == 1

    asyncio.run(run())


READERS: Final[dict[str, Reader]] = {
    "strict JSON": read_json,
    "JSON of peers": json_text.parse,
    "plan.json": lambda data: openclaw.parse(data, "ns"),
    **{f"lists of {kind}": _of_format(kind) for kind in _FILES},
    "names of plans": _of_text(_named),
    "names of sessions": _of_text(session),
    "names of people": _of_text(person),
    "titles": _of_text(check_title),
    "labels": _of_text(lambda text: check_label(text, "phase")),
    "notes": _of_text(check_notes),
    "keys": _of_text(check_key),
    "filter": _of_text(parsed),
    "markdown of notes": _of_text(notes_html),
    "lists in markdown": _of_text(read_text),
    "plans in markdown": _of_text(read_document),
    "checkboxes": _of_text(boxes),
    "text to show": _of_text(clean_text),
    "places after signing in": _of_text(_led),
    "frames of a page": _of_frame(messages.heard),
    "frames to the inbox": _of_frame(messages.follows),
    "lines of MCP": _said,
}


def refused(reader: Reader, data: bytes) -> str:
    """Let it read; gives the refusal's words, "" where it answered. Whatever else it raises is a fault."""
    try:
        reader(data)
    except REFUSALS as said:
        return str(said) or "refused without a word"
    return ""
