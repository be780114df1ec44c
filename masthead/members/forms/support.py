"""Becoming a member, and giving once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from masthead.lib.money import AmountError, Money
from masthead.members.forms.fields import Address, Line, Prose
from masthead.members.joining import Said
from masthead.members.offering import CEILING, OWN, Group
from masthead.payments.actions import offered

GONE = gettext_lazy("This amount isn’t offered any more. Please choose again.")
NO_WAY = gettext_lazy("It can’t be paid for in this way. Please choose another.")


class PayerForm(forms.Form):
    """Who pays, and how: the end of every form of support."""

    email = Address(required=False)
    gateway = forms.CharField(max_length=20, required=False)
    nonce = forms.CharField(max_length=64, required=False)

    PAGE: ClassVar[tuple[str, ...]] = ()  # the fields before these, as the page has them
    interval: str
    currency: str

    def __init__(self, *args: Any, known_as: str = "", **kwargs: Any) -> None:
        """`known_as` is the address of whoever is signed in."""
        super().__init__(*args, **kwargs)
        self.known_as = known_as

    def complaints(self) -> list[tuple[str, str]]:
        """What is wrong, in the page's order, with the id of the place that mends it."""
        fields = ["__all__", *self.PAGE, "email", "name", "gateway"]
        return [(self.place(name), words) for name in fields for words in self.words_for(name)]

    def words_for(self, name: str) -> list[str]:
        """What is wrong with a field."""
        return [str(words) for words in self.errors.get(name, [])]

    def place(self, name: str) -> str:
        """The id of what mends a field."""
        return "" if name == "__all__" else name

    def clean_email(self) -> str:
        """The address typed, else that of whoever is signed in."""
        email: str = self.cleaned_data["email"] or self.known_as
        if not email:
            raise ValidationError(_("Please write your mail address: the receipt goes there."))
        return email

    def clean_nonce(self) -> str:
        """What a page calls this one sending of the form; without script there is none."""
        return str(self.cleaned_data.get("nonce") or "")

    def clean_gateway(self) -> str:
        """One that can take this. Where there is but one, nobody has to choose."""
        names = [each.name for each in offered(self.interval, self.currency)]
        said = self.cleaned_data["gateway"] or (names[0] if len(names) == 1 else "")
        if not said:
            raise ValidationError(_("Please choose how you would like to pay."))
        if said not in names:
            raise ValidationError(NO_WAY)
        return said


class SupportForm(PayerForm):
    """An amount, and what the supporter wants known."""

    choice = forms.CharField(max_length=40, required=False)
    name = Line(required=False)
    public = forms.ChoiceField(choices=[("no", ""), ("yes", "")], required=False)
    public_name = Line(required=False)
    reason = Prose(required=False)
    cover_fee = forms.BooleanField(required=False)

    PAGE = ("choice", "cover_fee", "public", "public_name", "reason")

    def __init__(self, *args: Any, groups: Sequence[Group], interval: str, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {group.key: group for group in groups}
        self.interval, self.currency = interval, currency
        self.group: Group | None = None
        self.money: Money | None = None
        self.wrong_group = ""

    def place(self, name: str) -> str:
        """A wrong amount is mended where it was written."""
        return f"own-{self.wrong_group}" if name == "choice" and self.wrong_group else super().place(name)

    def own_in(self, key: str) -> str:
        """What was written into a group's free field."""
        return str(self.data.get(f"own-{key}", "")).strip()[:60]

    def clean_choice(self) -> str:
        """The amount, from a button or a free field. What isn't clear is asked, not guessed."""
        key, _colon, said = self.cleaned_data["choice"].partition(":")
        written = [other for other in self.groups if self.own_in(other)]
        if not key and len(written) == 1:
            key, said = written[0], OWN
        if not key:
            raise ValidationError(_("Please choose an amount, or write one of your own."))
        group = self.groups.get(key)
        if group is None:
            raise ValidationError(GONE)
        if (stray := [other for other in written if other != key or said != OWN]) and said != OWN:
            self.wrong_group = stray[0]
            raise ValidationError(
                _("You chose one amount and wrote another. Please choose the one you mean, or empty the field.")
            )
        self.group, self.money = group, self._money(group, said)
        return f"{key}:{said}"

    def _money(self, group: Group, said: str) -> Money:
        try:
            money = group.read(said, self.own_in(group.key), get_language() or "en")
        except LookupError:
            raise ValidationError(GONE) from None
        except AmountError as error:
            self.wrong_group = group.key
            raise ValidationError(_amount_words(str(error), group)) from None
        return money

    def clean_public_name(self) -> str:
        """Needed only of who wants to be named, and not one's mail address by accident."""
        name: str = self.cleaned_data["public_name"] or self.cleaned_data.get("name", "")
        if self.cleaned_data.get("public") != "yes":
            return ""
        if not name:
            raise ValidationError(_("Please write the name we may thank you by, or stay anonymous."))
        if "@" in name:
            raise ValidationError(_("This looks like a mail address; it would be read by everybody."))
        return name

    @property
    def said(self) -> Said:
        """What they want known."""
        data = self.cleaned_data
        return Said(data["public_name"], data.get("public") == "yes", data["reason"])


def _amount_words(why: str, group: Group) -> str:
    language = get_language() or "en"
    least = group.least.format(language, short=True)
    if why == "least":
        return _("The least amount here is %(least)s.") % {"least": least}
    if why == "fraction":
        return _("This currency has no such small coin. Please write, for example, %(example)s.") % {
            "example": Money(group.usual, group.currency).format(language)
        }
    if why == "size":
        most = Money(CEILING, group.currency).format(language, short=True)
        return _("Please write an amount from %(least)s to %(most)s.") % {"least": least, "most": most}
    return _("This is no amount. Please write a number, for example %(example)s.") % {
        "example": Money(group.usual, group.currency).major.normalize().__format__("f")
    }
