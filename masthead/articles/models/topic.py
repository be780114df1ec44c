"""Topic: what stories of several sections have in common."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

from masthead.articles.models.named import FormerSlug, Named


class Topic(Named, index.Indexed, TranslatableMixin, models.Model):
    """A subject with a page of its own: the flood, the harbour trial."""

    noun = "topic"

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


class FormerTopicSlug(FormerSlug):
    """A slug that a topic had."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="former_slugs")
