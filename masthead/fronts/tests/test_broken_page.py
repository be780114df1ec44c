"""The page for what broke must not need what may have broken."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.test import RequestFactory


def test_it_is_drawn_without_the_database() -> None:
    # Without the django_db mark any query is refused.
    html = render_to_string("pages/500.html", {}, request=RequestFactory().get("/"))

    assert "Something broke on our side" in html
    assert "<style>" in html
