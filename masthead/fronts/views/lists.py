"""Lists that are no Wagtail pages: topic, author, and the archive by month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from masthead.articles.listing import Listing, read_page
from masthead.articles.models import Article, ListedUnder, Person, Topic
from masthead.articles.models.article import ArticleQuerySet
from masthead.fronts.addresses import person_url, topic_url
from masthead.fronts.edition import locale_of, span_of, stories_of
from masthead.fronts.views.moved import moved
from masthead.press.fragments import shared
from masthead.press.tags import carry


def topic(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Stories with one topic."""
    found = Topic.objects.select_related("locale").filter(slug=slug, locale=locale_of(request)).first()
    if found is None:
        return moved(request, Topic, slug)
    return _list(request, "pages/topic.html", found.listing, number, topic_url(found), found.tag, {"topic": found})


def author(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """One person's stories."""
    people = Person.objects.select_related("locale", "portrait")
    found = people.filter(slug=slug, locale=locale_of(request)).first()
    if found is None:
        return moved(request, Person, slug)
    return _list(request, "pages/author.html", found.listing, number, person_url(found), found.tag, {"person": found})


def month(request: HttpRequest, year: int, month: int, number: int | None = None) -> HttpResponse:
    """Stories of one month, as the newsroom's calendar has it."""
    try:
        first = date(year, month, 1)
    except ValueError:
        raise Http404 from None
    locale = locale_of(request)
    tag = f"month:{first:%Y-%m}"
    carry(request, tag)
    stories = _in_month(stories_of(locale), first)
    if not stories.exists():
        raise Http404
    url = _month_url(first)
    return _list(request, "pages/archive_month.html", stories, number, url, tag, {"month": first})


def _list(
    request: HttpRequest,
    template: str,
    stories: QuerySet[Any],
    number: int | None,
    url: str,
    tag: str,
    context: dict[str, Any],
) -> HttpResponse:
    if number == 1:
        return HttpResponsePermanentRedirect(url)
    key = "article_id" if stories.model is ListedUnder else "pk"
    listing: Listing = read_page(
        request, stories, Article.objects.listed().cards(), number=number or 1, url=url, tag=tag, key=key
    )
    return render(request, template, {**context, "listing": listing})


@dataclass(frozen=True)
class Month:
    """A month of the archive that has stories."""

    month: date
    count: int
    url: str


def archive(request: HttpRequest) -> HttpResponse:
    """All months with stories, newest first, by year."""
    locale = locale_of(request)
    carry(request, f"stories:{locale.pk}")
    months = list(_months(request, locale))
    years = [(year, list(group)) for year, group in groupby(months, key=lambda found: found.month.year)]
    return render(request, "pages/archive.html", {"years": years})


def _months(request: HttpRequest, locale: Locale) -> Iterator[Month]:
    """Each month is counted by itself, so that only the month that changed is counted again."""
    stories = stories_of(locale)
    earliest, last = span_of(locale)
    if last is None or earliest is None:
        return
    first, step = _first_of_month(timezone.localtime(earliest)), _first_of_month(timezone.localtime(last))
    while step >= first:
        count = shared(
            request, f"archive:{locale.pk}:{step:%Y-%m}", [f"month:{step:%Y-%m}"], _in_month(stories, step).count
        )
        if count:
            yield Month(step, count, _month_url(step))
        step = _first_of_month(step - timedelta(days=1))


def _first_of_month(day: date) -> date:
    return date(day.year, day.month, 1)


def _month_url(month: date) -> str:
    return reverse("archive_month", args=[month.year, month.month])


def _in_month(stories: ArticleQuerySet, month: date) -> ArticleQuerySet:
    after = (
        date(month.year + month.month // 12, month.month % 12 + 1, 1)
        if (month.year, month.month) < (9999, 12)
        else None
    )
    found: ArticleQuerySet = stories.filter(listed_at__gte=_midnight(month))
    return found.filter(listed_at__lt=_midnight(after)) if after else found


def _midnight(day: date) -> datetime:
    """The day's beginning in the newsroom's zone, in UTC."""
    local = datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
    try:
        return local.astimezone(UTC)
    except OverflowError:
        raise Http404 from None
