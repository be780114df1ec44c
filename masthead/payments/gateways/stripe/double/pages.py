"""The look of the hosted pages: one frame, one style sheet, no script, form fields with their errors beside them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from .api import Answer

STYLE = (Path(__file__).parent / "style.css").read_bytes()
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def page(title: str, body: str, status: int = 200) -> Answer:
    """A whole page under the double's own heading."""
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/_double/style.css">
</head>
<body>
<header class="notice"><p><strong>Stripe test double</strong> – no money moves</p></header>
<main>
{body}
</main>
</body>
</html>
"""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
    }
    return Answer(status, html.encode(), {**headers, "Referrer-Policy": "same-origin"})


def style() -> Answer:
    return Answer(200, STYLE, {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=300"})


def redirect(url: str) -> Answer:
    """On to another page; always with GET."""
    return Answer(303, b"", {"Location": url, "Cache-Control": "no-store"})


def message(title: str, *paragraphs: str, status: int = 200, link: tuple[str, str] | None = None) -> Answer:
    """A page that only says something, and perhaps leads on."""
    said = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    onward = f'<p><a class="button" href="{escape(link[1])}">{escape(link[0])}</a></p>' if link and link[1] else ""
    return page(title, f"<h1>{escape(title)}</h1>{said}{onward}", status)


@dataclass
class Field:
    """One line of a form."""

    name: str
    label: str
    value: str = ""
    error: str = ""
    autocomplete: str = "off"
    inputmode: str = "text"
    hint: str = ""
    placeholder: str = ""
    kind: str = "text"

    def html(self) -> str:
        told = [f"{self.name}-hint"] if self.hint else []
        told += [f"{self.name}-error"] if self.error else []
        described = f' aria-describedby="{" ".join(told)}"' if told else ""
        wrong = ' aria-invalid="true"' if self.error else ""
        hint = f'<small id="{self.name}-hint">{escape(self.hint)}</small>' if self.hint else ""
        error = f'<p class="error" id="{self.name}-error">{escape(self.error)}</p>' if self.error else ""
        return (
            f'<div class="field"><label for="{self.name}">{escape(self.label)}</label>{hint}'
            f'<input id="{self.name}" name="{self.name}" type="{self.kind}" value="{escape(self.value)}" required'
            f' autocomplete="{self.autocomplete}" inputmode="{self.inputmode}" placeholder="{escape(self.placeholder)}"'
            f"{described}{wrong}>{error}</div>"
        )


def summary(fields: list[Field], general: str = "") -> str:
    """Above the form: what is wrong, each a link to its field. Read out when the page opens."""
    wrong = [field for field in fields if field.error]
    if not wrong and not general:
        return ""
    items = "".join(f'<li><a href="#{field.name}">{escape(field.error)}</a></li>' for field in wrong)
    words = escape(general) if general else "Please look at these again:"
    listed = f"<ul>{items}</ul>" if items else ""
    return f'<div class="summary" role="alert" tabindex="-1" autofocus><p>{words}</p>{listed}</div>'
