"""Money given back: whole, in parts, never more than came, and once back again from a bank that would not take it."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double
from masthead.payments.gateways.stripe.double.tests.shop import START, checkout, line, paid, types


@pytest.fixture
def double() -> Double:
    return Double(start=START)


def test_a_whole_refund(double: Double) -> None:
    client = double.client()
    session = paid(double)
    so_far = len(double.events())
    refund = client.v1.refunds.create(
        {"payment_intent": session.payment_intent.id, "reason": "requested_by_customer", "metadata": {"by": "desk"}}
    )
    assert (refund.amount, refund.status, refund.reason, refund.metadata["by"]) == (
        2500, "succeeded", "requested_by_customer", "desk",
    )  # fmt: skip
    charge = client.v1.charges.retrieve(session.payment_intent.latest_charge.id, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded, charge.refunds.data[0].id) == (True, 2500, refund.id)
    assert types(double, so_far) == ["refund.created", "charge.refunded"]
    money = double.money()["eur"]
    assert (money.charges, money.refunds, money.fees, money.net) == (2500, -2500, 103, -103)


def test_parts_until_nothing_is_left(double: Double) -> None:
    client = double.client()
    charge = paid(double).payment_intent.latest_charge
    client.v1.refunds.create({"charge": charge.id, "amount": 1000})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge.id, "amount": 1501})
    assert caught.value.param == "amount"
    assert str(caught.value.user_message) == (
        "Refund amount (€15.01) is greater than unrefunded amount on charge (€15.00)"
    )
    client.v1.refunds.create({"charge": charge.id})
    assert client.v1.charges.retrieve(charge.id).refunded
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge.id})
    assert caught.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -5, 2501, 10**17])
def test_amounts_that_can_not_be_refunded(double: Double, amount: int) -> None:
    charge = paid(double).payment_intent.latest_charge
    before = double.money()
    with pytest.raises(stripe.InvalidRequestError):
        double.client().v1.refunds.create({"charge": charge.id, "amount": amount})
    assert double.money() == before


def test_what_was_not_paid_can_not_be_refunded(double: Double) -> None:
    client = double.client()
    session = checkout(client)
    double.pay(session.id, "4000000000000002")
    tried: Any = client.v1.checkout.sessions.retrieve(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": tried.payment_intent})
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        client.v1.refunds.create({})


def test_a_refund_that_comes_back(double: Double) -> None:
    client = double.client()
    session = paid(double, "4000000000005126")
    refund = client.v1.refunds.create({"payment_intent": session.payment_intent.id})
    assert refund.status == "succeeded"
    double.advance(days=1)
    failed = client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "unknown")
    assert "refund.failed" in types(double)
    assert double.money()["eur"].refunds == 0
    assert not client.v1.charges.retrieve(session.payment_intent.latest_charge.id).refunded


@pytest.mark.parametrize(
    ("currency", "amount", "fee"), [("jpy", 500, 45), ("kwd", 5120, 178), ("eur", 50, 31), ("usd", 99, 33)]
)
def test_currencies_keep_their_own_units(double: Double, currency: str, amount: int, fee: int) -> None:
    session = paid(double, line_items=[line(amount, currency)])
    assert session.payment_intent.latest_charge.balance_transaction.fee == fee
    double.client().v1.refunds.create({"payment_intent": session.payment_intent.id})
    assert double.money()[currency].net == -fee
    assert list(double.money()) == [currency]


def test_only_the_newest_ten_come_along(double: Double) -> None:
    client = double.client()
    session = paid(double)
    made = [
        client.v1.refunds.create({"payment_intent": session.payment_intent.id, "amount": 100}).id for _ in range(12)
    ]
    charge = client.v1.charges.retrieve(session.payment_intent.latest_charge.id, {"expand": ["refunds"]})
    assert charge.refunds is not None
    assert ([refund.id for refund in charge.refunds.data], charge.refunds.has_more) == (made[:1:-1], True)
    everyone = client.v1.refunds.list({"charge": charge.id, "limit": 100})
    assert [refund.id for refund in everyone.data] == made[::-1]
