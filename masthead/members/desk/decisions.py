"""The pages on which staff decides something about a supporter: each says what will happen before it does."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from masthead.accounts.models import Account
from masthead.lib.money import AmountError, Money, parse_amount
from masthead.members.desk import deeds, people, rights
from masthead.members.desk.history import day, source_of, written
from masthead.members.desk.screens import Decision
from masthead.members.models import AccessGrant, Membership, Tier
from masthead.payments import actions as money
from masthead.payments.models import Agreement, Document, Payment, Refund

AMOUNTS = {
    "words": gettext_lazy("This is no amount. Write it like 5 or 5.50."),
    "fraction": gettext_lazy("This currency has no such small coins."),
    "size": gettext_lazy("The amount must be more than nothing, and not as much as that."),
}


def amount_typed(text: str, currency: str) -> Money:
    """What was typed into a field for an amount. Raises ValidationError."""
    try:
        return parse_amount(text, currency, get_language() or "en")
    except AmountError as error:
        raise ValidationError(str(AMOUNTS[str(error.args[0])])) from error


def _plain(sum_of_money: Money) -> str:
    return str(sum_of_money.major)


class Reason(forms.Form):
    """Why; kept with the name of who says so."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=150, help_text=gettext_lazy("Kept with your name in the history.")
    )


class About(Decision):
    """A decision about an account that lies below its page."""

    permission, also = rights.LOOK_AFTER, rights.SEE_MONEY

    def whose(self) -> Account | None:
        """The account, if there is one."""
        raise NotImplementedError

    def back(self) -> str:
        """To the person's page, or the list."""
        account = self.whose()
        return reverse("desk_members:person", args=(account.pk,)) if account else reverse("desk_members:index")

    def between(self) -> list[dict[str, Any]]:
        """The person."""
        account = self.whose()
        return [{"url": self.back(), "label": people.shown_name(account)}] if account else []


class RefundForm(Reason):
    """How much, why, and what becomes of the access. `left` is what was left to give back when it was decided."""

    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=20)
    end_access = forms.BooleanField(
        label=gettext_lazy("End the access it paid for"),
        required=False,
        help_text=gettext_lazy("Otherwise the reader keeps what is left of the paid time, as a courtesy."),
    )
    end_membership = forms.BooleanField(
        label=gettext_lazy("End the membership too, so that nothing more is asked for"), required=False
    )
    left = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["amount", "reason", "end_access", "end_membership", "left"]


class GiveBack(About):
    """Give a payment back, wholly or in part."""

    permission = rights.REFUND
    page_title = gettext_lazy("Give money back")
    header_icon = "redirect"
    form_class = RefundForm
    button = gettext_lazy("Give it back")
    grave = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the payment. Raises Http404."""
        super().setup(request, *args, **kwargs)
        rows = Payment.objects.select_related("order__account", "agreement").prefetch_related("refunds")
        self.payment = get_object_or_404(rows, uuid=kwargs["uuid"])

    def whose(self) -> Account | None:
        """The payer."""
        return self.payment.order.account

    def initial(self) -> dict[str, Any]:
        """All that is left, and the access with it."""
        left = self.payment.refundable
        return {"amount": _plain(left), "left": left.minor, "end_access": True}

    def says(self) -> list[str]:
        """What happens, and when."""
        if not self._can():
            return [
                _(
                    "This payment came by bank transfer: send the money back at the bank, then note that transfer "
                    "with a negative amount."
                )
            ]
        if not self.payment.refundable:
            return [_("Nothing is left of this payment to give back.")]
        said = [
            _(
                "The money goes back to the card it came from, usually within five to ten days. The reader gets a "
                "credit note."
            )
        ]
        if self._runs():
            said.append(_("The membership goes on and asks for money again, unless it is ended too."))
        return said

    def facts(self) -> list[tuple[str, object]]:
        """What was paid, and what is left of it."""
        payment = self.payment
        card = f"{payment.card_brand} ···· {payment.card_last4}" if payment.card_last4 else payment.gateway
        return [
            (_("Paid for"), payment.order.title),
            (_("Paid"), f"{written(payment.money)}, {day(payment.paid_at)}"),
            (_("With"), card),
            (_("Given back so far"), written(payment.refunded)),
            (_("Left"), written(payment.refundable)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without a form where nothing can be given back from here."""
        context = super().get_context_data(**kwargs)
        if not self._runs():
            context["form"].fields.pop("end_membership", None)
        manual = not self._can()
        order = self.payment.order
        elsewhere = reverse("desk_members:transfer", args=(order.uuid,)) if manual else ""
        return {**context, "nothing_to_do": manual or not self.payment.refundable, "elsewhere": elsewhere}

    def _can(self) -> bool:
        try:
            return money.gateway(self.payment.gateway).capabilities.refunds
        except LookupError:
            return False

    def _runs(self) -> bool:
        agreement: Agreement | None = self.payment.agreement
        return agreement is not None and agreement.state != Agreement.ENDED

    def do(self, form: forms.Form) -> str:
        """Give it back, then end what was to be ended."""
        said, by = form.cleaned_data, rights.who(self.request)
        try:
            amount = amount_typed(said["amount"], self.payment.currency)
        except ValidationError as refused:
            raise deeds.CantDo(refused.messages[0]) from refused
        left = Money(said["left"], self.payment.currency)
        given = deeds.refund(self.payment, amount, left, said["reason"], by, end_access=said["end_access"])
        membership = Membership.objects.filter(order=self.payment.order).first()
        if said.get("end_membership") and self._runs() and membership is not None and membership.is_going:
            deeds.end(membership, by, said["reason"], at_end=False)
        if given.state == Refund.SUCCEEDED:
            return _("%(money)s are on their way back to the reader.") % {"money": written(amount)}
        return _("The refund of %(money)s is under way; the provider has not confirmed it yet.") % {
            "money": written(amount)
        }


