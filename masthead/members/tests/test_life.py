"""Whatever readers, staff, banks and the network do, in whatever order: after reconcile the books agree."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from masthead.members.tests.life import Life

USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@pytest.mark.django_db
def test_a_little_life() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life, settings=settings(USUAL, max_examples=12, stateful_step_count=25, derandomize=True)
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_a_long_life() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life, settings=settings(USUAL, max_examples=100, stateful_step_count=50)
    )
