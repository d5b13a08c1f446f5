from django.test import Client

from plans.actions.planning import create_plan
from plans.actions.shaping import add_step
from plans.domain.problem import Problem
from plans.mirror import reading
from plans.mirror.applying import write
from plans.mirror.models import Worker
from plans.mirror.reading import known_plan
from plans.mirror.rows import News, paint
from plans.security.login import local_person
from plans.security.roles import Role, give_role
from plans.wiring import now_ms
from tests.web.cast import ADA, LedgerBoard
from tests.web.conftest import Copy


def test_the_list_shows_every_plan_with_its_counts(board: LedgerBoard) -> None:
    answer = board.client.get("/plans/")

    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'href="/plans/payments.ledger/"' in text
    assert "1 need you" in text


def test_the_list_is_filtered_by_words(board: LedgerBoard, copied: Copy) -> None:
    create_plan(board.desk, "search.ranker", by=ADA)
    copied("search.ranker")

    text = board.client.get("/plans/", {"q": "ranker"}).content.decode()

    assert "plan-rows" in text
    assert text.count('href="/plans/search.ranker/"') >= 1
    assert '<h3 dir="auto"><a href="/plans/payments.ledger/"' not in text


def test_the_board_carries_what_the_page_needs_to_stay_live(board: LedgerBoard) -> None:
    plan = board.plan()

    text = board.get().content.decode()

    assert 'data-namespace="payments.ledger"' in text
    assert f'data-epoch="{reading.picture(plan.namespace).history}"' in text
    assert f'data-revision="{plan.revision}"' in text
    assert f'data-steps="{",".join(f"{s.number}:{s.revision}" for s in plan.steps)}"' in text
    for column in ("todo", "run", "ask", "done"):
        assert f'id="col-{column}"' in text


def test_a_card_names_its_owner_for_eyes_and_ears(board: LedgerBoard) -> None:
    text = board.get().content.decode()

    card = text[text.index('id="step-1"') : text.index("</article>", text.index('id="step-1"'))]
    assert 'data-owner="session-abc"' in card
    assert "step 1: assigned to session-abc" in card
    assert f'data-rev="{board.revision(1)}"' in card
    assert f'data-at="{board.plan().revision}"' in card
    assert 'data-status="blocked"' in card
    assert "hx-" not in card


def test_the_address_opens_the_drawer(board: LedgerBoard) -> None:
    assert 'id="drawer-title"' in board.get(step=1).content.decode()
    assert 'id="drawer-title"' not in board.get().content.decode()
    assert board.get(step=99).status_code == 200
    assert board.get(step="1x").status_code == 200


def test_a_step_has_a_page_and_a_drawer_of_the_same_parts(board: LedgerBoard) -> None:
    page = board.get("steps/1/").content.decode()
    drawer = board.get("steps/1/", headers={"HX-Request": "true"}).content.decode()

    assert page.startswith("<!doctype html>")
    assert "<html" not in drawer
    for text in (page, drawer):
        assert "Delete 41 rows?" in text
        assert 'action="/plans/payments.ledger/steps/1/approve/"' in text


def test_the_facts_come_alone_while_a_form_is_open(board: LedgerBoard) -> None:
    facts = board.get("steps/1/", headers={"HX-Request": "true"}, part="facts").content.decode()

    assert facts.lstrip().startswith('<div id="drawer-facts"')
    assert "<form" not in facts


def test_every_verb_has_a_page_without_scripts(board: LedgerBoard) -> None:
    for verb in ("approve", "reject", "reassign", "edit", "move", "comment", "cancel", "remove"):
        answer = board.get(f"steps/1/{verb}/")
        assert answer.status_code == 200
        assert b'name="revision"' in answer.content
    assert b'<details class="add-step" id="add" open>' in board.get("steps/").content


def test_looking_changes_nothing(board: LedgerBoard) -> None:
    before = board.plan().revision

    for verb in ("approve", "remove", "cancel", "complete"):
        board.get(f"steps/1/{verb}/", revision=board.revision(1))

    assert board.plan().revision == before


def test_a_plan_or_step_that_is_not_there_is_404_with_what_to_do(board: LedgerBoard) -> None:
    for path in (
        "/plans/nobody.knows/",
        "/plans/payments.ledger/steps/99/",
        "/plans/payments.ledger/nothing/",
    ):
        answer = board.client.get(path)
        assert answer.status_code == 404
        assert b'href="/plans/"' in answer.content


def test_a_person_sees_their_own_change_though_the_worker_is_behind(board: LedgerBoard) -> None:
    board.post("steps/", title="Only in the file yet")

    text = board.get().content.decode()

    assert "Only in the file yet" in text
    assert f'data-revision="{board.plan().revision}"' in text


def test_a_new_plan_is_shown_though_the_worker_is_behind(board: LedgerBoard) -> None:
    answer = board.client.post("/plans/", {"namespace": "brand.new"}, follow=True)

    assert answer.status_code == 200
    assert b"Plan brand.new created" in answer.content


