"""A web server of its own for tests: two real workers over a folder of its own, with the site that is no newsroom."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from masthead.config.env import REPOSITORY
from masthead.config.tests import databases
from masthead.config.tests.newsroom import environment, free_port, until

PROGRAM = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
import django
django.setup()
from django.conf import settings
settings.ROOT_URLCONF = "masthead.press.tests.site"
from masthead.press.tests import site
site.reset()
site.WORDS_FILE = os.environ["MASTHEAD_TEST_WORDS"]
from masthead.press import adapter
adapter.STRANGERS_SECONDS = float(os.environ.get("MASTHEAD_TEST_PATIENCE") or adapter.STRANGERS_SECONDS)
import threading
from pathlib import Path
from masthead.press.pages_in_memory import Pages
looked_up = Pages.at_hand
def at_hand(self, path, accepted):
    answer = looked_up(self, path, accepted)
    if answer is not None:
        in_the_loop = threading.current_thread() is threading.main_thread()
        Path(site.WORDS_FILE).with_suffix(".loop" if in_the_loop else ".early").touch()
    return answer
Pages.at_hand = at_hand
from masthead.config.web import serve
serve()
"""


class Reply:
    """One answer: status, headers by lower-case name, body as sent."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


class WebServer:
    """The web child alone, without supervisor, clock and tasks."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        self.words = folder / "words.json"
        databases.copy_file(self.data / "masthead.sqlite3")
        self.port = free_port()
        self.log = folder / "web.log"
        environ = environment(
            self.data, PORT=str(self.port), MASTHEAD_TEST_WORDS=str(self.words), PYTHONUNBUFFERED="1", **more
        )
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM],
                env=environ,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        assert until(self._answers), self.log.read_text()

    def _answers(self) -> bool:
        try:
            return self.get("/silent/").status == 200
        except OSError:
            return False

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", body: bytes = b"") -> Reply:
        """Ask once, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body or None, headers=dict(headers or {}))
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Send bytes as they are; return all that comes back before the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            got = b""
            try:
                connection.sendall(request)
                while chunk := connection.recv(65536):
                    got += chunk
                    if b"\r\n\r\n" in got and b"keep" not in got:
                        connection.settimeout(0.3)
            except OSError:
                pass
            return got

    def close(self) -> None:
        """End it and its workers."""
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
