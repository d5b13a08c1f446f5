import json
import logging
import re
import sys
from contextvars import copy_context
from pathlib import Path

import pytest

from plans.metrics import figures
from plans.security import request_number
from plans_site.log_lines import Counted, HomeLog, JsonFormatter, LineFormatter, Told


def event(message: str, *, error: Exception | None = None) -> logging.LogRecord:
    record = logging.LogRecord("plans.sync", logging.WARNING, "worker.py", 1, message, (), None)
    if error:
        record.exc_info = (type(error), error, error.__traceback__)
    return record


def written(message: str, *, error: Exception | None = None) -> str:
    formatter = LineFormatter("{asctime} {levelname} {name}{request}: {message}", style="{")
    return formatter.format(event(message, error=error))


def as_json(message: str, *, error: Exception | None = None) -> dict[str, str]:
    line = JsonFormatter().format(event(message, error=error))
    assert line.isascii()
    assert line.isprintable()
    found: dict[str, str] = json.loads(line)
    return found


def test_an_event_is_one_line_with_its_time_in_utc() -> None:
    line = written("Lost /plans/a for 3 s")

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING plans.sync: Lost /plans/a for 3 s", line
    )


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("two\nlines", "two\\nlines"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("right\u202eto left", "right\\u202eto left"),
        ("half \ud83d", "half \\ud83d"),
        ("next\u2028line", "next\\u2028line"),
        ("Zürich, 東京", "Zürich, 東京"),
    ],
)
def test_what_an_agent_wrote_cannot_forge_a_line(hostile: str, shown: str) -> None:
    assert written(hostile).endswith(f": {shown}")


def test_a_traceback_stays_on_its_line() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("no\nsuch plan")

    line = written("Failed", error=caught.value)

    assert "\n" not in line
    assert "ValueError: invalid literal for int() with base 10: 'no" in line


def test_the_file_is_made_with_the_first_event(tmp_path: Path) -> None:
    handler = HomeLog(tmp_path / "logs")
    assert not (tmp_path / "logs").exists()

    handler.handle(logging.LogRecord("plans", logging.INFO, "x.py", 1, "Started", (), None))
    handler.close()

    assert (tmp_path / "logs" / "board.log").read_text() == "Started\n"


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").touch()
    handler = HomeLog(tmp_path / "logs")

    handler.handle(logging.LogRecord("plans", logging.INFO, "x.py", 1, "Started", (), sys.exc_info()))

    assert capsys.readouterr().err == ""


def test_an_event_in_json_is_one_object_on_one_line() -> None:
    hostile = 'two\nlines", "level": "info\u202e'

    found = as_json(hostile, error=ValueError("no\nsuch plan"))

    assert found["message"] == hostile
    assert (found["level"], found["logger"]) == ("warning", "plans.sync")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["at"])
    assert found["error"].endswith("ValueError: no\nsuch plan")


def test_every_line_of_a_request_has_its_number() -> None:
    def answering() -> tuple[str, dict[str, str]]:
        request_number.remember("4FE2A91C03")
        return written("Lost"), as_json("Lost")

    line, found = copy_context().run(answering)

    assert line.endswith(" WARNING plans.sync [4FE2A91C03]: Lost")
    assert found["request"] == "4FE2A91C03"
    assert "request" not in as_json("Lost")


@pytest.mark.parametrize(("status", "level"), [(503, "INFO"), (500, "ERROR"), (404, "ERROR")])
def test_an_answer_to_come_again_later_is_no_fault(status: int, level: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "x.py", 1, "Service Unavailable", (), None)
    record.status_code = status

    assert Told().filter(record)

    assert record.levelname == level


def test_a_crash_is_a_fault_whatever_was_answered() -> None:
    record = event("Failed", error=ValueError("x"))
    record.status_code = 503

    Told().filter(record)

    assert record.levelname == "WARNING"


def test_lines_are_counted_by_level() -> None:
    before = figures.EVENTS.read().get(("warning",), 0)

    Counted().handle(event("Lost"))

    assert figures.EVENTS.read()["warning",] == before + 1


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        (b"proxy-0a1b2c3d", True),
        (b"short", False),
        (b"x" * 65, False),
        (b"new\nline12", False),
        (None, False),
    ],
)
def test_the_number_a_proxy_gives_is_kept_where_it_is_one(given: bytes | None, *, is_kept: bool) -> None:
    number = request_number.number_of(given)

    assert (number.encode() == given) is is_kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", number)


def test_a_number_of_our_own_is_short_enough_to_be_read_aloud() -> None:
    numbers = {request_number.number_of(None) for _ in range(50)}

    assert len(numbers) == 50
    assert all(re.fullmatch(r"[0-9A-F]{10}", number) for number in numbers)


def test_the_board_logs_that_way() -> None:
    assert any(isinstance(found, Told) for found in logging.getLogger("django.request").filters)
