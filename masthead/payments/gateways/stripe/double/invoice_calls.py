"""What can be asked of invoices over the API."""

from __future__ import annotations

from stripe.params import (
    InvoiceFinalizeInvoiceParams,
    InvoiceLineItemListParams,
    InvoiceListParams,
    InvoiceMarkUncollectibleParams,
    InvoicePayParams,
    InvoiceRetrieveParams,
    InvoiceUpdateParams,
    InvoiceVoidInvoiceParams,
)

from . import invoices, payment_methods
from .cards import failure
from .errors import ApiError, declined, invalid, unsupported
from .listing import listed, part
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object


@route("GET", "/v1/invoices", InvoiceListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("customer", "subscription", "status", "collection_method")}
    return listed(call.account, "invoice", "/v1/invoices", call.params, **fields)


@route("GET", "/v1/invoices/{id}", InvoiceRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("invoice", call.id))


@route("GET", "/v1/invoices/{id}/lines", InvoiceLineItemListParams)
def lines(call: Call) -> Object:
    invoice = call.account.find("invoice", call.id)
    return part(f"/v1/invoices/{call.id}/lines", invoice["lines"]["data"], call.params)


@route("POST", "/v1/invoices/{id}", InvoiceUpdateParams)
def update(call: Call) -> Object:
    invoice = call.account.find("invoice", call.id)
    for name in call.params:
        if name not in ("metadata", "description", "footer", "auto_advance"):
            raise unsupported(f"changing `{name}` of an invoice", name)
    changes = dict(call.params)
    changes["metadata"] = merged(invoice["metadata"], call.params.get("metadata"))
    if call.params.get("auto_advance") is False:
        invoices.stop_collecting(call.account, invoice)
    call.account.change(invoice, "invoice.updated", **changes)
    return public(invoice)


@route("POST", "/v1/invoices/{id}/finalize", InvoiceFinalizeInvoiceParams)
def finalize(call: Call) -> Object:
    invoice = call.account.find("invoice", call.id)
    if invoice["status"] != "draft":
        raise ApiError("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    call.account.store.unschedule("invoice.finalize", invoice["id"])
    invoices.finalize(call.account, invoice)
    if call.params.get("auto_advance", True):
        invoices.collect(call.account, invoice)
    return public(invoice)


@route("POST", "/v1/invoices/{id}/pay", InvoicePayParams)
def pay(call: Call) -> Object:
    account = call.account
    invoice = account.find("invoice", call.id)
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "void":
        raise invalid("Invoice is void, and can't be paid.")
    if invoice["status"] == "draft":
        account.store.unschedule("invoice.finalize", invoice["id"])
        invoices.finalize(account, invoice)
    if call.params.get("paid_out_of_band"):
        invoices.settle(account, invoice, None)
        return public(invoice)
    given = call.params.get("payment_method")
    method = payment_methods.owned(account, given, invoice["customer"], "payment_method") if given else None
    decline = invoices.collect(account, invoice, method, by_hand=True)
    if decline == "no_payment_method":
        raise ApiError(
            "There is no `default_payment_method` set on this Customer or Invoice. Please specify a payment "
            "method or set "
            "`default_payment_method` on the Customer.", code="invoice_payment_intent_requires_action", kept=True,
        )  # fmt: skip
    if decline:
        intent = account.find("payment_intent", invoice["_intent"])
        raise declined(failure(decline), intent.get("latest_charge"), public(intent))
    return public(invoice)


@route("POST", "/v1/invoices/{id}/void", InvoiceVoidInvoiceParams)
def void(call: Call) -> Object:
    invoice = call.account.find("invoice", call.id)
    if invoice["status"] == "draft":
        raise invalid("You can only void an invoice that has been finalized. Delete the draft instead.")
    invoices.void(call.account, invoice)
    return public(invoice)


@route("POST", "/v1/invoices/{id}/mark_uncollectible", InvoiceMarkUncollectibleParams)
def mark_uncollectible(call: Call) -> Object:
    invoice = call.account.find("invoice", call.id)
    if invoice["status"] not in ("open", "draft"):
        raise invalid(f"Invoice can't be marked uncollectible: its status is {invoice['status']}.")
    invoices.give_up(call.account, invoice)
    return public(invoice)
