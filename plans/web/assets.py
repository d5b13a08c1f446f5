"""Joins the small style sheets and scripts, named after places, into the two files that pages load."""

from __future__ import annotations

import re
import sys
from pathlib import Path

SHEETS = (
    *("tokens", "fonts", "base", "shell", "board", "card", "drawer", "dialog", "plans", "forms"),
    *("notice", "print"),
)
"""In the order in which later ones may overrule earlier ones."""
FIRST_SCRIPT = "main"
_ORIGIN = "/* Made by `make assets` from the files in {}/; change those. */\n"
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(r'^import \{ ([^}]+) \} from "\./(\w+)\.js";$', re.MULTILINE)
_KEPT = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|/(?![*/ ])(?:\\.|[^/\\\n])+/)"""
_SPACES = re.compile(_KEPT + r"|\s*([{}()\[\];,:?=<>*&|!])\s*")
"""Text and patterns stay as they are. Our scripts end every statement with a semicolon and put spaces around
a division, so nothing else needs its spaces; signs do, as ``a - -b`` shows."""
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


class CircularImport(Exception):
    """Two scripts import each other, in whatever way; joined they could not start. Cut one of the ways."""


def joined_styles(folder: Path) -> str:
    """Give the one style sheet's text, without its comments."""
    text = "".join(_read(folder / "css" / f"{name}.css") for name in SHEETS)
    return _ORIGIN.format("css") + _trimmed(_CSS_COMMENT.sub("", text))


def joined_scripts(folder: Path) -> str:
    """Give the one script's text: every module in a function of its own, those it imports before it.

    So 20 small files cost one request and one compression, and nothing has to be installed to join them.
    """
    texts = {path.stem: _read(path) for path in (folder / "js").glob("*.js")}
    modules = (_module(name, texts[name]) for name in _order(FIRST_SCRIPT, texts, ()))
    return _ORIGIN.format("js") + _SPACES.sub(lambda found: found[1] or found[2], "".join(modules)) + "\n"


def main() -> int:
    """Write both files below the project's static folder."""
    folder = Path.cwd() / "static" / "plans"
    (folder / "planboard.css").write_text(joined_styles(folder), encoding="utf-8")
    (folder / "planboard.js").write_text(joined_scripts(folder), encoding="utf-8")
    return 0


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
    exported = ", ".join(match[1] for match in _EXPORT.finditer(text))
    body = _EXPORT.sub("", _IMPORT.sub(_taken, text))
    return _trimmed(
        f"const in_{name} = (() => {{\n{_without_comments(body)}\nreturn {{ {exported} }};\n}})();\n"
    )


def _taken(statement: re.Match[str]) -> str:
    return f"const {{ {statement[1].replace(' as ', ': ')} }} = in_{statement[2]};"


def _without_comments(script: str) -> str:
    """Drop comments: lines of their own, or behind a statement; no script of ours has text over lines."""
    lines = (line for line in script.splitlines() if not line.lstrip().startswith(("//", "/**", "*")))
    return "\n".join(re.sub(r"(?<=;) // .*$", "", line) for line in lines)


def _trimmed(text: str) -> str:
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


if __name__ == "__main__":
    sys.exit(main())
