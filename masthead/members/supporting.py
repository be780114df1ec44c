"""Supporting: what an order that was settled means for memberships, contributions, gifts and access.

Everything is derived from the order's rows and may be derived again: a payment that was granted for stays granted for,
a state that follows is come to, a letter that was written is written.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from masthead.lib.periods import months_after
from masthead.members import letters
from masthead.members.giving import put_off_renewals
from masthead.members.models import AccessGrant, Contribution, Gift, Membership, Offer, Tier
from masthead.members.models.gifts import ABANDONED as GIFT_ABANDONED
from masthead.members.models.gifts import PAYMENT_PENDING, PURCHASED, REFUNDED
from masthead.members.models.memberships import ABANDONED, ACTIVE, CANCEL_SCHEDULED, ENDED, PAST_DUE, PENDING
from masthead.payments.models import Agreement, Order, Payment
from masthead.payments.models.payments import CHARGED_BACK, CREATED, FAILED
from masthead.payments.models.payments import PENDING as PENDING_PAYMENT
from masthead.payments.purposes import Tax

# What the provider says of an agreement's end → our reason.
_END_REASONS = {
    "cancellation_requested": "canceled",
    "payment_failed": "payment_failed",
    "payment_disputed": "charged_back",
}
RENEWING = timedelta(hours=3)  # from a period's end until it is known whether the next was paid
_STATES = {Agreement.ACTIVE: ACTIVE, Agreement.PAUSED: ACTIVE, Agreement.PAST_DUE: PAST_DUE}


def tax_of(tier: Tier | None) -> Tax:
    """How a tier is taxed; support without a tier isn't."""
    return Tax(tier.tax_category, tier.tax_percent) if tier else Tax()


class Memberships:
    """The purpose "membership"."""

    def tax(self, order: Order) -> Tax:
        """As its tier says."""
        return tax_of(order.membership.tier)

    def settled(self, order: Order) -> None:
        """Grant what was paid for, take back what was lost, and come to the state that follows."""
        membership = Membership.objects.select_for_update().get(order=order)
        if membership.account is None and order.account is not None:
            membership.account = order.account
            membership.save(update_fields=["account"])
        for payment in order.payments.all():
            _grant(membership, payment)
        self._come_to_what_follows(membership, order)

    def _come_to_what_follows(self, membership: Membership, order: Order) -> None:
        agreement: Agreement | None = getattr(order, "agreement", None)
        if membership.begun_at is None and not order.payments.filter(paid_at__isnull=False).exists():
            if order.state == Order.ABANDONED and membership.state == PENDING:
                membership.move_to(ABANDONED, "the checkout was left")
            return
        if membership.begun_at is None:
            first = order.payments.exclude(paid_at=None).order_by("paid_at").first()
            membership.move_to(ACTIVE, "first payment", at=first.paid_at if first else None)
            letters.welcome(membership)
        before = membership.state
        state, reason = _what_follows(membership, order, agreement)
        at = agreement.ended_at if agreement is not None and state == ENDED else None
        if membership.state != ENDED and membership.move_to(state, "settled", reason, at):
            letters.membership_changed(membership)
        if agreement is not None and membership.account is not None:
            if membership.state == PAST_DUE:
                _bear_with(membership, agreement)
            elif membership.is_going and agreement.state == Agreement.ACTIVE:
                _keep_open(membership, agreement)
        if before == CANCEL_SCHEDULED and membership.state == ACTIVE:
            put_off_renewals(membership)


def _what_follows(membership: Membership, order: Order, agreement: Agreement | None) -> tuple[str, str]:
    """The state a membership that was paid for should be in now, and why if it has ended."""
    if agreement is None:
        return _without_agreement(membership, order)
    if agreement.state == Agreement.ENDED:
        if order.payments.filter(state=CHARGED_BACK).exists():
            return ENDED, "charged_back"
        given_up = order.payments.filter(state=FAILED, next_attempt_at__isnull=True).exists()
        if membership.state == PAST_DUE and given_up:
            return ENDED, "payment_failed"
        return ENDED, _END_REASONS.get(agreement.end_reason, "canceled")
    state = _STATES[agreement.state]
    return (CANCEL_SCHEDULED, "") if state == ACTIVE and agreement.cancel_at_end else (state, "")


def _without_agreement(membership: Membership, order: Order) -> tuple[str, str]:
    """Paid once for one period: it runs out by itself, unless the money went back."""
    grants = AccessGrant.objects.filter(source__in=[_source(payment) for payment in order.payments.all()])
    if grants.standing().filter(ends_at__gt=timezone.now()).exists():
        return ACTIVE, ""
    if order.payments.filter(state=CHARGED_BACK).exists():
        return ENDED, "charged_back"
    return ENDED, "refunded" if grants.exists() and not grants.standing().exists() else "expired"


def _source(payment: Payment) -> str:
    return f"payment:{payment.uuid}"


