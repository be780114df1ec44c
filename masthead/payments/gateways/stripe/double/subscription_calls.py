"""What can be asked of subscriptions over the API. They begin on a hosted page only."""

from __future__ import annotations

from typing import Any

from stripe.params import (
    SubscriptionCancelParams,
    SubscriptionListParams,
    SubscriptionRetrieveParams,
    SubscriptionUpdateParams,
)

from . import payment_methods, subscription_changes
from .checkout_rules import only
from .errors import ApiError, invalid, no_such, unsupported
from .listing import listed
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object
from .subscriptions import OVER, end_it

SUPPORTED = (
    "cancel_at", "cancel_at_period_end", "cancellation_details", "billing_cycle_anchor", "default_payment_method",
    "description", "items", "metadata", "off_session", "pause_collection", "payment_behavior", "proration_behavior",
    "trial_end",
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
