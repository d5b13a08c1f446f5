"""The fewest moves that turn one order into another, and how one move is applied."""

from __future__ import annotations

from bisect import bisect_left

type Moves = tuple[tuple[int, int | None], ...]


def moves(before: list[int], after: list[int], *, likely: int | None = None) -> Moves:
    """List (number, the one it follows or None) to apply in turn; both lists hold the same numbers.

    Of two neighbours that changed places either can have moved: ``likely`` is the one that was meant.
    """
    if before == after:
        return ()
    if likely is not None and likely in after and _without(before, likely) == _without(after, likely):
        return (_standing(after, after.index(likely)),)
    place_before = {number: index for index, number in enumerate(before)}
    steady = _longest_rising([place_before[number] for number in after])
    return tuple(_standing(after, index) for index in range(len(after)) if index not in steady)


def place(order: list[int], number: int, after: int | None) -> None:
    """Put a number right behind another one, or first; behind a vanished one it stays where it is."""
    if after is not None and after not in order:
        return
    order.remove(number)
    order.insert(0 if after is None else order.index(after) + 1, number)


def _standing(order: list[int], index: int) -> tuple[int, int | None]:
    return order[index], order[index - 1] if index else None


def _without(order: list[int], number: int) -> list[int]:
    return [other for other in order if other != number]


def _longest_rising(values: list[int]) -> set[int]:
    """Find the indexes of a longest increasing subsequence (patience sorting)."""
    tails: list[int] = []
    heads: list[int] = []
    previous: list[int] = []
    for index, value in enumerate(values):
        pile = bisect_left(tails, value)
        if pile == len(tails):
            tails.append(value)
            heads.append(index)
        else:
            tails[pile], heads[pile] = value, index
        previous.append(heads[pile - 1] if pile else -1)
    chosen: set[int] = set()
    at = heads[-1] if heads else -1
    while at >= 0:
        chosen.add(at)
        at = previous[at]
    return chosen
