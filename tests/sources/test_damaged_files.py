"""What every format must do with files that are not as they should be: read them, or refuse in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.store.bad_file import BadFile
from plans.store.json_text import compact
from plans.store.sheet import encoded
from plans.store.sources import disk
from plans.store.sources.kinds import KINDS, format_of
from plans.store.sources.seeing import as_seen
from tests.sources.examples import EXAMPLES
from tests.sources.test_conformance import spots

if TYPE_CHECKING:
    from plans.store.format import Format
    from tests.sources.scene import Machine

_KEYS = ["id", "subject", "status", "tasks", "content", "blocks", "title", "subtasks"]


@pytest.fixture(params=KINDS)
def form(request: pytest.FixtureRequest, machine: Machine) -> Format:
    """Give each format, on a machine with lists of its program."""
    EXAMPLES[request.param](machine)
    return format_of(request.param)


def test_a_file_cut_short_anywhere_is_read_or_refused_in_words(form: Format, machine: Machine) -> None:
    for spot in spots(machine, form):
        files = dict(disk.look(spot, None).files)
        for name, data in files.items():
            for end in range(0, len(data), max(1, len(data) // 40)):
                _read_or_refused(form, {**files, name: data[:end]}, spot.name)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.text(alphabet='{}[]":,-x \n#`1aé\ud800', max_size=80).map(
            lambda text: text.encode("utf-8", "surrogatepass")
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=6),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(_KEYS),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=12,
        ).map(compact),
    )
)
def test_whatever_stands_in_a_file_is_read_or_refused_in_words(kind: str, data: bytes) -> None:
    form = format_of(kind)
    for name, files in _names(kind):
        _read_or_refused(form, dict.fromkeys(files, data), name)


def _names(kind: str) -> list[tuple[str, list[str]]]:
    """Give names of lists with names of files that this format may meet."""
    return {
        "claude": [("list", ["1.json", ".highwatermark"])],
        "docker": [("name", ["name.json"])],
        "taskmaster": [("shop", ["tasks.json"])],
        "backlog": [("shop", ["task-1 - A.md"])],
        "beads": [("shop", ["issues.jsonl"])],
        "openspec": [("change", ["tasks.md"])],
    }[kind]


def _read_or_refused(form: Format, files: dict[str, bytes], name: str) -> None:
    try:
        sheet = form.parse(files, name)
    except BadFile as bad:
        said = str(bad)
    else:
        said = encoded(as_seen(sheet, form)).decode()
    assert said
