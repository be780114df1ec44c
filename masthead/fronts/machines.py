"""What machines read in a page's head: title, canonical address, languages, cards, feeds, and JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from wagtail.models import Page

from masthead.articles.models import Article, Person, Section, Topic
from masthead.fronts.addresses import absolute, person_url, topic_url
from masthead.fronts.feed_body import rendition_of
from masthead.fronts.models import HomePage, InformationPage
from masthead.fronts.newsroom import Face, face_of
from masthead.lib import words
from masthead.live.models import Brief, NewsFeed
from masthead.media.places import CARD
from masthead.press.tags import carry

PORTRAIT = "fill-512x512|format-jpeg"
DESCRIPTION = 200  # characters


@dataclass(frozen=True)
class Shown:
    """A picture for a card."""

    url: str
    width: int
    height: int
    words: str


@dataclass(frozen=True)
class FeedLink:
    """A feed that readers' programs should find."""

    title: str
    url: str
    mime: str


@dataclass(frozen=True)
class Machines:
    """One page, as machines are told of it. Addresses are absolute."""

    title: str
    site_name: str
    language: str
    description: str = ""
    card_title: str = ""
    kind: str = "website"
    canonical: str = ""
    robots: str = "max-image-preview:large"
    picture: Shown | None = None
    published: datetime | None = None
    updated: datetime | None = None
    section: str = ""
    topics: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    alternates: list[tuple[str, str]] = field(default_factory=list)
    feeds: list[FeedLink] = field(default_factory=list)
    graph: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ld(self) -> dict[str, Any]:
        """The JSON-LD document; empty if there is nothing to say."""
        return {"@context": "https://schema.org", "@graph": self.graph} if self.graph else {}


def read(context: Mapping[str, Any] | Any) -> Machines:
    """What machines are told of the page that `context` renders."""
    request: HttpRequest = context["request"]
    face = face_of(request)
    page = context.get("page")
    bare = _bare(request, face)
    if isinstance(page, Article):
        return _article(request, page, face, bare)
    if isinstance(page, Brief):
        return _brief(request, page, face, bare)
    if isinstance(page, HomePage):
        return _home(request, page, face, bare)
    if isinstance(page, Page):
        return _other_page(request, page, context.get("listing"), face, bare)
    if isinstance(context.get("topic"), Topic):
        return _topic(context["topic"], context.get("listing"), face, bare)
    if isinstance(context.get("person"), Person):
        return _person(context["person"], context.get("listing"), face, bare)
    return _without_a_noun(context, face, bare)


def _bare(request: HttpRequest, face: Face) -> Machines:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return Machines(
        title=face.name,
        site_name=face.name,
        language=language,
        description=face.sentence,
        card_title=face.name,
        picture=Shown(face.logo_url, 512, 512, face.name),
        feeds=_feeds(face.name, reverse("feed", args=["xml"]).removesuffix("feed.xml")),
    )


def _feeds(title: str, url: str) -> list[FeedLink]:
    return [
        FeedLink(f"{title} (RSS)", absolute(f"{url}feed.xml"), "application/rss+xml"),
        FeedLink(f"{title} (JSON)", absolute(f"{url}feed.json"), "application/feed+json"),
    ]


def _url(page: Page, request: HttpRequest) -> str:
    path = page.get_url(request) if page.url_path else None
    return absolute(path) if path else ""


def _home(request: HttpRequest, page: HomePage, face: Face, bare: Machines) -> Machines:
    url = _url(page, request)
    tagline = f": {face.tagline}" if face.tagline else ""
    website = {
        "@type": "WebSite",
        "@id": f"{url}#website",
        "url": url,
        "name": face.name,
        "inLanguage": bare.language,
        "publisher": {"@id": face.organization["@id"]},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": absolute(reverse("search")) + "?q={search_term_string}"},
            "query-input": "required name=search_term_string",
        },
    }
    return replace(
        bare,
        title=page.seo_title or f"{face.name}{tagline}",
        description=page.search_description or face.sentence,
        canonical=url,
        alternates=_page_alternates(request, page),
        graph=[website, face.organization],
    )


