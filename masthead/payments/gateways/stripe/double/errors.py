"""Errors as Stripe answers them: a type, perhaps a code and the parameter at fault, and words for the developer."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A request that Stripe answers with an error. `kept`: what happened before it stays, as a declined charge does."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        kept: bool = False,
        executed: bool = True,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code, self.param = message, status, kind, code, param
        self.kept = kept
        self.executed = executed
        self.more = more or {}

    def body(self) -> dict[str, Any]:
        """The JSON Stripe sends."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, **self.more}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": error}


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request that makes no sense in the state things are in."""
    return ApiError(message, param=param, code=code)


def unreadable(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request whose parameters are wrong by themselves: it is not executed, so no idempotency key remembers it."""
    return ApiError(message, param=param, code=code, executed=False)


def no_such(what: str, id_: str, param: str = "id") -> ApiError:
    """An id that names nothing: 404 when it stands in the path, 400 in a parameter."""
    return ApiError(
        f"No such {what}: '{id_}'", status=404 if param == "id" else 400, code="resource_missing", param=param
    )


def unsupported(what: str, param: str | None = None) -> ApiError:
    """Something Stripe can do and the double can't: said aloud, never passed over."""
    return ApiError(f"The Stripe test double does not support {what}.", param=param, code="double_unsupported")


def declined(
    failure: dict[str, Any], charge: str | None, intent: dict[str, Any] | None, *, kept: bool = True
) -> ApiError:
    """A card that was refused; the charge that failed stays on record."""
    more: dict[str, Any] = {"decline_code": failure["decline_code"], "charge": charge}
    if intent is not None:
        more["payment_intent"] = intent
    return ApiError(
        failure["message"], status=402, kind="card_error", code=failure["code"], kept=kept,
        more={name: value for name, value in more.items() if value is not None},
    )  # fmt: skip
