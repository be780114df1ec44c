"""The shortest ways through: one payment, one subscription, over the official library."""

from __future__ import annotations

from typing import Any

import pytest

from masthead.payments.gateways.stripe.double import Double

START = 1_800_000_000


@pytest.fixture
def double() -> Double:
    return Double(start=START)


def line(amount: int = 2500, currency: str = "eur", interval: str | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Membership"}}
    if interval:
        data["recurring"] = {"interval": interval}
    return {"quantity": 1, "price_data": data}


def test_one_payment_is_paid_on_the_hosted_page(double: Double) -> None:
    client = double.client()
    session = client.v1.checkout.sessions.create(
        {"mode": "payment", "success_url": "http://n.test/?s={CHECKOUT_SESSION_ID}", "line_items": [line()]}
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)

    assert double.pay(session.id) == f"http://n.test/?s={session.id}"

    expand = ["payment_intent.latest_charge.balance_transaction"]
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": expand})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    charge: Any = paid.payment_intent.latest_charge
    assert (charge.amount, charge.balance_transaction.fee, charge.balance_transaction.net) == (2500, 103, 2397)
    assert [event["type"] for event in double.events()] == [
        "product.created",
        "price.created",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "checkout.session.completed",
    ]


def test_a_subscription_begins_on_the_hosted_page_and_renews(double: Double) -> None:
    client = double.client()
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "http://n.test/",
            "customer_email": "reader@example.org",
            "line_items": [line(500, interval="month")],
            "subscription_data": {"metadata": {"membership": "7"}},
        }
    )
    double.pay(session.id)

    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription.latest_invoice"]})
    subscription: Any = done.subscription
    assert (subscription.status, subscription.metadata["membership"]) == ("active", "7")
    assert (subscription.latest_invoice.status, subscription.latest_invoice.amount_paid) == ("paid", 500)

    double.advance(days=32)
    invoices = client.v1.invoices.list({"subscription": subscription.id}).data
    assert [(invoice.billing_reason, invoice.status) for invoice in invoices] == [
        ("subscription_cycle", "paid"),
        ("subscription_create", "paid"),
    ]
    assert double.money()["eur"].charges == 1000


def test_a_declined_card_leaves_the_session_open(double: Double) -> None:
    client = double.client()
    session = client.v1.checkout.sessions.create(
        {"mode": "payment", "success_url": "http://n.test/", "line_items": [line()]}
    )
    assert double.pay(session.id, "4000000000000002") == ""
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert double.money() == {}
    assert double.pay(session.id) == "http://n.test/"
