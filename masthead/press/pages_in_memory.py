"""Pressed pages as a server process holds them: bytes and headers ready to send, checked by one system call."""

from __future__ import annotations

import contextlib
import os
import time
from os import readlink
from pathlib import Path
from urllib.parse import parse_qsl

from masthead.press import wanted
from masthead.press.negotiation import encoding_for
from masthead.press.snapshots import Meta, Snapshots, http_date
from masthead.press.stamps import Stamps

# How often a process looks whether tags changed, and how soon it asks again for a page that stays stale. Seconds.
LOOK_EVERY = 0.1
ASK_EVERY = 20.0
# What one page costs beside its bytes, roughly, in bytes.
OVERHEAD = 3000
ACCEPTED_MOST = 16


class Answer:
    """One encoding of one page: what is sent for 200 and for 304."""

    __slots__ = ("body", "etag", "headers", "unchanged")

    def __init__(self, meta: Meta, encoding: str, body: bytes) -> None:
        self.body = body
        self.etag = f'"{meta.etag}{"-" + encoding if encoding else ""}"'
        shared = [
            ("etag", self.etag),
            ("last-modified", http_date(meta.changed_ns)),
            ("vary", "accept-encoding"),
        ]
        self.headers = [*meta.headers, *shared]
        if encoding:
            self.headers.append(("content-encoding", encoding))
        self.unchanged = [*shared, *((n, v) for n, v in meta.headers if n in {"cache-control", "content-location"})]


class Page:
    """One generation of one path."""

    __slots__ = (
        "answers",
        "asked",
        "by_accepted",
        "checked",
        "folder",
        "link",
        "meta",
        "size",
        "stale",
        "status",
        "target",
        "used",
    )

    def __init__(self, link: bytes, target: bytes, folder: str, meta: Meta) -> None:
        # Bytes: the kernel's own form, which needs no encoding and decoding at each request.
        self.link = link
        self.target = target
        self.folder = folder
        self.meta = meta
        self.status = meta.status
        self.answers: dict[str, Answer] = {}
        # The same answers by the whole Accept-Encoding header, of which browsers send a handful.
        self.by_accepted: dict[str | None, Answer] = {}
        self.size = OVERHEAD
        self.checked = -1
        self.stale = False
        self.asked = 0.0
        self.used = False

    def varies_on(self, query: str) -> bool:
        """Whether the query string holds a parameter that changes what the page says."""
        names = self.meta.vary_query
        return bool(names) and any(name in names for name, _ in parse_qsl(query[:4000], keep_blank_values=True))


class Pages:
    """The pages of one process, within a budget of bytes; a page used since the last look gets a second chance."""

    def __init__(self, snapshots: Snapshots, stamps: Stamps, budget: int) -> None:
        self.snapshots = snapshots
        self.stamps = stamps
        self.budget = budget
        self.held = 0
        self._pages: dict[str, Page] = {}

    def get(self, path: str) -> Page | None:
        """The page that is linked at this very moment, or None."""
        page = self._pages.get(path)
        if page is not None:
            try:
                if readlink(page.link) == page.target:  # noqa: PTH115
                    page.used = True
                    return page
            except OSError:
                pass
            self._drop(path, page)
        try:
            return self._load(path, os.fsencode(self.snapshots.link_of(path)))
        except ValueError:  # NotAPathError, or a name the file system's encoding can't hold
            return None

    def at_hand(self, path: str, accepted: str | None) -> Answer | None:
        """A fresh page with status 200 in the encoding wanted, if nothing must be read or asked for to send it.

        Changes nothing that another thread could trip over: everything else a page needs is done by the loop's thread.
        """
        page = self._pages.get(path)
        if page is None or page.stale or page.status != 200 or page.checked != self.stamps.version:
            return None
        try:
            if readlink(page.link) != page.target:  # noqa: PTH115
                return None
        except OSError:
            return None
        page.used = True
        return page.by_accepted.get(accepted)

    def answer(self, page: Page, accepted: str | None) -> Answer | None:
        """The page in the encoding a client likes best; None if its files have gone or are torn."""
        encoding = encoding_for(accepted) if accepted else ""
        answer = page.answers.get(encoding)
        if answer is None:
            try:
                body = self.snapshots.read_body(page.folder, page.meta, encoding)
            except (OSError, ValueError):
                return None
            answer = page.answers[encoding] = Answer(page.meta, encoding, body)
            page.size += len(body)
            self.held += len(body)
            self._make_room(page)
        if len(page.by_accepted) < ACCEPTED_MOST:
            page.by_accepted[accepted] = answer
        return answer

    def discard(self, path: str, page: Page) -> None:
        """Forget a page whose files are torn, on disk too if it is still the one that is linked."""
        self._drop(path, page)
        with contextlib.suppress(OSError):
            # Not for want of file handles or memory: only if the files themselves are wrong.
            if readlink(page.link) == page.target and not self.snapshots.is_whole(page.folder, page.meta):  # noqa: PTH115
                os.unlink(page.link)  # noqa: PTH108

    def look(self) -> None:
        """See whether tags changed; the server calls this every LOOK_EVERY seconds."""
        self.stamps.refresh()

    def ask_if_stale(self, path: str, page: Page) -> None:
        """Ask the hand for a new one if a soft change overtook this page; the reader gets the old one meanwhile."""
        stamps = self.stamps
        if page.checked != stamps.version:
            page.checked = stamps.version
            page.stale = stamps.stale_since(page.meta.tags, page.meta.pressed_ns)
        if page.stale and (moment := time.monotonic()) - page.asked > ASK_EVERY:
            page.asked = moment
            wanted.want(Path(self.snapshots.root), path)

    def _load(self, path: str, link: bytes) -> Page | None:
        # Between reading the link and the files another generation may come, and this one be swept away.
        for _attempt in range(3):
            try:
                target = readlink(link)  # noqa: PTH115
                folder = os.fsdecode(os.path.normpath(os.path.join(os.path.dirname(link), target)))  # noqa: PTH118, PTH120
                page = Page(link, target, folder, self.snapshots.read_meta(folder))
            except (OSError, ValueError, KeyError, TypeError):
                continue
            self._pages[path] = page
            self.held += page.size
            self._make_room(page)
            return page
        return None

    def _drop(self, path: str, page: Page) -> None:
        self._pages.pop(path, None)
        self.held -= page.size

    def _make_room(self, keep: Page) -> None:
        while self.held > self.budget and len(self._pages) > 1:
            path = next(iter(self._pages))
            page = self._pages.pop(path)
            if page.used or page is keep:
                page.used = False
                self._pages[path] = page
                if page is keep and len(self._pages) == 1:
                    break
            else:
                self.held -= page.size
