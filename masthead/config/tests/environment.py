"""A pytest plugin loaded before Django's settings: each test process gets a data folder of its own, thrown away after.

What the developer's shell sets for their own newsroom is put aside; DATABASE_URL alone chooses what tests run on.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = "MASTHEAD_TEST_"


def _prepare() -> Path:
    for name in list(os.environ):
        if name == "PORT" or (name.startswith("MASTHEAD_") and not name.startswith(KEPT)):
            del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="masthead-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["MASTHEAD_DATA"] = str(folder)
    os.environ["MASTHEAD_SECRET_KEY"] = "a secret for tests only, of more than fifty characters, none of them random"
    return folder


DATA = _prepare()
