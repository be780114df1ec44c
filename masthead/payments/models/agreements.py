"""Agreement: at the provider, to pay again and again; a mirror of what the provider said last."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.payments.models.fields import REF_LENGTH, Amounted
from masthead.payments.models.orders import Order


class Agreement(Amounted):
    """One an order. Its state is the provider's; what it means for a membership is decided above."""

    ACTIVE, PAST_DUE, PAUSED, ENDED = "active", "past_due", "paused", "ended"
    STATES = [(ACTIVE, _("active")), (PAST_DUE, _("payment is late")), (PAUSED, _("paused")), (ENDED, _("ended"))]

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="agreement")
    gateway = models.CharField(_("paid through"), max_length=20)
    ref = models.CharField(_("name at the provider"), max_length=REF_LENGTH)
    customer_ref = models.CharField(_("payer at the provider"), max_length=REF_LENGTH, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES)
    interval = models.CharField(_("how often"), max_length=5, choices=Order.INTERVALS)
    anchor = models.DateTimeField(_("counted from"))
    period_start = models.DateTimeField(_("period from"))
    period_end = models.DateTimeField(_("period until"))
    cancel_at_end = models.BooleanField(_("ends with the period"), default=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=40, blank=True)
    card_brand = models.CharField(_("card"), max_length=20, blank=True)
    card_last4 = models.CharField(_("last four digits"), max_length=4, blank=True)
    card_expires = models.CharField(_("card is valid until"), max_length=7, blank=True, help_text="YYYY-MM")

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [models.UniqueConstraint(fields=["gateway", "ref"], name="agreement_once")]

    def __str__(self) -> str:
        return f"{self.money} {self.get_interval_display()}"
