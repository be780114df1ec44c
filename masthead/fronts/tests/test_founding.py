"""Founding a newsroom: from an empty database to a front, once for each language."""

import pytest
from wagtail.models import Page, Site

from masthead.articles.models import Newsroom, Section
from masthead.fronts.actions import found_newsroom
from masthead.fronts.models import HomePage, InformationPage
from masthead.live.models import NewsFeed

pytestmark = pytest.mark.django_db


def test_one_call_makes_a_site_with_sections_feed_and_about_page():
    home = found_newsroom("The Courier", "News of the harbour", sections=["Council", "Sport & Play"])

    assert Site.objects.get().root_page_id == home.pk
    assert list(Section.objects.child_of(home).values_list("slug", flat=True)) == ["council", "sport-play"]
    assert NewsFeed.objects.get().url == "/news-feed/"
    assert InformationPage.objects.get().url == "/about/"
    assert Newsroom.for_site(Site.objects.get()).name == "The Courier"
    assert Page.objects.filter(live=False, depth__gt=1).count() == 0
    assert not Page.objects.filter(title__startswith="Welcome to your new Wagtail").exists()


def test_a_second_call_keeps_what_is_there():
    first = found_newsroom("The Courier", sections=["Council"])
    pages = Page.objects.count()
    again = found_newsroom("The Courier", sections=["Council", "Sport"])

    assert again.pk == first.pk
    assert Page.objects.count() == pages + 1


def test_a_second_language_stands_beside_the_first_under_its_own_prefix():
    english = found_newsroom("The Courier", language="en", sections=["Council"])
    ukrainian = found_newsroom("Кур'єр", language="uk", sections=["Рада"])

    assert HomePage.objects.count() == 2
    assert ukrainian.translation_key == english.translation_key
    assert ukrainian.get_url() == "/uk/"
    assert Newsroom.objects.get().name == "The Courier"
    assert Site.objects.get().root_page_id == english.pk
