"""What the browser loads: joined files that are current, small enough, and others' files unchanged."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from plans.web.assets import CircularImport, joined_scripts, joined_styles

STATIC = Path(__file__).parents[2] / "static"
OURS = STATIC / "plans"
VENDOR = STATIC / "vendor"
KB = 1024


def packed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_the_joined_style_sheet_is_current() -> None:
    assert (OURS / "planboard.css").read_text() == joined_styles(OURS), "run `make assets`"


def test_the_joined_script_is_current() -> None:
    assert (OURS / "planboard.js").read_text() == joined_scripts(OURS), "run `make assets`"


def test_every_script_is_loaded_by_some_page() -> None:
    joined = joined_scripts(OURS)
    alone = {"theme", "login"}
    left_out = {path.stem for path in (OURS / "js").glob("*.js") if f"const in_{path.stem}=" not in joined}
    assert left_out == alone


def test_scripts_that_import_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    for name, other in (("main", "one"), ("one", "two"), ("two", "one")):
        (tmp_path / "js" / f"{name}.js").write_text(f'import {{ a }} from "./{other}.js";\n')
    with pytest.raises(CircularImport, match="main → one → two → one"):
        joined_scripts(tmp_path)


def test_what_a_page_loads_stays_small() -> None:
    scripts = [OURS / "planboard.js", OURS / "js" / "theme.js", VENDOR / "htmx.min.js"]
    assert packed(*scripts) <= 30 * KB
    assert packed(OURS / "planboard.css") <= 14 * KB
    assert packed(OURS / "icons.svg") <= 5 * KB
    assert sum(font.stat().st_size for font in VENDOR.glob("fonts/*.woff2")) <= 60 * KB


def listed() -> dict[str, str]:
    """Read which files of others there are, with their sums."""
    rows = (line.split("|") for line in (VENDOR / "VENDOR.md").read_text().splitlines() if "|" in line)
    return {row[1].strip(): row[5].strip() for row in rows if re.fullmatch(r"[0-9a-f]{64}", row[5].strip())}


def test_files_of_others_are_the_ones_that_were_fetched() -> None:
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.suffix in {".js", ".woff2"}
    }
    assert found == listed()


def test_every_file_of_others_has_its_licence_beside_it() -> None:
    for name in listed():
        path = VENDOR / name
        assert (path.parent / f"{path.name.split('.')[0]}.LICENSE").is_file(), name


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in (OURS / "planboard.css", OURS / "planboard.js"):
        assert not re.search(r"(?:https?:)?//[a-z]", path.read_text().replace("://${", "")), path.name
