"""Forms of readers' sign-in and of the reader's own place; and the one by which a lost password is set anew."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import ConfirmLoginCodeForm, ResetPasswordForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from masthead.accounts import letters
from masthead.accounts.models import Account


class NewPasswordForm(ResetPasswordForm):
    """As allauth's; an address that isn't known takes as long as one that is."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write to whoever has the address, or do the same work for nobody."""
        if not self.users:
            context = {"password_reset_url": "https://example.invalid/" + "x" * 60}
            letters.write_sealed(letters.NEW_PASSWORD, self.cleaned_data["email"], context, discard=True)
        return str(super().save(request, **kwargs))


class AddressForm(forms.Form):
    """A reader's mail address."""

    email = forms.EmailField(
        label=_("Your mail address"),
        max_length=254,
        error_messages={
            "required": _("Please write your mail address."),
            "invalid": _("This is no mail address; one looks like nadia@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        """The address in small letters, as it is kept."""
        address: str = self.cleaned_data["email"]
        return address.lower()


class CodeForm(ConfirmLoginCodeForm):
    """The six digits of a letter."""

    code = forms.CharField(
        label=_("The six digits"),
        max_length=40,
        error_messages={"required": _("Please type the six digits of the letter.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "pattern": "[0-9 ]*",
                "maxlength": "12",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
    )

    def clean_code(self) -> str:
        """The digits. Raises ValidationError with words for somebody who mistyped."""
        try:
            return str(super().clean_code())
        except forms.ValidationError:
            raise forms.ValidationError(_("These aren't the digits of the last letter. Please look again.")) from None


class NameForm(forms.ModelForm[Account]):
    """How a reader is addressed."""

    class Meta:
        model = Account
        fields: ClassVar[list[str]] = ["first_name", "last_name"]
        labels: ClassVar[dict[str, Any]] = {"first_name": _("First name"), "last_name": _("Last name")}
        widgets: ClassVar[dict[str, Any]] = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


class EraseForm(forms.Form):
    """The second step of being erased."""

    sure = forms.BooleanField(
        label=_("Yes, erase me. I know that this can't be undone."),
        error_messages={"required": _("Please tick the box, or leave everything as it is.")},
    )
