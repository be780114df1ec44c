"""Lists of topics and authors: whatever becomes of a story, it stands exactly where its topics and bylines say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from masthead.articles import actions
from masthead.articles.models import Article, Byline, ListedUnder
from masthead.articles.tests import factories as make

pytestmark = pytest.mark.django_db


def listed(name: Any) -> list[str]:
    found = Article.objects.in_bulk(list(name.listing.story_keys()))
    return [found[key].title for key in name.listing.story_keys()]


def test_newest_first_and_the_key_breaks_ties() -> None:
    ferry = make.topic()
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    for title, at in (("b", noon), ("c", noon), ("a", noon - timedelta(days=1)), ("d", noon + timedelta(days=1))):
        make.story(title, topics=[ferry], published_at=at)
    assert listed(ferry) == ["d", "c", "b", "a"]


def test_a_draft_is_listed_once_it_is_published_and_no_longer_once_it_is_not() -> None:
    ferry, mara = make.topic(), make.person()
    story = make.story("The ferry", live=False, topics=[ferry], authors=[mara])
    assert listed(ferry) == listed(mara) == []
    story.save_revision().publish()
    assert listed(ferry) == listed(mara) == ["The ferry"]
    Article.objects.get(pk=story.pk).unpublish()
    assert listed(ferry) == listed(mara) == []


def test_other_topics_and_bylines_are_followed_when_they_are_published() -> None:
    ferry, harbour, mara, jon = make.topic("Ferry"), make.topic("Harbour"), make.person("Mara"), make.person("Jon")
    story = make.story("The ferry", topics=[ferry], authors=[mara])
    draft = Article.objects.get(pk=story.pk)
    draft.topics.set([harbour])
    draft.bylines.set([Byline(person=jon), Byline(person=jon, role=Byline.Role.TRANSLATOR)])
    revision = draft.save_revision()
    assert [listed(name) for name in (ferry, harbour, mara, jon)] == [["The ferry"], [], ["The ferry"], []]
    revision.publish()
    assert [listed(name) for name in (ferry, harbour, mara, jon)] == [[], ["The ferry"], [], ["The ferry"]]


def test_another_time_of_publication_moves_it() -> None:
    ferry = make.topic()
    older, newer = make.story("Older", topics=[ferry]), make.story("Newer", topics=[ferry])
    for story, days in ((older, 2), (newer, 1)):
        story.first_published_at = timezone.now() - timedelta(days=days)
        story.save()
    assert listed(ferry) == ["Newer", "Older"]
    newer.first_published_at = timezone.now() - timedelta(days=3)
    newer.save()
    assert listed(ferry) == ["Older", "Newer"]


def test_what_is_taken_down_deleted_or_copied_leaves_nothing_wrong() -> None:
    ferry = make.topic()
    down, deleted, copied = (make.story(title, topics=[ferry]) for title in ("Down", "Deleted", "Copied"))
    actions.take_down(down, "a court said so", "", None)
    deleted.delete()
    copied.copy(update_attrs={"slug": "a-copy", "title": "A copy"}, keep_live=False)
    assert listed(ferry) == ["Copied"]
    ferry.delete()
    assert not ListedUnder.objects.filter(topic__isnull=False).exists()


def test_a_save_that_changes_nothing_writes_nothing(django_assert_num_queries: Any) -> None:
    story = make.story(topics=[make.topic()])
    before = set(ListedUnder.objects.values_list("pk", flat=True))
    Article.objects.get(pk=story.pk).save()
    assert set(ListedUnder.objects.values_list("pk", flat=True)) == before
    with django_assert_num_queries(4):
        ListedUnder.objects.follow(story)
