"""The page of the API's document: everything in it can be read there, by anybody, without a script."""

import re

import msgspec
import pytest
from django.test import Client

from plans.agents.http_api.api import document
from plans.web.api_docs import docs_view

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> str:
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    return answer.content.decode()


def test_every_address_parameter_and_value_is_there(page: str) -> None:
    told = msgspec.json.decode(document())

    for path, methods in told["paths"].items():
        assert path in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            assert all(f"<dt>{parameter['name']}" in page for parameter in operation["parameters"])
    for name, schema in told["components"]["schemas"].items():
        assert (f'id="value-{name}"' in page) is bool(schema.get("properties"))


def test_every_link_on_it_leads_somewhere(page: str) -> None:
    links, places = set(re.findall(r'href="#([^"]+)"', page)), set(re.findall(r'id="([^"]+)"', page))

    assert links - places == set()
    assert "value-StepShown" in links


def test_it_runs_no_script_of_its_own_and_shows_marks_as_code(page: str) -> None:
    assert page.count("<script") == 1  # the theme's, as on every page
    assert "style=" not in page
    assert "<code>Authorization: Bearer …</code>" in page


def test_an_operation_that_no_group_names_is_shown_too() -> None:
    text = document().replace(b'"operationId":"claim_step"', b'"operationId":"new_verb"')

    assert [one.anchor for one in docs_view(text).groups[-1].operations] == ["new_verb"]


def test_signed_in_people_are_nobody_there() -> None:
    assert Client().post("/api/v1/docs").status_code in {403, 405}
