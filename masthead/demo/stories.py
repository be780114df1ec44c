"""Stories, briefs and information pages: manuscripts become pages with history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from wagtail.models import Locale, Page, PageLogEntry

from masthead.accounts.models import Account
from masthead.articles.models import Article, Byline, Correction, Person, Section, Takedown, Topic
from masthead.demo.manuscripts import Manuscript, key_for, manuscripts, moment
from masthead.demo.marks import Desk, Marks
from masthead.demo.pictures import Pictures


@dataclass
class Edition:
    """One language of the newsroom while it is being made."""

    locale: Locale
    now: datetime
    sections: dict[str, Section]
    people: dict[str, Person]
    topics: dict[str, Topic]
    pictures: Pictures
    stories: dict[str, Article] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The edition's language code."""
        return str(self.locale.language_code)

    def desk(self) -> Desk:
        """How the stories' texts find pictures and each other."""
        return Desk(picture=self.pictures.named, story=lambda name: int(self.stories[name].pk))


def file_stories(edition: Edition) -> list[Article]:
    """Make the stories that are not there yet, oldest first, and return those. All stand in `edition.stories`."""
    known = {str(one.translation_key): one for one in Article.objects.filter(locale=edition.locale)}
    fresh: list[tuple[Manuscript, Article]] = []
    written = sorted(manuscripts(edition.language), key=lambda one: moment(one.published, edition.now))
    for manuscript in written:
        key = str(key_for("story", manuscript.name))
        if key in known:
            edition.stories[manuscript.name] = known[key]
            continue
        article = _open_page(manuscript, edition)
        edition.stories[manuscript.name] = article
        fresh.append((manuscript, article))
    # Every page has its key now, so that a text may lead to any story, also to a later one.
    for manuscript, article in fresh:
        _set_text(manuscript, article, edition)
    return [article for _manuscript, article in fresh]


def _open_page(manuscript: Manuscript, edition: Edition) -> Article:
    article = Article(
        title=manuscript.headline,
        slug=manuscript.slug or manuscript.name,
        locale=edition.locale,
        translation_key=key_for("story", manuscript.name),
        uuid=key_for(f"page-{edition.language}", manuscript.name),
        live=False,
    )
    parent = edition.sections[manuscript.section]
    parent.add_child(instance=article)
    return article


def _set_text(manuscript: Manuscript, article: Article, edition: Edition) -> None:
    published = moment(manuscript.published, edition.now)
    article.kicker = manuscript.kicker
    article.short_headline = manuscript.short
    article.seo_title = manuscript.seo
    article.standfirst = manuscript.standfirst
    article.dateline = manuscript.dateline
    article.main_picture_id = edition.pictures.named(manuscript.picture) if manuscript.picture else None
    article.body = Marks(manuscript.text, edition.desk()).blocks()
    article.topics = [edition.topics[name] for name in manuscript.topics if name in edition.topics]
    article.bylines = list(_bylines(manuscript, edition))
    _give_state(manuscript, article, published, edition)
    article.save()
    _remember(article, manuscript, published)
    _after_publication(manuscript, article, published, edition)


def _bylines(manuscript: Manuscript, edition: Edition) -> Iterable[Byline]:
    roles = [
        (Byline.Role.AUTHOR, manuscript.by),
        (Byline.Role.PHOTOGRAPHER, manuscript.photos),
        (Byline.Role.TRANSLATOR, manuscript.translators),
    ]
    place = 0
    for role, names in roles:
        for name in names:
            yield Byline(person=edition.people[name], role=role, sort_order=place)
            place += 1


def _give_state(manuscript: Manuscript, article: Article, published: datetime, edition: Edition) -> None:
    if manuscript.state == "live":
        article.live = True
        article.has_unpublished_changes = False
        article.first_published_at = published
        article.last_published_at = moment(manuscript.updated, edition.now) if manuscript.updated else published
    elif manuscript.state == "scheduled":
        article.go_live_at = published
        article.embargo_until = published
    article.search_description = manuscript.standfirst[:250]


def _account(email: str) -> Account | None:
    return Account.objects.filter(email=email).first()


def _remember(article: Article, manuscript: Manuscript, published: datetime) -> None:
    """A revision, so that the desk's editor and history have what they need."""
    author = _account("reporter@demo.example")
    scheduled = published if manuscript.state == "scheduled" else None
    revision = article.save_revision(user=author, approved_go_live_at=scheduled, changed=manuscript.state != "live")
    written = article.last_published_at or revision.created_at
    type(revision).objects.filter(pk=revision.pk).update(created_at=written)
    Page.objects.filter(pk=article.pk).update(latest_revision_created_at=written)
    log = PageLogEntry.objects.log_action
    created = min(written, published) - timedelta(hours=3)
    log(article, "wagtail.create", user=author, revision=revision, timestamp=created, content_changed=True)
    if article.live:
        Page.objects.filter(pk=article.pk).update(live_revision=revision)
        editor = _account("editor@demo.example")
        log(article, "wagtail.publish", user=editor, revision=revision, timestamp=written)


def _after_publication(manuscript: Manuscript, article: Article, published: datetime, edition: Edition) -> None:
    editor = _account("editor@demo.example")
    for said in manuscript.corrections:
        made = Correction.objects.create(
            article=article, kind=said.get("kind", "correction"), text=said["text"], made_by=editor
        )
        # made_at is set by the database's clock; the demo's corrections were made days ago.
        Correction.objects.filter(pk=made.pk).update(made_at=moment(said["made"], edition.now))
    if manuscript.takedown:
        _take_down(manuscript, article, edition)
    if manuscript.state == "review":
        _send_to_review(article)


def _take_down(manuscript: Manuscript, article: Article, edition: Edition) -> None:
    said = manuscript.takedown
    takedown = Takedown.objects.create(
        article=article,
        path=article.public_path() or "",
        headline=article.headline,
        reason=said["reason"],
        public_note=said["public_note"],
        made_by=_account("publisher@demo.example"),
    )
    Takedown.objects.filter(pk=takedown.pk).update(made_at=moment(said["made"], edition.now))
    article.live = False
    article.has_unpublished_changes = True
    article.save()


def _send_to_review(article: Article) -> None:
    """Start the newsroom's workflow, where one is set up."""
    workflow: Any = article.get_workflow()
    reporter = _account("reporter@demo.example")
    if workflow is not None and reporter is not None and not article.current_workflow_state:
        workflow.start(article, reporter)
