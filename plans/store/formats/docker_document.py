"""One document of docker-agent: read as Go reads it, and written with the bytes of Go's encoder."""

from __future__ import annotations

import json
import re
from typing import Final, NamedTuple

from plans.store import json_text
from plans.store.bad_file import BadFile

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_MOST: Final = 2**63
_TEXTS: Final = ("name", "title", "content", "author", "status", "updatedAt")
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class Document(NamedTuple):
    """What one of its files holds."""

    name: str
    title: str = ""
    content: str = ""
    author: str = ""
    status: str = ""
    revision: int = 0
    updated_at: str = ""
    others: tuple[tuple[str, object], ...] = ()
    """The keys that it does not know, with their values; it drops them itself when it writes."""


def read(data: bytes, name: str) -> Document:
    """Read a plan's file as Go does: keys in any case, null for nothing, half characters replaced."""
    if not _NAME.fullmatch(name):
        message = (
            f'invalid plan name "{name}": use only lowercase letters, digits, '
            "'-' and '_', starting with a letter or digit"
        )
        raise BadFile(message)
    file = f"{name}.json"
    try:
        value, _ = json_text.parse(data)
    except json_text.BadJson as bad:
        message = f"plan file {file} is corrupt: {bad} (line {bad.line}, column {bad.column})"
        raise BadFile(message, file=file, place=bad) from None
    except json_text.TooDeep as deep:
        message = f"plan file {file} is corrupt: {deep}"
        raise BadFile(message, file=file) from None
    try:
        return _document({} if value is None else value, name)
    except _WrongType as wrong:
        message = f"plan file {file} is corrupt: json: cannot unmarshal {wrong}"
        raise BadFile(message, file=file) from None


def written(document: Document) -> bytes:
    """Write the bytes that Go's encoder gives, and behind them what is not ours to drop."""
    value: dict[str, object] = {"name": document.name, "title": document.title, "content": document.content}
    value |= {"author": document.author, "status": document.status}
    value |= {"revision": document.revision, "updatedAt": document.updated_at}
    kept = {key: part for key, part in value.items() if part != "" or key in {"name", "content", "updatedAt"}}
    text = json.dumps(kept | dict(document.others), indent=2, ensure_ascii=False)
    return json_text.encode(text.translate(_ESCAPED))


class _WrongType(ValueError):
    """A value has a type that Go does not put into its field; the text goes on from "cannot unmarshal"."""


def _document(value: object, name: str) -> Document:
    if not isinstance(value, dict):
        message = f"{_go_type(value)} into Go value of type plan.Plan"
        raise _WrongType(message)
    texts = dict.fromkeys(_TEXTS, "")
    revision = 0
    others: dict[str, object] = {}
    known = {key.lower(): key for key in _TEXTS}
    for key, part in value.items():
        if key.lower() == "revision":
            revision = revision if part is None else _integer(part)
        elif key.lower() in known:
            texts[known[key.lower()]] = _text(part, known[key.lower()], was=texts[known[key.lower()]])
        else:
            others[key] = part
    return Document(
        name=name,
        title=texts["title"],
        content=texts["content"],
        author=texts["author"],
        status=texts["status"],
        revision=revision,
        updated_at=texts["updatedAt"],
        others=tuple(others.items()),
    )


def _text(part: object, field: str, *, was: str) -> str:
    if part is None:
        return was
    if not isinstance(part, str):
        message = f"{_go_type(part)} into Go struct field Plan.{field} of type string"
        raise _WrongType(message)
    return _HALF.sub("\ufffd", part)


def _integer(part: object) -> int:
    if isinstance(part, int) and not isinstance(part, bool) and -_MOST <= part < _MOST:
        return part
    shown = f"number {part}" if _go_type(part) == "number" else _go_type(part)
    message = f"{shown} into Go struct field Plan.revision of type int"
    raise _WrongType(message)


def _go_type(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
