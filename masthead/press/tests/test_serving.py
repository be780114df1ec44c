"""What readers get from the server: bytes, headers, conditions, ranges, and nothing that should not be served."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import pytest
import zstandard
from django.core.signing import TimestampSigner

from masthead.press.folder import Snapshots
from masthead.press.stamps import Stamps
from masthead.press.tests.serving import WebServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    server = WebServer(tmp_path_factory.mktemp("web"))
    yield server
    server.close()


@pytest.fixture(autouse=True)
def words(server: WebServer) -> None:
    server.words.write_text(json.dumps({"story": "first words " * 300, "delay": 0.0}))


def audio(server: WebServer) -> bytes:
    """A file of 10,000 bytes among the media."""
    body = bytes(number % 251 for number in range(10_000))
    path = server.data / "media" / "talk.mp3"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(body)
    return body


def test_the_first_reader_gets_the_page_and_leaves_a_file(server: WebServer) -> None:
    first = server.get("/story/")
    assert first.status == 200
    assert b"first words" in first.body
    files = list((server.data / "snapshots" / "www" / "story" / "_page").iterdir())
    assert {file.name for file in files} == {
        "index.html",
        "index.html.br",
        "index.html.gz",
        "index.html.zst",
        "meta.json",
    }


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("br", "br"), ("gzip, deflate", "gzip"), ("zstd", "zstd"), ("", ""), ("bogus;q=7", "")]
)
def test_every_encoding_says_the_same(server: WebServer, accepted: str, encoding: str) -> None:
    reply = server.get("/story/", {"Accept-Encoding": accepted})
    opened = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
        "": bytes,
    }[encoding](reply.body)
    assert b"first words" in opened
    assert reply.headers.get("content-encoding", "") == encoding
    assert reply.headers["vary"] == "accept-encoding"
    assert reply.headers["etag"].startswith('"')


def test_a_flood_of_cold_addresses_is_turned_away_and_pressed_pages_are_not(server: WebServer) -> None:
    server.get("/story/")
    head = "GET /list/%d/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    flood = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(900)]
    for number, connection in enumerate(flood):
        connection.sendall((head % number).encode())
    assert server.get("/story/").status == 200
    statuses = [connection.recv(65536).split(b" ", 2)[1] for connection in flood]
    for connection in flood:
        connection.close()
    assert set(statuses) <= {b"404", b"503"}
    assert b"503" in statuses


def test_who_has_it_already_gets_304_and_the_entity_tag_is_the_encoding_s_own(server: WebServer) -> None:
    plain, packed = server.get("/story/"), server.get("/story/", {"Accept-Encoding": "br"})
    assert plain.headers["etag"] != packed.headers["etag"]
    again = server.get("/story/", {"Accept-Encoding": "br", "If-None-Match": packed.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == packed.headers["etag"]
    other = server.get("/story/", {"If-None-Match": packed.headers["etag"]})
    assert other.status == 200


def test_pressed_pages_skip_the_loop(server: WebServer) -> None:
    for _ in range(8):  # more than one for either worker
        assert server.get("/silent/").status == 200
    assert server.words.with_suffix(".early").exists()
    assert not server.words.with_suffix(".loop").exists()


def test_head_says_what_get_would(server: WebServer) -> None:
    got, asked = server.get("/story/"), server.get("/story/", method="HEAD")
    assert asked.status == 200
    assert asked.body == b""
    assert asked.headers["content-length"] == str(len(got.body))
    assert asked.headers["etag"] == got.headers["etag"]


def test_a_query_is_ignored_unless_the_page_says_otherwise(server: WebServer) -> None:
    server.get("/list/")
    assert server.get("/list/?utm_source=x").body == server.get("/list/").body
    assert b"<p>2" in server.get("/list/?page=2").body
    assert b"<p>1" in server.get("/list/").body


def test_the_page_of_what_is_not_found_is_a_file_too(server: WebServer) -> None:
    assert server.get("/no-such-page/").status == 404
    assert (server.data / "snapshots" / "www" / "not-found" / "_page" / "answer.html").exists()
    reply = server.get("/no-such-page/")
    assert reply.status == 404
    assert b"nothing here" in reply.body


def test_a_page_that_is_taken_away_is_gone_from_every_worker_at_the_next_request(server: WebServer) -> None:
    for _ in range(10):
        assert server.get("/story/").status == 200
    server.words.write_text(json.dumps({"story": "gone"}))
    Snapshots(server.data / "snapshots").unlink("/story/")
    assert {server.get("/story/").status for _ in range(10)} == {410}
    server.words.write_text(json.dumps({"story": "back again"}))
    Snapshots(server.data / "snapshots").unlink("/story/")
    assert all(b"back again" in server.get("/story/").body for _ in range(10))


def test_a_page_and_its_410_are_exchanged_for_every_worker_at_once(server: WebServer) -> None:
    server.get("/story/")
    snapshots = Snapshots(server.data / "snapshots")
    began, ended = threading.Event(), threading.Event()

    def ask() -> list[int]:
        seen = []
        while not ended.is_set():
            seen.append(server.get("/story/").status)
            began.set()
        return [*seen, server.get("/story/").status]

    with ThreadPoolExecutor(6) as pool:
        asking = [pool.submit(ask) for _ in range(6)]
        began.wait(10)
        said = {"headers": [("content-type", "text/html")], "tags": ["story:1"], "vary_query": []}
        folder = snapshots.write("/story/", status=410, body=b"gone for good", pressed_ns=time.time_ns(), **said)
        snapshots.link("/story/", folder)
        time.sleep(0.2)
        ended.set()
        for statuses in (future.result() for future in asking):
            assert set(statuses) <= {200, 410}
            assert statuses == sorted(statuses), "the old page never comes back"
            assert statuses[-1] == 410
    snapshots.unlink("/story/")


def test_a_stale_page_is_served_at_once_and_wanted_once(server: WebServer) -> None:
    server.get("/story/")
    Stamps(server.data / "snapshots").bump(["column"], hard=False)
    time.sleep(0.3)
    replies = [server.get("/story/") for _ in range(10)]
    assert {reply.status for reply in replies} == {200}
    wanted = list((server.data / "snapshots" / "wanted").iterdir())
    assert [file.read_text() for file in wanted] == ["/story/"]


def test_however_many_ask_a_cold_page_is_rendered_once(server: WebServer) -> None:
    server.words.write_text(json.dumps({"story": "slow words", "delay": 0.4}))
    counted = Path(str(server.words) + ".rendered")
    counted.write_text("")
    Snapshots(server.data / "snapshots").unlink("/story/")
    with ThreadPoolExecutor(30) as pool:
        replies = list(pool.map(lambda _: server.get("/story/"), range(30)))
    assert {reply.status for reply in replies} == {200}
    assert counted.read_text() == "/story/\n"


def test_a_page_that_breaks_says_so_and_is_not_kept(server: WebServer) -> None:
    server.words.write_text(json.dumps({"story": "boom"}))
    Snapshots(server.data / "snapshots").unlink("/story/")
    assert server.get("/story/").status == 500
    server.words.write_text(json.dumps({"story": "mended"}))
    assert b"mended" in server.get("/story/").body


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/static/../keys/secret",
        "/static/%2e%2e/keys/secret",
        "/static/..%2fkeys%2fsecret",
        "/static//etc/passwd",
        "/media/../masthead.sqlite3",
        "/media/%2e%2e%2fmasthead.sqlite3",
        "/media/documents/secret.pdf",
        "/media/original_images/secret.jpg",
        "/media/originals/abc/secret.jpg",
        "/media/./documents/secret.pdf",
        "/media/%2e/documents/secret.pdf",
        "/media/images/../documents/secret.pdf",
        "/media/images%2f..%2f/documents//secret.pdf",
        "/media/link",
        "/story/_page/meta.json",
        "/_page/index.html",
        "/story/%00",
        "/story%00/",
        "/%ff%fe/",
        "/" + "a" * 4000,
        "/" + "a/" * 2000,
        "//etc/passwd",
        "/\\..\\..\\etc\\passwd",
    ],
)
def test_no_path_serves_what_should_not_be_served(server: WebServer, path: str) -> None:
    media = server.data / "media"
    for name in ("documents/secret.pdf", "original_images/secret.jpg", "originals/abc/secret.jpg"):
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_text("root: a secret")
    if not (media / "link").is_symlink():
        (media / "link").symlink_to(server.data / "keys" / "secret")
    answer = server.raw(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ", 2)[1] in {b"400", b"404", b"414", b"301"}, answer[:200]
    assert b"root:" not in answer
    secret = (server.data / "keys" / "secret").read_bytes().strip()
    assert secret not in answer


def test_a_flood_of_headers_is_refused_and_the_server_lives(server: WebServer) -> None:
    many = "".join(f"X-Header-{number}: {'x' * 100}\r\n" for number in range(20_000))
    answer = server.raw(f"GET /story/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{many}\r\n".encode())
    assert answer == b"" or answer.split(b" ", 2)[1] in {b"400", b"431"}, answer[:100]
    assert server.get("/story/").status == 200


@pytest.mark.parametrize("value", ["bytes=5-2", "bytes=a-b", "bytes=0-1,4-5", "cats=1-2", "bytes="])
def test_a_range_that_means_nothing_is_ignored(server: WebServer, value: str) -> None:
    audio(server)
    reply = server.get("/media/talk.mp3", {"Range": value})
    assert (reply.status, len(reply.body)) == (200, 10_000)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("bytes=0-99", slice(0, 100)), ("bytes=9900-", slice(9900, None)), ("bytes=-10", slice(-10, None))],
)
def test_media_come_in_ranges(server: WebServer, value: str, wanted: slice) -> None:
    body = audio(server)
    reply = server.get("/media/talk.mp3", {"Range": value})
    assert reply.status == 206
    assert reply.body == body[wanted]
    start = wanted.indices(len(body))[0]
    assert reply.headers["content-range"] == f"bytes {start}-{start + len(reply.body) - 1}/10000"
    assert reply.headers["content-length"] == str(len(reply.body))


def test_a_range_beyond_the_end_is_refused_in_words(server: WebServer) -> None:
    audio(server)
    reply = server.get("/media/talk.mp3", {"Range": "bytes=10000-"})
    assert reply.status == 416
    assert reply.headers["content-range"] == "bytes */10000"


def test_a_range_of_an_older_file_sends_the_whole_new_one(server: WebServer) -> None:
    audio(server)
    assert server.get("/media/talk.mp3", {"Range": "bytes=0-9", "If-Range": '"older"'}).status == 200
    etag = server.get("/media/talk.mp3").headers["etag"]
    assert server.get("/media/talk.mp3", {"Range": "bytes=0-9", "If-Range": etag}).status == 206
    assert server.get("/media/talk.mp3", {"If-None-Match": etag}).status == 304


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "data.xml", "strange.bin"])
def test_what_a_browser_might_run_is_only_offered_as_a_download(server: WebServer, name: str) -> None:
    (server.data / "media").mkdir(exist_ok=True)
    (server.data / "media" / name).write_text("<script>alert(1)</script>")
    reply = server.get(f"/media/{name}")
    assert reply.headers["content-disposition"] == "attachment"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]


def test_django_gets_the_rest_as_it_was_sent(server: WebServer) -> None:
    reply = server.get("/desk/echo/?a=1", {"Cookie": "a=1; b=2", "X-Real": "yes"}, "POST", b"x" * 70_000)
    given = json.loads(reply.body)
    assert given["body"] == 70_000
    assert given["HTTP_COOKIE"] == "a=1; b=2"
    assert given["REMOTE_ADDR"] == "127.0.0.1"
    assert given["HTTP_X_REAL"] == "yes"
    assert server.get("/desk/stream/").body == b"one two three"
    assert server.get("/desk/stream/", method="HEAD").body == b""


def test_a_client_can_not_pass_itself_off(server: WebServer) -> None:
    sent = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", "X_Real": "smuggled"}
    given = json.loads(server.get("/desk/echo/", sent).body)
    assert given["REMOTE_ADDR"] == "127.0.0.1"
    assert given["secure"] is False
    assert given["HTTP_X_REAL"] == ""
    assert server.get("/desk/echo/", {"Host": "evil.example"}).status == 400


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: WebServer) -> None:
    head = f"POST /desk/echo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {10**10}\r\n\r\n"
    answer = server.raw(head.encode())
    assert answer.split(b" ", 2)[1] == b"413"
    assert b"at most 256 KiB" in answer


def test_only_staff_may_send_what_is_large(server: WebServer) -> None:
    secret = (server.data / "keys" / "secret").read_text().strip()
    cookie = "masthead_staff=" + TimestampSigner(key=secret, salt="masthead.staff").sign("1")
    large = b"x" * 2_000_000
    assert json.loads(server.get("/desk/echo/", {"Cookie": cookie}, "POST", large).body)["body"] == len(large)
    head = f"POST /desk/echo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: {10**10}\r\n\r\n"
    assert b"at most 25 MiB" in server.raw(head.encode())
    in_pieces = b"POST /desk/echo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b" 413 " in server.raw(in_pieces + b"80000\r\n" + b"x" * 0x80000 + b"\r\n0\r\n\r\n")[:20]


def test_the_log_has_a_line_a_request_and_nothing_of_the_reader(server: WebServer) -> None:
    server.get("/story/?email=reader@example.org", {"User-Agent": "Reader's own browser"})
    time.sleep(0.5)
    log = server.log.read_text()
    assert " GET /story/ 200 " in log
    for secret in ("reader@example.org", "own browser", "127.0.0.1 "):
        assert secret not in log


def test_the_log_keeps_no_key_to_a_password_or_to_the_newsroom(server: WebServer) -> None:
    server.get("/accounts/password/reset/key/3-digjnk-f32a11d247199f33/")
    server.get("/welcome/a-very-secret-token/")
    time.sleep(0.5)
    log = server.log.read_text()
    assert " GET /welcome/… 404 " in log
    assert "f32a11d247199f33" not in log
    assert "a-very-secret-token" not in log


@pytest.mark.parametrize("place", ["/support/cancel/", "/uk/support/cancel/", "/account/address/", "/gift/card/"])
def test_the_log_keeps_no_key_of_a_reader_s(server: WebServer, place: str) -> None:
    server.get(f"{place}a-reader-s-key/")
    time.sleep(0.5)
    log = server.log.read_text()
    assert f" GET {place}… " in log
    assert "a-reader-s-key" not in log


def test_a_line_break_in_a_path_makes_no_line_in_the_log(server: WebServer) -> None:
    server.get("/a%0a2026-01-01T00:00:00Z%20GET%20/forged/%20200%201%200.1ms%20pressed")
    time.sleep(0.5)
    assert not any(line.startswith("2026-01-01T") for line in server.log.read_text().splitlines())
