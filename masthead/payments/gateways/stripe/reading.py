"""Reading Stripe's objects: what they mean in our words. Nothing here asks Stripe for anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from masthead.payments.gateways.base import AgreementSeen, DisputeSeen, MoneyLine, PaymentSeen, RefundSeen
from masthead.payments.gateways.stripe.amounts import from_stripe
from masthead.payments.models import Agreement, Dispute, Entry, Refund
from masthead.payments.models.payments import CANCELED, CHARGED_BACK, DISPUTED, FAILED, PENDING, SUCCEEDED

# Stripe's type of a line in its books → ours. Types that aren't about a reader's payment (payouts, Stripe's own
# charges to us) have no place in the ledger.
KINDS = {
    "charge": Entry.CHARGE,
    "payment": Entry.CHARGE,
    "refund": Entry.REFUND,
    "payment_refund": Entry.REFUND,
    "refund_failure": Entry.REFUND_FAILED,
    "payment_failure_refund": Entry.REFUND,
    "adjustment": Entry.DISPUTE,
}
_REFUND_STATES = {"succeeded": Refund.SUCCEEDED, "failed": Refund.FAILED, "canceled": Refund.CANCELED}
_DISPUTE_STATES = {"won": Dispute.WON, "lost": Dispute.LOST, "prevented": Dispute.WON}
_AGREEMENT_STATES = {
    "active": Agreement.ACTIVE,
    "trialing": Agreement.ACTIVE,  # how a deferred renewal looks
    "past_due": Agreement.PAST_DUE,
    "unpaid": Agreement.PAST_DUE,
    "incomplete": Agreement.PAST_DUE,
    "paused": Agreement.PAUSED,
}
_BRANDS = {"amex": "american-express", "diners": "diners-club"}


def moment(seconds: int) -> datetime:
    """Stripe's time, which is seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def moment_or_none(seconds: int | None) -> datetime | None:
    """The same where there may be none."""
    return moment(seconds) if seconds else None


def name_of(thing: Any) -> str:
    """The id of what may be an id, an object or nothing."""
    return thing if isinstance(thing, str) else thing.id if thing else ""


def remembered(thing: Any, name: str) -> str:
    """What we asked Stripe to remember with an object."""
    return str(thing.metadata[name]) if thing.metadata and name in thing.metadata else ""


def brand(name: str | None) -> str:
    """A card's brand as our pictures of cards are named."""
    return _BRANDS.get(name or "", (name or "").replace("_", "-"))


def line(transaction: Any, about: str) -> MoneyLine | None:
    """A line of Stripe's books, or None if it isn't about a reader's payment."""
    kind = KINDS.get(transaction.type)
    if kind is None:
        return None
    if kind == Entry.DISPUTE and transaction.amount > 0:
        kind = Entry.DISPUTE_WON
    currency = transaction.currency.upper()
    return MoneyLine(
        ref=transaction.id,
        kind=kind,
        amount=from_stripe(transaction.amount, currency),
        fee=from_stripe(transaction.fee, currency),
        currency=currency,
        at=moment(transaction.created),
        about=about,
    )


def agreement(subscription: Any) -> AgreementSeen:
    """A subscription. The period stands on its one item since Stripe's API of 2025-03-31."""
    item = subscription["items"].data[0]
    currency = item.price.currency.upper()
    card = getattr(subscription.default_payment_method, "card", None)
    pause = subscription.pause_collection
    paused = subscription.status in {"active", "trialing"} and pause
    details = subscription.cancellation_details
    return AgreementSeen(
        ref=subscription.id,
        state=Agreement.PAUSED if paused else _AGREEMENT_STATES.get(subscription.status, Agreement.ENDED),
        amount=from_stripe(item.price.unit_amount or 0, currency) * (item.quantity or 1),
        currency=currency,
        interval=item.price.recurring.interval,
        anchor=moment(subscription.billing_cycle_anchor),
        period_start=moment(item.current_period_start),
        period_end=moment(item.current_period_end),
        cancel_at_end=bool(subscription.cancel_at_period_end or subscription.cancel_at),
        paused_until=moment_or_none(pause.resumes_at) if pause else None,
        ended_at=moment_or_none(subscription.ended_at),
        end_reason=(details and details.reason) or "",
        customer_ref=name_of(subscription.customer),
        card_brand=brand(card.brand) if card else "",
        card_last4=card.last4 if card else "",
        card_expires=f"{card.exp_year}-{card.exp_month:02}" if card else "",
    )


