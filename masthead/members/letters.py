"""What supporters are written, each letter once: its key says what it is about."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from masthead.mail.actions import CannotWrite, is_to_nobody, write
from masthead.mail.models import Letter
from masthead.mail.writing import plain
from masthead.members import failing
from masthead.members.cards import cards_path
from masthead.members.models import AccessGrant, Contribution, Gift, Membership
from masthead.members.models.memberships import CANCEL_SCHEDULED, ENDED
from masthead.payments.models import Order, Payment

log = logging.getLogger(__name__)

# Days after the first failure on which a member is written to while a renewal fails; the provider tries the card
# again on days of its own.
FAILURE_DAYS = (0, 3, 8, 14)


def _url(name: str, *args: Any) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def _write(key: str, template: str, order: Order, context: dict[str, Any]) -> None:
    """Write to who pays. Whoever was erased has no address any more."""
    if is_to_nobody():
        return
    address = order.account.email if order.account else order.email
    if not address or address.endswith(".invalid"):
        return
    name = plain(order.name)
    with translation.override(order.language):
        said = {"account_url": _url("own_place"), "name": name, **context}
        _post(key, address, template, said, order.language, name, Letter.Priority.MONEY)


def _post(
    key: str, address: str, template: str, said: dict[str, Any], language: str, name: str, priority: Letter.Priority
) -> bool:
    """False if there is no writing to the address: money, access and everybody else's gifts don't hang on a letter."""
    try:
        write(key, address, template, said, language, to_name=name, priority=priority)
    except CannotWrite as refused:
        log.warning("letter %s was not written: %s", key, refused)
        return False
    return True


def welcome(membership: Membership) -> None:
    """A new member is welcomed."""
    order = membership.order
    context = {
        "membership": membership,
        "agreement": getattr(order, "agreement", None),
        "until": _paid_until(membership),
    }
    _write(f"welcome:{membership.uuid}", "welcome", order, context)


def _paid_until(membership: Membership) -> Any:
    """When the time that was paid for ends."""
    sources = [f"payment:{payment}" for payment in membership.order.payments.values_list("uuid", flat=True)]
    ends = AccessGrant.objects.filter(source__in=sources).order_by("-ends_at").values_list("ends_at", flat=True)
    agreement = getattr(membership.order, "agreement", None)
    return ends.first() or (agreement.period_end if agreement else None)


def thanks(contribution: Contribution) -> None:
    """Who gave once is thanked."""
    _write(f"thanks:{contribution.uuid}", "thanks", contribution.order, {"contribution": contribution})


def membership_changed(membership: Membership) -> None:
    """It ends with the period, or has ended: said once for each time it comes to that."""
    if membership.state not in {CANCEL_SCHEDULED, ENDED}:
        return
    step = membership.steps.count()
    template = "membership_ended" if membership.state == ENDED else "membership_ends"
    with translation.override(membership.order.language):
        context = {
            "membership": membership,
            "until": _paid_until(membership),
            "support_url": _url("members:support"),
        }
    _write(f"{template}:{membership.uuid}:{step}", template, membership.order, context)


def payment_failed(membership: Membership, payment: Payment) -> None:
    """A renewal failed: written to on the days of the schedule that have come, one letter a day of it."""
    since = payment.steps.filter(after="failed").values_list("at", flat=True).first() or payment.created_at
    gone = timezone.now() - since
    days = max((day for day in FAILURE_DAYS if gone >= timedelta(days=day)), default=0)
    with translation.override(membership.order.language):
        context = {
            "membership": membership,
            "payment": payment,
            "first": days == FAILURE_DAYS[0],
            "last": days == FAILURE_DAYS[-1],
            "why": failing.why(payment),
            "open_until": failing.grace_ends(payment),
            "mend_url": _url("own_membership_failing", membership.uuid),
        }
    _write(f"payment_failed:{payment.uuid}:{days}", "payment_failed", membership.order, context)


def gifts_bought(order: Order) -> None:
    """The buyer is told what happens next, and where the cards to print are."""
    gifts = list(order.gifts.order_by("pk"))
    expires = max((gift.expires_at for gift in gifts if gift.expires_at), default=None)
    with translation.override(order.language):
        context = {
            "order": order,
            "gifts": gifts,
            "expires_at": expires,
            "cards_url": settings.BASE_URL + cards_path(order) if any(not gift.by_mail for gift in gifts) else "",
        }
    _write(f"gifts_bought:{order.uuid}", "gifts_bought", order, context)


def gift(given: Gift, *, reminder: bool = False) -> bool:
    """The gift itself, with its code, or the one reminder. False if there is no writing to the address."""
    if is_to_nobody():
        return True
    key = f"gift_reminder:{given.uuid}" if reminder else f"gift:{given.uuid}"
    template = "gift_reminder" if reminder else "gift"
    name = plain(given.recipient_name)
    given.from_name = plain(given.from_name)
    with translation.override(given.language):
        context = {"gift": given, "name": name, "redeem_url": f"{_url('members:redeem')}#{given.code}"}
        priority = Letter.Priority.REMINDER if reminder else Letter.Priority.USUAL
        return _post(key, given.recipient_email, template, context, given.language, name, priority)


def gift_redeemed(given: Gift) -> None:
    """The buyer learns that it was redeemed, not by whom."""
    _write(f"gift_redeemed:{given.uuid}", "gift_redeemed", given.order, {"gift": given})
