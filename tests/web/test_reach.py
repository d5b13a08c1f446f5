"""Who may see some plans only: no address of the board tells anything of the others.

Every test here is red where one query forgets whose eyes it is for: with ``plans_seen`` (or ``steps_seen``,
``events_seen``, ``sessions_seen``) giving all rows, or ``keys_seen`` giving None, or the guard of the views
looking at roles without their patterns.
"""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from plans.actions.assigning import comment_step
from plans.actions.desk import Desk
from plans.actions.drafts import PlanDraft
from plans.actions.planning import create_plan
from plans.actions.shaping import add_step
from plans.actions.working import block_step, claim_step
from plans.domain.actor import person, session
from plans.domain.rights import Role
from plans.domain.step import RequestKind
from plans.mirror import models
from plans.people.tokens import issue
from plans.security.roles import give_role
from plans.wiring import now_ms
from tests.web.cast import ADA, LEDGER, LedgerBoard
from tests.web.conftest import Copy

pytestmark = pytest.mark.django_db

HIDDEN = "vault.quokka"
TRACES = ("quokka", "vault", "wombat", "numbat", "bilby")
"""Words that stand in the hidden plan only: its name, its title, its steps, its session, its people."""
FILLED = {"namespace": HIDDEN, "number": "1", "key": "numbat", "token": "x" * 43, "delivery": "1"}
QUESTIONS = (
    "",
    "?q=quokka",
    "?q=wombat",
    "?q=%40numbat",
    "?q=wombat&part=palette",
    "?q=1&part=results&here=vault.quokka",
    "?fragment=queue",
    "?fragment=pane",
    "?fragment=lists",
    "?fragment=rows",
    "?fragment=older",
    "?fragment=newer&after=1-1",
    "?who=session:numbat",
    "?plan=vault.quokka",
    "?group=vault",
    "?show=snoozed",
    "?who=person:bilby&kind=decisions",
)


@pytest.fixture
def hidden(desk: Desk, copied: Copy) -> str:
    """Make a plan that asks, with a session and a person of its own."""
    bilby, numbat = person("bilby"), session("numbat")
    create_plan(desk, HIDDEN, by=bilby, sent=PlanDraft(title="Wombat plan"))
    add_step(desk, HIDDEN, by=bilby, title="Feed the wombat", notes="Every wombat.")
    add_step(desk, HIDDEN, by=bilby, title="Wash the wombat")
    claim_step(desk, HIDDEN, 1, by=numbat)
    block_step(desk, HIDDEN, 1, by=numbat, kind=RequestKind.APPROVAL, text="Wombat?")
    comment_step(desk, HIDDEN, 2, by=numbat, text="@eve the wombat @people")
    copied(HIDDEN)
    issue(session="numbat", plans=["vault.*"], verbs=["read"], now=now_ms())
    models.Session.objects.create(session="numbat", liveness="live", beat_at=now_ms(), agent="numbat")
    return HIDDEN


@pytest.fixture
def eve_of_payments() -> Client:
    """Sign Eve in, who may change the payments' plans and see no other."""
    user = User.objects.create_user("eve")
    give_role(user, Role.OPERATOR, "payments.*")
    client = Client()
    client.force_login(user)
    return client


def addresses(found: list[URLPattern | URLResolver] | None = None, before: str = "/") -> Iterator[str]:
    """Give every address of the pages, with the hidden plan's parts filled in."""
    for one in get_resolver().url_patterns if found is None else found:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            if not route.startswith("/api/"):
                yield from addresses(one.url_patterns, route)
        else:
            for name, value in FILLED.items():
                for kind in ("str", "int"):
                    route = route.replace(f"<{kind}:{name}>", value)
            yield route


def told(client: Client, path: str) -> str:
    answer = client.get(path)
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n{answer.content.decode()}".lower()


def without_the_question(text: str, path: str) -> str:
    """Leave out what the address itself says: a page may repeat what was asked."""
    for said in (path, path.replace("&", "&amp;"), "plans named vault.quokka"):
        text = text.replace(said.lower(), "")
    return text


def is_an_echo(line: str, question: str) -> bool:
    """Tell whether a line only repeats the words that were asked for."""
    words = [trace for trace in TRACES if trace in line]
    return all(word in question for word in words) and "wombat plan" not in line and "feed" not in line


@pytest.mark.usefixtures("board", "hidden")
def test_no_address_tells_of_a_plan_that_one_may_not_see(eve_of_payments: Client) -> None:
    asked = [path for path in addresses() if "<" not in path]
    assert len(asked) > 60
    for path in asked:
        if path == "/logout/":
            continue
        text = without_the_question(told(eve_of_payments, path), path)
        assert not [trace for trace in TRACES if trace in text], path


