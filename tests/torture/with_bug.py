"""``planboard`` with a bug: ``python -m tests.torture.with_bug BUG up --port 8000``."""

from __future__ import annotations

import importlib
import sys

from plans.agents.cli import main

if __name__ == "__main__":
    importlib.import_module(f"tests.torture.bugs.{sys.argv[1]}").install()
    sys.exit(main(sys.argv[2:]))
