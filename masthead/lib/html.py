"""HTML from elsewhere, made safe and plain: what Word, a browser or an import leaves is cut down to words."""

from __future__ import annotations

import re

import nh3

# What a story's rich text may hold; everything else is its text alone.
TAGS = {"p", "br", "b", "strong", "i", "em", "a", "sup", "sub", "s", "del", "ul", "ol", "li"}
# Their text isn't for readers either.
NOT_WORDS = {"script", "style", "xml", "head", "title", "template"}
# Word's conditional comments: the hidden kind is a comment, the revealed kind looks like a broken one.
_CONDITIONAL = re.compile(r"<!\[(?:if|endif)[^>]*>", re.IGNORECASE)
_IGNORED_LIST_MARK = re.compile(
    r"""<span[^>]*mso-list:\s*Ignore[^>]*>.*?</span>""",
    re.IGNORECASE | re.DOTALL,
)


def clean(markup: str) -> str:
    """A fragment with only `TAGS`, links only to http(s), mailto and tel; no attribute but a link's address."""
    plainer = _IGNORED_LIST_MARK.sub("", markup)
    return nh3.clean(
        _CONDITIONAL.sub("", plainer),
        tags=TAGS,
        clean_content_tags=NOT_WORDS - TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )
