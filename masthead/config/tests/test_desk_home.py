"""The desk's first page and its policy: our words, and not one inline script on any screen with a widget."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from masthead.accounts.tests.factories import editor, publisher, reporter
from masthead.articles.tests import factories as make
from masthead.live.tests import factories as live

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<script(?![^>]*(?:src=|type=\"application/json\"))[^>]*>", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]* on[a-z]+=", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def sign_in(account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_reporter_finds_what_to_write_and_what_readers_got() -> None:
    live.feed()
    story = make.story("Ferry in fog")
    page = sign_in(reporter()).get("/desk/").content.decode()

    assert "Write a story" in page
    assert "Write a brief" in page
    assert story.title in page
    assert "The press, last 24 hours" not in page


def test_a_publisher_sees_how_the_press_did() -> None:
    assert "The press, last 24 hours" in sign_in(publisher()).get("/desk/").content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/desk/",
        "/desk/stories/",
        "/desk/briefs/",
        "/desk/images/",
        "/desk/images/multiple/add/",
        "/desk/documents/",
        "/desk/snippets/articles/person/add/",
        "/desk/snippets/articles/topic/",
        "/desk/press-log/",
        "/desk/reports/site-history/",
        "/desk/users/",
        "/desk/redirects/add/",
    ],
)
def test_no_screen_of_the_desk_has_an_inline_script(url: str) -> None:
    response = sign_in(publisher()).get(url)
    page = response.content.decode()

    assert response.status_code == 200
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    assert not INLINE.findall(page)
    assert not HANDLER.findall(page)


def test_no_form_of_a_page_has_an_inline_script() -> None:
    story, brief, front = make.story(), live.brief(), make.home()
    story.save_revision()
    desk = sign_in(editor())
    for page in (story, brief, front):
        content = desk.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).content.decode()
        assert not INLINE.findall(content), page
        assert "data-desk-start" in content or page is brief


def test_the_press_log_can_not_be_changed() -> None:
    desk = sign_in(publisher(is_superuser=True))

    assert desk.get("/desk/press-log/new/").status_code in (302, 403)
    assert "Add press run" not in desk.get("/desk/press-log/").content.decode()
