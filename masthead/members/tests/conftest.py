"""What tests of members share: an open till, and a clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from masthead.members.tests.joined import Clock
from masthead.payments.tests.till import Till, open_till


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as opened:
        yield opened


@pytest.fixture
def clock(till: Till, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(till, monkeypatch)
