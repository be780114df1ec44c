"""Coming back from the provider's page: what became of the order, whoever asks, however often and however late."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.lib.states import IllegalMove
from masthead.members import cards, joining
from masthead.members.models import Gift
from masthead.members.views.asking import private
from masthead.payments import actions
from masthead.payments.models import Order
from masthead.payments.models.payments import FAILED, PENDING

log = logging.getLogger(__name__)

FORMS = {
    joining.MEMBERSHIP: "members:support",
    joining.CONTRIBUTION: "members:contribute",
    joining.GIFT: "members:gift",
}
AGAIN = 5  # seconds after which a page that waits for the provider looks again, by script


@require_safe
def back(request: HttpRequest, number: UUID) -> HttpResponse:
    """Ask the provider how the order stands, and say it. Looking changes nothing that asking again would not."""
    order = get_object_or_404(Order, uuid=number)
    reached = True
    try:
        if order.state != Order.COMPLETED:
            order = actions.settle_order(order, "came back")
    except (actions.GatewayError, LookupError, IllegalMove):
        reached = False
    except Exception:  # whatever broke on our side: who has just paid is told that nothing is lost, not that it broke
        log.exception("Order %s can't be settled", order.uuid)
        reached = False
    if not reached:
        order.refresh_from_db()
    if order.state == Order.OPEN and order.session_url.startswith(f"{settings.BASE_URL}/"):
        return private(redirect(order.session_url))  # a page of ours that says how to pay
    how = _how(order, reached=reached, left="left" in request.GET)
    response = private(render(request, "pages/back.html", {**_context(order), "how": how, "again": AGAIN}))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _how(order: Order, *, reached: bool, left: bool) -> str:
    """thanks, expired, unreached, failed, under_way, left or unpaid."""
    if order.state == Order.COMPLETED:
        return "thanks"
    if order.state == Order.ABANDONED:
        return "expired"
    if not reached:
        return "unreached"
    states = set(order.payments.values_list("state", flat=True))
    if PENDING in states:
        return "under_way"
    if FAILED in states:
        return "failed"
    return "left" if left else "unpaid"


def _context(order: Order) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    gifts = list(Gift.objects.filter(order=order).order_by("pk")[:3]) if order.purpose == joining.GIFT else []
    count = order.gifts.count() if gifts else 0
    return {
        "title": _("Your support"),
        "order": order,
        "amount": order.money.format(language, short=True),
        "form_url": reverse(FORMS.get(order.purpose, "members:support")),
        "pay_url": order.session_url if order.state == Order.OPEN else "",
        "gifts": gifts,
        "more_gifts": count - len(gifts),
        "cards_url": cards.cards_path(order) if order.gifts.filter(by_mail=False).exists() else "",
        "now": timezone.now(),
    }
