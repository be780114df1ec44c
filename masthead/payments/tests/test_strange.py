"""What Stripe's account can show that no reader of ours does: the books follow it, and nothing is blocked by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from masthead.lib.money import Money
from masthead.payments import actions, notices
from masthead.payments.gateways.stripe.amounts import from_stripe, to_stripe
from masthead.payments.models import Document, Entry, Notice, Payment
from masthead.payments.tests import till as tills
from masthead.payments.tests.till import Till, open_till

pytestmark = pytest.mark.django_db
REFUND_FAILS = "4000000000005126"


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as opened:
        yield opened


def net(till: Till) -> tuple[dict[str, int], dict[str, int]]:
    ours = {currency.lower(): sums["net"] for currency, sums in Entry.objects.by_currency().items()}
    return ours, {currency: sums.net for currency, sums in till.double.money().items()}


def agree(till: Till) -> None:
    ours, theirs = net(till)
    assert ours == theirs
    report = actions.reconcile("stripe")
    assert report.agrees, report.differences


def test_a_refund_that_fails_later_comes_back_into_the_books(till: Till) -> None:
    payment = till.pay(till.order(500), REFUND_FAILS).payments.get()
    actions.refund(payment, Money(500, "EUR"), None, "")
    till.double.advance(days=1)
    till.hear()
    assert payment.refunds.get().state == "failed"
    assert Payment.objects.get().refundable == Money(500, "EUR")
    agree(till)


def test_more_than_ten_refunds_of_one_payment(till: Till) -> None:
    payment = till.pay(till.order(5000)).payments.get()
    for _ in range(12):  # at the provider's dashboard, and every webhook is lost
        till.gateway.client.v1.refunds.create({"payment_intent": payment.ref or "", "amount": 100})
    actions.settle_order(payment.order, "looking")
    assert payment.refunds.count() == 12
    assert Document.objects.filter(kind="credit_note").count() == 12
    agree(till)


def test_a_refund_of_others_with_a_key_of_their_own(till: Till) -> None:
    payment = till.pay(till.order(500)).payments.get()
    till.gateway.client.v1.refunds.create(
        {"payment_intent": payment.ref or "", "amount": 100, "metadata": {"refund": "ticket 12"}}
    )
    till.hear()
    assert payment.refunds.get().amount == 100
    agree(till)


def test_a_lost_dispute_that_is_won_after_all_keeps_no_money_out_of_the_books(till: Till) -> None:
    order = till.pay(till.order(500), tills.DISPUTED)
    till.hear()
    dispute = order.payments.get().disputes.get().ref
    till.double.decide(dispute, won=False)
    till.hear()
    assert order.payments.get().state == "charged_back"
    with till.double.account.turn():  # Stripe allows it, rarely
        found = till.double.account.find("dispute", dispute)
        till.double.account.change(found, status="needs_response")
    till.double.decide(dispute, won=True)
    till.hear()
    assert order.payments.get().state == "charged_back", "no such move is allowed"
    assert Notice.objects.filter(outcome__contains="charged_back → ").exists()
    assert Entry.objects.filter(kind="dispute_won").count() == 1
    agree(till)


def test_a_dispute_won_and_another_lost(till: Till) -> None:
    order = till.pay(till.order(500), tills.DISPUTED)
    till.hear()
    first = order.payments.get().disputes.get()
    till.double.decide(first.ref, won=True)
    till.hear()
    assert order.payments.get().state == "succeeded"
    assert [step.after for step in order.payments.get().steps.all()][-2:] == ["disputed", "succeeded"]
    agree(till)


def test_a_dispute_heard_of_only_when_it_is_over(till: Till) -> None:
    order = till.pay(till.order(500))
    charge = till.gateway.client.v1.charges.list().data[0].id
    till.double.decide(till.double.dispute(charge), won=False)
    till.hear()
    payment = order.payments.get()
    assert [step.after for step in payment.steps.all()][-2:] == ["disputed", "charged_back"]
    assert sorted(payment.documents.values_list("kind", "amount")) == [("credit_note", 500), ("receipt", 500)]
    agree(till)


def test_an_invoice_given_up_and_paid_after_all(till: Till) -> None:
    order = till.pay(till.order(700, interval="month"), tills.LATER_FAILS)
    till.double.advance(days=32)
    till.hear()
    failed = order.payments.get(state="failed")
    till.gateway.client.v1.invoices.mark_uncollectible(failed.ref or "")
    till.hear()
    assert order.payments.get(pk=failed.pk).state == "failed"
    till.double.set_card(order.agreement.customer_ref)
    till.gateway.client.v1.invoices.pay(failed.ref or "")
    till.hear()
    assert order.payments.get(pk=failed.pk).state == "succeeded"
    agree(till)


def test_an_invoice_paid_outside_brings_no_money_and_can_not_be_refunded(till: Till) -> None:
    order = till.pay(till.order(700, interval="month"), tills.LATER_FAILS)
    till.double.advance(days=32)
    till.hear()
    failed = order.payments.get(state="failed")
    till.gateway.client.v1.invoices.pay(failed.ref or "", {"paid_out_of_band": True})
    till.hear()
    paid = order.payments.get(pk=failed.pk)
    assert (paid.state, paid.entries.count()) == ("succeeded", 0)
    with pytest.raises(actions.Refused):
        actions.refund(paid, paid.money, None, "")
    assert paid.refunds.get().state == "failed"
    agree(till)


def test_an_invoice_paid_at_the_second_payment_intent(till: Till) -> None:
    """Stripe lists the newest first, and one that was given up has no money in it."""
    order = till.pay(till.order(700, interval="month"))
    account = till.double.account
    with account.turn():
        paid = account.store.every("invoice_payment")[0]
        given_up = {**paid, "id": "inpay_given_up", "status": "canceled", "_payment_intent": "pi_gone"}
        given_up["payment"] = {"type": "payment_intent", "payment_intent": "pi_gone"}
        account.store.add(given_up)
    actions.settle_order(order, "looking")
    assert order.payments.get().entries.count() == 1
    agree(till)


def test_a_renewal_heard_of_before_the_first_payment(till: Till) -> None:
    order = till.order(700, interval="month")
    till.double.pay(order.session_ref)
    till.double.advance(days=32)
    till.double.webhooks.shuffle(7)
    till.hear()
    first, second = order.payments.order_by("period_start")
    assert (first.state, second.state) == ("succeeded", "succeeded")
    assert not order.payments.filter(ref=None).exists()
    agree(till)


def test_half_a_year_of_renewals_nobody_told_us_of(till: Till) -> None:
    order = till.pay(till.order(700, interval="month"))
    for _ in range(6):
        till.double.advance(days=31)
    till.double.webhooks.drop()
    with till.double.account.turn():
        till.double.account.store.connection.execute("DELETE FROM object WHERE kind = 'event'")
    report = actions.reconcile("stripe")
    assert report.agrees
    assert order.payments.filter(state="succeeded").count() == 7
    agree(till)


def test_an_answer_lost_on_the_way_begins_no_second_checkout(till: Till) -> None:
    from masthead.payments.checkout import Wanted, open_order, send_to_checkout
    from masthead.payments.gateways.stripe.double import Fault

    order = open_order(Wanted("test", "Support", Money(500, "EUR"), "reader@mail.example"), "stripe")
    till.double.faults.order(Fault("lost", "/v1/checkout/sessions", "POST", after=True))
    with pytest.raises(actions.GatewayError):
        send_to_checkout(order, tills.BACK, tills.BACK)
    assert send_to_checkout(order, tills.BACK, tills.BACK).startswith("http")
    assert len(till.gateway.client.v1.checkout.sessions.list().data) == 1


def test_a_refund_whose_answer_was_lost_is_found_not_given_again(till: Till) -> None:
    from masthead.payments.gateways.stripe.double import Fault

    payment = till.pay(till.order(500)).payments.get()
    till.double.faults.order(Fault("error", "/v1/refunds", "POST", after=True))
    with pytest.raises(actions.GatewayError):
        actions.refund(payment, Money(200, "EUR"), None, "")
    assert payment.refunds.get().state == "pending"
    assert Payment.objects.get().refundable == Money(300, "EUR")
    till.double.advance(days=2)  # the key is forgotten by then
    assert actions.ask_for_refunds() == 1
    assert payment.refunds.get().state == "succeeded"
    assert len(till.gateway.client.v1.refunds.list().data) == 1
    agree(till)


def test_a_notice_nobody_can_settle_is_given_up_in_the_end(till: Till) -> None:
    till.pay(till.order(500))
    Notice.objects.create(
        gateway="stripe", ref="evt_x", kind="charge.refunded", about="pi_none", happened_at="2027-01-01T00:00Z"
    )
    for _ in range(notices.PATIENCE):
        Notice.objects.update(not_before="2020-01-01T00:00Z")
        notices.work_through()
    assert Notice.objects.get().outcome.startswith("given up")


@pytest.mark.parametrize(
    ("minor", "currency", "stripes"),
    [
        (500, "EUR", 500),
        (500, "JPY", 500),
        (1500, "KWD", 1500),
        (500, "ISK", 50000),
        (500, "UGX", 50000),
        (500, "MGA", 5),
    ],
)
def test_stripes_units_are_exact(minor: int, currency: str, stripes: int) -> None:
    assert to_stripe(minor, currency) == stripes
    assert from_stripe(stripes, currency.lower()) == minor
    assert from_stripe(-stripes, currency) == -minor


def test_half_a_crown_of_a_fee_is_rounded_up_either_way() -> None:
    assert [from_stripe(each, "ISK") for each in (49, 50, 150, -49, -50)] == [0, 1, 2, 0, -1]


@pytest.mark.parametrize("currency", ["EUR", "USD", "JPY", "KWD", "UAH", "ISK"])
def test_every_currency_adds_up(till: Till, currency: str) -> None:
    payment = till.pay(till.order(100_000, currency)).payments.get()
    actions.refund(payment, Money(40_000, currency), None, "")
    report = actions.reconcile("stripe")
    assert report.agrees, report.differences
    assert list(report.theirs) == [currency]


def test_who_fails_3d_secure_is_told_so_and_can_pay_with_another_card(till: Till) -> None:
    order = till.order(500)
    till.double.pay(order.session_ref, "4000002500003155", passes=False)
    actions.settle_order(order, "came back")
    payment = order.payments.get()
    assert (payment.state, payment.failure_code) == ("failed", "payment_intent_authentication_failure")
    till.pay(order)
    assert order.payments.get().state == "succeeded"
    agree(till)
