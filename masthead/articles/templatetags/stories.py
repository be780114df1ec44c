"""What the templates of a story need beside its fields: its body, its times, the addresses to share it at."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django import template
from django.db.models import prefetch_related_objects
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from masthead.articles import embeds
from masthead.lib import csp

register = template.Library()

_ONE_PARAGRAPH = re.compile(r"\s*<p[^>]*>(.*)</p>\s*\Z", re.DOTALL)
_NUMBER = re.compile(r"[-+\u2212\u2013]?\s*\d[\d\s.,\u00a0\u202f]*\s*[%‰€$£₴]?\Z")


@register.filter
def inline_html(item: Any) -> SafeString:
    """Rich text of a single paragraph without the paragraph around it."""
    markup = str(item)
    match = _ONE_PARAGRAPH.match(markup)
    if match is None or "<p" in match[1]:
        return mark_safe(markup)  # noqa: S308 (the desk's own rich text, already filtered)
    return mark_safe(match[1])  # noqa: S308


@register.filter
def is_number(value: Any) -> bool:
    """Whether a table's cell holds nothing but a number, so that it can stand flush with its column."""
    return bool(_NUMBER.match(str(value).strip()))


@register.filter
def host(url: str) -> str:
    """The address's host without www."""
    return embeds.host_of(url)


@register.simple_tag(takes_context=True)
def allow_frame(context: Context, frame: embeds.Frame) -> str:
    """Let this one page show the player's origin in a frame, should the reader ask for it; prints nothing."""
    request = context.get("request")
    if request is not None:
        csp.allow(request, "frame-src", frame.origin)
    return ""


@register.simple_tag(takes_context=True)
def story_body(context: Context, body: Any) -> SafeString:
    """The body's blocks in order. Every picture's renditions are fetched in one query before they are drawn."""
    pictures = list(_pictures_in(body))
    if pictures:
        prefetch_related_objects(pictures, "renditions")
    parent = context.flatten()
    return mark_safe("".join(block.render(context=parent) for block in body))  # noqa: S308 (blocks escape)


def _pictures_in(body: Any) -> Any:
    """Every picture that stands in a body's blocks."""
    for block in body:
        value = block.value
        if block.block_type == "picture":
            found = [value["picture"]]
        elif block.block_type == "gallery":
            found = value["pictures"]
        elif block.block_type == "embed":
            found = [value["poster"]]
        elif block.block_type == "related_story":
            found = [value.story.main_picture if value.story else None]
        else:
            continue
        yield from (picture for picture in found if picture is not None)


@register.simple_tag
def share_links(url: str, headline: str) -> list[tuple[str, str, str]]:
    """(key, name, address) of plain links at which a reader may share a page; nothing of theirs is loaded here."""
    address, words = quote(url, safe=""), quote(headline, safe="")
    return [
        ("facebook", "Facebook", f"https://www.facebook.com/sharer/sharer.php?u={address}"),
        ("x", "X", f"https://x.com/intent/post?url={address}&text={words}"),
        ("telegram", "Telegram", f"https://t.me/share/url?url={address}&text={words}"),
        ("whatsapp", "WhatsApp", f"https://wa.me/?text={words}%20{address}"),
    ]
