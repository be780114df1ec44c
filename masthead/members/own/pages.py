"""What members do with their membership: small pages, each saying what happens before the button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.accounts.views.own_place import signed_in
from masthead.lib import csp
from masthead.lib.periods import MONTH, YEAR
from masthead.members import failing, managing
from masthead.members.managing import CantBeDone
from masthead.members.models import Membership, Price
from masthead.members.own.forms import ChangeForm, LeavingForm, PauseForm, prices_in
from masthead.payments.actions import GatewayError, Refused, origins
from masthead.payments.models import Agreement

View = Callable[..., HttpResponse]
HOME = "own_place"


def theirs(view: View) -> View:
    """For the member alone: anybody else's membership isn't there. What the provider answers is said in words."""

    @signed_in
    @wraps(view)
    def checked(request: HttpRequest, uuid: UUID) -> HttpResponse:
        rows = Membership.objects.begun().select_related("order", "tier")
        membership = get_object_or_404(rows, account=request.user, uuid=uuid)
        try:
            return view(request, membership)
        except CantBeDone as why:
            messages.error(request, str(why))
        except Refused as why:
            messages.error(request, _("The payment provider said no: %(why)s") % {"why": why})
        except (GatewayError, LookupError):
            messages.error(
                request,
                _("The payment provider can’t be reached at the moment. Please try again in a few minutes."),
            )
        return redirect(HOME)

    return checked


def day(moment: Any) -> str:
    """A date of the newsroom's zone in the reader's language."""
    return date_format(localtime(moment), "DATE_FORMAT") if moment else ""


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _going(membership: Membership) -> Agreement:
    agreement = managing.agreement_of(membership)
    if agreement is None or not membership.is_going:
        raise CantBeDone(_("There is nothing to change: this membership ends by itself, or has ended."))
    return agreement


@theirs
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Another tier, amount or interval from the next payment on."""
    agreement = _going(membership)
    present = membership.tier.prices.filter(currency=agreement.currency, interval=agreement.interval).first()
    prices = prices_in(agreement.currency, (MONTH, YEAR), present)
    form = ChangeForm(_sent(request), prices=prices, initial=_present(membership, agreement, present))
    if request.method == "POST" and form.is_valid() and form.money is not None:
        price = form.prices[form.cleaned_data["price"]]
        managing.change(membership, price, form.money, cover_fee=form.cleaned_data["cover_fee"])
        changed = managing.agreement_of(membership) or agreement
        words = _("Changed. Your next payment of %(amount)s is on %(day)s; today nothing is taken.")
        amount = changed.money.format(request.LANGUAGE_CODE)
        messages.success(request, words % {"amount": amount, "day": day(managing.next_payment(changed))})
        return redirect(HOME)
    context = {
        "title": _("Change your membership"),
        "form": form,
        "agreement": agreement,
        "next_payment": managing.next_payment(agreement),
        "currency": agreement.currency,
    }
    return render(request, "pages/own_membership_change.html", context)


def _present(membership: Membership, agreement: Agreement, price: Price | None) -> dict[str, Any]:
    fee = membership.order.fee_cover
    given = (agreement.money if agreement.amount != membership.order.amount else membership.order.given).major
    return {"price": price.pk if price else None, "amount": f"{given.normalize():f}", "cover_fee": bool(fee)}


@theirs
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, membership: Membership) -> HttpResponse:
    """To the provider's page, where another card is entered; it never passes through here."""
    agreement = _going(membership)
    if request.method == "POST":
        back = settings.BASE_URL + reverse("own_membership_card_done", args=(membership.uuid,))
        return redirect(managing.card_page(membership, back))
    for origin in origins():
        csp.allow(request, "form-action", origin)
    context = {"title": _("Another card"), "agreement": agreement}
    return render(request, "pages/own_membership_card.html", context)


