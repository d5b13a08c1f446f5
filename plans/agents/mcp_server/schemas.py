"""JSON schemas of the tools, made from the very types that read what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import UNSET, UnsetType

from plans.actions.strict_json import check_value
from plans.domain.errors import WrongInput

if TYPE_CHECKING:
    from plans.actions.wire import Json

_REF: Final = "#/$defs/"


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a tool takes; a field that may be left out is UNSET then."""


def given[T](value: T | UnsetType) -> T | None:
    """Give what was sent; None where it was left out."""
    return None if value is UNSET else value


def schema_of(kind: type[msgspec.Struct]) -> Json:
    """Give the JSON schema of a type as one object: models read no references."""
    _, parts = msgspec.json.schema_components([kind], schema_hook=_anything, ref_template=_REF + "{name}")
    return _object(parts[kind.__name__], parts)


def read_arguments[A: Arguments](kind: type[A], sent: Json, *, tool: str) -> A:
    """Read what a model sent; null counts as left out. Raises WrongInput, TooLarge."""
    check_value(sent, what=f"What was sent to {tool}")
    given = {name: value for name, value in sent.items() if value is not None}
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        advice = f"Send what the input schema of {tool} names, and nothing else."
        raise WrongInput(f"{tool} cannot be called like that: {error}", advice=advice) from error


def _anything(kind: type) -> Json:
    """Describe what msgspec cannot; of an empty answer it makes a TypeError that names the type."""
    return {"description": "Any JSON value."} if kind is object else {}


def _object(part: Json, parts: dict[str, Json]) -> Json:
    """Put what is referred to in its place; what is said beside a reference counts more."""
    there: Json = {}
    name = part.get("$ref")
    if isinstance(name, str):
        there = _object(parts[name.removeprefix(_REF)], parts)
        if "enum" in there:
            there.pop("description", None)  # it speaks to readers of the code
    kind: Json = {"type": "string"} if "enum" in part else {}
    own = {key: _value(value, parts) for key, value in part.items() if key not in {"$ref", "title"}}
    fields = part.get("properties")
    if isinstance(fields, dict):  # names of fields, which may be "title", too
        own["properties"] = {field: _value(value, parts) for field, value in fields.items()}
    return there | kind | own


def _value(part: object, parts: dict[str, Json]) -> object:
    if isinstance(part, list):
        return [_value(child, parts) for child in part]
    return _object(part, parts) if isinstance(part, dict) else part
