"""RSS 2.0 and JSON Feed 1.1 with full text: of the site, a section, a topic, an author, the news feed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import feedgenerator
from django.utils.translation import get_language
from wagtail.models import Page

from masthead.articles.listing import in_order
from masthead.articles.models import Article, Person, Section, Topic
from masthead.fronts import feed_body
from masthead.fronts.addresses import absolute, person_url
from masthead.fronts.edition import locale_of, newest_of
from masthead.fronts.markup import xml_text
from masthead.fronts.newsroom import Face, face_of
from masthead.fronts.views.moved import moved
from masthead.fronts.views.pages import is_at_home
from masthead.live.models import Brief, NewsFeed
from masthead.media.places import CARD
from masthead.press.tags import carry

ITEMS = 20


@dataclass(frozen=True)
class Feed:
    """A feed before it is written in one of the two formats."""

    title: str
    description: str
    url: str
    items: list[Article] | list[Brief]

    @property
    def updated(self) -> datetime | None:
        """When its newest item came or changed."""
        moments = (item.last_published_at or item.listed_at for item in self.items)
        return max((moment for moment in moments if moment), default=None)


def site(request: HttpRequest, form: str) -> HttpResponse:
    """The newest stories of a language."""
    locale = locale_of(request)
    carry(request, f"stories:{locale.pk}")
    face = face_of(request)
    return _write(
        request,
        form,
        Feed(
            face.name,
            face.sentence,
            absolute(_beside(request)),
            in_order(Article.objects.listed().reading(), newest_of(locale, ITEMS)),
        ),
    )


def topic(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The newest stories with a topic."""
    subject = Topic.objects.filter(slug=slug, locale=locale_of(request)).first()
    if subject is None:
        return moved(request, Topic, slug)
    carry(request, subject.tag)
    items = _stories(subject.listing.story_keys())
    return _write(
        request, form, _titled(request, subject.name, subject.description, reverse("topic", args=[slug]), items)
    )


def author(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The newest stories of a person."""
    person = Person.objects.filter(slug=slug, locale=locale_of(request)).first()
    if person is None:
        return moved(request, Person, slug)
    carry(request, person.tag)
    items = _stories(person.listing.story_keys())
    return _write(request, form, _titled(request, person.name, person.position, reverse("author", args=[slug]), items))


def beside_page(request: HttpRequest, path: str, form: str) -> HttpResponse:
    """The feed of a section, or of the news feed."""
    found = Page.route_for_request(request, path)
    page = found.page if found else None
    here = request.path.rsplit("/", 1)[0] + "/"
    if not isinstance(page, Section | NewsFeed) or found.kwargs or not is_at_home(request, page, here):
        raise Http404
    carry(request, page.tag)
    url = unquote(page.get_url(request))
    if isinstance(page, Section):
        return _write(
            request,
            form,
            _titled(request, page.title, page.description, url, _stories(page.stories.values_list("pk", flat=True))),
        )
    return _write(request, form, _titled(request, page.title, "", url, list(page.briefs[:ITEMS])))


def _beside(request: HttpRequest) -> str:
    return request.path.rsplit("/", 1)[0] + "/"


def _stories(newest: Any) -> list[Article]:
    return in_order(Article.objects.listed().reading(), list(newest[:ITEMS]))


def _titled(request: HttpRequest, name: str, description: str, url: str, items: Any) -> Feed:
    return Feed(f"{name} | {face_of(request).name}", description or name, absolute(url), items)


def _write(request: HttpRequest, form: str, feed: Feed) -> HttpResponse:
    carry(request, *(tag for item in feed.items if isinstance(item, Article) for tag in item.tags_named()))
    write: Callable[[HttpRequest, Feed, Face], HttpResponse] = _rss if form == "xml" else _json
    response = write(request, feed, face_of(request))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


class _Rss(feedgenerator.Rss201rev2Feed):
    """RSS 2.0 with the whole text and pictures."""

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", item["html"])
        picture = item["picture"]
        if picture is not None:
            attributes = {
                "url": absolute(picture.url),
                "medium": "image",
                "type": "image/jpeg",
                "width": str(picture.width),
                "height": str(picture.height),
            }
            handler.startElement("media:content", attributes)
            handler.addQuickElement("media:description", item["picture_words"], {"type": "plain"})
            handler.addQuickElement("media:credit", item["picture_credit"])
            handler.endElement("media:content")


def _rss(request: HttpRequest, feed: Feed, face: Face) -> HttpResponse:
    writer = _Rss(
        title=xml_text(feed.title),
        link=feed.url,
        description=xml_text(feed.description or feed.title),
        language=get_language() or "en",
        feed_url=absolute(request.path),
        feed_copyright=xml_text(face.name),
    )
    for item in feed.items:
        picture = getattr(item, "main_picture", None)
        writer.add_item(
            title=xml_text(item.headline),
            link=absolute(item.get_url(request) or "/"),
            description=xml_text(getattr(item, "standfirst", "")),
            unique_id=item.uuid.urn,
            unique_id_is_permalink=False,
            pubdate=item.listed_at,
            updateddate=item.last_published_at,
            categories=[xml_text(topic.name) for topic in item.topics.all()] if isinstance(item, Article) else [],
            creators=[xml_text(byline.person.name) for byline in getattr(item, "authors", [])],
            html=xml_text(feed_body.html_of(item, request)),
            picture=feed_body.rendition_of(picture, CARD),
            picture_words=xml_text(picture.description) if picture else "",
            picture_credit=xml_text(picture.credit) if picture else "",
        )
    return HttpResponse(writer.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _json(request: HttpRequest, feed: Feed, face: Face) -> HttpResponse:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": absolute(request.path),
        "description": feed.description,
        "icon": face.logo_url,
        "favicon": absolute("/icons/180.png"),
        "authors": [{"name": face.name, "url": absolute("/")}],
        "language": get_language() or "en",
        "items": [_json_item(request, item) for item in feed.items],
    }
    return JsonResponse(data, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})


def _json_item(request: HttpRequest, item: Article | Brief) -> dict[str, Any]:
    url = absolute(item.get_url(request) or "/")
    known: dict[str, Any] = {
        "id": item.uuid.urn,
        "url": url,
        "title": item.headline,
        "content_html": feed_body.html_of(item, request),
        "date_published": item.listed_at.isoformat() if item.listed_at else None,
    }
    if item.last_published_at:
        known["date_modified"] = item.last_published_at.isoformat()
    if not isinstance(item, Article):
        return known
    if item.standfirst:
        known["summary"] = item.standfirst
    picture = feed_body.rendition_of(item.main_picture, CARD)
    if picture is not None:
        known["image"] = absolute(picture.url)
    known["authors"] = [
        {"name": byline.person.name, "url": absolute(person_url(byline.person))} for byline in item.authors
    ]
    known["tags"] = [topic.name for topic in item.topics.all()]
    return known
