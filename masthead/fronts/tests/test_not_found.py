"""What isn't there: readers see a page about it, which is drawn once and not for every address somebody makes up."""

from __future__ import annotations

import pytest
from django.test import Client

from masthead.press.render import render

pytestmark = pytest.mark.django_db


def test_the_page_is_pressed_at_its_own_address_and_drawn_for_no_other() -> None:
    assert b"Page not found" in render("/not-found/").body
    made_up = render("/made-up/")
    assert (made_up.status, made_up.body) == (404, b"")


def test_django_draws_it_when_it_answers_itself(client: Client) -> None:
    page = client.get("/made-up/")
    assert page.status_code == 404
    assert "Page not found" in page.content.decode()


def test_an_icon_has_one_address(client: Client) -> None:
    assert client.get("/icons/192.png").status_code == 200
    assert client.get("/icons/0192.png").status_code == 404
    assert client.get("/icons/١٩٢.png").status_code == 404


def test_a_time_before_all_time_is_refused_in_words(client: Client) -> None:
    for since in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert client.get("/api/v1/articles", {"since": since}).status_code == 400
