"""Folders for agents' files at `/mcp`: with wrong ones there are none, and everything else goes on."""

from pathlib import Path

import pytest
from django.test import override_settings

from plans.environment import Environment
from plans_site import mcp


@pytest.mark.parametrize("wrong", ["nowhere", "."])
def test_a_wrong_folder_costs_the_files_and_no_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    """Red before: each request to `/mcp` was a 500 under a server that makes no checks."""
    (tmp_path / "files").mkdir()
    files = (str(tmp_path / "files"), str(tmp_path / wrong))
    here = Environment(
        root_folder=str(tmp_path / "root"), home_folder=str(tmp_path / "home"), file_roots=files
    )
    mcp._files.cache_clear()
    with override_settings(PLANBOARD=here):
        assert mcp._files().roots == ()
    mcp._files.cache_clear()
    assert "PLANBOARD_FILE_ROOTS names" in caplog.text
