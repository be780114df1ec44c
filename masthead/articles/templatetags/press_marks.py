"""`{% carries tag %}`: a part of a page says what it shows, so that the press knows when to make it anew."""

from __future__ import annotations

from django import template
from django.template import Context

from masthead.press.tags import carry

register = template.Library()


@register.simple_tag(takes_context=True)
def carries(context: Context, *tags: str) -> str:
    """Let the page that is being rendered carry these tags; prints nothing."""
    request = context.get("request")
    if request is not None:
        carry(request, *tags)
    return ""
