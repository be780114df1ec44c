"""Plans: what recurring prices were before, still spoken by older programs. A plan is a price with another face."""

from __future__ import annotations

from typing import Any

from stripe.params import PlanCreateParams, PlanListParams, PlanRetrieveParams

from . import prices
from .errors import no_such, unsupported
from .listing import listed
from .routing import Call, route
from .store import Object


@route("POST", "/v1/plans", PlanCreateParams)
def create(call: Call) -> Object:
    params: dict[str, Any] = dict(call.params)
    for name in ("tiers", "tiers_mode", "transform_usage", "meter", "amount_decimal"):
        if name in params:
            raise unsupported(f"plans with {name}", name)
    named = ("interval", "interval_count", "trial_period_days", "usage_type")
    recurring = {name: params.pop(name) for name in named if name in params}
    product = params.pop("product", None)
    price = prices.make(
        call.account,
        recurring=recurring,
        unit_amount=params.pop("amount", None),
        **({"product_data": product} if isinstance(product, dict) else {"product": product}),
        **params,
    )
    return prices.plan(price)


@route("GET", "/v1/plans", PlanListParams)
def listing(call: Call) -> Object:
    fields = {"active": call.params.get("active"), "product": call.params.get("product"), "type": "recurring"}
    page = listed(call.account, "price", "/v1/plans", call.params, **fields)
    page["data"] = [prices.plan(price) for price in page["data"]]
    return page


@route("GET", "/v1/plans/{id}", PlanRetrieveParams)
def retrieve(call: Call) -> Object:
    price = call.account.store.get(call.id, "price")
    if price is None or price["recurring"] is None:
        raise no_such("plan", call.id)
    return prices.plan(price)
