"""`{% picture image "card" %}`: one picture in the sizes a place needs, with its own alternative text."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from masthead.press.tags import carry

register = template.Library()


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


@register.simple_tag(takes_context=True)
def picture(context: Context, image: Any, place: str, alt: str | None = None, eager: bool = False) -> SafeString:
    """An <img> of `image` for a place of PLACES; `eager` for the one picture that is seen first.

    `alt` replaces the picture's own description: give an empty one where a headline beside it says the same.
    """
    if image is None:
        return SafeString("")
    request = context.get("request")
    if request is not None:
        carry(request, image.tag)
    chosen = PLACES[place]
    made = list(image.get_renditions(*chosen.specs).values())
    # A small original gives the same width more than once.
    by_width = {rendition.width: rendition for rendition in made}
    middle = made[min(1, len(made) - 1)]
    srcset = ", ".join(f"{by_width[width].url} {width}w" for width in sorted(by_width))
    return format_html(
        '<img src="{}"{} width="{}" height="{}" alt="{}"{}>',
        middle.url,
        format_html(' srcset="{}" sizes="{}"', srcset, chosen.sizes) if len(by_width) > 1 else "",
        middle.width,
        middle.height,
        image.description if alt is None else alt,
        SafeString(' fetchpriority="high"' if eager else ' loading="lazy" decoding="async"'),
    )
