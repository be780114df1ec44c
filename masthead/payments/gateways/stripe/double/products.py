"""Products: what is sold."""

from __future__ import annotations

from typing import Any

from stripe.params import (
    ProductCreateParams,
    ProductListParams,
    ProductRetrieveParams,
    ProductUpdateParams,
)

from .account import Account
from .listing import listed
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object


def make(account: Account, name: str, **given: Any) -> Object:
    """A product, for the API or for an inline price."""
    now = account.now()
    product = {
        "id": given.pop("id", None) or account.new_id("prod_", 14),
        "object": "product",
        "active": given.pop("active", True),
        "created": now,
        "images": given.pop("images", []),
        "livemode": False,
        "marketing_features": given.pop("marketing_features", []),
        "metadata": merged(None, given.pop("metadata", None)),
        "name": name,
        "type": "service",
        "updated": now,
        **given,
    }
    account.store.add(product)
    account.emit("product.created", product)
    return product


@route("POST", "/v1/products", ProductCreateParams)
def create(call: Call) -> Object:
    price = call.params.pop("default_price_data", None)
    product = make(call.account, **{k: v for k, v in call.params.items() if k != "type"})
    if price is not None:
        from . import prices

        product["default_price"] = prices.make(call.account, product=product["id"], **price)["id"]
        call.account.store.save(product)
    return public(product)


@route("GET", "/v1/products", ProductListParams)
def listing(call: Call) -> Object:
    fields = {"active": call.params.get("active"), "id": call.params.get("ids")}
    return listed(call.account, "product", "/v1/products", call.params, read=("ids",), **fields)


@route("GET", "/v1/products/{id}", ProductRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("product", call.id))


@route("POST", "/v1/products/{id}", ProductUpdateParams)
def update(call: Call) -> Object:
    product = call.account.find("product", call.id)
    changes = {name: None if value == "" else value for name, value in call.params.items()}
    if "metadata" in call.params:
        changes["metadata"] = merged(product["metadata"], call.params["metadata"])
    call.account.change(product, "product.updated", **changes, updated=call.account.now())
    return public(product)
