"""What templates need to write for machines: a page's head, and a feed's pictures and rich text."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from masthead.fronts import feed_body, machines
from masthead.fronts.markup import json_in_script
from masthead.press.tags import carry

register = template.Library()


@register.simple_tag(takes_context=True, name="machines")
def machines_of(context: template.Context) -> machines.Machines:
    """What machines read in the head of the page being rendered: `{% machines as machine %}`."""
    return machines.read(context)


@register.filter
def as_script(data: Any) -> SafeString:
    """JSON for a <script type="application/ld+json">."""
    return json_in_script(data)


@register.simple_tag(takes_context=True)
def feed_picture(context: template.Context, picture: Any) -> Any:
    """The picture as feeds show it, None if its file can't be read; the feed is made anew when the picture changes."""
    if picture is not None:
        carry(context["request"], picture.tag)
    return feed_body.rendition_of(picture, feed_body.PICTURE)


@register.filter
def feed_text(value: Any) -> str:
    """Rich text with its links resolved."""
    return feed_body.rich_text(value)
