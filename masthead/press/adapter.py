"""Django behind RSGI: requests that no file answers, run in a few threads, bodies bounded, answers streamed."""

from __future__ import annotations

import asyncio
import io
import logging
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from tempfile import SpooledTemporaryFile
from typing import IO, Any

log = logging.getLogger(__name__)

IN_MEMORY = 1024 * 1024  # bytes of a request's body kept out of a temporary file
# Who isn't staff sends a form at most: thousands of large bodies at once would fill the disk.
STRANGERS_LIMIT = 256 * 1024  # bytes
STRANGERS_SECONDS = 30  # for a whole body
PIECE_SECONDS = 30  # for the next piece of anybody's
Environ = dict[str, Any]
Handler = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class TooLargeError(Exception):
    """A request's body is larger than the newsroom takes."""


class TooSlowError(Exception):
    """A request's body doesn't come."""


class Django:
    """Runs a WSGI handler for RSGI requests."""

    def __init__(self, handler: Handler, *, threads: int, body_limit: int, trusted_proxies: Iterable[str] = ()) -> None:
        self.handler = handler
        self.body_limit = body_limit
        self.trusted = [ip_network(proxy, strict=False) for proxy in trusted_proxies]
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="django")

    async def __call__(self, scope: Any, proto: Any, *, staff: bool = False) -> tuple[int, int]:
        """Answer one request; return its status and the bytes sent."""
        limit = self.body_limit if staff else min(self.body_limit, STRANGERS_LIMIT)
        try:
            body = await self._body(scope, proto, limit, None if staff else STRANGERS_SECONDS)
        except TooLargeError:
            return self._refuse(proto, 413, f"The newsroom takes at most {_said(limit)} in one request.\n")
        except TooSlowError:
            return self._refuse(proto, 408, "The request did not come to its end in time.\n")
        environ = self.environ_for(scope, body)
        loop = asyncio.get_running_loop()
        with body:
            status, headers, chunks, first = await loop.run_in_executor(self.pool, self._run, environ)
            try:
                return await self._send(scope.method, status, headers, chunks, first, proto)
            finally:
                await loop.run_in_executor(self.pool, _close, chunks)

    def _refuse(self, proto: Any, status: int, text: str) -> tuple[int, int]:
        proto.response_str(status, [("content-type", "text/plain; charset=utf-8"), ("connection", "close")], text)
        return status, len(text)

    async def _body(self, scope: Any, proto: Any, limit: int, seconds: float | None) -> IO[bytes]:
        length = scope.headers.get("content-length")
        if length and (not length.isdecimal() or int(length) > limit):
            raise TooLargeError
        body: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed by the caller)
        if scope.method in {"GET", "HEAD"} and not length:
            return body
        try:
            await self._fill(body, proto, limit, seconds)
        except TimeoutError:
            body.close()
            raise TooSlowError from None
        except BaseException:
            body.close()
            raise
        body.seek(0, io.SEEK_END)
        return body

    async def _fill(self, body: IO[bytes], proto: Any, limit: int, seconds: float | None) -> None:
        size = 0
        now = asyncio.get_running_loop().time
        end = now() + (seconds or math.inf)
        async with asyncio.timeout_at(min(end, now() + PIECE_SECONDS)) as patience:
            # Not anext(): Granian's futures have no throw(), which it needs when the time is over.
            async for piece in proto:
                patience.reschedule(min(end, now() + PIECE_SECONDS))
                size += len(piece)
                if size > limit:
                    raise TooLargeError
                body.write(piece)

    def environ_for(self, scope: Any, body: IO[bytes]) -> Environ:
        """The request as WSGI has it (PEP 3333)."""
        length = body.tell()
        body.seek(0)
        client = scope.client.rpartition(":")[0].strip("[]")
        proxied = self._is_trusted(client)
        server, _, port = scope.server.rpartition(":")
        environ: Environ = {
            "REQUEST_METHOD": scope.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
            "QUERY_STRING": scope.query_string,
            "SERVER_NAME": server.strip("[]"),
            "SERVER_PORT": port,
            "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
            "REMOTE_ADDR": client,
            "CONTENT_LENGTH": str(length),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope.scheme,
            "wsgi.input": body,
            "wsgi.errors": _Errors(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if scope.authority:
            environ["HTTP_HOST"] = scope.authority
        for name, value in scope.headers.items():
            _add_header(environ, name, value, proxied=proxied)
        if proxied and (forwarded := environ.get("HTTP_X_FORWARDED_FOR")):
            environ["REMOTE_ADDR"] = self._first_stranger(forwarded) or client
        return environ

    def _is_trusted(self, address: str) -> bool:
        with suppress(ValueError):
            return any(ip_address(address) in network for network in self.trusted)
        return False

    def _first_stranger(self, forwarded: str) -> str | None:
        addresses = [part.strip() for part in forwarded.split(",")]
        return next((address for address in reversed(addresses) if not self._is_trusted(address)), None)

    def _run(self, environ: Environ) -> tuple[int, list[tuple[str, str]], Iterator[bytes], bytes]:
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
            started["status"] = int(status.split(" ", 1)[0])
            started["headers"] = [(name.lower(), value) for name, value in headers]

        response = self.handler(environ, start_response)
        chunks = _Chunks(response)
        # Whole answers come as one chunk; only then may the length be known before anything is sent.
        first = b"" if getattr(response, "streaming", False) else b"".join(chunks)
        return started["status"], started["headers"], chunks, first

    async def _send(
        self,
        method: str,
        status: int,
        headers: list[tuple[str, str]],
        chunks: Iterator[bytes],
        first: bytes,
        proto: Any,
    ) -> tuple[int, int]:
        streaming = getattr(chunks, "streaming", False)
        if method == "HEAD" or status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            if not streaming and not any(name == "content-length" for name, _ in headers):
                headers.append(("content-length", str(len(first))))
            proto.response_empty(status, headers)
            return status, 0
        if not streaming:
            proto.response_bytes(status, headers, first)
            return status, len(first)
        return status, await self._stream(status, headers, chunks, proto)

    async def _stream(self, status: int, headers: list[tuple[str, str]], chunks: Iterator[bytes], proto: Any) -> int:
        loop = asyncio.get_running_loop()
        transport = proto.response_stream(status, headers)
        sent = 0
        while (chunk := await loop.run_in_executor(self.pool, next, chunks, None)) is not None:
            await transport.send_bytes(chunk)
            sent += len(chunk)
        return sent


class _Chunks:
    """A WSGI response's chunks, closed once."""

    def __init__(self, response: Iterable[bytes]) -> None:
        self._response = response
        self._chunks = iter(response)
        self.streaming = bool(getattr(response, "streaming", False))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        close = getattr(self._response, "close", None)
        if close is not None:
            close()


class _Errors(io.TextIOBase):
    """WSGI's error stream; what is written there goes to the log."""

    def write(self, text: str) -> int:
        if text.strip():
            log.error("%s", text.rstrip())
        return len(text)


def _said(size: int) -> str:
    return f"{size // 1024 // 1024} MiB" if size >= 1024 * 1024 else f"{size // 1024} KiB"


def _close(chunks: Any) -> None:
    chunks.close()


def _add_header(environ: Environ, name: str, value: str, *, proxied: bool) -> None:
    # A name with an underscore could pass for another header once dashes become underscores.
    if "_" in name or (name.startswith("x-forwarded-") and not proxied) or name == "proxy":
        return
    key = name.upper().replace("-", "_")
    if key == "CONTENT_TYPE":
        environ[key] = value
    elif key not in {"CONTENT_LENGTH", "HOST"} or (key == "HOST" and "HTTP_HOST" not in environ):
        key = f"HTTP_{key}"
        joined = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joined}{value}" if key in environ else value
