"""Search over stories and briefs of one language, in the index that Wagtail keeps in the site's own database.

A word that half of the archive contains must cost no more than a rare one: matches are taken from the index's latest
entries backwards until there are about `CANDIDATES`, and only those are dated and counted. They are weighed only when
the best match is asked for, because a word's weight follows from all entries that contain it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import BooleanField, F, FloatField, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Locale

from masthead.articles.models import Article
from masthead.lib import words
from masthead.live.models import Brief

SHORTEST, LONGEST = 2, 200
MOST_WORDS = 10
OPEN_FROM = 4  # letters
CANDIDATES = 500
MOST_AT_ONCE = 8000  # keys in one statement; SQLite takes four times as many
MOST_WORDS_ALIKE = 40
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


class _Match(NamedTuple):
    """One find; sorted by weight, then time. Its time is text as the database writes it: five hundred would be parsed
    only to be compared."""

    score: float
    listed_at: str
    pk: int
    model: type[Article] | type[Brief]


def words_of(query: str) -> list[str]:
    """The words to look for: letters and digits of any script, without operators, quotes or control characters."""
    found = _WORD.findall(unicodedata.normalize("NFC", query[:LONGEST]).casefold())
    return list(dict.fromkeys(found))[:MOST_WORDS]


@dataclass(frozen=True)
class Found:
    """What was found, in its order; `more` when there are older entries in the index that nobody looked at."""

    matches: list[_Match]
    more: bool = False


def find(query: str, locale: Locale, order: str = "newest") -> Found:
    """What contains all words of `query`, the longer ones as a word's beginning; newest first or best first."""
    terms = words_of(query)
    matches: list[_Match] = []
    entries, below, most = _entries(terms, weigh=order == "relevance"), None, CANDIDATES
    more = bool(terms)
    # Once, as a rule: only where most of what was found is drafts or of another language, older entries are asked too.
    while more and len(matches) < CANDIDATES // 2:
        older = entries if below is None else entries.filter(pk__lt=below)
        rows = list(older.order_by("-pk")[: most + 1])
        more = len(rows) > most
        matches += _dated(rows[:most], locale)
        below, most = rows[-1][0] + 1 if rows else None, MOST_AT_ONCE
    # Without weights all scores are the same, and the time decides.
    matches.sort(key=itemgetter(slice(3)), reverse=True)
    return Found(matches, more)


def _dated(rows: list[tuple[int, int, str, float]], locale: Locale) -> Iterable[_Match]:
    """Those of the index's rows (key, content type, object, score) that are published in this language."""
    for model in (Article, Brief):
        kind = ContentType.objects.get_for_model(model).pk
        scores = {int(key): score for _pk, of, key, score in rows if of == kind}
        for pk, listed_at in _published(model, scores, locale) if scores else ():
            yield _Match(scores[pk], listed_at, pk, model)


def _published(model: Any, keys: Iterable[int], locale: Locale) -> Iterable[tuple[int, str]]:
    found: Iterable[tuple[int, str]] = (
        model.objects.listed()
        .filter(pk__in=list(keys))
        .alias(spoken=F("locale_id") + 0)  # so that the planner begins with the keys, not with the language
        .filter(spoken=locale.pk)
        .order_by()
        .values_list("pk", Cast("listed_at", TextField()))
    )
    return found


def _entries(terms: list[str], *, weigh: bool) -> QuerySet[Any, Any]:
    """(key, content type, object, score) of what matches; the higher the score the better."""
    postgres = connection.vendor == "postgresql"
    entries = _entries_in_postgres(terms, weigh) if postgres else _entries_in_sqlite(terms, weigh)
    kinds = [ContentType.objects.get_for_model(model).pk for model in (Article, Brief)]
    entry = "" if postgres else "index_entry__"
    kind, key = f"{entry}content_type_id", f"{entry}object_id"
    return entries.filter(**{f"{kind}__in": kinds}).values_list("pk", kind, key, "score")


UNWEIGHED = Value(0.0, FloatField())


class _Weighed(Func):
    """FTS5's bm25 with a headline's words worth five of the text's, turned so that more is better.

    The columns in their order: what completes a word as one types, text, headline.
    """

    output_field = FloatField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "(-bm25(wagtailsearch_indexentry_fts, 0.0, 1.0, 5.0))", []


def _open(term: str) -> bool:
    """Whether longer words that begin so are meant too. Of short ones there are too many to gather."""
    return len(term) >= OPEN_FROM


class _Matches(Func):
    """FTS5's MATCH over all columns. One that names title and body alone finds the same (the third, `autocomplete`,
    repeats a page's title) and would go through every match's places in the text first."""

    output_field = BooleanField()

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted = wanted

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "wagtailsearch_indexentry_fts MATCH %s", [self.wanted]


