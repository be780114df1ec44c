"""Whatever happens in whatever order: the balance transactions agree with every object they come from."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from masthead.payments.gateways.stripe.double import Double, Endpoint
from masthead.payments.gateways.stripe.double.tests.shop import START, checkout, line

NUMBERS = st.sampled_from(
    [
        "4242424242424242",
        "4000000000000002",
        "4000002500003155",
        "4000000000000259",
        "4000000000000341",
        "4000000000005126",
    ]
)
AMOUNTS = {
    "eur": st.integers(50, 100_000),
    "jpy": st.integers(50, 9_000),
    "kwd": st.integers(20, 900).map(lambda n: n * 10),
}
CURRENCIES = st.sampled_from(sorted(AMOUNTS))


class Books(RuleBasedStateMachine):
    """A newsroom's years, at random."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []
        self.double = Double(start=START, endpoints=[Endpoint("whsec_x", send=self.take)])
        self.client = self.double.client()

    def take(self, payload: bytes, headers: dict[str, str]) -> int:
        event = self.client.construct_event(payload, headers["Stripe-Signature"], "whsec_x")
        self.taken.append(event.id)
        return 200 if len(self.taken) % 3 else 500

    @rule(data=st.data(), currency=CURRENCIES, number=NUMBERS)
    def buy(self, data: Any, currency: str, number: str) -> None:
        amount = max(data.draw(AMOUNTS[currency]), 150 if currency == "kwd" else 50)
        self.double.pay(checkout(self.client, line_items=[line(amount, currency)]).id, number)

    @rule(currency=st.sampled_from(["eur", "jpy"]), number=NUMBERS, interval=st.sampled_from(["week", "month", "year"]))
    def subscribe(self, currency: str, number: str, interval: str) -> None:
        items = [line(700, currency, interval)]
        session = checkout(self.client, "subscription", line_items=items, customer_email="a@example.org")
        self.double.pay(session.id, number)

    @rule(days=st.integers(0, 40), seconds=st.integers(0, 4000))
    def wait(self, days: int, seconds: int) -> None:
        self.double.advance(seconds=days * 86_400 + seconds)

    @precondition(lambda self: self.client.v1.charges.list().data)
    @rule(pick=st.integers(0, 9), share=st.integers(1, 120))
    def refund(self, pick: int, share: int) -> None:
        charges = self.client.v1.charges.list().data
        charge = charges[pick % len(charges)]
        amount = charge.amount * share // 100 // 10 * 10
        left = charge.amount - charge.amount_refunded
        possible = charge.paid and not charge.disputed and 0 < amount <= left
        try:
            self.client.v1.refunds.create({"charge": charge.id, "amount": amount})
        except stripe.InvalidRequestError:
            assert not possible

    @precondition(lambda self: self.client.v1.disputes.list().data)
    @rule(won=st.booleans())
    def decide(self, won: bool) -> None:
        dispute = self.client.v1.disputes.list().data[0]
        if dispute.status == "needs_response":
            self.double.decide(dispute.id, won=won)

    @precondition(lambda self: self.client.v1.subscriptions.list().data)
    @rule(what=st.sampled_from(["cancel", "period_end", "new_card", "put_off", "fail"]))
    def change(self, what: str) -> None:
        subscription = self.client.v1.subscriptions.list().data[0]
        customer = str(subscription.customer)
        if what == "cancel":
            self.client.v1.subscriptions.cancel(subscription.id)
        elif what == "period_end":
            self.client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
        elif what == "new_card":
            self.double.set_card(customer)
        elif what == "fail":
            self.double.next_charge(customer, "generic_decline", "insufficient_funds")
        else:
            later = self.double.now() + 86_400 * 50
            self.client.v1.subscriptions.update(subscription.id, {"trial_end": later, "proration_behavior": "none"})

    @rule(seed=st.integers(0, 99))
    def deliver(self, seed: int) -> None:
        self.double.webhooks.shuffle(seed)
        self.double.deliver()

    @rule()
    def audit(self) -> None:
        self.the_books_agree()
        self.each_paid_invoice_has_its_charge()

    def teardown(self) -> None:
        self.audit()
        self.double.close()

    def the_books_agree(self) -> None:
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for charge in self.client.v1.charges.list({"limit": 100}).auto_paging_iter():
            assert 0 <= charge.amount_refunded <= charge.amount
            if charge.paid:
                sums[charge.currency]["charges"] += charge.amount
        for refund in self.client.v1.refunds.list({"limit": 100}).auto_paging_iter():
            if refund.status == "succeeded":
                sums[refund.currency]["refunds"] -= refund.amount
        for dispute in self.client.v1.disputes.list({"limit": 100}).auto_paging_iter():
            sums[dispute.currency]["disputes"] -= 0 if dispute.status == "won" else dispute.amount
        for currency, money in self.double.money().items():
            found = sums[currency]
            assert (money.charges, money.refunds, money.disputes) == (
                found["charges"], found["refunds"], found["disputes"],
            )  # fmt: skip

    def each_paid_invoice_has_its_charge(self) -> None:
        for invoice in self.client.v1.invoices.list({"limit": 100, "status": "paid"}).auto_paging_iter():
            paid = self.client.v1.invoice_payments.list({"invoice": invoice.id, "status": "paid"}).data
            assert len(paid) == (1 if invoice.total else 0)
            assert invoice.amount_paid == sum(payment.amount_paid or 0 for payment in paid) == invoice.total


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.slow
class TestBooksForLong(Books.TestCase):
    """The same for much longer."""

    settings = settings(max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
