"""Checkout Sessions: a hosted page that takes one payment, starts a subscription or keeps a card."""

from __future__ import annotations

from typing import Any

from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionLineItemListParams,
    SessionListParams,
    SessionRetrieveParams,
    SessionUpdateParams,
)

from . import checkout_rules, currencies, customers, payment_intents, prices, setup_intents
from .account import DAY, Account, task
from .errors import ApiError, invalid
from .expansion import INCLUDED
from .listing import listed, part
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object


@route("POST", "/v1/checkout/sessions", SessionCreateParams)
def create(call: Call) -> Object:
    account, params = call.account, call.params
    checkout_rules.check(account, params)
    sold = [_sold(account, line, position) for position, line in enumerate(params.get("line_items", []))]
    checkout_rules.check_prices(params["mode"], [price for price, _, _ in sold])
    customer = customers.living(account, params["customer"]) if "customer" in params else None
    session = _new(account, params, customer)
    _put_lines(account, session, sold, params)
    if params["mode"] == "setup":
        given = params.get("setup_intent_data", {})
        intent = setup_intents.make(account, params.get("customer"), _session=session["id"], **given)
        session["setup_intent"] = intent["id"]
    account.store.add(session)
    account.store.schedule("checkout.expire", session["id"], session["expires_at"])
    return public(session)


def _sold(account: Account, line: dict[str, Any], position: int) -> tuple[Object, int, dict[str, str]]:
    at = f"line_items[{position}]"
    if ("price" in line) == ("price_data" in line):
        raise invalid(f"You must specify either `price` or `price_data` for `{at}`.", at)
    if "price" in line:
        price = account.find("price", line["price"], f"{at}[price]")
        if not price["active"]:
            raise invalid(f"The price specified is inactive. This field only accepts active prices: {price['id']}.", at)
    else:
        price = prices.make(account, **line["price_data"], active=False)
    if line.get("quantity", 1) < 1:
        raise invalid(f"Quantity must be at least 1 in `{at}`.", f"{at}[quantity]", "parameter_invalid_integer")
    if "quantity" not in line:
        raise invalid(f"Quantity is required. Add `quantity` to `{at}`.", f"{at}[quantity]")
    return price, line["quantity"], line.get("metadata", {})


def _new(account: Account, params: dict[str, Any], customer: Object | None) -> Object:
    mode, id_ = params["mode"], account.new_id("cs_test_a1", 56)
    kept = ("cancel_url", "client_reference_id", "success_url", "locale", "submit_type", "currency", "origin_context")
    email = customer["email"] if customer else params.get("customer_email")
    return {
        "id": id_,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False} if mode == "payment" else None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": account.now(),
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": customer["id"] if customer else None,
        "customer_creation": _creation(params, customer),
        "customer_details": _details(email, customer["name"] if customer else None) if email else None,
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at", account.now() + DAY),
        "invoice_creation": _invoice_creation(params),
        "livemode": False,
        "metadata": merged(None, params.get("metadata")),
        "mode": mode,
        "payment_method_collection": "always" if mode == "subscription" else "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "ui_mode": "hosted_page",
        "url": f"{account.origin}/c/pay/{id_}",
        **{name: params[name] for name in kept if name in params},
        "_takes_name": params.get("customer_update", {}).get("name") == "auto",
        "_data": params.get("subscription_data" if mode == "subscription" else "payment_intent_data", {}),
    }


def _creation(params: dict[str, Any], customer: Object | None) -> str | None:
    if customer is not None:
        return None
    if params["mode"] == "subscription":
        return "always"
    return str(params.get("customer_creation", "if_required"))


def _invoice_creation(params: dict[str, Any]) -> Object | None:
    if params["mode"] != "payment":
        return None
    given = params.get("invoice_creation", {"enabled": False})
    nothing = dict.fromkeys(
        ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    )
    return {"enabled": given["enabled"], "invoice_data": {**nothing, "metadata": {}, **given.get("invoice_data", {})}}


def _details(email: str | None, name: str | None = None) -> Object:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _put_lines(
    account: Account, session: Object, sold: list[tuple[Object, int, dict[str, str]]], params: dict[str, Any]
) -> None:
    lines = [_line(account, price, quantity, metadata) for price, quantity, metadata in sold]
    session["_lines"] = lines
    if not lines:
        return
    total = sum(line["amount_total"] for line in lines)
    trial = checkout_rules.has_trial(params)
    due = sum(line["amount_total"] for line in lines if line["price"]["type"] == "one_time") if trial else total
    currency = lines[0]["currency"]
    if due:
        currencies.check_chargeable(due, currency, "line_items")
    session |= {
        "amount_subtotal": due,
        "amount_total": due,
        "currency": currency,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    }


def _line(account: Account, price: Object, quantity: int, metadata: dict[str, str]) -> Object:
    total = price["unit_amount"] * quantity
    return {
        "id": account.new_id("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": account.find("product", price["product"], "product")["name"],
        "metadata": metadata,
        "price": public(price),
        "quantity": quantity,
    }


@task("checkout.expire")
def expire_unpaid(account: Account, id_: str) -> None:
    """Nobody paid in time."""
    session = account.find("checkout.session", id_)
    if session["status"] == "open":
        expire(account, session)


def expire(account: Account, session: Object) -> None:
    account.store.unschedule("checkout.expire", session["id"])
    intent = account.store.get(session.get("payment_intent") or session.get("_intent") or "", "payment_intent")
    if intent is not None and intent["status"] != "canceled":
        payment_intents.cancel(account, intent, "expired")
    account.change(session, status="expired", url=None)
    account.emit("checkout.session.expired", session)


def page_url(session: Object, name: str) -> str:
    """Where the reader is sent afterwards."""
    return (session.get(name) or "").replace("{CHECKOUT_SESSION_ID}", session["id"])


def _lines_included(account: Account, session: Object) -> Object:
    lines = account.find("checkout.session", session["id"])["_lines"]
    return part(f"/v1/checkout/sessions/{session['id']}/line_items", lines, {})


INCLUDED["checkout.session", "line_items"] = _lines_included


@route("GET", "/v1/checkout/sessions", SessionListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("customer", "payment_intent", "subscription", "status")}
    return listed(call.account, "checkout.session", "/v1/checkout/sessions", call.params, **fields)


@route("GET", "/v1/checkout/sessions/{id}", SessionRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("checkout.session", call.id))


@route("GET", "/v1/checkout/sessions/{id}/line_items", SessionLineItemListParams)
def line_items(call: Call) -> Object:
    session = call.account.find("checkout.session", call.id)
    return part(f"/v1/checkout/sessions/{call.id}/line_items", session["_lines"], call.params)


@route("POST", "/v1/checkout/sessions/{id}", SessionUpdateParams)
def update(call: Call) -> Object:
    session = call.account.find("checkout.session", call.id)
    checkout_rules.only(call.params, ("metadata",), "changing `{}` of a Checkout Session")
    call.account.change(session, metadata=merged(session["metadata"], call.params.get("metadata")))
    return public(session)


@route("POST", "/v1/checkout/sessions/{id}/expire", SessionExpireParams)
def expire_(call: Call) -> Object:
    session = call.account.find("checkout.session", call.id)
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"{session['status']}."
        )
    expire(call.account, session)
    return public(session)
