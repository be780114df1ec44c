"""Request parameters, held against the types that Stripe's library is generated with.

The library carries, for every call, a TypedDict made from Stripe's own description of its API: names, what is required,
what nests, which words are allowed. `read` walks these types; nothing about any one call is written down here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, NotRequired, Required, Union, get_args, get_origin

from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import evaluate_forward_ref, is_typeddict

from .errors import ApiError, unreadable

# What the library takes beside the parameters, and sends as headers.
OPTIONS = frozenset(RequestOptions.__annotations__)


def read(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters in their Python types. Raises what Stripe answers to a name, a value or a gap that is wrong."""
    found: dict[str, Any] = _structure(kind, given, "")
    return found


def _structure(kind: type, given: Any, at: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise unreadable("Invalid object", at)
    fields, required = _fields(kind)
    for name in given:
        if name not in fields:
            param = _inside(at, name)
            raise unreadable(f"Received unknown parameter: {param}", param, "parameter_unknown")
    for name in required:
        if name not in given:
            param = _inside(at, name)
            raise unreadable(f"Missing required param: {param}.", param, "parameter_missing")
    return {name: _value(fields[name], value, _inside(at, name)) for name, value in given.items()}


def _inside(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name


@cache
def _fields(kind: type) -> tuple[dict[str, Any], list[str]]:
    """A TypedDict's fields with their types resolved, and the names that must be there."""
    names = {name: hint for name, hint in kind.__annotations__.items() if name not in OPTIONS}
    required = sorted(getattr(kind, "__required_keys__", frozenset()) & set(names))
    return {name: _resolved(hint, kind) for name, hint in names.items()}, required


def _resolved(hint: Any, owner: type) -> Any:
    if isinstance(hint, str):
        hint = ForwardRef(hint)
    if isinstance(hint, ForwardRef):
        return evaluate_forward_ref(hint, globals=vars(sys.modules[owner.__module__]))
    if get_origin(hint) in (NotRequired, Required):
        return _resolved(get_args(hint)[0], owner)
    if get_origin(hint) in (list, dict, Union, UnionType):
        inner = tuple(_resolved(part, owner) for part in get_args(hint))
        return Union[inner] if get_origin(hint) in (Union, UnionType) else get_origin(hint)[inner]  # noqa: UP007 (made)
    return hint


def _value(hint: Any, given: Any, at: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(get_args(hint), given, at)
    if origin is Literal:
        return _word(get_args(hint), given, at)
    if origin is list:
        return _list(get_args(hint)[0], given, at)
    if origin in (dict, UntypedStripeObject):
        return _mapping(get_args(hint)[-1], given, at)
    if is_typeddict(hint):
        return _structure(hint, given, at)
    return _scalar(hint, given, at)


def _one_of(hints: tuple[Any, ...], given: Any, at: str) -> Any:
    """The first type that fits. A list of words that ends in `str` is open for the future only, not for any word."""
    words = tuple(word for hint in hints if get_origin(hint) is Literal for word in get_args(hint))
    if given == "" and "" in words:
        return ""
    chosen = tuple(word for word in words if word != "")
    rest = [hint for hint in hints if get_origin(hint) is not Literal and not (hint is str and chosen)]
    if isinstance(given, str) and given in chosen:
        return given
    fitting = [hint for hint in rest if hint is not NoneType and _nests(hint) == isinstance(given, Mapping)]
    error: ApiError | None = None
    for hint in fitting:
        try:
            return _value(hint, given, at)
        except ApiError as refused:
            error = error or refused
    if error is not None:
        raise error
    if chosen:
        return _word(chosen, given, at)
    raise unreadable("Invalid object" if rest else f"Invalid {at}", at)


def _nests(hint: Any) -> bool:
    return is_typeddict(hint) or get_origin(hint) in (list, dict, UntypedStripeObject)


def _word(words: tuple[Any, ...], given: Any, at: str) -> str:
    if given in words:
        return str(given)
    if words == ("",):
        raise unreadable(f"Invalid {at}: must be an empty string", at)
    *most, last = [word for word in words if word]
    allowed = f"{', '.join(most)}{',' if len(most) > 1 else ''} or {last}" if most else last
    raise unreadable(f"Invalid {at}: must be one of {allowed}" if most else f"Invalid {at}: must be {last}", at)


def _list(hint: Any, given: Any, at: str) -> list[Any]:
    if not isinstance(given, Mapping) or not all(key.isdecimal() for key in given):
        raise unreadable("Invalid array", at)
    return [_value(hint, given[key], f"{at}[{key}]") for key in sorted(given, key=int)]


def _mapping(hint: Any, given: Any, at: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise unreadable("Invalid object", at)
    # An empty value takes a key away; the types say only `str`.
    return {key: "" if value == "" else _value(hint, value, _inside(at, key)) for key, value in given.items()}


def _scalar(hint: Any, given: Any, at: str) -> Any:
    if not isinstance(given, str):
        raise unreadable("Invalid string: must not be an array or object", at)
    if hint is int:
        return _integer(given, at)
    if hint is bool:
        if given not in ("true", "false"):
            raise unreadable(f"Invalid boolean: {given}", at)
        return given == "true"
    if hint in (float, Decimal):
        return hint(_decimal(given, at))
    if given == "":
        name = at.rsplit("[", 1)[-1].rstrip("]")
        raise unreadable(
            f"You passed an empty string for '{at}'. We assume empty values are an attempt to unset a parameter; "
            "however "
            f"'{name}' cannot be unset. You should remove '{at}' from your request or supply a non-empty value.",
            at,
            "parameter_invalid_empty",
        )
    return given


def _integer(given: str, at: str) -> int:
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        raise unreadable(f"Invalid integer: {given}", at, "parameter_invalid_integer")
    return int(given)


def _decimal(given: str, at: str) -> Decimal:
    try:
        number = Decimal(given)
    except InvalidOperation:
        raise unreadable(f"Invalid decimal: {given}", at) from None
    if not number.is_finite():
        raise unreadable(f"Invalid decimal: {given}", at)
    return number