def test_what_was_done_is_told_once(board: LedgerBoard) -> None:
    board.post("steps/2/cancel/", revision=board.revision(2))

    assert b"Step 2 cancelled" in board.get().content
    assert b"Step 2 cancelled" not in board.get().content


def test_an_answer_to_htmx_is_the_card_the_drawer_and_a_toast_with_undo(board: LedgerBoard) -> None:
    answer = board.htmx("steps/1/approve/", revision=board.revision(1))

    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'id="drawer-title"' in text
    assert 'id="step-1" class="card status-running' in text
    assert f'data-rev="{board.revision(1)}"' in text
    assert "Step 1 approved" in text
    assert 'formaction="/plans/payments.ledger/steps/1/undo/"' in text
    assert f'value="{board.revision(1)}"' in text
    assert "approved step 1" in text


def test_an_answer_to_htmx_after_a_removal_has_no_card(board: LedgerBoard) -> None:
    text = board.htmx("steps/3/remove/", revision=board.revision(3)).content.decode()

    assert "Step 3 removed" in text
    assert '<hx-partial hx-target="#drawer" hx-swap="innerHTML"></hx-partial>' in text
    assert 'id="step-3"' not in text


def test_a_refusal_to_htmx_is_a_sentence_beside_the_form(board: LedgerBoard) -> None:
    answer = board.htmx("steps/1/reject/", revision=board.revision(1), note="")

    assert answer.status_code == 422
    assert b"<html" not in answer.content
    assert b"Write what should change." in answer.content


def test_a_live_owner_can_be_overruled_with_one_press(board: LedgerBoard) -> None:
    board.post("steps/1/approve/", revision=board.revision(1))

    answer = board.htmx("steps/1/reassign/", revision=board.revision(1), owner="session-def")

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "sent a heartbeat" in text
    assert 'name="confirmed" value="1"' in text
    assert 'name="owner" value="session-def"' in text


# Fetching the board again


def test_an_unchanged_board_costs_a_304(board: LedgerBoard) -> None:
    first = board.get(fragment="board")

    assert first.status_code == 200
    assert b"<html" not in first.content
    assert b'id="board"' in first.content
    assert b'id="plan-head"' in first.content
    again = board.get(fragment="board", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_change_makes_another_etag(board: LedgerBoard, copied: Copy) -> None:
    etag = board.get(fragment="board")["ETag"]
    add_step(board.desk, board.namespace, by=ADA, title="New")
    copied(board.namespace)

    answer = board.get(fragment="board", headers={"If-None-Match": etag})

    assert answer.status_code == 200
    assert b"New" in answer.content


def test_an_unreadable_file_makes_another_etag_at_the_same_revision(board: LedgerBoard) -> None:
    etag = board.get(fragment="board")["ETag"]
    known = known_plan(board.namespace)
    assert known
    problem = Problem(
        kind="unreadable", message="Expecting ',' delimiter", line=3, column=9, excerpt='"step" "x"'
    )
    news = News(known.picture.plan, (), problem=problem, writable=False)
    write(known, paint(known, news), news)

    answer = board.get(fragment="board", headers={"If-None-Match": etag})

    assert answer.status_code == 200
    assert b"plan.json could not be read" in answer.content
    assert b'data-can=""' in answer.content


def test_the_filter_and_the_windows_are_part_of_the_address(board: LedgerBoard) -> None:
    text = board.get(q="orphaned").content.decode()

    assert '<li data-key="1">' in text
    assert '<li data-key="2" hidden>' in text


def test_a_large_column_is_windowed_and_widened_by_the_address(board: LedgerBoard, copied: Copy) -> None:
    for number in range(310):
        add_step(board.desk, board.namespace, by=ADA, title=f"Step {number}")
    copied(board.namespace)

    assert board.get().content.count(b"<article") < 310
    assert b"more=todo:100" in board.get().content
    assert board.get(more="todo:100").content.count(b"<article") > board.get().content.count(b"<article")
    assert board.get(more="todo:999999999,x:1,todo:").status_code == 200


def test_a_viewer_sees_the_board_but_is_offered_nothing(board: LedgerBoard) -> None:
    viewer = local_person("vera")
    give_role(viewer, Role.VIEWER)
    client = Client()
    client.force_login(viewer)

    assert b'data-can=""' in client.get("/plans/payments.ledger/").content
    assert b"/approve/" not in client.get("/plans/payments.ledger/steps/1/").content
    refused = client.post("/plans/payments.ledger/steps/1/approve/", {"revision": board.revision(1)})
    assert refused.status_code == 403
    assert board.step(1).asks


def test_the_list_says_when_nothing_copies_the_plans(board: LedgerBoard) -> None:
    assert "planboard up" in board.all_plans().content.decode()

    beat = {"beat_at": now_ms() - 120_000, "mode": "notify", "note": "", "pid": 1, "host": "here"}
    Worker.objects.update_or_create(defaults=beat)
    assert "The worker is silent" in board.all_plans().content.decode()

    Worker.objects.update_or_create(defaults=beat | {"beat_at": now_ms()})
    assert "plan-warning" not in board.all_plans().content.decode()