def _article(request: HttpRequest, story: Article, face: Face, bare: Machines) -> Machines:
    url = _url(story, request)
    picture = _shown(story.main_picture, CARD)
    topics = [topic.name for topic in story.topics.all()]
    described = story.search_description or story.standfirst or words.beginning(story.public_text, DESCRIPTION)
    section = story.section
    crumbs = [(section.title, _url(section, request))] if section else []
    return replace(
        bare,
        title=f"{story.seo_title or story.headline} – {face.name}",
        card_title=story.headline,
        description=words.beginning(" ".join(described.split()), DESCRIPTION),
        kind="article",
        canonical=url,
        picture=picture or bare.picture,
        published=story.published_at,
        updated=story.last_published_at,
        section=section.title if section else "",
        topics=topics,
        authors=[absolute(person_url(byline.person)) for byline in story.authors],
        alternates=_page_alternates(request, story),
        feeds=[*(_feeds(section.title, section.get_url(request) or "/") if section else []), *bare.feeds],
        graph=[
            _news_article(story, url, described, picture, topics, face, bare),
            _breadcrumbs(face, [*crumbs, (story.headline, url)]),
        ],
    )


def _news_article(
    story: Article, url: str, described: str, picture: Shown | None, topics: list[str], face: Face, bare: Machines
) -> dict[str, Any]:
    known: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "mainEntityOfPage": url,
        "headline": words.beginning(story.headline, 110),
        "description": described,
        "inLanguage": bare.language,
        "isAccessibleForFree": not story.is_closed,
        "wordCount": story.word_count,
        "author": [_byline(byline.person) for byline in story.authors] or [{"@id": face.organization["@id"]}],
        "publisher": face.organization,
    }
    if story.short_headline:
        known["alternativeHeadline"] = story.short_headline
    if story.published_at:
        known["datePublished"] = story.published_at.isoformat()
    if story.last_published_at:
        known["dateModified"] = story.last_published_at.isoformat()
    if picture:
        known["image"] = [
            {"@type": "ImageObject", "url": picture.url, "width": picture.width, "height": picture.height}
        ]
    if story.section:
        known["articleSection"] = story.section.title
    if topics:
        known["keywords"] = topics
    if story.dateline:
        known["locationCreated"] = {"@type": "Place", "name": story.dateline}
    corrections = [
        {"@type": "CorrectionComment", "text": correction.text, "datePublished": correction.made_at.isoformat()}
        for correction in story.corrections.all()
    ]
    if corrections:
        known["correction"] = corrections
    return known


def _byline(person: Person) -> dict[str, Any]:
    known = {
        "@type": "Organization" if person.kind == Person.Kind.DESK else "Person",
        "name": person.name,
        "url": absolute(person_url(person)),
    }
    if person.position and person.kind != Person.Kind.DESK:
        known["jobTitle"] = person.position
    return known


def _brief(request: HttpRequest, brief: Brief, face: Face, bare: Machines) -> Machines:
    url = _url(brief, request)
    described = brief.search_description or words.beginning(words.plain(brief.text), DESCRIPTION) or brief.headline
    known: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "mainEntityOfPage": url,
        "headline": words.beginning(brief.headline, 110),
        "description": described,
        "inLanguage": bare.language,
        "isAccessibleForFree": True,
        "author": [{"@id": face.organization["@id"]}],
        "publisher": face.organization,
    }
    if brief.published_at:
        known["datePublished"] = brief.published_at.isoformat()
    if brief.last_published_at:
        known["dateModified"] = brief.last_published_at.isoformat()
    return replace(
        bare,
        title=f"{brief.seo_title or brief.headline} – {face.name}",
        card_title=brief.headline,
        description=described,
        kind="article",
        canonical=url,
        published=brief.published_at,
        updated=brief.last_published_at,
        alternates=_page_alternates(request, brief),
        graph=[known, _breadcrumbs(face, [(brief.headline, url)])],
    )


def _other_page(request: HttpRequest, page: Page, listing: Any, face: Face, bare: Machines) -> Machines:
    """A section, the news feed, or a page about the newsroom."""
    url = page.get_url(request) or "/"
    said = page.standfirst if isinstance(page, InformationPage) else getattr(page, "description", "")
    first = listing is None or listing.first
    feeds = _feeds(page.title, url) if isinstance(page, Section | NewsFeed) else []
    shown = replace(
        bare,
        description=page.search_description or said or face.sentence,
        alternates=_page_alternates(request, page) if first else [],
        feeds=[*feeds, *bare.feeds],
    )
    return _list(shown, page.seo_title or page.title, url, listing, face)


def _topic(topic: Topic, listing: Any, face: Face, bare: Machines) -> Machines:
    url = topic_url(topic)
    shown = replace(
        bare,
        description=topic.description or face.sentence,
        alternates=_alternates((other.locale.language_code, topic_url(other)) for other in _translations(topic)),
        feeds=[*_feeds(topic.name, url), *bare.feeds],
    )
    return _list(shown, topic.name, url, listing, face)


