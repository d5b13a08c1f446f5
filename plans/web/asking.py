"""What a request says besides its form: from which revision it was made, and which text was read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from plans.domain.errors import WrongInput
from plans.domain.sealing import MARK, text_mark
from plans.web import digits

if TYPE_CHECKING:
    from django.http import HttpRequest

    from plans.domain.step import Step

READING: Final = rf"([0-9]{{1,{digits.STORED}}})(?:\.([0-9a-f]{{{MARK}}}))?"
"""How forms name what was read: ``482``, or ``482.9f86d081884c7d65`` where it is decided on."""
_ETAG = re.compile(rf'(?:W/)?"?{READING}"?')


def reading_of(step: Step) -> str:
    """Name a step as it is read, for forms that decide on it: its revision and the mark of its text."""
    return f"{step.revision}.{text_mark(step)}"


def is_revision(said: str) -> bool:
    """Tell whether this names a revision, as a form or a header does."""
    return _ETAG.fullmatch(said.strip()) is not None


def expected_revision(request: HttpRequest) -> int | None:
    """Read the revision the change was made from: the form's, else If-Match, quoted or bare.

    None when neither is there (``If-Match: *`` names no revision); raises WrongInput for anything else.
    """
    said = request.POST.get("revision") or request.headers.get("If-Match", "")
    if said.strip() in {"", "*"}:
        return None
    found = _ETAG.fullmatch(said.strip())
    if found is None:
        message = "The revision is not a number"
        raise WrongInput(message, advice="Open the step again and repeat the change.")
    return int(found[1])


def text_read(request: HttpRequest) -> str:
    """Give the mark of the text that was read; empty where the form does not name it."""
    found = _ETAG.fullmatch(request.POST.get("revision", "").strip())
    return (found[2] or "") if found else ""
