"""The real settings, on a throw-away home: nothing of the person who runs the tests is read or touched."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_PLACE = Path(tempfile.mkdtemp(prefix="planboard-tests-"))
atexit.register(shutil.rmtree, _PLACE, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith("PLANBOARD_")]:
    if not _name.startswith("PLANBOARD_TEST_"):
        del os.environ[_name]
os.environ["PLANBOARD_HOME"] = str(_PLACE / "home")
os.environ["PLANBOARD_ROOT"] = str(_PLACE / "root")
os.environ["PLANBOARD_SOURCES"] = "none"
(_PLACE / "root").mkdir(mode=0o700)
if "PLANBOARD_TEST_MIRROR_URL" in os.environ:
    os.environ["PLANBOARD_DATABASE_URL"] = os.environ["PLANBOARD_TEST_MIRROR_URL"]

from plans_site.settings import *  # noqa: E402, F403
from plans_site.settings import DATABASES  # noqa: E402

# A file, as in production: several threads and processes, WAL, real waiting for the write lock.
if "PLANBOARD_TEST_MIRROR_URL" not in os.environ:
    DATABASES["default"]["TEST"] = {"NAME": str(_PLACE / "test.sqlite3")}
