"""The columns every row of money has."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.lib.money import Money

REF_LENGTH = 255  # the longest name a provider gives its objects


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code in capitals."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["max_length"] = 3
        kwargs.setdefault("validators", [RegexValidator(r"\A[A-Z]{3}\Z")])
        kwargs.setdefault("verbose_name", _("currency"))
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class Amounted(models.Model):
    """A row with an amount in minor units of its currency."""

    amount = models.BigIntegerField(_("amount"))
    currency = CurrencyField()

    class Meta:
        abstract = True

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)
