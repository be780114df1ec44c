"""Giving: one gift, or many by a list; and the code of one that was given."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masthead.lib.money import MOST
from masthead.lib.periods import ONCE
from masthead.members.forms.fields import NAME, Address, Line, Prose
from masthead.members.forms.support import GONE, PayerForm
from masthead.members.joining import Present
from masthead.members.offering import Present as Length

MOST_GIFTS = 500
LARGEST_LIST = 200 * 1024  # bytes
LATEST = timedelta(days=366)  # how far ahead a gift may be ordered
_HEADINGS = frozenset({"name", "mail", "email", "e-mail", "address", "mail address", "ім’я", "пошта", "адреса"})


class GivingForm(PayerForm):
    """What is given, by whom, and when."""

    gift = forms.CharField(max_length=40, required=False)
    name = Line(required=False)
    message = Prose(required=False)
    day = forms.DateField(
        required=False, error_messages={"invalid": gettext_lazy("Please write a day such as 2027-03-08.")}
    )

    interval = ONCE

    def __init__(self, *args: Any, lengths: Sequence[Sequence[Length]], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lengths = {each.key: each for row in lengths for each in row}
        self.currency = currency

    def clean_gift(self) -> str:
        """A tier and a length that are offered in the chosen currency."""
        key: str = self.cleaned_data["gift"]
        if not key:
            raise ValidationError(_("Please choose what to give."))
        if key not in self.lengths:
            raise ValidationError(GONE)
        return key

    def clean_day(self) -> date | None:
        """A day from today on, and not too far away."""
        day: date | None = self.cleaned_data["day"]
        today = timezone.localdate()
        if day and day < today:
            raise ValidationError(_("This day has gone by. Please choose today or a later one."))
        if day and day > today + LATEST:
            raise ValidationError(_("Please choose a day within the next twelve months."))
        return day

    @property
    def length(self) -> Length:
        """What was chosen."""
        return self.lengths[self.cleaned_data["gift"]]

    def is_own(self, address: str) -> bool:
        """Whether it is the giver's own address."""
        return address.lower() in {str(self.cleaned_data.get("email", "")).lower(), self.known_as.lower()} - {""}


class GiftForm(GivingForm):
    """One gift, by mail or as a card to print."""

    PAGE = ("gift", "how", "recipient_name", "recipient_email", "day", "message")

    how = forms.ChoiceField(choices=[("mail", ""), ("card", "")], required=False)
    recipient_name = Line(required=False)
    recipient_email = Address(required=False)

    def clean_how(self) -> str:
        """By mail, unless a card was asked for."""
        return self.cleaned_data["how"] or "mail"

    def clean_recipient_email(self) -> str:
        """Needed for a letter, and not the giver's own."""
        address: str = self.cleaned_data["recipient_email"]
        if self.cleaned_data.get("how") == "card":
            return ""  # see `clean`, too
        if not address:
            raise ValidationError(_("Please write where the gift should be sent, or choose a card to print."))
        if self.is_own(address):
            raise ValidationError(
                _("This is your own address. Write that of the person you give to, or choose a card to print.")
            )
        return address

    def clean(self) -> dict[str, Any]:
        """A card needs no address, whatever was left in its field."""
        data = super().clean() or self.cleaned_data
        if data.get("how") == "card":
            self.errors.pop("recipient_email", None)
            data["recipient_email"] = ""
        return data

    def presents(self) -> list[Present]:
        """The one gift."""
        data = self.cleaned_data
        by_mail = data["how"] == "mail"
        day = data["day"] if by_mail else None
        return [Present(data["recipient_name"], data["recipient_email"], data["message"], day)]


