"""Notices: what providers told us, stored once each before anything else is done."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.payments.models.fields import REF_LENGTH


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by what is left to do."""

    def waiting(self) -> Self:
        """To be processed now."""
        return self.filter(processed_at__isnull=True, not_before__lte=timezone.now())


class Notice(models.Model):
    """It says that something changed, and about what; how things stand is then asked, not believed."""

    gateway = models.CharField(max_length=20)
    ref = models.CharField(_("name at the provider"), max_length=REF_LENGTH)
    kind = models.CharField(_("kind"), max_length=80)
    about = models.CharField(_("about"), max_length=REF_LENGTH)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["gateway", "ref"], name="notice_once")]
        indexes = [models.Index(fields=["processed_at", "not_before"], name="notice_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
