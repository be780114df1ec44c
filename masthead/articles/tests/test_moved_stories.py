"""A story that moves again and again: every address it ever had leads straight to where it is."""

from __future__ import annotations

from typing import Any

import pytest

from masthead.articles.models import Article
from masthead.articles.tests import factories as make
from masthead.press import work
from masthead.press.folder import snapshots
from masthead.press.hand import hand
from masthead.press.pressing import press_page

pytestmark = pytest.mark.django_db


def leads_to(path: str) -> str:
    meta = snapshots().meta(path)
    return dict(meta.headers).get("location", "") if meta else ""


def settle() -> None:
    hand.let_go()
    while work.work_once():
        pass


def test_every_old_address_leads_straight_to_the_new_one(django_capture_on_commit_callbacks: Any) -> None:
    story = make.story()
    first = story.public_path()
    places = [first]
    for slug in ("second-place", "third-place"):
        with django_capture_on_commit_callbacks(execute=True):
            draft = Article.objects.get(pk=story.pk)
            draft.slug = slug
            draft.save_revision().publish()
        settle()
        places.append(Article.objects.get(pk=story.pk).public_path())
        press_page(first, "asked for")
        settle()
        assert leads_to(first) == places[-1]
    assert leads_to(places[1]) == places[2]


def test_so_does_an_address_that_nobody_asked_for_since(django_capture_on_commit_callbacks: Any) -> None:
    story = make.story()
    first = story.public_path()
    for slug in ("second-place", "third-place"):
        with django_capture_on_commit_callbacks(execute=True):
            draft = Article.objects.get(pk=story.pk)
            draft.slug = slug
            draft.save_revision().publish()
        settle()
    assert leads_to(first) == Article.objects.get(pk=story.pk).public_path()
