"""A press of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from masthead.press.hand import hand
from masthead.press.tests import site


@pytest.fixture(autouse=True)
def press_root(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """An empty snapshot folder and the site that has nothing to do with news."""
    settings.PRESS_ROOT = tmp_path / "snapshots"
    settings.ROOT_URLCONF = "masthead.press.tests.site"
    site.reset()
    hand.let_go()  # which another app's test may have taken up in this process
    yield tmp_path / "snapshots"
    hand.let_go()


@pytest.fixture
def told(django_capture_on_commit_callbacks: Any) -> Any:
    """A block at whose end the transaction commits."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
