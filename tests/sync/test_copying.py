"""One look at one plan: files that are held, written meanwhile, read-only or not what they should be."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from plans.domain.verbs import shaping
from plans.mirror import reading
from plans.mirror.models import Plan
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.sync import copying
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from plans.sync.rebuilding import differences
from plans.sync.sweeping import stamp_of
from tests.sync.copied import NS, has_title, held, problem, renamed, same, titled
from tests.sync.stage import ABC, Stage, asked, until

if TYPE_CHECKING:
    from plans.domain.revision import Line

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_warning_about_a_file_is_news_when_it_comes_and_when_it_goes(stage: Stage) -> None:
    """Red where only problems and texts are compared: an open page never says it, and says it for ever."""
    stage.create(NS, "One")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    path = stage.root / NS / "plan.json"
    sound = path.read_text()
    for text, warned in ((sound.replace("{", '{"zz":1,"zz":2,', 1), True), (sound, False)):
        path.write_text(text)
        looks = [copier.look(Errand(NS, core=core, settles=not core), patient=True) for core in (True, False)]
        found = looks[-1]
        assert (found.is_news, found.changed_state) == (True, True)
        copier.write(found)
        assert bool(reading.picture(NS).warnings) is warned


def test_a_warning_is_gone_with_the_change_that_sets_the_file_right(stage: Stage) -> None:
    """Red where an adopted change is shown with the warnings from before it."""
    stage.create(NS, "One")
    copier = Copier(stage.store)
    path = stage.root / NS / "plan.json"
    sound = path.read_text()
    path.write_text(sound.replace("{", '{"zz":1,"zz":2,', 1))
    copier.write(copier.look(Errand(NS, core=True), patient=True))
    assert reading.picture(NS).warnings
    path.write_text(sound.replace("One", "Two"))
    copier.write(copier.look(Errand(NS, core=True), patient=True))
    assert (has_title("Two"), reading.picture(NS).warnings) == (True, ())


def test_plans_that_do_not_fit_into_memory_together_are_copied_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "KEPT_STEPS", 3)
    copier = Copier(stage.store)
    for name in ("one.plan", NS, "three.plan"):
        stage.create(name, "A", "B")
        copier.write(copier.look(Errand(name), patient=True))
    titled(stage, "Two")
    copier.write(copier.look(Errand(NS), patient=True))
    assert has_title("Two")
    assert list(differences(stage.store)) == []


def test_a_plan_that_was_deleted_after_the_clock_was_set_back_is_deleted(stage: Stage) -> None:
    """Red where times alone tell: its last version would be shown for ever."""
    plan = stage.create(NS, "One")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    stage.clock.now -= 3_600_000
    stage.store.delete(NS, Order(by=ABC, verb="delete", expected=plan.revision))
    assert copier.look(Errand(NS), patient=True).gone
    assert not Plan.objects.exists()


def test_a_plan_that_somebody_else_put_away_is_not_taken_for_a_deleted_namesake(stage: Stage) -> None:
    old = stage.create(NS, "One")
    stage.store.delete(NS, Order(by=ABC, verb="delete", expected=old.revision))
    stage.clock.now += 1
    stage.create(NS, "Two")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    (stage.root / NS).rename(stage.home / "away")
    found = copier.look(Errand(NS), patient=True)
    assert (found.gone, found.news and found.news.problem and found.news.problem.kind) == (False, "gone")


def test_a_plan_that_never_was_is_no_news(stage: Stage) -> None:
    found = Copier(stage.store).look(Errand("never.was"), patient=True)
    assert (found.gone, found.is_news) == (True, False)


def test_a_peers_change_is_taken_in_whatever_led_to_the_look(stage: Stage) -> None:
    stage.create(NS, "One")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    stage.peer_writes(NS, renamed)
    found = copier.look(Errand(NS, core=False), patient=True)
    assert found.news is not None
    assert [line.verb for line in found.news.lines] == ["adopt"]


def test_a_plan_that_somebody_holds_is_looked_at_again(stage: Stage) -> None:
    stage.create(NS, "One")
    copier = Copier(PlanStore(stage.root, clock=stage.clock, lock_wait=0.01))
    copier.write(copier.look(Errand(NS), patient=True))
    stage.peer_writes(NS, renamed)
    with held(stage.root / NS):
        found = copier.look(Errand(NS, core=True), patient=True)
    assert (found.retry, found.news) == (True, None)
    copier.write(copier.look(Errand(NS, core=True), patient=True))
    assert has_title("By a peer")


class Hasty(PlanStore):
    """A plan to which something is added between any two readings of it."""

    left = 1_000

    def lines(self, namespace: str, *, after: int = 0, limit: int | None = None) -> list[Line]:
        if self.left:
            self.left -= 1
            other = PlanStore(self.root, clock=self.clock)
            number = other.read(namespace).plan.next_number
            other.change(
                namespace,
                lambda plan: shaping.add(plan, by=ABC, at=1, title=f"Step {number}"),
                Order(by=ABC, verb="add"),
            )
        return super().lines(namespace, after=after, limit=limit)


def test_a_plan_that_changes_faster_than_it_can_be_read_is_looked_at_again(stage: Stage) -> None:
    stage.create(NS, "One")
    store = Hasty(stage.root, clock=stage.clock)
    assert Copier(store).look(Errand(NS), patient=True).retry
    store.left = 1
    found = Copier(store).look(Errand(NS), patient=True)
    assert found.news is not None
    assert found.news.plan.revision == found.news.lines[-1].rev


def test_a_root_that_can_only_be_read_is_shown_with_that_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.create(NS, "One")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    real = os.open

    def only_read(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_ACCMODE:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", only_read)
    found = copier.look(Errand(NS, core=True), patient=True)
    monkeypatch.undo()
    copier.write(found)
    picture = reading.picture(NS)
    assert picture.problem is not None
    assert "the file system is read-only" in picture.problem.message
    assert not picture.writable
    assert picture.plan.step(1).title == "One"


async def test_what_was_wrong_while_the_last_worker_ran_is_looked_at_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where its files count as seen: permissions and limits come right without touching them."""
    stage.create(NS, "One")
    for file in ("plan.json", "journal.jsonl"):
        os.utime(stage.root / NS / file, (1_000_000_000, 1_000_000_000))
    real = os.open

    def exhausted(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == "plan.json":
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), path)
        return real(path, flags, mode, dir_fd=dir_fd)

    def copied() -> None:
        copier = Copier(PlanStore(stage.root, clock=stage.clock))
        with monkeypatch.context() as patched:
            patched.setattr(os, "open", exhausted)
            found = copier.look(Errand(NS), patient=True)
        copier.write(found)

    await asked(copied)
    told = await asked(problem)
    assert told is not None
    assert "Too many open files" in told.message
    async with stage.working():
        await until(lambda: problem() is None)
        await same(stage)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_journal_that_cannot_be_opened_keeps_the_last_good_version(stage: Stage, *, is_known: bool) -> None:
    stage.create(NS, "One")
    copier = Copier(PlanStore(stage.root, clock=stage.clock))
    if is_known:
        copier.write(copier.look(Errand(NS), patient=True))
    journal = stage.root / NS / "journal.jsonl"
    journal.unlink()
    journal.mkdir()
    copier = Copier(PlanStore(stage.root, clock=stage.clock))
    found = copier.look(Errand(NS, core=True), patient=True)
    copier.write(found)
    picture = reading.picture(NS)
    assert picture.problem is not None
    assert not picture.writable
    assert [step.title for step in picture.plan.steps] == (["One"] if is_known else [])


def test_a_folder_in_place_of_a_file_is_no_version_of_it(stage: Stage) -> None:
    (stage.root / NS / "plan.json").mkdir(parents=True)
    assert stamp_of(str(stage.root), NS) is None
