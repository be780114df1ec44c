"""What every test shares: a database made from a template, and visible words for what this machine lacks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase

from masthead.config.tests import databases

# Django empties every table after a test that commits, and what migrations put there would be gone for the next.
TransactionTestCase._fixture_teardown = databases.restore  # noqa: SLF001 (there is no public hook)

# What a marked test needs beside Python. In CI a missing one fails the test; elsewhere the test is skipped and says so.
NEEDED = {"browser": ("chromium",), "nginx": ("nginx",)}


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_blocker: Any, django_db_modify_db_settings: None) -> bool:
    """Put the test database in place before Django looks for it; it then finds nothing left to migrate."""
    with django_db_blocker.unblock():
        databases.put_in_place()
    return True


@pytest.fixture(autouse=True)
def _clean_press(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Snapshots of one test are never another's, nor is what a process remembers of shared parts and sites."""
    _forget()
    yield
    _forget()
    for folder in (settings.PRESS_ROOT, settings.EMAIL_FILE_PATH):
        if folder and Path(folder).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _forget() -> None:
    from django.core.cache import cache

    from masthead.press import fragments

    cache.clear()
    fragments.forget_all()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what can't run here, or fail it where everything must be there."""
    for mark, programs in NEEDED.items():
        if item.get_closest_marker(mark) is None:
            continue
        missing = [program for program in programs if shutil.which(program) is None]
        if missing:
            words = f"needs {', '.join(missing)} (scripts/services brings it)"
            if os.environ.get("CI") == "true":
                pytest.fail(words)
            pytest.skip(words)
