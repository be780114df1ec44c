"""`masthead demo` founds a whole newsroom, once, in two languages, and an archive to measure with."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from wagtail.models import Page

from masthead.accounts.models import Account
from masthead.articles.blocks import BodyBlock
from masthead.articles.models import (
    Article,
    Byline,
    Correction,
    ListedUnder,
    Newsroom,
    Person,
    Section,
    Takedown,
    Topic,
)
from masthead.fronts.models import HomePage, InformationPage
from masthead.live.models import Brief
from masthead.media.models import Picture

MODELS = (Page, Article, Section, Brief, Person, Topic, Byline, Correction, Takedown, Picture, Account)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def newsroom(django_db_setup, django_db_blocker, media):
    """The demo, built once for all tests of this file and rolled back after them."""
    from django.db import transaction
    from django.test import override_settings

    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(newsroom, media, settings, db):
    settings.MEDIA_ROOT = media


def _stories():
    return Article.objects.filter(locale__language_code="en")


def test_the_newsroom_says_who_it_is(demo):
    face = Newsroom.objects.get()
    face.full_clean()
    assert face.name == "The Halmere Packet"
    assert face.tagline
    assert face.founded_on
    assert Section.objects.filter(locale__language_code="en").count() == 6
    assert Person.objects.filter(kind="desk", locale__language_code="en").count() == 2
    assert Topic.objects.filter(locale__language_code="en").count() >= 14
    assert {page.slug for page in InformationPage.objects.all()} >= {"about", "imprint", "privacy"}


def test_there_is_a_paper_to_read(demo):
    assert _stories().count() >= 60
    assert _stories().filter(word_count__gte=250).count() >= 25
    assert min(_stories().listed().values_list("word_count", flat=True)) >= 100
    assert Brief.objects.filter(locale__language_code="en").count() >= 40
    assert Correction.objects.count() >= 2
    assert Takedown.objects.count() == 1


def test_the_desk_has_work_in_every_state(demo):
    assert _stories().filter(live=False, go_live_at__isnull=True).count() >= 3
    assert _stories().filter(go_live_at__isnull=False, live=False).count() == 1
    assert [story for story in _stories().filter(live=False) if story.current_workflow_state]
    assert not Article.objects.filter(latest_revision__isnull=True).exists()
    for email in ("reporter@demo.example", "editor@demo.example", "publisher@demo.example"):
        account = Account.objects.get(email=email)
        assert account.is_staff
        assert account.groups.count() == 1


def test_no_story_is_without_author_section_and_date(demo):
    for story in Article.objects.all():
        assert story.authors, story.slug
        assert story.section, story.slug
    for story in Article.objects.filter(live=True):
        assert story.listed_at == story.first_published_at, story.slug


def test_every_role_has_a_byline(demo):
    assert set(Byline.objects.values_list("role", flat=True)) == set(Byline.Role.values)


def test_every_kind_of_block_is_used(demo):
    used = {block.block_type for story in Article.objects.all() for block in story.body}
    assert used == set(BodyBlock().child_blocks)


def test_every_story_could_be_saved_by_an_editor(demo):
    field = Article._meta.get_field("body")
    for story in Article.objects.all():
        field.stream_block.clean(story.body)


def test_every_picture_has_its_words_and_its_file(demo):
    assert Picture.objects.count() >= 36
    for picture in Picture.objects.all():
        assert not picture.missing_words, picture.title
        assert picture.file.storage.exists(picture.file.name), picture.title


def test_translations_know_each_other(demo):
    pairs = [one for one in Article.objects.filter(locale__language_code="uk") if one.get_translations().exists()]
    assert len(pairs) >= 6
    home = HomePage.objects.get(locale__language_code="uk")
    assert home.get_translations().get().locale.language_code == "en"
    assert Section.objects.child_of(home).count() >= 3
    for section in Section.objects.child_of(home):
        assert section.get_translations().count() == 1


def test_the_front_is_placed_by_hand(demo):
    home = HomePage.objects.get(locale__language_code="en")
    assert home.lead is not None
    assert home.lead.live
    assert home.editors_picks.count() == 6
    assert {block.block_type for block in home.packages} == {"package", "section_list", "topic_list"}


def test_stories_are_found(demo):
    assert _stories().get(slug="sturgeon-returns") in list(Article.objects.search("sturgeon"))


def test_a_second_run_changes_nothing(demo):
    def everything():
        return {model: list(model.objects.order_by("pk").values()) for model in MODELS}

    before = everything()
    call_command("demo", verbosity=0)
    assert everything() == before


def test_the_archive_keeps_the_tree_whole(demo):
    before = Article.objects.count()
    call_command("demo", archive=300, verbosity=0)
    assert Article.objects.count() == before + 300
    assert not any(Page.find_problems())
    added = Article.objects.filter(latest_revision__isnull=True)
    assert added.count() == 300
    for story in added[:20]:
        assert story.section == story.get_parent().specific
        assert story.listed_at
        assert story.word_count
        assert story.authors
        assert Page.objects.get(pk=story.pk).specific == story
        places = set(ListedUnder.objects.filter(article=story).values_list("pk", flat=True))
        ListedUnder.objects.follow(story)
        assert set(ListedUnder.objects.filter(article=story).values_list("pk", flat=True)) == places != set()
    section = Section.objects.filter(locale__language_code="en").first()
    section.add_child(instance=Article(title="One more", locale=section.locale))
    found = Article.objects.search(added.first().title)
    assert added.first() in list(found)
