"""What a page fetches again is another one as soon as its reader may do less."""

import re
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from plans.mirror import models
from plans.security.roles import Role, give_role
from plans.wiring import now_ms
from tests.web.cast import ABC, LEDGER

FRAGMENTS = (
    "/sessions/?fragment=rows",
    "/plans/?fragment=lists",
    "/needs/?fragment=queue",
    f"/plans/{LEDGER}/?fragment=board",
    f"/plans/{LEDGER}/table/?fragment=table",
    f"/plans/{LEDGER}/track/?fragment=track",
    f"/plans/{LEDGER}/timeline/?fragment=timeline",
)
_SECRET = re.compile(r'value="\w{64}"')


def shown(answer: HttpResponse) -> str:
    return _SECRET.sub("", answer.content.decode())


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("path", FRAGMENTS)
def test_what_shows_less_to_who_may_do_less_is_sent_again(eve: Client, path: str) -> None:
    """Red where an ETag knows the person and not the roles: buttons stay that do nothing any more."""
    models.Session.objects.create(session=ABC.name, liveness="live", beat_at=now_ms())
    user = User.objects.get(username="eve")
    give_role(user, Role.OPERATOR)
    first = cast("HttpResponse", eve.get(path))
    known = {"If-None-Match": first["ETag"]}
    assert eve.get(path, headers=known).status_code == 304
    give_role(user, Role.VIEWER)
    is_same = shown(cast("HttpResponse", eve.get(path))) == shown(first)
    assert is_same or eve.get(path, headers=known).status_code == 200
