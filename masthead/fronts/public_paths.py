"""Every public path of the newsroom, for the press: fronts, lists and their feeds first, then stories, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page, Site

from masthead.articles.models import Article, Person, Section, Topic
from masthead.fronts.models import HomePage, InformationPage
from masthead.live.models import Brief, NewsFeed

ICONS = (32, 180, 192, 512)
FEEDS = ("feed.xml", "feed.json")


def paths() -> Iterator[str]:
    """Decoded paths, the most read first. A deeper page of a list is pressed when somebody asks for it."""
    yield from settings.PRESS_NOT_FOUND.values()
    fronts = list(_of(Page.objects.live().type(HomePage, Section, NewsFeed).order_by("depth", "path")))
    yield from fronts
    yield from (f"{front}{feed}" for front in fronts for feed in FEEDS)
    yield from _of(Article.objects.listed().order_by("-listed_at"))
    yield from _of(Brief.objects.listed().order_by("-listed_at"))
    yield from _of(InformationPage.objects.live())
    yield from _nouns()
    yield from _months()
    yield from _for_machines()


def _of(pages: QuerySet[Page]) -> Iterator[str]:
    roots = sorted(Site.get_site_root_paths(), key=lambda root: -len(root.root_path))
    prefixes = {root.language_code: _prefix(root.language_code) for root in roots}
    for url_path in pages.values_list("url_path", flat=True).iterator(chunk_size=5000):
        root = next((root for root in roots if url_path.startswith(root.root_path)), None)
        if root is not None:
            yield prefixes[root.language_code] + url_path[len(root.root_path) :]


def _prefix(language: str) -> str:
    with translation.override(language):
        return unquote(reverse("wagtail_serve", args=[""]))


def _nouns() -> Iterator[str]:
    known = dict(settings.LANGUAGES)
    for model, name in ((Topic, "topic"), (Person, "author")):
        rows = model._default_manager.filter(locale__language_code__in=known)  # noqa: SLF001
        for language, slug in rows.values_list("locale__language_code", "slug"):
            with translation.override(language):
                path = unquote(reverse(name, args=[slug]))
            yield path
            yield from (f"{path}{feed}" for feed in FEEDS)


def _months() -> Iterator[str]:
    zone = timezone.get_default_timezone()
    for language in {root.language_code for root in Site.get_site_root_paths()}:
        listed = Article.objects.listed().filter(locale__language_code=language)
        months = listed.annotate(month=TruncMonth("listed_at", tzinfo=zone)).order_by().values_list("month", flat=True)
        with translation.override(language):
            yield unquote(reverse("archive"))
            for month in sorted(set(months.distinct()), reverse=True):
                yield unquote(reverse("archive_month", args=[month.year, month.month]))


def _for_machines() -> Iterator[str]:
    yield from ("/robots.txt", "/sitemap.xml", "/news-sitemap.xml", "/manifest.webmanifest", "/favicon.ico")
    yield from (f"/icons/{size}.png" for size in ICONS)
    yield from ("/icons/maskable-512.png", "/.well-known/security.txt")
    yield from (f"/api/v1/{noun}" for noun in ("articles", "briefs", "sections", "topics", "people"))
