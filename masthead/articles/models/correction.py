"""Correction: what was wrong in a published story, said in public and kept."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey


class Correction(models.Model):
    """A correction, clarification or editor's note. Rows are added, never changed."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        NOTE = "note", _("Editor's note")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = ParentalKey("articles.Article", on_delete=models.PROTECT, related_name="corrections")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CORRECTION)
    text = models.TextField(
        _("text"),
        max_length=1000,
        help_text=_("What was wrong, and what is right. Readers see it under the story."),
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises TypeError for a row that exists: what was said in public stays said."""
        if not self._state.adding:
            raise TypeError("A correction is never changed; issue another one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never: the record is kept. Raises TypeError."""
        raise TypeError("A correction is never deleted.")
