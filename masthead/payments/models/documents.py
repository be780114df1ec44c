"""Documents: receipts, invoices and credit notes, numbered without a gap and frozen when they are issued."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.payments.models.fields import Amounted
from masthead.payments.models.payments import Payment
from masthead.payments.models.returns import Refund


class Series(models.Model):
    """A run of numbers. The row is locked while a number is taken, so numbers follow each other without a gap."""

    name = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of documents")
        verbose_name_plural = _("series of documents")

    def __str__(self) -> str:
        return self.name


class Document(Amounted):
    """What the reader gets for money. `said` holds the frozen words: issuer, payer, lines, tax."""

    RECEIPT, CREDIT_NOTE = "receipt", "credit_note"
    KINDS = [(RECEIPT, _("receipt")), (CREDIT_NOTE, _("credit note"))]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField(_("number"))
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="documents")
    # What a credit note takes back: a refund, or (None) the payment lost in a dispute.
    refund = models.OneToOneField(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="document")
    tax_category = models.CharField(_("tax category"), max_length=40, blank=True)
    tax_percent = models.DecimalField(_("tax rate, per cent"), max_digits=5, decimal_places=2, default=0)
    tax = models.BigIntegerField(_("tax in it"), default=0)
    language = models.CharField(max_length=12, default="en")
    said = models.JSONField(default=dict)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    # The law's time is over: who paid has been taken out of what it says.
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=models.Q(kind="receipt"), name="document_one_receipt_a_payment"
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(kind="credit_note", refund__isnull=True),
                name="document_one_note_a_lost_dispute",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series.name}-{self.number:06}"
