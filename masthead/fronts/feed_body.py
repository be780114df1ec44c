"""A story as HTML that stands alone: absolute addresses, no script, no style, embeds as links.

Each block has a template under templates/feeds/blocks/; a block without one is left out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from wagtail.images.models import SourceImageIOError
from wagtail.rich_text import expand_db_html

from masthead.articles.models import Article
from masthead.fronts.markup import standing_alone
from masthead.live.models import Brief

FOLDER = "feeds/blocks"
PICTURE = "width-1200"
KINDS = (
    "text",
    "heading",
    "picture",
    "gallery",
    "quote",
    "list",
    "table",
    "fact_box",
    "related_story",
    "embed",
    "divider",
)


@cache
def _template(kind: str) -> Any:
    return get_template(f"{FOLDER}/{kind}.html")


def html_of(page: Article | Brief, request: HttpRequest) -> str:
    """The whole text of a story or brief for feeds and the API; the response carries what its blocks show."""
    if isinstance(page, Brief):
        return standing_alone(expand_db_html(page.text))
    parts = (
        [_template("main_picture").render({"picture": page.main_picture, "request": request})]
        if page.main_picture
        else []
    )
    known = (block for block in page.public_body if block.block_type in KINDS)
    parts += [_template(block.block_type).render({"value": block.value, "request": request}) for block in known]
    return standing_alone("\n".join(part.strip() for part in parts if part.strip()))


def rendition_of(picture: Any, spec: str) -> Any:
    """The picture cut as `spec` says, or None when its file is missing or broken."""
    if picture is None:
        return None
    try:
        return picture.get_rendition(spec)
    except (SourceImageIOError, OSError):
        return None


def rich_text(value: Any) -> str:
    """Rich text as HTML, its links to pages and files resolved."""
    markup: str = expand_db_html(getattr(value, "source", str(value)))
    return mark_safe(markup)  # noqa: S308 (cleaned when it was saved)
