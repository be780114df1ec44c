"""Whatever changes at the desk, each page that shows it is pressed anew: seen from the pages, not from tags."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from masthead.articles import actions as articles
from masthead.articles.models import Article, Byline
from masthead.articles.tests import factories as make
from masthead.fronts.feed_body import PICTURE
from masthead.press import work
from masthead.press.folder import snapshots, stamps
from masthead.press.hand import hand
from masthead.press.models import Order
from masthead.press.pressing import press_page
from masthead.press.tags import HOURLY

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(django_capture_on_commit_callbacks: Any) -> Any:
    """A block at whose end the transaction commits and the hand does its work."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def shown(path: str) -> str:
    """What a reader gets: the pressed page; nothing if it is to be asked for anew."""
    meta = snapshots().meta(path)
    if meta is None:
        return ""
    return snapshots().read_body(snapshots().folder_at(snapshots().link_of(path)), meta, "").decode()


def status(path: str) -> int:
    meta = snapshots().meta(path)
    return meta.status if meta else 0


def settle() -> None:
    """Let the hand do all that is waiting."""
    hand.let_go()
    for _ in range(200):
        if not work.work_once():
            return


def press(*paths: str) -> None:
    # What making the newsroom ordered would otherwise be carried out with the change under test.
    Order.objects.all().delete()
    for path in paths:
        press_page(path, "first")
        assert shown(path), path


def republish(story: Article, **fields: Any) -> None:
    draft = Article.objects.get(pk=story.pk)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision().publish()


def test_a_person_renamed_is_renamed_in_her_stories_and_in_lists(told: Any) -> None:
    person = make.person("Olha Marchenko")
    story = make.story(authors=[person])
    places = [story.public_path(), "/", story.section.public_path(), f"/author/{person.slug}/"]
    press(*places)
    assert all("Olha Marchenko" in shown(path) for path in places)
    with told():
        person.name = "Olha Shevchenko"
        person.save()
    settle()
    for path in places:
        assert "Olha Marchenko" not in shown(path), path
        assert "Olha Shevchenko" in shown(path), path


def test_a_topic_renamed_is_renamed_in_its_stories(told: Any) -> None:
    topic = make.topic("Ferry")
    story = make.story(topics=[topic])
    press(story.public_path(), f"/topic/{topic.slug}/")
    with told():
        topic.name = "Boats and piers"
        topic.save()
    settle()
    assert "Boats and piers" in shown(story.public_path())


def test_a_topic_s_deeper_pages_go_with_its_old_address(told: Any) -> None:
    topic = make.topic("Ferry")
    for number in range(22):
        make.story(f"Story {number}", topics=[topic])
    press("/topic/ferry/", "/topic/ferry/page/2/")
    with told():
        topic.slug = "boats"
        topic.save()
    settle()
    meta = snapshots().meta("/topic/ferry/page/2/")
    assert meta is not None
    assert ("location", "/topic/boats/page/2/") in meta.headers


def test_a_byline_taken_away_takes_the_story_off_that_author_s_page(told: Any) -> None:
    first, second = make.person("Ana First"), make.person("Bo Second")
    story = make.story("The wrong byline", authors=[first])
    press(f"/author/{first.slug}/", f"/author/{first.slug}/feed.xml")
    with told():
        draft = Article.objects.get(pk=story.pk)
        draft.bylines.set([Byline(person=second)])
        draft.save_revision().publish()
    settle()
    assert shown(f"/author/{first.slug}/")
    assert "The wrong byline" not in shown(f"/author/{first.slug}/")
    assert "The wrong byline" not in shown(f"/author/{first.slug}/feed.xml")


def test_a_topic_taken_away_takes_the_story_off_that_topic_s_page(told: Any) -> None:
    topic = make.topic("Ferry")
    story = make.story("Not about it", topics=[topic])
    press("/topic/ferry/")
    with told():
        draft = Article.objects.get(pk=story.pk)
        draft.topics.set([])
        draft.save_revision().publish()
    settle()
    assert shown("/topic/ferry/")
    assert "Not about it" not in shown("/topic/ferry/")


def test_a_story_moved_to_another_section_leaves_the_old_one(told: Any) -> None:
    old, new = make.section("Council"), make.section("Sport")
    story = make.story("A match in the chamber", parent=old)
    press("/council/", "/sport/", story.public_path())
    with told():
        Article.objects.get(pk=story.pk).move(Page.objects.get(pk=new.pk), pos="last-child")
    settle()
    assert "A match in the chamber" not in shown("/council/")
    assert "A match in the chamber" in shown("/sport/")
    moved = Article.objects.get(pk=story.pk)
    assert moved.section_id == new.pk
    press(moved.public_path())
    assert status(f"/council/{story.slug}/") in {0, 301}


def test_a_section_s_address_changed_there_and_back_leads_in_no_circle(told: Any) -> None:
    section = make.section("Council")
    story = make.story("A story", parent=section)
    path = story.public_path()
    press(path)
    for slug in ("chamber", "council"):
        with told():
            fresh = type(section).objects.get(pk=section.pk)
            fresh.slug = slug
            fresh.save()
        settle()
        press_page(path, "a reader asks")
        press_page(f"/chamber/{story.slug}/", "a reader asks")
    assert status(path) in {0, 200}
    assert status(f"/chamber/{story.slug}/") in {0, 301, 404}


