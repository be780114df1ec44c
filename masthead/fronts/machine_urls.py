"""Addresses only machines ask for; they carry no language."""

from __future__ import annotations

from django.urls import path, re_path

from masthead.fronts.api.http import missing
from masthead.fronts.api.v1 import api
from masthead.fronts.views import site_files, sitemaps, welcome

urlpatterns = [
    path("welcome/<str:token>/", welcome.begin, name="welcome"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    re_path(r"^sitemaps/(?P<kind>[a-z]+)-(?P<number>[1-9][0-9]{0,5})\.xml$", sitemaps.part),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("robots.txt", site_files.robots),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    path("favicon.ico", site_files.favicon),
    # Not <int:size>: 0192 and 00192 would each be a page of their own.
    re_path(r"^icons/(?P<size>[1-9][0-9]{1,2})\.png$", site_files.icon),
    path("icons/maskable-512.png", site_files.maskable),
    path(".well-known/security.txt", site_files.security),
    # A file of the press, /api/not-found, answers for all that the API doesn't have.
    path("api/", missing),
    path("api/v1/", missing),
    path("api/v1/", api.urls),
    path("api/<path:path>", missing),
]
