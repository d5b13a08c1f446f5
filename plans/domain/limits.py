"""How large things may be at our own doors; what peers write may be larger and is still shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from plans.domain.errors import TooLarge, WrongInput
from plans.domain.numbers import LAST_NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TITLE_BYTES = 2 * 1024
NOTES_BYTES = 64 * 1024
STEPS = 5_000
DEPTH = 32
LABEL_BYTES = 200
KEY_BYTES = 200
EXTRA_BYTES = 256 * 1024
"""Of one step, all together, as JSON: every revision of them stands in the journal as a whole."""
COMMENTS = 1_000
COMMENTS_BYTES = 256 * 1024
"""Of one step, all together, for the same reason; people may always say something."""
_CUT = "…"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def check_title(text: str) -> str:
    """Return the title as one line; raises WrongInput when empty or with controls, TooLarge over 2 KiB."""
    title = _one_line(text, "title")
    if not title:
        message = "The title is empty"
        raise WrongInput(message, advice="Say in a few words what the step is about.")
    return _fits(title, TITLE_BYTES, "title")


def check_notes(text: str) -> str:
    """Return notes, a reason or any other long text; raises TooLarge over 64 KiB."""
    return _fits(_writable(text, "text").replace("\r\n", "\n"), NOTES_BYTES, "text")


def check_label(text: str, what: str) -> str:
    """Return a short one-line text (phase, plan status, group); raises as ``check_title``, over 200 bytes."""
    return _fits(_one_line(text, what), LABEL_BYTES, what)


def check_key(key: str) -> str:
    """Return an idempotency key; raises WrongInput when empty or not printable, TooLarge over 200 bytes."""
    if not key or not _writable(key, "key").isprintable():
        message = "The key is empty or has characters that cannot be printed"
        raise WrongInput(message, advice="Use a short printable text, a UUID for example.")
    return _fits(key, KEY_BYTES, "key")


def check_extra(value: object, depth: int = 0) -> None:
    """Refuse extra values nested deeper than 32 levels, or with half a character in a text."""
    if isinstance(value, str):
        _writable(value, "extra value")
    if depth > DEPTH:
        message = f"The extra values are nested deeper than {DEPTH} levels"
        raise TooLarge(message)
    pairs = (*value, *value.values()) if isinstance(value, dict) else ()
    for child in value if isinstance(value, list) else pairs:
        check_extra(child, depth + 1)


def check_extras(now: Mapping[str, object], *, before: Mapping[str, object]) -> None:
    """Refuse extra values of one step that take over 256 KiB together, and more than they took before."""
    size = _json_size(now)
    if size > EXTRA_BYTES and size > _json_size(before):
        message = f"The step's extra values have {size:,} bytes together; {EXTRA_BYTES:,} is the most"
        raise TooLarge(message, advice="Keep large values in a file of your own, and only its name here.")


def check_talk(texts: Sequence[str]) -> None:
    """Refuse another comment on a step that has 1,000, or 256 KiB of them."""
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    if len(texts) > COMMENTS or size > COMMENTS_BYTES:
        most = f"{COMMENTS:,}, or {COMMENTS_BYTES:,} bytes, are the most"
        advice = "Say what you do with a heartbeat, and keep results in the step's notes."
        raise TooLarge(f"The step has {len(texts) - 1:,} comments; {most}", advice=advice)


def check_room(count: int) -> None:
    """Refuse a plan of more than 5,000 steps."""
    if count > STEPS:
        message = f"A plan holds at most {STEPS:,} steps"
        raise TooLarge(message, advice="Start another plan.")


def check_number(number: int) -> int:
    """Return the number of a step that is to be made; raises TooLarge where a plan has none left to give."""
    if number > LAST_NUMBER:
        message = f"The plan has given a step the number {LAST_NUMBER:,}, and there is none behind it"
        raise TooLarge(message, advice="Start another plan.")
    return number


def as_ours(text: str, limit: int = TITLE_BYTES) -> str:
    """Return a line that a peer wrote as one that we may write: without controls, cut to so many bytes."""
    line = " ".join(_CONTROLS.sub(" ", text).split()).encode("utf-8", "replace")
    if len(line) <= limit:
        return line.decode() or _CUT
    return line[: limit - len(_CUT.encode())].decode("utf-8", "ignore").rstrip() + _CUT


def _one_line(text: str, what: str) -> str:
    """Make every white space one blank. What else steers a terminal, or is no text at all, has no place."""
    line = " ".join(_writable(text, what).split())
    if found := _CONTROLS.search(line):
        message = f"The {what} contains the control character U+{ord(found[0]):04X}"
        raise WrongInput(message, advice="Send plain text, without colours and other terminal controls.")
    return line


def _json_size(values: Mapping[str, object]) -> int:
    return len(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _writable(text: str, what: str) -> str:
    if any("\ud800" <= c <= "\udfff" for c in text):
        message = f"The {what} contains half a character (a lone surrogate)"
        raise WrongInput(message, advice="Send whole characters as UTF-8.")
    return text


def _fits(text: str, limit: int, what: str) -> str:
    size = len(text.encode())
    if size > limit:
        message = f"The {what} has {size:,} bytes; {limit:,} is the most"
        raise TooLarge(message, advice="Shorten it, or move detail into the notes.")
    return text
