"""Preview and compare: an editor sees the page as readers will, and what changed between two versions."""

from __future__ import annotations

import pytest
from django.urls import reverse

from masthead.accounts.tests.factories import editor
from masthead.articles.tests import factories as make
from masthead.articles.tests.desk import sign_in, story_form

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("parents_too", [True, False])
def test_a_story_is_previewed_before_it_is_saved(parents_too: bool) -> None:
    section = make.section()
    desk = sign_in(editor())
    url = reverse("wagtailadmin_pages:preview_on_add", args=("articles", "article", section.pk))
    if not parents_too:
        story = make.story(live=False)
        story.save_revision()
        url = reverse("wagtailadmin_pages:preview_on_edit", args=(story.pk,))
    answer = desk.post(url, story_form([make.person()], title="Ferry in fog"))

    assert answer.json()["is_valid"], answer.content
    shown = desk.get(url)
    assert "Ferry in fog" in shown.content.decode()
    # The form shows it in a frame; no other site may.
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_two_versions_are_compared() -> None:
    story = make.story(live=False, title="Ferry to go")
    first = story.save_revision()
    story.title = "Ferry to stay"
    second = story.save_revision()
    desk = sign_in(editor())

    page = desk.get(reverse("wagtailadmin_pages:revisions_compare", args=(story.pk, first.pk, second.pk)))
    assert page.status_code == 200
    assert "deletion" in page.content.decode()


def test_a_front_is_previewed() -> None:
    front = make.home()
    front.save_revision()
    desk = sign_in(editor())

    page = desk.get(reverse("wagtailadmin_pages:view_draft", args=(front.pk,)))
    assert page.status_code == 200
