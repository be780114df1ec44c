"""What a story needs before readers see it, on every way to publish; drafts save as they are."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from masthead.accounts.tests.factories import editor, reporter
from masthead.articles.checks import NotReady, problems
from masthead.articles.models import Article
from masthead.articles.tests import factories as make
from masthead.articles.tests.desk import create, edit, errors, latest, sign_in, story_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    make.section()
    return sign_in(editor())


def draft(**fields: object) -> Article:
    story = make.story(live=False, **fields)
    story.save_revision()
    return story


def test_a_story_with_an_author_is_published(desk: Client) -> None:
    response = create(desk, make.section(), story_form([make.person()], **{"action-publish": "1"}))

    assert response.status_code == 302
    assert latest().live
    assert latest().listed_at


def test_a_story_without_an_author_is_refused_with_words_and_what_was_written(desk: Client) -> None:
    page = errors(create(desk, make.section(), story_form(**{"action-publish": "1"})))

    assert "at least one author" in page
    assert "Council keeps the ferry" in page
    assert not Article.objects.exists()


def test_a_photographer_alone_is_no_author(desk: Client) -> None:
    form = story_form([make.person()], **{"action-publish": "1"}) | {"bylines-0-role": "photographer"}

    assert "at least one author" in errors(create(desk, make.section(), form))


def test_a_draft_saves_without_author_and_words(desk: Client) -> None:
    picture = make.picture(description="", caption="", credit="")
    response = create(desk, make.section(), story_form(main_picture=str(picture.pk)))

    assert response.status_code == 302
    assert not latest().live


def test_it_is_said_which_picture_lacks_which_words_and_where_to_mend_it(desk: Client) -> None:
    picture = make.picture("Boat at dusk", description="", credit="")
    page = errors(
        create(
            desk,
            make.section(),
            story_form([make.person()], main_picture=str(picture.pk), **{"action-publish": "1"}),
        )
    )

    assert "Main picture “Boat at dusk” has no alternative text and credit." in page
    assert reverse("wagtailimages:edit", args=(picture.pk,)) in page


@pytest.mark.parametrize("kind", ["picture", "gallery", "embed"])
def test_pictures_in_the_body_need_their_words_too(kind: str) -> None:
    good, bad = make.picture("Good"), make.picture("Bad", caption=" ")
    block = {
        "picture": {"picture": bad.pk, "caption": "", "width": "column"},
        "gallery": {"title": "", "pictures": [good.pk, bad.pk]},
        "embed": {"url": "https://example.org/", "title": "A map", "poster": bad.pk},
    }[kind]

    (problem,) = problems(make.story(live=False, body=make.body((kind, block))))

    assert "“Bad” has no caption" in problem.message


def test_an_error_stands_beside_the_block_of_the_body(desk: Client) -> None:
    bad = make.picture("Bad", caption="")
    form = story_form([make.person()], **{"action-publish": "1"}) | {
        "body-0-type": "picture",
        "body-0-value-picture": str(bad.pk),
        "body-0-value-caption": "",
        "body-0-value-width": "column",
    }
    response = create(desk, make.section(), form)

    errors(response)
    (block_error,) = response.context["form"].errors.as_data()["body"]
    assert "has no caption" in str(block_error.block_errors[0].block_errors["picture"])


def test_code_that_publishes_is_refused() -> None:
    story = draft(authors=[])

    with pytest.raises(NotReady, match="author"):
        story.get_latest_revision().publish()
    assert not Article.objects.get(pk=story.pk).live


def test_publishing_in_bulk_is_refused_and_changes_nothing(desk: Client) -> None:
    good, bad = draft(), draft(authors=[], title="Nobody wrote this")
    url = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    response = desk.post(f"{url}?id={good.pk}&id={bad.pk}", {"include_descendants": ""}, follow=True)

    assert "Nobody wrote this: The story needs at least one author" in response.content.decode()
    assert not Article.objects.filter(live=True).exists()


def test_approving_in_the_editor_is_refused(desk: Client) -> None:
    story = make.story(live=False, authors=[])
    writer = reporter()
    story.save_revision(user=writer)
    story.get_workflow().start(story, writer)
    form = story_form(slug=story.slug, **{"action-workflow-action": "1", "workflow-action-name": "approve"})

    assert "at least one author" in errors(edit(desk, story, form))
    assert not Article.objects.get(pk=story.pk).live


def test_approving_from_the_dashboard_is_refused_and_leaves_the_review_open(desk: Client) -> None:
    story = draft(authors=[])
    story.get_workflow().start(story, reporter())
    state = story.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=(story.pk, "approve", state.pk))
    response = desk.post(url, {"comment": ""}, headers={"X-Requested-With": "XMLHttpRequest"})

    assert response.json()["redirect"] == reverse("wagtailadmin_pages:edit", args=(story.pk,))
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert not Article.objects.get(pk=story.pk).live


def test_a_scheduled_story_whose_picture_lost_its_words_goes_back_and_the_next_goes_out() -> None:
    picture = make.picture("Boat")
    bad, good = make.story(live=False, main_picture=picture), make.story(live=False)
    past = timezone.now() - timedelta(minutes=5)
    for story in (bad, good):
        revision = story.save_revision()
        type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=past)
    type(picture).objects.update(credit="")
    call_command("publish_scheduled", stdout=StringIO())

    assert not Article.objects.get(pk=bad.pk).live
    assert Article.objects.get(pk=good.pk).live
    assert not bad.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert "Boat" in str(PageLogEntry.objects.get(action="masthead.publish_refused").data)
