"""The first run: an empty newsroom says what to do, and one link founds it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from masthead.accounts import welcome
from masthead.accounts.models import Account
from masthead.articles.models import Newsroom, Section
from masthead.fronts.models import HomePage

pytestmark = pytest.mark.django_db
FORM = {
    "name": "The Courier",
    "tagline": "News of the harbour",
    "accent": "#1d4f7a",
    "sections": "Council, Harbour\nSport",
    "first_name": "Ida",
    "last_name": "Lund",
    "email": "ida@courier.example",
    "password": "a-ferry-in-the-fog-77",
}


def url() -> str:
    return reverse("welcome", args=(welcome.token(),))


def test_an_empty_newsroom_says_what_to_do(client: Client) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert "A newsroom begins" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_the_link_leads_to_a_form(client: Client, settings) -> None:
    assert welcome.link() == settings.BASE_URL + url()
    assert "First sections" in client.get(url()).content.decode()


def test_the_form_founds_the_newsroom_and_signs_its_publisher_in(client: Client, settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    response = client.post(url(), FORM)

    assert response.headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert Newsroom.objects.get().accent == "#1d4f7a"
    assert set(Section.objects.values_list("title", flat=True)) == {"Council", "Harbour", "Sport"}
    ida = Account.objects.get()
    assert ida.is_superuser
    assert ida.groups.get().name == "Publishers"


def test_the_link_is_dead_afterwards(client: Client) -> None:
    client.post(url(), FORM)

    assert Client().get(url()).status_code == 404
    assert Client().post(url(), FORM | {"email": "eve@elsewhere.example"}).status_code == 404
    assert Account.objects.count() == 1
    assert welcome.link() is None


def test_a_guessed_link_is_no_link(client: Client) -> None:
    assert client.get("/welcome/guessed/").status_code == 404
    assert client.post("/welcome/guessed/", FORM).status_code == 404
    assert not HomePage.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("password", "short", "too short"),
        ("accent", "#ffee00", "Too pale"),
        ("accent", "red; x", "#rrggbb"),
        ("sections", "?!", "can&#x27;t be a section"),
        ("email", "nobody", "valid email"),
        ("name", "x" * 200, "at most 80"),
    ],
)
def test_a_bad_answer_is_said_beside_its_field_and_nothing_is_made(
    client: Client, field: str, value: str, word: str
) -> None:
    page = client.post(url(), FORM | {field: value})

    assert page.status_code == 200
    assert word in page.content.decode()
    assert not HomePage.objects.exists()
    assert not Account.objects.exists()
