"""Search over stories and briefs of one language, in the index that Wagtail keeps in the site's own database.

A word that half of the archive contains must cost no more than a rare one: matches are taken from the index's
newest entries backwards, at most `CANDIDATES` of them, and only those are dated, weighed and counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Locale

from masthead.articles.models import Article
from masthead.lib import words
from masthead.live.models import Brief

SHORTEST, LONGEST = 2, 200
MOST_WORDS = 10
OPEN_FROM = 4  # letters
CANDIDATES = 1000
EXCERPT = 240  # characters
ORDERS = ("newest", "relevance")

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Result:
    """One find, as the page shows it. The HTML is escaped text with <mark> around what was looked for."""

    url: str
    headline_html: SafeString
    excerpt_html: SafeString
    published_at: datetime | None
    kicker: str


@dataclass(frozen=True)
class _Match:
    model: type[Article] | type[Brief]
    pk: int
    score: float
    listed_at: datetime


def words_of(query: str) -> list[str]:
    """The words to look for: letters and digits of any script, without operators, quotes or control characters."""
    found = _WORD.findall(unicodedata.normalize("NFC", query[:LONGEST]).casefold())
    return list(dict.fromkeys(found))[:MOST_WORDS]


def find(query: str, locale: Locale, order: str = "newest") -> list[_Match]:
    """What contains all words of `query`, the longer ones as a word's beginning; newest first or best first."""
    terms = words_of(query)
    if not terms:
        return []
    kinds = ContentType.objects.get_for_models(Article, Brief)
    model_of = {kind.pk: model for model, kind in kinds.items()}
    scores: dict[Any, dict[int, float]] = {Article: {}, Brief: {}}
    for kind, key, score in _candidates(terms, list(model_of)):
        scores[model_of[kind]][int(key)] = score
    matches = [
        _Match(model, pk, scores[model][pk], listed_at)
        for model in (Article, Brief)
        for pk, listed_at in _published(model, scores[model], locale)
    ]
    if order == "relevance":
        return sorted(matches, key=lambda match: (match.score, match.listed_at, match.pk), reverse=True)
    return sorted(matches, key=lambda match: (match.listed_at, match.pk), reverse=True)


def _published(model: Any, keys: Iterable[int], locale: Locale) -> Iterable[tuple[int, datetime]]:
    found: Iterable[tuple[int, datetime]] = (
        model.objects.listed()
        .filter(pk__in=list(keys))
        .alias(spoken=F("locale_id") + 0)  # so that the planner begins with the keys, not with the language
        .filter(spoken=locale.pk)
        .order_by()
        .values_list("pk", "listed_at")
    )
    return found


def _candidates(terms: list[str], kinds: list[int]) -> Iterable[tuple[int, str, float]]:
    """(content type, key, score) of the newest entries that match; the higher the score the better."""
    entries = _entries_in_postgres(terms) if connection.vendor == "postgresql" else _entries_in_sqlite(terms)
    kind = "content_type_id" if connection.vendor == "postgresql" else "index_entry__content_type_id"
    key = kind.replace("content_type_id", "object_id")
    found: Iterable[tuple[int, str, float]] = (
        entries.filter(**{f"{kind}__in": kinds}).order_by("-pk").values_list(kind, key, "score")[:CANDIDATES]
    )
    return found


class _Weighed(Func):
    """FTS5's bm25 with a headline's words worth five of the text's, turned so that more is better."""

    output_field = FloatField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "(-bm25(wagtailsearch_indexentry_fts, 0.0, 5.0, 1.0))", []


def _open(term: str) -> bool:
    """Whether longer words that begin so are meant too. Of short ones there are too many to gather."""
    return len(term) >= OPEN_FROM


def _entries_in_sqlite(terms: list[str]) -> QuerySet[Any]:
    from modelsearch.backends.database.sqlite import query as fts

    lexemes = reduce(lambda one, other: one & other, (fts.Lexeme(term, prefix=_open(term)) for term in terms))
    match = fts.MatchExpression(["title", "body"], fts.SearchQueryExpression(lexemes))
    entries: QuerySet[Any] = apps.get_model("wagtailsearch", "SQLiteFTSIndexEntry").objects.all()
    return entries.filter(match).annotate(score=_Weighed())


def _entries_in_postgres(terms: list[str]) -> QuerySet[Any]:
    from django.contrib.postgres.search import SearchQuery, SearchRank
    from modelsearch.backends.database.postgres.query import Lexeme

    lexemes = reduce(lambda one, other: one & other, (Lexeme(term, prefix=_open(term)) for term in terms))
    query = SearchQuery(lexemes, search_type="raw")
    # The very expression that Wagtail's index is built on.
    vector = F("title")._combine(F("body"), "||", False)  # type: ignore[attr-defined]  # noqa: SLF001
    entries: QuerySet[Any] = apps.get_model("wagtailsearch", "IndexEntry").objects.all()
    score = SearchRank(F("title"), query) * 5.0 + SearchRank(F("body"), query)
    return entries.annotate(found_in=vector).filter(found_in=query).annotate(score=score)


def results(matches: list[_Match], query: str) -> list[Result]:
    """The matches as they are shown, in their order."""
    terms = words_of(query)
    stories = Article.objects.select_related("section").in_bulk([m.pk for m in matches if m.model is Article])
    briefs = Brief.objects.in_bulk([m.pk for m in matches if m.model is Brief])
    found: list[Result] = []
    for match in matches:
        if match.model is Article and (story := stories.get(match.pk)):
            texts = [story.standfirst, story.plain_text]
            kicker = story.kicker or str(story.section or "")
            found.append(_result(story, story.list_headline, texts, kicker, terms))
        elif brief := briefs.get(match.pk):
            found.append(_result(brief, brief.headline, [words.plain(brief.text)], "", terms))
    return found


def _result(page: Article | Brief, headline: str, texts: list[str], kicker: str, terms: list[str]) -> Result:
    return Result(
        url=page.get_url() or "",
        headline_html=highlight(headline, terms),
        excerpt_html=highlight(excerpt(texts, terms), terms),
        published_at=page.published_at,
        kicker=kicker,
    )


def _folded(word: str) -> str:
    """The word without capitals and accents, as the index compares."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return bare.casefold()


def _matches(text: str, terms: list[str]) -> Iterable[re.Match[str]]:
    whole = {_folded(term) for term in terms if not _open(term)}
    begun = tuple(_folded(term) for term in terms if _open(term))
    return (
        match for match in _WORD.finditer(text) if (word := _folded(match.group())) in whole or word.startswith(begun)
    )


def highlight(text: str, terms: list[str]) -> SafeString:
    """`text` escaped, with <mark> around each word that begins as one of `terms`."""
    parts: list[str] = []
    end = 0
    for match in _matches(text, terms):
        parts += [escape(text[end : match.start()]), "<mark>", escape(match.group()), "</mark>"]
        end = match.end()
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308 (every piece was escaped)


def excerpt(texts: list[str], terms: list[str]) -> str:
    """About `EXCERPT` characters around the first match in the first text that has one, else the beginning."""
    for text in texts:
        first = next(iter(_matches(text, terms)), None)
        if first is not None:
            return _around(text, first.start())
    return words.beginning(next((text for text in texts if text), ""), EXCERPT)


def _around(text: str, position: int) -> str:
    if position <= EXCERPT // 2 or len(text) <= EXCERPT:
        return words.beginning(text, EXCERPT)
    start = text.find(" ", position - EXCERPT // 3, position) + 1 or position
    return "…" + words.beginning(text[start:], EXCERPT)
