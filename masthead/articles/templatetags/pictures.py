"""`{% picture image "card" %}`: one picture in the sizes a place needs, with its own alternative text."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from masthead.media.places import PLACES
from masthead.press.tags import carry

register = template.Library()


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
