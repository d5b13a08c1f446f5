"""All plans of a server: the same store, which counts what its doors saved and what they refused."""

from __future__ import annotations

from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, override

from plans.domain.errors import PlanError
from plans.domain.expected import StaleRevision
from plans.metrics import figures
from plans.store.all_plans import AllPlans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.domain.plan import Plan
    from plans.store.orders import Changed, Order


class CountedPlans(AllPlans):
    """The root's plans and the sources' plans, with every change counted."""

    @override
    def change(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        with _refusals_counted():
            began = perf_counter()
            return _saved(super().change(namespace, edit, order), order, began)

    @override
    def create(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        with _refusals_counted():
            began = perf_counter()
            return _saved(super().create(namespace, edit, order), order, began)

    @override
    def restore(self, namespace: str, revision: int, order: Order) -> Changed:
        with _refusals_counted():
            began = perf_counter()
            return _saved(super().restore(namespace, revision, order), order, began)

    @override
    def delete(self, namespace: str, order: Order, *, epoch: str | None = None) -> str:
        with _refusals_counted():
            where = super().delete(namespace, order, epoch=epoch)
            _count(order)
            return where


@contextmanager
def _refusals_counted() -> Iterator[None]:
    try:
        yield
    except PlanError as refused:
        figures.REFUSALS.add(refused.code)
        if isinstance(refused, StaleRevision):
            figures.CONFLICTS.add()
        raise


def _saved(changed: Changed, order: Order, began: float) -> Changed:
    """Count a change that is one: not a repeated call, nor one that left everything as it was."""
    if changed.line is not None and not changed.repeated:
        _count(order)
        figures.EDIT_SECONDS.observe(perf_counter() - began)
    return changed


def _count(order: Order) -> None:
    figures.EDITS.add(figures.known_verb(order.verb), order.by.kind)