class OfMembership(About):
    """A decision about a membership."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the membership. Raises Http404."""
        super().setup(request, *args, **kwargs)
        rows = Membership.objects.select_related("tier", "account", "order__agreement")
        self.membership = get_object_or_404(rows, uuid=kwargs["uuid"])
        self.agreement: Agreement | None = getattr(self.membership.order, "agreement", None)

    def whose(self) -> Account | None:
        """The member."""
        return self.membership.account

    def facts(self) -> list[tuple[str, object]]:
        """What it is, and until when it is paid."""
        said: list[tuple[str, object]] = [
            (_("Tier"), self.membership.tier),
            (_("State"), self.membership.get_state_display()),
            (_("Member since"), day(self.membership.begun_at)),
        ]
        if self.agreement is not None:
            paid = f"{written(self.agreement.money)}, {self.agreement.get_interval_display()}"
            said += [(_("Pays"), paid), (_("Paid until"), day(self.agreement.period_end))]
        return said


class EndForm(Reason):
    """Why, and whether the paid time ends too."""

    end_access = forms.BooleanField(
        label=gettext_lazy("End the access now, too"),
        required=False,
        help_text=gettext_lazy("Otherwise the reader keeps the time that is paid for. No money is given back by this."),
    )


class EndNow(OfMembership):
    """No more payments, from now on."""

    page_title = gettext_lazy("End the membership now")
    header_icon = "cross"
    form_class = EndForm
    button = gettext_lazy("End it now")
    grave = True

    def says(self) -> list[str]:
        """What happens."""
        if self.agreement is None:
            return [_("It was paid once, by transfer: to end it is to end the access that was paid for.")]
        return [_("Nothing more is asked for. It can't be resumed; the reader would have to begin anew.")]

    def do(self, form: forms.Form) -> str:
        """End it."""
        said = form.cleaned_data
        by = rights.who(self.request)
        deeds.end(self.membership, by, said["reason"], at_end=False, end_access=said["end_access"])
        return _("The membership has ended.")


class EndAtPeriod(OfMembership):
    """No more payments after the period that is paid."""

    page_title = gettext_lazy("End the membership with its period")
    header_icon = "cross"
    form_class = Reason
    button = gettext_lazy("Let it end")

    def says(self) -> list[str]:
        """What happens."""
        return [_("The reader keeps the time that is paid for, then it ends. Until then it can be resumed.")]

    def do(self, form: forms.Form) -> str:
        """Have it end."""
        deeds.end(self.membership, rights.who(self.request), form.cleaned_data["reason"], at_end=True)
        return _("The membership ends with its period.")


class Resume(OfMembership):
    """Take back a cancellation or a pause."""

    page_title = gettext_lazy("Resume the membership")
    header_icon = "rotate"
    button = gettext_lazy("Resume it")

    def says(self) -> list[str]:
        """What happens."""
        return [_("It goes on as agreed: the next payment is asked for on the day the paid time ends.")]

    def do(self, form: forms.Form) -> str:
        """Have it go on."""
        deeds.resume(self.membership, rights.who(self.request))
        return _("The membership goes on.")


class CompForm(Reason):
    """Which tier, how long, why. `name` is the comp's own, so that a form sent twice gives once."""

    tier = forms.ModelChoiceField(label=gettext_lazy("Tier"), queryset=Tier.objects.prefetch_related("words"))
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=120)
    name = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ["tier", "months", "reason", "name"]


