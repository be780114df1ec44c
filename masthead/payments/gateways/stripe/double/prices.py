"""Prices: an amount in one currency, once or recurring. Amounts are integers in minor units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stripe.params import PriceCreateParams, PriceListParams, PriceRetrieveParams, PriceUpdateParams

from . import currencies, products
from .account import Account
from .errors import invalid, unsupported
from .listing import listed
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object

LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}


def make(account: Account, **given: Any) -> Object:
    """A price. With `product_data` its product is made too."""
    for name in ("tiers", "transform_quantity", "custom_unit_amount", "currency_options"):
        if name in given:
            raise unsupported(f"prices with {name}", name)
    currency = currencies.known(given["currency"])
    price = {
        "id": given.get("id") or account.new_id("price_"),
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "created": account.now(),
        "currency": currency,
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": merged(None, given.get("metadata")),
        "nickname": given.get("nickname"),
        "product": _product(account, given),
        "recurring": _recurring(given.get("recurring")),
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "type": "recurring" if "recurring" in given else "one_time",
        **_amount(given, currency),
    }
    account.store.add(price)
    account.emit("price.created", price)
    return price


def _product(account: Account, given: dict[str, Any]) -> str:
    if ("product" in given) == ("product_data" in given):
        raise invalid("You must specify either `product` or `product_data` when creating a price.", "product")
    if "product" in given:
        return str(account.find("product", given["product"], "product")["id"])
    return str(products.make(account, **given["product_data"])["id"])


def _amount(given: dict[str, Any], currency: str) -> dict[str, Any]:
    amount: int | None = given.get("unit_amount")
    exact: Decimal | None = given.get("unit_amount_decimal")
    if (amount is None) == (exact is None):
        raise invalid("You must specify either `unit_amount` or `unit_amount_decimal`.", "unit_amount")
    if exact is not None:
        if exact != exact.to_integral_value():
            raise unsupported("fractions of a minor unit", "unit_amount_decimal")
        amount = int(exact)
    assert amount is not None
    if amount < 0:
        raise invalid("Invalid non-negative integer", "unit_amount", "parameter_invalid_integer")
    currencies.check_digits(amount, currency, "unit_amount")
    return {"unit_amount": amount, "unit_amount_decimal": str(amount)}


def _recurring(given: dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    if given.get("usage_type") == "metered" or "meter" in given:
        raise unsupported("metered prices", "recurring[usage_type]")
    interval, count = given["interval"], given.get("interval_count", 1)
    if not 1 <= count <= LONGEST[interval]:
        raise invalid(
            f"The maximum `interval_count` for `interval: {interval}` is {LONGEST[interval]}.",
            "recurring[interval_count]",
        )
    return {
        "interval": interval,
        "interval_count": count,
        "meter": None,
        "trial_period_days": given.get("trial_period_days"),
        "usage_type": "licensed",
    }


def plan(price: Object) -> Object:
    """The older object that says the same; subscription items still carry it."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": recurring["trial_period_days"],
        "usage_type": "licensed",
    }


@route("POST", "/v1/prices", PriceCreateParams)
def create(call: Call) -> Object:
    key = call.params.get("lookup_key")
    taken = call.account.store.every("price", lookup_key=key) if key else []
    if taken and not call.params.pop("transfer_lookup_key", False):
        raise invalid(
            f"A price (`{taken[0]['id']}`) already uses that lookup key. If you want to transfer the lookup key "
            "from that"
            " price, set `transfer_lookup_key` to true.",
            "lookup_key",
        )
    for price in taken:
        call.account.change(price, "price.updated", lookup_key=None)
    return public(make(call.account, **call.params))


@route("GET", "/v1/prices", PriceListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("active", "currency", "product", "type")}
    keys = call.params.get("lookup_keys")
    return listed(call.account, "price", "/v1/prices", call.params, **fields, lookup_key=keys, read=("lookup_keys",))


@route("GET", "/v1/prices/{id}", PriceRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("price", call.id))


@route("POST", "/v1/prices/{id}", PriceUpdateParams)
def update(call: Call) -> Object:
    price = call.account.find("price", call.id)
    changes = dict(call.params)
    if "metadata" in changes:
        changes["metadata"] = merged(price["metadata"], changes["metadata"])
    call.account.change(price, "price.updated", **changes)
    return public(price)
