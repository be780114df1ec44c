"""A shop for every test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from masthead.members.tests.shop import Shop, open_shop


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    """A double, a clock that stands still, letters without words."""
    with open_shop() as opened:
        yield opened
