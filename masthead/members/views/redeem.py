"""Redeeming a gift: its code, a sign-in if need be, one question, done. The code is in no address and in no log."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from masthead.accounts import limits
from masthead.accounts.actions import account_for
from masthead.accounts.forms import AddressForm
from masthead.accounts.views.sign_in import send_code
from masthead.members.forms.gifts import CodeForm
from masthead.members.giving import CantRedeem, redeem_gift, redeemable
from masthead.members.models import Gift, Membership
from masthead.members.models.gifts import ends_of
from masthead.members.views.asking import private

CODE = "gift_code"  # in the session: what was typed, kept while its reader signs in
WRONG = "60/h"  # codes that are none, from one network; a code has 80 bits, a class redeems behind one address


def why_not(reason: str) -> str:
    """Why a code can't be redeemed, in words."""
    words = {
        "unknown": _("There is no gift with this code. Please compare it letter by letter with your card or letter."),
        "unpaid": _("This gift hasn’t been paid for yet. Please ask whoever gave it to you."),
        "redeemed": _("This gift has been redeemed already. Each can be redeemed once."),
        "expired": _("This gift could be redeemed until a day that has gone by."),
        "refunded": _("This gift was taken back and the money returned to whoever gave it."),
    }
    return words[reason]


@require_http_methods(["GET", "HEAD", "POST"])
def redeem(request: HttpRequest) -> HttpResponse:
    """Type the code."""
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form, 400 if form.errors else 200)
    if not limits.from_network(request, "gift-code", WRONG, only_look=True):
        form.add_error("code", _("Too many wrong codes came from your network. Please try again in an hour."))
        return _ask(request, form, 429)
    try:
        redeemable(form.cleaned_data["code"])
    except CantRedeem as reason:
        limits.from_network(request, "gift-code", WRONG)
        form.add_error("code", why_not(str(reason)))
        return _ask(request, form, 400)
    request.session[CODE] = form.cleaned_data["code"]
    return private(redirect("members:confirm_gift"))


def _ask(request: HttpRequest, form: CodeForm, status: int) -> HttpResponse:
    context = {"title": _("Redeem a gift"), "form": form, "step": "code"}
    return private(render(request, "pages/redeem.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Say what the gift is, and redeem it when asked to; who isn't signed in tells their address first."""
    code = request.session.get(CODE, "")
    if not code:
        return private(redirect("members:redeem"))
    try:
        gift = redeemable(code)
        if request.method != "POST":
            return _question(request, gift)
        return _redeemed(request, code) if request.user.is_authenticated else _sign_in(request, gift)
    except CantRedeem as reason:
        request.session.pop(CODE, None)
        form = CodeForm({"code": code})
        form.add_error("code", why_not(str(reason)))
        return _ask(request, form, 400)


def _question(request: HttpRequest, gift: Gift, form: AddressForm | None = None, status: int = 200) -> HttpResponse:
    context = {"title": _("A gift for you"), "gift": gift, "form": form, "step": "confirm", **_when(request)}
    return private(render(request, "pages/redeem.html", context, status=status))


def _when(request: HttpRequest) -> dict[str, Any]:
    """When the gift's time would begin for whoever is signed in."""
    user: Any = request.user
    if not user.is_authenticated:
        return {"signed_in": False}
    renewing = Membership.objects.going().filter(account=user, order__agreement__isnull=False).exists()
    return {"signed_in": True, "starts": ends_of(user, timezone.now()), "renewing": renewing}


def _sign_in(request: HttpRequest, gift: Gift) -> HttpResponse:
    """Send a code to the address typed. Who holds a gift needn't have been here before: an account is made."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _question(request, gift, form, 400)
    try:
        account_for(form.cleaned_data["email"])
    except ValidationError as refused:
        form.add_error("email", refused)
        return _question(request, gift, form, 400)
    if not send_code(request, form.cleaned_data["email"]):
        form.add_error("email", _("Too many codes were asked for. Please wait a quarter of an hour."))
        return _question(request, gift, form, 429)
    then = urlencode({"next": reverse("members:confirm_gift")})
    return private(redirect(f"{reverse('account_confirm_login_code')}?{then}"))


def _redeemed(request: HttpRequest, code: str) -> HttpResponse:
    user: Any = request.user
    redemption = redeem_gift(code, user)
    request.session.pop(CODE, None)
    context = {"title": _("Welcome"), "redemption": redemption, "step": "done"}
    return private(render(request, "pages/redeem.html", context))
