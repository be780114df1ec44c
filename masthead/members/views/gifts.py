"""Giving memberships: to one, to many by a list, and the cards that are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from masthead.lib.periods import MONTH, ONCE, YEAR
from masthead.members import cards, joining, offering
from masthead.members.forms.gifts import GiftForm, ManyGiftsForm
from masthead.members.models import Gift, Offer
from masthead.members.models.gifts import ABANDONED, PAYMENT_PENDING, PURCHASED
from masthead.members.models.offer import TAG
from masthead.members.offering import Present
from masthead.members.views.asking import from_our_pages, lead_on, once, private, to_the_till, too_many, why_not
from masthead.members.views.support import payer_of, shared_context
from masthead.payments import actions
from masthead.payments.models import Order
from masthead.press.tags import carry

Lengths = Sequence[Sequence[Present]]


@from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """A gift for one person."""
    return _giving(request, GiftForm, "one")


@from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def give_many(request: HttpRequest) -> HttpResponse:
    """Gifts for a class, a team, a street."""
    return _giving(request, ManyGiftsForm, "many")


def _giving(request: HttpRequest, form_class: type[GiftForm] | type[ManyGiftsForm], kind: str) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    offer, offered = Offer.load(), offering.tiers()
    currencies = offering.currencies(offered, offer.currency_codes, (MONTH, YEAR))
    wanted = said.get("in") or ""
    currency = wanted if wanted in currencies else next(iter(currencies), "EUR")
    lengths = offering.as_gifts(offered, currency)
    page = {"kind": kind, "currencies": currencies, "currency": currency, "lengths": lengths, "offer": offer}
    if request.method != "POST":
        carry(request, TAG)
        request.press_vary = ("in",)  # type: ignore[attr-defined]
        return _page(request, page)
    known_as = getattr(request.user, "email", "")
    form = form_class(request.POST, request.FILES, lengths=lengths, currency=currency, known_as=known_as)
    if not lengths or not form.is_valid():
        return private(_page(request, page, form, 400))
    if words := too_many(request):
        form.add_error(None, words)
        return private(_page(request, page, form, 429))
    try:
        return to_the_till(once(request, form.cleaned_data["nonce"], lambda name: _begin(request, form, name)))
    except (actions.GatewayError, actions.Refused, LookupError) as error:
        words, status = why_not(error)
        form.add_error(None, words)
        return private(_page(request, page, form, status))


def _begin(request: HttpRequest, form: GiftForm | ManyGiftsForm, name: UUID) -> Order:
    length, data = form.length, form.cleaned_data
    payer = payer_of(request, form, name)
    return joining.begin_gifts(
        length.tier, length.months, length.money, form.presents(), payer, data["gateway"], data["name"]
    )


def _page(request: HttpRequest, page: dict[str, Any], form: Any = None, status: int = 200) -> HttpResponse:
    lead_on(request)
    chosen = str(form.data.get("gift", "")) if form else ""
    one = page["kind"] == "one"
    context = {
        **shared_context(ONCE, page["currency"], page["currencies"]),
        "title": _("Give a membership") if one else _("Give many memberships"),
        "described": _("A membership for a friend: sent by mail on the day you choose, or as a card to print."),
        "path": reverse("members:gift" if one else "members:gift_many"),
        "kind": page["kind"],
        "form": form,
        "possible": bool(page["lengths"] and actions.offered(ONCE, page["currency"])),
        "tiers": [_shown(row, chosen) for row in page["lengths"]],
        "valid_months": page["offer"].gift_valid_months,
        "zone": settings.TIME_ZONE.rpartition("/")[2].replace("_", " "),
        "hour": f"{joining.DELIVERY_TIME:%H:%M}",
    }
    return render(request, f"pages/{'gift' if one else 'gift_many'}.html", context, status=status)


def _shown(row: Sequence[Present], chosen: str) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    said = row[0].tier.said()
    return {
        "key": row[0].tier.pk,
        "name": row[0].tier.name,
        "summary": said.summary if said else "",
        "benefits": said.benefit_lines if said else [],
        "recommended": row[0].tier.is_recommended,
        "buttons": [
            {
                "value": each.key,
                "months": each.months,
                "minor": each.money.minor,
                "words": each.money.format(language, short=True),
                "chosen": each.key == chosen,
            }
            for each in row
        ],
    }


@require_safe
def card(request: HttpRequest, number: UUID) -> HttpResponse:
    """One gift's card to print, for who has its signed link; 404 for everybody else."""
    if not cards.may_print(number, request.GET.get("k", "")):
        raise Http404
    return _cards(request, [get_object_or_404(Gift.objects.select_related("tier", "order"), uuid=number)])


@require_safe
def cards_of_order(request: HttpRequest, number: UUID) -> HttpResponse:
    """All cards of an order, one a page; what is sent by mail needs none."""
    if not cards.may_print_all(number, request.GET.get("k", "")):
        raise Http404
    found = list(Gift.objects.filter(order__uuid=number, by_mail=False).select_related("tier").order_by("pk"))
    if not found:
        raise Http404
    return _cards(request, found)


def _cards(request: HttpRequest, given: list[Gift]) -> HttpResponse:
    waiting = [gift for gift in given if gift.state in {PAYMENT_PENDING, ABANDONED}]
    context = {
        "title": _("Gift card"),
        "gifts": [gift for gift in given if gift.state == PURCHASED],
        "unpaid": bool(waiting),
        "over": [gift for gift in given if gift.state != PURCHASED and gift not in waiting],
        "site": settings.BASE_URL.partition("://")[2],
        "path_to_redeem": reverse("members:redeem"),
    }
    response = private(render(request, "pages/gift_card.html", context, status=409 if waiting else 200))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
