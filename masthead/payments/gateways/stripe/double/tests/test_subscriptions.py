"""Subscriptions through the seasons: renewal, failure, recovery, end, pause, another price, a renewal put off."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double, Habits
from masthead.payments.gateways.stripe.double.tests.shop import DAY, START, line, subscribed, types

HOUR = 3600


@pytest.fixture
def double() -> Double:
    return Double(start=START)


def now(double: Double, subscription: Any) -> Any:
    expand = ["latest_invoice"]
    return double.client().v1.subscriptions.retrieve(subscription.id, {"expand": expand})


def end_of(subscription: Any) -> int:
    return int(subscription["items"]["data"][0].current_period_end)


def test_a_renewal_is_drafted_and_charged_an_hour_later(double: Double) -> None:
    subscription = subscribed(double, subscription_data={"metadata": {"m": "1"}})
    first_end = end_of(subscription)
    assert first_end == START + 31 * DAY
    so_far = len(double.events())
    double.advance(to=first_end)
    renewed = now(double, subscription)
    invoice = renewed.latest_invoice
    assert (renewed.status, invoice.status, invoice.billing_reason) == ("active", "draft", "subscription_cycle")
    assert (invoice.period_start, invoice.period_end) == (START, first_end)
    assert (invoice.lines.data[0].period.start, invoice.lines.data[0].period.end) == (first_end, end_of(renewed))
    assert invoice.parent.subscription_details.metadata["m"] == "1"
    assert types(double, so_far) == ["customer.subscription.updated", "invoice.created"]
    double.advance(seconds=HOUR)
    assert now(double, subscription).latest_invoice.status == "paid"
    assert types(double, so_far + 2) == [
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    payments = double.client().v1.invoice_payments.list({"invoice": invoice.id, "status": "paid"})
    intent = payments.data[0].payment.payment_intent
    again = double.client().v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}})
    assert [each.invoice for each in again.data] == [invoice.id]


def test_a_card_that_fails_is_tried_on_the_schedule_and_then_all_ends(double: Double) -> None:
    subscription = subscribed(double, "4000000000000341")
    start = end_of(subscription) + HOUR
    double.advance(to=start)
    behind = now(double, subscription)
    invoice = behind.latest_invoice
    assert (behind.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt == start + 3 * DAY
    tried = [start]
    for days, attempts in ((3, 2), (5, 3)):
        double.advance(days=days)
        tried.append(double.now())
        assert now(double, subscription).latest_invoice.attempt_count == attempts
        assert now(double, subscription).status == "past_due"
    double.advance(days=7)
    ended = now(double, subscription)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    assert (ended.latest_invoice.status, ended.latest_invoice.next_payment_attempt) == ("open", None)
    failures = double.events("invoice.payment_failed")
    assert [event["created"] for event in failures] == [*tried, double.now()]
    assert types(double)[-1] == "customer.subscription.deleted"
    double.advance(days=365)
    assert len(double.events("invoice.payment_failed")) == 4
    assert double.money()["eur"].charges == 2500


@pytest.mark.parametrize("habit", ["unpaid", "past_due"])
def test_another_habit_after_the_last_attempt(habit: str) -> None:
    double = Double(start=START, habits=Habits(after_last_attempt=habit))
    subscription = subscribed(double, "4000000000000341")
    double.advance(days=55)
    assert now(double, subscription).status == habit


def test_a_new_card_brings_it_back(double: Double) -> None:
    subscription = subscribed(double, "4000000000000341")
    double.advance(to=end_of(subscription) + HOUR)
    assert now(double, subscription).status == "past_due"
    assert double.client().v1.customers.retrieve(subscription.customer).delinquent
    double.set_card(subscription.customer)
    double.advance(days=3)
    back = now(double, subscription)
    assert (back.status, back.latest_invoice.status) == ("active", "paid")
    assert not double.client().v1.customers.retrieve(subscription.customer).delinquent
    assert double.money()["eur"].charges == 5000


def test_paying_an_open_invoice_by_hand(double: Double) -> None:
    subscription = subscribed(double)
    double.next_charge(subscription.customer, "insufficient_funds", "lost_card", "succeed")
    double.advance(to=end_of(subscription) + HOUR)
    invoice = now(double, subscription).latest_invoice
    client = double.client()
    with pytest.raises(stripe.CardError) as caught:
        client.v1.invoices.pay(invoice.id)
    assert (caught.value.code, caught.value.http_status) == ("card_declined", 402)
    paid = client.v1.invoices.pay(invoice.id)
    assert (paid.status, now(double, subscription).status) == ("paid", "active")
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        client.v1.invoices.pay(invoice.id)
    double.advance(days=20)
    assert len(double.events("charge.succeeded")) == 2


def test_a_draft_paid_by_hand_counts_as_the_first_try(double: Double) -> None:
    subscription = subscribed(double, "4000000000000341")
    double.advance(to=end_of(subscription))
    draft = now(double, subscription).latest_invoice
    with pytest.raises(stripe.CardError):
        double.client().v1.invoices.pay(draft.id)
    behind = now(double, subscription)
    assert (behind.status, behind.latest_invoice.status, behind.latest_invoice.attempt_count) == ("past_due", "open", 1)
    double.advance(seconds=2 * HOUR)
    assert len(double.events("charge.failed")) == 1
    double.set_card(subscription.customer)
    double.advance(days=3)
    assert now(double, subscription).status == "active"


def test_voiding_an_open_invoice(double: Double) -> None:
    subscription = subscribed(double, "4000000000000341")
    double.advance(to=end_of(subscription) + HOUR)
    invoice = now(double, subscription).latest_invoice
    assert double.client().v1.invoices.void_invoice(invoice.id).status == "void"
    double.advance(days=20)
    assert len(double.events("charge.failed")) == 1


def test_a_bank_that_asks_every_time_refuses_a_renewal(double: Double) -> None:
    subscription = subscribed(double, "4000002760003184")
    double.advance(to=end_of(subscription) + HOUR)
    assert now(double, subscription).status == "past_due"
    assert "invoice.payment_action_required" in types(double)
    once = subscribed(double, "4000002500003155")
    double.advance(to=end_of(once) + HOUR)
    assert now(double, once).status == "active"


def test_ending_with_the_period_and_thinking_better_of_it(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    details: Any = {"cancel_at_period_end": True, "cancellation_details": {"feedback": "too_expensive"}}
    leaving = client.v1.subscriptions.update(subscription.id, details)
    assert (leaving.status, leaving.cancel_at, leaving.canceled_at) == ("active", end_of(subscription), START)
    assert leaving.cancellation_details.feedback == "too_expensive"
    staying = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (staying.cancel_at, staying.canceled_at, staying.cancellation_details.reason) == (None, None, None)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    double.advance(days=40)
    gone = now(double, subscription)
    assert (gone.status, gone.ended_at) == ("canceled", end_of(subscription))
    assert double.money()["eur"].charges == 2500
    with pytest.raises(stripe.InvalidRequestError, match="canceled subscription"):
        client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})


def test_ending_at_once(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    ended = client.v1.subscriptions.cancel(subscription.id)
    assert (ended.status, ended.ended_at, ended.cancellation_details.reason) == (
        "canceled", START, "cancellation_requested",
    )  # fmt: skip
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        client.v1.subscriptions.cancel(subscription.id)
    double.advance(days=400)
    assert double.money()["eur"].charges == 2500


def test_ending_on_a_day(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    client.v1.subscriptions.update(subscription.id, {"cancel_at": START + 45 * DAY, "proration_behavior": "none"})
    double.advance(days=44)
    assert now(double, subscription).status == "active"
    double.advance(days=1)
    assert now(double, subscription).ended_at == START + 45 * DAY


def test_a_renewal_put_off_by_a_trial(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    later = START + 90 * DAY
    put_off = client.v1.subscriptions.update(subscription.id, {"trial_end": later, "proration_behavior": "none"})
    assert (put_off.status, put_off.trial_end, end_of(put_off), put_off.billing_cycle_anchor) == (
        "trialing", later, later, later,
    )  # fmt: skip
    nothing = now(double, subscription).latest_invoice
    assert (nothing.total, nothing.status, nothing.billing_reason) == (0, "paid", "subscription_update")
    double.advance(days=89)
    assert double.money()["eur"].charges == 2500
    assert types(double)[-1] == "customer.subscription.trial_will_end"
    double.advance(to=later + HOUR)
    assert (now(double, subscription).status, double.money()["eur"].charges) == ("active", 5000)


def test_a_trial_from_the_start(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double, subscription_data={"trial_period_days": 14})
    assert (subscription.status, subscription.trial_end) == ("trialing", START + 14 * DAY)
    [session] = client.v1.checkout.sessions.list({"subscription": subscription.id}).data
    assert (session.payment_status, session.amount_total) == ("no_payment_required", 0)
    assert double.money() == {}
    client.v1.subscriptions.update(subscription.id, {"trial_end": "now", "proration_behavior": "none"})
    assert (now(double, subscription).status, double.money()["eur"].charges) == ("active", 2500)


@pytest.mark.parametrize(
    ("behavior", "status"), [("void", "void"), ("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible")]
)
def test_a_pause(double: Double, behavior: Any, status: str) -> None:
    client = double.client()
    subscription = subscribed(double)
    wake = START + 50 * DAY
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": behavior, "resumes_at": wake}})
    double.advance(days=40)
    paused = now(double, subscription)
    assert (paused.status, paused.latest_invoice.status) == ("active", status)
    assert double.money()["eur"].charges == 2500
    double.advance(to=wake)
    assert now(double, subscription).pause_collection is None
    double.advance(days=20)
    assert now(double, subscription).latest_invoice.status == "paid"


def test_another_price_from_the_next_period_on(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    item = subscription["items"]["data"][0]
    price = client.v1.prices.create(
        {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}, "product": item.price.product}
    )
    change: Any = {"items": [{"id": item.id, "price": price.id}], "proration_behavior": "none"}
    changed = client.v1.subscriptions.update(subscription.id, change)
    assert changed["items"]["data"][0].price.unit_amount == 900
    assert double.money()["eur"].charges == 2500
    double.advance(days=32)
    assert double.money()["eur"].charges == 3400


def test_another_interval_begins_at_once(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    double.advance(days=10)
    item = subscription["items"]["data"][0]
    data: Any = {**line(9000, interval="year")["price_data"], "product": item.price.product}
    del data["product_data"]
    change: Any = {"items": [{"id": item.id, "price_data": data}], "proration_behavior": "none"}
    changed = client.v1.subscriptions.update(subscription.id, change)
    assert changed.billing_cycle_anchor == START + 10 * DAY
    assert end_of(changed) == START + 375 * DAY
    assert double.money()["eur"].charges == 11500


def test_what_the_double_does_not_do_it_says(double: Double) -> None:
    subscription = subscribed(double)
    change: Any = {"items": [{"id": subscription["items"]["data"][0].id, "quantity": 2}]}
    with pytest.raises(stripe.InvalidRequestError, match="prorations"):
        double.client().v1.subscriptions.update(subscription.id, change)
    assert now(double, subscription)["items"]["data"][0].quantity == 1


def test_a_deleted_customer_pays_no_more(double: Double) -> None:
    client = double.client()
    subscription = subscribed(double)
    client.v1.customers.delete(subscription.customer)
    assert now(double, subscription).status == "canceled"
    assert client.v1.customers.retrieve(subscription.customer).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        client.v1.customers.update(subscription.customer, {"name": "x"})
    double.advance(days=60)
    assert double.money()["eur"].charges == 2500
