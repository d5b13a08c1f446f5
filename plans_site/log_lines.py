"""One line for each event, whatever an agent put into it; on stderr and in ``<home>/logs``.

Text for people, JSON for programs that collect logs (``PLANBOARD_LOG_FORMAT``).
"""

from __future__ import annotations

import json
import logging
import time
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final, override

from plans.metrics import figures
from plans.security import request_number
from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

FILE: Final = "board.log"
FILE_BYTES: Final = 5 * 1024 * 1024
OLD_FILES: Final = 3
_UNAVAILABLE: Final = 503


class LineFormatter(logging.Formatter):
    """Write an event, its traceback included, as one line of printable characters, time in UTC."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Escape what is not printable: newlines, terminal commands, text direction, half characters."""
        number = request_number.current()
        record.request = f" [{number}]" if number else ""
        return "".join(c if c.isprintable() else _escaped(c) for c in super().format(record))


class JsonFormatter(logging.Formatter):
    """Write an event as one JSON object in ASCII; what a field holds cannot end it."""

    converter = staticmethod(time.gmtime)
    default_time_format = LineFormatter.default_time_format
    default_msec_format = LineFormatter.default_msec_format

    @override
    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_number.current(),
            "error": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in event.items() if value})


class Told(logging.Filter):
    """An answer that says to come again later was told to whom it concerns: no fault of the board's."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == _UNAVAILABLE and not record.exc_info:
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return True


class Counted(logging.Handler):
    """Counts events by their level."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        figures.EVENTS.add(record.levelname.lower())


class HomeLog(RotatingFileHandler):
    """The last 20 MB of events; the folder and the file are made with the first one.

    When two processes of one home turn the file over together, a few old lines may go early. No plan
    depends on a log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__(
            folder / FILE, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name in logging
        """Stay silent: the line is on stderr too, and a full disk is no reason to fail anything."""

    def _open(self) -> TextIOWrapper:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        give_to_owner(self._folder)
        stream = super()._open()
        give_to_owner(self.baseFilename)
        return stream


def _escaped(character: str) -> str:
    return "\\n" if character == "\n" else f"\\u{ord(character):04x}"
