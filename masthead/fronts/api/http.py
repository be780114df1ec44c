"""How the API speaks HTTP: problem details (RFC 9457), ETag and 304, open to pages of every origin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """An error in words for whoever writes the client."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    response = HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def missing(request: HttpRequest, path: str = "") -> HttpResponse:
    """404 for what no version of the API has."""
    return problem(404, "There is nothing at this address. The API is described at /api/v1/openapi.json.")


class ReadOnlyAPI(NinjaAPI):
    """An API whose answers have validators and whose errors are problem details."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(docs_url=None, **settings)
        self.add_exception_handler(ValidationError, _invalid)
        self.add_exception_handler(HttpError, _refused)
        self.add_exception_handler(Http404, lambda request, error: problem(404, "Nothing published has this name."))

    @property
    def urls(self) -> Any:
        """The addresses, answering HEAD as they do GET."""
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            pattern.callback = _with_head(cast("Callable[..., HttpResponse]", pattern.callback))
        return patterns, app_name, namespace

    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add ETag and CORS; 304 for who has it already."""
        response = super().create_response(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        if response.status_code != HTTPStatus.OK:
            return response
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response.headers["ETag"] = etag
        known: HttpResponse = get_conditional_response(request, etag=etag, response=response)  # type: ignore[assignment]
        known.headers["Access-Control-Allow-Origin"] = "*"
        return known


def _with_head(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = request.method
        request.method = "GET" if method == "HEAD" else method
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = method

    return answer


def _refused(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(error.status_code if isinstance(error, HttpError) else 400, str(error))


def _invalid(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    found = error.errors if isinstance(error, ValidationError) else []
    wrong = [{"name": str(each["loc"][-1]), "reason": str(each["msg"])} for each in found]
    return problem(400, "Some parameters can't be used.", errors=wrong)
