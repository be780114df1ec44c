"""Topic: what stories of several sections have in common."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

from masthead.articles.slugs import free_slug
from masthead.press import actions as press


class Topic(index.Indexed, TranslatableMixin, models.Model):
    """A subject with a page of its own: the flood, the harbour trial."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, allow_unicode=True)
    description = models.CharField(_("description"), max_length=300, blank=True)

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["locale", "slug"], name="topic_slug_once_a_language")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save and tell the press in one transaction: a new name must show in every story and list that names it."""
        self.slug = self.slug or free_slug(self)
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._tell("topic changed")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete and tell the press."""
        with transaction.atomic():
            self._tell("topic deleted")
            return super().delete(*args, **kwargs)

    def _tell(self, reason: str) -> None:
        """Its own page at once; its deeper pages and the many that only name it, behind the next reader's back."""
        press.change_tag(self.tag, reason, hard=True)
        press.change_tag(f"{self.tag}:older", reason, hard=False)
        press.change_tag(self.name_tag, reason, hard=False)

    @property
    def name_tag(self) -> str:
        """The tag of every page that names it; its own is that of the lists which its stories change."""
        return f"{self.tag}:name"

    @property
    def tag(self) -> str:
        """The tag of every page that shows this topic."""
        return f"topic:{self.pk}"

    def clean(self) -> None:
        """Make the slug from the name if none was given."""
        super().clean()
        if not self.slug:
            self.slug = free_slug(self)
