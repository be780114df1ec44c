"""What a story still needs before readers may see it. Drafts are never checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from masthead.media.models import Picture

if TYPE_CHECKING:
    from masthead.articles.models import Article


@dataclass(frozen=True)
class Problem:
    """One thing to mend: beside which field it is said, in which block of the body, and where it is mended."""

    field: str
    message: str
    url: str = ""
    block: int | None = None
    part: str = ""

    @property
    def html(self) -> str:
        """The message, with a link to where it is mended if that is elsewhere."""
        if not self.url:
            return self.message
        return format_html('{} <a href="{}">{}</a>', self.message, self.url, _("Mend the picture"))


class NotReady(ValidationError):  # noqa: N818 (what the story is, not what went wrong)
    """Raised by `Article.publish`; `problems` says why, `article` which."""

    def __init__(self, article: Article, problems: list[Problem]) -> None:
        self.article = article
        self.problems = problems
        super().__init__([problem.message for problem in problems])


@dataclass(frozen=True)
class _Use:
    """Where the story uses a picture; `picture` is None when the chosen one was deleted since."""

    picture: Picture | None
    field: str
    where: str
    block: int | None = None
    part: str = ""


def problems(article: Article, has_author: bool | None = None) -> list[Problem]:
    """Everything that keeps this story from being published, in the order of the form; empty if nothing does.

    `has_author` overrules the story's own bylines while a form still holds them.
    """
    found = [*_bylines(article, has_author)]
    for use in _pictures(article):
        found += _words(use)
    return [*found, *_embargo(article), *_takedown(article)]


def embargo(article: Article) -> datetime | None:
    """The end of an embargo that still holds, else None."""
    until = article.embargo_until
    return until if until and until > timezone.now() else None


def _bylines(article: Article, has_author: bool | None) -> Iterator[Problem]:
    if has_author is None:
        has_author = any(byline.role == "author" for byline in article.bylines.all())
    if not has_author:
        yield Problem("bylines", _("The story needs at least one author: a person or a desk."))


def _pictures(article: Article) -> Iterator[_Use]:
    if article.main_picture_id:
        yield _Use(article.main_picture, "main_picture", _("Main picture"))
    for number, block in enumerate(article.body):
        if block.block_type == "picture":
            yield _Use(block.value.get("picture"), "body", _("Picture in the story"), number, "picture")
        elif block.block_type == "gallery":
            for picture in block.value.get("pictures"):
                yield _Use(picture, "body", _("Picture in a gallery"), number, "pictures")
        elif block.block_type == "embed" and block.value.get("poster"):
            yield _Use(block.value["poster"], "body", _("Still picture of an embed"), number, "poster")


def _words(use: _Use) -> Iterator[Problem]:
    if use.picture is None:
        yield Problem(use.field, _("%(where)s: choose a picture.") % {"where": use.where}, "", use.block, use.part)
        return
    missing = use.picture.missing_words
    if missing:
        message = _("%(where)s “%(picture)s” has no %(words)s.") % {
            "where": use.where,
            "picture": use.picture.title,
            "words": get_text_list(missing, _("and")),
        }
        url = reverse("wagtailimages:edit", args=(use.picture.pk,))
        yield Problem(use.field, message, url, use.block, use.part)


def _embargo(article: Article) -> Iterator[Problem]:
    until = embargo(article)
    # Scheduled for the embargo's end or later is no breach: nothing goes out before.
    if until and not (article.go_live_at and article.go_live_at >= until):
        when = date_format(timezone.localtime(until), "DATETIME_FORMAT")
        yield Problem(
            "embargo_until",
            _("Under embargo until %(when)s. Set the publish time to then or later, or lift the embargo.")
            % {"when": when},
        )


def _takedown(article: Article) -> Iterator[Problem]:
    if article.pk and article.takedowns.filter(lifted_at__isnull=True).exists():
        yield Problem("title", _("This story was taken down. A publisher must lift the takedown first."))
