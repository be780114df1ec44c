"""The folder on disk: what a pressed page is, how it gets there in one step, and how it is found again.

    www/<path>/_page -> store/ab/<generation>     a path that ends with a slash
    www/<path>/_file -> store/ab/<generation>     a path that does not (feed.xml)
    store/ab/<generation>/index.html, .gz, .br, .zst, meta.json
    locks/                                        one of 1024 lock files a path, by hash

A generation never changes once it is linked. Exchanging the link is one rename(2): every encoding, the headers
and the tags of a page change in the same instant for every process and every web server that looks.
No Django model is touched here; nothing here knows what a page says.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from pathlib import Path

import brotli
import zstandard

SUFFIXES = {"": "", "gzip": ".gz", "br": ".br", "zstd": ".zst"}
LOCKS = 1024
LONGEST_SEGMENT = 200  # bytes; file systems take 255, and `_page` needs its place
LONGEST_PATH = 900  # characters
# A generation no link points to may still be being read by another web server.
GRACE_SECONDS = 120
_EXTENSIONS = {
    "text/html": "html",
    "application/json": "json",
    "application/feed+json": "json",
    "application/manifest+json": "webmanifest",
    "text/plain": "txt",
    "application/rss+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "image/png": "png",
    "image/x-icon": "ico",
    "image/vnd.microsoft.icon": "ico",
    "image/svg+xml": "svg",
}
# Chosen by bench/compression.py. From 5 to 9 Brotli gains 1 %; only 10 and 11 gain another 10 %, in ten to twenty
# times the time, for which an editor would wait. gzip and Zstandard are within 3 % of their smallest.
BROTLI_QUALITY = 7
GZIP_LEVEL = 6
ZSTD_LEVEL = 9


class NotAPathError(ValueError):
    """The path can't be a file's: it tries to leave the folder, or is too long, or holds what no URL may."""


@dataclass(frozen=True)
class Meta:
    """What is known of one generation. Times are nanoseconds since 1970 (UTC)."""

    path: str
    status: int
    headers: list[tuple[str, str]]
    tags: list[str]
    vary_query: list[str]
    body: str
    etag: str
    sizes: dict[str, int]
    pressed_ns: int
    changed_ns: int
    generation: str = field(default="")


def segments_of(path: str) -> list[str]:
    """The folder names for a URL path, already percent-decoded. Raises NotAPathError for anything that is not plain."""
    if not path.startswith("/") or len(path) > LONGEST_PATH:
        raise NotAPathError(path[:80])
    parts = path[1:].split("/")
    if parts[-1] == "":
        parts.pop()
    for part in parts:
        hidden = part.startswith(".") and part != ".well-known"
        if not part or hidden or part in {"_page", "_file"} or len(part.encode("utf-8", "replace")) > LONGEST_SEGMENT:
            raise NotAPathError(path[:80])
        if "\\" in part or not part.isprintable() or any(0xD800 <= ord(letter) <= 0xDFFF for letter in part):
            raise NotAPathError(path[:80])
    return parts


class Snapshots:
    """One press's folder."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self.www = self.root / "www"
        self.store = self.root / "store"
        self.locks = self.root / "locks"

    def prepare(self) -> None:
        """Make the folders. Raises OSError when the data folder can't be written."""
        for folder in (self.www, self.store, self.locks):
            folder.mkdir(parents=True, exist_ok=True)

    def link_of(self, path: str) -> str:
        """Where the link for a URL path lies. Raises NotAPathError."""
        name = "_page" if path.endswith("/") else "_file"
        return os.path.join(self.www, *segments_of(path), name)  # noqa: PTH118 (on the readers' hot path)

    def folder_at(self, link: str) -> str:
        """The generation's folder a link points to now. Raises FileNotFoundError when there is none."""
        return os.path.join(os.path.dirname(link), os.readlink(link))  # noqa: PTH118, PTH120, PTH115

    def meta(self, path: str) -> Meta | None:
        """What is pressed at a path now, or None."""
        try:
            return self.read_meta(self.folder_at(self.link_of(path)))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @staticmethod
    def read_meta(folder: str) -> Meta:
        """Read one generation's meta. Raises OSError or ValueError when it is not whole."""
        raw = json.loads(Path(folder, "meta.json").read_bytes())
        raw["headers"] = [(name, value) for name, value in raw["headers"]]
        return Meta(**raw)

    @staticmethod
    def read_body(folder: str, meta: Meta, encoding: str) -> bytes:
        """One encoding's bytes. Raises ValueError when the file was torn by a power cut, OSError when it is gone."""
        body = Path(folder, meta.body + SUFFIXES[encoding]).read_bytes()
        if len(body) != meta.sizes[encoding]:
            raise ValueError(f"{meta.path}: {encoding or 'identity'} has {len(body)} bytes, not {meta.sizes[encoding]}")
        return body

    @staticmethod
    def is_whole(folder: str, meta: Meta) -> bool:
        """Whether every encoding has its bytes, as far as can be told without opening a file."""
        try:
            return all(
                os.stat(os.path.join(folder, meta.body + SUFFIXES[encoding])).st_size == size  # noqa: PTH116, PTH118
                for encoding, size in meta.sizes.items()
            )
        except (FileNotFoundError, NotADirectoryError):
            return False

    @contextlib.contextmanager
    def lock(self, path: str) -> Iterator[None]:
        """Hold the one lock for a path, across threads and processes. A dead process lets go by dying."""
        number = int.from_bytes(hashlib.blake2b(path.encode("utf-8", "replace"), digest_size=2).digest()) % LOCKS
        descriptor = os.open(self.locks / f"{number:03x}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def write(
        self,
        path: str,
        *,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes,
        tags: list[str],
        vary_query: list[str],
        pressed_ns: int,
    ) -> str:
        """Write a generation that nobody sees yet; return its folder. On failure nothing is left. Raises OSError."""
        kind = next((value for name, value in headers if name == "content-type"), "").partition(";")[0].strip()
        stem = "index" if status == 200 else "answer"
        name = f"{stem}.{_EXTENSIONS.get(kind, 'bin')}"
        variants = compressed(body)
        digest = hashlib.blake2b(body, digest_size=12).hexdigest()
        before = self.meta(path)
        same = before is not None and before.etag == digest and before.status == status
        meta = Meta(
            path=path,
            status=status,
            headers=headers,
            tags=sorted(tags),
            vary_query=sorted(vary_query),
            body=name,
            etag=digest,
            sizes={encoding: len(data) for encoding, data in variants.items()},
            pressed_ns=pressed_ns,
            changed_ns=before.changed_ns if same and before else time.time_ns(),
        )
        generation = f"{pressed_ns:x}-{secrets.token_hex(4)}"
        folder = self.store / generation[-2:] / generation
        try:
            folder.mkdir(parents=True)
            for encoding, data in variants.items():
                (folder / (name + SUFFIXES[encoding])).write_bytes(data)
            (folder / "meta.json").write_text(json.dumps({**asdict(meta), "generation": generation}), encoding="utf-8")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return str(folder)

    def link(self, path: str, folder: str) -> None:
        """Show a generation to every reader in one step. Raises OSError; the old page then stays."""
        link = Path(self.link_of(path))
        link.parent.mkdir(parents=True, exist_ok=True)
        target = os.path.relpath(folder, link.parent)
        fresh = link.with_name(f".{link.name}.{secrets.token_hex(4)}")
        fresh.symlink_to(target)
        try:
            fresh.replace(link)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def unlink(self, path: str) -> bool:
        """Take a page away from every reader in one step; say whether there was one. Raises NotAPathError."""
        try:
            os.unlink(self.link_of(path))  # noqa: PTH108
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def sweep(self, now: float | None = None) -> int:
        """Remove generations that no link points to and that are older than the grace time; return how many."""
        return sum(self.sweeping(now))

    def sweeping(self, now: float | None = None) -> Iterator[bool]:
        """Sweep in small steps, a generation each; each says whether it was removed."""
        for folder in self.store.glob("??/*"):
            yield self._sweep_one(folder, time.time() if now is None else now)

    def _sweep_one(self, folder: Path, now: float) -> bool:
        try:
            if now - folder.stat().st_mtime < GRACE_SECONDS or self._is_linked(folder):
                return False
        except (OSError, ValueError, KeyError, TypeError):
            return False
        shutil.rmtree(folder, ignore_errors=True)
        return True

    def _is_linked(self, folder: Path) -> bool:
        try:
            path = self.read_meta(str(folder)).path
            return Path(self.folder_at(self.link_of(path))).resolve() == folder.resolve()
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
            return False


def compressed(body: bytes) -> dict[str, bytes]:
    """The body in every encoding we serve, by the name HTTP gives it; the plain bytes under the empty name."""
    return {
        "": body,
        "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
        "br": brotli.compress(body, quality=BROTLI_QUALITY),
        "zstd": zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body),
    }


def http_date(nanoseconds: int) -> str:
    """A time as HTTP writes it (RFC 9110 section 5.6.7)."""
    return formatdate(nanoseconds / 1e9, usegmt=True)
