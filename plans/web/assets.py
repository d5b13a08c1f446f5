"""Joins the small style sheets and scripts, named after places, into the few files that pages load.

Every page loads ``planboard.css`` and ``planboard.js``. What only some pages or moments need lies in folders
``extra`` of the sheets and of the scripts. Each file there becomes one of its own, ``extra/<name>.css`` or
``extra/<name>.js``; it takes the modules it needs from ``planboard.js`` and brings those that are not there.
Scripts are written small by ``minify``, which only those need who change them. It joins neighbouring
declarations of one word and puts those that take something apart first: ``const mine = turn;
const { ok } = await ask();`` would look at ``turn`` after the answer. So what takes something apart is
declared by ``let``, which joins no ``const``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import minify

SHEETS = (
    *("tokens", "fonts", "base", "shell", "board", "card", "drawer", "dialog", "plans", "forms"),
    *("notice", "print"),
)
"""In the order in which later ones may overrule earlier ones."""
FIRST_SCRIPT = "main"
_ORIGIN = "/* Made by `make assets` from the files in {}/; change those. */\n"
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
EXTRA = "extra"
_IMPORT = re.compile(r'^import \{ ([^}]+) \} from "\.\.?/(\w+)\.js";$', re.MULTILINE)
_TAKES_APART = re.compile(r"(?<!export )(?<!\()\bconst(?= [\[{])")
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


class CircularImport(Exception):
    """Two scripts import each other, in whatever way; joined they could not start. Cut one of the ways."""


def joined(folder: Path) -> dict[Path, str]:
    """Give the text of every file that is made, by its path below ``folder``."""
    sheets = {Path(EXTRA) / path.name: _styles([path]) for path in (folder / "css" / EXTRA).glob("*.css")}
    scripts = {Path(EXTRA) / f"{name}.js": _extra_script(folder, name) for name in _extras(folder)}
    return {
        Path("planboard.css"): _styles([folder / "css" / f"{name}.css" for name in SHEETS]),
        Path("planboard.js"): _main_script(folder),
        **sheets,
        **scripts,
    }


def main() -> int:
    """Write the files below the project's static folder."""
    folder = Path.cwd() / "static" / "plans"
    (folder / EXTRA).mkdir(exist_ok=True)
    for path, text in joined(folder).items():
        (folder / path).write_text(text, encoding="utf-8")
    return 0


def _styles(sheets: list[Path]) -> str:
    """Join sheets, without their comments."""
    text = "".join(_read(sheet) for sheet in sheets)
    return _ORIGIN.format("css") + _trimmed(_CSS_COMMENT.sub("", text))


def _main_script(folder: Path) -> str:
    """Join what every page runs: every module in a function of its own, those it imports before it.

    So 30 small files cost one request and one compression, and nothing has to be installed to join them.
    """
    texts = _texts(folder)
    order = _order(FIRST_SCRIPT, texts, ())
    wanted = {needed for name in _extras(folder) for needed in _order(name, texts, ())}
    return _script(order, texts, after=_listed("export", [name for name in order if name in wanted]))


def _extra_script(folder: Path, name: str) -> str:
    """Join one script that is not for every page; its own exports are what ``import()`` gives."""
    texts = _texts(folder)
    there = _order(FIRST_SCRIPT, texts, ())
    order = _order(name, texts, ())
    taken = _listed("import", [needed for needed in order if needed in there], ' from "../planboard.js"')
    exported = ", ".join(_exports(texts[name]))
    given = f"export const {{ {exported} }} = in_{name};\n" if exported else ""
    return _script([own for own in order if own not in there], texts, before=taken, after=given)


def _script(order: list[str], texts: dict[str, str], *, before: str = "", after: str = "") -> str:
    text = before + "".join(_module(name, texts[name]) for name in order) + after
    small = minify.string("text/javascript", _TAKES_APART.sub("let", text))
    return f"{_ORIGIN.format('js')}{small}\n"


def _listed(word: str, names: list[str], source: str = "") -> str:
    return f"{word} {{ {', '.join(f'in_{name}' for name in names)} }}{source};\n" if names else ""


def _texts(folder: Path) -> dict[str, str]:
    return {path.stem: _read(path) for path in (folder / "js").rglob("*.js")}


def _extras(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "js" / EXTRA).glob("*.js"))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _order(name: str, texts: dict[str, str], above: tuple[str, ...]) -> list[str]:
    """List a script behind all that it needs."""
    if name in above:
        raise CircularImport(" → ".join((*above, name)))
    found: list[str] = []
    for needed in (match[2] for match in _IMPORT.finditer(texts[name])):
        found += [other for other in _order(needed, texts, (*above, name)) if other not in found]
    return [*found, name]


def _module(name: str, text: str) -> str:
    exported = ", ".join(_exports(text))
    body = _EXPORT.sub("", _IMPORT.sub(_taken, text))
    return f"const in_{name} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"


def _exports(text: str) -> list[str]:
    return [match[1] for match in _EXPORT.finditer(text)]


def _taken(statement: re.Match[str]) -> str:
    return f"const {{ {statement[1].replace(' as ', ': ')} }} = in_{statement[2]};"


def _trimmed(text: str) -> str:
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


if __name__ == "__main__":
    sys.exit(main())