def intent(payment: Any, disputes: list[Any], refunds: list[Any]) -> PaymentSeen:
    """A payment intent with its latest charge expanded, and that charge's disputes and refunds."""
    charge = payment.latest_charge
    card = charge and charge.payment_method_details and getattr(charge.payment_method_details, "card", None)
    contested = [dispute(each) for each in disputes if not each.status.startswith("warning")]
    error = payment.last_payment_error
    return PaymentSeen(
        ref=payment.id,
        state=_state(payment, contested),
        amount=from_stripe(payment.amount, payment.currency),
        currency=payment.currency.upper(),
        at=moment(charge.created if charge else payment.created),
        failure_code=_why(error)[:60] if error else "",
        attempts=1 if charge else 0,
        card_brand=brand(card.brand) if card else "",
        card_last4=card.last4 if card else "",
        lines=tuple(lines_of(payment.id, charge, disputes, refunds)),
        refunds=tuple(refund(each) for each in refunds),
        disputes=tuple(contested),
    )


def _why(error: Any) -> str:
    """The bank's word if it has said one: whoever fails 3-D Secure never got as far as the bank's answer."""
    return getattr(error, "decline_code", None) or getattr(error, "code", None) or ""


def _state(payment: Any, disputes: list[DisputeSeen]) -> str:
    if payment.status == "succeeded":
        if any(each.state == Dispute.LOST for each in disputes):
            return CHARGED_BACK
        return DISPUTED if any(each.state == Dispute.OPEN for each in disputes) else SUCCEEDED
    if payment.status == "canceled":
        return CANCELED
    return FAILED if payment.status == "requires_payment_method" and payment.last_payment_error else PENDING


def lines_of(about: str, charge: Any, disputes: list[Any], refunds: list[Any]) -> list[MoneyLine]:
    """Every line of the books that a charge has led to."""
    if not charge:
        return []
    transactions = [charge.balance_transaction]
    for each in refunds:
        transactions += [each.balance_transaction, getattr(each, "failure_balance_transaction", None)]
    for each in disputes:
        transactions += each.balance_transactions
    found = [line(each, about) for each in transactions if each]
    return [each for each in found if each is not None]


def refund(seen: Any) -> RefundSeen:
    """A refund; our own key is in its metadata."""
    return RefundSeen(
        ref=seen.id,
        amount=from_stripe(seen.amount, seen.currency),
        state=_REFUND_STATES.get(seen.status, Refund.PENDING),
        at=moment(seen.created),
        reason=seen.reason or "",
        key=remembered(seen, "refund"),
    )


def dispute(seen: Any) -> DisputeSeen:
    """A dispute. Stripe says neither when it was closed; the last line of the books about it does."""
    state = _DISPUTE_STATES.get(seen.status, Dispute.OPEN)
    last = max([each.created for each in seen.balance_transactions], default=seen.created)
    return DisputeSeen(
        ref=seen.id,
        amount=from_stripe(seen.amount, seen.currency),
        state=state,
        at=moment(seen.created),
        reason=seen.reason or "",
        answer_by=moment_or_none(seen.evidence_details.due_by if seen.evidence_details else None),
        closed_at=moment(last) if state != Dispute.OPEN else None,
    )


def invoice(seen: Any, made: list[PaymentSeen], status: str) -> PaymentSeen:
    """An invoice of a subscription; `made` of the payment intents behind it, `status` that of the first of them."""
    paid_by = made[0] if made else None
    base = {name: getattr(paid_by, name) for name in PaymentSeen.__slots__} if paid_by else {}
    for name in ("lines", "refunds", "disputes"):
        base[name] = tuple(part for each in made for part in getattr(each, name))
    period = _period(seen)
    return PaymentSeen(
        **{
            **base,
            "ref": seen.id,
            "state": _invoice_state(seen, [each.state for each in made], status),
            "amount": from_stripe(seen.amount_due, seen.currency),  # without what the payer's balance paid
            "currency": seen.currency.upper(),
            "at": _invoice_time(seen, paid_by),
            "period_start": moment(period.start) if period else None,
            "period_end": moment(period.end) if period else None,
            "next_attempt_at": moment_or_none(seen.next_payment_attempt),
            "attempts": seen.attempt_count,
        }
    )


def _invoice_state(seen: Any, states: list[str], status: str) -> str:
    if seen.status == "paid":
        return next((name for name in (CHARGED_BACK, DISPUTED) if name in states), SUCCEEDED)
    if seen.status == "void":
        return CANCELED
    if seen.status == "uncollectible":  # given up, but whoever wants can still pay it
        return FAILED
    # A renewal that waits for the payer to be authenticated has failed until they are: nobody is there.
    return FAILED if seen.attempted and status != "processing" else PENDING


def _invoice_time(seen: Any, paid_by: PaymentSeen | None) -> datetime:
    changes = seen.status_transitions
    at = changes.paid_at or changes.voided_at or changes.marked_uncollectible_at
    return moment(at) if at else paid_by.at if paid_by else moment(seen.created)


def _period(seen: Any) -> Any:
    """The time the invoice's subscription line pays for; the invoice's own period is the one before it."""
    periods = [each.period for each in seen.lines.data if each.period.end > each.period.start]
    return max(periods, key=lambda period: period.end, default=None)