class ManyGiftsForm(GivingForm):
    """Gifts by a list of names and addresses, by a file with such a list, or a number of cards to print."""

    PAGE = ("gift", "lines", "file", "cards", "day", "message")

    lines = forms.CharField(required=False, widget=forms.Textarea)
    file = forms.FileField(required=False)
    cards = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_GIFTS,
        error_messages={
            name: gettext_lazy("Please write a number from 0 to 500.") for name in ("invalid", "min_value", "max_value")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: list[str] = []
        self.listed: list[Present] = []

    def words_for(self, name: str) -> list[str]:
        """Of the list, line by line."""
        return self.problems if name == "lines" and self.problems else super().words_for(name)

    @property
    def text(self) -> str:
        """The list as it stands in the field: what was typed, and below it what the file held, so nothing is lost."""
        return getattr(self, "_text", str(self.data.get("lines", "")))

    def clean_file(self) -> str:
        """The file's text."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LARGEST_LIST:
            raise ValidationError(_("This file is too large for a list of 500 people."))
        content = file.read()
        try:
            return str(content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError(_("Please save the list as “CSV UTF-8”, or paste it into the field.")) from None

    def clean(self) -> dict[str, Any]:
        """Read the list, line by line; say what is wrong with which."""
        data = super().clean() or self.cleaned_data
        parts = [data.get("lines") or "", data.get("file") or ""]
        self._text = "\n".join(part.strip("\n") for part in parts if part.strip())
        self._read(self._text)
        cards = data.get("cards") or 0
        total = len(self.listed) + cards
        if not self.problems and not total and "cards" not in self.errors and "file" not in self.errors:
            self.add_error("lines", _("Please write at least one name, or how many cards you would like."))
        if total > MOST_GIFTS:
            self.problems.append(
                _("These are %(count)d gifts; please order at most %(most)d at once.")
                % {"count": total, "most": MOST_GIFTS}
            )
        if not self.errors.get("gift") and data.get("gift") and total * self.length.money.minor > MOST:
            self.problems.append(_("Together this is more than can be paid at once. Please order in parts."))
        if self.problems:
            self.add_error("lines", _("Some lines need another look; what is wrong with each stands above."))
        return data

    def _read(self, text: str) -> None:
        seen: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            cells = _cells(line)
            if not cells or (number == 1 and {cell.lower() for cell in cells} <= _HEADINGS):
                continue
            try:
                self.listed.append(self._present(cells, seen, number))
            except ValidationError as error:
                words = {"number": number, "line": line.strip()[:60], "why": error.messages[0]}
                self.problems.append(_("Line %(number)d, “%(line)s”: %(why)s.") % words)

    def _present(self, cells: list[str], seen: dict[str, int], number: int) -> Present:
        addresses = [cell for cell in cells if "@" in cell]
        names = [cell for cell in cells if "@" not in cell]
        if len(addresses) > 1 or len(names) > 1:
            raise ValidationError(_("more than a name and a mail address"))
        name = " ".join(names[0].split()) if names else ""
        if len(name) > NAME:
            raise ValidationError(_("this name is too long"))
        address = addresses[0].lower() if addresses else ""
        if address:
            self._check(address)
            if seen.setdefault(address, number) != number:
                raise ValidationError(_("the same address as in line %d") % seen[address])
        return Present(name, address)

    def _check(self, address: str) -> None:
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(_("this is no mail address")) from None
        if self.is_own(address):
            raise ValidationError(_("this is your own address"))

    def presents(self) -> list[Present]:
        """Everybody listed, and the cards without a name."""
        data = self.cleaned_data
        message, day = data["message"], data["day"]
        named = [
            Present(each.recipient_name, each.recipient_email, message, day if each.recipient_email else None)
            for each in self.listed
        ]
        return [*named, *(Present(message=message) for _number in range(data.get("cards") or 0))]


def _cells(line: str) -> list[str]:
    """A line's cells, whatever they are divided by. What can't be printed is left out."""
    line = "".join(letter for letter in line if letter.isprintable() or letter == "\t")
    mark = next((each for each in ("\t", ";", ",") if each in line), ",")
    try:
        row = next(csv.reader([line], delimiter=mark, skipinitialspace=True), [])
    except csv.Error:
        row = line.split(mark)
    return [cell.strip() for cell in row if cell.strip()]


class CodeForm(forms.Form):
    """A gift's code as it is typed."""

    code = Line(
        most=60,
        error_messages={"required": gettext_lazy("Please type the code of your gift.")},
    )
