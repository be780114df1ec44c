"""The double beside localstripe, another stand-in for Stripe: the same requests to both, the same answers.

localstripe knows neither Checkout nor prices and speaks an older version of the API. What is known to differ stands in
`DIFFERENT`, with the reason.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double

pytestmark = pytest.mark.services

# On 127.0.0.1 alone, and without the file in the temporary folder that every change of its state goes to.
PROGRAM = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""

# Fields that both have and that may differ: made anew each time, or seen differently on purpose.
DIFFERENT = {
    "*": {"created", "client_secret", "status_transitions"},
    "balance_transaction": {
        "available_on",  # localstripe has money at once, Stripe after two days
        "exchange_rate",  # 1.0 there; null at Stripe where no currency is exchanged
        "fee", "fee_details", "net",  # localstripe charges nothing
        "status",  # follows available_on
        "description",
    },
    "charge": {
        "metadata",  # localstripe does not hand the intent's down
    },
    "customer": {
        "currency",  # localstripe's is always eur; Stripe's is null until the first invoice
        "sources", "subscriptions", "tax_ids",  # sent only when asked for since 2020-08-27
        "preferred_locales",  # null there, an empty list at Stripe
        "invoice_settings",  # localstripe keeps only what was given
    },
    "invoice": {
        "number", "hosted_invoice_url", "invoice_pdf", "lines", "webhooks_delivered_at", "period_end",
        "billing_reason",  # localstripe says null
        "period_start",  # localstripe gives the line's period; Stripe's invoice looks back
        "attempt_count", "default_tax_rates", "ending_balance", "next_payment_attempt", "application_fee",
    },
    "payment_intent": {
        "latest_charge",  # the whole object there
    },
    "product": {"shippable"},  # null at Stripe unless it is said
    "subscription": {
        "billing_cycle_anchor",  # null there until it is set
        "items", "start_date",
        "canceled_at", "cancel_at",  # localstripe leaves them null
        "default_tax_rates",  # null there, an empty list at Stripe
    },
}  # fmt: skip

ID = re.compile(r"\b(cus|pi|ch|pm|re|txn|sub|si|in|il|prod|price)_\w+")
Client = stripe.StripeClient


@pytest.fixture(scope="module")
def peer() -> Iterator[Client]:
    """localstripe in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/v1/customers", timeout=1)
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield Client("sk_test_peer", base_addresses={"api": address})
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def ours() -> Client:
    return Double().client()


