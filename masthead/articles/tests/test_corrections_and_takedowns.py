"""The record: corrections are public and stay, takedowns answer 410 and say who, when and why."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from masthead.accounts.tests.factories import editor, publisher, reporter
from masthead.articles import actions
from masthead.articles.checks import NotReady
from masthead.articles.models import Article, Correction, Takedown
from masthead.articles.tests import factories as make
from masthead.articles.tests.desk import sign_in
from masthead.press import actions as press

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """What the press is told, as (verb, target)."""
    said: list[tuple[str, str]] = []
    for verb in ("order_press", "change_tag", "withdraw"):
        monkeypatch.setattr(press, verb, lambda target, *a, verb=verb, **k: said.append((verb, target)))
    return said


def correct(account, story, **fields):
    form = {"kind": "correction", "text": "The engine was built in 1974, not 1947.", **fields}
    return sign_in(account).post(reverse("articles_correct", args=(story.pk,)), form)


def test_an_editor_issues_a_correction_and_the_press_is_told(told) -> None:
    story, account = make.story(), editor()
    assert correct(account, story).status_code == 302

    correction = Correction.objects.get()
    assert (correction.article, correction.made_by) == (story, account)
    assert ("order_press", story.public_path()) in told
    assert ("change_tag", story.tag) in told


def test_the_history_says_who_corrected_what() -> None:
    story, account = make.story(), editor()
    correct(account, story)

    history = sign_in(account).get(reverse("wagtailadmin_pages:history", args=(story.pk,))).content.decode()
    assert "built in 1974, not 1947" in history


def test_a_correction_needs_words() -> None:
    response = correct(editor(), make.story(), text=" ")

    assert "This field is required" in response.content.decode()
    assert not Correction.objects.exists()


def test_a_reporter_may_not_correct_in_public() -> None:
    story = make.story()
    correct(reporter(), story)

    assert not Correction.objects.exists()


def test_a_draft_has_nothing_to_correct() -> None:
    with pytest.raises(ValidationError, match="published"):
        actions.issue_correction(make.story(live=False), "correction", "Wrong.", None)


def test_a_correction_survives_publishing_an_older_draft() -> None:
    story = make.story()
    older = story.save_revision()
    actions.issue_correction(story, "correction", "It was 1974.", None)
    older.publish()

    assert [each.text for each in Article.objects.get(pk=story.pk).corrections.all()] == ["It was 1974."]


def test_corrections_are_never_changed_or_deleted() -> None:
    correction = actions.issue_correction(make.story(), "note", "Something.", None)

    with pytest.raises(TypeError):
        correction.save()
    with pytest.raises(TypeError):
        correction.delete()


def test_a_copy_of_a_story_starts_a_record_of_its_own() -> None:
    story = make.story()
    actions.issue_correction(story, "note", "Something.", None)
    copy = story.copy(update_attrs={"slug": "copy"}, keep_live=False)

    assert copy.uuid != story.uuid
    assert not copy.corrections.exists()


def test_a_publisher_takes_a_story_down(told) -> None:
    story, account = make.story(), publisher()
    path = story.public_path()
    told.clear()
    response = sign_in(account).post(
        reverse("articles_take_down", args=(story.pk,)), {"reason": "Court order.", "public_note": "Withdrawn."}
    )

    assert response.status_code == 302
    takedown = Takedown.objects.get()
    assert (takedown.path, takedown.reason, takedown.made_by) == (path, "Court order.", account)
    assert not Article.objects.get(pk=story.pk).live
    assert ("withdraw", path) in told
    assert len(told) == len(set(told)), "nothing is told twice"


def test_a_draft_that_was_public_once_is_taken_down_too(told) -> None:
    story = make.story()
    story.unpublish()
    told.clear()
    actions.take_down(Article.objects.get(pk=story.pk), "Court order.", "", None)

    assert ("withdraw", story.public_path()) in told


def test_an_editor_may_not_take_down() -> None:
    story = make.story()
    sign_in(editor()).post(reverse("articles_take_down", args=(story.pk,)), {"reason": "I don't like it."})

    assert Article.objects.get(pk=story.pk).live


def test_a_story_that_was_taken_down_is_not_published_before_the_takedown_is_lifted() -> None:
    story, boss = make.story(), publisher()
    revision = story.save_revision()
    takedown = actions.take_down(story, "Court order.", "", boss)
    with pytest.raises(NotReady, match="taken down"):
        revision.publish()

    sign_in(boss).post(reverse("articles_lift", args=(takedown.pk,)))
    revision.publish()
    assert Article.objects.get(pk=story.pk).live


def test_what_was_scheduled_is_cancelled() -> None:
    story = make.story()
    revision = story.save_revision()
    story.revisions.update(approved_go_live_at="2030-01-01T00:00Z")
    actions.take_down(Article.objects.get(pk=story.pk), "Court order.", "", None)

    revision.refresh_from_db()
    assert revision.approved_go_live_at is None


def test_taking_down_twice_is_refused_in_words() -> None:
    story, boss = make.story(), publisher()
    actions.take_down(story, "Court order.", "", boss)
    response = sign_in(boss).post(reverse("articles_take_down", args=(story.pk,)), {"reason": "Again."})

    assert "already been taken down" in response.content.decode()
