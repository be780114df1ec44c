"""Becoming a member and giving once: pages that are pressed, and the forms that are sent from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from masthead.lib.money import Money, exponent
from masthead.lib.periods import MONTH, ONCE, YEAR
from masthead.members import joining, offering
from masthead.members.forms.support import SupportForm
from masthead.members.joining import Payer
from masthead.members.models import Membership, Offer, Tier
from masthead.members.models.offer import TAG
from masthead.members.offering import OWN, Group
from masthead.members.views.asking import from_our_pages, lead_on, once, private, to_the_till, too_many, why_not
from masthead.payments import actions
from masthead.payments.models import Order
from masthead.press.tags import carry

CHOICES = ("every", "in")  # what of the query changes what a page of support says


@dataclass(frozen=True)
class Asked:
    """What is being asked for: tiers and their amounts in one currency, every month, every year or once."""

    offer: Offer
    tiers: Sequence[Tier]
    currencies: Sequence[str]
    currency: str
    interval: str
    groups: Sequence[Group]

    @property
    def possible(self) -> bool:
        """Whether there is something to choose and a way to pay for it."""
        return bool(self.groups and actions.offered(self.interval, self.currency))


def _asked(said: Any, intervals: Sequence[str]) -> Asked:
    offer, offered = Offer.load(), offering.tiers()
    once_only = tuple(intervals) == (ONCE,)
    known = offering.currencies(offered, offer.currency_codes, (MONTH, YEAR, ONCE) if once_only else intervals)
    currencies = known or (offer.currency_codes[:1] if once_only else [])
    currency = said.get("in") if said.get("in") in currencies else next(iter(currencies), "EUR")
    if once_only:
        return Asked(offer, offered, currencies, currency, ONCE, [offering.given_once(offered, currency)])
    interval = said.get("every") if said.get("every") in intervals else _first_possible(offered, currency, intervals)
    return Asked(offer, offered, currencies, currency, interval, offering.by_tier(offered, currency, interval))


def _first_possible(offered: Sequence[Tier], currency: str, intervals: Sequence[str]) -> str:
    """The first interval in which something can be chosen and paid: with bank transfers alone, a year."""
    possible = (
        interval
        for interval in intervals
        if offering.by_tier(offered, currency, interval) and actions.offered(interval, currency)
    )
    return next(possible, intervals[0])


@from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest) -> HttpResponse:
    """Become a member."""
    asked = _asked(request.POST if request.method == "POST" else request.GET, (MONTH, YEAR))
    if request.method != "POST":
        return _form_page(request, asked, "membership")
    if _is_member(request):
        return private(redirect("own_place"))
    return _taken(request, asked, "membership")


@from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request: HttpRequest) -> HttpResponse:
    """Give once."""
    asked = _asked(request.POST if request.method == "POST" else request.GET, (ONCE,))
    return _taken(request, asked, "once") if request.method == "POST" else _form_page(request, asked, "once")


@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """Who is signed in, for a pressed page to fill in their address: read by a script of that page alone."""
    user: Any = request.user
    if not user.is_authenticated:
        return private(HttpResponse(status=204))
    name = " ".join(user.get_full_name().split())
    return private(JsonResponse({"email": user.email, "name": name, "member": _is_member(request)}))


def _is_member(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_authenticated and Membership.objects.going().filter(account=user).exists())


def payer_of(request: HttpRequest, form: Any, order: UUID) -> Payer:
    """Who pays, by what they wrote and whether they are signed in."""
    user: Any = request.user
    data = form.cleaned_data
    return Payer(
        email=data["email"],
        name=data.get("name", ""),
        language=get_language() or settings.LANGUAGE_CODE,
        account=user if user.is_authenticated else None,
        order=order,
    )


def _taken(request: HttpRequest, asked: Asked, kind: str) -> HttpResponse:
    """Begin what was chosen and lead to the till; else the same page with words beside what is wrong."""
    known_as = getattr(request.user, "email", "")
    form = SupportForm(
        request.POST, groups=asked.groups, interval=asked.interval, currency=asked.currency, known_as=known_as
    )
    if not asked.possible or not form.is_valid():
        return private(_form_page(request, asked, kind, form, 400))
    if words := too_many(request):
        form.add_error(None, words)
        return private(_form_page(request, asked, kind, form, 429))
    try:
        return to_the_till(once(request, form.cleaned_data["nonce"], lambda name: _begin(request, form, kind, name)))
    except (actions.GatewayError, actions.Refused, LookupError) as error:
        words, status = why_not(error)
        form.add_error(None, words)
        return private(_form_page(request, asked, kind, form, status))


def _begin(request: HttpRequest, form: SupportForm, kind: str, name: UUID) -> Order:
    payer, gateway = payer_of(request, form, name), form.cleaned_data["gateway"]
    group, money, cover = form.group, form.money, form.cleaned_data["cover_fee"]
    if group is None or money is None:
        raise LookupError("nothing was chosen")
    if kind == "membership" and group.price is not None:
        return joining.begin_membership(group.price, money, payer, gateway, form.said, cover_fee=cover).order
    return joining.begin_contribution(money, payer, gateway, form.said, cover_fee=cover).order


def _form_page(
    request: HttpRequest, asked: Asked, kind: str, form: SupportForm | None = None, status: int = 200
) -> HttpResponse:
    if form is None:
        carry(request, TAG)
        request.press_vary = CHOICES  # type: ignore[attr-defined]
    lead_on(request)
    member = kind == "membership"
    context = {
        **shared_context(asked.interval, asked.currency, asked.currencies),
        "title": _("Become a member") if member else _("Contribute once"),
        "described": _("Choose what you give, every month or once a year. It takes two minutes.")
        if member
        else _("Support our work with a single contribution of any size."),
        "path": reverse("members:support" if member else "members:contribute"),
        "kind": kind,
        "form": form,
        "possible": asked.possible,
        "intervals": _intervals(asked) if member else [],
        "groups": [_shown(group, form, asked) for group in asked.groups],
        "fee": _fee(asked),
    }
    return render(request, f"pages/{'support' if member else 'contribute'}.html", context, status=status)


def shared_context(interval: str, currency: str, currencies: Sequence[str]) -> dict[str, Any]:
    """What every page with a till at its end needs."""
    return {
        "interval": interval,
        "currency": currency,
        "currencies": currencies if len(currencies) > 1 else [],
        "gateways": actions.offered(interval, currency),
        "brands": actions.brands(),
    }


def _intervals(asked: Asked) -> list[tuple[str, str]]:
    """Monthly and yearly, where both can be had."""
    words = {MONTH: _("Monthly"), YEAR: _("Yearly")}
    had = [
        (interval, words[interval])
        for interval in (MONTH, YEAR)
        if offering.by_tier(asked.tiers, asked.currency, interval) and actions.offered(interval, asked.currency)
    ]
    return had if len(had) > 1 else []


def _fee(asked: Asked) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "percent": Decimal(f"{Decimal(asked.offer.fee_percent).normalize():f}"),  # 2.9 and 10, not 2.90 and 1E+1
        "fixed": asked.offer.fee_fixed,
        "fixed_words": Money(asked.offer.fee_fixed, asked.currency).format(language),
        "places": exponent(asked.currency),
    }


def _shown(group: Group, form: SupportForm | None, asked: Asked) -> dict[str, Any]:
    """A group as its template shows it: words, buttons, and which of them is chosen."""
    language = get_language() or settings.LANGUAGE_CODE
    said = group.tier.said() if group.tier else None
    chosen = str(form.data.get("choice", "")) if form else _usual(asked)
    buttons = [
        {
            "value": f"{group.key}:{amount}",
            "minor": amount,
            "words": Money(amount, group.currency).format(language, short=True),
            "chosen": chosen == f"{group.key}:{amount}",
        }
        for amount in group.amounts
    ]
    return {
        "key": group.key,
        "name": said.name if said else group.tier and group.tier.slug,
        "summary": said.summary if said else "",
        "benefits": said.benefit_lines if said else [],
        "recommended": bool(group.tier and group.tier.is_recommended),
        "buttons": buttons,
        "own_value": f"{group.key}:{OWN}",
        "own_chosen": chosen == f"{group.key}:{OWN}",
        "own": form.own_in(group.key) if form else "",
        "least": group.least.format(language, short=True),
        "problem": form.errors.get("choice", [""])[0] if form and form.wrong_group == group.key else "",
    }


def _usual(asked: Asked) -> str:
    """The amount chosen beforehand: the recommended tier's own, or the usual one of what is given once."""
    marked = [group for group in asked.groups if group.tier and group.tier.is_recommended]
    usual = next(iter(marked or (asked.groups if asked.interval == ONCE else [])), None)
    return f"{usual.key}:{usual.usual}" if usual else ""
