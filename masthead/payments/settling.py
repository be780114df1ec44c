"""Settling: ask the provider how an order stands now, and make our rows say so. The one way money gets into them.

Webhook, return page, reconcile and the desk all come here. It may be called at any time, any number of times, by
several processes at once: rows are found by the provider's names, states move only along their allowed ways, and a
picture asked for before another was applied is thrown away and asked for again.
"""

from __future__ import annotations

import logging
import random
import time
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from masthead.accounts.actions import account_for
from masthead.lib.states import IllegalMove
from masthead.payments import documents, purposes
from masthead.payments.gateways.base import (
    AgreementSeen,
    DisputeSeen,
    Foreign,
    Gateway,
    Overtaken,
    PaymentSeen,
    Picture,
    RefundSeen,
)
from masthead.payments.models import Agreement, Dispute, Entry, Order, Payment, Refund
from masthead.payments.models.payments import CANCELED, CREATED, DISPUTED, PAID, PENDING, SUCCEEDED
from masthead.payments.registry import gateway

log = logging.getLogger(__name__)

TRIES = 6  # how often a picture may be overtaken before it is left to the next notice


class Stranger(LookupError):  # noqa: N818
    """The provider knows of something that no order of ours asked for; it is of no concern."""


class Lost(Stranger):
    """The provider knows of an order of ours that isn't here: that is of great concern."""


