"""When measuring fails: only where that was asked for, and only for what must hold."""

from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.timing import Figure


def figure(ours: float, *, is_held: bool = True) -> Figure:
    return Figure(name="one", floor_name="half", floor=1, ours=ours, must=2, is_held=is_held)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write beside no other figures, and give back what measuring takes out of the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


@pytest.mark.parametrize(
    ("found", "words", "code"),
    [
        (figure(3), [], 0),
        (figure(3), ["--strict"], 1),
        (figure(2), ["--strict"], 0),
        (figure(3, is_held=False), ["--strict"], 0),
    ],
)
def test_a_row_over_its_bound_fails_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Figure, words: list[str], code: int
) -> None:
    """Red before: whoever asked for the bounds was told that all is well, whatever the table said."""
    monkeypatch.setattr(bench, "measurements", lambda **_: {"one": lambda _: [found]})

    assert bench.main(words) == code
    assert (tmp_path / "bench-out" / "full.json").exists()


def test_what_is_known_to_be_over_says_so() -> None:
    assert [figure(3).verdict, figure(3, is_held=False).verdict] == ["OVER", "over, known"]
    assert figure(2, is_held=False).verdict == "within"


def test_nothing_measured_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "measurements", lambda **_: {"one": lambda _: []})

    assert bench.main(["--strict"]) == 1
