"""Version 1 of the read-only API. Lists are paged by an opaque cursor that stays right under new stories.

The first page of a list, asked for without parameters, is pressed like any page; the rest is answered here.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from ninja.errors import HttpError
from pydantic import Field
from wagtail.models import Locale

from masthead.articles.models import Article, Person, Section, Topic
from masthead.fronts.addresses import absolute
from masthead.fronts.api import nouns
from masthead.fronts.api.http import ReadOnlyAPI
from masthead.fronts.cursor import Cursor
from masthead.live.models import Brief, NewsFeed
from masthead.press.tags import carry

PARAMETERS = {"cursor", "limit", "section", "topic", "person", "language", "since"}
ERRORS = {frozenset({400, 404}): nouns.Problem}

api = ReadOnlyAPI(
    title="Masthead",
    version="1",
    description="What this newsroom has published: stories, briefs, sections, topics, people. Read-only, open to all.",
    urls_namespace="api",
    servers=[{"url": settings.BASE_URL}],
)

Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
Name = Annotated[str, Field(max_length=255, pattern=r"^[-\w]*$", description="A slug or UUID.")]


class Paging(Schema):
    """Where in a list, and how much of it."""

    limit: Limit = 20
    cursor: Annotated[str, Field(max_length=80, description="From `next` of the page before.")] = ""
    language: Annotated[str, Field(max_length=20, description="A language code such as en or uk.")] = ""


class Since(Paging):
    """And from when on."""

    since: Annotated[datetime | None, Field(description="Published at this time or later.")] = None


class Which(Since):
    """And of which section, topic, person."""

    section: Name = ""
    topic: Name = ""
    person: Name = ""


@api.get("/articles", response={200: nouns.ArticlePage, **ERRORS}, tags=["articles"], operation_id="articles")
def articles(request: HttpRequest, which: Query[Which]) -> Any:
    """Published stories, newest first."""
    stories = Article.objects.listed().newest_first()
    if which.section:
        stories = stories.filter(section__in=_keys(Section, which.section, which.language))
    elif which.language:
        # The few newest are read off the sections' indexes; a topic's or a person's stories are few anyway.
        stories = _of_language(stories, which)
    if which.topic:
        through = Article.topics.through.objects.filter(topic__in=_keys(Topic, which.topic, which.language))
        stories = stories.filter(pk__in=through.values("article_id"))
    if which.person:
        people = _keys(Person, which.person, which.language)
        stories = stories.filter(pk__in=Article.objects.filter(bylines__person__in=people).values("pk"))
    rows, more = _page(stories, which, Article.objects.reading().defer("body"))
    named = (tag for story in rows for tag in story.tags_named())
    _may_be_pressed(request, *(f"stories:{pk}" for pk in Locale.objects.values_list("pk", flat=True)), *named)
    return nouns.ArticlePage(
        items=[nouns.ArticleNoun.of(story, request) for story in rows],
        next=_next(request, which, rows[-1] if more else None),
    )


@api.get(
    "/articles/{uuid:key}", response={200: nouns.WholeArticle, **ERRORS}, tags=["articles"], operation_id="article"
)
def article(request: HttpRequest, key: uuid.UUID) -> Any:
    """One published story with its text."""
    story = get_object_or_404(Article.objects.listed().reading(), uuid=key)
    carry(request, story.tag, *story.tags_named())
    return nouns.WholeArticle.whole(story, request)


@api.get("/briefs", response={200: nouns.BriefPage, **ERRORS}, tags=["briefs"], operation_id="briefs")
def briefs(request: HttpRequest, which: Query[Since]) -> Any:
    """Published briefs, newest first."""
    found = Brief.objects.listed().newest_first()
    if which.language:
        found = found.filter(feed__in=list(_in_language(NewsFeed, which.language)))
    rows, more = _page(found, which, Brief.objects.listed().select_related("locale"))
    _may_be_pressed(request, *(f"feed:{pk}" for pk in NewsFeed.objects.values_list("pk", flat=True)))
    return nouns.BriefPage(
        items=[nouns.BriefNoun.of(brief, request) for brief in rows],
        next=_next(request, which, rows[-1] if more else None),
    )


@api.get("/sections", response={200: nouns.SectionPage, **ERRORS}, tags=["lists"], operation_id="sections")
def sections(request: HttpRequest, language: Annotated[str, Field(max_length=20)] = "") -> Any:
    """All sections, in the order of the menu."""
    found = Section.objects.live().select_related("locale").order_by("path")
    if language:
        found = found.filter(locale__language_code=_language(language))
    rows = list(found)
    _may_be_pressed(request, "menu", *(section.tag for section in rows))
    return nouns.SectionPage(
        items=[nouns.SectionNoun.of(section, request, section.locale.language_code) for section in rows]
    )


@api.get("/topics", response={200: nouns.TopicPage, **ERRORS}, tags=["lists"], operation_id="topics")
def topics(request: HttpRequest, which: Query[Paging]) -> Any:
    """Topics, in the order they were made."""
    rows, more = _by_key(request, Topic, which)
    return nouns.TopicPage(items=[nouns.TopicNoun.of(topic) for topic in rows], next=more)


@api.get("/people", response={200: nouns.PersonPage, **ERRORS}, tags=["lists"], operation_id="people")
def people(request: HttpRequest, which: Query[Paging]) -> Any:
    """People and desks, in the order they were made."""
    rows, more = _by_key(request, Person, which)
    return nouns.PersonPage(items=[nouns.PersonNoun.of(person) for person in rows], next=more)


def _of_language(stories: Any, which: Which) -> Any:
    sections = _keys(Section, "", which.language)
    if which.topic or which.person:
        return stories.of_sections(sections)
    return stories.filter(pk__in=_span(stories, which).newest_keys(sections, which.limit + 1))


def _may_be_pressed(request: HttpRequest, *tags: str) -> None:
    """The bare address is one page for all; with parameters it is asked of Django."""
    request.press_vary = PARAMETERS  # type: ignore[attr-defined]
    carry(request, *tags)


def _cursor(text: str) -> Cursor:
    try:
        return Cursor.read(text)
    except ValueError:
        raise HttpError(400, "The cursor is none of ours. Follow `next` of the page before.") from None


def _span(newest_first: Any, which: Since) -> Any:
    """Only what came at `since` or later, and below the cursor."""
    if which.since:
        since = which.since if which.since.tzinfo else which.since.replace(tzinfo=UTC)
        try:
            newest_first = newest_first.filter(listed_at__gte=since.astimezone(UTC))
        except OverflowError:
            raise HttpError(400, "No calendar reaches that far.") from None
    return _cursor(which.cursor).after(newest_first) if which.cursor else newest_first


def _page(newest_first: QuerySet[Any], which: Since, whole: QuerySet[Any]) -> tuple[list[Any], bool]:
    """The rows of one page, and whether more follow."""
    keys = list(_span(newest_first, which).values_list("pk", flat=True)[: which.limit + 1])
    more = len(keys) > which.limit
    found = {row.pk: row for row in whole.filter(pk__in=keys[: which.limit])}
    rows = [found[key] for key in keys[: which.limit] if key in found]
    return rows, more and bool(rows)


def _by_key(request: HttpRequest, model: Any, which: Paging) -> tuple[list[Any], str | None]:
    found = model.objects.select_related("locale").order_by("pk")
    if which.language:
        found = found.filter(locale__language_code=_language(which.language))
    if which.cursor:
        found = found.filter(pk__gt=_cursor(which.cursor).pk)
    rows = list(found[: which.limit + 1])
    more = rows[which.limit - 1].pk if len(rows) > which.limit else None
    rows = rows[: which.limit]
    name = model.__name__.lower()
    locales = Locale.objects.values_list("pk", flat=True)
    _may_be_pressed(request, *(f"stories:{pk}" for pk in locales), *(f"{name}:{row.pk}" for row in rows))
    return rows, None if more is None else _address(request, which, Cursor(datetime.fromtimestamp(0, UTC), more))


def _next(request: HttpRequest, which: Paging, last: Any) -> str | None:
    return None if last is None else _address(request, which, Cursor(last.listed_at, last.pk))


def _address(request: HttpRequest, which: Paging, cursor: Cursor) -> str:
    kept = which.model_dump(mode="json", exclude_defaults=True)
    return absolute(f"{request.path}?{urlencode({**kept, 'cursor': str(cursor)})}")


def _language(code: str) -> str:
    if code not in nouns.languages():
        raise HttpError(400, f"The site publishes in: {', '.join(nouns.languages())}.")
    return code


def _in_language(model: Any, code: str) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(locale__language_code=_language(code)).order_by()
    return found.values_list("pk", flat=True)


def _keys(model: Any, name: str, language: str) -> list[int]:
    """Keys of what is named by slug or UUID; all of the language without a name. 404 if there is none of that name."""
    found = model.objects.order_by()
    if language:
        found = found.filter(locale__language_code=_language(language))
    if name:
        try:
            found = found.filter(Q(uuid=uuid.UUID(name)))
        except ValueError:
            found = found.filter(slug=name)
    keys = list(found.values_list("pk", flat=True))
    if name and not keys:
        raise HttpError(404, f"There is no {model.__name__.lower()} of this name.")
    return keys
