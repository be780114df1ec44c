"""The configuration in docs/guide/behind-nginx.md, run as it stands there."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import brotli
import pytest

from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import free_port, until
from masthead.press.folder import Snapshots
from masthead.press.tests.serving import Reply, WebServer

pytestmark = pytest.mark.nginx
MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def configuration(folder: Path, server: WebServer, port: int) -> str:
    """nginx.conf around the page's own words, with this test's paths and ports."""
    page = (REPOSITORY / "docs" / "guide" / "behind-nginx.md").read_text()
    block = re.search(r"```nginx\n(.*?)```", page, re.DOTALL)
    assert block
    site = block.group(1).replace("/var/lib/masthead", str(server.data))
    site = site.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{server.port};")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("server_name news.example;", "")
    load = f"load_module {MODULE};" if MODULE.exists() else ""
    if not load:
        site = site.replace("brotli_static on;", "")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""
        {load} {user} worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off;
        events {{ worker_connections 256; }}
        http {{ include {mime_types()}; access_log off; {temporary} {site} }}
    """


def mime_types() -> str:
    """Where this machine's nginx keeps its list of types."""
    known = ("/etc/nginx/mime.types", "/opt/homebrew/etc/nginx/mime.types", "/usr/local/etc/nginx/mime.types")
    return next(path for path in known if Path(path).exists())


class Nginx:
    """nginx with that configuration, in front of a web server."""

    def __init__(self, folder: Path, server: WebServer) -> None:
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(configuration(folder, server, self.port))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen(
            [program, "-c", str(config), "-e", str(folder / "error.log")], stderr=subprocess.PIPE, text=True
        )
        assert until(self._answers, 10), self.process.stderr and self.process.stderr.read()

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            return True
        try:
            return self.get("/static/none").status > 0
        except OSError:
            return False

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Reply:
        """Ask once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            return Reply(connection.getresponse())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    server = WebServer(tmp_path_factory.mktemp("web"), MASTHEAD_TRUSTED_PROXIES="127.0.0.1")
    yield server
    if server.process.poll() is None:
        server.close()


@pytest.fixture(scope="module")
def nginx(server: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), server)
    yield nginx
    nginx.process.send_signal(signal.SIGTERM)
    nginx.process.wait(10)


@pytest.fixture(autouse=True)
def words(server: WebServer) -> None:
    server.words.write_text(json.dumps({"story": "first words " * 200, "delay": 0.0}))


def test_what_is_not_pressed_yet_comes_from_masthead_and_then_from_the_file(nginx: Nginx) -> None:
    first = nginx.get("/story/", {"Accept-Encoding": "gzip"})
    assert first.headers["etag"].endswith('-gzip"'), "Masthead's own entity tag"
    second = nginx.get("/story/", {"Accept-Encoding": "gzip"})
    assert second.body == first.body
    assert not second.headers["etag"].endswith('-gzip"'), "nginx's own, from the file"
    assert second.headers["content-security-policy"] == "frame-ancestors 'none'"


@pytest.mark.skipif(not MODULE.exists(), reason="this nginx has no Brotli module")
def test_brotli_comes_from_the_file(nginx: Nginx) -> None:
    nginx.get("/story/")
    reply = nginx.get("/story/", {"Accept-Encoding": "br"})
    assert reply.headers["content-encoding"] == "br"
    assert b"first words" in brotli.decompress(reply.body)


def test_feeds_have_their_type(nginx: Nginx) -> None:
    nginx.get("/feed.xml")
    assert nginx.get("/feed.xml").headers["content-type"].startswith("application/rss+xml")


def test_staff_and_whoever_sends_go_to_masthead(nginx: Nginx) -> None:
    nginx.get("/story/")
    plain = nginx.get("/story/").headers["etag"]
    assert nginx.get("/story/", {"Cookie": "a=b; masthead_staff=x"}).headers["etag"] != plain
    assert json.loads(nginx.get("/desk/echo/", method="POST").body)["REMOTE_ADDR"] == "127.0.0.1"
    assert b"<p>2" not in nginx.get("/list/?page=3").body


def test_what_was_taken_down_says_so(nginx: Nginx, server: WebServer) -> None:
    assert nginx.get("/story/").status == 200
    server.words.write_text(json.dumps({"story": "gone"}))
    Snapshots(server.data / "snapshots").unlink("/story/")
    assert nginx.get("/story/").status == 410
    assert nginx.get("/story/").status == 410, "a pressed 410 is no index file"
    server.words.write_text(json.dumps({"story": "back"}))
    Snapshots(server.data / "snapshots").unlink("/story/")
    assert nginx.get("/story/").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/story/_page/meta.json",
        "/_page/index.html",
        "/../keys/secret",
        "/static/../keys/secret",
        "/static../keys/secret",
    ],
)
def test_nothing_but_pages_is_in_the_folder(nginx: Nginx, path: str) -> None:
    assert nginx.get(path).status in {400, 404}


def test_with_masthead_stopped_pressed_pages_are_still_served(nginx: Nginx, server: WebServer) -> None:
    nginx.get("/story/")
    server.close()
    assert nginx.get("/story/").status == 200
    assert nginx.get("/feed.xml").status == 200
    assert nginx.get("/never-asked-for/").status == 502
