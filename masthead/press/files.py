"""Static files and media over RSGI: entity tags, byte ranges, compressed variants; never outside the folder."""

from __future__ import annotations

import mimetypes
import os
import stat
from pathlib import Path
from typing import Any

from masthead.press.negotiation import Range, encoding_for, has_it, range_for
from masthead.press.snapshots import SUFFIXES, http_date

mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("audio/ogg", ".opus")
mimetypes.add_type("font/woff2", ".woff2")

# Shown in the page; everything else is offered as a download.
_SHOWN = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "text/plain", "application/pdf")
_NEVER_SHOWN = ("image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/xml")


class Folder:
    """One folder served below one prefix."""

    def __init__(self, root: Path, prefix: str, *, cache_control: str, trusted: bool, refused: tuple[str, ...] = ()):
        self.root = os.path.realpath(root)
        self.prefix = prefix
        self.cache_control = cache_control
        self.trusted = trusted
        self.refused = refused

    def find(self, path: str, *, staff: bool = False) -> str | None:
        """The file for a decoded URL path, or None; links and dots that lead outside find nothing.

        What is refused to readers is given to signed-in staff.
        """
        relative = path[len(self.prefix) :]
        if not relative or "\x00" in relative:
            return None
        try:
            full = os.path.realpath(os.path.join(self.root, relative))  # noqa: PTH118
        except (OSError, ValueError):
            return None
        if not full.startswith(self.root + os.sep):
            return None
        # Judged by where the file lies, not by how it was asked for: `images/../documents/` is `documents/`.
        inside = full[len(self.root) + 1 :]
        return None if self.refused and not staff and inside.startswith(self.refused) else full

    def answer(
        self, method: str, path: str, headers: Any, proto: Any, *, staff: bool = False
    ) -> tuple[int, int] | None:
        """Answer from the folder; return status and bytes sent, or None if there is no such file."""
        full = self.find(path, staff=staff)
        if full is None:
            return None
        try:
            status = os.stat(full)  # noqa: PTH116
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        encoding, full, status = self._variant(full, status, headers.get("accept-encoding") or "")
        etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}{"-" + encoding if encoding else ""}"'
        answer = [*self._headers(path), ("etag", etag), ("last-modified", http_date(status.st_mtime_ns))]
        if encoding:
            answer.append(("content-encoding", encoding))
        if has_it(headers.get("if-none-match") or "", etag):
            proto.response_empty(304, answer)
            return 304, 0
        asked = None if encoding else self._range(headers, etag, status.st_size)
        return self._send(method, full, status.st_size, answer, asked, proto)

    def _variant(self, full: str, status: os.stat_result, accepted: str) -> tuple[str, str, os.stat_result]:
        encoding = encoding_for(accepted) if self.trusted and accepted else ""
        if encoding:
            try:
                return encoding, full + SUFFIXES[encoding], os.stat(full + SUFFIXES[encoding])  # noqa: PTH116
            except OSError:
                pass
        return "", full, status

    def _range(self, headers: Any, etag: str, size: int) -> Range | bool | None:
        header = headers.get("range")
        if not header:
            return None
        condition = headers.get("if-range")
        if condition and condition != etag:
            return None
        return range_for(header, size)

    def _send(
        self, method: str, full: str, size: int, answer: list[tuple[str, str]], asked: Range | bool | None, proto: Any
    ) -> tuple[int, int]:
        if asked is False:
            proto.response_empty(416, [("content-range", f"bytes */{size}"), ("content-length", "0")])
            return 416, 0
        if isinstance(asked, Range):
            answer.append(("content-range", f"bytes {asked.start}-{asked.end - 1}/{size}"))
            length, status = asked.end - asked.start, 206
        else:
            length, status = size, 200
        answer.append(("content-length", str(length)))
        if method == "HEAD":
            proto.response_empty(status, answer)
            return status, 0
        if isinstance(asked, Range):
            proto.response_file_range(status, answer, full, asked.start, asked.end)
        else:
            proto.response_file(status, answer, full)
        return status, length

    def _headers(self, path: str) -> list[tuple[str, str]]:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        answer = [
            ("content-type", kind + charset),
            ("cache-control", self.cache_control),
            ("accept-ranges", "bytes"),
            ("x-content-type-options", "nosniff"),
            ("vary", "accept-encoding"),
        ]
        if not self.trusted:
            answer.append(("content-security-policy", "default-src 'none'; sandbox"))
            if kind.startswith(_NEVER_SHOWN) or not kind.startswith(_SHOWN):
                answer.append(("content-disposition", "attachment"))
        return answer
