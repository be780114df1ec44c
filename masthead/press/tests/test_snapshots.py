"""What lies on disk: one step to show, one to take away, nothing outside the folder, the old page when it fails."""

from __future__ import annotations

import errno
import gzip
import os
import time
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from masthead.press.snapshots import NotAPathError, Snapshots

HTML = [("content-type", "text/html; charset=utf-8")]


def pressed(snapshots: Snapshots, path: str, body: bytes, **more: Any) -> str:
    snapshots.prepare()
    given = {"status": 200, "headers": HTML, "tags": ["a"], "vary_query": [], "pressed_ns": time.time_ns(), **more}
    folder = snapshots.write(path, body=body, **given)
    snapshots.link(path, folder)
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/a/../../b/",
        "/./",
        "//etc/passwd",
        "/a//b/",
        "/a\x00b/",
        "/a\nb/",
        "/.hidden/",
        "/a/_page",
        "/_file/x/",
        "/a\\..\\b/",
        "relative/",
        "",
        "/" + "x" * 300 + "/",
        "/" + "x/" * 600,
        "/\ud800/",
    ],
)
def test_a_path_that_is_no_plain_path_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(NotAPathError):
        Snapshots(tmp_path).link_of(path)


@given(st.text(max_size=60), st.sampled_from(["/", "/a/", "/../", "/a/%2e%2e/"]))
def test_no_path_leads_outside_the_folder(text: str, prefix: str) -> None:
    snapshots = Snapshots("/srv/press")
    try:
        link = snapshots.link_of(prefix + text)
    except NotAPathError:
        return
    assert os.path.normpath(link) == link
    assert link.startswith("/srv/press/www/")
    assert "\x00" not in link


def test_a_page_and_a_file_of_one_name_are_two_things(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    pressed(snapshots, "/about/", b"page")
    pressed(snapshots, "/about", b"file")
    assert snapshots.meta("/about/").sizes[""] == len(b"page")  # type: ignore[union-attr]
    assert (tmp_path / "www" / "about" / "_page" / "index.html").read_bytes() == b"page"
    assert (tmp_path / "www" / "about" / "_file" / "index.html").read_bytes() == b"file"


def test_every_encoding_holds_the_same_words(tmp_path: Path) -> None:
    body = b"<!doctype html>" + b"words and more words " * 200
    folder = Path(pressed(Snapshots(tmp_path), "/story/", body))
    assert gzip.decompress((folder / "index.html.gz").read_bytes()) == body
    assert brotli.decompress((folder / "index.html.br").read_bytes()) == body
    assert zstandard.ZstdDecompressor().decompress((folder / "index.html.zst").read_bytes()) == body


def test_what_is_not_a_page_is_no_index_file(tmp_path: Path) -> None:
    """Another web server that serves the folder must not serve a 410's words as 200."""
    folder = Path(pressed(Snapshots(tmp_path), "/gone/", b"gone", status=410))
    assert not (folder / "index.html").exists()
    assert (folder / "answer.html").read_bytes() == b"gone"


def test_unchanged_words_keep_their_entity_tag_and_date(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    pressed(snapshots, "/story/", b"same")
    before = snapshots.meta("/story/")
    pressed(snapshots, "/story/", b"same")
    after = snapshots.meta("/story/")
    assert before
    assert after
    assert (after.etag, after.changed_ns) == (before.etag, before.changed_ns)
    assert after.pressed_ns > before.pressed_ns
    pressed(snapshots, "/story/", b"other")
    changed = snapshots.meta("/story/")
    assert changed
    assert changed.etag != before.etag
    assert changed.changed_ns > before.changed_ns


def test_a_full_disk_keeps_the_old_page_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots = Snapshots(tmp_path)
    pressed(snapshots, "/story/", b"old")
    before = sorted(tmp_path.rglob("*"))
    real = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.suffix == ".br":
            real(self, data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        pressed(snapshots, "/story/", b"new words")
    monkeypatch.undo()
    assert snapshots.meta("/story/").sizes[""] == len(b"old")  # type: ignore[union-attr]
    assert [path for path in sorted(tmp_path.rglob("*")) if path.is_file()] == [p for p in before if p.is_file()]


def test_torn_files_are_noticed(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    folder = pressed(snapshots, "/story/", b"words that a power cut tore")
    (Path(folder) / "index.html").write_bytes(b"")
    meta = snapshots.meta("/story/")
    assert meta
    with pytest.raises(ValueError, match="0 bytes"):
        snapshots.read_body(folder, meta, "")


def test_the_sweep_removes_only_what_nobody_reads(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    old = pressed(snapshots, "/story/", b"old")
    new = pressed(snapshots, "/story/", b"new")
    assert snapshots.sweep() == 0, "another web server may still be reading the old one"
    assert snapshots.sweep(now=time.time() + 3600) == 1
    assert not Path(old).exists()
    assert Path(new).exists()
    assert snapshots.meta("/story/")
