"""Every figure that is kept. None says which plan, step or session it is about, nor any text of an agent."""

from __future__ import annotations

from time import time
from typing import Final

from plans.metrics.kinds import OTHER, Counter, Gauge, Histogram

_QUICK: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0)

VERBS: Final = frozenset(
    {"abort", "activate", "add", "adopt", "approve", "archive", "block", "cancel", "claim", "comment"}
    | {"complete", "create", "delete", "describe", "dismiss", "edit", "fail", "force_complete", "hold"}
    | {"import", "move", "next", "reassign", "reject", "release", "remove", "reply", "restore", "retry"}
    | {"say", "unarchive", "undo", "write"}
)
"""Everything that makes a revision; a journal of a newer version may have others."""
_AUTHORS: Final = frozenset({"session", "person", "file"})

# What this process's doors did

EDITS: Final = Counter(
    "planboard_edits", "Changes that were saved through this process's doors", labels=("verb", "by")
)
REFUSALS: Final = Counter(
    "planboard_edit_refusals", "Changes that were refused at this process's doors", labels=("code",)
)
CONFLICTS: Final = Counter(
    "planboard_conflicts", "Changes that were refused because somebody else's came first"
)
EDIT_SECONDS: Final = Histogram(
    "planboard_edit_seconds", "How long a saved change took, its locks and the disk included", bounds=_QUICK
)
RESPONSES: Final = Counter("planboard_http_responses", "Answers over HTTP", labels=("status",))

# What the worker of this process did

REVISIONS: Final = Counter(
    "planboard_revisions", "Revisions that the worker copied, whoever made them", labels=("verb", "by")
)
ADOPTIONS: Final = Counter("planboard_adoptions", "Changes of other programs that became revisions")
HISTORIES: Final = Counter(
    "planboard_other_histories", "Journals found put back, cut off or begun anew since they were copied"
)
WORKER_FAILURES: Final = Counter("planboard_worker_failures", "Times that copying failed and began again")
WORKER: Final = Gauge("planboard_worker_state", "1 for the state the worker is in", label="state")
QUEUE: Final = Gauge("planboard_queue_plans", "Plans that wait to be copied")
FAILING: Final = Gauge(
    "planboard_failing_plans", "Plans that could not be read or copied when they were looked at last"
)
HEARING: Final = Gauge("planboard_notifications", "1 where changes of files are announced, 0 where swept for")
TO_MIRROR: Final = Histogram(
    "planboard_file_to_mirror_seconds", "From a file's last write to its rows in the mirror", bounds=_QUICK
)

# What open pages were told

TO_FRAME: Final = Histogram(
    "planboard_file_to_frame_seconds",
    "From a file's last write to the frames of the pages that are open",
    bounds=_QUICK,
)
SOCKETS: Final = Gauge("planboard_sockets", "Open sockets of pages", label="kind")
WAITS: Final = Gauge("planboard_waits", "Answers that agents keep open: waits and streams")
FRAMES: Final = Counter("planboard_frames", "Frames that were sent to pages")
RESYNCS: Final = Counter("planboard_resyncs", "Pages that were told to fetch everything again")
MISMATCHES: Final = Counter(
    "planboard_checksum_mismatches", "Pages that had another state than their revision's; must stay 0"
)
TOO_SLOW: Final = Counter("planboard_slow_pages", "Pages that were let go because they did not keep up")

# This process

BEGAN: Final = time()
"""When figures were begun to be kept, s since the epoch."""

EVENTS: Final = Counter("planboard_log_events", "Lines of the log", labels=("level",))

COUNTERS: Final = (
    *(EDITS, REFUSALS, CONFLICTS, RESPONSES, REVISIONS, ADOPTIONS, HISTORIES, WORKER_FAILURES),
    *(FRAMES, RESYNCS, MISMATCHES, TOO_SLOW, EVENTS),
)
GAUGES: Final = (WORKER, QUEUE, FAILING, HEARING, SOCKETS, WAITS)
HISTOGRAMS: Final = (EDIT_SECONDS, TO_MIRROR, TO_FRAME)


def known_verb(verb: str) -> str:
    """Give a verb of ours, or that it is none: a journal may hold any word."""
    return verb if verb in VERBS else OTHER


def kind_of(author: str) -> str:
    """Give what sort of author it was: a session, a person or a file."""
    kind = author.partition(":")[0]
    return kind if kind in _AUTHORS else OTHER
