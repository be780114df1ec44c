"""The double as a WSGI application: the API, the hosted pages and the controls, told apart by their paths."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from . import authentication_page, checkout_page, invoice_page, pages, portal_page, receipt_page
from .account import Account
from .api import Answer, Api, Request
from .faults import Faults, Lost

Start = Callable[[str, list[tuple[str, str]]], Any]
Page = Callable[[Account, str, dict[str, str]], Answer]

PAGES: list[tuple[str, re.Pattern[str], Page]] = [
    ("GET", re.compile(r"/c/pay/(\w+)"), checkout_page.show),
    ("POST", re.compile(r"/c/pay/(\w+)"), checkout_page.submit),
    ("GET", re.compile(r"/authenticate/(\w+)"), authentication_page.ask),
    ("POST", re.compile(r"/authenticate/(\w+)"), authentication_page.answer),
    ("GET", re.compile(r"/p/session/([\w/]+)"), portal_page.show),
    ("POST", re.compile(r"/p/session/([\w/]+)"), portal_page.submit),
    ("GET", re.compile(r"/receipts/(\w+)"), receipt_page.show),
    ("GET", re.compile(r"/invoices/(\w+)(?:/pdf)?"), invoice_page.show),
    ("POST", re.compile(r"/invoices/(\w+)"), invoice_page.submit),
]


class Application:
    """Call it as WSGI."""

    def __init__(self, account: Account, faults: Faults, controls: Callable[[Request], Answer]) -> None:
        self.account = account
        self.api = Api(account)
        self.faults = faults
        self.controls = controls

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        request = _request(environ)
        try:
            answer = self._answer(request)
        except Exception:
            if environ.get("double.in_process"):
                raise
            traceback.print_exc()
            answer = Answer(
                500, json.dumps({"error": {"type": "api_error", "message": "The double stumbled."}}).encode()
            )
        headers = {"Content-Type": "application/json", "Content-Length": str(len(answer.body)), **answer.headers}
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, request: Request) -> Answer:
        if request.path == "/_double/style.css":
            return pages.style()
        if request.path.startswith("/_double/"):
            return self.controls(request)
        try:
            return self._met(request)
        except Lost as lost:
            return Answer(502, b"", {"X-Double-Lost": str(lost)})

    def _met(self, request: Request) -> Answer:
        """The answer, if nothing goes wrong on the way there and back."""
        status = self.faults.meet(request.method, request.path)
        if status is None:
            answer = self.api.answer(request) if request.path.startswith("/v1/") else self._page(request)
            status = self.faults.meet(request.method, request.path, after=True)
            if status is None:
                return answer
        words = {"error": {"type": "api_error", "message": "The double was told to fail here."}}
        return Answer(status, json.dumps(words).encode(), {"Request-Id": "req_fault"})

    def _page(self, request: Request) -> Answer:
        method = "GET" if request.method == "HEAD" else request.method
        for wanted, pattern, page in PAGES:
            if wanted == method and (found := pattern.fullmatch(request.path)):
                values = dict(parse_qsl(request.text, keep_blank_values=True))
                return page(self.account, found[1], values)
        return pages.message("Page not found", "The Stripe test double has no page at this address.", status=404)


def _request(environ: dict[str, Any]) -> Request:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length).decode() if length else ""
    method = environ["REQUEST_METHOD"]
    text = environ.get("QUERY_STRING", "") if method in ("GET", "HEAD", "DELETE") and not body else body
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    return Request(method, path, text, headers)
