"""Lists are paged by cursor, newest first, and filtered; ids in them can be expanded."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double
from masthead.payments.gateways.stripe.double.tests.shop import DAY, START, line, paid, subscribed


@pytest.fixture(scope="module")
def double() -> Double:
    double = Double(start=START)
    for _ in range(7):
        double.client().v1.customers.create({"email": "many@example.org"})
        double.advance(days=1)
    return double


def ids(found: Any) -> list[str]:
    return [each.id for each in found.data]


def test_pages_forwards_and_backwards(double: Double) -> None:
    customers = double.client().v1.customers
    everyone = ids(customers.list({"limit": 100}))
    assert [each.created for each in customers.list({"limit": 100}).data] == sorted(
        (START + DAY * day for day in range(7)), reverse=True
    )
    first = customers.list({"limit": 3})
    assert (ids(first), first.has_more) == (everyone[:3], True)
    second = customers.list({"limit": 3, "starting_after": everyone[2]})
    assert (ids(second), second.has_more) == (everyone[3:6], True)
    last = customers.list({"limit": 3, "starting_after": everyone[5]})
    assert (ids(last), last.has_more) == (everyone[6:], False)
    back = customers.list({"limit": 3, "ending_before": everyone[6]})
    assert (ids(back), back.has_more) == (everyone[3:6], True)
    assert [customer.id for customer in customers.list({"limit": 2}).auto_paging_iter()] == everyone


def test_filters_by_time(double: Double) -> None:
    customers = double.client().v1.customers
    assert len(customers.list({"created": {"gte": START + DAY, "lt": START + 3 * DAY}}).data) == 2
    assert len(customers.list({"created": {"gt": START + DAY, "lte": START + 3 * DAY}}).data) == 2
    assert len(customers.list({"created": START}).data) == 1


def test_what_a_list_refuses(double: Double) -> None:
    customers = double.client().v1.customers
    for wrong in (
        {"limit": 0},
        {"limit": 101},
        {"starting_after": "cus_nobody"},
        {"email": "a@b.org", "test_clock": "x"},
    ):
        given: Any = wrong
        with pytest.raises(stripe.InvalidRequestError):
            customers.list(given)


def test_filters_by_field() -> None:
    double = Double(start=START)
    client = double.client()
    one, other = paid(double), paid(double)
    client.v1.refunds.create({"payment_intent": one.payment_intent.id, "amount": 100})
    intent, charge = one.payment_intent.id, one.payment_intent.latest_charge
    assert ids(client.v1.charges.list({"payment_intent": intent})) == [charge.id]
    assert ids(client.v1.checkout.sessions.list({"payment_intent": intent})) == [one.id]
    assert len(client.v1.refunds.list({"charge": charge.id}).data) == 1
    assert client.v1.refunds.list({"charge": other.payment_intent.latest_charge.id}).data == []
    kinds = [each.type for each in client.v1.balance_transactions.list().data]
    assert kinds == ["refund", "charge", "charge"]
    assert [each.amount for each in client.v1.balance_transactions.list({"type": "refund"}).data] == [-100]
    assert ids(client.v1.balance_transactions.list({"source": charge.id})) == [charge.balance_transaction.id]
    assert {each.type for each in client.v1.events.list({"type": "charge.*"}).data} == {
        "charge.succeeded",
        "charge.updated",
        "charge.refunded",
    }
    two: Any = ["charge.refunded", "refund.created"]
    assert len(client.v1.events.list({"types": two}).data) == 2


def test_subscriptions_by_status() -> None:
    double = Double(start=START)
    client = double.client()
    kept, ended = subscribed(double), subscribed(double)
    client.v1.subscriptions.cancel(ended.id)
    assert ids(client.v1.subscriptions.list()) == [kept.id]
    assert ids(client.v1.subscriptions.list({"status": "all"})) == [ended.id, kept.id]
    assert ids(client.v1.subscriptions.list({"status": "canceled"})) == [ended.id]
    assert ids(client.v1.subscriptions.list({"customer": kept.customer})) == [kept.id]


def test_expanding() -> None:
    double = Double(start=START)
    client = double.client()
    session = paid(double)
    page = client.v1.balance_transactions.list({"expand": ["data.source.payment_intent"]})
    source: Any = page.data[0].source
    assert source.payment_intent.id == session.payment_intent.id
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.charges.list({"expand": ["data.amount_of_love"]})
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        client.v1.charges.list({"expand": ["data.a.b.c.d"]})


def test_very_many_are_paged_quickly(tmp_path: Any) -> None:
    """Two milliseconds a page on a quiet machine, however many there are: the list is indexed by time."""
    double = Double(str(tmp_path / "many.sqlite3"), start=START)
    names = [f"order-{number}" for number in range(10_000)]
    made = double.make_payments(10_000, amount=700, metadata={"order": "@reference@"}, references=names)
    assert len({one.payment_intent for one in made}) == 10_000
    assert double.money()["eur"].charges == 7_000_000
    client = double.client()
    for number in (0, 5, 9_999):
        session = client.v1.checkout.sessions.retrieve(made[number].session, {"expand": ["payment_intent"]})
        intent: Any = session.payment_intent
        assert session.client_reference_id == intent.metadata["order"] == f"order-{number}"
    began = time.perf_counter()
    seen = {each.source for each in client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter()}
    seconds = time.perf_counter() - began
    assert seen == {one.charge for one in made}
    assert seconds / 100 < 0.5, f"{seconds * 10:.1f} ms a page"


def test_events_are_told_for_thirty_days() -> None:
    double = Double(start=START)
    client = double.client()
    client.v1.customers.create({})
    [old] = client.v1.events.list().data
    double.advance(days=30)
    assert ids(client.v1.events.list()) == [old.id]
    double.advance(seconds=1)
    assert client.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        client.v1.events.retrieve(old.id)
    assert [event["id"] for event in double.events()] == [old.id]


def test_lines_within_a_session_are_paged() -> None:
    double = Double(start=START)
    session = paid(double, line_items=[line(100), line(200), line(300)])
    lines = double.client().v1.checkout.sessions.line_items
    first = lines.list(session.id, {"limit": 2})
    assert ([each.amount_total for each in first.data], first.has_more) == ([100, 200], True)
    rest = lines.list(session.id, {"starting_after": first.data[-1].id})
    assert ([each.amount_total for each in rest.data], rest.has_more) == ([300], False)


def test_the_balance() -> None:
    double = Double(start=START)
    paid(double)
    balance = double.client().v1.balance.retrieve()
    assert ([each.amount for each in balance.pending], balance.available) == ([2397], [])
    double.advance(days=2)
    balance = double.client().v1.balance.retrieve()
    assert ([each.amount for each in balance.available], balance.pending) == ([2397], [])
