"""What a picture's file says beside the picture: where it was taken, with what, by whom. Readers get none of it."""

from __future__ import annotations

from typing import Any

from PIL import ImageOps
from willow.plugins.pillow import PillowImage

# Pillow's names for what it would write into the copy again; the colour profile stays, it changes what one sees.
TOLD = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "Raw profile type exif")


def orient_and_forget(picture: Any) -> PillowImage:
    """Turn the pixels as the camera was held, then forget all that the file tells; asked for before any cut."""
    upright = ImageOps.exif_transpose(picture.image)
    upright.info = {name: value for name, value in upright.info.items() if name not in TOLD}
    return PillowImage(upright)
