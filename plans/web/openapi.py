"""An OpenAPI document, typed: the parts of it that a page shows."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct, field

type Schema = dict[str, object]

PREFIX: Final = "#/components/schemas/"
"""What a reference to a named value begins with."""


class Parameter(Struct, rename={"place": "in"}):
    """What an address, its query or a header says."""

    place: str
    name: str
    schema: Schema
    description: str = ""
    required: bool = False


class Content(Struct):
    """A body in one media type."""

    schema: Schema = {}


class Body(Struct):
    """What is sent or answered."""

    content: dict[str, Content] = {}
    description: str = ""


class Operation(Struct, rename="camel"):
    """What one method does at one address."""

    operation_id: str
    parameters: list[Parameter]
    responses: dict[str, Body]
    description: str = ""
    request_body: Body = field(default_factory=Body)


class About(Struct):
    """What the document is about."""

    title: str
    version: str
    description: str


class Components(Struct):
    """Values that are named."""

    schemas: dict[str, Schema]


class Document(Struct):
    """The parts of an OpenAPI document that a page shows."""

    info: About
    paths: dict[str, dict[str, Operation]]
    components: Components


def document_of(data: bytes) -> Document:
    """Read a document; values that have no fields stand where they are named."""
    return msgspec.convert(_with_plain_values(msgspec.json.decode(data)), Document)


def _with_plain_values(document: object) -> object:
    """Put values that have no fields, a number of a certain kind, where they are named."""
    named = schema_of(schema_of(schema_of(document).get("components")).get("schemas"))
    plain = {
        f"{PREFIX}{name}": value for name, value in named.items() if not schema_of(value).get("properties")
    }

    def put(value: object) -> object:
        if isinstance(value, list):
            return [put(part) for part in value]
        if not isinstance(value, dict):
            return value
        found = plain.get(str(value.get("$ref", "")))
        return put(found) if found is not None else {name: put(part) for name, part in value.items()}

    return put(document)


def schema_of(value: object) -> Schema:
    """Give an object's parts by their names; nothing for what is none."""
    return {str(name): part for name, part in value.items()} if isinstance(value, dict) else {}
