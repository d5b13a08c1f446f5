"""Agents' text: nothing moves the cursor, reorders words or hides, and nothing readable is lost."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.security.text import clean_line, clean_text, hidden_marks

DATA = Path(__file__).parent / "data"
TERMINAL: list[tuple[str, str, str]] = json.loads((DATA / "terminal.json").read_text())
HIDDEN: list[tuple[str, str, str, list[str]]] = json.loads((DATA / "hidden.json").read_text())
NASTY = "".join(case[1] for case in TERMINAL) + "".join(case[1] for case in HIDDEN) + "\ud800\udfff a1#"
nasty_text = st.one_of(
    st.text(alphabet=st.sampled_from(NASTY)),
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Cs", "Cn", "Co", "Mn", "Zl", "Zp"])),
    st.text(),
)


@pytest.mark.parametrize(("text", "shown"), [pytest.param(*case, id=name) for name, *case in TERMINAL])
def test_terminal_control_is_taken_out(text: str, shown: str) -> None:
    assert clean_text(text) == shown


@pytest.mark.parametrize(("text", "shown", "marks"), [pytest.param(*case, id=name) for name, *case in HIDDEN])
def test_what_nobody_sees_is_shown(text: str, shown: str, marks: list[str]) -> None:
    assert clean_text(text) == shown
    assert list(hidden_marks(text)) == marks


def test_a_title_is_one_line() -> None:
    assert clean_line("Deploy\nthen\r\nverify\tall\u2028now") == "Deploy then verify all now"


def test_half_a_character_becomes_a_replacement() -> None:
    assert clean_text("a\ud800b\udc00") == "a\ufffdb\ufffd"
    assert not hidden_marks("a\ud800")


def test_plain_text_comes_back_as_the_same_object() -> None:
    for text in ("Deploy", "Déployer", "部署"):
        assert clean_line(text) is text
        assert clean_text(text) is text


def test_control_alone_is_not_reported_as_hidden() -> None:
    assert hidden_marks("\x1b[31mred") == ()
    assert not hidden_marks("é\x1b[31m")


@given(nasty_text)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(nasty_text)
def test_clean_text_holds_no_control_no_surrogate_and_nothing_hidden(text: str) -> None:
    clean = clean_text(text)
    assert not [c for c in clean if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert not hidden_marks(clean)
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    clean.encode()


@given(nasty_text)
def test_a_clean_line_has_no_line_break(text: str) -> None:
    assert len(clean_line(text).splitlines()) <= 1
    assert "\t" not in clean_line(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_readable_text_is_kept_as_it_is(text: str) -> None:
    fillers = set("\u115f\u1160\u3164\uffa0\u2800")
    assert clean_text(text) == text or fillers & set(text)


@given(nasty_text)
def test_it_is_reported_exactly_when_a_token_was_put_in(text: str) -> None:
    without_tokens = text.replace("⟦", "")
    assert bool(hidden_marks(without_tokens)) == ("⟦" in clean_text(without_tokens))


def test_the_cli_can_clean_text_without_django() -> None:
    program = "import sys, plans.security.text; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=DATA.parent.parent.parent)