@pytest.mark.usefixtures("board", "hidden")
@pytest.mark.parametrize(
    "page",
    [
        "/plans/",
        "/needs/",
        "/activity/",
        "/sessions/",
        "/search/",
        "/notices/asks/",
        f"/plans/{LEDGER}/",
    ],
)
def test_no_list_search_or_count_tells_of_it_whatever_is_asked(eve_of_payments: Client, page: str) -> None:
    for question in QUESTIONS:
        lines = told(eve_of_payments, page + question).splitlines()
        shown = [line for line in lines if any(trace in line for trace in TRACES)]
        assert not [line for line in shown if not is_an_echo(line, question)], (page + question, shown)


@pytest.mark.usefixtures("board", "hidden")
def test_who_may_see_everything_sees_it_at_all_these_places(ada: Client) -> None:
    """Else the tests above would pass for a plan that is nowhere."""
    for path in ("/plans/", "/needs/", "/activity/", "/sessions/", "/search/?q=wombat", f"/plans/{HIDDEN}/"):
        assert "wombat" in told(ada, path), path
    assert "numbat" in told(ada, "/sessions/numbat/")
    assert "vault.*" in told(ada, "/settings/tokens/")


@pytest.mark.usefixtures("board")
def test_a_plan_that_may_not_be_seen_is_answered_like_one_that_is_not_there(
    eve_of_payments: Client, hidden: str
) -> None:
    for path in addresses():
        if hidden in path and "<" not in path:
            there = eve_of_payments.get(path)
            nowhere = eve_of_payments.get(path.replace(hidden, "vault.kakapo"))
            assert there.status_code == nowhere.status_code != 200, path
            same = nowhere.content.decode().replace("kakapo", "quokka")
            assert without_tokens(there.content.decode()) == without_tokens(same), path


def without_tokens(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.usefixtures("hidden")
def test_counts_are_of_what_may_be_seen(board: LedgerBoard, eve_of_payments: Client) -> None:
    text = eve_of_payments.get("/needs/").content.decode()
    assert "data-needs-count>1<" in text
    assert [told["plan"] for told in eve_of_payments.get("/notices/asks/").json()] == [LEDGER]
    assert len(board.client.get("/notices/asks/").json()) >= 2


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"/plans/{HIDDEN}/steps/1/approve/", {"revision": "5"}),
        (f"/plans/{HIDDEN}/delete/", {"namespace": HIDDEN}),
        (f"/plans/{HIDDEN}/share/", {"kind": "board"}),
        (f"/needs/{HIDDEN}/1/snooze/", {"revision": "5", "for": "60"}),
        ("/needs/decide/", {"ask": f"{HIDDEN}/1/5", "verb": "approve"}),
        ("/back/", {"back": f"{HIDDEN}/1/6/undo/"}),
        ("/sessions/numbat/hand-over/", {"step": f"5.1.{HIDDEN}", "owner": "session-abc"}),
        ("/plans/", {"namespace": "vault.new", "title": "Mine"}),
        ("/import/", {"namespace": "vault.new", "text": "- one", "create": "1"}),
        (f"/plans/{LEDGER}/duplicate/", {"namespace": "vault.copy", "title": "Mine"}),
    ],
)
def test_no_verb_reaches_beyond_a_persons_patterns(
    path: str, fields: dict[str, str], board: LedgerBoard, hidden: str, eve_of_payments: Client, desk: Desk
) -> None:
    """Red where the view leaves ``check_may`` out, or asks for a role without a namespace."""
    before = desk.store.read(hidden).plan
    answer = eve_of_payments.post(path, fields)
    assert answer.status_code == 403
    assert "vault." in answer.content.decode(), "it names what is missing"
    assert "operator" in answer.content.decode() or "viewer" in answer.content.decode()
    assert desk.store.read(hidden).plan == before
    assert not desk.store.exists("vault.new")
    assert not desk.store.exists("vault.copy")
    assert board.step(1).asks


def test_what_one_only_sees_one_cannot_change(board: LedgerBoard, desk: Desk, copied: Copy) -> None:
    create_plan(desk, "search.index", by=ADA)
    add_step(desk, "search.index", by=ADA, title="Look on")
    copied("search.index")
    user = User.objects.create_user("mixed")
    give_role(user, Role.VIEWER, "payments.*")
    client = Client()
    client.force_login(user)
    assert client.get(f"/plans/{LEDGER}/steps/1/").status_code == 200
    answer = client.post(f"/plans/{LEDGER}/steps/1/approve/", {"revision": board.revision(1)})
    assert answer.status_code == 403
    assert b"may not change plans named payments.ledger: that takes the role operator" in answer.content
    assert client.get("/plans/search.index/").status_code == 403
    assert board.step(1).asks
