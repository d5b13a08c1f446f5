"""Reading a journal: from a byte on, line by line, or its last lines; none of it knows what a line says."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

from plans.store.journal import HEADER_BYTES, DamagedJournal, as_header
from plans.store.paths import JOURNAL, Folder, storage_failed

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1024 * 1024
"""Bytes that are read at once of a whole journal."""
_LAST = 64 * 1024
"""Bytes that are read first of a journal's end; twice as many each time that is not enough."""


def read_from(
    folder: Folder, offset: int, *, limit: int | None = None
) -> tuple[list[bytes], os.stat_result] | None:
    """Read the complete lines from a byte offset on, without newlines; None when there is no journal.

    A torn last line was never acknowledged and is left out.
    """
    fd = folder.open(JOURNAL)
    if fd is None:
        return None
    try:
        facts = os.fstat(fd)
        size = max(facts.st_size - offset, 0)
        size = size if limit is None else min(size, limit)
        data = os.pread(fd, size, offset) if size else b""
        while len(data) < size and (more := os.pread(fd, size - len(data), offset + len(data))):
            data += more
    except OSError as error:
        raise storage_failed(error, "read", f"{folder.path}/{JOURNAL}") from error
    finally:
        os.close(fd)
    return data.split(b"\n")[:-1], facts


def each_line(folder: Folder) -> Iterator[bytes]:
    """Read the complete lines one by one, without newlines: as many as there were when it began.

    However long the journal is, a piece of it is held; a torn last line is left out. Raises StorageFailed.
    """
    fd = folder.open(JOURNAL)
    if fd is None:
        return
    try:
        size, at, rest = os.fstat(fd).st_size, 0, b""
        while at < size and (data := os.pread(fd, min(_PIECE, size - at), at)):
            at += len(data)
            *whole, rest = (rest + data).split(b"\n")
            yield from whole
    except OSError as error:
        raise storage_failed(error, "read", f"{folder.path}/{JOURNAL}") from error
    finally:
        os.close(fd)


def last_lines(folder: Folder, count: int, *, end: int) -> list[bytes]:
    """Read the last ``count`` lines before a byte, without newlines; only they are read, or little more.

    Fewer where there are not so many, none where the file ends before that byte. Raises StorageFailed.
    """
    fd = folder.open(JOURNAL)
    if fd is None:
        return []
    try:
        data, start = b"", end
        while start and data.count(b"\n") <= count:
            size = min(max(_LAST, len(data)), start)
            start -= size
            before = os.pread(fd, size, start)
            if len(before) < size:
                return []
            data = before + data
    except OSError as error:
        raise storage_failed(error, "read", f"{folder.path}/{JOURNAL}") from error
    finally:
        os.close(fd)
    return data.split(b"\n")[:-1][-count:]


def epoch_in(path: str) -> str:
    """Tell whose history lies in a folder, wherever that is; empty where none can be read."""
    try:
        fd = os.open(f"{path}/{JOURNAL}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return as_header(os.read(fd, HEADER_BYTES).partition(b"\n")[0]).plan
    except (OSError, DamagedJournal):
        return ""
    finally:
        os.close(fd)


def begun(folder: Folder) -> bool:
    """Tell whether the journal holds a revision; a create that was cut short leaves none."""
    return len(list(islice(each_line(folder), 2))) > 1
