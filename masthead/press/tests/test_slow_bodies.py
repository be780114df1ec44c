"""A body that comes by drops is given up, so that many of them hold nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from masthead.press.tests.serving import WebServer

HEAD = b"POST /desk/echo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    patience: Path = tmp_path_factory.mktemp("slow")
    server = WebServer(patience, MASTHEAD_TEST_PATIENCE="0.5")
    yield server
    server.close()


def test_a_body_that_stops_coming_is_answered_408(server: WebServer) -> None:
    began = time.monotonic()
    answer = server.raw(HEAD + b"x" * 10)
    assert answer.split(b" ", 2)[1] == b"408"
    assert time.monotonic() - began < 4
    with ThreadPoolExecutor(20) as many:
        answers = list(many.map(server.raw, [HEAD + b"x" * 10] * 60))
    assert {answer.split(b" ", 2)[1] for answer in answers} == {b"408"}
    assert server.get("/silent/").status == 200
    assert "Unexpected exit" not in server.log.read_text()
