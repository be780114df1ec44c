"""Words counted and cut: how long a text takes to read, and its beginning without breaking a word."""

from __future__ import annotations

import html
import math
import re

# Silent reading of English non-fiction averages 238 words a minute
# (Brysbaert 2019, https://doi.org/10.1016/j.jml.2019.104047); we round down a little for screens.
WORDS_A_MINUTE = 225

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*", re.UNICODE)


def plain(markup: str) -> str:
    """Text of an HTML fragment, entities resolved, white space folded. Not a sanitiser: its result is text."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def count(text: str) -> int:
    """How many words a plain text has."""
    return len(_WORD.findall(text))


def minutes(words: int) -> int:
    """Reading time in whole minutes, at least one."""
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def beginning(text: str, limit: int) -> str:
    """The text's beginning of at most `limit` characters, cut between words, with an ellipsis if cut."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-")
    return f"{kept or text[: limit - 1]}…"
