"""Asking for money: who may send our forms, how one sending makes one order, and the way to the provider's page.

The pages with these forms are pressed: one file for every reader, so no token can stand in them that would tell whose
form it was. What a token is for is had in two other ways. A form is taken only from our own pages (`from_our_pages`),
by what every browser says of where a request comes from. And the session's cookie is SameSite=Lax, so that a form on
another site would come without it: it could do no more than its author could do at home, which is to open an order
that nobody has paid. Nothing is taken, promised or shown before the reader pays on the provider's own page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from masthead.accounts import limits
from masthead.lib import csp
from masthead.lib.states import IllegalMove
from masthead.payments import actions
from masthead.payments.models import Order

ORDERS = "100/h"  # from one network
A_MOMENT = 0.5  # seconds
View = Callable[..., HttpResponse]


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page to the one who asked for it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def from_our_pages(view: View) -> View:
    """Take forms from our own pages only; see above why that is enough, and why there is no token."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _is_ours(request):
            words = {
                "title": _("Please send this from our own page"),
                "words": _("Your browser didn’t say that this form stands on our site. Nothing was ordered."),
            }
            return private(render(request, "pages/said.html", words, status=403))
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def _is_ours(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:  # "none": the reader sends a form again by reloading its answer
        return site in {"same-origin", "none"}
    came_from = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    return came_from.netloc != "" and came_from.netloc in {request.get_host(), urlsplit(settings.BASE_URL).netloc}


def lead_on(request: HttpRequest) -> None:
    """Let this page's form lead to the providers' pages: browsers hold the redirect after it to the policy too."""
    for origin in actions.origins():
        csp.allow(request, "form-action", origin)


def once(request: HttpRequest, nonce: str, begin: Callable[[UUID], Order]) -> Order:
    """The order of this sending of a form: the same however often it is sent, also by two clicks at once.

    Its name is derived from what the page called the sending (`nonce`), all that was sent, and who is signed in. What
    was given up meanwhile is begun anew under the next name. Without a nonce (no script) a second click is a second
    order that nobody pays.
    """
    if not nonce:
        return begin(uuid4())
    for attempt in count():
        name = _name(request, attempt)
        order = Order.objects.filter(uuid=name).first()
        if order is None:
            try:
                with transaction.atomic():
                    return begin(name)
            except IntegrityError:
                order = Order.objects.get(uuid=name)
        order = _brought_up_to_date(order)
        if order.state != Order.ABANDONED:
            return order
    raise AssertionError  # count() never ends


def _name(request: HttpRequest, attempt: int) -> UUID:
    files = [_digest(file) for file in request.FILES.values()]
    sent = [request.path, sorted(request.POST.lists()), files, request.user.pk, attempt]
    mac = hmac.new(settings.SECRET_KEY.encode(), b"order:" + json.dumps(sent).encode(), hashlib.sha256)
    return UUID(bytes=mac.digest()[:16], version=4)


def _digest(file: Any) -> str:
    file.seek(0)
    return hashlib.sha256(file.read()).hexdigest()


def _brought_up_to_date(order: Order) -> Order:
    """As the provider has it now; as we knew it, if the provider can't be asked."""
    try:
        return actions.settle_order(order, "asked for again")
    except (actions.GatewayError, LookupError, IllegalMove):
        return order


def to_the_till(order: Order) -> HttpResponse:
    """Lead to where the order is paid, or to what became of it. Raises GatewayError, Refused, LookupError."""
    back = settings.BASE_URL + reverse("members:back", args=[order.uuid])
    url = back if order.state == Order.COMPLETED else _page_for(order, back)
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return private(response)


def _page_for(order: Order, back: str) -> str:
    try:
        return actions.send_to_checkout(order, back, f"{back}?left=1")
    except actions.GatewayError:
        # The other of two clicks may be asking at this moment, and the provider doesn't take the same question twice.
        time.sleep(A_MOMENT)
        order.refresh_from_db()
        if not order.session_url:
            raise
        return order.session_url


def too_many(request: HttpRequest) -> str:
    """Words for whoever begins too many orders; empty while they may. It keeps stolen cards from being tried here."""
    if limits.from_network(request, "order", ORDERS):
        return ""
    return _("Too many payments were begun from your network. Please wait an hour, or write to us.")


def why_not(error: Exception) -> tuple[str, int]:
    """What to tell a reader whose order can't be paid for now, and the status that says it to machines."""
    if isinstance(error, actions.Refused):
        return _("The payment provider doesn’t take this amount. Please try another amount or way to pay."), 400
    return (
        _("The payment provider can’t be reached at the moment. Nothing was charged; please try again in a minute."),
        503,
    )
