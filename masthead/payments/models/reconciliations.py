"""Reconciliations: each time our ledger was laid beside a provider's books, and what came of it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reconciliation(models.Model):
    """Amounts in `theirs` and `ours` are net, in minor units by currency."""

    gateway = models.CharField(max_length=20)
    since = models.DateTimeField(_("since"), null=True, blank=True)
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    lines = models.PositiveIntegerField(_("lines compared"), default=0)
    mended = models.PositiveIntegerField(_("found again"), default=0)
    differences = models.PositiveIntegerField(_("differences"), default=0)
    theirs = models.JSONField(default=dict)
    ours = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        indexes = [models.Index(fields=["gateway", "-started_at"], name="reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.started_at:%Y-%m-%d %H:%M}"
