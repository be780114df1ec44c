"""The states of money and the ways between them: the page of docs, the code and every possible move agree."""

from __future__ import annotations

import re
from itertools import product

import pytest

from masthead.config.env import REPOSITORY
from masthead.lib.states import IllegalMove, way
from masthead.members.models import Gift, Membership, gifts, memberships
from masthead.payments.models import Order, Payment, payments

PAGE = REPOSITORY / "docs" / "reference" / "money-states.md"
MACHINES = {"Payment": payments.MOVES, "Membership": memberships.MOVES, "Gift": gifts.MOVES}
MODELS = {"Payment": Payment, "Membership": Membership, "Gift": Gift}


def drawn(name: str) -> dict[str, tuple[str, ...]]:
    """The table under a heading of the page."""
    part = PAGE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    table = part.split("| from | to |\n| --- | --- |\n")[1].split("\n\n")[0]
    rows = dict(re.findall(r"^\| (\w+) \| (.+?) \|$", table, re.MULTILINE))
    return {state: () if goals == "–" else tuple(goals.split(", ")) for state, goals in rows.items()}


@pytest.mark.parametrize("name", MACHINES)
def test_the_page_draws_what_the_code_allows(name: str) -> None:
    assert {state: set(goals) for state, goals in drawn(name).items()} == {
        state: set(goals) for state, goals in MACHINES[name].items()
    }
    assert set(drawn(name)) == {state for state, _words in MODELS[name].STATES}


def test_the_page_says_why_memberships_end() -> None:
    said = PAGE.read_text(encoding="utf-8").split("Why one ended is one of: ")[1].split(".")[0]
    assert set(re.findall(r"`(\w+)`", said)) == {reason for reason, _words in Membership.REASONS}


@pytest.mark.django_db
def test_an_order_closes_as_the_page_draws_it() -> None:
    allowed = drawn("Order")
    assert set(allowed) == {state for state, _words in Order.STATES}
    for start, goal in product(allowed, repeat=2):
        order = Order.objects.create(purpose="test", title="x", amount=5, currency="EUR", gateway="manual", state=start)
        if goal == Order.OPEN:
            continue  # nothing opens an order again
        order.close(goal)
        assert order.state == (goal if goal == start or goal in allowed[start] else start)


@pytest.mark.parametrize("name", MACHINES)
def test_a_way_is_made_of_allowed_steps_and_there_is_no_other(name: str) -> None:
    moves = MACHINES[name]
    for start, goal in product(moves, repeat=2):
        reachable = _reachable(moves, start)
        if goal not in reachable:
            with pytest.raises(IllegalMove):
                way(moves, start, goal)
            continue
        path = way(moves, start, goal)
        assert (path[-1] if path else start) == goal
        for before, after in zip([start, *path], path, strict=False):
            assert after in moves[before]


def _reachable(moves: dict[str, tuple[str, ...]], start: str) -> set[str]:
    found = {start}
    while more := {after for state in found for after in moves[state]} - found:
        found |= more
    return found


@pytest.mark.django_db
def test_every_step_of_a_payment_is_a_row_and_an_illegal_move_leaves_none() -> None:
    order = Order.objects.create(purpose="test", title="x", amount=5, currency="EUR", gateway="manual")
    for start, goal in product(payments.MOVES, repeat=2):
        payment = Payment.objects.create(order=order, gateway="manual", amount=5, currency="EUR", state=start)
        try:
            moved = payment.move_to(goal, payment.created_at, "a test")
        except IllegalMove:
            assert payment.steps.count() == 0
            assert Payment.objects.get(pk=payment.pk).state == start
            continue
        steps = list(payment.steps.values_list("before", "after"))
        assert moved == bool(steps) == (start != goal)
        assert all(after in payments.MOVES[before] for before, after in steps)
        kept = Payment.objects.get(pk=payment.pk)
        assert kept.state == goal
        assert (kept.paid_at is not None) == any(after == "succeeded" for _before, after in steps)
