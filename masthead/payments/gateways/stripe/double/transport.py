"""An HTTP client for Stripe's library that calls the double in this process: no sockets, no threads."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import stripe

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Headers(dict[str, str]):
    """Names in any case."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__((name.lower(), value) for name, value in pairs)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, otherwise: Any = None) -> Any:
        return super().get(name.lower(), otherwise)


class LostAnswer(Exception):  # noqa: N818 (it says what happened)
    """The connection broke before an answer came."""


def call(
    application: Wsgi, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> tuple[int, Headers, bytes]:
    """One request to a WSGI application. Raises LostAnswer where a real connection would break."""
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method.upper(),
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": parts.hostname or "stripe.test",
        "SERVER_PORT": str(parts.port or 80),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": parts.scheme or "http",
        "double.in_process": True,
    }
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    answered: list[Any] = []

    def start(status: str, pairs: list[tuple[str, str]]) -> None:
        answered.extend((int(status.split()[0]), Headers(pairs)))

    content = b"".join(application(environ, start))
    status, found = answered
    if "X-Double-Lost" in found:
        raise LostAnswer(found["X-Double-Lost"])
    return status, found, content


class InProcess(stripe.HTTPClient):
    """Give it to `stripe.StripeClient(api_key, http_client=…)`."""

    name = "double"

    def __init__(self, application: Wsgi) -> None:
        super().__init__()
        self.application = application

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        try:
            status, found, content = call(self.application, method, url, headers, body)
        except LostAnswer as lost:
            raise stripe.APIConnectionError(str(lost), should_retry=True) from lost  # type: ignore[no-untyped-call]
        return content.decode(), status, found

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0.0

    def close(self) -> None:
        """Nothing is open."""
