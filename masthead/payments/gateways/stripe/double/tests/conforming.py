"""Whether an object is what the library's classes say: none unknown, none missing, every value of its type."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, ClassVar, ForwardRef, Literal, Union, get_args, get_origin

from stripe import ListObject, StripeObject
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import UntypedStripeObject

from masthead.payments.gateways.stripe.double.shapes import resource

# Sent by Stripe and by the double, though the library's classes leave it out.
UNTYPED = {"list": {"url", "object", "data", "has_more"}}


def faults(value: Any, at: str = "") -> list[str]:
    """What is wrong with an object as it came over the wire, by path."""
    kind = value.get("object")
    if value.get("deleted"):
        return [] if set(value) == {"id", "object", "deleted"} else [f"{at}: a deleted object says too much"]
    if kind == "list":
        wrong = [f"{at}.{name}: unknown" for name in value if name not in UNTYPED["list"]]
        return wrong + [fault for n, each in enumerate(value["data"]) for fault in faults(each, f"{at}[{n}]")]
    if kind not in OBJECT_CLASSES:
        return [f"{at}: no such object {kind!r}"]
    return _structure(resource(kind), value, at or kind)


def _structure(class_: type, value: dict[str, Any], at: str) -> list[str]:
    hints = {name: hint for name, hint in class_.__annotations__.items() if get_origin(hint) is not ClassVar}
    wrong = [f"{at}.{name}: unknown" for name in value if name not in hints]
    for name, hint in hints.items():
        if name not in value:
            if NoneType not in get_args(hint):
                wrong.append(f"{at}.{name}: missing")
            continue
        wrong += _value(hint, value[name], f"{at}.{name}")
    return wrong


def _value(hint: Any, value: Any, at: str) -> list[str]:
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return []
    if origin in (Union, UnionType):
        return _one_of(parts, value, at)
    if origin is Literal:
        return [] if value in parts else [f"{at}: {value!r} is none of {parts}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{at}: {value!r} is no list"]
        return [fault for n, each in enumerate(value) for fault in _value(parts[0], each, f"{at}[{n}]")]
    if origin is UntypedStripeObject:
        return [] if isinstance(value, dict) else [f"{at}: {value!r} is no dictionary"]
    if origin is ListObject or isinstance(hint, ForwardRef | str):
        return faults(value, at) if isinstance(value, dict) and "object" in value else [f"{at}: {value!r} is no object"]
    return _plain(hint, value, at)


def _plain(hint: Any, value: Any, at: str) -> list[str]:
    if isinstance(hint, type) and issubclass(hint, StripeObject):
        return _structure(hint, value, at) if isinstance(value, dict) else [f"{at}: {value!r} is no dictionary"]
    wanted = {int: int, str: str, bool: bool, float: (int, float), Decimal: str}[hint]
    right = isinstance(value, wanted) and not (hint is int and isinstance(value, bool))
    return [] if right else [f"{at}: {value!r} is no {hint.__name__}"]


def _one_of(hints: tuple[Any, ...], value: Any, at: str) -> list[str]:
    if value is None:
        return [] if NoneType in hints else [f"{at}: must not be null"]
    words = tuple(word for hint in hints if get_origin(hint) is Literal for word in get_args(hint))
    if words and isinstance(value, str):
        return [] if value in words else [f"{at}: {value!r} is none of {words}"]
    rest = [hint for hint in hints if hint is not NoneType]
    if isinstance(value, str) and str in rest:
        return []
    found = [_value(hint, value, at) for hint in rest if hint is not str]
    return min(found, key=len) if found else [f"{at}: {value!r} does not fit"]
