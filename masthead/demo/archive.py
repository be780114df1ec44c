"""An archive to measure with: thousands of made-up stories from ten years, written in bulk past Wagtail's own saving.

What a normal save would have kept is kept here by hand: tree paths, the sections' counts of children, `listed_at`,
the number of words, bylines, topics, their lists and the search index. These stories have no revisions.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.sql import InsertQuery
from django.utils import timezone
from django.utils.text import slugify
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from wagtail.blocks import StreamValue
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from masthead.articles.models import Article, Byline, ListedUnder, Person, Section, Topic
from masthead.demo.grammar import Grammar
from masthead.lib import words

BATCH = 1000
# Rows of one INSERT: SQLite and PostgreSQL both refuse more than 32,766 values in one statement.
ROWS = 500
BODY = Article._meta.get_field("body")  # noqa: SLF001 (Django documents it)
YEARS = 10


@dataclass
class Shelf:
    """Where the next story of a section goes."""

    section: Section
    step: int
    added: int = 0

    @classmethod
    def of(cls, section: Section) -> Shelf:
        """Behind the last child the section has."""
        last = section.get_last_child()
        return cls(section, int(last.path[-Page.steplen :], 36) if last else 0)

    def next_path(self) -> str:
        """The next child's tree path."""
        self.step += 1
        self.added += 1
        return str(Page._get_path(self.section.path, self.section.depth + 1, self.step))  # noqa: SLF001