class OfAccount(About):
    """A decision about an account."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the account. Raises Http404."""
        super().setup(request, *args, **kwargs)
        self.account = get_object_or_404(Account, pk=kwargs["pk"])

    def whose(self) -> Account:
        """The person."""
        return self.account


class GiveComp(OfAccount):
    """Give somebody time."""

    permission = rights.GIVE_COMPS
    page_title = gettext_lazy("Give complimentary time")
    header_icon = "pick"
    form_class = CompForm
    button = gettext_lazy("Give it")

    def initial(self) -> dict[str, Any]:
        """The first tier, three months."""
        return {"tier": Tier.objects.first(), "months": 3, "name": uuid4()}

    def says(self) -> list[str]:
        """What happens."""
        return [
            _(
                "It begins now, or when the time the reader has already ends. No money is asked for, and no letter is "
                "sent."
            )
        ]

    def do(self, form: forms.Form) -> str:
        """Give it."""
        said = form.cleaned_data
        by = rights.who(self.request)
        given = deeds.comp(self.account, said["tier"], said["months"], said["reason"], by, said["name"])
        return _("Given, until %(end)s.") % {"end": day(given.grant.ends_at)}


class AddressForm(forms.Form):
    """Where the reader is written to from now on."""

    email = forms.CharField(label=gettext_lazy("Mail address"), max_length=254)


class CorrectAddress(OfAccount):
    """Correct where a reader gets mail and signs in."""

    permission = rights.LOOK_AFTER
    page_title = gettext_lazy("Correct the mail address")
    header_icon = "mail"
    form_class = AddressForm
    button = gettext_lazy("Correct it")

    def initial(self) -> dict[str, Any]:
        """The present one."""
        return {"email": self.account.email}

    def says(self) -> list[str]:
        """What happens."""
        return [
            _("Sign-in codes and letters go to the new address from now on. Make sure that it is this reader who asks.")
        ]

    def do(self, form: forms.Form) -> str:
        """Correct it."""
        deeds.correct_address(self.account, form.cleaned_data["email"], rights.who(self.request))
        return _("The address is corrected.")


class EndAccess(About):
    """Take back a period of access, for a named reason."""

    permission = rights.REVOKE
    page_title = gettext_lazy("End this access")
    header_icon = "lock"
    form_class = Reason
    button = gettext_lazy("End it")
    grave = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the grant. Raises Http404."""
        super().setup(request, *args, **kwargs)
        rows = AccessGrant.objects.select_related("account", "tier", "comp", "redemption__gift__buyer")
        self.grant = get_object_or_404(rows, pk=kwargs["pk"])

    def whose(self) -> Account:
        """Whose access it is."""
        return self.grant.account

    def says(self) -> list[str]:
        """What happens."""
        return [_("Members' stories close to the reader for this period, at once. No money is given back by this.")]

    def facts(self) -> list[tuple[str, object]]:
        """Which period, given for what."""
        return [
            (_("Tier"), self.grant.tier),
            (_("From"), day(self.grant.starts_at)),
            (_("Until"), day(self.grant.ends_at)),
            (_("Given for"), source_of(self.grant)),
        ]

    def do(self, form: forms.Form) -> str:
        """End it."""
        deeds.revoke(self.grant, form.cleaned_data["reason"], rights.who(self.request))
        return _("The access is ended.")


class Once(forms.Form):
    """Nothing to fill in; a name of its own, so that a button pressed twice does it once."""

    name = forms.UUIDField(widget=forms.HiddenInput)


class SendAgain(About):
    """Send a receipt or a credit note once more."""

    permission = rights.LOOK_AFTER
    page_title = gettext_lazy("Send it again")
    header_icon = "mail"
    form_class = Once
    button = gettext_lazy("Send it")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the paper. Raises Http404."""
        super().setup(request, *args, **kwargs)
        rows = Document.objects.select_related("series", "payment__order__account")
        self.paper = get_object_or_404(rows, uuid=kwargs["uuid"])

    def whose(self) -> Account | None:
        """The payer."""
        return self.paper.payment.order.account

    def initial(self) -> dict[str, Any]:
        """A name for this letter."""
        return {"name": uuid4()}

    def facts(self) -> list[tuple[str, object]]:
        """Which paper, to which address."""
        order = self.paper.payment.order
        return [
            (self.paper.get_kind_display(), self.paper),
            (_("Over"), written(self.paper.money)),
            (_("To"), order.account.email if order.account else order.email),
        ]

    def do(self, form: forms.Form) -> str:
        """Send it."""
        name: UUID = form.cleaned_data["name"]
        to = deeds.send_again(self.paper, rights.who(self.request), name)
        return _("It is sent to %(address)s within a second.") % {"address": to}
