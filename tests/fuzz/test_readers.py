"""Whatever is read: an answer or a refusal in words, in time; never a crash."""

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings

from plans.security.markdown import notes_html
from plans.security.text import clean_line, clean_text
from tests import figures
from tests.fuzz.inputs import CORPUS, MOST, TORTURE, largest, pieces, raw
from tests.fuzz.readers import READERS, Reader, refused
from tests.web.test_hostile_text import Finder

EXAMPLES = 2_000 if TORTURE else 40
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
PATIENT = (HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large)


@pytest.mark.torture
@pytest.mark.shows("fuzz", failed="crashes")
@pytest.mark.parametrize("name", READERS)
def test_what_anybody_writes_is_read_or_refused_in_words(name: str) -> None:
    reader, tried = READERS[name], 0

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=PATIENT, database=None)
    @given(raw)
    def read(data: bytes) -> None:
        nonlocal tried
        tried += 1
        assert refused(reader, data) != "refused without a word"

    read()
    for text in CORPUS:
        refused(reader, text.encode("utf-8", "surrogatepass"))
    figures.record("fuzz", inputs=tried + len(CORPUS))


@pytest.mark.torture
@pytest.mark.shows("fuzz", failed="crashes")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=PATIENT, database=None)
@given(pieces)
def test_what_is_shown_never_steers_hides_or_changes_when_it_is_cleaned_again(text: str) -> None:
    line = clean_line(text)
    assert not CONTROLS.search(line)
    assert clean_line(line) == line
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.torture
@pytest.mark.shows("fuzz", failed="crashes")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=PATIENT, database=None)
@given(pieces)
def test_no_notes_become_markup_that_acts(text: str) -> None:
    finder = Finder()
    finder.feed(notes_html(text))
    assert not finder.found


@pytest.mark.torture
@pytest.mark.shows("fuzz", failed="crashes")
@pytest.mark.parametrize("name", READERS)
def test_64_kib_of_anything_are_read_or_refused_in_words(name: str) -> None:
    """How long the slowest takes is a figure of the table; it is measured in this thread's own time."""
    reader = READERS[name]
    inputs = largest() if TORTURE else largest()[::6]
    slowest = 0.0
    for text in inputs:
        data = text.encode("utf-8", "surrogatepass")[:MOST]
        slowest = max(slowest, min(milliseconds(reader, data) for _ in range(2)))
    figures.record("fuzz", inputs=len(inputs), slowest=slowest)


def milliseconds(reader: Reader, data: bytes) -> float:
    began = time.thread_time()
    refused(reader, data)
    return (time.thread_time() - began) * 1000
