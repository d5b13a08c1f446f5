"""What the browser loads: joined files that are current, small enough, and others' files unchanged."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from plans.web.assets import SHEETS, CircularImport, joined

STATIC = Path(__file__).parents[2] / "static"
OURS = STATIC / "plans"
VENDOR = STATIC / "vendor"
KB = 1024


def scripts_below(folder: Path) -> Path:
    """Make a static folder of empty sheets and no scripts."""
    (folder / "css").mkdir()
    for name in SHEETS:
        (folder / "css" / f"{name}.css").write_text("")
    (folder / "js" / "extra").mkdir(parents=True)
    return folder / "js"


def packed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_what_pages_load_is_current() -> None:
    made = {path: (OURS / path).read_text() for path in joined(OURS)}
    assert made == joined(OURS), "run `make assets`"
    assert {path.relative_to(OURS) for path in (OURS / "extra").glob("*.*")} <= made.keys(), "of no source"


def test_every_script_is_loaded_by_some_page() -> None:
    made = "".join(text for path, text in joined(OURS).items() if path.suffix == ".js")
    alone = {"theme", "login"}
    left_out = {path.stem for path in (OURS / "js").rglob("*.js") if f"in_{path.stem}=" not in made}
    assert left_out == alone


def test_an_extra_script_shares_what_every_page_has_and_brings_the_rest(tmp_path: Path) -> None:
    js = scripts_below(tmp_path)
    (js / "main.js").write_text('import { seen } from "./shared.js";\nseen(1);\n')
    (js / "shared.js").write_text("export function seen(what) { return what; }\n")
    (js / "own.js").write_text("export const OWN = 1;\n")
    (js / "extra" / "later.js").write_text(
        'import { seen } from "../shared.js";\nimport { OWN } from "../own.js";\n'
        "export function go() { return seen(OWN); }\n"
    )
    made = joined(tmp_path)
    assert "export{in_shared}" in made[Path("planboard.js")]
    later = made[Path("extra/later.js")]
    assert 'import{in_shared}from"../planboard.js"' in later
    assert "in_own=" in later
    assert "in_shared=" not in later
    assert "export const{go}=in_later" in later


def test_written_small_a_script_does_the_same_in_the_same_order(tmp_path: Path) -> None:
    js = scripts_below(tmp_path)
    (js / "main.js").write_text(
        "export async function look() {\n  const mine = page.turn;\n  const { ok } = await ask();\n"
        "  const [first] = await again();\n  return ok && first && mine === page.turn;\n}\n"
    )
    made = joined(tmp_path)[Path("planboard.js")]
    order = [made.index(said) for said in ("page.turn", "ask()", "again()")]
    assert order == sorted(order)


def test_no_script_declares_by_let_what_comes_before_taking_something_apart() -> None:
    """Two of them would be joined, and change their places."""
    told = re.compile(r"^ *let [^\[{][^;]*;\n *(?:let|const) [\[{].*$", re.MULTILINE)
    found = [
        f"{path.name}: {match[0]}"
        for path in (OURS / "js").rglob("*.js")
        for match in told.finditer(path.read_text())
    ]
    assert found == []


def test_scripts_that_import_each_other_are_refused(tmp_path: Path) -> None:
    js = scripts_below(tmp_path)
    for name, other in (("main", "one"), ("one", "two"), ("two", "one")):
        (js / f"{name}.js").write_text(f'import {{ a }} from "./{other}.js";\n')
    with pytest.raises(CircularImport, match="main → one → two → one"):
        joined(tmp_path)


def test_what_a_page_loads_stays_small() -> None:
    scripts = [OURS / "planboard.js", OURS / "js" / "theme.js", VENDOR / "htmx.min.js"]
    assert packed(*scripts) <= 30 * KB
    assert packed(OURS / "icons.svg") <= 5 * KB
    assert sum(font.stat().st_size for font in VENDOR.glob("fonts/*.woff2")) <= 60 * KB


@pytest.mark.parametrize("sheet", ["", *sorted(path.name for path in (OURS / "css" / "extra").glob("*.css"))])
def test_what_a_page_looks_like_stays_small(sheet: str) -> None:
    own = [OURS / "extra" / sheet] if sheet else []
    assert packed(OURS / "planboard.css", *own) <= 14 * KB


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
    for path, text in joined(OURS).items():
        assert not re.search(r"(?:https?:)?//[a-z]", text.replace("://${", "")), path
