"""The way out without signing in: an address, a letter, a page with one button.

The answer is the same whoever is known here. The letter's link does nothing by being opened: programs that look
through mail open links too. It cancels a membership and opens nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from masthead.accounts import limits
from masthead.accounts.views.sign_in import private
from masthead.mail.actions import CannotWrite, Priority, write
from masthead.members import managing
from masthead.members.models import Membership
from masthead.members.own.forms import WayOutForm
from masthead.payments.actions import GatewayError, Refused
from masthead.payments.models import Document

GOOD_FOR = timedelta(days=1)
_signer = TimestampSigner(salt="masthead.cancel-membership")


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest) -> HttpResponse:
    """Ask for the letter."""
    form = WayOutForm(request.POST if request.method == "POST" else None)
    context = {"title": _("Cancel your membership"), "form": form}
    if request.method != "POST" or not form.is_valid():
        return private(render(request, "pages/cancel_membership.html", context))
    address = form.cleaned_data["email"]
    if not limits.within(request, "cancel-wanted", limits.LETTER_WANTED, address):
        form.add_error(None, _("Too many letters were asked for. Please try again in an hour."))
        return private(render(request, "pages/cancel_membership.html", context, status=429))
    _write(address, _memberships(address, form.cleaned_data["proof"]))
    shown = {"title": _("Look into your mail"), "address": address}
    return private(render(request, "pages/cancel_membership_asked.html", shown))


def _memberships(address: str, proof: str) -> list[Membership]:
    """Those of an address that go on by themselves; of several, the one that the digits or the receipt name."""
    whose = Q(account__email__iexact=address) | Q(order__email__iexact=address)
    found = Membership.objects.going().filter(whose, order__agreement__isnull=False)
    theirs = list(found.select_related("order__agreement").order_by("pk").distinct())
    wanted = "".join(letter for letter in proof if letter.isalnum()).upper()
    if not wanted:
        return theirs
    named = [each for each in theirs if _names(wanted, each)]
    return named or theirs


def _names(wanted: str, membership: Membership) -> bool:
    if wanted == membership.order.agreement.card_last4:
        return True
    documents = Document.objects.filter(payment__order=membership.order_id).select_related("series")
    return any(str(each).replace("-", "") == wanted for each in documents)


def _write(address: str, memberships: list[Membership]) -> None:
    """The letter, or the same work for nobody."""
    token = _signer.sign_object([str(each.uuid) for each in memberships] or [str(uuid4())])
    link = settings.BASE_URL + reverse("members:confirm_cancellation", args=(token,))
    language = get_language() or settings.LANGUAGE_CODE
    try:
        write(
            f"cancel_link:{uuid4()}",
            address,
            "cancel_link",
            {"link": link},
            language,
            priority=Priority.MONEY,
            useless_after=timezone.now() + GOOD_FOR,
            sealed=True,
            discard=not memberships,
        )
    except CannotWrite:
        return  # nobody has such an address


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The letter's link: what is canceled, and the button."""
    try:
        uuids = _signer.unsign_object(token, max_age=GOOD_FOR)
        memberships = list(Membership.objects.begun().filter(uuid__in=uuids).select_related("order__agreement", "tier"))
    except (BadSignature, ValueError):
        memberships = []
    if not memberships:
        gone = {"title": _("This link is no longer good")}
        return private(render(request, "pages/cancel_membership_confirm.html", gone, status=410))
    problem = _end_all(memberships) if request.method == "POST" else ""
    fresh = list(Membership.objects.filter(pk__in=[each.pk for each in memberships]).select_related("order", "tier"))
    going = [each for each in fresh if each.state in {"active", "past_due"}]
    context: dict[str, Any] = {
        "title": _("Cancel your membership") if going else _("Your membership is canceled"),
        "memberships": fresh,
        "going": going,
        "problem": problem,
    }
    return private(render(request, "pages/cancel_membership_confirm.html", context, status=502 if problem else 200))


def _end_all(memberships: list[Membership]) -> str:
    try:
        for membership in memberships:
            managing.cancel(membership)
    except (GatewayError, Refused, LookupError, managing.CantBeDone):
        return _("This could not be done at the moment. Please press the button again in a few minutes.")
    return ""
