"""What the tests of the double buy, and how."""

from __future__ import annotations

from typing import Any

import stripe

from masthead.payments.gateways.stripe.double import Double

START = 1_800_000_000
"""15 January 2027, 08:00 UTC."""
DAY = 24 * 3600


def line(amount: int = 2500, currency: str = "eur", interval: str | None = None, count: int = 1) -> dict[str, Any]:
    """One line of a Checkout Session with an inline price."""
    data: dict[str, Any] = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Membership"}}
    if interval:
        data["recurring"] = {"interval": interval, "interval_count": count}
    return {"quantity": 1, "price_data": data}


def checkout(client: stripe.StripeClient, mode: str = "payment", **more: Any) -> Any:
    """A new Checkout Session."""
    params: dict[str, Any] = {"mode": mode, "success_url": "http://n.test/done", "cancel_url": "http://n.test/back"}
    if mode == "setup":
        params["currency"] = "eur"
    elif "line_items" not in more:
        params["line_items"] = [line(interval="month" if mode == "subscription" else None)]
    return client.v1.checkout.sessions.create({**params, **more})


def paid(double: Double, number: str = "4242424242424242", **more: Any) -> Any:
    """A Checkout Session that was paid, with its intent and its charge."""
    client = double.client()
    session = checkout(client, **more)
    assert double.pay(session.id, number)
    expand = ["payment_intent.latest_charge.balance_transaction"]
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": expand})


def subscribed(double: Double, number: str = "4242424242424242", **more: Any) -> Any:
    """A subscription that was begun on the hosted page."""
    client = double.client()
    session = checkout(client, "subscription", customer_email="reader@example.org", **more)
    assert double.pay(session.id, number)
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert isinstance(done.subscription, str)
    return client.v1.subscriptions.retrieve(done.subscription)


def types(double: Double, since: int = 0) -> list[str]:
    """What happened, in order."""
    return [event["type"] for event in double.events()[since:]]
