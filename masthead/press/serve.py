"""The RSGI server's front door: pressed pages from memory, files from folders, everything else from Django.

The hot path is one dictionary look-up, one readlink(2) and one answer: no database, no template, no lock. The link
is read at every request, so a page that was exchanged or taken away is so for the very next reader of every worker.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

from masthead.press.adapter import Django
from masthead.press.files import Folder
from masthead.press.negotiation import has_it
from masthead.press.pages_in_memory import LOOK_EVERY, Page, Pages
from masthead.press.render import Rendered
from masthead.press.request_log import RequestLog
from masthead.press.snapshots import NotAPathError, segments_of

log = logging.getLogger(__name__)

# A path that was not found is not looked for again for so long (seconds), unless any tag changes before.
NOT_FOUND_LASTS = 3.0
NOT_FOUND_MOST = 10_000
# So many paths may wait to be pressed for a reader; beyond that it is said at once that there is no room.
WAITING_MOST = 200
UNAVAILABLE = (
    "<!doctype html><meta charset=utf-8><title>503</title><h1>This page can’t be shown at the moment</h1>"
    "<p>Stories that were already published are still being served. Please try again in a minute."
).encode()


class Server:
    """One worker's RSGI application."""

    def __init__(
        self,
        *,
        pages: Pages,
        folders: list[Folder],
        django: Django,
        press_cold: Callable[[str], Rendered | None],
        is_staff: Callable[[str], bool],
        staff_cookie: str,
        never: tuple[str, ...],
        not_found: Mapping[str, str],
        hosts: frozenset[str],
        request_log: RequestLog | None,
    ) -> None:
        self.pages = pages
        self.folders = folders
        self.django = django
        self.press_cold = press_cold
        self.is_staff = is_staff
        self.staff_mark = staff_cookie + "="
        self.never = never
        self.not_found = dict(sorted(not_found.items(), key=lambda item: -len(item[1])))
        self.hosts = hosts
        self.log = request_log
        self.known: dict[str, bool] = {}
        self.missing: dict[str, tuple[float, int]] = {}
        self.under_way: dict[str, asyncio.Task[Rendered | None]] = {}
        self.cold_pool = ThreadPoolExecutor(2, thread_name_prefix="press")

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request: at once, or else in the event loop's thread (see `masthead.config.eager`)."""
        began = perf_counter()
        path = scope.path
        if scope.method == "GET" and not scope.query_string:
            # The hot path, written out: every call saved here is a reader served. It only reads what all threads share.
            headers = scope.headers
            cookie = headers.get("cookie")
            if cookie is None or self.staff_mark not in cookie:
                answer = self.pages.at_hand(path, headers.get("accept-encoding"))
                if answer is not None and headers.get("if-none-match") is None:
                    proto.response_bytes(200, answer.headers, answer.body)
                    if self.log is not None:
                        self.log.add("GET", path, 200, len(answer.body), perf_counter() - began, "pressed")
                    return
        await asyncio.sleep(0)
        await self._other(scope, proto, path, began)

    async def _other(self, scope: Any, proto: Any, path: str, began: float) -> None:
        """Everything but a plain request for a fresh page that is in memory."""
        if scope.proto != "http":
            proto.close(403)
            return
        status, sent, how = 500, 0, "error"
        try:
            status, sent, how = await self._handle(scope, proto, path)
        except Exception:
            log.exception("Answering %s %s failed.", scope.method, path)
            proto.response_bytes(500, [("content-type", "text/html; charset=utf-8")], UNAVAILABLE)
        finally:
            if self.log is not None:
                self.log.add(scope.method, path, status, sent, perf_counter() - began, how)

    async def _handle(self, scope: Any, proto: Any, path: str) -> tuple[int, int, str]:
        headers = scope.headers
        cookie = headers.get("cookie")
        staff = cookie is not None and self.staff_mark in cookie and self._is_staff(cookie)
        if scope.method not in {"GET", "HEAD"} or not self._knows(scope.authority or headers.get("host") or ""):
            return *await self.django(scope, proto, staff=staff), "django"
        if staff:
            return *await self._files_or_django(scope, proto, path, staff=True), "staff"
        page = self.pages.get(path)
        if page is not None and not (scope.query_string and page.varies_on(scope.query_string)):
            answered = self._answer(path, page, scope.method, headers, proto)
            if answered is not None:
                return *answered, "pressed"
        return await self._cold(scope, proto, path)

    def _knows(self, authority: str) -> bool:
        known = self.known.get(authority)
        if known is None:
            host = authority.rpartition(":")[0] if authority.rpartition(":")[2].isdecimal() else authority
            known = "*" in self.hosts or host.lower() in self.hosts
            if len(self.known) < 1000:
                self.known[authority] = known
        return known

    def _is_staff(self, cookie: str) -> bool:
        for part in cookie.split(";"):
            name, _, value = part.strip().partition("=")
            if name + "=" == self.staff_mark:
                return self.is_staff(value)
        return False

    def _answer(self, path: str, page: Page, method: str, headers: Any, proto: Any) -> tuple[int, int] | None:
        answer = self.pages.answer(page, headers.get("accept-encoding"))
        if answer is None:
            self.pages.discard(path, page)
            return None
        self.pages.ask_if_stale(path, page)
        known = headers.get("if-none-match")
        if known is not None and page.status == 200 and has_it(known, answer.etag):
            proto.response_empty(304, answer.unchanged)
            return 304, 0
        if method == "HEAD":
            proto.response_empty(page.status, [*answer.headers, ("content-length", str(len(answer.body)))])
            return page.status, 0
        proto.response_bytes(page.status, answer.headers, answer.body)
        return page.status, len(answer.body)

    async def _files_or_django(self, scope: Any, proto: Any, path: str, *, staff: bool = False) -> tuple[int, int]:
        for folder in self.folders:
            if path.startswith(folder.prefix):
                answered = folder.answer(scope.method, path, scope.headers, proto, staff=staff)
                return answered if answered is not None else self._plain_404(proto)
        return await self.django(scope, proto)

    def _plain_404(self, proto: Any) -> tuple[int, int]:
        proto.response_str(404, [("content-type", "text/plain; charset=utf-8")], "No such file.\n")
        return 404, 14

    async def _cold(self, scope: Any, proto: Any, path: str) -> tuple[int, int, str]:
        if path.startswith(self.never):
            return *await self._files_or_django(scope, proto, path), "django"
        try:
            segments_of(path)
        except NotAPathError:
            return *await self.django(scope, proto), "django"
        if self._is_missing(path):
            return *await self._not_found(scope, proto, path), "pressed"
        if len(self.under_way) >= WAITING_MOST and path not in self.under_way:
            said = [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"), ("retry-after", "10")]
            proto.response_bytes(503, said, UNAVAILABLE)
            return 503, len(UNAVAILABLE), "full"
        rendered = await self._press_once(path)
        page = self.pages.get(path)
        if page is not None and not (scope.query_string and page.varies_on(scope.query_string)):
            answered = self._answer(path, page, scope.method, scope.headers, proto)
            if answered is not None:
                return *answered, "cold"
        if rendered is not None and rendered.status == 404 and path not in self.not_found.values():
            self._remember_missing(path)
            return *await self._not_found(scope, proto, path), "cold"
        return *await self.django(scope, proto), "django"

    async def _press_once(self, path: str) -> Rendered | None:
        """Press a path once for all who ask in this process; the file lock does the same between processes."""
        task = self.under_way.get(path)
        if task is None:
            task = asyncio.ensure_future(self._press(path))
            self.under_way[path] = task
            task.add_done_callback(lambda _: self.under_way.pop(path, None))
        return await asyncio.shield(task)

    async def _press(self, path: str) -> Rendered | None:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.cold_pool, self.press_cold, path)
        except Exception:
            log.exception("Pressing %s for a reader failed; Django answers.", path)
            return None

    def _is_missing(self, path: str) -> bool:
        found = self.missing.get(path)
        if found is None:
            return False
        self.pages.stamps.refresh(LOOK_EVERY)
        until, version = found
        if time.monotonic() < until and version == self.pages.stamps.version:
            return True
        del self.missing[path]
        return False

    def _remember_missing(self, path: str) -> None:
        if len(self.missing) >= NOT_FOUND_MOST:
            self.missing.clear()
        self.missing[path] = (time.monotonic() + NOT_FOUND_LASTS, self.pages.stamps.version)

    async def _not_found(self, scope: Any, proto: Any, path: str) -> tuple[int, int]:
        """The pressed 404 of the path's language."""
        root = next(iter(reversed(self.not_found.values())))
        for language, candidate in self.not_found.items():
            if path.startswith(f"/{language}/"):
                root = candidate
        page = self.pages.get(root)
        if page is None:
            await self._press_once(root)
            page = self.pages.get(root)
        answered = self._answer(root, page, scope.method, scope.headers, proto) if page is not None else None
        return answered if answered is not None else await self.django(scope, proto)
