"""What happens at the provider is what our rows say, however we hear of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from masthead.lib.money import Money
from masthead.payments import actions
from masthead.payments.models import Document, Entry, Order, Payment
from masthead.payments.reconcile import reconcile
from masthead.payments.tests import till as tills
from masthead.payments.tests.till import Till, open_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as opened:
        yield opened


def ledger() -> dict[str, int]:
    return {currency: sums["net"] for currency, sums in Entry.objects.by_currency().items()}


def test_a_one_time_payment_is_in_the_books(till: Till) -> None:
    order = till.pay(till.order(500))
    payment = order.payments.get()
    assert (payment.state, payment.amount, payment.currency) == ("succeeded", 500, "EUR")
    assert [step.after for step in payment.steps.all()] == ["pending", "succeeded"]
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    assert order.account.email == "reader@mail.example"
    assert Order.objects.get().state == Order.COMPLETED
    assert ledger() == {"EUR": till.double.money()["eur"].net}
    assert payment.documents.get().kind == Document.RECEIPT


def test_settling_again_changes_nothing(till: Till) -> None:
    order = till.pay(till.order(500))
    for _ in range(3):
        actions.settle_order(order, "again")
    assert Payment.objects.count() == Entry.objects.count() == Document.objects.count() == 1


def test_a_renewal_comes_by_webhook(till: Till) -> None:
    order = till.pay(till.order(700, interval="month"))
    agreement = order.agreement
    assert (agreement.state, agreement.amount, agreement.interval) == ("active", 700, "month")
    till.double.advance(days=32)
    till.hear()
    first, second = order.payments.order_by("period_start")
    assert (first.state, second.state) == ("succeeded", "succeeded")
    assert second.period_start == first.period_end
    assert ledger() == {"EUR": till.double.money()["eur"].net}


def test_a_refund_is_given_once_and_noted(till: Till) -> None:
    order = till.pay(till.order(500))
    payment = order.payments.get()
    refund = actions.refund(payment, Money(200, "EUR"), None, "asked for it")
    assert refund.state == "succeeded"
    assert Payment.objects.get().refundable == Money(300, "EUR")
    with pytest.raises(actions.CantRefund):
        actions.refund(payment, Money(301, "EUR"), None, "too much")
    till.hear()
    assert payment.refunds.count() == 1
    assert ledger() == {"EUR": till.double.money()["eur"].net}
    assert sorted(payment.documents.values_list("kind", "amount")) == [("credit_note", 200), ("receipt", 500)]


def test_a_dispute_is_seen(till: Till) -> None:
    order = till.pay(till.order(500), tills.DISPUTED)
    till.hear()
    assert order.payments.get().state == "disputed"
    assert ledger() == {"EUR": till.double.money()["eur"].net}


def test_what_no_webhook_told_is_found_by_reconcile(till: Till) -> None:
    order = till.order(500)
    till.double.pay(order.session_ref, tills.GOOD)
    assert ledger() == {}
    report = reconcile("stripe")
    assert report.agrees, report.differences
    assert order.payments.get().state == "succeeded"
    assert ledger() == {"EUR": till.double.money()["eur"].net}


def test_a_session_left_open_for_a_day_is_given_up(till: Till) -> None:
    order = till.order(500)
    till.double.advance(days=2)
    till.hear()
    order.refresh_from_db()
    assert order.state == Order.ABANDONED
    assert order.payments.get().state == "canceled"
