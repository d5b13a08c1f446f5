"""docs/webhooks.md against what is sent."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from plans.notices.retries import DELAYS
from plans.notices.signing import headers
from plans.notices.wording import Notice
from plans.people.webhooks import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
BODY = b'{"version":1}'


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_example_has_the_fields_that_are_sent() -> None:
    assert list(json.loads(block("json"))) == list(Notice.__struct_fields__)


def test_the_reasons_and_headers_are_listed() -> None:
    named = headers("s", uid="u", kind="test", body=BODY, now=1)
    for word in [*KINDS, *(name for name in named if name.startswith("Planboard"))]:
        assert f"`{word}`" in PAGE


def test_the_way_to_verify_works() -> None:
    import time  # noqa: PLC0415 - the example reads the clock

    place: dict[str, object] = {}
    exec(block("python"), place)  # noqa: S102 - our own page
    verify: Callable[[str, dict[str, str], bytes], bool] = place["is_from_planboard"]  # type: ignore[assignment]
    now = int(time.time() * 1000)
    signed = headers("secret", uid="u", kind="test", body=BODY, now=now)
    assert verify("secret", signed, BODY)
    assert not verify("another", signed, BODY)
    assert not verify("secret", signed, BODY + b" ")
    assert not verify("secret", headers("secret", uid="u", kind="test", body=BODY, now=now - 400_000), BODY)


def test_the_waits_are_those_of_the_page() -> None:
    assert "about 40 s, 3, 11 and 43 minutes" in PAGE
    assert [round(delay / 60_000) for delay in DELAYS[1:]] == [3, 11, 43]


def test_the_receiver_for_the_terminal_is_python() -> None:
    compile(block("sh").partition("'")[2].rpartition("'")[0], "receiver", "exec")
