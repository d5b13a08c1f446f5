"""The plans of one source: one program's lists in one place, with our journals beside our own database."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, NamedTuple, cast, override

from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import PlanError, PlanNotFound, Refusal, WrongInput
from plans.store import comparing as with_plan_json
from plans.store import root_folder, verifying
from plans.store.format import Format, Writable
from plans.store.orders import Changed, Order, Reading
from plans.store.plan_store import PlanStore
from plans.store.seals import ListJudge
from plans.store.sources import comparing, disk
from plans.store.sources.held_source import HeldSource
from plans.store.sources.lists import Lists, Names
from plans.store.sources.naming import digits
from plans.store.sources.seeing import wanted_bytes, words_kept
from plans.store.sources.source_file import SourceFile
from plans.store.writer_mark import writer_at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.store.held_plan import HeldPlan
    from plans.store.known import Known
    from plans.store.paths import Folder
    from plans.store.seals import Judge, Seals
    from plans.store.sources.disk import SourceDisk


class KeptElsewhere(PlanError):
    """Another program keeps this list, and some things only it can do."""

    refusal = Refusal.FORBIDDEN
    code = "kept_elsewhere"
    advice = "Nothing was changed. Do it in the program whose list it is."


class Terms(NamedTuple):
    """Our own folder, the clock (ms), and how long a change waits for others (s)."""

    home: str
    clock: Callable[[], int]
    lock_wait: float
    seals: Seals | None = None
    """Who signs what people decide."""


class SourceStore(PlanStore):
    """One program's lists in one place, as plans."""

    def __init__(
        self,
        form: Format,
        place: str,
        terms: Terms,
        *,
        names: Names,
    ) -> None:
        """The journals are in a folder of the place's own, under our home."""
        root = f"{terms.home}/sources/{form.kind}/{digits(place)}"
        super().__init__(root, clock=terms.clock, lock_wait=terms.lock_wait, seals=terms.seals)
        self.form, self.place = form, place
        self.lists = Lists(form, place, root=root, names=names)

    # Names

    @override
    def namespaces(self) -> list[str]:
        return self.lists.namespaces()

    @override
    def exists(self, namespace: str) -> bool:
        return self.lists.find(namespace) is not None

    # Reading

    @override
    def at(self, namespace: str, revision: int) -> Plan:
        try:
            return super().at(namespace, revision)
        except PlanNotFound:  # nobody has changed or followed it yet
            plan = self.look(namespace).plan
        if revision != plan.revision:
            message = f"{namespace} has no revision {revision}; it is at {plan.revision}"
            raise WrongInput(message)
        return plan

    @override
    def is_writable(self, namespace: str) -> bool:
        return isinstance(self.form, Writable)

    @override
    def look(self, namespace: str) -> Reading:
        name = self.lists.name_of(namespace)
        opened = self._folder(namespace) if self.lists.has_journal(name) else nullcontext()
        blank, now = self._blank(namespace, FILE), self.clock()
        with opened as folder:
            known = self._catch_up(folder) if folder is not None else None
            seen = disk.settled_look(self.lists.spot(name), self._last_seen(namespace))
            if known is None and seen.key is None:
                raise PlanNotFound(namespace)
            certain = folder is None or not writer_at_work(folder)
            standing = comparing.standing(
                folder, known or blank, seen, form=self.form, certain=certain, at=now
            )
        self._seen[namespace] = seen
        return Reading(
            plan=with_plan_json.as_shown(known, standing, blank=blank, at=now),
            problem=standing.problem,
            warnings=(*self._marked(), *standing.warnings),
            recorded=known.plan if known is not None else None,
            adopted=standing.peer is None,
            writable=isinstance(self.form, Writable),
            document=seen.sheet.document,
        )

    @override
    def adopt(self, namespace: str) -> Changed | None:
        changed = super().adopt(namespace)
        return changed and replace(changed, warnings=(*self._marked(), *changed.warnings))

    @override
    def lines(self, namespace: str, *, after: int = 0, limit: int | None = None) -> list[Line]:
        has_journal = self.lists.has_journal(self.lists.name_of(namespace))
        return super().lines(namespace, after=after, limit=limit) if has_journal else []

    @override
    def each_line(self, namespace: str) -> Iterator[Line]:
        has_journal = self.lists.has_journal(self.lists.name_of(namespace))
        return super().each_line(namespace) if has_journal else iter(())

    @override
    def verify(self, namespace: str) -> list[str]:
        name = self.lists.name_of(namespace)
        if not self.lists.has_journal(name):
            return self._unread(name)

        def beside(folder: Folder, known: Known | None) -> list[str]:
            if known is None:
                return self._unread(name)
            seen = disk.look(self.lists.spot(name), None)
            certain = not writer_at_work(folder)
            standing = comparing.standing(
                folder, known, seen, form=self.form, certain=certain, at=self.clock()
            )
            return verifying.said(standing, f"The list of {self.form.label}")

        with self._folder(namespace) as folder:
            return verifying.verify_with(
                folder,
                plan_bytes=lambda plan: wanted_bytes(plan, self.form),
                beside=beside,
                judge=self._judge,
            )

    def _unread(self, name: str) -> list[str]:
        """Say why a list cannot be read that has no journal yet."""
        problem = disk.look(self.lists.spot(name), None).problem
        return [problem.message] if problem is not None else []

    # Changing

    @override
    def change(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        self._refuse(order.verb)
        return super().change(namespace, lambda plan: words_kept(plan, edit(plan), self.form), order)

    @override
    def create(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        message = f"Plans called {self.form.prefix}.… are the lists of {self.form.label}"
        raise KeptElsewhere(message, advice="Choose another namespace, or make the list there.")

    @override
    def restore(self, namespace: str, revision: int, order: Order) -> Changed:
        self._refuse("restore")
        return super().restore(namespace, revision, order)

    @override
    def delete(self, namespace: str, order: Order, *, epoch: str | None = None) -> str:
        """Forget a list that is gone or empty: its journal goes to the trash. Its files are never removed."""
        name = self.lists.name_of(namespace)
        with self._held(namespace) as held:
            there = cast("SourceDisk", held.file.disk)
            if there.sheet.items or there.problem is not None:
                message = f"{self.form.label} keeps this list; it can be forgotten when it is gone there"
                raise KeptElsewhere(message)
            held.check_deletable(by=order.by, epoch=epoch)
            trash = root_folder.move_to_trash(held.folder, at=self.clock())
        self._known.pop(namespace, None)
        self._seen.pop(namespace, None)
        self.lists.forget(name)
        return trash

    def _refuse(self, verb: str) -> None:
        """Refuse what the files cannot hold, or everything where they are only shown."""
        if not isinstance(self.form, Writable):
            raise KeptElsewhere(f"{self.form.label} keeps this list; it is only shown here")
        why = self.form.refused.get(verb)
        if why is not None:
            raise KeptElsewhere(why)

    # Where things are

    @override
    def _folder(self, namespace: str) -> Folder:
        return self.lists.opened(namespace)

    @override
    @contextmanager
    def _held(
        self, namespace: str, *, creator: Actor = FILE, wait: float | None = None
    ) -> Iterator[HeldPlan]:
        self.lists.make(self.lists.name_of(namespace))
        with super()._held(namespace, creator=creator, wait=wait) as held:
            yield held

    @override
    def _hold(self, folder: Folder, creator: Actor) -> HeldPlan:
        namespace = folder.namespace
        file = SourceFile(
            folder,
            self._last_seen(namespace),
            spot=self.lists.spot(self.lists.name_of(namespace)),
            clock=self.clock,
        )
        blank = self._blank(namespace, creator)
        return HeldSource(folder, self._known.get(namespace), file, blank=blank, bench=self._bench)

    @property
    @override
    def _judge(self) -> Judge | None:
        """Say who judges lines that others may have written; the list's own files may loosen their needs."""
        return ListJudge(self._seals) if self._seals is not None else None

    def _last_seen(self, namespace: str) -> SourceDisk | None:
        return cast("SourceDisk | None", self._seen.get(namespace))

    def _marked(self) -> tuple[str, ...]:
        if isinstance(self.form, Writable):
            return ()
        return (f"{self.form.label} keeps this list in {self.place}. It is only shown here.",)
