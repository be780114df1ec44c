"""A bank takes a payment back: funds and a fee go; they come back if the dispute is won, the fee doesn't."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double
from masthead.payments.gateways.stripe.double.tests.shop import START, paid, types


@pytest.fixture
def double() -> Double:
    return Double(start=START)


def disputed(double: Double) -> tuple[Any, Any]:
    session = paid(double, "4000000000000259")
    [dispute] = double.client().v1.disputes.list({"payment_intent": session.payment_intent.id}).data
    return session, dispute


def test_the_card_that_disputes(double: Double) -> None:
    session, dispute = disputed(double)
    charge = session.payment_intent.latest_charge.id
    assert (dispute.status, dispute.reason, dispute.amount, dispute.charge) == (
        "needs_response",
        "fraudulent",
        2500,
        charge,
    )
    assert double.client().v1.charges.retrieve(charge).disputed
    [withdrawn] = dispute.balance_transactions
    assert (withdrawn.type, withdrawn.amount, withdrawn.fee, withdrawn.net) == ("adjustment", -2500, 1500, -4000)
    happened = types(double)
    assert happened.index("checkout.session.completed") < happened.index("charge.dispute.created")
    assert happened[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


@pytest.mark.parametrize("won", [True, False])
def test_how_it_ends(double: Double, won: bool) -> None:
    session, dispute = disputed(double)
    double.decide(dispute.id, won=won)
    ended = double.client().v1.disputes.retrieve(dispute.id)
    assert ended.status == ("won" if won else "lost")
    money = double.money()["eur"]
    assert (money.disputes, money.fees) == (0 if won else -2500, 1603)
    assert ("charge.dispute.funds_reinstated" in types(double)) == won
    assert types(double)[-1] == "charge.dispute.closed"
    if won:
        double.client().v1.refunds.create({"payment_intent": session.payment_intent.id})


def test_evidence_decides_as_in_stripes_test_mode(double: Double) -> None:
    client = double.client()
    for words, status in (("winning_evidence", "won"), ("losing_evidence", "lost")):
        _, dispute = disputed(double)
        answer = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": words}})
        assert (answer.status, answer.evidence_details.has_evidence) == ("under_review", True)
        assert client.v1.disputes.retrieve(dispute.id).status == status


def test_giving_in(double: Double) -> None:
    _, dispute = disputed(double)
    assert double.client().v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        double.client().v1.disputes.close(dispute.id)


def test_what_is_disputed_can_not_be_refunded(double: Double) -> None:
    session, _ = disputed(double)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        double.client().v1.refunds.create({"payment_intent": session.payment_intent.id})
    assert caught.value.code == "charge_disputed"


def test_only_what_is_left_is_taken(double: Double) -> None:
    session = paid(double)
    charge = session.payment_intent.latest_charge.id
    double.client().v1.refunds.create({"charge": charge, "amount": 1000})
    dispute = double.client().v1.disputes.retrieve(double.dispute(charge, "product_not_received"))
    assert (dispute.amount, dispute.reason) == (1500, "product_not_received")
    assert double.money()["eur"].disputes == -1500
