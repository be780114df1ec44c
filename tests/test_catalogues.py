"""Readers' strings: every compiled catalogue is in step with what translators wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from masthead.config.env import REPOSITORY


def test_compiled_catalogues_are_in_step() -> None:
    if shutil.which("msgfmt") is None and os.environ.get("CI") != "true":
        pytest.skip("needs gettext (scripts/services brings it)")
    command = [sys.executable, "scripts/messages.py", "--check"]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
