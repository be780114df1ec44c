"""What may be done with money. Whatever changes something at a provider is asked with a key, then settled."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from masthead.accounts.models import Account
from masthead.lib.money import MOST, Money
from masthead.payments.checkout import Wanted, offered, open_order, send_to_checkout
from masthead.payments.gateways.base import GatewayError, NotOurs, Refused
from masthead.payments.gateways.manual.gateway import NAME as MANUAL
from masthead.payments.gateways.manual.gateway import orders_of_reference, reference_of
from masthead.payments.leftovers import give_up_unsent, settle_open
from masthead.payments.models import Agreement, Order, Payment, Refund, Transfer
from masthead.payments.models.transfers import REFERENCE_LENGTH
from masthead.payments.notices import receive, work_through
from masthead.payments.reconcile import reconcile
from masthead.payments.registry import gateway, gateways
from masthead.payments.settling import Stranger, settle

__all__ = [
    "MANUAL",
    "CantRefund",
    "GatewayError",
    "NotOurs",
    "Refused",
    "Stranger",
    "Wanted",
    "ask_for_refunds",
    "brands",
    "cancel",
    "change",
    "close_checkout",
    "confirm_transfer",
    "defer",
    "gateway",
    "gateways",
    "give_up_unsent",
    "offered",
    "open_order",
    "orders_of_reference",
    "origins",
    "pause",
    "portal_url",
    "receive",
    "reconcile",
    "reference_of",
    "refund",
    "resume",
    "retry",
    "send_to_checkout",
    "settle",
    "settle_open",
    "settle_order",
    "work_through",
]


class CantRefund(ValueError):  # noqa: N818
    """The amount isn't there to be given back; the argument is what is, as Money."""


def brands() -> list[str]:
    """The cards the gateways accept, each once, in their order."""
    return list(dict.fromkeys(brand for each in gateways().values() for brand in each.brands()))


def origins() -> list[str]:
    """Whose pages readers are sent to from a form: a page with such a form allows them in its policy."""
    return list(dict.fromkeys(origin for each in gateways().values() for origin in each.origins()))


def settle_order(order: Order, why: str) -> Order:
    """Bring an order up to date; does nothing for one that was never sent to a provider."""
    return settle(order.gateway, order.session_ref, why) if order.session_ref else order


def refund(payment: Payment, amount: Money, by: Account | None, reason: str, left: Money | None = None) -> Refund:
    """Give back part or all of a payment.

    The refund is a row before the provider is asked, so that neither a crash nor a second click gives back twice.
    Who decided on the amount says what was `left` to give back then; if it is less by now, somebody was quicker.
    Raises CantRefund for that, for more than is left or another currency, Refused if the provider won't, GatewayError
    if it can't be asked now: then the refund stays under way and is asked for again.
    """
    if not gateway(payment.gateway).capabilities.refunds:
        gateway(payment.gateway).refund(payment.ref or "", amount.minor, "")
    with transaction.atomic():
        Order.objects.locked().get(pk=payment.order_id)
        fresh = Payment.objects.get(pk=payment.pk)
        overtaken = left is not None and left != fresh.refundable
        if overtaken or amount.currency != fresh.currency or not 0 < amount.minor <= fresh.refundable.minor:
            raise CantRefund(fresh.refundable)
        row = Refund.objects.create(
            payment=fresh,
            gateway=fresh.gateway,
            amount=amount.minor,
            currency=amount.currency,
            reason=reason[:200],
            by=by,
        )
    _ask_for_refund(row)
    row.refresh_from_db()
    return row


def _ask_for_refund(row: Refund) -> None:
    payment = row.payment
    try:
        gateway(row.gateway).refund(payment.ref or "", row.amount, str(row.uuid))
    except Refused as error:
        Refund.objects.filter(pk=row.pk).update(state=Refund.FAILED, reason=f"{row.reason} ({error})"[:200])
        raise
    settle(row.gateway, payment.ref or "", "refund")


def ask_for_refunds() -> int:
    """Ask again for refunds that a crash or an outage left behind; how many were. They are settled first.

    What the provider carried out without our hearing the answer is found by its key, not given twice.
    """
    done = 0
    for row in Refund.objects.filter(state=Refund.PENDING, ref__isnull=True).select_related("payment"):
        try:
            settle(row.gateway, row.payment.ref or "", "refund left behind")
            row.refresh_from_db()
            if row.ref is None:
                _ask_for_refund(row)
            done += 1
        except (GatewayError, Refused, LookupError):
            continue
    return done


