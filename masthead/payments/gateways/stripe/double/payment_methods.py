"""Payment methods: cards that a customer has entered on a hosted page."""

from __future__ import annotations

import hashlib
from typing import Any

from stripe.params import (
    CustomerPaymentMethodListParams,
    CustomerPaymentMethodRetrieveParams,
    PaymentMethodAttachParams,
    PaymentMethodDetachParams,
    PaymentMethodListParams,
    PaymentMethodRetrieveParams,
    PaymentMethodUpdateParams,
)

from .account import Account
from .cards import CARDS, Card, failure
from .errors import declined, invalid, no_such
from .listing import listed
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object

NOWHERE = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def make(account: Account, card: Card, expiry: tuple[int, int], **billing: Any) -> Object:
    """A card as it was entered: `expiry` is the year and the month."""
    year, month = expiry
    method = {
        "id": account.new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {"address": NOWHERE, "email": None, "name": None, "phone": None, "tax_id": None, **billing},
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": card.country,
            "display_brand": card.brand if card.brand != "amex" else "american_express",
            "exp_month": month,
            "exp_year": year,
            "fingerprint": hashlib.blake2b(card.number.encode(), digest_size=8).hexdigest(),
            "funding": card.funding,
            "generated_from": None,
            "last4": card.number[-4:],
            "networks": {"available": [card.network], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": account.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_number": card.number,
        "_used": False,
    }
    return account.store.add(method)


# Ids that Stripe's test mode makes a new payment method of.
STOCK = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_createDispute": "4000000000000259",
}


def named(account: Account, id_: str, param: str = "payment_method") -> Object:
    """A payment method by its id, or a new one for one of the stock ids."""
    if id_ in STOCK:
        method = make(account, CARDS[STOCK[id_]], (2060, 12))
        method["_used"] = id_ == "pm_card_chargeCustomerFail"
        return account.store.save(method)
    return account.find("payment_method", id_, param)


def card_of(method: Object) -> Card:
    return CARDS[method["_number"]]


def attach(account: Account, method: Object, customer: str) -> Object:
    """Keep a card for a customer."""
    if method["customer"] is not None and method["customer"] != customer:
        raise invalid("The payment method you provided has already been attached to a customer.", "payment_method")
    if method["customer"] == customer:
        return method
    method["customer"] = customer
    account.store.save(method)
    account.emit("payment_method.attached", method)
    return method


def owned(account: Account, id_: str, customer: str, param: str) -> Object:
    """A payment method that belongs to this customer."""
    method = account.find("payment_method", id_, param)
    if method["customer"] != customer:
        raise invalid(
            f"The customer does not have a payment method with the ID {id_}. The payment method must be attached "
            "to the "
            "customer.",
            param,
            "resource_missing",
        )
    return method


def default_of(account: Account, customer: Object, subscription: Object | None = None) -> Object | None:
    """The card an invoice is charged to: the subscription's own, else the customer's."""
    id_ = (subscription or {}).get("default_payment_method") or customer["invoice_settings"]["default_payment_method"]
    return account.store.get(id_, "payment_method") if id_ else None


@route("GET", "/v1/payment_methods", PaymentMethodListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("customer", "type")}
    return listed(call.account, "payment_method", "/v1/payment_methods", call.params, **fields)


@route("GET", "/v1/payment_methods/{id}", PaymentMethodRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("payment_method", call.id))


@route("POST", "/v1/payment_methods/{id}", PaymentMethodUpdateParams)
def update(call: Call) -> Object:
    method = call.account.find("payment_method", call.id)
    if "metadata" in call.params:
        metadata = merged(method["metadata"], call.params["metadata"])
        call.account.change(method, "payment_method.updated", metadata=metadata)
    return public(method)


@route("POST", "/v1/payment_methods/{id}/attach", PaymentMethodAttachParams)
def attach_(call: Call) -> Object:
    from .customers import living

    method = named(call.account, call.id, "id")
    customer = living(call.account, call.params["customer"])
    declined_at_once = card_of(method).declined
    if declined_at_once:
        raise declined(failure(declined_at_once), None, None)
    return public(attach(call.account, method, customer["id"]))


@route("POST", "/v1/payment_methods/{id}/detach", PaymentMethodDetachParams)
def detach(call: Call) -> Object:
    method = call.account.find("payment_method", call.id)
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    release(call.account, method)
    return public(method)


def release(account: Account, method: Object) -> None:
    """A detached card can't be used again."""
    customer = account.store.get(method["customer"], "customer")
    if customer is not None and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        settings = {**customer["invoice_settings"], "default_payment_method": None}
        account.change(customer, "customer.updated", invoice_settings=settings)
    account.change(method, customer=None)
    account.emit("payment_method.detached", method)


@route("GET", "/v1/customers/{customer}/payment_methods", CustomerPaymentMethodListParams)
def of_customer(call: Call) -> Object:
    id_ = call.account.find("customer", call.path["customer"], "customer")["id"]
    url = f"/v1/customers/{id_}/payment_methods"
    return listed(call.account, "payment_method", url, call.params, customer=id_, type=call.params.get("type"))


@route("GET", "/v1/customers/{customer}/payment_methods/{id}", CustomerPaymentMethodRetrieveParams)
def one_of_customer(call: Call) -> Object:
    method = call.account.find("payment_method", call.id)
    if method["customer"] != call.path["customer"]:
        raise no_such("PaymentMethod", call.id)
    return public(method)
