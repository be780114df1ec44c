"""Wagtail's choosers without their inline script: what it would call stands as data for static/desk/start.js."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets.chooser import BaseChooser

# The one chooser that writes its own line calls a function with its id.
_CALL = re.compile(r"(?P<name>\w+)\(")


def render(chooser: BaseChooser, name: str, value: Any, attrs: dict[str, Any], renderer: Any = None) -> SafeString:
    """What `BaseChooser.render` returns, its script as data."""
    shown = chooser.get_value_data(value)
    widget = chooser.render_html(name, shown, attrs)
    if type(chooser).render_js_init is BaseChooser.render_js_init:
        starter, values = chooser.js_constructor, [attrs["id"], chooser.get_js_init_options(attrs["id"], name, shown)]
    else:
        call = _CALL.search(chooser.render_js_init(attrs["id"], name, shown))
        starter, values = (call["name"] if call else ""), [attrs["id"]]
    return format_html(
        '{}<template data-desk-start="{}" data-desk-arguments="{}"></template>', widget, starter, json.dumps(values)
    )


def replace() -> None:
    """Have every chooser of the desk render this way."""
    BaseChooser.render = render
