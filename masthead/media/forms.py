"""Uploads, looked at before they are kept: a file must be what its name says, whole, and of a bearable size."""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image as Pixels
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

# How the files we accept begin; the office formats are zip archives. Text has no such mark and is read instead.
BEGINNINGS = {
    "pdf": (b"%PDF-",),
    "rtf": (b"{\\rtf",),
    **dict.fromkeys(("docx", "key", "odt", "pptx", "xlsx", "zip"), (b"PK\x03\x04", b"PK\x05\x06")),
}
# What a browser could take for a page, if it were ever asked to guess.
PAGE_MARKS = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe")
LOOKED_AT = 4096  # bytes


def extension(name: str) -> str:
    """The part after the last dot, in small letters."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def beginning(file: UploadedFile[Any], length: int = LOOKED_AT) -> bytes:
    """The first bytes of an upload, which is left where it was."""
    file.seek(0)
    found = bytes(file.read(length))
    file.seek(0)
    return found


def is_plain_text(start: bytes) -> bool:
    """Whether these bytes are UTF-8 or UTF-16 text, or the old Windows kind, and no page for a browser."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return b"\x00" not in start and not start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGE_MARKS)


class PictureForm(BaseImageForm):
    """A picture is decoded once before it is kept, so that a damaged one is refused here and not on the front."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The field comes from Wagtail with its own checks; forms for words alone have none.
        if "file" in self.fields:
            self.fields["file"].to_python = _whole(self.fields["file"].to_python)
        if "description" in self.fields:
            # What a story that lacks it is refused for, and by that name.
            self.fields["description"].label = gettext_lazy("Alternative text")


def _whole(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Wagtail's check of format, bytes and pixels, and then the decoder's, each failure in words."""

    def to_python(data: Any) -> Any:
        try:
            file = check(data)
            if isinstance(file, UploadedFile):
                _decode(file)
        except ValidationError:
            raise
        except (Pixels.DecompressionBombError, Pixels.DecompressionBombWarning):
            raise ValidationError(_("This picture has too many pixels; save it smaller.")) from None
        except Exception:  # a decoder may fail in any way on hostile bytes
            raise ValidationError(_("This picture is damaged: it can't be read to its end.")) from None
        return file

    return to_python


def _decode(file: UploadedFile[Any]) -> None:
    """Read the picture to its end. Raises whatever the decoder raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Pixels.DecompressionBombWarning)
        file.seek(0)
        # Not closed: that would close the upload, which is still to be kept.
        Pixels.open(file).load()
        file.seek(0)


class FileForm(BaseDocumentForm):
    """A file for readers is what its name says."""

    def clean_file(self) -> Any:
        """Refuse a file whose first bytes are something else than its extension."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        kind, start = extension(file.name or ""), beginning(file)
        marks = BEGINNINGS.get(kind)
        if marks and not start.startswith(marks):
            raise ValidationError(_("This isn't a .%(kind)s file, whatever its name says.") % {"kind": kind})
        if kind in {"csv", "txt"} and not is_plain_text(start):
            raise ValidationError(_("This isn't plain text, whatever its name says."))
        return file