def _entries_in_sqlite(terms: list[str], weigh: bool) -> QuerySet[Any]:
    entries: QuerySet[Any] = apps.get_model("wagtailsearch", "SQLiteFTSIndexEntry").objects.all()
    # To be weighed as one, the words that begin alike must be asked for as one.
    wanted = " AND ".join(_beginning(term) if weigh else _any_of(term) for term in terms)
    return entries.filter(_Matches(wanted)).annotate(score=_Weighed() if weigh else UNWEIGHED)


def _beginning(term: str) -> str:
    """A term as FTS5 asks for it. Terms are letters and digits: nothing in them could end the quotes."""
    return f'"{term}"*' if _open(term) else f'"{term}"'


def _any_of(term: str) -> str:
    """The same as `_beginning`, by the words that begin so where they are few.

    FTS5 gathers every match of a beginning before it gives out the latest; whole words it reads from the end.
    """
    # Only where nothing is left to fold: the index holds its words folded by rules of its own.
    plain = unicodedata.normalize("NFKD", term) == term == term.lower()
    known = _words_that_begin(term) if _open(term) and plain else []
    if not known or len(known) > MOST_WORDS_ALIKE:
        return _beginning(term)
    return f"({' OR '.join(f'{chr(34)}{word}{chr(34)}' for word in known)})"


def _words_that_begin(term: str) -> list[str]:
    """Words of SQLite's index that begin with `term`, one more than `MOST_WORDS_ALIKE` at most.

    The index's vocabulary is a table as long as the texts themselves; one step to each next word is what is cheap.
    """
    steps = """
        WITH RECURSIVE known(word) AS (
            SELECT (SELECT term FROM temp.search_vocabulary WHERE term >= %s LIMIT 1)
            UNION ALL
            SELECT (SELECT term FROM temp.search_vocabulary WHERE term >= known.word || char(1) LIMIT 1)
            FROM known WHERE known.word < %s
        ) SELECT word FROM known WHERE word < %s LIMIT %s
    """
    end = term + chr(0x10FFFF)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_vocabulary"
            " USING fts5vocab('main', 'wagtailsearch_indexentry_fts', 'instance')"
        )
        cursor.execute(steps, [term, end, end, MOST_WORDS_ALIKE + 1])
        return [row[0] for row in cursor.fetchall()]


class _Holds(Func):
    """Whether headline or text hold a word: asked of each column by itself, as each has an index of its own."""

    output_field = BooleanField()

    def __init__(self, lexeme: str) -> None:
        super().__init__()
        self.lexeme = lexeme

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        columns = (f"wagtailsearch_indexentry.{name} @@ %s::tsquery" for name in ("title", "body"))
        return f"({' OR '.join(columns)})", [self.lexeme] * 2


def _entries_in_postgres(terms: list[str], weigh: bool) -> QuerySet[Any]:
    from django.contrib.postgres.search import SearchQuery, SearchRank

    lexemes = _lexemes([f"'{term}':*" if _open(term) else f"'{term}'" for term in terms])
    entries: QuerySet[Any] = apps.get_model("wagtailsearch", "IndexEntry").objects.all()
    if not lexemes:
        return entries.none().annotate(score=UNWEIGHED)
    query = SearchQuery(" & ".join(f"({lexeme})" for lexeme in lexemes), config="simple", search_type="raw")
    score = SearchRank(F("title"), query) * 5.0 + SearchRank(F("body"), query) if weigh else UNWEIGHED
    return entries.filter(*(_Holds(lexeme) for lexeme in lexemes)).annotate(score=score)


def _lexemes(terms: list[str]) -> list[str]:
    """The words as the database's own language has them in the index, without those it leaves out of it (*the*, *of*).

    Asked for first, so that they stand in the query itself: the planner then knows how rare they are.
    """
    asked = (
        "SELECT lexeme::text FROM unnest(%s::text[]) WITH ORDINALITY AS given (term, place), to_tsquery(term) AS lexeme"
        " WHERE numnode(lexeme) > 0 ORDER BY place"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [terms])
        return [row[0] for row in cursor.fetchall()]


def results(matches: list[_Match], query: str) -> list[Result]:
    """The matches as they are shown, in their order."""
    terms = words_of(query)
    stories = Article.objects.select_related("section").in_bulk([m.pk for m in matches if m.model is Article])
    briefs = Brief.objects.in_bulk([m.pk for m in matches if m.model is Brief])
    found: list[Result] = []
    for match in matches:
        if match.model is Article and (story := stories.get(match.pk)):
            texts = [story.standfirst, story.public_text]
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
