"""The lists of keys, file by file: what is kept, told, read and refused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import msgspec
import pytest

from plans.domain.errors import StorageFailed
from plans.security import published_keys
from plans.security.published_keys import KEPT, PUBLISHED, Trusted, keep, publish, read_trusted
from tests.security.key_scene import ONE, TWO, trusted

if TYPE_CHECKING:
    from pathlib import Path


class TestList:
    def test_it_is_plain_json_that_says_its_version(self, home: Path) -> None:
        keep(str(home), Trusted(keys=(ONE, TWO), older=("ab",)))
        assert json.loads((home / KEPT).read_bytes()) == {"v": 1, "keys": [ONE, TWO], "older": ["ab"]}
        assert trusted(home / KEPT) == Trusted(keys=(ONE, TWO), older=("ab",))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "nonsense",
            "{}",
            "[]",
            '{"keys": []}',
            f'{{"keys": ["{ONE}", "AAAA"]}}',
            f'{{"keys": ["{ONE}"], "older": 1}}',
            '{"keys": ["\xff"]}',
        ],
    )
    def test_what_is_no_list_of_keys_is_none(self, root: Path, text: str) -> None:
        (root / PUBLISHED).write_text(text, encoding="latin-1")
        assert read_trusted(f"{root}/{PUBLISHED}") is None

    def test_a_link_a_folder_and_nothing_are_none(self, root: Path) -> None:
        """Red without O_NOFOLLOW: a link could lead to a list that somebody else keeps."""
        assert read_trusted(f"{root}/{PUBLISHED}") is None
        publish(str(root), Trusted(keys=(ONE,)))
        (root / "link").symlink_to(root / PUBLISHED)
        assert read_trusted(f"{root}/link") is None
        assert read_trusted(str(root)) is None

    def test_a_pipe_in_its_place_holds_nobody_up(self, root: Path) -> None:
        """Red without O_NONBLOCK: opening it would wait for a writer for ever."""
        os.mkfifo(root / PUBLISHED)
        assert read_trusted(f"{root}/{PUBLISHED}") is None

    def test_one_without_end_is_not_read_to_its_end(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(str(root), Trusted(keys=(ONE,)))
        size = (root / PUBLISHED).stat().st_size
        for limit, is_read in ((size, True), (size - 1, False)):
            monkeypatch.setattr(published_keys, "_LIMIT", limit)
            assert (read_trusted(f"{root}/{PUBLISHED}") is not None) is is_read

    def test_one_that_cannot_be_kept_is_told_with_the_reason(self, home: Path) -> None:
        nowhere = f"{home}/nowhere"
        with pytest.raises(StorageFailed) as told:
            keep(nowhere, Trusted(keys=(ONE,)))
        assert told.value.message == f"{nowhere}/{KEPT} cannot be written: No such file or directory"
        assert told.value.advice == "Make that folder writable for yourself."

    def test_each_has_its_mode_whatever_the_umask(self, home: Path) -> None:
        for mask in (0o077, 0):
            old = os.umask(mask)
            try:
                keep(str(home), Trusted(keys=(ONE,)))
                assert publish(str(home), Trusted(keys=(ONE,), older=(str(mask),))) is True
            finally:
                os.umask(old)
            modes = [(home / name).stat().st_mode & 0o777 for name in (KEPT, PUBLISHED)]
            assert modes == [0o600, 0o644]

    def test_no_draft_is_left_whether_it_is_written_or_not(self, home: Path) -> None:
        (home / KEPT).mkdir()
        (home / PUBLISHED).mkdir()
        with pytest.raises(StorageFailed):
            keep(str(home), Trusted(keys=(ONE,)))
        assert publish(str(home), Trusted(keys=(ONE,))) is False
        assert sorted(path.name for path in home.iterdir()) == sorted([KEPT, PUBLISHED])

    def test_what_says_it_already_is_left_alone_and_anything_else_replaced(self, root: Path) -> None:
        said = Trusted(keys=(ONE,))
        assert publish(str(root), said) is True
        before = (root / PUBLISHED).stat().st_ino
        assert publish(str(root), said) is True
        assert (root / PUBLISHED).stat().st_ino == before
        for other in (b"", msgspec.json.encode(said)[:-1], msgspec.json.encode(said) + b" "):
            (root / PUBLISHED).write_bytes(other)
            assert publish(str(root), said) is True
            assert (root / PUBLISHED).read_bytes() == msgspec.json.encode(said)
