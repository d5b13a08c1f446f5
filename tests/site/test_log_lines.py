import logging
import re
import sys
from pathlib import Path

import pytest

from plans_site.log_lines import HomeLog, LineFormatter


def written(message: str, *, error: Exception | None = None) -> str:
    record = logging.LogRecord("plans.sync", logging.WARNING, "worker.py", 1, message, (), None)
    if error:
        record.exc_info = (type(error), error, error.__traceback__)
    return LineFormatter("{asctime} {levelname} {name}: {message}", style="{").format(record)


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