def without_ids(value: Any) -> Any:
    """Ids are made anew: only what kind of thing they name can be compared."""
    if isinstance(value, dict):
        return {name: without_ids(each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_ids(each) for each in value]
    return ID.sub(r"\1", value) if isinstance(value, str) else value


def alike(one: Any, other: Any) -> bool:
    """Equal, and where both are dictionaries, equal in what both have."""
    if isinstance(one, dict) and isinstance(other, dict) and one and other:
        shared = one.keys() & other.keys()
        return bool(shared) and all(alike(one[name], other[name]) for name in shared)
    return bool(one == other)


def differences(kind: str, ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields both have, whose values are not the same."""
    ours, theirs = without_ids(ours), without_ids(theirs)
    spared = DIFFERENT["*"] | DIFFERENT.get(kind, set())
    shared = (ours.keys() & theirs.keys()) - spared
    assert len(shared) >= 3, (kind, "hardly anything to compare", sorted(ours), sorted(theirs))
    return {name: (ours[name], theirs[name]) for name in sorted(shared) if not alike(ours[name], theirs[name])}


Ask = Callable[[Client], Any]


def same(ours: Client, peer: Client, ask: Ask) -> tuple[Any, Any]:
    """Ask both, compare, and hand both answers on."""
    answers = ask(ours), ask(peer)
    mine, others = (json.loads(str(answer)) for answer in answers)
    assert mine["object"] == others["object"]
    if mine["object"] == "list":
        assert len(mine["data"]) == len(others["data"])
        assert mine["has_more"] == others["has_more"]
        for one, other in zip(mine["data"], others["data"], strict=True):
            assert differences(one["object"], one, other) == {}
    else:
        assert differences(mine["object"], mine, others) == {}
    return answers


def refused(client: Client, ask: Ask) -> tuple[int | None, str]:
    with pytest.raises(stripe.StripeError) as caught:
        ask(client)
    return caught.value.http_status, type(caught.value).__name__


def same_refusal(ours: Client, peer: Client, ask: Ask, status: int) -> None:
    assert refused(ours, ask)[0] == status
    assert refused(peer, ask)[0] == status


def with_card(client: Client, card: str = "pm_card_visa") -> Any:
    customer = client.v1.customers.create({"email": "card@example.org"})
    method = client.v1.payment_methods.attach(card, {"customer": customer.id})
    return client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})


def test_customers(ours: Client, peer: Client) -> None:
    given: Any = {"name": "A Reader", "email": "a@example.org", "phone": "123", "metadata": {"a": "1", "b": "2"}}
    mine, others = same(ours, peer, lambda client: client.v1.customers.create(given))
    ids = {id(ours): mine.id, id(peer): others.id}
    same(ours, peer, lambda client: client.v1.customers.retrieve(ids[id(client)]))
    change: Any = {"description": "kind", "metadata": {"b": "3"}}
    mine, _ = same(ours, peer, lambda client: client.v1.customers.update(ids[id(client)], change))
    assert mine.metadata.to_dict() == {"a": "1", "b": "3"}
    same(ours, peer, lambda client: client.v1.customers.list({"email": "a@example.org"}))
    for client in (ours, peer):
        gone = client.v1.customers.delete(ids[id(client)])
        assert (gone.deleted, gone.object) == (True, "customer")


def test_products_and_plans(ours: Client, peer: Client) -> None:
    product: Any = {"name": "Membership", "description": "All of it", "metadata": {"tier": "1"}}
    mine, others = same(ours, peer, lambda client: client.v1.products.create(product))
    ids = {id(ours): mine.id, id(peer): others.id}
    plan: Any = {"id": "contract-month", "amount": 500, "currency": "eur", "interval": "month", "nickname": "monthly"}
    same(ours, peer, lambda client: client.v1.plans.create({**plan, "product": ids[id(client)]}))
    same(ours, peer, lambda client: client.v1.plans.retrieve("contract-month"))


def test_a_payment_and_its_refunds(ours: Client, peer: Client) -> None:
    customers = {id(client): with_card(client) for client in (ours, peer)}

    def pay(client: Client) -> Any:
        customer = customers[id(client)]
        return client.v1.payment_intents.create(
            {
                "amount": 2500,
                "currency": "eur",
                "customer": customer.id,
                "payment_method": customer.invoice_settings.default_payment_method,
                "confirm": True,
                "metadata": {"order": "9"},
            }
        )

    intents = dict(zip((id(ours), id(peer)), same(ours, peer, pay), strict=True))
    assert intents[id(ours)].status == "succeeded"
    same(ours, peer, lambda client: client.v1.charges.list({"customer": customers[id(client)].id}))

    def refund(client: Client, amount: int) -> Any:
        return client.v1.refunds.create({"payment_intent": intents[id(client)].id, "amount": amount})

    refunds = dict(zip((id(ours), id(peer)), same(ours, peer, lambda client: refund(client, 1000)), strict=True))
    same(ours, peer, lambda client: client.v1.refunds.retrieve(refunds[id(client)].id))
    same(ours, peer, lambda client: client.v1.refunds.list({"payment_intent": intents[id(client)].id}))
    same(ours, peer, lambda client: client.v1.balance_transactions.retrieve(refunds[id(client)].balance_transaction))


def test_a_card_that_fails(ours: Client, peer: Client) -> None:
    def pay(client: Client) -> Any:
        customer = with_card(client, "pm_card_chargeCustomerFail")
        method = customer.invoice_settings.default_payment_method
        return client.v1.payment_intents.create(
            {"amount": 2500, "currency": "eur", "customer": customer.id, "payment_method": method, "confirm": True}
        )

    assert refused(ours, pay) == refused(peer, pay) == (402, "CardError")

    def attach(client: Client) -> Any:
        return with_card(client, "pm_card_visa_chargeDeclined")

    assert refused(ours, attach) == refused(peer, attach) == (402, "CardError")


def test_a_subscription_its_invoice_and_its_end(ours: Client, peer: Client) -> None:
    for client in (ours, peer):
        product = client.v1.products.create({"name": "Membership"})
        client.v1.plans.create(
            {"id": "contract-year", "amount": 6000, "currency": "eur", "interval": "year", "product": product.id}
        )

    def subscribe(client: Client) -> Any:
        customer = with_card(client)
        given: Any = {"customer": customer.id, "items": [{"plan": "contract-year"}], "metadata": {"m": "1"}}
        return client.v1.subscriptions.create(given)

    mine, others = same(ours, peer, subscribe)
    ids = {id(ours): mine.id, id(peer): others.id}
    assert mine.status == "active"
    item, old = mine["items"]["data"][0], others
    assert (item.quantity, item.plan.amount) == (old["items"]["data"][0].quantity, old.plan.amount)
    # Since 2025 the period stands on the item. Both may have been made in two different seconds.
    assert (
        abs((item.current_period_end - item.current_period_start) - (old.current_period_end - old.current_period_start))
        <= 1
    )

    invoices = same(ours, peer, lambda client: client.v1.invoices.list({"subscription": ids[id(client)]}))
    one, other = (found.data[0] for found in invoices)
    assert (one.status, one.amount_paid, one.lines.data[0].amount) == ("paid", 6000, other.lines.data[0].amount)

    same(ours, peer, lambda client: client.v1.subscriptions.update(ids[id(client)], {"metadata": {"n": "2"}}))
    same(ours, peer, lambda client: client.v1.subscriptions.update(ids[id(client)], {"cancel_at_period_end": True}))
    same(ours, peer, lambda client: client.v1.subscriptions.retrieve(ids[id(client)]))
    ended = {id(client): client.v1.subscriptions.cancel(ids[id(client)]) for client in (ours, peer)}
    assert ended[id(ours)].status == ended[id(peer)].status == "canceled"


def test_what_both_refuse(ours: Client, peer: Client) -> None:
    same_refusal(ours, peer, lambda client: client.v1.customers.retrieve("cus_nobody"), 404)
    same_refusal(ours, peer, lambda client: client.v1.subscriptions.retrieve("sub_nothing"), 404)
    nonsense: Any = {"surprise": "1"}
    same_refusal(ours, peer, lambda client: client.v1.customers.create(nonsense), 400)
    negative: Any = {"amount": -5, "currency": "eur"}
    same_refusal(ours, peer, lambda client: client.v1.payment_intents.create(negative), 400)
    many: Any = {"amount": "many", "currency": "eur"}
    same_refusal(ours, peer, lambda client: client.v1.payment_intents.create(many), 400)


def test_pages_of_a_list(ours: Client, peer: Client) -> None:
    for client in (ours, peer):
        for number in range(5):
            client.v1.customers.create({"email": "many@example.org", "name": f"Reader {number}"})
    for client in (ours, peer):
        first = client.v1.customers.list({"email": "many@example.org", "limit": 2})
        assert (len(first.data), first.has_more) == (2, True)
        everyone = [customer.id for customer in first.auto_paging_iter()]
        assert len(everyone) == len(set(everyone)) == 5
