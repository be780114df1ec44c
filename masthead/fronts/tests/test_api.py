"""The read-only API: what it tells, what it never tells, and how it is paged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from masthead.accounts.models import Account
from masthead.articles.tests import factories as make
from masthead.fronts.cursor import LARGEST_KEY, Cursor
from masthead.fronts.tests.test_lists import brief, news_feed, own_tags
from masthead.press.tags import carried_by

pytestmark = pytest.mark.django_db
BASE = settings.BASE_URL


def uuids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [item["uuid"] for item in response.json()["items"]]


def names(*stories: Any) -> list[str]:
    return [str(story.uuid) for story in stories]


def test_stories_are_told_as_published(client: Client) -> None:
    account = Account.objects.create_user("mara.holm@example.org")
    mara = make.person(contact_email="private@example.org", account=account)
    story = make.story(
        "Ferry", slug="ferry", authors=[mara], topics=[make.topic()], main_picture=make.picture(), dateline="Saltmarsh"
    )
    make.story("A secret draft", live=False)
    response = client.get("/api/v1/articles")
    (item,) = response.json()["items"]
    assert item["url"] == f"{BASE}/council/ferry/"
    assert item["section"]["slug"] == "council"
    assert item["topics"][0]["name"] == "The ferry"
    assert item["bylines"][0]["role"] == "author"
    assert item["picture"]["url"].startswith(f"{BASE}/media/")
    assert item["language"] == "en"
    assert "body_html" not in item
    assert own_tags(response) >= {f"stories:{story.locale_id}"}
    assert response.wsgi_request.press_vary == {"cursor", "limit", "section", "topic", "person", "language", "since"}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    everything = response.content + client.get("/api/v1/people").content
    for private in (b"secret", b"@example.org", b"account"):
        assert private not in everything


def test_one_story_is_told_whole(client: Client) -> None:
    story, draft = make.story(), make.story(live=False)
    make.correction(story)
    response = client.get(f"/api/v1/articles/{story.uuid}")
    item = response.json()
    assert item["body_html"].startswith("<p")
    assert "<" not in item["body_text"]
    assert "ferry" in item["body_text"]
    assert item["corrections"][0]["kind"] == "correction"
    assert own_tags(response) == {story.tag}
    missing = client.get(f"/api/v1/articles/{draft.uuid}")
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"
    assert carried_by(missing.wsgi_request) is None


def test_lists_are_filtered(client: Client) -> None:
    sport, ferry, jon = make.section("Sport"), make.topic(), make.person("Jon Berg")
    old = make.story(parent=sport, authors=[jon], published_at=datetime(2026, 1, 1, tzinfo=UTC))
    new = make.story(topics=[ferry], authors=[jon], others=[(jon, "photographer")])
    other = make.story()
    uk = make.story(parent=make.section("Рада", parent=make.home("uk"), slug="rada"))
    api = "/api/v1/articles"
    assert uuids(client.get(api)) == names(new, other, uk, old)
    assert uuids(client.get(api, {"section": "sport"})) == names(old)
    assert uuids(client.get(api, {"section": str(sport.uuid)})) == names(old)
    assert uuids(client.get(api, {"topic": "the-ferry"})) == names(new)
    assert uuids(client.get(api, {"person": "jon-berg"})) == names(new, old)
    assert uuids(client.get(api, {"person": "jon-berg", "section": "sport"})) == names(old)
    assert uuids(client.get(api, {"language": "uk"})) == names(uk)
    assert uuids(client.get(api, {"since": "2026-01-02T00:00:00Z"})) == names(new, other, uk)
    assert uuids(client.get(api, {"since": "2026-01-02T00:00:00"})) == names(new, other, uk)
    assert client.get(api, {"section": "nothing"}).status_code == 404
    assert client.get(api, {"language": "xx"}).status_code == 400


def test_the_other_nouns_are_listed(client: Client) -> None:
    make.story(topics=[make.topic()])
    short = brief(news_feed(), "Ferry late")
    briefs = client.get("/api/v1/briefs")
    assert uuids(briefs) == [str(short.uuid)]
    assert briefs.json()["items"][0]["body_text"] == "It was short."
    assert uuids(client.get("/api/v1/briefs", {"language": "en"})) == [str(short.uuid)]
    assert [item["slug"] for item in client.get("/api/v1/sections").json()["items"]] == ["council"]
    assert [item["url"] for item in client.get("/api/v1/topics").json()["items"]] == [f"{BASE}/topic/the-ferry/"]
    assert [item["kind"] for item in client.get("/api/v1/people").json()["items"]] == ["person"]
    assert client.get("/api/v1/topics", {"language": "uk"}).json()["items"] == []


def test_paging_stays_right_while_stories_are_added(client: Client) -> None:
    moment = datetime(2026, 3, 5, tzinfo=UTC)
    # All at one time: only the key tells them apart.
    stories = [make.story(body="[]", published_at=moment) for _ in range(7)][::-1]
    found, url = [], "/api/v1/articles?limit=3&section=council"
    while url:
        page = client.get(url).json()
        found += [item["uuid"] for item in page["items"]]
        make.story(body="[]")
        url = (page["next"] or "").removeprefix(BASE)
        assert not url or "section=council" in url
    assert found == names(*stories)


def test_people_are_paged(client: Client) -> None:
    people = [make.person(f"Person {number}") for number in range(5)]
    first = client.get("/api/v1/people?limit=3").json()
    second = client.get(first["next"].removeprefix(BASE)).json()
    assert [item["name"] for item in first["items"] + second["items"]] == [person.name for person in people]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=!!!",
        "cursor=eyJ9",
        "cursor=%00",
        "since=yesterday",
        "language=../",
        "section=%00",
        "topic=a%20b",
    ],
)
def test_bad_parameters_are_named(client: Client, query: str) -> None:
    make.home()
    response = client.get(f"/api/v1/articles?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 400
    assert carried_by(response.wsgi_request) is None


def test_who_has_it_already_is_told_so(client: Client) -> None:
    make.story()
    first = client.get("/api/v1/articles")
    again = client.get("/api/v1/articles", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    make.story()
    assert client.get("/api/v1/articles", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_nothing_can_be_written(client: Client) -> None:
    make.story()
    assert client.post("/api/v1/articles").status_code == 405
    assert client.delete("/api/v1/articles").status_code == 405
    missing = client.get("/api/v1/nothing")
    assert (missing.status_code, missing.headers["Content-Type"]) == (404, "application/problem+json")
    assert client.get("/api/v1/docs").status_code == 404


def test_a_head_is_a_get_without_its_body(client: Client) -> None:
    make.story()
    found, head = client.get("/api/v1/articles"), client.head("/api/v1/articles")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == found.headers["ETag"]


def test_the_api_describes_itself(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    OpenAPIV31SpecValidator(schema).validate()
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/articles", "/api/v1/briefs", "/api/v1/people"} <= set(schema["paths"])
    assert all(set(operations) == {"get"} for operations in schema["paths"].values())
    assert "account" not in json.dumps(schema)


def test_a_list_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(10):
        make.story(topics=[make.topic()], authors=[make.person(f"Person {number}")])
    with django_assert_max_num_queries(10):
        client.get("/api/v1/articles")


moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.integers(0, LARGEST_KEY))
def test_a_cursor_is_read_as_it_was_written(moment: datetime, key: int) -> None:
    assert Cursor.read(str(Cursor(moment, key))) == Cursor(moment, key)


@given(st.text(max_size=80))
def test_anything_else_is_refused(text: str) -> None:
    try:
        cursor = Cursor.read(text)
    except ValueError:
        return
    assert str(cursor) == text


def test_a_cursor_is_exact() -> None:
    first = Cursor(datetime(2026, 3, 5, 8, 0, 0, 1, tzinfo=UTC), 5)
    assert str(first) != str(Cursor(first.listed_at + timedelta(microseconds=1), 5))
