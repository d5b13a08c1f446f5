"""Every form of every page, with whatever a stranger's program sends: a refusal in words, never a 500."""

import random
import re
from collections.abc import Iterator

import pytest
from django import forms as django_forms
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from plans.web import forms, need_forms, plan_forms, webhook_forms
from tests import figures
from tests.fuzz.inputs import CORPUS, PIECES, TORTURE
from tests.web.cast import LEDGER
from tests.web.conftest import ada, copied, desk, ledger

__all__ = ["ada", "copied", "desk", "ledger"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.torture,
    pytest.mark.shows("fuzz", failed="crashes"),
]
EACH = 60 if TORTURE else 1
NAMES = sorted(
    {
        name
        for module in (forms, need_forms, plan_forms, webhook_forms)
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, django_forms.Form)
        for name in form.base_fields
    }
    | {"next", "q", "rev", "span", "step", "steps", "file", "text", "key", "tab", "from", "to"}
)
PLANS = (LEDGER, LEDGER, LEDGER, "nowhere", "claude~x", "x")


def addresses(found: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """List the address of every page and form."""
    for entry in found:
        pattern = before + str(entry.pattern)
        if not isinstance(entry, URLResolver):
            yield pattern
        elif "api/" not in pattern:
            yield from addresses(entry.url_patterns, pattern)


def filled(pattern: str, chance: random.Random) -> str:
    """Put something into an address: a plan mostly that there is, small numbers mostly."""

    def value(found: re.Match[str]) -> str:
        if found[0].startswith("<int:"):
            return str(chance.choice((1, 1, 2, 3, 3, 99, 10**12)))
        return chance.choice(PLANS)

    return "/" + re.sub("<[^>]+>", value, pattern)


def sent(chance: random.Random) -> dict[str, str]:
    names = chance.sample(NAMES, chance.randrange(len(NAMES)))
    return {name: said(chance) for name in names}


def said(chance: random.Random) -> str:
    if chance.random() < 0.4:
        return str(chance.choice((0, 1, 7, 8, -1, 10**30, "1e9", "true", "", LEDGER, "session-abc")))
    words = [chance.choice((*CORPUS, *PIECES)) for _ in range(chance.randrange(4))]
    return "".join(words).encode("utf-8", "replace").decode()


def test_no_form_and_no_page_breaks(ledger: str, ada: Client) -> None:
    ada.raise_request_exception = True
    chance = random.Random(None if TORTURE else 5)  # noqa: S311 - no secret
    tried = 0
    patterns = list(addresses(get_resolver().url_patterns))
    assert len(patterns) > 40
    assert ledger == LEDGER
    for pattern in patterns:
        if pattern.startswith("logout"):
            continue
        for method in (ada.post, ada.get):
            for _ in range(EACH):
                address, fields = filled(pattern, chance), sent(chance)
                script = {"HX-Request": "true"} if chance.random() < 0.5 else {}
                answer = method(address, fields, headers=script)
                tried += 1
                assert answer.status_code < 500 or answer.status_code == 503, (address, fields)
    figures.record("fuzz", inputs=tried)
