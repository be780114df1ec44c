"""What providers tell us, taken in at the door; and the page that says how to pay by bank transfer."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from masthead.payments import actions
from masthead.payments.gateways.manual.gateway import NAME as MANUAL
from masthead.payments.gateways.manual.gateway import reference_of
from masthead.payments.models import Order

log = logging.getLogger(__name__)

LARGEST_NOTICE = 1024 * 1024  # bytes


@csrf_exempt  # a provider has no cookie and no form; its signature is what is trusted
@require_POST
def webhook(request: HttpRequest, gateway: str) -> HttpResponse:
    """Keep a provider's notice and say so at once; what it means is asked later, by whoever works through notices.

    Anything but a notice we can trust is answered 400, and its words are not kept, nor logged: they are anybody's.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_NOTICE:
        return _word("too large", 413)
    try:
        body = request.body
    except (RequestDataTooBig, OSError):
        return _word("too large", 413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        new = actions.receive(gateway, headers, body)
    except actions.NotOurs as refused:
        log.warning("A notice for %s of %d bytes was refused: %s", gateway, len(body), refused)
        return _word("not ours", 400)
    except LookupError:
        return _word("no such gateway", 404)
    return _word("kept" if new else "known", 200)


def _word(word: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{word}\n", content_type="text/plain; charset=utf-8", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def transfer(request: HttpRequest, number: UUID) -> HttpResponse:
    """The account, the amount and the reference to write on the transfer, to be copied or printed."""
    order = get_object_or_404(Order, uuid=number, gateway=MANUAL)
    context = {
        "title": _("Bank transfer"),
        "order": order,
        "amount": order.money.format(get_language() or settings.LANGUAGE_CODE),
        "plain_amount": str(order.money.major),
        "account": [line.strip() for line in settings.BANK_ACCOUNT.splitlines() if line.strip()],
        "reference": reference_of(order),
        "paid": order.state == Order.COMPLETED,
    }
    response = render(request, "pages/transfer.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