@pytest.mark.parametrize("change", ["caption", "credit", "description"])
def test_a_picture_s_words_are_mended_where_it_stands(told: Any, change: str) -> None:
    picture = make.picture(caption="Old caption", credit="Old credit", description="Old description")
    story = make.story(main_picture=picture)
    press(story.public_path())
    with told():
        setattr(picture, change, "Mended words")
        picture.save()
    settle()
    assert "Mended words" in shown(story.public_path())


def test_editors_picks_follow_the_story_they_hold_up(told: Any) -> None:
    from masthead.fronts.models import EditorsPick

    picked, other = make.story("Held up high"), make.story("Another story")
    EditorsPick.objects.create(home=make.home(), article=picked)
    press(other.public_path())
    assert "Held up high" in shown(other.public_path())
    with told():
        republish(picked, title="Held up higher", short_headline="")
    settle()
    assert "Held up higher" in shown(other.public_path())
    with told():
        articles.take_down(Article.objects.get(pk=picked.pk), "a court said so", "", None)
    settle()
    assert "Held up higher" not in shown(other.public_path())


@pytest.mark.parametrize("withdraw", ["take down", "unpublish", "delete"])
def test_a_withdrawn_story_leaves_editors_picks_at_once(told: Any, withdraw: str) -> None:
    from masthead.fronts.models import EditorsPick

    picked, other = make.story("Held up high", parent=make.section("Sport")), make.story("Another story")
    EditorsPick.objects.create(home=make.home(), article=picked)
    places = [other.public_path(), "/about-nothing-else/", other.section.public_path()]
    make.section("About nothing else")
    press(*places)
    assert all("Held up high" in shown(path) for path in places)
    with told():
        story = Article.objects.get(pk=picked.pk)
        if withdraw == "take down":
            articles.take_down(story, "a court said so", "", None)
        elif withdraw == "unpublish":
            story.unpublish()
        else:
            story.delete()
    # Nobody has worked for the press since the commit, and no reader has asked.
    assert not any("Held up high" in shown(path) for path in places)
    settle()
    for path in places:
        assert shown(path), path
        assert "Held up high" not in shown(path), path


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_feed_follows_the_pictures_and_cards_inside_its_stories(told: Any, form: str) -> None:
    first, second = make.picture("A", colour=(1, 2, 3)), make.picture("B", colour=(4, 5, 6))
    other = make.story("The other story", published_at=datetime(2020, 1, 1, tzinfo=UTC), parent=make.section("Sport"))
    story = make.story(
        body=make.body(
            ("picture", {"picture": first.pk, "caption": "", "width": "wide"}),
            ("gallery", {"title": "", "pictures": [second.pk]}),
            ("related_story", {"page": other.pk}),
        )
    )
    path, whole = f"{story.section.public_path()}feed.{form}", f"/api/v1/articles/{story.uuid}"
    press(path, whole)
    for picture in (first, second):
        before = picture.get_rendition(PICTURE).url
        assert before in shown(path)
        assert before in shown(whole)
        with told():
            picture.file = make.picture("C", colour=(7, 8, picture.pk % 256)).file
            picture.save()
            picture.renditions.all().delete()
        settle()
        after = type(picture).objects.get(pk=picture.pk).get_rendition(PICTURE).url
        assert before != after
        for page in (path, whole):
            assert after in shown(page)
            assert before not in shown(page)
    with told():
        articles.take_down(Article.objects.get(pk=other.pk), "a court said so", "", None)
    settle()
    assert "The other story" not in shown(path) + shown(whole)


def test_a_related_story_comes_back_when_it_is_published_again(told: Any) -> None:
    other = make.story("The other story")
    story = make.story(body=make.body(("related_story", {"page": other.pk})))
    press(story.public_path())
    assert "The other story" in shown(story.public_path())
    with told():
        Article.objects.get(pk=other.pk).unpublish()
    settle()
    assert "The other story" not in shown(story.public_path())
    with told():
        republish(other)
    settle()
    assert "The other story" in shown(story.public_path())


def test_an_archive_s_month_is_the_newsroom_s_wherever_the_editor_is(told: Any, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Kyiv"
    with timezone.override("America/Los_Angeles"):
        story = make.story(published_at=datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
        story = Article.objects.get(pk=story.pk)
        assert "month:2026-11" in story.tags_changed()


def test_a_redirect_changed_at_the_desk_leads_to_the_new_place(told: Any) -> None:
    make.home()
    redirect = Redirect.add_redirect("/old-page", redirect_to="/about/", is_permanent=True)
    press_page("/old-page/", "a reader asks")
    assert status("/old-page/") == 301
    with told():
        redirect.redirect_link = "/imprint/"
        redirect.save()
    settle()
    meta = snapshots().meta("/old-page/")
    assert meta is None or ("location", "/imprint/") in meta.headers
    with told():
        redirect.delete()
    settle()
    assert status("/old-page/") == 0


def test_a_slug_changed_is_told_within_the_transaction(told: Any) -> None:
    """Else a process that dies right after the commit leaves the old address as it was, for ever."""
    story = make.story()
    old = story.public_path()
    press(old)
    draft = Article.objects.get(pk=story.pk)
    draft.slug = "another-address"
    draft.save_revision().publish()
    assert Order.objects.filter(kind="withdraw", target=old).exists(), "no callback has run yet"


def test_what_only_the_clock_changes_is_marked_by_it() -> None:
    make.story()
    press("/news-sitemap.xml")
    meta = snapshots().meta("/news-sitemap.xml")
    assert meta
    stamps().bump([HOURLY], hard=False)
    assert stamps().stale_since(meta.tags, meta.pressed_ns)
