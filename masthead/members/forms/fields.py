"""Fields that take what people type: one line or several, without what has no place in a letter's header."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

NAME = 120  # characters
WORDS = 1000  # characters


def _too_long(limit: int) -> Any:
    sentence = ngettext_lazy(
        "Please write at most %(limit)d character here.", "Please write at most %(limit)d characters here.", limit
    )
    return sentence % {"limit": limit}


class Line(forms.CharField):
    """One line. Line breaks and other white space become a space; other control characters are refused."""

    def __init__(self, *, most: int = NAME, **kwargs: Any) -> None:
        messages = {"max_length": _too_long(most), **kwargs.pop("error_messages", {})}
        super().__init__(max_length=most, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        """The words with single spaces between them."""
        line = " ".join(str(super().to_python(value) or "").split())
        if any(unicodedata.category(letter) == "Cc" for letter in line):
            raise ValidationError(_("This holds a character that can’t be printed. Please type it anew."))
        return line


class Prose(forms.CharField):
    """A few sentences, in lines."""

    widget = forms.Textarea

    def __init__(self, *, most: int = WORDS, **kwargs: Any) -> None:
        messages = {"max_length": _too_long(most), **kwargs.pop("error_messages", {})}
        super().__init__(max_length=most, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        """The text with plain line ends, and without what can't be printed."""
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) != "Cc")


class Address(forms.EmailField):
    """A mail address, in small letters as accounts keep it."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "required": _("Please write a mail address."),
            "invalid": _("This is no mail address; one looks like nadia@example.org."),
            "max_length": _("This is no mail address; one looks like nadia@example.org."),
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(max_length=254, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        """Without the spaces that a paste brings."""
        return str(super().to_python(value) or "").lower()