class Archive:
    """Everything that the stories share: shelves, people, topics, and the clock."""

    def __init__(self) -> None:
        first = Section.objects.order_by("path").first()
        if first is None:
            raise ValueError("There is no section yet: build the demo newsroom first.")
        self.locale = first.locale
        self.shelves = [Shelf.of(one) for one in Section.objects.filter(locale=self.locale).order_by("path")]
        people = Person.objects.filter(locale=self.locale, bylines__role=Byline.Role.AUTHOR)
        self.people = list(people.distinct().values_list("pk", flat=True))
        self.topics = list(Topic.objects.filter(locale=self.locale).values_list("pk", flat=True))
        self.kind = Article(title="").cached_content_type
        self.block = BODY.stream_block
        self.now = timezone.now()
        self.next_pk = (Page.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        self.written = Article.objects.count()

    def story(self, number: int) -> tuple[Page, Article, list[str]]:
        """One story as its two rows, and its paragraphs."""
        grammar = Grammar(number)
        shelf = self.shelves[number % len(self.shelves)]
        at = self._moment(grammar.chance)
        title = grammar.headline()
        paragraphs = grammar.paragraphs()
        slug = f"{slugify(title)[:80]}-{number}"
        page = self._page(shelf, title, slug, at)
        standfirst = grammar.paragraph()[:380]
        article = Article(
            page_ptr_id=page.pk,
            uuid=uuid.UUID(int=grammar.chance.getrandbits(128), version=4),
            section_id=shelf.section.pk,
            listed_at=at,
            kicker=grammar.chance.choice(["Harbour", "The river", "Town", "In brief", ""]),
            standfirst=standfirst,
            body=self._body(paragraphs),
            word_count=sum(words.count(one) for one in paragraphs),
        )
        article.title = title
        article.locale_id = page.locale_id
        return page, article, paragraphs

    def _moment(self, chance: random.Random) -> datetime:
        return self.now - timedelta(seconds=chance.randrange(86_400, YEARS * 365 * 86_400))

    def _page(self, shelf: Shelf, title: str, slug: str, at: datetime) -> Page:
        page = Page(
            pk=self.next_pk,
            path=shelf.next_path(),
            depth=shelf.section.depth + 1,
            numchild=0,
            title=title,
            draft_title=title,
            slug=slug,
            url_path=f"{shelf.section.url_path}{slug}/",
            content_type=self.kind,
            locale_id=self.locale.pk,
            live=True,
            has_unpublished_changes=False,
            first_published_at=at,
            last_published_at=at,
        )
        self.next_pk += 1
        return page

    def _body(self, paragraphs: list[str]) -> StreamValue:
        html = "".join(f"<p>{one}</p>" for one in paragraphs)
        raw = [{"type": "text", "value": html, "id": str(uuid.uuid4())}]
        return StreamValue(self.block, raw, is_lazy=True)

    def write(self, numbers: range) -> None:
        """Write one batch: pages, articles, bylines, topics, search index."""
        pages, articles, texts = [], [], []
        for number in numbers:
            page, article, paragraphs = self.story(number)
            pages.append(page)
            articles.append(article)
            texts.append(paragraphs)
        with transaction.atomic():
            Page.objects.bulk_create(pages, batch_size=ROWS)
            for start in range(0, len(articles), ROWS):
                _insert_alone(articles[start : start + ROWS])
            self._sign(articles, numbers)
            self._shelve()
            _index(articles, texts)

    def _sign(self, articles: list[Article], numbers: range) -> None:
        bylines, links = [], []
        through = Article.topics.through
        for article, number in zip(articles, numbers, strict=True):
            chance = random.Random(-number)  # noqa: S311
            for place, person in enumerate(chance.sample(self.people, chance.choice([1, 1, 1, 2]))):
                bylines.append(Byline(article_id=article.page_ptr_id, person_id=person, sort_order=place))
            chosen = chance.sample(self.topics, chance.choice([0, 1, 1, 2]))
            links += [through(article_id=article.page_ptr_id, topic_id=topic) for topic in chosen]
        Byline.objects.bulk_create(bylines, batch_size=ROWS)
        through.objects.bulk_create(links, batch_size=ROWS)
        at = {article.page_ptr_id: article.listed_at or self.now for article in articles}
        places = [
            ListedUnder(article_id=one.article_id, person_id=one.person_id, listed_at=at[one.article_id])
            for one in bylines
        ]
        places += [
            ListedUnder(article_id=one.article_id, topic_id=one.topic_id, listed_at=at[one.article_id]) for one in links
        ]
        ListedUnder.objects.bulk_create(places, batch_size=ROWS)

    def _shelve(self) -> None:
        for shelf in self.shelves:
            Page.objects.filter(pk=shelf.section.pk).update(numchild=F("numchild") + shelf.added)
            shelf.added = 0


def _insert_alone(articles: list[Article]) -> None:
    """The articles' own rows: Django refuses to bulk_create a model with a parent table, whose rows we have made."""
    query = InsertQuery(Article)
    query.insert_values(Article._meta.local_concrete_fields, [*articles])  # noqa: SLF001
    query.get_compiler(connection=connection).execute_sql()


class _NoFields:
    """Sends the indexer to plain attributes."""

    @staticmethod
    def get_field(name: str) -> None:
        raise FieldDoesNotExist(name)


class _Told:
    """An article for the indexer: its words are known already, and need not be read out of HTML again."""

    _meta = _NoFields
    get_search_fields = staticmethod(Article.get_search_fields)

    def __init__(self, article: Article, paragraphs: list[str]) -> None:
        self.article, self.body = article, " ".join(paragraphs)
        self.pk = article.page_ptr_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self.article, name)


def _index(articles: list[Article], texts: list[list[str]]) -> None:
    told = [_Told(article, paragraphs) for article, paragraphs in zip(articles, texts, strict=True)]
    get_search_backend().get_index_for_model(Article).add_items(Article, told)


def _batches(first: int, number: int) -> Iterator[range]:
    for start in range(first, first + number, BATCH):
        yield range(start, min(start + BATCH, first + number))


def fill(number: int, quiet_terminal: bool = False) -> None:
    """Add so many made-up stories. Raises ValueError if there is no newsroom to put them in."""
    archive = Archive()
    columns = (
        TextColumn("Writing the archive"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, disable=quiet_terminal) as progress:
        task = progress.add_task("archive", total=number)
        for batch in _batches(archive.written + 1, number):
            archive.write(batch)
            progress.advance(task, len(batch))
    _set_sequences()


def _set_sequences() -> None:
    """PostgreSQL must count on from the keys that were given by hand."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Page]):
            cursor.execute(statement)
