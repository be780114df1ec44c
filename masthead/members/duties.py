"""Duties: what time alone brings about. Called by the clock; each may be called at any moment, by any process."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from masthead.lib.states import IllegalMove
from masthead.members.erasing import end_at_provider
from masthead.members.giving import close_gifts, deliver_gifts, remind_of_gifts, tell_deferrals
from masthead.members.models import Membership, Offer
from masthead.members.models.memberships import PAST_DUE
from masthead.payments.actions import (
    GatewayError,
    Refused,
    ask_for_refunds,
    cancel,
    gateways,
    give_up_unsent,
    reconcile,
    settle_open,
    settle_order,
    work_through,
)
from masthead.payments.models import Agreement, Order
from masthead.payments.models.payments import FAILED, PAID
from masthead.payments.retention import forget_old

log = logging.getLogger(__name__)


def every_second() -> bool:
    """What a reader may be waiting for: payments that were told of, gifts whose time has come."""
    return bool(work_through()) | bool(deliver_gifts())


def every_minute() -> bool:
    """What can wait a minute."""
    return bool(ask_for_refunds()) | bool(tell_deferrals()) | bool(end_at_provider())


def every_hour() -> bool:
    """What runs out."""
    done = [remind_of_gifts(), close_gifts(), look_after_memberships(), end_unpaid(), give_up_unsent(), forget_old()]
    return any([*done, *map(settle_open, gateways())])


def every_day() -> bool:
    """Lay the books side by side; what was never told is found."""
    agreed = True
    for name in gateways():
        report = reconcile(name)
        if not report.agrees:
            log.error("The books of %s differ on %d lines: see `masthead reconcile`", name, len(report.differences))
            agreed = False
    return agreed


def look_after_memberships() -> int:
    """Ask about memberships whose paid time is over, or whose payment is late: letters and ends follow from it."""
    now = timezone.now()
    over = Membership.objects.going().filter(order__payments__period_end__lt=now)
    running = Membership.objects.filter(order__payments__period_end__gte=now, order__payments__state__in=PAID)
    due = over.exclude(pk__in=running.values("pk")) | Membership.objects.filter(state=PAST_DUE)
    done = 0
    for order in Order.objects.filter(membership__in=due.values("pk")).distinct():
        try:
            settle_order(order, "its time is over")
            done += 1
        except (GatewayError, LookupError, IllegalMove):
            continue
    return done


def end_unpaid() -> int:
    """End what nobody tries to collect any more and whose grace is over, where the provider leaves that to us."""
    over = timezone.now() - timedelta(days=Offer.load().grace_days)
    given_up = Agreement.objects.filter(
        order__membership__state=PAST_DUE,
        state=Agreement.PAST_DUE,
        payments__state=FAILED,
        payments__next_attempt_at__isnull=True,
        payments__period_start__lt=over,
    )
    done = 0
    for agreement in given_up.distinct():
        try:
            cancel(agreement, at_end=False)
            done += 1
        except (GatewayError, Refused, LookupError, IllegalMove):
            continue
    return done
