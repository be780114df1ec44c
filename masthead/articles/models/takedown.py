"""Takedown: a story withdrawn for good. Its address answers 410 from then on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Takedown(models.Model):
    """Who withdrew which address, when, and what readers are told. `lifted_at` ends it (UTC)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        "articles.Article",
        null=True,
        on_delete=models.SET_NULL,
        related_name="takedowns",
        verbose_name=_("article"),
    )
    path = models.CharField(_("address"), max_length=1000, db_index=True, help_text=_("The story's path on the site."))
    headline = models.CharField(_("headline"), max_length=255)
    reason = models.TextField(_("reason, for the record"), max_length=1000)
    public_note = models.CharField(_("what readers are told"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("takedown")
        verbose_name_plural = _("takedowns")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.headline
