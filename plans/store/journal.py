"""The append-only record of a plan: one line per revision, each with its own checksum."""

from __future__ import annotations

import errno
import json
import os
import zlib

import msgspec

from plans.domain.errors import Unreadable
from plans.domain.numbers import Moment
from plans.domain.revision import Line
from plans.store import json_text
from plans.store.atomic_write import new_mode, write_all
from plans.store.paths import JOURNAL, Folder, storage_failed

VERSION = 1
"""The format of journals. A header says the one its lines have; a line of a later one says so itself (``v``).

Additions need no new number: unknown keys are carried along. An older format is read as it is.
"""
HEADER_BYTES = 4_096
"""More than any header has."""
_CRC = b',"crc":"'
SEAL = 8 + len('"}')
"""Bytes of a line's end that hold its checksum, the newline not counted."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: the plan's random id (its epoch), when and by whom the journal was begun."""

    v: int
    plan: str
    created: Moment
    by: str


class DamagedJournal(Unreadable):
    """A complete line is not what was written; the plan is shown read-only."""

    advice = "Nothing was changed. `planboard verify` shows what is damaged; restore a backup."

    def __init__(self, line_number: int, why: str) -> None:
        super().__init__(f"The journal is damaged at line {line_number}: {why}")
        self.line_number = line_number


class NewerJournal(DamagedJournal):
    """A later version of this program wrote it: nothing is broken, and nothing may be written on top."""

    advice = "Nothing was changed. Update Planboard on this machine; the newer version reads all of it."

    def __init__(self, line_number: int, version: int) -> None:
        Unreadable.__init__(
            self,
            f"The journal was written by a newer version of Planboard from line {line_number} on "
            f"(format {version}; this one knows {VERSION})",
        )
        self.line_number = line_number


def encode_line(line: Line | Header) -> bytes:
    """Write a line with its crc32 over everything before it, newline included."""
    body = json_text.written(line)[:-1]
    return b'%b%b%08x"}\n' % (body, _CRC, zlib.crc32(body))


def decode_line(raw: bytes, line_number: int) -> dict[str, object]:
    """Check a complete line's crc and read it; raises DamagedJournal."""
    body, mark = raw[: -len(_CRC) - SEAL], raw[-len(_CRC) - SEAL : -SEAL]
    if mark != _CRC or raw[-SEAL:] != b'%08x"}' % zlib.crc32(body):
        raise DamagedJournal(line_number, "its checksum does not fit")
    try:
        value: dict[str, object] = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise DamagedJournal(line_number, str(error)) from None
    return value


def as_line(raw: bytes, line_number: int) -> Line:
    """Read a revision's line; raises DamagedJournal."""
    value = _of_known_format(raw, line_number)
    value.pop("forged", None)  # nobody can say this of their own line
    try:
        return msgspec.convert(value, Line)
    except msgspec.ValidationError as error:
        raise DamagedJournal(line_number, str(error)) from None


def as_header(raw: bytes) -> Header:
    """Read the first line; raises DamagedJournal."""
    try:
        return msgspec.convert(_of_known_format(raw, 1), Header)
    except msgspec.ValidationError as error:
        raise DamagedJournal(1, str(error)) from None


def _of_known_format(raw: bytes, line_number: int) -> dict[str, object]:
    """Read a line, whose other keys a later format may have given other meanings. Raises NewerJournal."""
    value = decode_line(raw, line_number)
    version = value.get("v", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise NewerJournal(line_number, version)
    return value


def begin(folder: Folder, header: bytes, first: bytes) -> os.stat_result:
    """Start a journal with its header and first line, durable with its folder. Returns the file's stat.

    Whatever stands there without one complete line was never acknowledged and is replaced.
    """
    fd = folder.open_or_make(JOURNAL, new_mode(folder))
    return _append(fd, folder, header + first, at=0, flushed=(fd, folder.fd))


def append(folder: Folder, data: bytes, *, at: int) -> int:
    """Add complete lines at ``at``, the end of the last complete line, and wait for the disk.

    A torn tail behind ``at`` is cut off first. Returns the new size, bytes. Raises StorageFailed, and
    then the journal is as before.
    """
    fd = _opened(folder)
    _append(fd, folder, data, at=at, flushed=(fd,))
    return at + len(data)


def note(folder: Folder, data: bytes, *, at: int) -> int:
    """Add lines that can be derived from plan.json again: the next ``append`` or ``settle`` flushes them.

    What is told before that is only shown, never acknowledged. Otherwise as ``append``.
    """
    _append(_opened(folder), folder, data, at=at, flushed=())
    return at + len(data)


def settle(folder: Folder) -> None:
    """Wait until lines that somebody else wrote are on disk, before they are reported as facts."""
    fd = folder.open(JOURNAL)
    if fd is None:
        return
    try:
        os.fsync(fd)
    except OSError as error:
        raise storage_failed(error, "write", f"{folder.path}/{JOURNAL}") from error
    finally:
        os.close(fd)


def _opened(folder: Folder) -> int:
    fd = folder.open(JOURNAL, os.O_WRONLY)
    if fd is None:
        gone = OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        raise storage_failed(gone, "write", f"{folder.path}/{JOURNAL}")
    return fd


def _append(fd: int, folder: Folder, data: bytes, *, at: int, flushed: tuple[int, ...]) -> os.stat_result:
    """Write, and wait until what is to be ``flushed`` is on disk; what fails leaves no line behind."""
    try:
        facts = os.fstat(fd)
        if facts.st_size != at:
            os.ftruncate(fd, at)
        os.lseek(fd, at, os.SEEK_SET)
        try:
            write_all(fd, data)
            for written in flushed:
                os.fsync(written)
        except OSError:
            os.ftruncate(fd, at)
            raise
    except OSError as error:
        raise storage_failed(error, "write", f"{folder.path}/{JOURNAL}") from error
    finally:
        os.close(fd)
    return facts
