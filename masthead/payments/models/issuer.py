"""Issuer: who stands on receipts, and how long the law wants them kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="doc-full", order=310)
class Issuer(BaseGenericSetting):
    """The newsroom as the law knows it. What is changed here stands on documents issued from then on."""

    legal_name = models.CharField(
        _("legal name"), max_length=200, blank=True, help_text=_("Empty: the newsroom's own name.")
    )
    address = models.TextField(_("address"), max_length=500, blank=True)
    tax_number = models.CharField(
        _("tax number"), max_length=80, blank=True, help_text=_("As it is to stand there: VAT ID DE123456789.")
    )
    footer = models.TextField(
        _("at the foot"), max_length=1000, blank=True, help_text=_("For example the register, or a sentence on tax.")
    )
    keep_years = models.PositiveSmallIntegerField(
        _("years to keep"),
        default=10,
        help_text=_("Counted from the end of the year of issue; then names and addresses are taken out."),
    )

    panels = [
        FieldPanel("legal_name"),
        FieldPanel("address"),
        FieldPanel("tax_number"),
        FieldPanel("footer"),
        FieldPanel("keep_years"),
    ]

    class Meta:
        verbose_name = _("receipts")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