def settle(gateway_name: str, ref: str, why: str) -> Order:
    """Bring the order that the provider's `ref` belongs to up to date. `why` goes to the record.

    Raises Stranger if no order of ours is behind it (Lost if it says there is one), GatewayError if the provider can't
    be asked, Overtaken if others were always quicker. What can't follow from what we know raises IllegalMove, after
    all else that was seen has been written down: a state nobody thought of must not keep money out of the books.
    """
    provider = gateway(gateway_name)
    number = _order_known(gateway_name, ref) or _order_told(gateway_name, _ask(provider, ref))
    for attempt in range(TRIES):
        turn = Order.objects.values_list("turn", flat=True).get(pk=number)
        picture = _ask(provider, ref)
        with transaction.atomic():
            order = Order.objects.locked().get(pk=number)
            overtaken = order.turn != turn
            refused = [] if overtaken else apply(order, picture, why)
        if refused:
            raise IllegalMove("; ".join(refused))
        if not overtaken:
            return order
        time.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 (so that two don't run in step)
    raise Overtaken(f"order {number} is being settled by others")


def _ask(provider: Gateway, ref: str) -> Picture:
    if not ref:
        raise LookupError("nothing to ask for: it was never sent to the provider")
    try:
        return provider.fetch(ref)
    except Foreign as error:
        raise Stranger(str(error)) from error


def apply(order: Order, picture: Picture, why: str) -> list[str]:
    """Make the rows of a locked order say what a picture shows; in one transaction, with everything that follows.

    Answers the moves that aren't allowed; states that would need them stay as they were.
    """
    order.turn += 1
    order.session_ref = order.session_ref or picture.session_ref
    if order.erased_at is None:
        order.email = order.email or picture.email
        order.name = order.name or " ".join(picture.name.split())[:200]
    agreement = _agree(order, picture.agreement) if picture.agreement else getattr(order, "agreement", None)
    refused = [each for seen in picture.payments if (each := _pay(order, agreement, seen, why))]
    _close(order, picture, why)
    order.save(update_fields=["turn", "session_ref", "email", "name", "account"])
    documents.keep_up(order.payments.order_by("pk"))
    purposes.of(order).settled(order)
    return refused


def give_up(order: Order, why: str) -> None:
    """Abandon an open order that no provider ever heard of. Does nothing for one that has been sent meanwhile."""
    with transaction.atomic():
        kept = Order.objects.locked().get(pk=order.pk)
        if kept.state == Order.OPEN and not kept.session_ref:
            apply(kept, Picture(order=str(kept.uuid), session="expired"), why)


def _order_known(gateway_name: str, ref: str) -> int | None:
    """The order that our own rows connect with a provider's name."""
    if not ref:
        return None
    here = {"gateway": gateway_name}
    for row in (
        Order.objects.filter(**here, session_ref=ref).values_list("pk", flat=True),
        Payment.objects.filter(**here, ref=ref).values_list("order", flat=True),
        Agreement.objects.filter(**here, ref=ref).values_list("order", flat=True),
        Refund.objects.filter(**here, ref=ref).values_list("payment__order", flat=True),
        Dispute.objects.filter(**here, ref=ref).values_list("payment__order", flat=True),
    ):
        if (found := row.first()) is not None:
            return found
    return None


def _order_told(gateway_name: str, picture: Picture) -> int:
    """The order that the provider itself names, or whose agreement or payment it shows."""
    if picture.order:
        try:
            return Order.objects.values_list("pk", flat=True).get(uuid=UUID(picture.order), gateway=gateway_name)
        except Order.DoesNotExist:
            raise (Stranger if picture.elsewhere else Lost)(picture.order) from None
        except ValueError:  # no name we ever gave
            raise Stranger(picture.order) from None
    refs = [payment.ref for payment in picture.payments] + ([picture.agreement.ref] if picture.agreement else [])
    for ref in refs:
        if (found := _order_known(gateway_name, ref)) is not None:
            return found
    raise Stranger(", ".join(refs) or "nothing to go by")


def _agree(order: Order, seen: AgreementSeen) -> Agreement:
    fields = {name: getattr(seen, name) for name in AgreementSeen.__slots__ if name != "ref"}
    agreement, _made = Agreement.objects.update_or_create(
        order=order, gateway=order.gateway, ref=seen.ref, defaults=fields
    )
    return agreement


def _pay(order: Order, agreement: Agreement | None, seen: PaymentSeen, why: str) -> str:
    """Answers the move that isn't allowed, if the payment would have to make one."""
    payment = _row_for(order, seen)
    payment.agreement = agreement
    for name in ("ref", "amount", "currency", "period_start", "period_end", "failure_code", "next_attempt_at"):
        setattr(payment, name, getattr(seen, name))
    for name in ("attempts", "card_brand", "card_last4"):
        setattr(payment, name, getattr(seen, name) or getattr(payment, name))
    payment.save()
    _write_down(payment, seen)
    for refund in seen.refunds:
        _give_back(payment, refund)
    refused = ""
    try:
        _come_to(payment, seen, why)
    except IllegalMove as error:
        refused = f"{seen.ref}: {error}"
        log.error("Order %s, payment %s can't be", order.uuid, refused)  # noqa: TRY400
    if payment.paid_at and order.account is None and order.email and order.erased_at is None:
        with suppress(ValidationError):  # an address only the provider accepts must not keep money out of the books
            order.account = account_for(order.email, order.name)
    return refused


def _row_for(order: Order, seen: PaymentSeen) -> Payment:
    known = Payment.objects.filter(gateway=order.gateway, ref=seen.ref).first()
    if known is not None and known.order_id != order.pk:
        raise Stranger(f"{seen.ref} belongs to another order")
    # The row made when the checkout began has no name yet; the first payment of the order is what it was made for.
    begun = order.payments.filter(ref__isnull=True, state=CREATED).first()
    return known or begun or Payment(order=order, gateway=order.gateway, ref=seen.ref, created_at=seen.at)


def _come_to(payment: Payment, seen: PaymentSeen, why: str) -> None:
    """Walk to the state seen, past every dispute that was opened on the way, also if we hear of it after its end."""
    if seen.state in (*PAID, "charged_back") and not payment.is_paid and payment.state != seen.state:
        payment.move_to(SUCCEEDED, seen.at, why)
    for dispute in seen.disputes:
        if _contest(payment, dispute) and payment.state == SUCCEEDED:
            payment.move_to(DISPUTED, dispute.at, why)
    payment.move_to(seen.state, seen.at, why)


def _contest(payment: Payment, seen: DisputeSeen) -> bool:
    """True if the dispute is new to us."""
    _dispute, new = Dispute.objects.update_or_create(
        gateway=payment.gateway,
        ref=seen.ref,
        defaults={
            "payment": payment,
            "amount": seen.amount,
            "currency": payment.currency,
            "state": seen.state,
            "reason": seen.reason[:60],
            "answer_by": seen.answer_by,
            "opened_at": seen.at,
            "closed_at": seen.closed_at,
        },
    )
    return new


def _give_back(payment: Payment, seen: RefundSeen) -> None:
    refund = (
        Refund.objects.filter(gateway=payment.gateway, ref=seen.ref).first()
        or _asked_for(payment, seen.key)
        or Refund(payment=payment, gateway=payment.gateway, currency=payment.currency, asked_at=seen.at)
    )
    refund.ref, refund.amount, refund.state = seen.ref, seen.amount, seen.state
    refund.reason = refund.reason or seen.reason[:200]
    if seen.state != Refund.PENDING and refund.settled_at is None:
        refund.settled_at = seen.at
    refund.save()


def _asked_for(payment: Payment, key: str) -> Refund | None:
    """The refund that we asked for with this key, if it is one of ours."""
    try:
        return Refund.objects.filter(payment=payment, uuid=UUID(key), ref__isnull=True).first()
    except ValueError:
        return None


def _write_down(payment: Payment, seen: PaymentSeen) -> None:
    known = set(payment.entries.values_list("ref", flat=True))
    Entry.objects.bulk_create(
        Entry(
            payment=payment,
            gateway=payment.gateway,
            ref=line.ref,
            kind=line.kind,
            amount=line.amount,
            fee=line.fee,
            currency=line.currency,
            at=line.at,
        )
        for line in seen.lines
        if line.ref not in known
    )


def _close(order: Order, picture: Picture, why: str) -> None:
    """Paid once is completed, whatever became of the money; what can't be paid any more is abandoned."""
    if order.payments.filter(paid_at__isnull=False).exists():
        order.close(Order.COMPLETED)
    elif picture.session_ref not in {"", order.session_ref}:
        return  # a checkout begun twice, because its first answer was lost: the other one is still open
    elif picture.session == "expired" or (picture.session == "completed" and _came_to_nothing(order, picture)):
        order.close(Order.ABANDONED)
        for payment in order.payments.filter(state=CREATED):
            payment.move_to(CANCELED, _now(), why)


def _came_to_nothing(order: Order, picture: Picture) -> bool:
    """The reader finished the checkout, and the money that was to follow doesn't come."""
    ended = picture.agreement is None or picture.agreement.state == Agreement.ENDED
    states = set(order.payments.values_list("state", flat=True))
    return ended and bool(picture.payments) and not states & {CREATED, PENDING}


def _now() -> datetime:
    return timezone.now()
