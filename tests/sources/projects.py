"""A project folder with the lists of programs that are only shown, in the forms that they write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

type Records = list[dict[str, object]]

TASKS: Records = [
    {"id": 1, "title": "Model", "description": "Draw it.", "status": "done", "dependencies": []},
    {
        "id": 2,
        "title": "Service",
        "description": "",
        "details": "Two endpoints.",
        "status": "in-progress",
        "dependencies": [1],
        "assignee": "ada",
        "subtasks": [
            {"id": 1, "title": "Read", "status": "review", "dependencies": [], "parentId": 2},
            {"id": 2, "title": "Write", "status": "blocked", "dependencies": [1], "parentId": 2},
        ],
    },
    {"id": "3", "title": "Ship", "status": "deferred", "dependencies": [2, 9]},
]
ISSUES: Records = [
    {"id": "bd-a1b2", "title": "Epic", "status": "open", "priority": 1, "issue_type": "epic"},
    {
        "id": "bd-c3d4",
        "title": "Part",
        "description": "One half.",
        "status": "hooked",
        "assignee": "bob",
        "dependencies": [{"issue_id": "bd-c3d4", "depends_on_id": "bd-a1b2", "type": "parent-child"}],
    },
    {
        "id": "bd-e5f6",
        "title": "Other part",
        "status": "open",
        "dependencies": [{"issue_id": "bd-e5f6", "depends_on_id": "bd-c3d4", "type": "blocks"}],
    },
    {"id": "bd-g7h8", "title": "Old", "status": "tombstone"},
]
BACKLOG = {
    "task-2 - Write-it-down.md": """---
id: task-2
title: "Write it: down"
status: In Progress
assignee:
  - '@ada'
created_date: '2026-11-01'
labels: [docs, "x, y"]
dependencies: [task-1]
milestone: First
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
All of it.
<!-- SECTION:DESCRIPTION:END -->
""",
    "task-1 - Begin.md": "---\nid: task-1\ntitle: Begin\nstatus: Done\nassignee: []\ndependencies: []\n---\n",
    "task-10 - Later.md": "---\nid: task-10\ntitle: Later\nstatus: Someday\ndependencies:\n  - task-2\n---\n",
}
OPENSPEC = "## 1. Prepare\n\n- [x] 1.1 Look\n- [ ] 1.2 Think\n\n## 2. Do\n\n- [ ] 2.1 Build\n"


def make_project(folder: Path) -> Path:
    """Write all of them into a project."""
    files = {
        ".taskmaster/tasks/tasks.json": json.dumps({"master": {"tasks": TASKS, "metadata": {}}}, indent=2),
        ".beads/issues.jsonl": "".join(json.dumps(issue) + "\n" for issue in ISSUES),
        "openspec/changes/add-login/tasks.md": OPENSPEC,
        "openspec/changes/archive/old/tasks.md": OPENSPEC,
    } | {f"backlog/tasks/{name}": text for name, text in BACKLOG.items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
