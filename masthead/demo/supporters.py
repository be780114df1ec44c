"""The demo's supporters: joining, giving, failing and leaving, played against the double of Stripe.

Nothing is invented in our tables: each reader goes through the same checkout as a real one, at the double, while its
clock runs from then until now. So the books agree, the charts are real, and renewals go on where the history ends.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation

from masthead.accounts.models import Account
from masthead.demo.manuscripts import table
from masthead.lib.money import Money
from masthead.lib.periods import MONTH, YEAR
from masthead.mail.actions import to_nobody
from masthead.members import access, giving, joining
from masthead.members.joining import Payer, Present, Said
from masthead.members.models import Contribution, Gift, Membership, Offer, Price, Tier, TierWords
from masthead.payments.actions import CantRefund, Refused, cancel, confirm_transfer, reconcile, refund
from masthead.payments.models import Order
from masthead.payments.rehearsal import Rehearsal, rehearse

SEED = 1871
DAYS = 400
JOINS = 150
GOOD, MASTERCARD, AMEX = "4242424242424242", "5555555555554444", "378282246310005"
FAILS_LATER, DISPUTED = "4000000000000341", "4000000000000259"


@dataclass(order=True)
class Moment:
    """Something somebody does at a time of the history."""

    at: datetime
    number: int
    act: Callable[[], None]


class History:
    """Plays the moments in their order; what was paid for in the meantime is settled at the end."""

    def __init__(self, stage: Rehearsal, now: datetime) -> None:
        self.stage = stage
        self.now = now
        self.dice = random.Random(SEED)  # noqa: S311 (a story, not a secret)
        self.moments: list[Moment] = []
        self.people = _people(self.dice)
        self.prices = {(price.tier.slug, price.interval): price for price in Price.objects.filter(currency="EUR")}
        self.reasons = table("supporters")["reasons"]

    def at(self, days_ago: float, act: Callable[[], None]) -> None:
        """Put something into the history."""
        moment = self.now - timedelta(days=days_ago, seconds=self.dice.randrange(50_000))
        self.moments.append(Moment(min(moment, self.now - timedelta(minutes=10)), len(self.moments), act))

    def play(self) -> None:
        """Everything in its order. What somebody does may put something later into the history."""
        while self.moments:
            self.moments.sort(reverse=True)
            moment = self.moments.pop()
            self.stage.go_to(moment.at)
            moment.act()
        self.stage.go_to(self.now)

    def days_ago(self) -> float:
        """How long before the history's end it is now."""
        return (self.now - self.stage.now()).total_seconds() / 86400

    def payer(self) -> Payer:
        """Somebody new."""
        name, email = next(self.people)
        return Payer(email, name, "uk" if self.dice.random() < 0.2 else "en")

    def joins(self) -> None:
        """Somebody becomes a member."""
        interval = YEAR if self.dice.random() < 0.72 else MONTH
        slug = self.dice.choices(("reader", "friend", "patron"), (60, 30, 10))[0]
        price = self.prices[slug, interval]
        payer = self.payer()
        minor = self.dice.choice(price.preset_amounts)
        said = Said(payer.name, self.dice.random() < 0.5, self._reason())
        membership = joining.begin_membership(
            price, Money(minor, "EUR"), payer, "stripe", said, cover_fee=self.dice.random() < 0.3
        )
        self._dated(membership.order)
        fate = self.dice.random()
        if fate < 0.06:
            self.stage.begin(membership.order)
            return  # looks at the card page and leaves
        card = FAILS_LATER if fate < 0.13 else self.dice.choice((GOOD, GOOD, GOOD, MASTERCARD, AMEX))
        self.stage.pay(
            membership.order, DISPUTED if fate > 0.994 and interval == YEAR else card, payer.email, payer.name
        )
        if 0.13 < fate < 0.33:
            later = self.days_ago() - self.dice.randrange(20, 320)
            if later > 1:
                self.at(later, lambda: self.leaves(membership))
        elif 0.33 < fate < 0.35:
            self.at(max(self.days_ago() - 2, 0.1), lambda: self.regrets(membership.order))

    def leaves(self, membership: Membership) -> None:
        """A member cancels."""
        membership.refresh_from_db()
        self.stage.settle(membership.order)
        membership.order.agreement.refresh_from_db()
        if membership.order.agreement.state != "ended":
            cancel(membership.order.agreement)

    def regrets(self, order: Order) -> None:
        """Somebody wants their money back."""
        payment = order.payments.paid().first()
        if payment is not None:
            try:
                refund(payment, payment.refundable, None, "asked by mail, two days after")
            except (CantRefund, Refused):
                return

    def gives_once(self) -> None:
        """A contribution."""
        payer = self.payer()
        minor = self.dice.choice((1000, 2000, 2500, 5000, 5000, 10000, 25000))
        said = Said(payer.name, self.dice.random() < 0.4, self._reason())
        contribution = joining.begin_contribution(Money(minor, "EUR"), payer, "stripe", said)
        self._dated(contribution.order)
        self.stage.pay(contribution.order, GOOD, payer.email, payer.name)

    def gives_a_gift(self) -> None:
        """A gift, redeemed some days later by most."""
        payer, (name, email) = self.payer(), next(self.people)
        tier = self.prices["reader", MONTH].tier
        months = self.dice.choice((3, 6, 12))
        each = Money(self.prices["reader", MONTH].amount * months, "EUR")
        order = joining.begin_gifts(tier, months, each, [Present(name, email)], payer, "stripe", payer.name)
        self._dated(order)
        self.stage.pay(order, GOOD, payer.email, payer.name)
        giving.deliver_gifts()
        later = self.days_ago() - self.dice.randrange(1, 25)
        if later > 0.5 and self.dice.random() < 0.75:
            gift = Gift.objects.get(order=order)
            self.at(later, lambda: self.redeems(gift, name, email))

    def redeems(self, gift: Gift, name: str, email: str) -> None:
        """Who got it redeems it."""
        from masthead.accounts.actions import account_for

        giving.redeem_gift(gift.code, account_for(email, name))

    def transfers(self) -> None:
        """A year paid from a bank, confirmed by the reader service three days later."""
        payer, price = self.payer(), self.prices["friend", YEAR]
        membership = joining.begin_membership(price, price.money, payer, "manual", Said(payer.name, is_public=True))
        self._dated(membership.order)
        self.stage.begin(membership.order)
        staff = Account.objects.filter(email="publisher@demo.example").first()
        if self.days_ago() > 4 and staff is not None:
            reference = f"ST{membership.order.pk:06}"
            self.at(
                self.days_ago() - 3,
                lambda: _confirm(membership.order, reference, price.money, self.stage.now(), staff),
            )

    def _dated(self, order: Order) -> None:
        """What was written now, was written then."""
        for model in (Membership, Contribution, Gift):
            model.objects.filter(order=order).update(created_at=self.stage.now())

    def _reason(self) -> str:
        return str(self.dice.choice(self.reasons)) if self.dice.random() < 0.25 else ""