@theirs
@require_safe
def card_done(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Back from there: look which card it is now, and have a late payment tried with it."""
    membership = managing.look_again(membership)
    if failing.failing(membership) is not None:
        return _try_again(request, membership)
    agreement = managing.agreement_of(membership)
    if agreement and agreement.card_last4:
        words = _("Your payments are made with the card ending in %(digits)s.")
        messages.success(request, words % {"digits": agreement.card_last4})
    return redirect(HOME)


@theirs
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Leave out one, two or three payments."""
    agreement = _going(membership)
    if agreement.interval != MONTH:
        raise CantBeDone(_("Whoever pays for a year has nothing to pause: nothing is taken before the year is over."))
    form = PauseForm(_sent(request), initial={"months": 1})
    if request.method == "POST" and form.is_valid():
        due = managing.pause(membership, form.cleaned_data["months"])
        messages.success(request, _("Paused. The next payment is on %(day)s.") % {"day": day(due)})
        return redirect(HOME)
    context = {"title": _("Pause your membership"), "form": form, "agreement": agreement}
    return render(request, "pages/own_membership_pause.html", context)


@theirs
@require_POST
def resume(request: HttpRequest, membership: Membership) -> HttpResponse:
    """End the pause now."""
    managing.resume(membership)
    agreement = _going(membership)
    words = _("Welcome back. The next payment is on %(day)s.")
    messages.success(request, words % {"day": day(managing.next_payment(agreement))})
    return redirect(HOME)


@theirs
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What it means, and one button."""
    if request.method == "POST":
        managing.cancel(membership)
        return redirect("own_membership_left", membership.uuid)
    agreement = _going(membership)
    context = {
        "title": _("Cancel your membership"),
        "membership": membership,
        "agreement": agreement,
        "at_once": failing.failing(membership) is not None,
        "may_pause": managing.may_pause(agreement) and membership.state == "active",
    }
    return render(request, "pages/own_membership_cancel.html", context)


@theirs
@require_http_methods(["GET", "POST"])
def left(request: HttpRequest, membership: Membership) -> HttpResponse:
    """It is canceled: until when access stays, how to undo it, and one question that needs no answer."""
    if membership.state not in {"cancel_scheduled", "ended"}:
        return redirect(HOME)
    form = LeavingForm(_sent(request), instance=membership)
    if request.method == "POST" and form.is_valid():
        Membership.objects.filter(pk=membership.pk).update(
            leaving=form.cleaned_data["leaving"], leaving_words=form.cleaned_data["leaving_words"]
        )
        messages.success(request, _("Thank you. We read every answer."))
        return redirect(HOME)
    context = {
        "title": _("Your membership is canceled"),
        "membership": membership,
        "agreement": managing.agreement_of(membership),
        "form": form,
    }
    return render(request, "pages/own_membership_left.html", context)


@theirs
@require_POST
def keep(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Take the cancellation back."""
    managing.keep(membership)
    agreement = _going(membership)
    words = _("Your membership goes on. The next payment is on %(day)s.")
    messages.success(request, words % {"day": day(managing.next_payment(agreement))})
    return redirect(HOME)


@theirs
@require_http_methods(["GET", "POST"])
def failing_payment(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What happened, and what can be done: try again, or another card."""
    payment = failing.failing(membership)
    if payment is None:
        messages.info(request, _("Your payments are in order."))
        return redirect(HOME)
    if request.method == "POST":
        return _try_again(request, membership)
    context = {
        "title": _("Your payment did not go through"),
        "membership": membership,
        "agreement": managing.agreement_of(membership),
        "payment": payment,
        "why": failing.why(payment),
        "open_until": failing.grace_ends(payment),
    }
    return render(request, "pages/own_membership_failing.html", context)


def _try_again(request: HttpRequest, membership: Membership) -> HttpResponse:
    try:
        paid = managing.retry(membership)
    except Refused:
        paid = False
    if not paid:
        messages.error(request, _("The payment failed again. Another card may help."))
        return redirect("own_membership_failing", membership.uuid)
    messages.success(request, _("Paid. Thank you; everything is in order again."))
    return redirect(HOME)
