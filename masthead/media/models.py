"""Picture and File: uploads with the words they need before they are published."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from masthead.press import actions as press


def picture_tag(key: int) -> str:
    """The tag of every page that shows the picture with this key."""
    return f"picture:{key}"


def _cut_later(key: int) -> None:
    from masthead.media.tasks import cut_picture

    cut_picture.enqueue(key)


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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save and tell the press: at once of another file, for the old one's cuts go; softly of other words."""
        with transaction.atomic():
            before = Picture.objects.filter(pk=self.pk).values_list("file", flat=True).first() if self.pk else None
            super().save(*args, **kwargs)
            if before != self.file.name:
                transaction.on_commit(partial(_cut_later, self.pk))
            if before is not None:
                press.change_tag(self.tag, "picture changed", hard=before != self.file.name)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete and tell the press: its files are gone."""
        with transaction.atomic():
            press.change_tag(self.tag, "picture deleted", hard=True)
            return super().delete(*args, **kwargs)

    @property
    def tag(self) -> str:
        """The tag of every page that shows this picture."""
        return picture_tag(self.pk)

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
