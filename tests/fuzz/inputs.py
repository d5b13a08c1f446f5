"""What strangers send: pieces that have broken parsers before, put together; and the worst 64 KiB."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

TORTURE: Final = "PLANBOARD_TEST_TORTURE" in os.environ
MOST: Final = 64 * 1024
HOSTILE: Final = Path(__file__).parents[1] / "data" / "hostile"
XSS: Final = Path(__file__).parents[1] / "security" / "data" / "xss.txt"


def lines(name: str) -> list[str]:
    """Give the lines of a corpus."""
    return [line for line in (HOSTILE / name).read_text(encoding="utf-8").splitlines() if line]


CORPUS: Final = (
    *lines("traversal.txt"),
    *lines("next.txt"),
    *lines("tricks.txt"),
    *lines("json.txt"),
    *XSS.read_text(encoding="utf-8").splitlines(),
)
PIECES: Final = (
    *('"', "'", "`", "```\n", "~~~", "\\", '\\"', "\\u0000", "\\ud800", "\0", "\x1b[31m", "\x9b", "\r\n"),
    *("{", "}", "[", "]", "(", ")", "<", ">", ":", ",", "#", "- [ ] ", "- [x] ", "* ", "1. ", "> ", "    "),
    *(
        "owner:",
        "is:",
        "-phase:",
        "needs:#",
        "@people",
        "@",
        "~",
        "..",
        "/",
        "%2e",
        "<!--",
        "-->",
        "]]>",
        "---\n",
    ),
    *(
        "\u202e",
        "\u200b",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\U000e0041",
        "ﬁ",
        "İ",
        "e\u0301",
        "👩\u200d💻",
        "\U0010ffff",
    ),
    *(
        "null",
        "true",
        "1e999",
        "-0",
        "NaN",
        "9" * 30,
        "__proto__",
        "steps",
        "namespace",
        '"step":',
        '"status":"pending"',
    ),
    *(
        "<script>",
        "javascript:",
        "{{7*7}}",
        "{%",
        "${x}",
        "$(x)",
        ";",
        "&&",
        "http://a/",
        "![](x)",
        "[x](",
        "&#x3c;",
    ),
)

pieces = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(CORPUS), st.text(max_size=6)), max_size=24
).map("".join)
"""Texts, half characters among them where a JSON escape makes one."""

raw = st.one_of(
    pieces.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=120),
    st.tuples(pieces, st.binary(max_size=8), pieces).map(
        lambda parts: (
            parts[0].encode("utf-8", "surrogatepass") + parts[1] + parts[2].encode("utf-8", "replace")
        )
    ),
)
"""Bytes, most of them nearly right."""


def largest() -> list[str]:
    """Give 64 KiB of what has made some parser slow: openings without an end, marks, deep nesting."""
    units = (
        *PIECES,
        "a](",
        "**a",
        "[[",
        '{"a":',
        "[1,",
        "- a\n  ",
        "\\\\",
        "_a_",
        "`` ",
        "<a ",
        "&amp",
        "x" * 63 + "\n",
    )
    filled = [unit * (MOST // len(unit.encode("utf-8", "surrogatepass"))) for unit in units]
    return [*filled, "[" * 30_000 + "]" * 30_000, '{"steps":[' + '{"step":"x","status":"pending"},' * 1_900]
