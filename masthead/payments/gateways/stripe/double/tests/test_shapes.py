"""Every object the double sends is one that the pinned version of the library knows, field by field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from masthead.payments.gateways.stripe.double import Double
from masthead.payments.gateways.stripe.double.tests.conforming import faults
from masthead.payments.gateways.stripe.double.tests.shop import START, checkout, line, paid, subscribed
from masthead.payments.gateways.stripe.double.transport import call

KEY = {"Authorization": "Bearer sk_test_shapes"}


@pytest.fixture(scope="module")
def lived() -> Double:
    """A double in which nearly everything has happened once."""
    double = Double(start=START)
    client = double.client()
    charge = paid(double, invoice_creation={"enabled": True}).payment_intent.latest_charge
    client.v1.refunds.create({"charge": charge.id, "amount": 1000, "reason": "requested_by_customer"})
    failing = paid(double, "4000000000005126").payment_intent
    client.v1.refunds.create({"payment_intent": failing.id})
    paid(double, "4000000000000259")
    for dispute in client.v1.disputes.list().data:
        client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    double.pay(checkout(client).id, "4000000000000002")
    double.pay(checkout(client).id, "4000002500003155", passes=False)
    checkout(client)
    first = subscribed(double, subscription_data={"metadata": {"a": "b"}})
    second = subscribed(double, subscription_data={"trial_period_days": 14})
    third = subscribed(double, line_items=[line(interval="year"), line()])
    customer = client.v1.customers.create({"email": "a@example.org", "metadata": {"a": "b"}})
    double.pay(checkout(client, "setup", customer=customer.id).id, "4000002760003184")
    client.v1.billing_portal.sessions.create(
        {"customer": third.customer, "flow_data": {"type": "payment_method_update"}, "return_url": "http://n.test/"}
    )
    client.v1.subscriptions.update(third.id, {"trial_end": double.now() + 86400 * 500, "proration_behavior": "none"})
    double.next_charge(first.customer, *["insufficient_funds"] * 9)
    client.v1.subscriptions.update(second.id, {"cancel_at_period_end": True})
    double.advance(days=60)
    client.v1.customers.delete(customer.id)
    return double


def rows(double: Double) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = double.account.store.connection.execute(
        "SELECT id, kind FROM object ORDER BY seq"
    ).fetchall()
    return found


PATHS = {
    "checkout.session": "checkout/sessions",
    "dispute": "disputes",
    "balance_transaction": "balance_transactions",
    "billing_portal.configuration": "billing_portal/configurations",
}
EXPANDED = {
    "charge": ["refunds", "balance_transaction", "payment_intent"],
    "checkout.session": ["line_items", "payment_intent", "subscription", "customer", "invoice"],
    "customer": ["subscriptions"],
    "invoice": ["payments", "customer"],
    "subscription": ["latest_invoice", "default_payment_method"],
}


def test_each_object_conforms_alone_and_expanded(lived: Double) -> None:
    seen: dict[str, int] = {}
    wrong: list[str] = []
    for id_, kind in rows(lived):
        if kind in ("billing_portal.session", "event"):  # the one can't be retrieved, the other is looked at below
            continue
        seen[kind] = seen.get(kind, 0) + 1
        url = f"http://x/v1/{PATHS.get(kind, kind + 's')}/{id_}"
        query = "&".join(f"expand[{n}]={name}" for n, name in enumerate(EXPANDED.get(kind, [])))
        for address in (url, f"{url}?{query}"):
            status, _, body = call(lived, "GET", address, KEY)
            assert status == 200, (address, body)
            wrong += faults(json.loads(body))
    assert sorted(set(wrong)) == []
    assert len(seen) >= 15, seen


def test_the_check_sees_what_is_wrong(lived: Double) -> None:
    [charge, *_] = lived.client().v1.charges.list().data
    right = json.loads(str(charge))
    assert faults(right) == []
    assert faults({**right, "amount": "12"}) == ["charge.amount: '12' is no int"]
    assert faults({**right, "surprise": 1}) == ["charge.surprise: unknown"]
    assert faults({name: value for name, value in right.items() if name != "paid"}) == ["charge.paid: missing"]
    assert faults({**right, "outcome": {"type": 3}}) == ["charge.outcome.type: 3 is no str"]
    assert len(faults({**right, "status": "lost"})) == 1


def test_each_event_carries_an_object_that_conforms(lived: Double) -> None:
    wrong: list[str] = []
    for event in lived.events():
        wrong += faults(event) + [f"{event['type']} {fault}" for fault in faults(event["data"]["object"])]
    assert sorted(set(wrong)) == []


def test_what_changed_is_said_with_what_it_was(lived: Double) -> None:
    updates = [event for event in lived.events() if event["type"].endswith(".updated")]
    assert updates
    for event in updates:
        before: dict[str, Any] = event["data"]["previous_attributes"]
        now = event["data"]["object"]
        assert before, event["type"]
        assert all(now[name] != value for name, value in before.items()), event
