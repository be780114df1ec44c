"""Forms of a member's own pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from masthead.accounts.forms import AddressForm
from masthead.lib.money import AmountError, Money, parse_amount
from masthead.lib.periods import YEAR
from masthead.members.managing import PAUSES
from masthead.members.models import Membership, Price, Tier


def prices_in(currency: str, intervals: Sequence[str], present: Price | None) -> list[Price]:
    """What a member may change to: prices of tiers on offer, and the one they have."""
    offered = [price for tier in Tier.objects.offered() for price in tier.prices.all()]
    found = [price for price in offered if price.currency == currency and price.interval in intervals]
    if present is not None and present not in found:
        found.insert(0, present)
    return found


def _said(price: Price) -> str:
    amount = price.money.format(get_language() or "en", short=True)
    words = _("%(tier)s, from %(amount)s a year") if price.interval == YEAR else _("%(tier)s, from %(amount)s a month")
    least = Money(price.minimum, price.currency).format(get_language() or "en", short=True)
    return words % {"tier": price.tier.name, "amount": least if price.minimum < price.amount else amount}


class ChangeForm(forms.Form):
    """A tier and an interval, and the amount."""

    price = forms.TypedChoiceField(
        label=gettext_lazy("Your membership"),
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={
            "required": gettext_lazy("Please choose one."),
            "invalid_choice": gettext_lazy("This isn’t on offer any more. Please choose again."),
        },
    )
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=20,
        error_messages={"required": gettext_lazy("Please write an amount.")},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    cover_fee = forms.BooleanField(
        label=gettext_lazy("I also cover what the payment costs, so that all of the amount arrives"), required=False
    )

    def __init__(self, *args: Any, prices: Sequence[Price], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prices = {price.pk: price for price in prices}
        self.money: Money | None = None
        choices: Any = [(price.pk, _said(price)) for price in prices]
        self.fields["price"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The amount as money, at least what the chosen price asks."""
        said: dict[str, Any] = super().clean() or {}
        price = self.prices.get(said.get("price", 0))
        if price is None or "amount" not in said:
            return said
        language = get_language() or "en"
        try:
            self.money = parse_amount(said["amount"], price.currency, language)
        except AmountError as wrong:
            words = {
                "words": _("Please write an amount in figures, such as 8 or 8.50."),
                "fraction": _("Please leave out what is smaller than a cent."),
                "size": _("Please write an amount above nothing that a card can pay."),
            }
            self.add_error("amount", ValidationError(words[str(wrong)]))
            return said
        least = Money(price.minimum, price.currency)
        if self.money < least:
            words_least = _("The least for this is %(amount)s.") % {"amount": least.format(language)}
            self.add_error("amount", ValidationError(words_least))
        return said


class PauseForm(forms.Form):
    """For how long."""

    months = forms.TypedChoiceField(
        label=gettext_lazy("For how long?"),
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={"required": gettext_lazy("Please choose one.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = [
            (months, ngettext("%(months)d month", "%(months)d months", months) % {"months": months})
            for months in PAUSES
        ]
        self.fields["months"].choices = choices  # type: ignore[attr-defined]


class LeavingForm(forms.ModelForm[Membership]):
    """The one question, which nobody has to answer."""

    class Meta:
        model = Membership
        fields = ["leaving", "leaving_words"]
        widgets = {"leaving": forms.RadioSelect, "leaving_words": forms.Textarea(attrs={"rows": 3})}
        labels = {"leaving_words": gettext_lazy("Anything else we should know")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaving"].choices = Membership.LEAVING  # type: ignore[attr-defined]  # without an empty one
        self.fields["leaving"].label = _("Why do you leave?")


class WayOutForm(AddressForm):
    """Which membership, of whom."""

    proof = forms.CharField(
        label=gettext_lazy("Last four digits of the card, or the number of a receipt (if you have it at hand)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
