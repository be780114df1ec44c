"""The offer: what the newsroom says about support, and the rules it asks by."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from masthead.lib.money import MoneyError, exponent
from masthead.press.actions import change_tag

TAG = "support"  # carried by the pages that show tiers, prices or the rules of support


class OnOffer(models.Model):
    """A row the pages of support show: they are new as soon as it is."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save and tell the press, both or neither."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            change_tag(TAG, "what readers can choose changed", hard=True)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete and tell the press, both or neither."""
        with transaction.atomic():
            gone = super().delete(*args, **kwargs)
            change_tag(TAG, "what readers can choose changed", hard=True)
        return gone


@register_setting(icon="group", order=300)
class Offer(OnOffer, BaseGenericSetting):
    """Support, as this newsroom asks for it. Days are counted in the newsroom's zone."""

    currencies = models.CharField(
        _("currencies"), max_length=60, default="EUR", help_text=_("The first is shown first: EUR,USD,UAH.")
    )
    fee_percent = models.DecimalField(_("fee to be covered, per cent"), max_digits=4, decimal_places=2, default="2.90")
    fee_fixed = models.PositiveIntegerField(_("and, in the smallest unit"), default=30)
    grace_days = models.PositiveSmallIntegerField(_("days of grace when a renewal fails"), default=15)
    gift_valid_months = models.PositiveSmallIntegerField(_("months in which a gift can be redeemed"), default=24)
    remind_after_days = models.PositiveSmallIntegerField(_("days before a gift is remembered once"), default=30)

    panels = [
        FieldPanel("currencies"),
        FieldRowPanel([FieldPanel("fee_percent"), FieldPanel("fee_fixed")]),
        FieldRowPanel([FieldPanel("grace_days"), FieldPanel("gift_valid_months"), FieldPanel("remind_after_days")]),
    ]

    class Meta:
        verbose_name = _("support")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def clean(self) -> None:
        """Every currency exists."""
        try:
            for currency in self.currency_codes:
                exponent(currency)
        except MoneyError as error:
            raise ValidationError({"currencies": str(error)}) from error

    @property
    def currency_codes(self) -> list[str]:
        """As a list, the first one shown first."""
        return [part.strip().upper() for part in self.currencies.split(",") if part.strip()] or ["EUR"]

    def fee_for(self, minor: int) -> int:
        """What to add so that, after the provider's fee on the sum, at least this amount is left. Minor units."""
        kept = 1 - Decimal(self.fee_percent) / 100  # text until it has been read from the table once
        whole = ((minor + self.fee_fixed) / kept).quantize(Decimal(1), ROUND_UP)
        return int(whole) - minor
