"""A slug that an editor changes: the old address of a topic or a person leads to the new one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from masthead.articles.models import Topic
from masthead.articles.tests import factories as make
from masthead.fronts.tests.test_kept_fresh import press, settle, shown, status, told  # noqa: F401 (a fixture)
from masthead.press.folder import snapshots
from masthead.press.pressing import press_page

pytestmark = pytest.mark.django_db


def rename(name: Any, slug: str) -> None:
    name.slug = slug
    name.save()


def leads_to(client: Client, path: str) -> tuple[int, str]:
    response = client.get(path)
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.parametrize("rest", ["", "page/2/", "feed.xml", "feed.json"])
def test_every_old_address_leads_to_its_new_one(client: Client, rest: str) -> None:
    topic, person = make.topic("Ferry"), make.person("Mara Holm")
    for number in range(21):
        make.story(f"Story {number}", topics=[topic], authors=[person], body="[]")
    rename(topic, "boats")
    rename(person, "mara-lind")
    assert leads_to(client, f"/topic/ferry/{rest}") == (301, f"/topic/boats/{rest}")
    assert leads_to(client, f"/author/mara-holm/{rest}") == (301, f"/author/mara-lind/{rest}")
    assert client.get(f"/topic/boats/{rest}").status_code == 200
    assert leads_to(client, f"/topic/mara-holm/{rest}") == (404, "")


def test_a_slug_of_any_script_in_any_language(client: Client) -> None:
    make.home()
    make.home("uk")
    rename(make.topic("Пором", language="uk", slug="пором"), "човни")
    assert leads_to(client, "/uk/topic/пором/feed.xml") == (
        301,
        "/uk/topic/%D1%87%D0%BE%D0%B2%D0%BD%D0%B8/feed.xml",
    )
    assert leads_to(client, "/topic/пором/") == (404, "")


def test_changed_again_and_back_it_leads_in_one_step_and_in_no_circle(client: Client) -> None:
    make.home()
    topic = make.topic("Ferry")
    for slug in ("boats", "ships", "ferry", "boats", "harbour"):
        rename(topic, slug)
    for old in ("ferry", "boats", "ships"):
        assert leads_to(client, f"/topic/{old}/") == (301, "/topic/harbour/")
    rename(topic, "ships")
    assert client.get("/topic/ships/").status_code == 200
    assert leads_to(client, "/topic/harbour/") == (301, "/topic/ships/")


def test_whoever_has_the_slug_now_comes_first_and_then_whoever_had_it_last(client: Client) -> None:
    make.home()
    first = make.topic("Ferry")
    rename(first, "boats")
    second = make.topic("Ferry")
    assert client.get("/topic/ferry/").context["topic"] == second
    rename(second, "ferries")
    assert leads_to(client, "/topic/ferry/") == (301, "/topic/ferries/")
    second.delete()
    assert leads_to(client, "/topic/ferry/") == (301, "/topic/boats/")
    first.delete()
    assert leads_to(client, "/topic/ferry/") == (404, "")


def test_the_press_shows_what_became_of_an_address(told: Any) -> None:  # noqa: F811
    make.home()
    first = make.topic("Ferry")
    press("/topic/ferry/")
    with told():
        rename(first, "boats")
    settle()
    meta = snapshots().meta("/topic/ferry/")
    assert meta is not None
    assert ("location", "/topic/boats/") in meta.headers
    assert status("/topic/ferry/") == 301
    with told():
        make.topic("Ferry", description="Another subject.")
    settle()
    assert status("/topic/ferry/") == 200
    assert "Another subject." in shown("/topic/ferry/")
    press_page("/topic/boats/", "a reader asks")
    with told():
        Topic.objects.get(slug="boats").delete()
    settle()
    assert status("/topic/boats/") == 0


def test_a_name_saved_as_it_was_leaves_no_trace() -> None:
    topic = make.topic("Ferry")
    topic.name = "The ferry"
    topic.save()
    assert not topic.former_slugs.exists()
