"""The desk as its people use it: forms filled and buttons pressed, over HTTP."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from masthead.accounts.models import Account
from masthead.articles.models import Article, Person


def sign_in(account: Account) -> Client:
    """A browser of somebody who is signed in."""
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def contentstate(text: str) -> str:
    """What the text editor sends for one paragraph."""
    block = {"key": "abcde", "type": "unstyled", "depth": 0, "text": text, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def story_form(authors: list[Person] | None = None, **fields: Any) -> dict[str, Any]:
    """A filled form for a story: a paragraph of text, and a byline for each author."""
    people = authors or []
    form = {
        "title": "Council keeps the ferry",
        "slug": "council-keeps-the-ferry",
        "kicker": "",
        "standfirst": "",
        "dateline": "",
        "short_headline": "",
        "seo_title": "",
        "search_description": "",
        "main_picture": "",
        "embargo_until": "",
        "readers": "everyone",
        "open_from": "",
        "go_live_at": "",
        "expire_at": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "text",
        "body-0-id": "",
        "body-0-value": contentstate("The ferry stays."),
        "bylines-TOTAL_FORMS": str(len(people)),
        "bylines-INITIAL_FORMS": "0",
        "bylines-MIN_NUM_FORMS": "0",
        "bylines-MAX_NUM_FORMS": "1000",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }
    for number, person in enumerate(people):
        form |= {
            f"bylines-{number}-id": "",
            f"bylines-{number}-person": str(person.pk),
            f"bylines-{number}-role": "author",
            f"bylines-{number}-ORDER": str(number + 1),
            f"bylines-{number}-DELETE": "",
        }
    return form | fields


def create(client: Client, parent: Page, form: dict[str, Any], kind: str = "articles/article") -> Any:
    """Press a button of the form for a new page."""
    app, model = kind.split("/")
    return client.post(reverse("wagtailadmin_pages:add", args=(app, model, parent.pk)), form)


def edit(client: Client, page: Page, form: dict[str, Any]) -> Any:
    """Press a button of the form for this page."""
    return client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), form)


def errors(response: Any) -> str:
    """The page that came back, as text; fails if the form was accepted."""
    assert response.status_code == 200, f"accepted: {response.get('Location')}"
    return str(response.content.decode())


def latest() -> Article:
    """The story made last."""
    return Article.objects.latest("pk")
