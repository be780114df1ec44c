"""The manual gateway. Its books are the `Transfer` rows that staff enter; its checkout is a page of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from masthead.lib.periods import ONCE, period_end
from masthead.payments.gateways.base import (
    Capabilities,
    MoneyLine,
    NoticeSeen,
    NotOurs,
    PaymentSeen,
    Picture,
    RefundSeen,
    Refused,
    Started,
)
from masthead.payments.models import Entry, Order, Refund, Transfer
from masthead.payments.models.payments import PENDING, SUCCEEDED

NAME = "manual"
PATIENCE = timedelta(days=60)  # an order without a transfer is then given up; money that still comes is taken
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_BELOW = 88  # bits of an order's name that its reference leaves out


def reference_of(order: Order) -> str:
    """What the payer writes on the transfer: 40 bits of the order's name in letters nobody mistakes for each other."""
    number, letters = order.uuid.int >> _BELOW, ""
    for _ in range(8):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return f"{letters[:4]}-{letters[4:]}"


def orders_of_reference(typed: str) -> QuerySet[Order]:
    """The order whose payer writes this on the transfer; none for what is no reference.

    Eight letters say a little less than forty bits, so there are two ranges of names to look in.
    """
    letters = "".join(letter for letter in typed.upper() if letter in ALPHABET)
    rest = "".join(letter for letter in typed.upper() if letter.isalnum())
    if len(letters) != 8 or letters != rest:
        return Order.objects.none()
    number = sum(ALPHABET.index(letter) * len(ALPHABET) ** place for place, letter in enumerate(letters))
    found = Q(pk__in=())
    while number < 1 << 40:
        first = number << _BELOW
        found |= Q(uuid__gte=UUID(int=first), uuid__lt=UUID(int=min(first + (1 << _BELOW), (1 << 128) - 1)))
        number += len(ALPHABET) ** 8
    return Order.objects.filter(found, gateway=NAME)


class ManualGateway:
    """Pays one period at a time; nothing is taken by itself, nothing is given back by itself."""

    name = NAME
    capabilities = Capabilities()

    def start_checkout(self, order: Order, return_url: str, cancel_url: str) -> Started:
        """The page that names the account and the reference."""
        origin = return_url.split("/", 3)[:3]
        return Started(str(order.uuid), "/".join(origin) + reverse("payments:transfer", args=[order.uuid]))

    def fetch(self, ref: str) -> Picture:
        """What the statement says of an order, or of a transfer's order."""
        order = _order_named(ref)
        if order is None:
            transfer = Transfer.objects.filter(reference=ref).select_related("order").first()
            if transfer is None:
                raise LookupError(ref)
            order = transfer.order
        over = order.opened_at < timezone.now() - PATIENCE and not order.transfers.exists()
        return Picture(
            order=str(order.uuid),
            session="expired" if over else "open",
            session_ref=str(order.uuid),
            payments=(self._payment(order),),
        )

    def _payment(self, order: Order) -> PaymentSeen:
        transfers = list(order.transfers.order_by("booked_at", "pk"))
        total, at = 0, order.opened_at
        for each in transfers:
            if each.amount > 0:
                # What is paid too much, or twice, moves no period.
                at = each.booked_at if total < order.amount else at
                total += each.amount
        paid = total >= order.amount
        return PaymentSeen(
            ref=str(order.uuid),
            state=SUCCEEDED if paid else PENDING,
            amount=max(total, order.amount),
            currency=order.currency,
            at=at,
            period_start=at if paid and order.interval != ONCE else None,
            period_end=period_end(at, order.interval) if paid and order.interval != ONCE else None,
            lines=tuple(_line(each) for each in transfers),
            refunds=tuple(
                RefundSeen(each.reference, -each.amount, Refund.SUCCEEDED, each.booked_at)
                for each in transfers
                if each.amount < 0 and paid
            ),
        )

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> NoticeSeen:
        """A bank sends none."""
        raise NotOurs("bank transfers come without notices")

    def list_notices(self, since: datetime) -> Iterator[NoticeSeen]:
        """None."""
        return iter(())

    def list_money(self, since: datetime | None = None) -> Iterator[MoneyLine]:
        """Every transfer entered."""
        rows = Transfer.objects.select_related("order").order_by("booked_at", "pk")
        for transfer in rows.filter(booked_at__gte=since) if since else rows:
            yield _line(transfer)

    def expire(self, session_ref: str) -> None:
        """A page of ours needs no closing."""

    def origins(self) -> list[str]:
        """None but our own."""
        return []

    def brands(self) -> list[str]:
        """No cards."""
        return []

    def cancel(self, agreement_ref: str, *, at_end: bool, key: str) -> None:
        """There is no agreement with a bank."""
        raise Refused("A bank transfer isn't repeated by itself; there is nothing to cancel.")

    def resume(self, agreement_ref: str, key: str) -> None:
        """See `cancel`."""
        self.cancel(agreement_ref, at_end=True, key=key)

    def pause(self, agreement_ref: str, until: datetime | None, key: str) -> None:
        """See `cancel`."""
        self.cancel(agreement_ref, at_end=True, key=key)

    def change_amount(self, agreement_ref: str, amount: int, currency: str, interval: str, key: str) -> None:
        """See `cancel`."""
        self.cancel(agreement_ref, at_end=True, key=key)

    def defer_renewal(self, agreement_ref: str, until: datetime, key: str) -> None:
        """See `cancel`."""
        self.cancel(agreement_ref, at_end=True, key=key)

    def refund(self, payment_ref: str, amount: int, key: str) -> None:
        """Staff send it at the bank."""
        raise Refused("Send the money back at the bank, then enter that transfer with a negative amount.")

    def retry(self, payment_ref: str) -> None:
        """Nobody can fetch it."""
        raise Refused("A bank transfer can't be tried again from here.")

    def portal_url(self, customer_ref: str, return_url: str) -> str:
        """There is none."""
        raise Refused("A bank transfer needs no card.")


def _order_named(ref: str) -> Order | None:
    try:
        return Order.objects.filter(gateway=NAME, uuid=UUID(ref)).first()
    except ValueError:
        return None


def _line(transfer: Transfer) -> MoneyLine:
    kind = Entry.CHARGE if transfer.amount > 0 else Entry.REFUND
    return MoneyLine(
        ref=transfer.reference,
        kind=kind,
        amount=transfer.amount,
        fee=0,
        currency=transfer.currency,
        at=transfer.booked_at,
        about=str(transfer.order.uuid),
    )
