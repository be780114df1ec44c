"""The desk is tried here without a second factor; accounts' own tests ask for it."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
