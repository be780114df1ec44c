"""The API's front door: who asks, in which version, with which key against doing it twice, and what is answered."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from . import forms, parameters
from .account import DAY, Account
from .errors import ApiError
from .expansion import expand
from .routing import Call, Route, match

OPEN = "The double takes test keys only: a secret key that begins with sk_test_ or rk_test_."


@dataclass
class Request:
    """What came over the wire."""

    method: str
    path: str
    text: str
    headers: dict[str, str]


@dataclass
class Answer:
    """What goes back."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    """Stripe's API over one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._in_progress: set[str] = set()
        self._guard = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """Carry a request out, or say why not."""
        account = self.account
        request_id = "req_" + secrets.token_hex(7)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        headers = {"Request-Id": request_id, "Stripe-Version": account.version}
        try:
            self._let_in(request)
            if key is None:
                status, body = self._carried_out(request, request_id, None)
            else:
                headers["Idempotency-Key"] = key
                status, body, replayed = self._once(request, request_id, key)
                if replayed is not None:
                    headers |= {"Idempotent-Replayed": "true", "Original-Request": replayed}
        except ApiError as refused:
            status, body = refused.status, json.dumps(refused.body())
        if status == 409:
            headers["Stripe-Should-Retry"] = "true"
        return Answer(status, body.encode(), headers)

    def _let_in(self, request: Request) -> None:
        key = _key(request.headers.get("authorization", ""))
        if not key:
            raise ApiError(
                "You did not provide an API key. You need to provide your API key in the Authorization header, "
                "using Bearer"
                " auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').", status=401, executed=False,
            )  # fmt: skip
        if not key.startswith(("sk_test_", "rk_test_")):
            shown = f"{key[:8]}****{key[-4:]}" if len(key) > 12 else "****"
            raise ApiError(f"Invalid API Key provided: {shown}. {OPEN}", status=401, executed=False)
        version = request.headers.get("stripe-version", self.account.version)
        if version != self.account.version:
            raise ApiError(
                f"The double speaks version {self.account.version} of Stripe's API, not {version}.",
                code="invalid_stripe_version", executed=False,
            )  # fmt: skip

    def _once(self, request: Request, request_id: str, key: str) -> tuple[int, str, str | None]:
        """One idempotency key, one execution: the first answer is given again, an error no less than a success."""
        if len(key) > 255:
            raise ApiError("Idempotency keys may be at most 255 characters long.", kind="idempotency_error")
        with self._guard:
            if key in self._in_progress:
                raise ApiError(
                    "There is currently another in-progress request using this Idempotent Key (that probably means you "
                    f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                    status=409, kind="idempotency_error", code="idempotency_key_in_use",
                )  # fmt: skip
            self._in_progress.add(key)
        try:
            known = self._known(request, key)
            if known is not None:
                return known
            status, body = self._carried_out(request, request_id, key)
            return status, body, None
        finally:
            with self._guard:
                self._in_progress.discard(key)

    def _known(self, request: Request, key: str) -> tuple[int, str, str] | None:
        with self.account.lock:
            row = self.account.store.connection.execute(
                "SELECT asked, request, status, body, created FROM answer WHERE key = ?", (key,)
            ).fetchone()
        if row is None or row[4] < self.account.now() - DAY:
            return None
        if row[0] != _asked(request):
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
                f"using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )  # fmt: skip
        return row[2], row[3], row[1]

    def _carried_out(self, request: Request, request_id: str, key: str | None) -> tuple[int, str]:
        account = self.account
        with account.turn():
            account.request = (request_id if request.method != "GET" else None, key)
            try:
                status, body, executed = self._result(request)
            finally:
                account.request = (None, None)
            if key is not None and executed:
                account.store.connection.execute(
                    "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
                    (key, _asked(request), request_id, status, body, account.now()),
                )
        return status, body

    def _result(self, request: Request) -> tuple[int, str, bool]:
        kept: ApiError | None = None
        try:
            with self.account.store.savepoint():
                try:
                    answer = self._called(request)
                except ApiError as refused:
                    if not refused.kept:
                        raise
                    kept = refused
        except ApiError as refused:
            return refused.status, json.dumps(refused.body()), refused.executed
        if kept is not None:
            return kept.status, json.dumps(kept.body()), True
        return 200, json.dumps(answer), True

    def _called(self, request: Request) -> dict[str, Any]:
        found = match(request.method, request.path)
        if found is None:
            raise ApiError(
                f"Unrecognized request URL ({request.method}: {request.path}). Please see https://stripe.com/docs "
                "or we can "
                "help at https://support.stripe.com/. (The test double answers only what "
                "docs/reference/stripe-double.md "
                "names.)", status=404, executed=False,
            )  # fmt: skip
        route, path = found
        params = _params(route, request)
        expands = params.pop("expand", [])
        answer = route.carry_out(Call(self.account, params, {name: unquote(part) for name, part in path.items()}))
        expand(self.account, answer, expands)
        return answer


def _params(route: Route, request: Request) -> dict[str, Any]:
    params = parameters.read(route.params, forms.decode(request.text))
    _check_metadata(params)
    return params


def _check_metadata(params: dict[str, Any]) -> None:
    """Stripe's limits on what can be noted on an object."""
    for name, value in params.items():
        if isinstance(value, dict):
            if name == "metadata":
                _check_one(value)
            else:
                _check_metadata(value)


def _check_one(metadata: dict[str, str]) -> None:
    if len(metadata) > 50:
        raise ApiError("Metadata may have at most 50 keys.", param="metadata", executed=False)
    for key, value in metadata.items():
        if len(key) > 40:
            raise ApiError(
                f"Metadata keys cannot be longer than 40 characters ('{key}' is {len(key)} characters).",
                param="metadata", executed=False,
            )  # fmt: skip
        if len(value) > 500:
            raise ApiError(
                f"Metadata values can have up to 500 characters, but you passed in a value that is {len(value)} "
                "characters."
                f" Invalid value: {value[:60]}…", param="metadata", executed=False,
            )  # fmt: skip


def _key(header: str) -> str:
    scheme, _, rest = header.partition(" ")
    if scheme == "Bearer":
        return rest.strip()
    if scheme == "Basic":
        try:
            return base64.b64decode(rest).decode(errors="replace").partition(":")[0]
        except ValueError:
            return ""
    return ""


def _asked(request: Request) -> str:
    told = f"{request.method} {request.path}\n{request.text}"
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
