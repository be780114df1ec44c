"""Failing payments in words: why a renewal wasn't paid, as far as the bank said, and how long the doors stay open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext, gettext_lazy

from masthead.members.models import Membership, Offer
from masthead.members.models.memberships import PAST_DUE
from masthead.payments.models import Payment
from masthead.payments.models.payments import FAILED

_WORDS = {
    "insufficient_funds": gettext_lazy("the bank says that there isn't enough money for it on the account"),
    "expired_card": gettext_lazy("the card has expired"),
    "lost_card": gettext_lazy("the bank says that the card is blocked"),
    "stolen_card": gettext_lazy("the bank says that the card is blocked"),
    "authentication_required": gettext_lazy("the bank wants you to confirm the payment yourself"),
    "incorrect_cvc": gettext_lazy("the card's security code is wrong"),
    "processing_error": gettext_lazy("something went wrong between the banks"),
}


def why(payment: Payment) -> str:
    """Why it failed, to follow a colon."""
    return str(_WORDS.get(payment.failure_code) or gettext("the bank declined it and gave no reason"))


def failing(membership: Membership) -> Payment | None:
    """The renewal that a member is late with."""
    if membership.state != PAST_DUE:
        return None
    return membership.order.payments.filter(state=FAILED).order_by("-period_start", "-pk").first()


def grace_ends(payment: Payment) -> datetime | None:
    """Until when access stays although it wasn't paid."""
    days = Offer.load().grace_days
    return payment.period_start + timedelta(days=days) if payment.period_start and days else None
