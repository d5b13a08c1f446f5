"""What a note becomes, tag by tag, and where exactly it is too much."""

import re

import pytest

from plans.security.markdown import LINES, MARKDOWN_BYTES, MARKS, NESTING, notes_html

LINK = '<a href="https://a.example/" rel="noopener noreferrer nofollow">x</a>'
HOST = '<span class="link-host">(<bdi>a.example</bdi>)</span>'


@pytest.mark.parametrize(
    ("notes", "html"),
    [
        ("# Head\n\ntext", '<p class="notes-heading" dir="auto">Head</p>\n<p dir="auto">text</p>\n'),
        ("Head\n---\n", '<p class="notes-heading" dir="auto">Head</p>\n'),
        ("3. one\n4. two", '<ol start="3">\n<li dir="auto">one</li>\n<li dir="auto">two</li>\n</ol>\n'),
        ("```\nls\n```", "<pre><code>ls\n</code></pre>\n"),
        ("```sh\nls\n```", '<p class="code-info" dir="auto">sh</p><pre><code>ls\n</code></pre>\n'),
        (
            "[x](https://a.example/) [x](https://a.example/)",
            f'<p dir="auto">{LINK} {HOST} {LINK} {HOST}</p>\n',
        ),
        ("a  \nb\nc", '<p dir="auto">a<br>\nb\nc</p>\n'),
        ("***", "<hr>\n"),
        ("[x](/plans/)", '<p dir="auto">[x](/plans/)</p>\n'),
        ("see <b>", '<p dir="auto">see &lt;b&gt;</p>\n'),
    ],
)
def test_a_note_becomes_these_tags_and_no_other(notes: str, html: str) -> None:
    assert notes_html(notes) == html


@pytest.mark.parametrize("host", ["a.example:8443", "[::1]:8765"])
def test_a_link_names_the_port_too(host: str) -> None:
    assert f"(<bdi>{host}</bdi>)" in notes_html(f"[x](https://{host}/#at)")


@pytest.mark.parametrize("text", ["<https://good.example/>", "pay <https://good.example/> now"])
def test_a_link_within_a_link_does_not_lend_the_outer_one_its_host(text: str) -> None:
    html = notes_html(f"[{text}](https://evil.example/)")
    assert '<a href="https://evil.example/"' in html
    assert re.findall("<bdi>(.*?)</bdi>", html) == ["good.example", "evil.example"]


def test_what_is_nested_as_deep_as_the_parser_goes_is_still_markdown() -> None:
    deepest = NESTING - 3
    assert notes_html("> " * deepest + "word").count("<blockquote>") == deepest
    assert notes_html("> " * (deepest + 1) + "word").startswith('<pre dir="auto">')


@pytest.mark.parametrize(
    "most", ["é" * (MARKDOWN_BYTES // 2), "a\n" * (LINES - 1) + "a\nb", "a" + " *" * MARKS]
)
def test_a_note_of_just_the_limit_is_still_markdown(most: str) -> None:
    assert notes_html(most).startswith('<p dir="auto">')
