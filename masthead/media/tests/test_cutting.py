"""A picture is cut for its places as soon as it is uploaded, so that publishing a story with it needn't wait."""

from __future__ import annotations

from typing import Any

import pytest

from masthead.articles.models import Article
from masthead.articles.tests import factories
from masthead.media.places import AT_UPLOAD

pytestmark = pytest.mark.django_db


def test_an_uploaded_picture_is_cut_behind_the_editor_s_back(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        picture = factories.picture()
    assert set(picture.renditions.values_list("filter_spec", flat=True)) == set(AT_UPLOAD)


def test_other_words_cut_nothing_anew(django_capture_on_commit_callbacks: Any) -> None:
    picture = factories.picture()
    with django_capture_on_commit_callbacks(execute=True):
        picture.caption = "Another caption."
        picture.save()
    assert not picture.renditions.exists()


def test_a_story_s_page_needs_no_cut_that_the_upload_did_not_make(
    client: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        shown = factories.picture()
    body = factories.body(
        ("text", "<p>Words.</p>"), ("picture", {"picture": shown.pk, "caption": "", "width": "column"})
    )
    story: Article = factories.story(main_picture=shown, body=body)
    assert client.get(story.url).status_code == 200
    assert client.get("/").status_code == 200
    assert set(shown.renditions.values_list("filter_spec", flat=True)) == set(AT_UPLOAD)
