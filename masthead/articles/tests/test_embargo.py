"""Embargo and schedule: nothing goes out before its time."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from masthead.accounts.tests.factories import editor
from masthead.articles.checks import NotReady
from masthead.articles.models import Article
from masthead.articles.tests import factories as make
from masthead.articles.tests.desk import create, errors, latest, sign_in, story_form

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "1"}


def hours(number: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(hours=number)).strftime("%Y-%m-%d %H:%M")


def test_publishing_under_embargo_is_refused_beside_the_field() -> None:
    desk = sign_in(editor())
    response = create(desk, make.section(), story_form([make.person()], embargo_until=hours(3), **PUBLISH))

    errors(response)
    assert "Under embargo until" in str(response.context["form"].errors["embargo_until"])


def test_a_story_is_scheduled_for_the_embargos_end() -> None:
    desk = sign_in(editor())
    form = story_form([make.person()], embargo_until=hours(3), go_live_at=hours(3), **PUBLISH)

    assert create(desk, make.section(), form).status_code == 302
    assert latest().scheduled_revision is not None
    assert not latest().live


def test_a_schedule_before_the_embargo_is_refused() -> None:
    desk = sign_in(editor())
    response = create(
        desk, make.section(), story_form([make.person()], embargo_until=hours(3), go_live_at=hours(1), **PUBLISH)
    )

    errors(response)
    assert "before the end" in str(response.context["form"].errors["go_live_at"])


def test_an_embargo_set_after_scheduling_holds_until_its_end() -> None:
    story = make.story(live=False)
    revision = story.save_revision()
    soon = timezone.now() + timedelta(hours=2)
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    Article.objects.filter(pk=story.pk).update(embargo_until=soon)
    call_command("publish_scheduled", stdout=StringIO())

    assert not Article.objects.get(pk=story.pk).live
    assert story.revisions.get(pk=revision.pk).approved_go_live_at == soon

    Article.objects.filter(pk=story.pk).update(embargo_until=timezone.now() - timedelta(seconds=1))
    story.revisions.update(approved_go_live_at=timezone.now() - timedelta(seconds=1))
    call_command("publish_scheduled", stdout=StringIO())
    assert Article.objects.get(pk=story.pk).live


def test_code_can_not_publish_under_embargo() -> None:
    story = make.story(live=False, embargo_until=timezone.now() + timedelta(hours=1))

    with pytest.raises(NotReady, match="embargo"):
        story.save_revision().publish()


def test_a_publish_time_in_the_past_goes_out_at_once_and_says_so() -> None:
    desk = sign_in(editor())
    form = story_form([make.person()], go_live_at=hours(-5), **PUBLISH)
    create(desk, make.section(), form)
    said = desk.get("/desk/").content.decode()

    assert latest().live
    assert latest().first_published_at > timezone.now() - timedelta(minutes=1)
    assert "The publish time had passed, so the story went out at once." in said
