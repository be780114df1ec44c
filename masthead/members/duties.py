"""Duties: what time alone brings about. Called by the clock; each may be called at any moment, by any process."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from masthead.lib.states import IllegalMove
from masthead.members.erasing import end_at_provider
from masthead.members.giving import close_gifts, deliver_gifts, remind_of_gifts, tell_deferrals
from masthead.members.models import Membership
from masthead.members.models.memberships import PAST_DUE
from masthead.payments.actions import GatewayError, ask_for_refunds, settle_order, work_through
from masthead.payments.models import Order
from masthead.payments.retention import forget_old

STALE = timedelta(days=1)


def every_second() -> bool:
    """What a reader may be waiting for: payments that were told of, gifts whose time has come."""
    return bool(work_through()) | bool(deliver_gifts())


def every_minute() -> bool:
    """What can wait a minute."""
    return bool(ask_for_refunds()) | bool(tell_deferrals()) | bool(end_at_provider())


def every_hour() -> bool:
    """What runs out."""
    return bool(remind_of_gifts()) | bool(close_gifts()) | bool(look_after_memberships()) | bool(forget_old())


def look_after_memberships() -> int:
    """Ask about memberships whose paid time is over, or whose payment is late: letters and ends follow from it."""
    now = timezone.now()
    over = Membership.objects.going().filter(order__payments__period_end__lt=now)
    running = Membership.objects.filter(order__payments__period_end__gte=now, order__payments__state="succeeded")
    due = over.exclude(pk__in=running.values("pk")) | Membership.objects.filter(state=PAST_DUE)
    done = 0
    for order in Order.objects.filter(membership__in=due.values("pk")).distinct():
        try:
            settle_order(order, "its time is over")
            done += 1
        except (GatewayError, LookupError, IllegalMove):
            continue
    return done
