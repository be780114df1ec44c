"""Text made safe for the places machines read it from: XML, and JSON inside a page."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from masthead.fronts.addresses import absolute

# XML 1.0 has no way to write these, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_ROOTED = re.compile(r'(?P<name>\s(?:href|src))="(?P<path>/[^"]*)"')


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold. It still needs escaping."""
    return _NOT_XML.sub("", text)


def json_in_script(data: Any) -> SafeString:
    """JSON that can't leave the <script> it stands in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT))  # noqa: S308 (nothing can end it)


def standing_alone(markup: str) -> str:
    """The HTML with absolute addresses, for whoever shows it elsewhere."""
    return _ROOTED.sub(lambda found: f'{found["name"]}="{absolute(found["path"])}"', markup)
