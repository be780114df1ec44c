"""The newsroom's mark in the sizes that browsers and phones ask for: its logo, else a letter on its colour."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from masthead.fronts.newsroom import Face
from masthead.lib.colour import channels
from masthead.media.models import Picture

SIZES = (32, 180, 192, 512)
# A maskable icon may be cut to a circle; what matters stays within four fifths of it.
SAFE = 0.8


def png(face: Face, size: int, *, maskable: bool = False) -> bytes:
    """The mark as PNG."""
    return _saved(_mark(face, size, maskable=maskable), "PNG")


def ico(face: Face) -> bytes:
    """The mark as an .ico of 32 pixels."""
    return _saved(_mark(face, 32), "ICO")


def _saved(mark: Image.Image, form: str) -> bytes:
    held = BytesIO()
    mark.save(held, form)
    return held.getvalue()


def _mark(face: Face, size: int, *, maskable: bool = False) -> Image.Image:
    logo = _logo(face.logo_id)
    colour = channels(face.accent)
    if logo is None:
        return _drawn(face.name, colour, size, SAFE if maskable else 1.0)
    if not maskable:
        return ImageOps.pad(logo, (size, size), color=(0, 0, 0, 0))
    paper = Image.new("RGBA", (size, size), (*colour, 255))
    inner = round(size * SAFE)
    shown = ImageOps.pad(logo, (inner, inner), color=(0, 0, 0, 0))
    paper.alpha_composite(shown, ((size - inner) // 2, (size - inner) // 2))
    return paper


def _logo(key: int | None) -> Image.Image | None:
    picture = Picture.objects.filter(pk=key).first() if key else None
    if picture is None:
        return None
    try:
        with picture.file.open("rb") as held, Image.open(held) as opened:
            return opened.convert("RGBA")
    except (OSError, Image.DecompressionBombError):
        return None


def _drawn(name: str, colour: tuple[int, int, int], size: int, share: float) -> Image.Image:
    mark = Image.new("RGBA", (size, size), (*colour, 255))
    brush = ImageDraw.Draw(mark)
    letter = next((sign for sign in name.removeprefix("The ") if sign.isalnum()), "").upper()
    if letter.isascii() and letter:
        font = ImageFont.load_default(size=size * 0.72 * share)
        brush.text((size / 2, size / 2), letter, fill="white", font=font, anchor="mm")
        return mark
    # Pillow's own font knows Latin only: a page with its masthead stands for every other script.
    edge, inner = size * (1 - 0.62 * share) / 2, size * 0.62 * share
    for top, height, width in ((0, 0.26, 1), (0.42, 0.1, 1), (0.64, 0.1, 1), (0.86, 0.1, 0.6)):
        brush.rectangle((edge, edge + top * inner, edge + width * inner, edge + (top + height) * inner), fill="white")
    return mark
