"""Import msgspec without what it only takes if it happens to be installed: a third of a command's time.

msgspec asks for ``typing_extensions`` and does without it where it is missing. On the Pythons this
program runs on it gains nothing by it. Import this module before anything else of ours.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if not TYPE_CHECKING and "msgspec" not in sys.modules and "typing_extensions" not in sys.modules:
    sys.modules["typing_extensions"] = None  # what Python itself knows as "not to be found"
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
