"""Newsroom: what a site says of itself, and its one colour."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from masthead.lib import colour
from masthead.press import actions as press

# The theme's papers (static/css/tokens.css); a colour must be readable on both.
LIGHT_PAPER = "#fdfcf9"
DARK_PAPER = "#16181a"


@register_setting(icon="site", order=100)
class Newsroom(BaseSiteSetting):
    """One newsroom's face: name, tagline, colour, logo, and where to write to it."""

    name = models.CharField(_("name"), max_length=80, default="Masthead")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for search engines and shared links."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#9a2617",
        help_text=_("#rrggbb; must be readable on the page's paper."),
    )
    logo = models.ForeignKey(
        "media.Picture",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Square, at least 512 pixels; used in icons and by search engines."),
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    contact_email = models.EmailField(_("mail address for readers"), blank=True)
    address = models.TextField(_("postal address"), blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("tagline"), FieldPanel("description")], _("Name")),
        MultiFieldPanel([FieldPanel("accent"), FieldPanel("logo")], _("Face")),
        MultiFieldPanel([FieldPanel("founded_on"), FieldPanel("contact_email"), FieldPanel("address")], _("Imprint")),
    ]

    class Meta:
        verbose_name = _("newsroom")
        verbose_name_plural = _("newsrooms")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a colour that can't be read. Raises ValidationError on the field."""
        super().clean()
        try:
            ratio = colour.contrast(self.accent, LIGHT_PAPER)
        except ValueError:
            raise ValidationError({"accent": _("Write the colour as #rrggbb, for example #9a2617.")}) from None
        if ratio < 4.5:
            suggestion = colour.readable_on(self.accent, LIGHT_PAPER, "#000000")
            raise ValidationError(
                {
                    "accent": _(
                        "Too pale: its contrast on the paper is %(ratio).1f to 1, readers need 4.5. Try %(suggestion)s."
                    )
                    % {"ratio": ratio, "suggestion": suggestion}
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save and tell the press in one transaction: every page carries the newsroom's name and colour."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            press.change_tag("newsroom", "newsroom settings", hard=False)
            press.change_tag("menu", "newsroom settings", hard=False)

    @property
    def accent_on_dark(self) -> str:
        """The accent as it is used on the dark paper: lighter until it can be read there."""
        return colour.readable_on(self.accent, DARK_PAPER, "#ffffff")
