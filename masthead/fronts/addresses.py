"""Addresses of the fronts that are no Wagtail pages, in the language of what they show."""

from __future__ import annotations

from hashlib import blake2b

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect

from masthead.articles.models import Person, Topic


def topic_url(topic: Topic) -> str:
    """The topic's page, as a path."""
    with translation.override(topic.locale.language_code):
        return reverse("topic", args=[topic.slug])


def person_url(person: Person) -> str:
    """The author's page, as a path."""
    with translation.override(person.locale.language_code):
        return reverse("author", args=[person.slug])


def redirect_tag(address: str) -> str:
    """The tag of what an address answers while a redirect, or nothing, is there; short, however long the address."""
    return f"redirect:{blake2b(Redirect.normalise_path(address).encode(), digest_size=12).hexdigest()}"


def absolute(path: str) -> str:
    """The public address of a path; an absolute address stays as it is."""
    return f"{settings.BASE_URL}{path}" if path.startswith("/") and not path.startswith("//") else path
