"""The edition a request is for: its language, and the sections whose stories it lists."""

from __future__ import annotations

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
    """All published stories of a language, newest first."""
    sections = Section.objects.filter(locale=locale).order_by().values_list("pk", flat=True)
    stories: ArticleQuerySet = Article.objects.listed().of_sections(sections).newest_first()
    return stories
