"""Checkout: from what a reader asked for to the provider's page, with nothing asked twice."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from masthead.accounts.models import Account
from masthead.lib.money import MOST, AmountError, Money
from masthead.lib.periods import ONCE
from masthead.payments.gateways.base import Gateway
from masthead.payments.models import Order, Payment
from masthead.payments.registry import gateway, gateways


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader is about to pay for. `money` is all that is asked for, `fee_cover` the part for fees."""

    purpose: str
    title: str
    money: Money
    email: str
    interval: str = ONCE
    fee_cover: int = 0
    name: str = ""
    language: str = "en"
    account: Account | None = None
    uuid: UUID | None = None  # what the order is to be called, so that asking twice makes one; else a new name


def offered(interval: str, currency: str) -> list[Gateway]:
    """The gateways that can take this, in the newsroom's order. A bank transfer pays one year, not again and again."""
    return [
        each
        for each in gateways().values()
        if (each.capabilities.recurring or interval != "month")
        and (not each.capabilities.currencies or currency in each.capabilities.currencies)
    ]


@transaction.atomic
def open_order(wanted: Wanted, gateway_name: str) -> Order:
    """Write down an order and its first payment, before anything is said to the provider.

    Raises LookupError for a gateway that isn't set up or can't take it, AmountError for an amount nobody can pay,
    IntegrityError for a name that is taken.
    """
    if not 0 < wanted.money.minor <= MOST or not 0 <= wanted.fee_cover < wanted.money.minor:
        raise AmountError("size")
    if gateway(gateway_name) not in offered(wanted.interval, wanted.money.currency):
        raise LookupError(f"{gateway_name} can't take {wanted.money} {wanted.interval}")
    order = Order.objects.create(
        uuid=wanted.uuid or uuid4(),
        purpose=wanted.purpose,
        title=wanted.title,
        amount=wanted.money.minor,
        currency=wanted.money.currency,
        fee_cover=wanted.fee_cover,
        interval=wanted.interval,
        gateway=gateway_name,
        account=wanted.account,
        email=wanted.email,
        name=wanted.name,
        language=wanted.language,
    )
    Payment.objects.create(order=order, gateway=gateway_name, amount=order.amount, currency=order.currency)
    return order


def send_to_checkout(order: Order, return_url: str, cancel_url: str) -> str:
    """Where the reader pays. Calling it again for the same order gives the same page, also after a crash in between.

    Raises GatewayError if the provider can't be asked, Refused if it won't take the order.
    """
    if order.session_url and order.state == Order.OPEN:
        return order.session_url
    started = gateway(order.gateway).start_checkout(order, return_url, cancel_url)
    Order.objects.filter(pk=order.pk).update(session_ref=started.ref, session_url=started.url)
    order.session_ref, order.session_url = started.ref, started.url
    return started.url
