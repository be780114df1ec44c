"""Where a picture may stand on a page, and the sizes it is cut to for each place."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Where a picture stands: the renditions made for it, and how wide a browser should expect it."""

    specs: tuple[str, ...]
    sizes: str = ""


def _cut(ratio: tuple[int, int], *widths: int) -> tuple[str, ...]:
    """Renditions of one shape, cut around the picture's focal point."""
    return tuple(f"fill-{width}x{round(width * ratio[1] / ratio[0])}" for width in widths)


def _whole(*widths: int) -> tuple[str, ...]:
    """Renditions of the whole picture; very tall ones are held to twice their width."""
    return tuple(f"max-{width}x{2 * width}" for width in widths)


# Widths are steps that differ enough to be worth a request; the format (WebP) is set for the whole site.
PLACES = {
    "lead": Place(_cut((3, 2), 480, 800, 1200, 1600), "(min-width:64em) 44rem,100vw"),
    "story": Place(_whole(480, 800, 1200, 1600), "(min-width:64em) 58rem,100vw"),
    "wide": Place(_whole(480, 800, 1200, 1600), "(min-width:64em) 58rem,100vw"),
    "column": Place(_whole(480, 800, 1200), "(min-width:44em) 40rem,100vw"),
    "slide": Place(_cut((4, 3), 480, 800, 1200), "(min-width:44em) 36rem,85vw"),
    "card": Place(_cut((3, 2), 320, 480, 800), "(min-width:44em) 22rem,100vw"),
    "row": Place(_cut((3, 2), 240, 480, 640), "(min-width:40em) 13rem,6.5rem"),
    "thumb": Place(_cut((3, 2), 120, 240, 360), "7.5rem"),
    "face": Place(_cut((1, 1), 48, 96, 144), "48px"),
    "portrait": Place(_cut((1, 1), 120, 240, 360), "120px"),
}

# For other people's cards and for feeds: the size shared links ask for, in the format all of them read.
CARD = "fill-1200x630|format-jpeg"
# What every picture of a story is cut to as soon as it is uploaded, so that publishing it needn't wait.
_SHOWN = ("lead", "story", "column", "card", "row", "thumb")
AT_UPLOAD = tuple(dict.fromkeys([*(spec for name in _SHOWN for spec in PLACES[name].specs), CARD]))
