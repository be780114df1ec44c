"""Picture and File: uploads with the words they need before they are published."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Picture(AbstractImage):
    """An uploaded picture. `description` (alternative text), caption and credit are needed before publishing."""

    caption = models.CharField(
        _("caption"),
        max_length=500,
        blank=True,
        help_text=_("What readers see, where and when. Shown under the picture."),
    )
    credit = models.CharField(
        _("credit"),
        max_length=255,
        blank=True,
        help_text=_("Who made it, and for whom: Olha Marchenko / The Courier."),
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "caption",
        "credit",
        "collection",
        "tags",
        *Image.admin_form_fields[-4:],
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_image", "Can choose image")]

    def get_upload_to(self, filename: str) -> str:
        """A path that nobody guesses from the cut pictures readers see: the original may hold where it was taken."""
        kept = PurePosixPath(str(super().get_upload_to(filename)))
        folder = secrets.token_urlsafe(12)
        # The database holds 100 characters, of which the folder takes some.
        return f"originals/{folder}/{kept.stem[:60]}{kept.suffix}"

    @property
    def missing_words(self) -> list[str]:
        """The names of the words this picture still lacks, in the desk's language."""
        wanted = {
            _("alternative text"): self.description,
            _("caption"): self.caption,
            _("credit"): self.credit,
        }
        return [str(name) for name, words in wanted.items() if not words.strip()]


class PictureRendition(AbstractRendition):
    """A picture cut and scaled for one place."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def __str__(self) -> str:
        return f"{self.image_id} {self.filter_spec}"


class File(AbstractDocument):
    """A document that readers may download."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        permissions = [("choose_document", "Can choose document")]
