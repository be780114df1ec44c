"""Life at random: readers, staff, banks and the network do what they like; then the books are laid side by side.

Everything is drawn by hypothesis, so that what goes wrong is shrunk to the few steps that make it go wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from masthead.lib.money import Money
from masthead.lib.periods import MONTH, YEAR, months_after
from masthead.members import joining
from masthead.members.giving import CantRedeem, redeem_gift
from masthead.members.models import Gift
from masthead.members.tests import factories
from masthead.members.tests.books import check
from masthead.members.tests.shop import open_shop, reader
from masthead.payments import actions, notices
from masthead.payments.gateways.stripe.double import Fault
from masthead.payments.gateways.stripe.double.errors import ApiError
from masthead.payments.models import Agreement, Order, Payment
from masthead.payments.tests import till as tills

CARDS = [
    tills.GOOD,
    tills.GOOD,
    tills.DECLINED,
    tills.DISPUTED,
    tills.LATER_FAILS,
    "4000002500003155",  # 3-D Secure
    "4000002760003184",  # and again for each renewal
    "4000000000005126",  # refunds come back
]
CURRENCIES = ["EUR", "USD", "JPY", "KWD"]
DAYS = [0.02, 0.05, 1, 3, 10, 35]
some = st.integers(0, 11)
cards = st.sampled_from(CARDS)


class Life(RuleBasedStateMachine):
    """One newsroom, one provider, four readers."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(_forgotten())
        self.shop = self.stack.enter_context(open_shop())
        self.client = self.shop.gateway.client

    @initialize()
    def open(self) -> None:
        """The newsroom offers a tier in each currency."""
        self.tiers = {code: factories.tier(currency=code, prices={MONTH: 1000, YEAR: 9000}) for code in CURRENCIES}
        self.readers = [f"reader{number}@mail.example" for number in range(4)]

    # Readers

    @rule(which=some, kind=st.sampled_from([MONTH, MONTH, YEAR, "once", "gift", "gifts"]), money=some)
    def begin(self, which: int, kind: str, money: int) -> None:
        """A reader is sent to the provider's page; on the way there the network may break."""
        currency = CURRENCIES[money % len(CURRENCIES)]
        payer, tier = self.shop.payer(self.readers[which % 4]), self.tiers[currency]
        with may_fail():
            if kind == "once":
                order = joining.begin_contribution(Money(700, currency), payer, "stripe").order
            elif kind.startswith("gift"):
                each = joining.Present("A Friend", f"friend{which}@mail.example")
                presents = [each] * (3 if kind == "gifts" else 1)
                order = joining.begin_gifts(tier, 1, Money(1500, currency), presents, payer, "stripe")
            else:
                price = tier.prices.get(interval=kind)
                order = joining.begin_membership(price, price.money, payer, "stripe").order
            self.shop.send(order)

    @precondition(lambda self: self.open_orders())
    @rule(which=some, card=cards, passes=st.booleans(), returns=st.booleans())
    def pay(self, which: int, card: str, passes: bool, returns: bool) -> None:
        """Pay at the provider's page, or be declined; come back, or close the window."""
        order = pick(self.open_orders(), which)
        if not order.session_ref:
            with may_fail():
                self.shop.send(order)
        if order.session_ref:
            self.shop.double.pay(order.session_ref, card, passes=passes)
            if returns:
                with may_fail():
                    actions.settle_order(order, "came back")

    @precondition(lambda self: Gift.objects.exists())
    @rule(which=some, who=some)
    def redeem(self, which: int, who: int) -> None:
        """Somebody tries a code."""
        gift = pick(Gift.objects.order_by("pk"), which)
        with suppress(CantRedeem):
            redeem_gift(gift.code, reader(self.readers[who % 4]))

    @precondition(lambda self: Agreement.objects.exists())
    @rule(which=some, what=st.sampled_from(["cancel", "now", "resume", "pause", "change", "interval", "defer", "card"]))
    def manage(self, which: int, what: str) -> None:
        """A member changes something."""
        agreement = pick(Agreement.objects.order_by("pk"), which)
        with may_fail():
            if what in {"cancel", "now"}:
                actions.cancel(agreement, at_end=what == "cancel")
            elif what == "resume":
                actions.resume(agreement)
            elif what == "pause":
                actions.pause(agreement, months_after(timezone.now(), 1) if which % 2 else None)
            elif what == "change":
                actions.change(agreement, Money(agreement.amount + 1000, agreement.currency), agreement.interval)
            elif what == "interval":
                actions.change(agreement, agreement.money, YEAR if agreement.interval == MONTH else MONTH)
            elif what == "defer":
                actions.defer(agreement, months_after(agreement.period_end, 1))
            else:
                self.shop.double.set_card(agreement.customer_ref)

    # Staff

    @precondition(lambda self: Payment.objects.paid().exists())
    @rule(which=some, part=st.sampled_from([1, 2, 4]), dashboard=st.booleans())
    def refund(self, which: int, part: int, dashboard: bool) -> None:
        """Give part or all back, here or at the provider's dashboard."""
        payment = pick(Payment.objects.paid().order_by("pk"), which)
        amount = payment.amount // part // 10 * 10 or payment.amount
        with may_fail():
            if not dashboard:
                actions.refund(payment, Money(amount, payment.currency), None, "asked for it")
            elif charges := self.charges():
                charge = pick(charges, which).id
                self.shop.dashboard(lambda: self.client.v1.refunds.create({"charge": charge, "amount": amount}))

    @precondition(lambda self: Payment.objects.failing().exists())
    @rule(which=some)
    def retry(self, which: int) -> None:
        """Try a failed payment again."""
        with may_fail():
            actions.retry(pick(Payment.objects.failing().order_by("pk"), which))

    @rule(which=some, minor=st.sampled_from([4000, 9000, -4000]))
    def transfer(self, which: int, minor: int) -> None:
        """A line of the bank's statement: for an order that waits for it, or a new one."""
        waiting = Order.objects.filter(gateway="manual").order_by("pk")
        if which % 3 == 0 or not waiting:
            price = self.tiers["EUR"].prices.get(interval=YEAR)
            joining.begin_membership(price, price.money, self.shop.payer(self.readers[which % 4]), "manual")
        with suppress(ValueError):
            by = reader("staff@mail.example")
            at = timezone.now()
            actions.confirm_transfer(pick(waiting.all(), which), f"{which}-{minor}", Money(minor, "EUR"), at, by)

    # Banks

    @rule(which=some, won=st.booleans())
    def dispute(self, which: int, won: bool) -> None:
        """A bank takes a payment back, or decides."""
        with may_fail(), suppress(ZeroDivisionError):
            disputes = self.shop.dashboard(self.client.v1.disputes.list).data
            opened = [each for each in disputes if each.status == "needs_response"]
            if opened and which % 2:
                self.shop.double.decide(pick(opened, which).id, won=won)
            else:
                self.shop.double.dispute(pick(self.charges(), which).id)

    # Time and the network

    @rule(days=st.sampled_from(DAYS))
    def advance(self, days: float) -> None:
        """Time goes by at the provider, and nobody looks."""
        self.shop.double.advance(seconds=int(days * 86400))

    @rule(do=st.sampled_from(["drop", "duplicate", "delay", "hold"]), times=st.integers(1, 6))
    def disturb(self, do: str, times: int) -> None:
        """The next webhooks are lost, doubled, late or held."""
        self.shop.double.webhooks.rule(do, times=times, seconds=7200)

    @rule(seed=some)
    def shuffle(self, seed: int) -> None:
        """What waits is delivered in another order."""
        self.shop.double.webhooks.shuffle(seed)

    @rule(what=st.sampled_from(["all", "deliver", "work", "release", "lose"]))
    def hear(self, what: str) -> None:
        """Webhooks come; or are taken and not worked through; or are lost."""
        if what == "lose":
            self.shop.double.webhooks.drop()
        elif what == "release":
            self.shop.double.webhooks.release()
        elif what == "work":
            notices.work_through()
        elif what == "deliver":
            self.shop.double.deliver()
        else:
            self.shop.hear()

    @rule(do=st.sampled_from(["error", "lost"]), after=st.booleans(), times=st.integers(1, 4))
    def fail(self, do: str, after: bool, times: int) -> None:
        """The provider fails, before or after it has done what was asked."""
        self.shop.double.faults.order(Fault(do, "/v1/*", after=after, times=times))

    @rule()
    def duties(self) -> None:
        """The clock comes round."""
        with may_fail():
            self.shop.do_duties()

    @rule()
    def settle_books(self) -> None:
        """The network is whole again for a moment, and the books must agree."""
        self.make_whole()

    def make_whole(self) -> None:
        """Nothing fails any more; what was lost stays lost; then reconcile, and look at everything."""
        self.shop.double.faults.clear()
        self.shop.double.webhooks.rules.clear()
        self.shop.double.webhooks.drop()
        self.shop.post.clear()
        self.shop.double.advance(seconds=600)
        for name in ("stripe", "manual"):
            actions.reconcile(name)
        self.shop.do_duties()
        check(self.shop)

    def charges(self) -> list[Any]:
        """All charges at the provider, paid or declined."""
        return list(self.shop.dashboard(lambda: self.client.v1.charges.list({"limit": 100})).data)

    def open_orders(self) -> list[Order]:
        """What could still be paid."""
        return list(Order.objects.open().filter(gateway="stripe").order_by("pk"))

    def teardown(self) -> None:
        """However it went, the books agree in the end."""
        try:
            if hasattr(self, "tiers"):
                self.make_whole()
        finally:
            self.stack.close()


def pick(things: Any, which: int) -> Any:
    """One of them."""
    found = list(things)
    return found[which % len(found)]


@contextmanager
def may_fail() -> Iterator[None]:
    """The provider may say no, or not answer; a reader or staff then sees a message."""
    with suppress(actions.GatewayError, actions.Refused, actions.CantRefund, ApiError):
        yield


@contextmanager
def _forgotten() -> Iterator[None]:
    """Everything in the database is as it was afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
