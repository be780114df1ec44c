"""The edition a request is for: its language, and the sections whose stories it lists."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, Min, OuterRef, Subquery
from django.http import Http404, HttpRequest
from django.utils import translation
from wagtail.models import Locale

from masthead.articles.models import Article, Section
from masthead.articles.models.article import ArticleQuerySet

ATTRIBUTE = "edition_locale"


def locale_of(request: HttpRequest) -> Locale:
    """The locale of the request's language, asked for once a request. Raises Http404 if the site has no such one."""
    found: Locale | None = getattr(request, ATTRIBUTE, None)
    if found is None:
        found = Locale.objects.filter(language_code=translation.get_language()).first()
        if found is None:
            raise Http404
        setattr(request, ATTRIBUTE, found)
    return found


def stories_of(locale: Locale) -> ArticleQuerySet:
    """All published stories of a language, newest first: for a span of time, not for the newest of all."""
    stories: ArticleQuerySet = Article.objects.listed().filter(section__in=Section.keys_of(locale.pk)).newest_first()
    return stories


def span_of(locale: Locale) -> tuple[datetime | None, datetime | None]:
    """When a language's first and its newest story came: the ends of each section's own, read off its index."""
    own = Article.objects.listed().filter(section=OuterRef("pk"))
    sections = Section.objects.filter(pk__in=Section.keys_of(locale.pk)).annotate(
        oldest=Subquery(own.order_by("listed_at").values("listed_at")[:1]),
        newest=Subquery(own.order_by("-listed_at").values("listed_at")[:1]),
    )
    ends = sections.aggregate(first=Min("oldest"), last=Max("newest"))
    return ends["first"], ends["last"]


def newest_of(locale: Locale, most: int) -> list[int]:
    """Keys of the newest stories of a language."""
    keys: list[int] = Article.objects.listed().newest_keys(Section.keys_of(locale.pk), most)
    return keys
