"""What tests of letters share: templates of their own, and a post office."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from masthead.mail.tests.post_office import PostOffice

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def _templates(settings: Any) -> None:
    changed = copy.deepcopy(settings.TEMPLATES)
    changed[0]["DIRS"].append(TEMPLATES)
    settings.TEMPLATES = changed


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """A mail server, and settings that post letters there."""
    with PostOffice() as server:
        for name, value in server.settings().items():
            setattr(settings, name, value)
        yield server
        server.shutdown()
