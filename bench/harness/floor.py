"""Addresses to measure what Django and Wagtail cost before the newsroom does anything: a bare answer, a bare page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from wagtail import urls as wagtail_urls


def bare(_request: HttpRequest) -> HttpResponse:
    """The least a view can do."""
    return HttpResponse("<!doctype html><title>Bare</title>")


urlpatterns = [path("bare/", bare), path("", include(wagtail_urls))]
