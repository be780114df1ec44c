"""A letter's words: rendered from `templates/email` in the reader's language, fit for a header where one is made."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.module_loading import import_string

LONGEST_SUBJECT = 200
LARGEST = 5 * 1024 * 1024  # bytes of all attachments of one letter


class CannotWrite(ValueError):  # noqa: N818 (reads as what happened)
    """A letter with such an address, subject or attachment is never written."""


class Attachment(NamedTuple):
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the newsroom's name, and where an answer goes (empty: nowhere)."""

    name: str
    reply_to: str = ""


@dataclass(frozen=True)
class Words:
    """A letter's subject and body, plain and formatted."""

    subject: str
    text: str
    html: str


def letterhead(language: str) -> Letterhead:
    """The newsroom's, from the function named by MAIL_LETTERHEAD."""
    found: Letterhead = import_string(settings.MAIL_LETTERHEAD)(language)
    return found


def words(template: str, context: Mapping[str, Any], language: str) -> Words:
    """Render both bodies. The first line of the .txt is the subject. Raises CannotWrite."""
    with translation.override(language):
        given = {
            **context,
            "letterhead": letterhead(language),
            "site_url": settings.BASE_URL,
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }
        subject, _newline, text = _render(f"email/{template}.txt", given, escape=False).strip().partition("\n")
        subject = subject.strip()
        try:
            html = _render(f"email/{template}.html", {**given, "subject": subject}, escape=True)
        except TemplateDoesNotExist as missing:
            if missing.args[0] != f"email/{template}.html":
                raise
            html = ""
    if not subject or not text.strip():
        raise CannotWrite(f"email/{template}.txt needs a subject in its first line and a text after it")
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[: LONGEST_SUBJECT - 1].rstrip() + "…"
    return Words(fit_for_header(subject, "subject"), text.strip() + "\n", html)


def _render(name: str, context: Mapping[str, Any], *, escape: bool) -> str:
    # A plain text is no HTML: "O'Hara" must not arrive as "O&#x27;Hara".
    template: Any = get_template(name, using="django")
    return str(template.template.render(Context(dict(context), autoescape=escape)))


def fit_for_header(value: str, what: str) -> str:
    """The value, if it holds no line break or other control character. Raises CannotWrite."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise CannotWrite(f"the {what} holds a line break or another control character")
    return value


def plain(value: str) -> str:
    """A name somebody typed, or a provider passed on, made fit for a header: one line, nothing that isn't seen."""
    seen = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in value)
    return " ".join(seen.split())


def good_address(value: str) -> str:
    """The mail address, if it is one. Raises CannotWrite."""
    fit_for_header(value, "address")
    try:
        validate_email(value)
    except ValidationError as refused:
        raise CannotWrite("this is no mail address") from refused
    return value


def packed(attachments: Iterable[Attachment]) -> list[dict[str, str]]:
    """Attachments as they are kept. Raises CannotWrite on a name unfit for a header, or when they are too large."""
    files = list(attachments)
    if sum(len(each.content) for each in files) > LARGEST:
        raise CannotWrite(f"attachments of more than {LARGEST // 1024 // 1024} MB")
    return [
        {
            "name": fit_for_header(each.name, "attachment's name"),
            "media_type": fit_for_header(each.media_type, "attachment's type"),
            "content": base64.b64encode(each.content).decode("ascii"),
        }
        for each in files
    ]


def unpacked(kept: Iterable[Mapping[str, str]]) -> list[Attachment]:
    """The other way round."""
    return [Attachment(each["name"], each["media_type"], base64.b64decode(each["content"])) for each in kept]
