"""Person: whoever a story may be by, one human or a collective desk."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

from masthead.articles.slugs import free_slug
from masthead.press import actions as press


class Person(index.Indexed, TranslatableMixin, models.Model):  # type: ignore[django-manager-missing]
    """A name in a byline. Has a page of its own; need not have an account."""

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save and tell the press in one transaction: a new name must show in every story that names them."""
        self.slug = self.slug or free_slug(self)
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._tell("person changed")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete and tell the press."""
        with transaction.atomic():
            self._tell("person deleted")
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
        """The tag of every page that shows this person."""
        return f"person:{self.pk}"

    def clean(self) -> None:
        """Make the slug from the name if none was given."""
        super().clean()
        if not self.slug:
            self.slug = free_slug(self)