def _person(person: Person, listing: Any, face: Face, bare: Machines) -> Machines:
    url = person_url(person)
    portrait = _shown(person.portrait, PORTRAIT)
    about = _byline(person)
    if person.bio:
        about["description"] = person.bio
    if portrait:
        about["image"] = portrait.url
    about["worksFor" if about["@type"] == "Person" else "parentOrganization"] = face.organization
    profile = {"@type": "ProfilePage", "@id": f"{absolute(url)}#profile", "url": absolute(url), "mainEntity": about}
    shown = replace(
        bare,
        description=words.beginning(" ".join(person.bio.split()), DESCRIPTION) or person.position or face.sentence,
        kind="profile",
        picture=portrait or bare.picture,
        alternates=_alternates((other.locale.language_code, person_url(other)) for other in _translations(person)),
        feeds=[*_feeds(person.name, url), *bare.feeds],
        graph=[profile],
    )
    return _list(shown, person.name, url, listing, face)


def _list(shown: Machines, name: str, url: str, listing: Any, face: Face) -> Machines:
    """A list's head: its deeper pages say which they are, and name themselves as canonical."""
    first = listing is None or listing.first
    title = name if first else gettext("%(name)s, page %(number)s") % {"name": name, "number": listing.number}
    return replace(
        shown,
        title=f"{title} – {face.name}",
        card_title=title,
        canonical=absolute(url if first else listing.here),
        alternates=shown.alternates if first else [],
        graph=[*shown.graph, _breadcrumbs(face, [(name, absolute(url))])],
    )


def _without_a_noun(context: Any, face: Face, bare: Machines) -> Machines:
    """The archive, search, and pages for what went wrong."""
    month, listing = context.get("month"), context.get("listing")
    if isinstance(month, date) and listing is not None:
        name = date_format(month, "YEAR_MONTH_FORMAT")
        return _list(bare, name, reverse("archive_month", args=[month.year, month.month]), listing, face)
    if context.get("years") is not None:
        return _list(bare, pgettext("all stories by month", "Archive"), reverse("archive"), None, face)
    if "query" in context and "results" in context:
        name = gettext("Search")
        return replace(bare, title=f"{name} – {face.name}", card_title=name, robots="noindex")
    name = context.get("title") or ""
    if context.get("path") and context.get("described"):  # a page of an app beside us, for everybody to find
        return replace(
            bare,
            title=f"{name} – {face.name}",
            card_title=name,
            description=context["described"],
            canonical=absolute(context["path"]),
            alternates=_alternates((code, translate_url(context["path"], code)) for code, _name in settings.LANGUAGES),
        )
    return replace(bare, title=f"{name} – {face.name}" if name else face.name, robots="noindex", feeds=bare.feeds)


def _shown(picture: Any, spec: str) -> Shown | None:
    rendition = rendition_of(picture, spec)
    if rendition is None:
        return None
    return Shown(absolute(rendition.url), rendition.width, rendition.height, picture.description)


def _breadcrumbs(face: Face, trail: list[tuple[str, str]]) -> dict[str, Any]:
    steps = [(face.name, absolute(reverse("wagtail_serve", args=[""]))), *trail]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(steps, start=1)
        ],
    }


def _translations(noun: Topic | Person) -> QuerySet[Any]:
    if len(settings.LANGUAGES) < 2:
        return type(noun).objects.none()
    return type(noun).objects.filter(translation_key=noun.translation_key).select_related("locale")


def _page_alternates(request: HttpRequest, page: Page) -> list[tuple[str, str]]:
    if len(settings.LANGUAGES) < 2:
        return []
    carry(request, f"translations:{page.translation_key}")
    found = Page.objects.live().filter(translation_key=page.translation_key).select_related("locale").order_by("pk")
    known = [(other.locale.language_code, other.get_url(request) or "") for other in found]
    # The language switch at the head of the page asks for the same.
    request.page_alternates = dict(known)  # type: ignore[attr-defined]
    return _alternates(known)


def _alternates(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Published translations with their languages, then x-default; nothing while there is only one."""
    known = {language: absolute(path) for language, path in pairs if path}
    if len(known) < 2:
        return []
    fallback = known.get(settings.LANGUAGE_CODE) or next(iter(known.values()))
    return [*sorted(known.items()), ("x-default", fallback)]
