"""A plan's steps while lines are folded into it: what changed so far, laid over what was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.domain.plan import Plan
    from plans.domain.step import Step


class Unfolded(Mapping[int, "Step"]):
    """Costs as much as what changes: most lines are about one step of many."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.removed = set(plan.removed)
        """Numbers of steps that are gone."""
        self._changed: dict[int, Step] = {}
        self._gone: set[int] = set()
        self._order: list[int] | None = None

    @override
    def __getitem__(self, number: int) -> Step:
        if number in self._changed:
            return self._changed[number]
        if number in self._gone:
            raise KeyError(number)
        return self._plan.steps[self._plan.positions[number]]

    @override
    def __iter__(self) -> Iterator[int]:
        return iter(self.order)

    @override
    def __len__(self) -> int:
        return len(self.order)

    @property
    def stay(self) -> bool:
        """Whether no step came, went or moved."""
        return self._order is None

    @property
    def order(self) -> list[int]:
        """The numbers as they stand, to be changed by whoever moves one."""
        if self._order is None:
            self._order = list(self._plan.positions)
        return self._order

    def put(self, step: Step) -> None:
        """Change a step; a new one stands last."""
        if step.number not in self:
            self.order.append(step.number)
            self.removed.discard(step.number)
            self._gone.discard(step.number)
        self._changed[step.number] = step

    def drop(self, number: int) -> None:
        """Take a step out."""
        self.order.remove(number)
        self.removed.add(number)
        self._gone.add(number)
        self._changed.pop(number, None)

    def folded(self) -> tuple[Step, ...]:
        """Give the steps as they are now."""
        if self._order is not None:
            return tuple(self[number] for number in self._order)
        if not self._changed:
            return self._plan.steps
        steps = list(self._plan.steps)
        for number, step in self._changed.items():
            steps[self._plan.positions[number]] = step
        return tuple(steps)
