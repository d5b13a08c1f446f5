"""Whether what pages show is what the files say, card by card."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board, Json

_CARDS = """() => Object.fromEntries([...document.querySelectorAll("#board article")].map((card) => [
    card.id.replace("step-", ""),
    {
        column: card.closest(".column").id.replace("col-", ""),
        revision: Number(card.dataset.rev),
        status: card.dataset.status,
        owner: card.dataset.owner,
        title: card.querySelector("h3 a").textContent,
    },
]))"""
_ALL = """async (fragment) => {
    const url = new URL(location.href);
    url.searchParams.delete("step");
    url.searchParams.set("fragment", fragment);
    const fresh = document.createElement("template");
    const answer = await fetch(url, { cache: "no-store" });
    if (!answer.ok) return [[], [`the board answers ${answer.status}`]];
    fresh.innerHTML = await answer.text();
    const said = (element) => {
        const copy = element.cloneNode(true);
        for (const own of copy.querySelectorAll("[data-own], time, button, .is-hint")) own.remove();
        return `${element.id} ${copy.textContent.replace(/\\s+/g, " ").trim()}`;
    };
    const parts = "#board .column-count, #board article, #view tbody tr, #queue-rows h2";
    return [document, fresh.content].map((root) => [...root.querySelectorAll(parts)].map(said));
}"""
_DRAWER = "() => Number(document.querySelector('#drawer [data-step]')?.dataset.rev ?? 0)"


def stale_cards(page: Page, board: Board, namespace: str) -> list[str]:
    """Name the cards that differ from the plan as an agent reads it."""
    shown = cast("dict[str, Json]", page.evaluate(_CARDS))
    steps = cast("list[Json]", board.plan(namespace)["steps"])
    wanted = {
        str(step["number"]): {
            "column": step["column"],
            "revision": step["revision"],
            "status": step["status"],
            "owner": step.get("owner") or "",
            "title": step["title"],
        }
        for step in steps
    }
    numbers = sorted({*shown, *wanted}, key=int)
    return [f"{n}: {shown.get(n)}, not {wanted.get(n)}" for n in numbers if shown.get(n) != wanted.get(n)]


def stale_parts(page: Page, fragment: str) -> list[str]:
    """Name what reads otherwise than in the same page, fetched now: cards in their order, counts, rows."""
    shown, fresh = page.evaluate(_ALL, fragment)
    if shown == fresh:
        return []
    lines = max(len(shown), len(fresh))
    pairs = [(_at(shown, line), _at(fresh, line)) for line in range(lines)]
    return [f"{here!r}, not {there!r}" for here, there in pairs if here != there]


def open_step_is_stale(page: Page, board: Board, namespace: str, number: int) -> list[str]:
    """Tell whether the step in the drawer is older than the plan's."""
    shown = page.evaluate(_DRAWER)
    wanted = board.step(namespace, number)["revision"]
    return [] if shown == wanted else [f"the open step is at {shown}, not {wanted}"]


def _at(lines: list[str], place: int) -> str:
    return lines[place] if place < len(lines) else ""
