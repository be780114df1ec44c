"""Lists that are no Wagtail pages: topic, author, and the archive by month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from masthead.articles.listing import Listing, read_page
from masthead.articles.models import Article, Person, Topic
from masthead.articles.models.article import ArticleQuerySet
from masthead.fronts.edition import locale_of, stories_of
from masthead.press.fragments import shared
from masthead.press.tags import carry


def topic(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Stories with one topic."""
    subject = get_object_or_404(Topic.objects.select_related("locale"), slug=slug, locale=locale_of(request))
    url = reverse("topic", args=[slug])
    stories = Article.objects.listed().about(subject).newest_first()
    return _list(request, "pages/topic.html", stories, number, url, f"topic:{subject.pk}", {"topic": subject})


def author(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """One person's stories."""
    people = Person.objects.select_related("locale", "portrait")
    person = get_object_or_404(people, slug=slug, locale=locale_of(request))
    url = reverse("author", args=[slug])
    stories = Article.objects.listed().by(person).newest_first()
    return _list(request, "pages/author.html", stories, number, url, f"person:{person.pk}", {"person": person})


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
    stories: ArticleQuerySet,
    number: int | None,
    url: str,
    tag: str,
    context: dict[str, Any],
) -> HttpResponse:
    if number == 1:
        return HttpResponsePermanentRedirect(url)
    listing: Listing = read_page(
        request, stories, Article.objects.listed().cards(), number=number or 1, url=url, tag=tag
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
    span = stories.aggregate(first=Min("listed_at"), last=Max("listed_at"))
    earliest, last = span["first"], span["last"]
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
