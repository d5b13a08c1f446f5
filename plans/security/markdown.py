"""Notes as a small markdown subset, safe to put into a page; hides no word of what was written.

Paragraphs, headings, lists, quotes, code, emphasis and http(s) links; no raw HTML, images, tables or
link definitions: those stay visible as the text they are. What usually hides is shown: a link's host
and title follow it, the info line of a code fence stands above the code, entities are not decoded.
Only what nh3 has passed leaves this module.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from plans.security.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARKDOWN_BYTES: Final = 64 * 1024
# Time goes by lines and by marks, and for some patterns faster: denser notes are shown as plain text.
LINES: Final = 1_000
MARKS: Final = 2_000
# The parser drops what is nested deeper; an agent could hide words there, so such notes are plain too.
NESTING: Final = 20
_MARK: Final = r"[\[\]*_`~>\\<&!$%^={}@]"
# http or https and a plain host: no name before an @, nothing that a browser could read otherwise.
_WEB_ADDRESS: Final = re.compile(
    r"https?://(([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]+)?)(?=[/?#]|$)", re.IGNORECASE
)
_RULES: Final = (
    *("blockquote", "code", "fence", "heading", "hr", "lheading", "list"),
    *("autolink", "backticks", "emphasis", "escape", "link", "newline", "strikethrough"),
    *("balance_pairs", "fragments_join"),
)
_CLEANER: Final = nh3.Cleaner(
    tags={
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
    },
    attributes={
        "*": set(),
        "a": {"href"},
        "li": {"dir"},
        "ol": {"start"},
        "p": {"dir"},
        "pre": {"dir"},
    },
    allowed_classes={"span": {"link-host"}, "p": {"notes-heading", "code-info"}},
    url_schemes={"http", "https"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def notes_html(notes: str) -> SafeString:
    """Return notes as HTML that nh3 has passed; over 64 KiB or too dense they are shown as text."""
    text = clean_text(notes)
    if _is_too_dense(text):
        return _plain(text)
    tokens = _PARSER.parse(text)
    if any(token.level >= NESTING - 1 for token in tokens):
        return _plain(text)
    shown = [visible for token in tokens for visible in _shown(token)]
    return _passed(_PARSER.renderer.render(shown, _PARSER.options, {}))


def _plain(text: str) -> SafeString:
    return _passed(f'<pre dir="auto">{escape(text)}</pre>')


def _is_too_dense(text: str) -> bool:
    return (
        len(text.encode()) > MARKDOWN_BYTES
        or text.count("\n") > LINES
        or len(re.findall(_MARK, text)) > MARKS
    )


def _passed(html: str) -> SafeString:
    return mark_safe(_CLEANER.clean(html))  # noqa: S308 - the one place, right behind nh3


def _shown(token: Token) -> Iterator[Token]:
    """Turn what would hide, or would break the page's headings, into something to see."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "p"
        token.attrSet("class", "notes-heading")
    if token.tag in {"p", "li"}:
        token.attrSet("dir", "auto")
    if token.type == "fence" and token.info.strip():
        yield _html('<p class="code-info" dir="auto">{}</p>', clean_line(token.info.strip()))
    token.content = clean_text(token.content)
    token.children = list(_shown_inside(token.children)) if token.children else token.children
    yield token


def _shown_inside(children: Sequence[Token]) -> Iterator[Token]:
    """Clean each text again (the parser decodes `%xx` in a bare address) and name links' hosts.

    An address in angle brackets within a link's text is a link of its own: each is named by its own host.
    """
    opened: list[Token] = []
    for token in children:
        token.content = clean_text(token.content)
        yield token
        if token.type == "link_open":
            opened.append(token)
        elif token.type == "link_close":
            yield _html(' <span class="link-host">(<bdi>{}</bdi>)</span>', _host_and_title(opened.pop()))


def _html(template: str, text: str) -> Token:
    """Make a token of our own HTML around escaped text; the parser itself never makes this type."""
    return Token("html_inline", "", 0, content=format_html(template, text))


def _host_and_title(link: Token) -> str:
    address = _WEB_ADDRESS.match(str(link.attrGet("href")))
    host = address[1] if address else ""
    title = link.attrGet("title")
    return f"{host}: {clean_line(str(title))}" if title else host


def _is_web_address(url: str) -> bool:
    return _WEB_ADDRESS.match(url) is not None


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "maxNesting": NESTING}).enable(_RULES)
    parser.validateLink = _is_web_address  # type: ignore[method-assign]
    return parser


_PARSER: Final = _parser()
