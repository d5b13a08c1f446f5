"""The API's document as a page: its addresses by what they are about, and what each value looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from plans.web.openapi import PREFIX, document_of, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plans.web.openapi import Body, Operation, Parameter, Schema

_ANY: Final = "anything"
_GROUPS: Final = {
    "Plans": ("list_plans", "create_plan", "read_plan", "change_plan", "delete_plan"),
    "Steps": ("list_steps", "add_step", "read_step", "update_step"),
    "Working": (
        "next_step",
        "claim_step",
        "heartbeat",
        "comment_step",
        "complete_step",
        "fail_step",
        "release_step",
    ),
    "Asking a person": ("block_step", "wait_for_decision", "verify_decision"),
    "What happened": ("list_events",),
}
_REST: Final = "More"


class FieldView(Struct, frozen=True, kw_only=True):
    """One value: what it is called, what it may be, and what it means."""

    name: str
    kind: str
    says: str = ""
    needed: bool = False
    href: str = ""


class AnswerView(Struct, frozen=True, kw_only=True):
    """What may come back."""

    status: str
    says: str
    kind: str = ""
    href: str = ""


class OperationView(Struct, frozen=True, kw_only=True):
    """One method of one address."""

    anchor: str
    method: str
    path: str
    says: str
    parameters: tuple[FieldView, ...]
    body: FieldView | None
    answers: tuple[AnswerView, ...]
    refusals: tuple[AnswerView, ...]


class GroupView(Struct, frozen=True, kw_only=True):
    """Operations that belong together."""

    name: str
    operations: tuple[OperationView, ...]


class ValueView(Struct, frozen=True, kw_only=True):
    """A value with fields."""

    anchor: str
    name: str
    says: str
    fields: tuple[FieldView, ...]


class DocsView(Struct, frozen=True, kw_only=True):
    """The whole page."""

    title: str
    version: str
    about: str
    groups: tuple[GroupView, ...]
    values: tuple[ValueView, ...]


def docs_view(document: bytes) -> DocsView:
    """Build the page from the document as it is served."""
    read = document_of(document)
    views = {
        operation.operation_id: _operation(operation, method, path)
        for path, methods in read.paths.items()
        for method, operation in methods.items()
    }
    return DocsView(
        title=read.info.title,
        version=read.info.version,
        about=read.info.description,
        groups=tuple(_groups(views)),
        values=tuple(_values(read.components.schemas)),
    )


def _groups(views: dict[str, OperationView]) -> Iterator[GroupView]:
    """Put operations in order; those that no group names come last, so that none is left out."""
    named = [name for names in _GROUPS.values() for name in names]
    rest = tuple(name for name in views if name not in named)
    for group, names in (*_GROUPS.items(), (_REST, rest)):
        found = tuple(views[name] for name in names if name in views)
        if found:
            yield GroupView(name=group, operations=found)


def _operation(operation: Operation, method: str, path: str) -> OperationView:
    answers = [_answer(status, body) for status, body in sorted(operation.responses.items())]
    return OperationView(
        anchor=operation.operation_id,
        method=method.upper(),
        path=path,
        says=operation.description,
        parameters=tuple(_parameter(one) for one in operation.parameters),
        body=_body(operation.request_body),
        answers=tuple(answer for answer in answers if answer.status < "4"),
        refusals=tuple(answer for answer in answers if answer.status >= "4"),
    )


def _parameter(one: Parameter) -> FieldView:
    where = {"query": "query", "header": "header", "path": "address"}.get(one.place, one.place)
    return FieldView(
        name=one.name, kind=f"{where}, {_kind(one.schema)}", says=one.description, needed=one.required
    )


def _body(body: Body) -> FieldView | None:
    for content in body.content.values():
        return FieldView(name="Body", kind=_kind(content.schema), href=_href(content.schema), needed=True)
    return None


def _answer(status: str, body: Body) -> AnswerView:
    for content in body.content.values():
        return AnswerView(
            status=status,
            says=body.description,
            kind=_kind(content.schema),
            href=_href(content.schema),
        )
    return AnswerView(status=status, says=body.description)


def _values(schemas: dict[str, Schema]) -> Iterator[ValueView]:
    for name, schema in sorted(schemas.items()):
        fields = schema.get("properties")
        if isinstance(fields, dict) and fields:
            yield ValueView(
                anchor=f"value-{name}",
                name=name,
                says=str(schema.get("description", "")),
                fields=tuple(_fields(fields, needed=_words(schema.get("required")))),
            )


def _fields(fields: dict[object, object], *, needed: list[str]) -> Iterator[FieldView]:
    for name, found in fields.items():
        schema = schema_of(found)
        yield FieldView(
            name=str(name),
            kind=_kind(schema),
            says=str(schema.get("description", "")),
            needed=str(name) in needed,
            href=_href(schema),
        )


def _kind(schema: Schema) -> str:
    """Say in a word what a value may be."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(PREFIX)
    if "enum" in schema or "const" in schema:
        return " | ".join(_words(schema.get("enum")) or [str(schema["const"])])
    for word in ("anyOf", "allOf"):
        if word in schema:
            return " or ".join(_kind(part) for part in _schemas(schema[word]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema_of(schema.get('items')))}"
    return str(schema.get("type", _ANY))


def _href(schema: Schema) -> str:
    """Address the named value that this one is, or is made of."""
    for part in (schema, schema_of(schema.get("items")), *_schemas(schema.get("anyOf", schema.get("allOf")))):
        if "$ref" in part:
            return f"#value-{str(part['$ref']).removeprefix(PREFIX)}"
    return ""


def _schemas(value: object) -> list[Schema]:
    return [schema_of(part) for part in value] if isinstance(value, list) else []


def _words(value: object) -> list[str]:
    items: Iterable[object] = value if isinstance(value, list) else ()
    return [str(item) for item in items]
