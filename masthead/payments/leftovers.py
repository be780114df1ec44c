"""Leftovers: checkouts nobody came back from, and orders that never got as far as a checkout."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from masthead.lib.states import IllegalMove
from masthead.payments.gateways.base import GatewayError
from masthead.payments.models import Order
from masthead.payments.settling import give_up, settle

MOMENT = timedelta(minutes=2)  # younger checkouts are still on their way
# Longer than a checkout begun with the order's key could be open, should the provider have heard of it after all.
UNSENT = timedelta(days=2)


def settle_open(gateway_name: str) -> int:
    """Ask about every checkout that is still open here, the provider may have closed it; how many were asked about."""
    orders = Order.objects.open().filter(gateway=gateway_name, opened_at__lt=timezone.now() - MOMENT)
    settled = 0
    for ref in orders.exclude(session_ref="").order_by("pk").values_list("session_ref", flat=True):
        try:
            settle(gateway_name, ref, "asked about an open checkout")
            settled += 1
        except (GatewayError, LookupError, IllegalMove):
            continue  # what it means for the books reconcile finds
    return settled


def give_up_unsent() -> int:
    """Abandon orders that never reached a provider: whoever opened them died, or was refused. How many."""
    old = Order.objects.open().filter(session_ref="", opened_at__lt=timezone.now() - UNSENT)
    for order in old:
        give_up(order, "never sent to checkout")
    return len(old)
