"""Bank transfers: orders whose payers were given a reference, and what the bank's statement shows of them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput
from wagtail.log_actions import log

from masthead.lib.money import Money
from masthead.members.desk import deeds, rights
from masthead.members.desk.decisions import amount_typed
from masthead.members.desk.history import written
from masthead.members.desk.screens import Decision, Screen
from masthead.payments import actions as money
from masthead.payments.models import Order, Transfer

AT_ONCE = 50
MINUS = ("-", "−", "–")


def orders(typed: str, which: str) -> QuerySet[Order]:
    """Orders to be paid by transfer: those that wait, those that were paid, or all; by reference, name or address."""
    rows = Order.objects.filter(gateway=money.MANUAL).exclude(session_ref="")
    if typed:
        by_reference = money.orders_of_reference(typed)
        by_bank = Transfer.objects.filter(reference__icontains=typed).values("order")
        named = Q(name__icontains=typed) | Q(email__icontains=typed) | Q(pk__in=by_bank)
        rows = rows.filter(Q(pk__in=by_reference.values("pk")) | named)
    elif which in {Order.OPEN, Order.COMPLETED}:
        rows = rows.filter(state=which)
    return rows.select_related("account").prefetch_related("transfers").order_by("-opened_at", "-pk")


class Transfers(Screen):
    """The list of orders, those that wait for money first."""

    permission = rights.CONFIRM_TRANSFERS
    template_name = "members/desk/transfers.html"
    page_title = gettext_lazy("Bank transfers")
    header_icon = "download"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of orders, each with its reference and what came so far."""
        typed, which = self.request.GET.get("q", "").strip()[:100], self.request.GET.get("show", Order.OPEN)
        page = Paginator(orders(typed, which), AT_ONCE).get_page(self.request.GET.get("p"))
        shown = [(order, money.reference_of(order), came(order)) for order in page.object_list]
        return super().get_context_data(
            page_obj=page, orders=shown, typed=typed, which=which, configured=money.MANUAL in money.gateways(), **kwargs
        )


def came(order: Order) -> Money:
    """What came in for an order so far, less what was sent back."""
    return Money(sum(each.amount for each in order.transfers.all()), order.currency)


class TransferForm(forms.Form):
    """A line of the bank's statement."""

    reference = forms.CharField(
        label=gettext_lazy("The bank's reference"),
        max_length=100,
        help_text=gettext_lazy("As it stands on the statement; each counts once."),
    )
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=20,
        help_text=gettext_lazy("What came in. With a minus: what was sent back."),
    )
    booked = forms.DateField(label=gettext_lazy("Booked on"), widget=AdminDateInput())

    def clean_reference(self) -> str:
        """Once only. Raises ValidationError."""
        reference = " ".join(self.cleaned_data["reference"].split())
        if Transfer.objects.filter(reference=reference).exists():
            raise ValidationError(_("This reference has been noted before. A transfer counts once."))
        return reference

    def clean_booked(self) -> date:
        """No day to come. Raises ValidationError."""
        booked: date = self.cleaned_data["booked"]
        if booked > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return booked


class NoteTransfer(Decision):
    """One order by transfer: what came so far, and a form for the next line of the statement."""

    permission = rights.CONFIRM_TRANSFERS
    template_name = "members/desk/transfer.html"
    page_title = gettext_lazy("Note a transfer")
    header_icon = "download"
    form_class = TransferForm
    button = gettext_lazy("Note it")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the order. Raises Http404."""
        super().setup(request, *args, **kwargs)
        rows = Order.objects.filter(gateway=money.MANUAL).select_related("account").prefetch_related("transfers__by")
        self.order = get_object_or_404(rows, uuid=kwargs["uuid"])

    def between(self) -> list[dict[str, Any]]:
        """The list."""
        return [{"url": reverse("desk_members:transfers"), "label": _("Bank transfers")}]

    def back(self) -> str:
        """This page again, with what was noted."""
        return reverse("desk_members:transfer", args=(self.order.uuid,))

    def initial(self) -> dict[str, Any]:
        """What is still to come."""
        left = Money(self.order.amount, self.order.currency) - came(self.order)
        return {"amount": str(left.major) if left.minor > 0 else "", "booked": timezone.localdate()}

    def facts(self) -> list[tuple[str, object]]:
        """Whose order, for what, what came."""
        order = self.order
        return [
            (_("Reference"), money.reference_of(order)),
            (_("For"), order.title),
            (_("Name"), order.name or _("not said")),
            (_("Mail address"), order.email),
            (_("To be paid"), written(order.money)),
            (_("Came so far"), written(came(order))),
            (_("State"), order.get_state_display()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the lines noted so far."""
        return super().get_context_data(transfers=list(self.order.transfers.all()), order=self.order, **kwargs)

    def do(self, form: forms.Form) -> str:
        """Note it, and settle the order."""
        said, by = form.cleaned_data, rights.who(self.request)
        amount = self._amount(said["amount"])
        if came(self.order).minor + amount.minor < 0:
            raise deeds.CantDo(_("More can't be sent back than came: %(came)s.") % {"came": written(came(self.order))})
        noon = datetime.combine(said["booked"], time(12), ZoneInfo(settings.TIME_ZONE))
        booked_at = min(noon, timezone.now())
        try:
            transfer = money.confirm_transfer(self.order, said["reference"], amount, booked_at, by)
        except ValueError as refused:  # somebody else noted it in this very moment
            raise deeds.CantDo(_("This reference has been noted before. A transfer counts once.")) from refused
        except (money.GatewayError, LookupError) as error:
            raise deeds.CantDo(_("It is noted, and counted within the hour: %(why)s") % {"why": error}) from error
        self.order.refresh_from_db()
        log(
            instance=self.order.account or transfer,
            action="members.transfer",
            user=by,
            data={"reference": transfer.reference, "money": written(amount)},
        )
        return self._outcome(amount)

    def _amount(self, typed: str) -> Money:
        text = typed.strip()
        try:
            amount = amount_typed(text.lstrip("".join(MINUS)), self.order.currency)
        except ValidationError as refused:
            raise deeds.CantDo(refused.messages[0]) from refused
        return -amount if text.startswith(MINUS) else amount

    def _outcome(self, amount: Money) -> str:
        sums = {"money": written(abs_of(amount)), "to_pay": written(self.order.money)}
        if amount.minor < 0:
            return _("Noted: %(money)s were sent back.") % sums
        order = Order.objects.prefetch_related("transfers").get(pk=self.order.pk)
        if order.state == Order.COMPLETED:
            return _("Noted: %(money)s came in. The order is paid.") % sums
        sums["came"] = written(came(order))
        return _("Noted: %(money)s came in. So far %(came)s of %(to_pay)s; the order stays open.") % sums


def abs_of(amount: Money) -> Money:
    """Without its sign."""
    return Money(abs(amount.minor), amount.currency)
