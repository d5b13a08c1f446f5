"""What a law says of small histories written by hand: cases that a crowd meets once in a hundred runs."""

import json
import zlib

import pytest

from tests.torture.evidence import Evidence
from tests.torture.history import Answered, Asked, Call, Files, History
from tests.torture.laws.peers import what_peers_wrote_is_there

TITLE = "theirs theirs-3 0"


def sealed(**values: object) -> bytes:
    """Give a journal line with its checksum."""
    body = json.dumps(values, separators=(",", ":")).encode()[:-1]
    return b'%s,"crc":"%08x"}\n' % (body, zlib.crc32(body))


def merged(number: int, status: str, *, answered: bool = True) -> Call:
    asked = Asked(who="theirs-3", at=float(number), number=number, doing="merge", sent={TITLE: status})
    end = Answered(who="theirs-3", at=number + 0.5, number=number, outcome="done")
    return Call(asked, end if answered else None)


def said_of(status: str, *calls: Call) -> list[str]:
    """Give what is refuted where the step ended with this status."""
    fields = {"title": TITLE, "status": status}
    journal = sealed(v=1, plan="one") + sealed(
        rev=1, at=1, by="file", verb="adopt", set={"1": fields}, was={"1": None}
    )
    history = History(calls=calls, events=(), final=Files(journal=journal, plan=None))
    return [found.says for found in what_peers_wrote_is_there(Evidence(history))]


def test_a_merge_that_got_no_answer_may_have_happened_or_not() -> None:
    calls = merged(1, "cancelled"), merged(2, "in_progress", answered=False)
    assert said_of("in_progress", *calls) == []
    assert said_of("cancelled", *calls) == []
    assert said_of("completed", *calls) == [f"theirs-3 wrote “{TITLE}” as cancelled; it is completed"]


@pytest.mark.parametrize("answered", [True, False])
def test_what_a_later_merge_wrote_over_does_not_come_back(*, answered: bool) -> None:
    calls = merged(1, "in_progress", answered=answered), merged(2, "cancelled")
    assert said_of("in_progress", *calls) == [f"theirs-3 wrote “{TITLE}” as cancelled; it is in_progress"]
