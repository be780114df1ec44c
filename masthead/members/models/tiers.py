"""Tiers and what they cost: what a reader can choose from."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from masthead.lib.money import AmountError, Money, MoneyError, exponent, parse_amount
from masthead.lib.periods import MONTH, ONCE, YEAR
from masthead.members.models.offer import OnOffer

INTERVALS = [(MONTH, _("monthly")), (YEAR, _("yearly")), (ONCE, _("once"))]


class TierQuerySet(models.QuerySet["Tier"]):
    """Tiers as readers see them."""

    def offered(self) -> Self:
        """Those readers may choose now, in the newsroom's order, with their words and prices."""
        return self.filter(is_offered=True).order_by("position", "pk").prefetch_related("words", "prices")


class Tier(OnOffer, ClusterableModel):
    """One way of being a member. Its words are kept a language each, its prices a currency and an interval each."""

    slug = models.SlugField(_("name in addresses"), unique=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_offered = models.BooleanField(_("readers can choose it"), default=True)
    is_recommended = models.BooleanField(_("chosen beforehand"), default=False)
    gift_months = models.CharField(
        _("gift lengths, in months"), max_length=40, default="3,6,12", blank=True, help_text=_("For example 3,6,12.")
    )
    tax_category = models.CharField(
        _("tax category"), max_length=40, blank=True, help_text=_("As it is to stand on receipts.")
    )
    tax_percent = models.DecimalField(
        _("tax rate, per cent"), max_digits=5, decimal_places=2, default=0, help_text=_("Contained in the price.")
    )

    objects = TierQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("slug"), FieldPanel("position")]),
        FieldRowPanel([FieldPanel("is_offered"), FieldPanel("is_recommended")]),
        InlinePanel("words", label=_("words"), heading=_("Words, a language each"), min_num=1),
        InlinePanel("prices", label=_("price"), heading=_("Prices")),
        FieldPanel("gift_months"),
        FieldRowPanel([FieldPanel("tax_category"), FieldPanel("tax_percent")]),
    ]

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def said(self) -> TierWords | None:
        """Its words in the reader's language, else in the first there is."""
        words = list(self.words.all())
        return next((each for each in words if each.language == get_language()), words[0] if words else None)

    @property
    def name(self) -> str:
        """What it is called in the reader's language."""
        said = self.said()
        return said.name if said else self.slug

    @property
    def gift_lengths(self) -> list[int]:
        """Months a gift of it can last."""
        return [int(part) for part in self.gift_months.split(",") if part.strip().isdecimal() and int(part)]


class TierWords(OnOffer):
    """What a tier is called and what it brings, in one language."""

    tier = ParentalKey(Tier, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=12, default="en")
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("in a sentence"), max_length=200, blank=True)
    benefits = models.TextField(_("benefits, one a line"), blank=True)

    class Meta:
        verbose_name = _("words of a tier")
        verbose_name_plural = _("words of tiers")
        constraints = [models.UniqueConstraint(fields=["tier", "language"], name="tier_words_once_a_language")]

    def __str__(self) -> str:
        return self.name

    @property
    def benefit_lines(self) -> list[str]:
        """Each benefit."""
        return [line.strip() for line in self.benefits.splitlines() if line.strip()]


class Price(OnOffer):
    """What a tier costs in a currency for an interval, and what else may be given instead. All in minor units."""

    tier = ParentalKey(Tier, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    interval = models.CharField(_("how often"), max_length=5, choices=INTERVALS, default=MONTH)
    amount = models.PositiveIntegerField(
        _("amount"), help_text=_("In the smallest unit: 500 is five euros, but five hundred yen.")
    )
    minimum = models.PositiveIntegerField(_("least amount"), help_text=_("In the smallest unit."))
    presets = models.CharField(
        _("other amounts on buttons"), max_length=100, blank=True, help_text=_("In the smallest unit: 800,1500.")
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [models.UniqueConstraint(fields=["tier", "currency", "interval"], name="price_once")]

    def __str__(self) -> str:
        return f"{self.money} {self.get_interval_display()}"

    def clean(self) -> None:
        """A price is above nothing, in a currency that exists, and its minimum isn't above it."""
        try:
            exponent(self.currency)
        except MoneyError:
            raise ValidationError({"currency": _("There is no such currency.")}) from None
        if not 0 < (self.minimum or 0) <= (self.amount or 0):
            raise ValidationError({"minimum": _("The least amount must be above nothing and at most the amount.")})
        if any(each < self.minimum for each in self.preset_amounts):
            raise ValidationError({"presets": _("An amount on a button is below the least amount.")})

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)

    @property
    def preset_amounts(self) -> list[int]:
        """All amounts on buttons, smallest first, the price itself among them."""
        others = [int(part) for part in self.presets.split(",") if part.strip().isdecimal()]
        return sorted({self.amount, *others} - {0})

    def parse(self, text: str, language: str) -> Money:
        """An amount typed by the reader. Raises AmountError, also ("least") for less than the minimum."""
        money = parse_amount(text, self.currency, language)
        if money.minor < self.minimum:
            raise AmountError("least")
        return money
