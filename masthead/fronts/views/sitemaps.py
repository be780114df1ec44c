"""Sitemaps: an index, files of at most 5,000 addresses oldest first, and the news of the last two days.

Old files keep still: a new story only lengthens the last one. Addresses are read as columns, never as pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, Page, Site

from masthead.articles.listing import pages_of
from masthead.articles.models import Article, Person, Section, Topic
from masthead.fronts.addresses import absolute
from masthead.fronts.markup import xml_text
from masthead.fronts.models import HomePage, InformationPage
from masthead.fronts.newsroom import face_of
from masthead.live.models import Brief, NewsFeed
from masthead.press.tags import HOURLY, carry

ADDRESSES = 5000
NEWS_AGE = timedelta(hours=48)
NEWS_MOST = 1000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"

Entry = tuple[str, datetime | None, list[tuple[str, str]]]


class _Roots:
    """Where Wagtail's pages stand on this site: from a page's `url_path` to its public path."""

    def __init__(self, request: HttpRequest) -> None:
        site = Site.find_for_request(request)
        found = [root for root in Site.get_site_root_paths() if site and root.site_id == site.pk]
        self.roots = sorted(((root.root_path, root.language_code) for root in found), key=lambda r: -len(r[0]))
        self.prefixes: dict[str, str] = {}
        for _path, language in self.roots:
            with translation.override(language):
                self.prefixes[language] = reverse("wagtail_serve", args=[""])

    def public(self, url_path: str) -> tuple[str, str] | None:
        """The page's language and absolute address; None outside this site."""
        for root, language in self.roots:
            if url_path.startswith(root):
                return language, absolute(self.prefixes[language] + quote(url_path[len(root) :]))
        return None


def index(request: HttpRequest) -> HttpResponse:
    """The sitemap of sitemaps."""
    _carry_all(request, older=False)
    lines = [f'<sitemapindex xmlns="{NAMESPACE}">']
    for kind, known in _KINDS.items():
        numbers = range(1, pages_of(known.count(), ADDRESSES) + 1)
        lines += [f"<sitemap><loc>{absolute(f'/sitemaps/{kind}-{number}.xml')}</loc></sitemap>" for number in numbers]
    newest = Article.objects.listed().newest_first().values_list("listed_at", flat=True).first()
    if newest:
        lines[1] = lines[1].replace("</loc>", f"</loc><lastmod>{newest.isoformat()}</lastmod>")
    return _xml([*lines, "</sitemapindex>"])


def part(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """One file of the sitemap."""
    here = int(number)
    known = _KINDS.get(kind)
    if known is None:
        raise Http404
    last = pages_of(known.count(), ADDRESSES)
    _carry_all(request, older=here < last)
    if here > last:
        raise Http404
    lines = [f'<urlset xmlns="{NAMESPACE}" xmlns:xhtml="{XHTML}">']
    lines += [_line(entry) for entry in known.entries(request, (here - 1) * ADDRESSES)]
    return _xml([*lines, "</urlset>"])


def news(request: HttpRequest) -> HttpResponse:
    """Stories of the last two days, for news search."""
    _carry_all(request, older=False)
    carry(request, HOURLY)
    name = escape(xml_text(face_of(request).name))
    since = timezone.now() - NEWS_AGE
    stories = Article.objects.listed().filter(listed_at__gte=since).newest_first()
    rows = stories.values_list("url_path", "listed_at", "title")[:NEWS_MOST]
    roots = _Roots(request)
    lines = [f'<urlset xmlns="{NAMESPACE}" xmlns:news="{NEWS}">']
    for url_path, listed_at, title in rows:
        found = roots.public(url_path)
        if found:
            language, url = found
            lines.append(
                f"<url><loc>{escape(url)}</loc><news:news><news:publication><news:name>{name}</news:name>"
                f"<news:language>{language}</news:language></news:publication>"
                f"<news:publication_date>{listed_at.isoformat()}</news:publication_date>"
                f"<news:title>{escape(xml_text(title))}</news:title></news:news></url>"
            )
    return _xml([*lines, "</urlset>"])


def _carry_all(request: HttpRequest, *, older: bool) -> None:
    suffix = ":older" if older else ""
    carry(request, *(f"stories:{pk}{suffix}" for pk in Locale.objects.values_list("pk", flat=True)))


def _xml(lines: Iterable[str]) -> HttpResponse:
    body = '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


def _line(entry: Entry) -> str:
    url, modified, alternates = entry
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(other, {chr(34): "&quot;"})}"/>'
        for language, other in alternates
    )
    lastmod = f"<lastmod>{modified.isoformat()}</lastmod>" if modified else ""
    return f"<url><loc>{escape(url)}</loc>{lastmod}{links}</url>"


class _Pages:
    """Pages of Wagtail's tree, oldest first."""

    def __init__(self, rows: Callable[[], QuerySet[Any]], order: str) -> None:
        self.rows = rows
        self.order = order

    def count(self) -> int:
        return self.rows().order_by().count()

    def entries(self, request: HttpRequest, start: int) -> Iterator[Entry]:
        keys = list(self.rows().order_by(self.order, "pk").values_list("pk", flat=True)[start : start + ADDRESSES])
        rows = {
            pk: rest
            for pk, *rest in Page.objects.filter(pk__in=keys).values_list(
                "pk", "url_path", "last_published_at", "translation_key"
            )
        }
        roots = _Roots(request)
        others = self._translations(roots, {rest[2] for rest in rows.values()})
        for key in keys:
            url_path, modified, translation_key = rows[key]
            found = roots.public(url_path)
            if found:
                yield found[1], modified, others.get(translation_key, [])

    def _translations(self, roots: _Roots, keys: set[Any]) -> dict[Any, list[tuple[str, str]]]:
        """All versions of what has more than one; one query, and none where there is one language."""
        known: dict[Any, list[tuple[str, str]]] = {}
        if len(settings.LANGUAGES) < 2:
            return known
        rows = Page.objects.live().filter(translation_key__in=keys).order_by("pk")
        for translation_key, url_path in rows.values_list("translation_key", "url_path"):
            found = roots.public(url_path)
            if found:
                known.setdefault(translation_key, []).append(found)
        return {key: versions for key, versions in known.items() if len(versions) > 1}


class _Nouns:
    """Topics or people, and the address of each."""

    def __init__(self, model: type[Topic] | type[Person], name: str) -> None:
        self.model = model
        self.name = name

    def _rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.filter(locale__language_code__in=dict(settings.LANGUAGES))
        return rows

    def count(self) -> int:
        return self._rows().count()

    def entries(self, request: HttpRequest, start: int) -> Iterator[Entry]:
        rows = self._rows().order_by("pk").values_list("locale__language_code", "slug")[start : start + ADDRESSES]
        for language, slug in rows:
            with translation.override(language):
                yield absolute(reverse(self.name, args=[slug])), None, []


def _standing() -> QuerySet[Any]:
    """Fronts, sections, news feeds, pages about the newsroom."""
    return Page.objects.live().filter(Q(depth__gt=1)).type(HomePage, Section, NewsFeed, InformationPage)


_KINDS: dict[str, _Pages | _Nouns] = {
    "stories": _Pages(Article.objects.listed, "listed_at"),
    "briefs": _Pages(Brief.objects.listed, "listed_at"),
    "pages": _Pages(_standing, "path"),
    "topics": _Nouns(Topic, "topic"),
    "authors": _Nouns(Person, "author"),
}
