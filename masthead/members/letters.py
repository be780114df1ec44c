"""What supporters are written, each letter once: its key says what it is about."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from masthead.mail.actions import write
from masthead.mail.writing import CannotWrite
from masthead.members.models import Contribution, Gift, Membership
from masthead.members.models.memberships import CANCEL_SCHEDULED, ENDED
from masthead.payments.models import Order, Payment

log = logging.getLogger(__name__)

# Days after the first failure on which a member is written to while a renewal fails; the provider tries the card
# again on days of its own.
FAILURE_DAYS = (0, 3, 8, 14)


def _url(name: str, *args: Any) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def _write(key: str, template: str, order: Order, context: dict[str, Any]) -> None:
    address = order.account.email if order.account else order.email
    if not address or address.endswith(".invalid"):  # erased
        return
    with translation.override(order.language):
        said = {"account_url": _url("account_home"), "name": order.name, **context}
        _post(key, address, template, said, order.language, order.name)


def _post(key: str, address: str, template: str, said: dict[str, Any], language: str, name: str) -> bool:
    """False if there is no writing to that address: money and gifts are what they are without a letter."""
    try:
        write(key, address, template, said, language, to_name=" ".join(name.split()))
    except CannotWrite as error:
        log.error("The letter %s can't be written: %s", key, error)  # noqa: TRY400
        return False
    return True


def welcome(membership: Membership) -> None:
    """A new member is welcomed."""
    _write(f"welcome:{membership.uuid}", "welcome", membership.order, {"membership": membership})


def thanks(contribution: Contribution) -> None:
    """Who gave once is thanked."""
    _write(f"thanks:{contribution.uuid}", "thanks", contribution.order, {"contribution": contribution})


def membership_changed(membership: Membership) -> None:
    """It ends with the period, or has ended: said once for each time it comes to that."""
    if membership.state not in {CANCEL_SCHEDULED, ENDED}:
        return
    step = membership.steps.count()
    template = "membership_ended" if membership.state == ENDED else "membership_ends"
    _write(f"{template}:{membership.uuid}:{step}", template, membership.order, {"membership": membership})


def payment_failed(membership: Membership, payment: Payment) -> None:
    """A renewal failed: written to on the days of the schedule that have come, one letter a day of it."""
    since = payment.steps.filter(after="failed").values_list("at", flat=True).first() or payment.created_at
    gone = timezone.now() - since
    days = max((day for day in FAILURE_DAYS if gone >= timedelta(days=day)), default=0)
    context = {"membership": membership, "payment": payment, "last": days == FAILURE_DAYS[-1]}
    _write(f"payment_failed:{payment.uuid}:{days}", "payment_failed", membership.order, context)


def gifts_bought(order: Order) -> None:
    """The buyer is told what happens next, and where the cards to print are."""
    _write(f"gifts_bought:{order.uuid}", "gifts_bought", order, {"order": order, "gifts": list(order.gifts.all())})


def gift(given: Gift, *, reminder: bool = False) -> bool:
    """The gift itself, with its code, or the one reminder. False if there is no writing to the address."""
    key = f"gift_reminder:{given.uuid}" if reminder else f"gift:{given.uuid}"
    template = "gift_reminder" if reminder else "gift"
    context = {"gift": given, "redeem_url": f"{_url('members:redeem')}#{given.code}"}
    with translation.override(given.language):
        return _post(key, given.recipient_email, template, context, given.language, given.recipient_name)


def gift_redeemed(given: Gift) -> None:
    """The buyer learns that it was redeemed, not by whom."""
    _write(f"gift_redeemed:{given.uuid}", "gift_redeemed", given.order, {"gift": given})