def _confirm(order: Order, reference: str, money: Money, at: datetime, by: Account) -> None:
    confirm_transfer(order, reference, money, at, by)


def _people(dice: random.Random) -> Iterator[tuple[str, str]]:
    names = table("supporters")
    pairs = [(first, last) for first in names["first"] for last in names["last"]]
    dice.shuffle(pairs)
    for first, last in pairs:
        yield f"{first} {last}", f"{first}.{last}@readers.example".lower().replace("’", "")


def write_offer() -> None:
    """The tiers, in both languages, and what they cost."""
    offer = Offer.load()
    offer.currencies = "EUR,USD,UAH"
    offer.save()
    for position, said in enumerate(table("supporters")["tiers"]):
        tier, made = Tier.objects.get_or_create(
            slug=said["slug"], defaults={"position": position, "is_recommended": position == 1}
        )
        if not made:
            continue
        for language in ("en", "uk"):
            own = said[language]
            TierWords.objects.create(
                tier=tier,
                language=language,
                name=own["name"],
                summary=own["summary"],
                benefits="\n".join(own["benefits"]),
            )
        for price in said["prices"]:
            Price.objects.create(tier=tier, **price)


def play_history(say: Callable[[str], None] = lambda _words: None) -> None:
    """The whole story, once: where there is any order already, nothing is done."""
    if not settings.STRIPE_DOUBLE_PORT or Order.objects.exists():
        return
    say("Supporters: more than a year of them")
    now = timezone.now().replace(microsecond=0)
    with to_nobody(), translation.override("en"), rehearse(now - timedelta(days=DAYS + 2)) as stage:
        history = History(stage, now)
        for number in range(JOINS):
            # More of them every month, and a wave at the paper's birthday a year ago and again last month.
            days = DAYS * (1 - history.dice.random() ** 0.6)
            if number % 5 == 0:
                days = history.dice.choice((364, 361, 30, 27)) + history.dice.random() * 5
            history.at(days, history.joins)
        for _ in range(40):
            history.at(history.dice.random() * DAYS, history.gives_once)
        for _ in range(20):
            history.at(history.dice.random() * DAYS, history.gives_a_gift)
        for days in (300, 200, 90, 2, 1):
            history.at(days, history.transfers)
        history.play()
        for gateway in ("stripe", "manual"):
            reconcile(gateway)
    _give_comps()
    _publish_reasons(now)


def _give_comps() -> None:
    from masthead.accounts.actions import account_for

    tier = Tier.objects.get(slug="friend")
    staff = Account.objects.filter(email="publisher@demo.example").first()
    for name, email, why in table("supporters")["comps"]:
        access.give_comp(account_for(email, name), tier, 12, why, staff)


def _publish_reasons(now: datetime) -> None:
    for model in (Membership, Contribution):
        rows = model.objects.filter(is_public=True).exclude(reason="").order_by("pk")
        for number in rows.values_list("pk", flat=True)[:8]:
            model.objects.filter(pk=number).update(reason_published_at=now)
