"""What an object looks like from outside: the double's own keys removed, and a null wherever Stripe sends one.

Which fields can be null is read from the classes of Stripe's library, so the double has every field the pinned version
has.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import NoneType
from typing import Any, ForwardRef, get_args, get_origin

from stripe._object_classes import OBJECT_CLASSES

Object = dict[str, Any]

# Optional in the library's types because they are left out, not because they are null: what must be asked for by
# `expand`, and what belongs to features the double has not.
LEFT_OUT = {
    "charge": {"refunds", "authorization_code", "level3", "presentment_details", "radar_options", "transfer", "source"},
    "checkout.session": {
        "line_items", "allowed_payment_method_types", "excluded_payment_method_types", "optional_items",
        "presentment_details", "name_collection",
    },
    "customer": {
        "deleted", "sources", "subscriptions", "tax_ids", "cash_balance", "business_name", "individual_name", "tax",
        "invoice_credit_balance", "customer_account",
    },
    "event": {"account", "context"},
    "invoice": {"payments", "deleted", "confirmation_secret", "amount_paid_off_stripe"},
    "payment_intent": {
        "allowed_payment_method_types", "amount_details", "excluded_payment_method_types", "hooks", "managed_payments",
        "payment_details", "payment_record", "presentment_details",
    },
    "payment_method": set(),
    "price": {"currency_options", "deleted", "tiers"},
    "product": {"deleted"},
    "refund": {
        "destination_details", "failure_balance_transaction", "failure_reason", "instructions_email", "next_action",
        "pending_reason", "presentment_details", "description",
    },
    "setup_intent": {"allowed_payment_method_types", "excluded_payment_method_types", "managed_payments"},
    "subscription": {"managed_payments", "presentment_details"},
}  # fmt: skip


@cache
def resource(kind: str) -> type:
    """The library's class of an object."""
    module, name = OBJECT_CLASSES[kind]
    found: type = getattr(import_module(module), name)
    return found


@cache
def nulls(kind: str) -> dict[str, None]:
    """The fields that are null unless something is said."""
    if kind not in OBJECT_CLASSES:
        return {}
    optional = {name for name, hint in resource(kind).__annotations__.items() if NoneType in get_args(hint)}
    if kind == "payment_method":
        optional = {"customer", "customer_account"}  # a card's method names no other way to pay
    return dict.fromkeys(sorted(optional - LEFT_OUT.get(kind, set())))


@cache
def expandable(kind: str) -> frozenset[str]:
    """The fields that hold an id, or a list's address, and can hold the objects instead."""
    if kind not in OBJECT_CLASSES:
        return frozenset()
    return frozenset(name for name, hint in resource(kind).__annotations__.items() if _holds_id(hint))


def _holds_id(hint: Any) -> bool:
    parts = get_args(hint)
    if get_origin(hint) is list:
        return _holds_id(parts[0])
    names_object = any(isinstance(part, ForwardRef) for part in parts)
    return (str in parts and names_object) or any("ListObject" in str(part) for part in (hint, *parts))


def public(object_: Object) -> Object:
    """The object as Stripe sends it."""
    if object_.get("deleted"):
        return {"id": object_["id"], "object": object_["object"], "deleted": True}
    shown = {name: value for name, value in object_.items() if not name.startswith("_")}
    return {**nulls(object_["object"]), **shown}
