"""Orders: what the press is told inside a transaction, and carries out after it, come what may.

The row is written with the change it follows from, so both are there or neither. The process that commits
carries out what readers must see at once; the rest, and all that a dead process left, falls to `work_once`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from masthead.press.models import Order

log = logging.getLogger(__name__)

# A living process is given this long; a dead one's orders are taken over at once.
LEASE = timedelta(seconds=15)
ATTEMPTS = 10
FURTHEST = timedelta(seconds=2**ATTEMPTS)  # nothing is put off so far; if it looks so, the clock was set back
LONGEST_WAIT = 60  # seconds until a disk that refuses is asked again


def place(kind: Order.Kind, target: str, reason: str) -> Order:
    """Write an order down as this process's own, inside the caller's transaction."""
    return Order.objects.create(
        kind=kind, target=target, reason=reason[:200], claimed_by=os.getpid(), claimed_at=timezone.now()
    )


def claim(limit: int = 200, *, after: int = 0) -> list[Order]:
    """Take over open orders that nobody alive is carrying out, oldest first; with `after`, only newer ones."""
    now = timezone.now()
    waiting = Order.objects.filter(done_at__isnull=True, pk__gt=after).filter(
        Q(not_before__isnull=True) | Q(not_before__lte=now) | Q(not_before__gt=now + FURTHEST)
    )
    free = [order for order in waiting.order_by("id")[:limit] if _is_free(order)]
    if free:
        with transaction.atomic():
            Order.objects.filter(pk__in=[order.pk for order in free]).update(claimed_by=os.getpid(), claimed_at=now)
    return free


def _is_free(order: Order) -> bool:
    if order.claimed_by is None or order.claimed_at is None or order.claimed_by == os.getpid():
        return True
    return abs(timezone.now() - order.claimed_at) > LEASE or not Path(f"/proc/{order.claimed_by}").exists()


def release(orders: Iterable[Order]) -> None:
    """Let any process carry these out."""
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(claimed_by=None, claimed_at=None)


def leave(orders: Iterable[Order]) -> None:
    """Let any process press the pages of these tags, which are stamped: whatever is rendered since then is new."""
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(claimed_by=None, claimed_at=timezone.now())


def is_stamped(order: Order) -> bool:
    """Whether this order, as it was when it was claimed, was left by one who had stamped its tag."""
    return order.claimed_by is None and order.claimed_at is not None


def finish(orders: Iterable[Order]) -> None:
    """Say that these are carried out."""
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(done_at=timezone.now())


def put_off(order: Order, *, for_ever: bool = False) -> None:
    """Try again later, twice as late each time. After ten attempts the order is closed, unless it is `for_ever`.

    A page that can't be rendered keeps its old words; but what must be taken away may never stay for want of a disk.
    """
    order.attempts = min(order.attempts + 1, 1000)
    now = timezone.now()
    seconds = 2 ** min(order.attempts, ATTEMPTS) / 2
    order.not_before = now + timedelta(seconds=min(seconds, LONGEST_WAIT) if for_ever else seconds)
    order.claimed_by = order.claimed_at = None
    order.done_at = now if order.attempts >= ATTEMPTS and not for_ever else None
    if order.done_at:
        log.error("Given up after %d attempts: %s (%s)", order.attempts, order, order.reason)
    order.save(update_fields=["attempts", "not_before", "claimed_by", "claimed_at", "done_at"])
