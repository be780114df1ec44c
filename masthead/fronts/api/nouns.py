"""What the API's answers are made of. Only what readers see on the pages: no drafts, mail addresses, accounts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema

from masthead.articles.models import Article, Person, Section, Topic
from masthead.fronts import feed_body
from masthead.fronts.addresses import absolute, person_url, topic_url
from masthead.fronts.cursor import EPOCH
from masthead.lib import words
from masthead.live.models import Brief
from masthead.media.places import CARD


class SectionNoun(Schema):
    """A section of the paper."""

    uuid: uuid.UUID
    name: str
    slug: str
    language: str
    description: str
    url: str

    @classmethod
    def of(cls, section: Section, request: HttpRequest, language: str) -> SectionNoun:
        """The section as the API shows it."""
        return cls(
            uuid=section.uuid,
            name=section.title,
            slug=section.slug,
            language=language,
            description=section.description,
            url=absolute(section.get_url(request) or "/"),
        )


class TopicNoun(Schema):
    """A topic."""

    uuid: uuid.UUID
    name: str
    slug: str
    language: str
    description: str
    url: str

    @classmethod
    def of(cls, topic: Topic) -> TopicNoun:
        """The topic as the API shows it."""
        return cls(
            uuid=topic.uuid,
            name=topic.name,
            slug=topic.slug,
            language=topic.locale.language_code,
            description=topic.description,
            url=absolute(topic_url(topic)),
        )


class PersonNoun(Schema):
    """A person or a collective desk."""

    uuid: uuid.UUID
    kind: str
    name: str
    slug: str
    language: str
    position: str
    bio: str
    url: str

    @classmethod
    def of(cls, person: Person) -> PersonNoun:
        """The person as the API shows them."""
        return cls(
            uuid=person.uuid,
            kind=person.kind,
            name=person.name,
            slug=person.slug,
            language=person.locale.language_code,
            position=person.position,
            bio=person.bio,
            url=absolute(person_url(person)),
        )


class Named(Schema):
    """A section or topic, named in a story."""

    uuid: uuid.UUID
    name: str
    slug: str


class BylineNoun(Schema):
    """Who made a story, and as what."""

    uuid: uuid.UUID
    name: str
    slug: str
    kind: str
    role: str
    url: str


class PictureNoun(Schema):
    """A story's main picture, cut for cards."""

    url: str
    width: int
    height: int
    description: str
    caption: str
    credit: str


class CorrectionNoun(Schema):
    """What was wrong in a story."""

    kind: str
    text: str
    made_at: datetime


class ArticleNoun(Schema):
    """A story without its text."""

    uuid: uuid.UUID
    url: str
    language: str
    headline: str
    short_headline: str
    kicker: str
    standfirst: str
    dateline: str
    section: Named | None
    topics: list[Named]
    bylines: list[BylineNoun]
    picture: PictureNoun | None
    published_at: datetime
    updated_at: datetime | None
    word_count: int
    reading_minutes: int
    for_members: bool

    @classmethod
    def of(cls, story: Article, request: HttpRequest, **more: Any) -> Any:
        """The story as the API shows it."""
        section = story.section
        return cls(
            uuid=story.uuid,
            url=absolute(story.get_url(request) or "/"),
            language=story.locale.language_code,
            headline=story.headline,
            short_headline=story.short_headline,
            kicker=story.kicker,
            standfirst=story.standfirst,
            dateline=story.dateline,
            section=Named(uuid=section.uuid, name=section.title, slug=section.slug) if section else None,
            topics=[Named(uuid=topic.uuid, name=topic.name, slug=topic.slug) for topic in story.topics.all()],
            bylines=[_byline(byline) for byline in story.bylines.all()],
            picture=_picture(story.main_picture),
            published_at=story.listed_at or EPOCH,
            updated_at=story.updated_at,
            word_count=story.word_count,
            reading_minutes=story.reading_minutes,
            for_members=story.is_closed,
            **more,
        )


class WholeArticle(ArticleNoun):
    """A story with its text, as HTML that stands alone and as plain text."""

    body_html: str
    body_text: str
    corrections: list[CorrectionNoun]

    @classmethod
    def whole(cls, story: Article, request: HttpRequest) -> WholeArticle:
        """The whole story."""
        corrections = [
            CorrectionNoun(kind=found.kind, text=found.text, made_at=found.made_at) for found in story.corrections.all()
        ]
        found: WholeArticle = cls.of(
            story,
            request,
            body_html=feed_body.html_of(story, request),
            body_text=story.public_text,
            corrections=corrections,
        )
        return found


class BriefNoun(Schema):
    """A brief of the news feed, whole."""

    uuid: uuid.UUID
    url: str
    language: str
    headline: str
    body_html: str
    body_text: str
    published_at: datetime

    @classmethod
    def of(cls, brief: Brief, request: HttpRequest) -> BriefNoun:
        """The brief as the API shows it."""
        return cls(
            uuid=brief.uuid,
            url=absolute(brief.get_url(request) or "/"),
            language=brief.locale.language_code,
            headline=brief.headline,
            body_html=feed_body.html_of(brief, request),
            body_text=words.plain(brief.text),
            published_at=brief.listed_at or EPOCH,
        )


class ArticlePage(Schema):
    """Some stories, newest first; `next` is the address of the older ones."""

    items: list[ArticleNoun]
    next: str | None


class BriefPage(Schema):
    """Some briefs, newest first."""

    items: list[BriefNoun]
    next: str | None


class SectionPage(Schema):
    """All sections."""

    items: list[SectionNoun]
    next: str | None = None


class TopicPage(Schema):
    """Some topics, in the order they were made."""

    items: list[TopicNoun]
    next: str | None


class PersonPage(Schema):
    """Some people, in the order they were made."""

    items: list[PersonNoun]
    next: str | None


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def languages() -> list[str]:
    """The languages the site publishes in."""
    return [code for code, _name in settings.LANGUAGES]


def _byline(byline: Any) -> BylineNoun:
    person = byline.person
    return BylineNoun(
        uuid=person.uuid,
        name=person.name,
        slug=person.slug,
        kind=person.kind,
        role=byline.role,
        url=absolute(person_url(person)),
    )


def _picture(picture: Any) -> PictureNoun | None:
    shown = feed_body.rendition_of(picture, CARD)
    if shown is None:
        return None
    return PictureNoun(
        url=absolute(shown.url),
        width=shown.width,
        height=shown.height,
        description=picture.description,
        caption=picture.caption,
        credit=picture.credit,
    )
