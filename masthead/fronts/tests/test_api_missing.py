"""What the API doesn't have: programs are told so in their own form, by Django and by the pressed answer alike."""

from __future__ import annotations

import http.client
import json
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from masthead.config.tests import databases
from masthead.config.tests.newsroom import Newsroom, masthead
from masthead.fronts.public_paths import paths
from masthead.press.folder import snapshots
from masthead.press.pressing import press_page

MISSING = ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v9/articles", f"/api/v1/articles/{uuid.UUID(int=7)}"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", MISSING)
def test_django_answers_with_problem_details(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json()["status"] == 404


@pytest.mark.django_db
def test_the_answer_is_pressed_once_for_all() -> None:
    path = settings.PRESS_NOT_FOUND["api"]
    assert path in list(paths())
    press_page(path, "first")
    meta = snapshots().meta(path)
    assert meta is not None
    assert meta.status == 404
    assert ("content-type", "application/problem+json") in meta.headers


@pytest.mark.services
def test_the_server_answers_with_it_before_django_is_asked(tmp_path: Path) -> None:
    databases.copy_file(tmp_path / "masthead.sqlite3")
    assert masthead("prepare", data=tmp_path).returncode == 0
    newsroom = Newsroom(tmp_path, tmp_path / "log")
    try:
        assert newsroom.is_up(), newsroom.said()
        for path in [*MISSING, *MISSING, "/api/v1/nothing?limit=2"]:  # the second time it is known to be missing
            status, kind, body = ask(newsroom.port, path)
            assert (status, kind) == (404, "application/problem+json"), path
            assert json.loads(body)["status"] == 404
        assert ask(newsroom.port, "/made-up/")[1].startswith("text/html")
    finally:
        newsroom.close()


def ask(port: int, path: str) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers.get("Content-Type", ""), response.read()
    finally:
        connection.close()
