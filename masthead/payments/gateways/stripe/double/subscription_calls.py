"""What can be asked of subscriptions over the API. They begin on a hosted page only."""

from __future__ import annotations

from typing import Any

from stripe.params import (
    SubscriptionCancelParams,
    SubscriptionCreateParams,
    SubscriptionListParams,
    SubscriptionRetrieveParams,
    SubscriptionUpdateParams,
)

from . import invoices, payment_methods, subscription_changes
from .account import Account
from .cards import failure
from .checkout_rules import check_prices, only
from .customers import living
from .errors import ApiError, declined, invalid, no_such, unreadable, unsupported
from .listing import listed
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object
from .subscriptions import OVER, begin, bill, end_it

SUPPORTED = (
    "cancel_at", "cancel_at_period_end", "cancellation_details", "billing_cycle_anchor", "default_payment_method",
    "description", "items", "metadata", "off_session", "pause_collection", "payment_behavior", "proration_behavior",
    "trial_end",
)  # fmt: skip
SUPPORTED_AT_FIRST = (
    "customer", "default_payment_method", "description", "items", "metadata", "off_session", "payment_behavior",
    "trial_end", "trial_period_days",
)  # fmt: skip
STATUSES = ("active", "trialing", "past_due", "unpaid", "incomplete", "paused")


@route("GET", "/v1/subscriptions", SubscriptionListParams)
def listing(call: Call) -> Object:
    params = call.params
    status: Any = params.get("status")
    wanted = {"all": None, "ended": ["canceled", "incomplete_expired"], None: list(STATUSES)}.get(status, status)
    fields = {"customer": params.get("customer"), "status": wanted}
    return listed(call.account, "subscription", "/v1/subscriptions", params, **fields)


@route("GET", "/v1/subscriptions/{id}", SubscriptionRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("subscription", call.id))


@route("POST", "/v1/subscriptions/{id}", SubscriptionUpdateParams)
def update(call: Call) -> Object:
    account, params = call.account, call.params
    subscription = account.find("subscription", call.id)
    only(params, SUPPORTED, "changing `{}` of a subscription")
    if subscription["status"] in OVER and set(params) - {"metadata", "cancellation_details"}:
        raise ApiError("A canceled subscription can only update its cancellation_details and metadata.")
    if "cancel_at" in params and "cancel_at_period_end" in params:
        raise invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at")
    changes: dict[str, Any] = {name: params[name] for name in ("description",) if name in params}
    if "metadata" in params:
        changes["metadata"] = merged(subscription["metadata"], params["metadata"])
    if "default_payment_method" in params:
        method = params["default_payment_method"]
        owned = payment_methods.owned(account, method, subscription["customer"], "default_payment_method")
        changes["default_payment_method"] = owned["id"]
    changes |= subscription_changes.cancellation(account, subscription, params)
    changes |= subscription_changes.pause(account, subscription, params)
    account.change(subscription, "customer.subscription.updated", **changes)
    subscription_changes.reschedule(account, subscription, params)
    return public(subscription)


@route("POST", "/v1/subscriptions", SubscriptionCreateParams)
def create(call: Call) -> Object:
    """For customers with a card. It is refused where the first payment fails, as with `error_if_incomplete`."""
    account, params = call.account, call.params
    only(params, SUPPORTED_AT_FIRST, "`{}` of a new subscription")
    if "customer" not in params or not params.get("items"):
        missing = "items" if "customer" in params else "customer"
        raise unreadable(f"Missing required param: {missing}.", missing, "parameter_missing")
    customer = living(account, params["customer"])
    sold = [_sold(account, item, position) for position, item in enumerate(params["items"])]
    check_prices("subscription", [price for price, _ in sold])
    chosen = params.get("default_payment_method")
    if chosen is not None:
        payment_methods.owned(account, chosen, customer["id"], "default_payment_method")
    trial = {name: value for name, value in params.items() if value != "now"}
    subscription = begin(account, customer, sold, chosen, trial)
    invoice = bill(account, subscription, "subscription_create", free=subscription["status"] == "trialing")
    invoices.finalize(account, invoice)
    decline = invoices.collect(account, invoice, by_hand=True)
    if decline == "no_payment_method":
        raise invalid(
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method.", code="resource_missing",
        )  # fmt: skip
    if decline:
        raise declined(failure(decline), None, None, kept=False)
    return public(subscription)


def _sold(account: Account, item: dict[str, Any], position: int) -> tuple[Object, int]:
    at = f"items[{position}]"
    id_ = item.get("price") or item.get("plan")
    if id_ is None:
        raise unsupported("new subscriptions with anything but `price` or `plan`", at)
    price = account.find("price", id_, f"{at}[price]")
    if not price["recurring"]:
        raise invalid("The price specified is set to `type=one_time` but this field only accepts recurring prices.", at)
    return price, item.get("quantity", 1)


@route("DELETE", "/v1/subscriptions/{id}", SubscriptionCancelParams)
def cancel(call: Call) -> Object:
    subscription = call.account.find("subscription", call.id)
    if subscription["status"] in OVER:
        raise no_such("subscription", call.id)
    if call.params.get("invoice_now") or call.params.get("prorate"):
        raise unsupported("invoicing or prorating when a subscription is cancelled")
    details = call.params.get("cancellation_details", {})
    kept = {**(subscription.get("cancellation_details") or {}), **details}
    call.account.change(subscription, cancellation_details=kept)
    end_it(call.account, subscription, "cancellation_requested")
    return public(subscription)
