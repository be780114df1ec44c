"""Person: whoever a story may be by, one human or a collective desk."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

from masthead.articles.models.named import FormerSlug, Named


class Person(Named, index.Indexed, TranslatableMixin, models.Model):  # type: ignore[django-manager-missing]
    """A name in a byline. Has a page of its own; need not have an account."""

    noun = "person"

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        DESK = "desk", _("Collective desk")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, allow_unicode=True)
    position = models.CharField(_("position"), max_length=120, blank=True, help_text=_("Court reporter, photographer…"))
    bio = models.TextField(_("about"), max_length=2000, blank=True)
    portrait = models.ForeignKey(
        "media.Picture",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_email = models.EmailField(_("mail address for readers"), blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="persons",
    )

    panels = [
        FieldPanel("kind"),
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("position"),
        FieldPanel("bio"),
        FieldPanel("portrait"),
        FieldPanel("contact_email"),
        FieldPanel("account"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("kind"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["locale", "slug"], name="person_slug_once_a_language")]

    def __str__(self) -> str:
        return self.name


class FormerPersonSlug(FormerSlug):
    """A slug that a person had."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_slugs")
