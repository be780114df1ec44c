"""What comes back: refunds that we or the provider gave, disputes that the payer's bank opened."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.payments.models.fields import REF_LENGTH, Amounted
from masthead.payments.models.payments import Payment


class Refund(Amounted):
    """Part or all of a payment given back. Made here first when staff asks for it, so a crash can't ask twice."""

    PENDING, SUCCEEDED, FAILED, CANCELED = "pending", "succeeded", "failed", "canceled"
    STATES = [
        (PENDING, _("under way")),
        (SUCCEEDED, _("given back")),
        (FAILED, _("failed")),
        (CANCELED, _("canceled")),
    ]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    gateway = models.CharField(max_length=20)
    ref = models.CharField(_("name at the provider"), max_length=REF_LENGTH, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=PENDING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("given by"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.UniqueConstraint(fields=["gateway", "ref"], name="refund_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_amount_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"


class Dispute(Amounted):
    """The payer's bank wants the money back; it is out of our hands until it is won or lost."""

    OPEN, WON, LOST = "open", "won", "lost"
    STATES = [(OPEN, _("open")), (WON, _("won")), (LOST, _("lost"))]

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    gateway = models.CharField(max_length=20)
    ref = models.CharField(_("name at the provider"), max_length=REF_LENGTH)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=OPEN)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    answer_by = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [models.UniqueConstraint(fields=["gateway", "ref"], name="dispute_once")]

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"
