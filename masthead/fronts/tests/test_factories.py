"""The factories make pages that Wagtail can find by their address."""

from __future__ import annotations

import pytest

from masthead.articles.models import Article
from masthead.articles.tests import factories as articles
from masthead.fronts.tests import factories

pytestmark = pytest.mark.django_db


def test_a_small_newsroom_has_addresses() -> None:
    front = factories.small_newsroom()

    story = Article.objects.listed().newest_first().filter(kicker="Ferry vote").get()

    assert front.url == "/"
    assert story.url == "/council/council-keeps-the-old-ferry-for-one-more-winter/"
    assert [byline.person.name for byline in story.authors] == ["Mara Holm"]
    assert [topic.name for topic in story.topics.all()] == ["The ferry"]


def test_a_second_language_stands_under_its_prefix() -> None:
    articles.home()
    front = articles.home("uk")

    story = articles.story("Рада лишає пором", parent=articles.section("Рада", parent=front))

    assert front.url == "/uk/"
    assert story.url.startswith("/uk/")
    assert story.locale == front.locale


def test_a_body_holds_every_block() -> None:
    story = articles.story(body=articles.body(*articles.every_block(related=articles.story())))

    kinds = {block.block_type for block in story.body}

    assert kinds == set(story.body.stream_block.child_blocks)