def cancel(agreement: Agreement, *, at_end: bool = True) -> None:
    """End an agreement, with its period or at once. Raises Refused, GatewayError.

    One that has ended already, at the provider's or by another click, is as it should be.
    """
    verb = "cancel-at-end" if at_end else "cancel"
    try:
        gateway(agreement.gateway).cancel(agreement.ref, at_end=at_end, key=_key(verb, agreement))
    except (Refused, LookupError):
        settle(agreement.gateway, agreement.ref, "canceled")
        agreement.refresh_from_db()
        if agreement.state != Agreement.ENDED:
            raise
        return
    settle(agreement.gateway, agreement.ref, "canceled")


def close_checkout(order: Order) -> None:
    """Have nobody pay an order any more. Raises Refused, GatewayError."""
    gateway(order.gateway).expire(order.session_ref)
    settle_order(order, "closed")
    order.refresh_from_db()
    if order.state == Order.OPEN and not gateway(order.gateway).capabilities.notices:
        order.close(Order.ABANDONED)  # a page of our own, which no provider tells us of


def resume(agreement: Agreement) -> None:
    """Take back a cancellation or a pause. Raises Refused, GatewayError."""
    gateway(agreement.gateway).resume(agreement.ref, _key("resume", agreement))
    settle(agreement.gateway, agreement.ref, "resumed")


def pause(agreement: Agreement, until: datetime | None) -> None:
    """Ask for no money until then. Raises Refused, GatewayError."""
    verb = f"pause-{until:%Y%m%d%H%M%S}" if until else "pause"
    gateway(agreement.gateway).pause(agreement.ref, until, _key(verb, agreement))
    settle(agreement.gateway, agreement.ref, "paused")


def change(agreement: Agreement, money: Money, interval: str) -> None:
    """From the next period on, another amount or interval. Raises Refused, GatewayError."""
    key = _key(f"change-{money.minor}-{money.currency}-{interval}", agreement)
    gateway(agreement.gateway).change_amount(agreement.ref, money.minor, money.currency, interval, key)
    settle(agreement.gateway, agreement.ref, "changed")


def defer(agreement: Agreement, until: datetime) -> None:
    """The next payment only then. Raises Refused, GatewayError."""
    key = _key(f"defer-{until:%Y%m%d%H%M%S}", agreement)
    gateway(agreement.gateway).defer_renewal(agreement.ref, until, key)
    settle(agreement.gateway, agreement.ref, "renewal deferred")


def retry(payment: Payment) -> None:
    """Try a failed payment again now. Raises Refused, GatewayError."""
    try:
        gateway(payment.gateway).retry(payment.ref or "")
    finally:
        settle(payment.gateway, payment.ref or "", "tried again")


def portal_url(agreement: Agreement, return_url: str) -> str:
    """Where the payer changes the card. Raises Refused, GatewayError."""
    return gateway(agreement.gateway).portal_url(agreement.customer_ref, return_url)


def confirm_transfer(order: Order, reference: str, money: Money, booked_at: datetime, by: Account) -> Transfer:
    """Note what the bank's statement shows: money that came, or (a negative amount) was sent back.

    Raises ValueError, saying what is wrong, for a reference missing, too long or noted before, an order that isn't paid
    by transfer, another currency, nothing, more than a statement can show, or more sent back than came.
    """
    reference = " ".join(reference.split())
    _check_transfer(order, reference, money)
    try:
        with transaction.atomic():
            Order.objects.locked().get(pk=order.pk)
            there = sum(order.transfers.values_list("amount", flat=True))
            if there + money.minor < 0:
                raise ValueError(f"No more than {Money(there, order.currency)} of this order could be sent back.")
            transfer = Transfer.objects.create(
                order=order,
                reference=reference,
                amount=money.minor,
                currency=money.currency,
                booked_at=booked_at,
                by=by,
            )
    except IntegrityError:
        raise ValueError("This reference has been noted before.") from None
    settle(MANUAL, str(order.uuid), "transfer confirmed")
    return transfer


def _check_transfer(order: Order, reference: str, money: Money) -> None:
    if order.gateway != MANUAL:
        raise ValueError("This order isn't paid by bank transfer.")
    if not 0 < len(reference) <= REFERENCE_LENGTH:
        raise ValueError(
            f"A transfer needs the reference from the statement, of at most {REFERENCE_LENGTH} characters."
        )
    if money.currency != order.currency:
        raise ValueError(f"The order is in {order.currency}.")
    if not 0 < abs(money.minor) <= MOST:
        raise ValueError("This is no amount that a statement shows.")


def _key(verb: str, agreement: Agreement) -> str:
    """The same for a repeated click, another once anything has been settled since."""
    turn = Order.objects.values_list("turn", flat=True).get(pk=agreement.order_id)
    return f"{verb}:{agreement.ref}:{turn}"
