"""A story kept for members: its text is nowhere in public, members read it whole, and it opens when it was said to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.articles.models import Article
from masthead.articles.tests import factories
from masthead.config.clock import Clock
from masthead.lib.periods import months_after
from masthead.members.models import AccessGrant, Tier

pytestmark = pytest.mark.django_db
SECRET = "Weathervane accounts were signed twice"


def story(readers: str = "members", **more: Any) -> Article:
    return factories.story(readers=readers, body=factories.body(("text", f"<p>{SECRET} in the same week.</p>")), **more)


def everywhere(closed: Article, client: Client) -> dict[str, str]:
    section = closed.section.get_url()
    places = [closed.get_url(), section, "/", "/feed.xml", "/feed.json", f"{section}feed.xml", "/search/?q=weathervane"]
    places += [f"/api/v1/articles/{closed.uuid}", "/api/v1/articles", "/archive/"]
    return {place: client.get(place).content.decode() for place in places}


def member() -> Account:
    account = Account.objects.create_user("member@readers.example")
    tier = Tier.objects.create(slug="reader")
    now = timezone.now()
    AccessGrant.objects.create(
        account=account, tier=tier, source="comp:x", period="x", starts_at=now, ends_at=months_after(now, 1)
    )
    return account


def test_its_text_is_nowhere_in_public(client: Client) -> None:
    closed = story()
    found = everywhere(closed, client)
    assert closed.title in found[closed.get_url()]
    assert not [place for place, page in found.items() if "Weathervane" in page and place != "/search/?q=weathervane"]
    assert SECRET not in found["/search/?q=weathervane"]
    assert "For members" in found[closed.get_url()]
    assert '"isAccessibleForFree": false' in found[closed.get_url()].replace('":f', '": f')


def test_an_open_story_says_it_everywhere_it_should(client: Client) -> None:
    found = everywhere(story("everyone"), client)
    assert SECRET in found["/feed.xml"]
    assert sum(SECRET in page for page in found.values()) >= 5


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client: Client) -> None:
    closed = story()
    answer = client.get(f"/read/{closed.uuid}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/account/sign-in/?next=/read/{closed.uuid}/"


def test_a_reader_without_membership_is_shown_how_to_become_a_member(client: Client) -> None:
    client.force_login(Account.objects.create_user("reader@readers.example"))
    answer = client.get(f"/read/{story().uuid}/")
    assert (answer.status_code, answer["Location"]) == (302, "/support/")


def test_a_member_reads_it_whole_and_nobody_keeps_a_copy(client: Client) -> None:
    client.force_login(member())
    answer = client.get(f"/read/{story().uuid}/")
    assert SECRET in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_an_open_story_has_one_address(client: Client) -> None:
    opened = story("everyone")
    answer = client.get(f"/read/{opened.uuid}/")
    assert (answer.status_code, answer["Location"]) == (302, opened.get_url())


def test_what_members_read_first_opens_at_its_time(client: Client) -> None:
    early = story("early", open_from=timezone.now() + timedelta(hours=1))
    assert SECRET not in client.get(early.get_url()).content.decode()
    Article.objects.filter(pk=early.pk).update(open_from=timezone.now() - timedelta(seconds=1))
    assert Clock().open_due()
    assert SECRET in client.get(early.get_url()).content.decode()
    assert not Clock().open_due()
