"""Which words of two texts differ, so that a person sees the difference and not two paragraphs."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\S+")
_MOST_WORDS = 2_000
"""Comparing more differing words than this costs seconds and helps nobody: they count as one change."""


class Span(NamedTuple):
    """A piece of text, and whether the other version lacks it."""

    text: str
    changed: bool


type Spans = tuple[Span, ...]


def plain(text: str) -> Spans:
    """Give a text without any mark."""
    return (Span(text, changed=False),) if text else ()


def compare(left: str, right: str) -> tuple[Spans, Spans]:
    """Mark in each text the words that the other one lacks."""
    a, b = _WORDS.findall(left), _WORDS.findall(right)
    head = _same(a, b)
    tail = _same(a[head:][::-1], b[head:][::-1])
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    kept_a, kept_b = _kept(middle_a, middle_b)
    return (
        _spans(a, [True] * head + kept_a + [True] * tail),
        _spans(b, [True] * head + kept_b + [True] * tail),
    )


def _same(a: list[str], b: list[str]) -> int:
    count = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        count += 1
    return count


def _kept(a: list[str], b: list[str]) -> tuple[list[bool], list[bool]]:
    kept_a, kept_b = [False] * len(a), [False] * len(b)
    if max(len(a), len(b)) > _MOST_WORDS:
        return kept_a, kept_b
    # What stands between words, and words that stand everywhere, begin no common piece; they are part of
    # what they touch. Else two texts that share nothing but their spaces would be compared for minutes.
    for block in SequenceMatcher(str.isspace, a, b, autojunk=True).get_matching_blocks():
        for offset in range(block.size):
            kept_a[block.a + offset] = kept_b[block.b + offset] = True
    return kept_a, kept_b


def _spans(words: list[str], marks: list[bool]) -> Spans:
    for index in range(1, len(words) - 1):
        lonely_space = words[index].isspace() and not marks[index - 1] and not marks[index + 1]
        marks[index] = marks[index] and not lonely_space
    parts = groupby(zip(words, marks, strict=True), key=lambda pair: pair[1])
    return tuple(Span("".join(word for word, _ in part), not kept) for kept, part in parts)
