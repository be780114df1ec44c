"""Customers: whom subscriptions and cards belong to."""

from __future__ import annotations

from typing import Any

from stripe.params import (
    CustomerCreateParams,
    CustomerDeleteParams,
    CustomerListParams,
    CustomerRetrieveParams,
    CustomerUpdateParams,
)

from . import payment_methods
from .account import Account
from .errors import invalid, no_such, unsupported
from .expansion import INCLUDED
from .listing import listed, part
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object

SUPPORTED = {
    "address",
    "description",
    "email",
    "metadata",
    "name",
    "phone",
    "preferred_locales",
    "shipping",
    "tax_exempt",
}


def make(account: Account, **given: Any) -> Object:
    """A new customer."""
    customer = {
        "id": account.new_id("cus_", 14),
        "object": "customer",
        "balance": 0,
        "created": account.now(),
        "currency": None,
        "delinquent": False,
        "invoice_prefix": account.new_id("", 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": merged(None, given.pop("metadata", None)),
        "next_invoice_sequence": 1,
        "_alive": 1,
        "preferred_locales": given.pop("preferred_locales", []),
        "tax_exempt": given.pop("tax_exempt", "") or "none",
        **dict.fromkeys(("address", "description", "email", "name", "phone", "shipping")),
        **{name: value or None for name, value in given.items()},
    }
    account.store.add(customer)
    account.emit("customer.created", customer)
    return customer


def living(account: Account, id_: str, param: str = "customer") -> Object:
    """A customer who was not deleted."""
    customer = account.find("customer", id_, param)
    if customer.get("deleted"):
        raise no_such("customer", id_, param)
    return customer


def use_card(account: Account, customer: Object, method: Object) -> None:
    """Make a card the one that is charged by default."""
    payment_methods.attach(account, method, customer["id"])
    settings = {**customer["invoice_settings"], "default_payment_method": method["id"]}
    account.change(customer, "customer.updated", invoice_settings=settings)


def _check(params: dict[str, Any]) -> None:
    email = params.get("email")
    if email and ("@" not in email.strip("@") or " " in email):
        raise invalid(f"Invalid email address: {email}", "email", "email_invalid")
    for name in params:
        if name not in (*SUPPORTED, "invoice_settings", "payment_method"):
            raise unsupported(f"`{name}` of a customer", name)


@route("POST", "/v1/customers", CustomerCreateParams)
def create(call: Call) -> Object:
    _check(call.params)
    account, params = call.account, dict(call.params)
    card, settings = params.pop("payment_method", None), params.pop("invoice_settings", {})
    customer = make(account, **params)
    if card is not None:
        method = payment_methods.attach(account, payment_methods.named(account, card), customer["id"])
        if settings.get("default_payment_method") == card:
            use_card(account, customer, method)
    elif settings:
        raise unsupported("invoice settings for a customer who has no card yet", "invoice_settings")
    return public(customer)


@route("GET", "/v1/customers", CustomerListParams)
def listing(call: Call) -> Object:
    return listed(call.account, "customer", "/v1/customers", call.params, email=call.params.get("email"), _alive=1)


@route("GET", "/v1/customers/{id}", CustomerRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("customer", call.id))


@route("POST", "/v1/customers/{id}", CustomerUpdateParams)
def update(call: Call) -> Object:
    account, params = call.account, call.params
    customer = living(account, call.id, "id")
    _check(params)
    changes = {name: value if value != "" else None for name, value in params.items() if name in SUPPORTED}
    if "metadata" in params:
        changes["metadata"] = merged(customer["metadata"], params["metadata"])
    if params.get("tax_exempt") == "":
        changes["tax_exempt"] = "none"
    settings = params.get("invoice_settings")
    if settings is not None:
        default = settings.get("default_payment_method")
        if default is not None:
            payment_methods.owned(account, default, customer["id"], "invoice_settings[default_payment_method]")
        changes["invoice_settings"] = {**customer["invoice_settings"], **settings}
    account.change(customer, "customer.updated", **changes)
    return public(customer)


@route("DELETE", "/v1/customers/{id}", CustomerDeleteParams)
def delete(call: Call) -> Object:
    from . import subscriptions

    account = call.account
    customer = living(account, call.id, "id")
    for subscription in account.store.every("subscription", customer=customer["id"]):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            subscriptions.end_it(account, subscription, None)
    for method in account.store.every("payment_method", customer=customer["id"]):
        payment_methods.release(account, method)
    account.emit("customer.deleted", customer)
    return public(account.change(customer, deleted=True, _alive=0))


def _subscriptions(account: Account, customer: Object) -> Object:
    found = account.store.every("subscription", customer=customer["id"])
    alive = [public(each) for each in reversed(found) if each["status"] != "canceled"]
    return part(f"/v1/customers/{customer['id']}/subscriptions", alive, {})


INCLUDED["customer", "subscriptions"] = _subscriptions
