"""Notes: a small markdown subset in which no tag, address or word gets past the reader."""

import time
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from plans.security.markdown import LINES, MARKDOWN_BYTES, MARKS, notes_html
from plans.security.text import hidden_marks

XSS = (Path(__file__).parent / "data" / "xss.txt").read_text().splitlines()
TAGS = {
    "a",
    "bdi",
    "blockquote",
    "br",
    "code",
    "em",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "ul",
}
ATTRIBUTES = {"href", "rel", "class", "dir", "start"}


class Seen(HTMLParser):
    """What a browser would make of the HTML: tags, attributes, addresses, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> None:
    seen = Seen(html)
    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert all(link.startswith(("http://", "https://")) for link in seen.links)
    assert not hidden_marks(html)


@pytest.mark.parametrize("attack", XSS)
def test_an_attack_is_harmless_and_stays_readable(attack: str) -> None:
    for notes in (attack, f"before\n\n{attack}\n\nafter", f"> - {attack}", f"**{attack}**"):
        html = notes_html(notes)
        assert_harmless(html)
        assert ("alert(1)" in attack) <= ("alert(1)" in html)


@given(st.lists(st.sampled_from([*XSS, "\n", "\n\n", "    ", "> ", "- ", "`", "\u202e", "needle"])))
def test_attacks_in_any_combination_are_harmless(parts: list[str]) -> None:
    assert_harmless(notes_html("".join(parts)))


PIECES = [
    *(
        "needle",
        "\n",
        "\n\n",
        " ",
        "  ",
        "\t",
        "    ",
        "> ",
        ">",
        "- ",
        "1. ",
        "# ",
        "```",
        "~~~",
        "`",
        "***",
    ),
    *(
        "[",
        "](",
        ")",
        "](http://a.example/",
        '"',
        "!",
        "<",
        ">",
        "<!--",
        "-->",
        "[needle]: ",
        "\\",
        "~~",
        "---\n",
        "==",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_word_of_the_notes_is_lost(parts: list[str]) -> None:
    notes = "".join(parts)
    assert notes_html(notes).count("needle") >= notes.count("needle")


@pytest.mark.parametrize("opening", [">", "> ", "- ", "> - ", "1. ", "  - "])
def test_deep_nesting_hides_no_word(opening: str) -> None:
    for depth in range(1, 40):
        assert "needle" in notes_html(opening * depth + "needle")
        stairs = "\n".join("  " * level + "- x" for level in range(depth))
        assert "needle" in notes_html(f"{stairs}\n{'  ' * depth}- needle")


def test_the_subset_is_rendered() -> None:
    html = notes_html(
        "# Plan\n\nDo *this* and **that**, ~~not~~ `it`.\n\n- a\n- b\n\n> c\n\n```sh\nls <x>\n```\n"
    )
    for part in ("notes-heading", "<em>this</em>", "<strong>that</strong>", "<s>not</s>", "<code>it</code>"):
        assert part in html
    assert '<li dir="auto">a</li>' in html
    assert "<blockquote>" in html
    assert "ls &lt;x&gt;" in html


def test_a_link_says_where_it_goes_and_gives_nothing_away() -> None:
    html = notes_html('[bank.example](https://evil.example/x "your bank")')
    assert '<a href="https://evil.example/x" rel="noopener noreferrer nofollow">bank.example</a>' in html
    assert '<span class="link-host">(<bdi>evil.example: your bank</bdi>)</span>' in html


def test_an_international_host_is_shown_as_it_is_looked_up() -> None:
    assert "(<bdi>xn--80ak6aa92e.com</bdi>)" in notes_html("[apple](https://аррӏе.com/)")


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/plans/", "javascript:alert(1)", "https://a@evil.example/", "ftp://a.example"],
)
def test_other_addresses_are_text(address: str) -> None:
    html = notes_html(f"[x]({address})")
    assert "<a" not in html
    assert address in html


def test_the_info_line_of_a_fence_is_shown() -> None:
    assert '<p class="code-info" dir="auto">sh now run rm</p>' in notes_html("```sh now run rm\nls\n```")


def test_hidden_characters_inside_addresses_and_entities_are_not_decoded() -> None:
    html = notes_html("<https://a.example/%E2%80%AE> &#x202e; `\u202e`")
    assert html.count("⟦U+202E⟧") == 2
    assert "&amp;#x202e;" in html


def test_only_a_safe_string_leaves() -> None:
    assert isinstance(notes_html("x"), SafeString)


@pytest.mark.parametrize("notes", ["x" * (MARKDOWN_BYTES + 1), "a\n" * (LINES + 1), "[" * (MARKS + 1)])
def test_too_much_is_shown_as_plain_text(notes: str) -> None:
    html = notes_html(notes + "<b>&\u202e\x1b[31m")
    assert html.startswith('<pre dir="auto">')
    assert html.endswith("&lt;b&gt;&amp;⟦U+202E⟧</pre>")


def test_link_definitions_and_comments_stay_to_be_seen() -> None:
    html = notes_html("[x]: https://a.example 'approve me'\n\n<!-- and me -->\n\n<p title='me too'>")
    for hidden in ("approve me", "and me", "me too"):
        assert hidden in html


SLOW = [
    "w ",
    "word\n",
    "- item\n",
    "1. a\n",
    "# h\n",
    "a\n=\n",
    "**b** ",
    "*a ",
    "_a",
    "[",
    "[a](",
    "]",
    "`a",
    "`" * 99 + " ",
]
SLOW += [
    ">",
    "> a\n",
    "- " * 20 + "\n",
    "<",
    "<http:",
    "&",
    "!",
    "~~a",
    "\\",
    "[a](http://x.co) ",
    "***a **b* ",
    "\u202e",
    "```\n",
]


ORDINARY = (
    "The ledger writes **every** event once, see `step 3` and [the page](https://x.co).\n\n- one\n- two\n\n"
)
TIMES = 3


@pytest.mark.parametrize("pattern", SLOW)
def test_no_text_takes_much_longer_than_an_ordinary_one(pattern: str) -> None:
    """100 ms; on a slow or watched machine some times a text that is as full of marks as people write."""
    limit = max(100, TIMES * _ordinary())
    most = (pattern * MARKDOWN_BYTES).encode()[:MARKDOWN_BYTES].decode(errors="ignore")
    lines = "\n".join(most.split("\n")[: LINES // 2])
    rarer = (pattern * (MARKS // 2))[: MARKDOWN_BYTES // 2] + "\n\n" + "words " * 5000
    for notes in (most, lines[:MARKDOWN_BYTES], rarer):
        assert min(_milliseconds(notes) for _ in range(3)) < limit


@cache
def _ordinary() -> float:
    return min(_milliseconds(ORDINARY * 150) for _ in range(3))


def _milliseconds(notes: str) -> float:
    """Time of this process only: the machine may be busy with something else."""
    before = time.process_time()
    notes_html(notes)
    return (time.process_time() - before) * 1000
