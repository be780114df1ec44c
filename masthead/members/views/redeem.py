"""Redeeming a gift: its code, a sign-in if need be, one question, done. The code is in no address and in no log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from masthead.members.forms.gifts import CodeForm
from masthead.members.giving import CantRedeem, redeem_gift, redeemable
from masthead.members.models import Membership
from masthead.members.models.gifts import ends_of
from masthead.members.views.asking import private

CODE = "gift_code"  # in the session: what was typed, kept while its reader signs in


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
    if request.method == "POST" and form.is_valid():
        try:
            redeemable(form.cleaned_data["code"])
        except CantRedeem as reason:
            form.add_error("code", why_not(str(reason)))
        else:
            request.session[CODE] = form.cleaned_data["code"]
            return private(redirect("members:confirm_gift"))
    status = 400 if form.errors else 200
    context = {"title": _("Redeem a gift"), "form": form, "step": "code"}
    return private(render(request, "pages/redeem.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Say what the gift is, and redeem it when asked to."""
    code = request.session.get(CODE, "")
    if not code:
        return private(redirect("members:redeem"))
    try:
        if request.method == "POST" and request.user.is_authenticated:
            return _redeemed(request, code)
        gift = redeemable(code)
    except CantRedeem as reason:
        del request.session[CODE]
        form = CodeForm({"code": code})
        form.is_valid()
        form.add_error("code", why_not(str(reason)))
        context = {"title": _("Redeem a gift"), "form": form, "step": "code"}
        return private(render(request, "pages/redeem.html", context, status=400))
    context = {"title": _("Redeem a gift"), "gift": gift, "step": "confirm", **_when(request)}
    return private(render(request, "pages/redeem.html", context))


def _when(request: HttpRequest) -> dict[str, Any]:
    """When the gift's time would begin for whoever is signed in."""
    user: Any = request.user
    if not user.is_authenticated:
        return {"signed_in": False}
    renewing = Membership.objects.going().filter(account=user, order__agreement__isnull=False).exists()
    return {"signed_in": True, "starts": ends_of(user, timezone.now()), "renewing": renewing}


def _redeemed(request: HttpRequest, code: str) -> HttpResponse:
    user: Any = request.user
    redemption = redeem_gift(code, user)
    del request.session[CODE]
    context = {"title": _("Welcome"), "redemption": redemption, "step": "done", "zone": settings.TIME_ZONE}
    return private(render(request, "pages/redeem.html", context))
