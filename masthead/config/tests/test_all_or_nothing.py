"""A desk request changes everything it means to, or nothing: a brief in one press, and no half-published story."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from masthead.accounts.tests.factories import editor
from masthead.articles.models import Article
from masthead.articles.tests import factories as make
from masthead.articles.tests.desk import contentstate, create, latest, sign_in, story_form
from masthead.live.models import Brief
from masthead.live.tests import factories as live

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def test_a_brief_is_a_headline_a_text_and_one_press_of_a_button() -> None:
    feed = live.feed()
    form = {
        "title": "Ferry late",
        "text": contentstate("Ten minutes, says the port."),
        "slug": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }
    create(sign_in(editor()), feed, form, kind="live/brief")

    brief = Brief.objects.get()
    assert brief.live
    assert brief.slug
    assert "Ten minutes, says the port." in brief.text


def test_what_fails_after_publishing_leaves_nothing_published(monkeypatch) -> None:
    story = make.story(live=False)
    story.save_revision()
    desk: Client = sign_in(editor())
    desk.raise_request_exception = False

    def out_of_paper(*args, **kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr("wagtail.admin.views.pages.edit.messages.success", out_of_paper)
    url = reverse("wagtailadmin_pages:edit", args=(story.pk,))
    response = desk.post(url, story_form([make.person()], slug=story.slug, **{"action-publish": "1"}))

    assert response.status_code == 500
    assert not Article.objects.get(pk=story.pk).live
    assert latest().revisions.count() == 1
