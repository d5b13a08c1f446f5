"""What a request says besides its form: from which revision it was made, and what was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plans.domain.errors import WrongInput

if TYPE_CHECKING:
    from django.http import HttpRequest

_ETAG = re.compile(r'(?:W/)?"?(\d{1,18})"?', re.ASCII)


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
