"""Transfers: money that staff found on the bank's statement, or sent back; the books of the manual gateway."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.payments.models.fields import Amounted
from masthead.payments.models.orders import Order

REFERENCE_LENGTH = 100


class Transfer(Amounted):
    """One line of the bank's statement. A negative amount is money sent back. The bank's reference counts once."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="transfers")
    reference = models.CharField(_("reference on the statement"), max_length=REFERENCE_LENGTH, unique=True)
    booked_at = models.DateTimeField(_("booked"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("confirmed by")
    )
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bank transfer")
        verbose_name_plural = _("bank transfers")
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="transfer_amount_is_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.money}"
