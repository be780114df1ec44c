"""Readers' addresses, under their language's prefix; what no line here names is a Wagtail page."""

from __future__ import annotations

from django.urls import include, path, re_path, register_converter
from django.urls.converters import StringConverter
from wagtail import urls as wagtail_urls

from masthead.articles.listing import PageNumber
from masthead.fronts.views import feeds, lists, members_only, pages
from masthead.fronts.views.search import search


class Month(PageNumber):
    """A month in an address: 01 to 12."""

    regex = "0[1-9]|1[0-2]"

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class Year(PageNumber):
    """A year in an address: four digits."""

    regex = "[1-9][0-9]{3}"


class Slug(StringConverter):
    """A slug in any script."""

    regex = r"[-\w]+"


register_converter(PageNumber, "number")
register_converter(Month, "month")
register_converter(Year, "year")
register_converter(Slug, "any_slug")

urlpatterns = [
    path("topic/<any_slug:slug>/", lists.topic, name="topic"),
    path("topic/<any_slug:slug>/page/<number:number>/", lists.topic),
    path("author/<any_slug:slug>/", lists.author, name="author"),
    path("author/<any_slug:slug>/page/<number:number>/", lists.author),
    path("archive/", lists.archive, name="archive"),
    path("archive/<year:year>/<month:month>/", lists.month, name="archive_month"),
    path("archive/<year:year>/<month:month>/page/<number:number>/", lists.month),
    re_path(r"^feed\.(?P<form>xml|json)$", feeds.site, name="feed"),
    re_path(r"^topic/(?P<slug>[-\w]+)/feed\.(?P<form>xml|json)$", feeds.topic, name="topic_feed"),
    re_path(r"^author/(?P<slug>[-\w]+)/feed\.(?P<form>xml|json)$", feeds.author, name="author_feed"),
    re_path(r"^(?P<path>(?:[-\w]+/)+)feed\.(?P<form>xml|json)$", feeds.beside_page),
    path("read/<uuid:uuid>/", members_only.read, name="read_as_member"),
    path("search/", search, name="search"),
    path("search/page/<number:number>/", search),
    re_path(wagtail_urls.serve_pattern, pages.serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
