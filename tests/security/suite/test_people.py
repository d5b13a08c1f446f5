"""Only people decide, about exactly what they saw, each within a role; nothing else acts for them."""

import os
import re
import stat
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from plans.actions.deciding import approve_step
from plans.actions.shaping import add_step, edit_step
from plans.actions.working import claim_step
from plans.agents.mcp_server.tools import TOOLS
from plans.domain.errors import PersonOnly, PlanError
from plans.domain.rights import Role
from plans.domain.step import Status
from plans.people import tokens, webhooks
from plans.security import accounts
from plans.security.login import local_person
from plans.security.roles import give_role
from plans.security.secret_key import secret_key
from plans.security.tokens import check_terms
from tests.agents.http_api.caller import Agent
from tests.web.cast import ABC, LEDGER, LedgerBoard
from tests.web.conftest import Copy

pytestmark = [pytest.mark.shows("security", "tests", "let_in"), pytest.mark.django_db]
HOSTILE = Path(__file__).parents[2] / "data" / "hostile"
PLACES = [line for line in (HOSTILE / "next.txt").read_text().splitlines() if line]


def test_an_approval_is_of_the_text_that_was_seen(board: LedgerBoard) -> None:
    """CVE-2025-54136: an approval bound to a name whose content changed afterwards."""
    seen = board.revision(1)
    edit_step(board.desk, LEDGER, 1, by=ABC, expected=seen, notes="Delete all rows")
    assert board.htmx("steps/1/approve/", revision=seen).status_code == 409
    assert board.step(1).status is Status.BLOCKED


def test_no_session_decides_its_own_request(board: LedgerBoard) -> None:
    with pytest.raises(PersonOnly):
        approve_step(board.desk, LEDGER, 1, by=ABC, expected=board.revision(1))
    assert board.step(1).status is Status.BLOCKED


def test_no_token_is_for_deciding_and_no_door_of_agents_has_it(board: LedgerBoard) -> None:
    for verb in ("approve", "reject", "reply", "undo", "force_complete", "unlock", "decide"):
        with pytest.raises(PlanError, match="only a person may"):
            check_terms(session="a", plans=["*"], verbs=[verb])
        assert Agent().post(f"/steps/1/{verb}", {}).status in {404, 405}
        assert verb not in "".join(tool.name for tool in TOOLS)
    assert board.step(1).status is Status.BLOCKED


def test_who_only_looks_changes_nothing(board: LedgerBoard, eve: Client) -> None:
    before = board.plan()
    for path in ("steps/1/approve/", "steps/2/edit/", "steps/1/reassign/", "describe/", "add/"):
        eve.post(f"/plans/{LEDGER}/{path}", {"revision": before.revision, "title": "x", "note": "x"})
    assert board.plan() == before


def test_who_is_shut_out_leaves_no_program_inside() -> None:
    for name in ("ann", "mallory"):  # the last admin could not be shut out
        give_role(User.objects.create_user(name), Role.ADMIN)
    mallory = User.objects.get(username="mallory")
    _, token = tokens.issue(session="agent-*", plans=["*"], verbs=["read"], now=1, by=mallory)
    webhooks.add(mallory, pattern="*", url="http://127.0.0.1:9/", kinds=["approval"], now=1)
    accounts.switch_off("mallory")
    assert tokens.find(token) is None
    assert not webhooks.working()


def test_a_form_without_its_token_changes_nothing(board: LedgerBoard) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(local_person("ada"))
    before = board.plan()
    answer = forged.post(f"/plans/{LEDGER}/steps/1/approve/", {"revision": board.revision(1)})
    assert answer.status_code == 403
    assert board.plan() == before


def test_signing_in_leads_nowhere_else(ada: Client) -> None:
    for place in PLACES:
        for next_page in (place, quote(place), f"/login/?next={place}", f" {place}"):
            onward = ada.get("/login/", {"next": next_page})["Location"]
            assert re.fullmatch(r"/([^/\\\s].*)?", onward), next_page
            assert not onward.startswith("/login/"), next_page
            assert next_page != place or onward == "/", next_page


def test_looking_changes_nothing(board: LedgerBoard) -> None:
    before = board.plan()
    for path in ("steps/1/approve/", "steps/1/reject/", "steps/2/edit/", "steps/2/remove/", "describe/"):
        board.get(path, revision=before.revision, note="x", title="x")
    assert board.plan() == before


def test_a_step_is_no_way_to_run_a_command(
    board: LedgerBoard, copied: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task of a kanban board as the way to code execution: its words reach no shell and no template."""
    ran: list[str] = []
    watched = {"os.exec", "os.system", "os.posix_spawn", "os.spawn", "subprocess.Popen", "compile", "exec"}

    def note(event: str, facts: tuple[object, ...]) -> None:
        if ran_here and event in watched and "pwned" in repr(facts):
            ran.append(event)

    ran_here = True
    sys.addaudithook(note)
    monkeypatch.chdir(tmp_path)
    attack = "$(touch pwned) `touch pwned`; touch pwned && {{ pwned }} {% include 'pwned' %} ${pwned}"
    step = add_step(board.desk, LEDGER, by=ABC, title=attack, notes=attack).plan.steps[-1].number
    claim_step(board.desk, LEDGER, step, by=ABC)
    copied(LEDGER)
    page = board.get(f"steps/{step}/").content.decode()
    ran_here = False
    assert not ran
    assert not (tmp_path / "pwned").exists()
    assert "{{ pwned }}" in page.replace("&#x27;", "'")


def test_secrets_are_where_no_agent_inherits_them(tmp_path: Path) -> None:
    key = secret_key(tmp_path / "home")
    kept = tmp_path / "home" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert not any(key in value for value in os.environ.values())


def test_a_session_of_a_person_is_kept_from_scripts() -> None:
    from django.conf import settings  # noqa: PLC0415 - read when the weakening is in place

    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.SESSION_COOKIE_AGE == 12 * 60 * 60