def _grant(membership: Membership, payment: Payment) -> None:
    """One paid payment, one grant that stands; taken back by name when the whole of it went back to the payer.

    If the payer's bank then sends the money back to us, there is another grant for it.
    """
    why_not = _why_not(payment)
    grants = AccessGrant.objects.filter(source=_source(payment)).order_by("pk")
    known = list(grants.select_related("revocation"))
    standing = [grant for grant in known if not hasattr(grant, "revocation")]
    if why_not:
        for grant in standing:
            grant.revoke(why_not)
    elif payment.is_paid and payment.period_end and membership.account and not standing:
        if any(grant.revocation.reason not in _RULES for grant in known):
            return  # what staff revoked stays revoked
        start = payment.period_start or payment.paid_at or payment.created_at
        AccessGrant.objects.create(
            source=_source(payment),
            period=f"{start:%Y-%m-%d}" + (f" ({len(known) + 1})" if known else ""),
            account=membership.account,
            tier=membership.tier,
            starts_at=start,
            ends_at=payment.period_end,
        )


_RULES = ("the payment was charged back", "the payment was given back")


def _why_not(payment: Payment) -> str:
    if payment.state == CHARGED_BACK:
        return _RULES[0]
    return _RULES[1] if payment.amount and payment.given_back.minor >= payment.amount else ""


def _bear_with(membership: Membership, agreement: Agreement) -> None:
    """While a renewal fails the doors stay open for the days of grace, counted once from the unpaid period's start."""
    failed = agreement.payments.filter(state=FAILED).order_by("-period_start").first()
    if failed is None or failed.period_start is None:
        return
    if days := Offer.load().grace_days:
        _bear_from(membership, failed.period_start, timedelta(days=days))
    letters.payment_failed(membership, failed)


def _keep_open(membership: Membership, agreement: Agreement) -> None:
    """A period has begun and the provider is about to charge for it, which takes it an hour or so: stay open."""
    now, start = timezone.now(), agreement.period_start
    before = agreement.payments.filter(paid_at__isnull=False, period_end__lte=start)
    decided = agreement.payments.filter(period_start=start).exclude(state__in=(CREATED, PENDING_PAYMENT))
    if start > now or not before.exists() or decided.exists():
        return
    if not AccessGrant.objects.filter(account=membership.account).covering(now).exists():
        _bear_from(membership, start, timedelta(days=Offer.load().grace_days) or RENEWING)


def _bear_from(membership: Membership, start: datetime, length: timedelta) -> None:
    assert membership.account is not None  # whose doors would stay open?
    AccessGrant.objects.get_or_create(
        source=f"grace:{membership.uuid}",
        period=f"{start:%Y-%m-%d}",
        defaults={
            "account": membership.account,
            "tier": membership.tier,
            "starts_at": start,
            "ends_at": start + length,
        },
    )


class Contributions:
    """The purpose "contribution"."""

    def tax(self, order: Order) -> Tax:
        """A contribution is a donation."""
        return Tax()

    def settled(self, order: Order) -> None:
        """Know whose it was, and thank."""
        contribution = Contribution.objects.get(order=order)
        if contribution.account is None and order.account is not None:
            contribution.account = order.account
            contribution.save(update_fields=["account"])
        if order.payments.paid().exists():
            letters.thanks(contribution)


class Gifts:
    """The purpose "gift"."""

    def tax(self, order: Order) -> Tax:
        """As the tier given."""
        gift = order.gifts.select_related("tier").first()
        return tax_of(gift.tier if gift else None)

    def settled(self, order: Order) -> None:
        """Paid gifts wait for their day; those that weren't paid, or whose money went back, are void."""
        paid = any(payment.is_paid and payment.given_back.minor < payment.amount for payment in order.payments.all())
        gone = not paid and any(payment.paid_at for payment in order.payments.all())
        for gift in Gift.objects.select_for_update().filter(order=order):
            if gift.buyer is None and order.account is not None:
                gift.buyer = order.account
                gift.save(update_fields=["buyer"])
            if paid and gift.state in {PAYMENT_PENDING, GIFT_ABANDONED, REFUNDED}:
                self._purchased(gift)
            elif gone and gift.state in {PAYMENT_PENDING, GIFT_ABANDONED, PURCHASED}:
                gift.move_to(REFUNDED, "the money went back")
            elif gift.state == PAYMENT_PENDING and order.state == Order.ABANDONED:
                gift.move_to(GIFT_ABANDONED, "the checkout was left")
        if paid:
            letters.gifts_bought(order)

    def _purchased(self, gift: Gift) -> None:
        now = timezone.now()
        gift.expires_at = gift.expires_at or months_after(now, Offer.load().gift_valid_months)
        if gift.by_mail and (gift.deliver_at is None or gift.deliver_at < now):
            gift.deliver_at = now
        gift.move_to(PURCHASED, "paid")
