"""The plans of the demo, as the command line takes them: three lists of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LEDGER: dict[str, object] = {
    "title": "Ledger to event store",
    "steps": [
        {"title": "Map every writer of the ledger table", "phase": "Survey"},
        {"title": "Measure balance reads at the 99th percentile", "phase": "Survey"},
        {"title": "List the reports that read history", "phase": "Survey", "needs": [1]},
        {"title": "Choose the partition key", "phase": "Survey", "needs": [1, 2]},
        {"title": "Append-only event table and partitions", "phase": "Build", "needs": [4]},
        {
            "title": "Idempotent writer with outbox",
            "phase": "Build",
            "needs": [5],
            "notes": "One event per command id.\n\n- retries never double an entry\n- the outbox keeps order",
        },
        {"title": "Projection: balances by account", "phase": "Build", "needs": [5]},
        {"title": "Projection: statements by month", "phase": "Build", "needs": [5]},
        {"title": "Contract tests for the writer", "phase": "Build", "needs": [6], "review": "required"},
        {
            "title": "Turn on dual-write in staging",
            "phase": "Shadow",
            "needs": [6, 7],
            "risk": "production",
        },
        {"title": "Shadow-read diff at 1 % of traffic", "phase": "Shadow", "needs": [10]},
        {"title": "Backfill the last three years in 90-day slices", "phase": "Shadow", "needs": [10]},
        {"title": "Publish the shadow-diff report", "phase": "Shadow", "needs": [11]},
        {"title": "Go for cut over", "phase": "Shadow", "kind": "gate", "needs": [8, 9, 12, 13]},
        {"title": "Read traffic 1 % → 10 %", "phase": "Cut over", "needs": [14]},
        {"title": "Read traffic 10 % → 100 %", "phase": "Cut over", "needs": [15]},
        {
            "title": "Drop the old ledger triggers",
            "phase": "Cut over",
            "needs": [16],
            "risk": "irreversible",
        },
        {"title": "Load-test projections at 3× peak", "phase": "Shadow"},
    ],
}

SYNONYMS: dict[str, object] = {
    "title": "Prune stale synonyms",
    "steps": [
        {"title": "Delete 41 synonyms nobody searches for", "risk": "irreversible"},
        {"title": "Merge plural and singular entries"},
        {"title": "Decide what to do with brand names"},
        {"title": "Rebuild the synonym index on one shard"},
        {"title": "Compare click-through before and after", "needs": [4]},
        {"title": "Roll out to all shards", "needs": [5], "review": "required"},
    ],
}

TRANSLATION: dict[str, object] = {
    "title": "Translate the API guide",
    "steps": [
        {"title": title, "notes": "Keep code samples as they are."}
        for title in (
            "Getting started",
            "Authentication",
            "Errors and retries",
            "Pagination",
            "Webhooks",
            "Rate limits",
            "Versioning",
            "Glossary",
        )
    ],
}


class Question(NamedTuple):
    """What an agent asks a person in the middle of a step."""

    text: str
    kind: str = "approval"
    """The option of ``step block`` that asks it."""
    evidence: Mapping[str, object] = {}
    """What it lays beside the question: values of the step."""


_REHEARSALS = """Rehearsal,Writers,Events,Differences,Rollback
First,14,1204310,"3, explained",14 s
Second,14,1198874,0,12 s
"""
_UNUSED = [
    {"Synonym": "handy → mobile phone", "Entries": 12, "Last hit": "218 days ago"},
    {"Synonym": "discman → cd player", "Entries": 9, "Last hit": "never"},
    {"Synonym": "telefax → fax machine", "Entries": 20, "Last hit": "97 days ago"},
]
QUESTIONS = {
    ("payments.ledger", 10): Question(
        "Flag on for all staging writers? Rollback is one flag.", evidence={"rehearsals.csv": _REHEARSALS}
    ),
    ("payments.ledger", 17): Question("Nothing has read the triggers for an hour. Drop them now?"),
    ("search.synonyms", 1): Question(
        "41 entries had no hit in 90 days. Delete them?", evidence={"longest unused": _UNUSED}
    ),
    ("search.synonyms", 3): Question("Should “Köln” and “4711” stay synonyms of each other?", kind="input"),
}

PLANS = {"payments.ledger": LEDGER, "search.synonyms": SYNONYMS, "docs.api-guide": TRANSLATION}

AGENTS = (
    ("ledger-smith-7f3a", ("payments.ledger",), 0),
    ("read-path-41aa", ("payments.ledger", "search.synonyms"), 0),
    ("schema-scout-c21e", ("search.synonyms", "payments.ledger"), 0),
    ("synonym-tuner-9b04", ("search.synonyms",), 0),
    ("load-rig-3c19", ("payments.ledger",), 18),
)
"""Session id, the plans it works on, and the step on which it dies without a word (0: on none)."""

SPEAKS_MCP = "schema-scout-c21e"
"""The one of them that calls tools over MCP; the others run commands."""

PEER = ("agent:main:translator", "docs.api-guide")
