"""What reporters, editors and publishers may do at the desk, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Page

from masthead.accounts.actions import prepare_roles
from masthead.accounts.tests.factories import editor, publisher, reporter
from masthead.articles.models import Article, Person
from masthead.articles.tests import factories as make
from masthead.articles.tests.desk import create, edit, latest, sign_in, story_form

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "1"}
SUBMIT = {"action-submit": "1"}


def refused(response: Any) -> bool:
    """Wagtail sends away from what one may not see."""
    return response.status_code == 403 or response.get("Location") == "/desk/"


def test_preparing_roles_twice_changes_nothing() -> None:
    prepare_roles()
    before = [(group.name, group.permissions.count(), group.page_permissions.count()) for group in Group.objects.all()]
    prepare_roles()

    assert before == [
        (group.name, group.permissions.count(), group.page_permissions.count()) for group in Group.objects.all()
    ]
    assert set(Group.objects.values_list("name", flat=True)) == {"Reporters", "Editors", "Publishers", "Membership"}


def test_a_reporter_writes_and_submits_and_an_editor_approves() -> None:
    section = make.section()
    desk = sign_in(reporter())
    create(desk, section, story_form([make.person()], **SUBMIT))
    story = latest()

    assert not story.live
    state = story.current_workflow_task_state
    waiting = sign_in(editor())
    assert "Council keeps the ferry" in waiting.get("/desk/").content.decode()
    waiting.post(
        reverse("wagtailadmin_pages:workflow_action", args=(story.pk, "approve", state.pk)),
        {"comment": "Good."},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert Article.objects.get(pk=story.pk).live


def test_a_reporters_publish_button_is_no_publish_button() -> None:
    desk = sign_in(reporter())
    create(desk, make.section(), story_form([make.person()], **PUBLISH))

    assert not latest().live


def test_a_reporter_edits_only_what_is_his_or_hers() -> None:
    other = make.story(live=False)
    other.save_revision()
    desk = sign_in(reporter())
    create(desk, make.section(), story_form())
    own = latest()

    assert refused(desk.get(reverse("wagtailadmin_pages:edit", args=(other.pk,))))
    assert edit(desk, own, story_form(title="Ferry to stay")).status_code == 302
    assert Article.objects.get(pk=own.pk).get_latest_revision_as_object().title == "Ferry to stay"


def test_a_reporter_makes_no_section_person_or_topic() -> None:
    front = make.home()
    desk = sign_in(reporter())

    assert refused(desk.get(reverse("wagtailadmin_pages:add", args=("articles", "section", front.pk))))
    assert refused(desk.get("/desk/snippets/articles/person/add/"))
    assert refused(desk.get("/desk/settings/articles/newsroom/"))
    assert refused(desk.get("/desk/users/"))


def test_a_reporter_uploads_pictures() -> None:
    desk = sign_in(reporter())

    assert desk.get(reverse("wagtailimages:add_multiple")).status_code == 200


def test_an_editor_makes_sections_people_topics_and_orders_the_front() -> None:
    front = make.home()
    desk = sign_in(editor())

    for url in (
        reverse("wagtailadmin_pages:add", args=("articles", "section", front.pk)),
        reverse("wagtailadmin_pages:edit", args=(front.pk,)),
        "/desk/snippets/articles/person/add/",
        "/desk/snippets/articles/topic/add/",
    ):
        assert desk.get(url).status_code == 200, url


def test_an_editor_translates_a_story_and_a_reporter_does_not() -> None:
    story = make.story()
    make.home("uk")
    section = story.section.copy_for_translation(make.locale("uk"), copy_parents=True)
    section.save_revision().publish()
    address = reverse("simple_translation:submit_page_translation", args=(story.pk,))

    assert refused(sign_in(reporter()).get(address))
    sign_in(editor()).post(address, {"locales": make.locale("uk").pk})

    translated = Article.objects.get(translation_key=story.translation_key, locale=make.locale("uk"))
    assert translated.title == story.title
    assert not translated.live


def test_an_editor_has_no_users_settings_or_takedowns() -> None:
    story = make.story()
    desk = sign_in(editor())

    for url in ("/desk/users/", "/desk/redirects/", reverse("articles_take_down", args=(story.pk,))):
        assert refused(desk.get(url)), url


def test_a_publisher_has_users_settings_redirects_takedowns_and_the_press_log() -> None:
    story = make.story()
    desk = sign_in(publisher())

    for url in (
        "/desk/users/",
        "/desk/redirects/",
        "/desk/press-log/",
        reverse("articles_take_down", args=(story.pk,)),
        reverse("articles_correct", args=(story.pk,)),
    ):
        assert desk.get(url).status_code == 200, url
    assert desk.get("/desk/settings/articles/newsroom/", follow=True).status_code == 200


def test_a_person_gets_an_address_from_the_name_and_a_taken_one_is_said() -> None:
    make.home()
    desk = sign_in(editor())
    url = "/desk/snippets/articles/person/add/"
    form = {"name": "Mara Holm", "kind": "person", "slug": "", "position": "", "bio": "", "portrait": ""}
    desk.post(url, form)
    assert Person.objects.get().slug == "mara-holm"

    desk.post(url, form)
    assert set(Person.objects.values_list("slug", flat=True)) == {"mara-holm", "mara-holm-2"}
    page = desk.post(url, {**form, "slug": "mara-holm"}).content.decode()
    assert "Mara Holm has this address already; choose another." in page


def test_a_published_story_is_not_deleted() -> None:
    story = make.story()
    desk = sign_in(publisher())
    desk.post(reverse("wagtailadmin_pages:delete", args=(story.pk,)))
    desk.post(
        reverse("wagtail_bulk_action", args=("wagtailcore", "page", "delete")) + f"?id={story.pk}", {"confirm": "1"}
    )

    assert Page.objects.filter(pk=story.pk).exists()


def test_somebody_whose_role_is_taken_is_no_longer_staff() -> None:
    boss = publisher(is_superuser=True)
    gone = reporter()
    desk = sign_in(boss)
    response = desk.post(
        f"/desk/users/edit/{gone.pk}/",
        {"email": gone.email, "first_name": "A", "last_name": "B", "is_active": "on", "groups": []},
    )
    assert response.status_code == 302
    gone.refresh_from_db()
    assert not gone.is_staff
