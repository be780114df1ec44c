"""The Stripe gateway: our interface, carried out by Stripe's own client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

import stripe

from masthead.lib.periods import ONCE
from masthead.payments.gateways.base import (
    Capabilities,
    Foreign,
    GatewayError,
    MoneyLine,
    NoticeSeen,
    NotOurs,
    PaymentSeen,
    Picture,
    Refused,
    Started,
)
from masthead.payments.gateways.stripe import reading
from masthead.payments.gateways.stripe.amounts import to_stripe
from masthead.payments.models import Order

NAME = "stripe"
# The version of Stripe's API this code was written for and tested with; the library's own must be the same.
API_VERSION = "2026-10-28.endive"
TOLERANCE = 300  # seconds a signed notice may be old
PAGE = 100
PAGES = ("https://checkout.stripe.com", "https://billing.stripe.com")
# What reconcile asks for again. Each says what it is about; how things stand is then asked.
NOTICES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.voided",
    "invoice.marked_uncollectible",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
    "refund.updated",
    "refund.failed",
)
P = ParamSpec("P")
R = TypeVar("R")
_CHARGE = ["latest_charge.balance_transaction"]
_REFUNDS = [
    "latest_charge.refunds.data.balance_transaction",
    "latest_charge.refunds.data.failure_balance_transaction",
]
_REFUND = ["data.balance_transaction", "data.failure_balance_transaction"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to reach Stripe. `api` is another address than Stripe's own: the double's.

    `newsroom` is noted with everything we ask for, so that several may share an account.
    """

    key: str
    webhook_secrets: tuple[str, ...] = ()
    api: str = ""
    newsroom: str = ""
    http_client: Any = None  # for tests

    @property
    def live(self) -> bool:
        """Whether real money moves."""
        return "_live_" in self.key[:12]


def _asking(call: Callable[P, R]) -> Callable[P, R]:
    """Say Stripe's errors in the gateways' words."""

    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                raise LookupError(error.user_message or str(error)) from error
            raise Refused(error.user_message or str(error)) from error
        except stripe.CardError as error:
            raise Refused(error.user_message or str(error)) from error
        except stripe.StripeError as error:
            raise GatewayError(error.user_message or str(error) or type(error).__name__) from error

    return asked


class StripeGateway:
    """Asks with the API version this code was written for; refuses to work with a library made for another."""

    name = NAME
    capabilities = Capabilities(
        recurring=True, portal=True, refunds=True, defers=True, pauses=True, changes=True, notices=True
    )

    def __init__(self, options: Options) -> None:
        if stripe.api_version != API_VERSION:
            raise GatewayError(f"Stripe's library speaks {stripe.api_version}; Masthead was made for {API_VERSION}.")
        self.options = options

    @cached_property
    def client(self) -> stripe.StripeClient:
        """Stripe's client; it repeats what failed on the way, with the same key."""
        addresses: Any = {"api": self.options.api} if self.options.api else {}
        return stripe.StripeClient(
            self.options.key,
            stripe_version=API_VERSION,
            base_addresses=addresses,
            http_client=self.options.http_client,
            max_network_retries=0 if self.options.http_client else 2,
        )

    @_asking
    def start_checkout(self, order: Order, return_url: str, cancel_url: str) -> Started:
        """A session of Checkout; Stripe closes it after 24 hours. Raises Refused for an amount Stripe can't take."""
        name = {"order": str(order.uuid)}
        if self.options.newsroom:
            name["newsroom"] = self.options.newsroom[:500]
        price: dict[str, Any] = {
            "currency": order.currency.lower(),
            "unit_amount": to_stripe(order.amount, order.currency),
            "product_data": {"name": order.title},
        }
        params: dict[str, Any] = {
            "client_reference_id": str(order.uuid),
            "metadata": name,
            "success_url": return_url,
            "cancel_url": cancel_url,
            "line_items": [{"price_data": price, "quantity": 1}],
        }
        if order.email:
            params["customer_email"] = order.email
        if order.interval == ONCE:
            params |= {"mode": "payment", "payment_intent_data": {"metadata": name}, "submit_type": "donate"}
        else:
            price["recurring"] = {"interval": order.interval}
            params |= {"mode": "subscription", "subscription_data": {"metadata": name}}
        session = self.client.v1.checkout.sessions.create(
            params,  # type: ignore[arg-type]  # a TypedDict that was put together in steps
            options={"idempotency_key": f"order:{order.uuid}"},
        )
        return Started(session.id, session.url or "")

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> NoticeSeen:
        """Trust a notice that Stripe signed for us lately, in our mode and our version of the API."""
        event = self._verified(headers.get("stripe-signature", ""), body)
        try:
            return self._trusted(event)
        except (AttributeError, KeyError, TypeError) as error:
            raise NotOurs("not a notice of Stripe's") from error

    def _trusted(self, event: stripe.Event) -> NoticeSeen:
        if event.livemode != self.options.live:
            raise NotOurs("a notice of live payments" if event.livemode else "a notice of test payments")
        if event.api_version != API_VERSION:
            raise NotOurs(f"written for another version of the API ({event.api_version})")
        return _notice(event)

    def _verified(self, signature: str, body: bytes) -> stripe.Event:
        for secret in self.options.webhook_secrets:
            try:
                return self.client.construct_event(body, signature, secret, TOLERANCE)
            except stripe.SignatureVerificationError as error:
                refused: Exception = error
            except (ValueError, AttributeError, KeyError, TypeError) as error:
                raise NotOurs("not a notice of Stripe's") from error
        if not self.options.webhook_secrets:
            raise NotOurs("no webhook secret is set")
        raise NotOurs("its signature is wrong or too old") from refused

    @_asking
    def fetch(self, ref: str) -> Picture:
        """How things stand with a session, subscription, invoice, payment intent, charge, refund or dispute."""
        kind = ref.split("_", 1)[0]
        ways: dict[str, Callable[[str], Picture]] = {
            "cs": self._session,
            "sub": self._subscription,
            "in": self._invoice,
            "pi": self._intent,
            "ch": lambda name: self._of_intent(self.client.v1.charges.retrieve(name)),
            "py": lambda name: self._of_intent(self.client.v1.charges.retrieve(name)),
            "re": lambda name: self._of_intent(self.client.v1.refunds.retrieve(name)),
            "pyr": lambda name: self._of_intent(self.client.v1.refunds.retrieve(name)),
            "dp": lambda name: self._of_intent(self.client.v1.disputes.retrieve(name)),
            "du": lambda name: self._of_intent(self.client.v1.disputes.retrieve(name)),
        }
        if kind not in ways:
            raise LookupError(f"{ref!r} names nothing we ask Stripe about")
        return ways[kind](ref)

    def _owner(self, thing: Any) -> Picture:
        """Whose it is, as far as Stripe remembers what it was told."""
        newsroom = reading.remembered(thing, "newsroom")
        return Picture(
            order=reading.remembered(thing, "order"), elsewhere=bool(newsroom) and newsroom != self.options.newsroom
        )

    def _session(self, ref: str) -> Picture:
        session = self.client.v1.checkout.sessions.retrieve(ref)
        state = {"complete": "completed"}.get(session.status or "", session.status or "")
        payer = session.customer_details
        base = replace(
            self._owner(session),
            session=state,
            session_ref=ref,
            email=(payer and payer.email) or "",
            name=(payer and payer.name) or "",
        )
        if session.subscription:
            rest = self._subscription(reading.name_of(session.subscription))
        elif session.payment_intent:
            rest = self._intent(reading.name_of(session.payment_intent))
        else:
            return base
        return replace(base, agreement=rest.agreement, payments=rest.payments)

    def _subscription(self, ref: str) -> Picture:
        """With its newest invoices; older ones were settled when they were new, or are found by their money."""
        subscription = self._the_subscription(ref)
        invoices = self.client.v1.invoices.list({"subscription": ref, "limit": 3, "expand": ["data.payments"]})
        payments = [self._paid(each) for each in reversed(invoices.data)]
        payer: Any = invoices.data[0] if invoices.data else None
        return replace(
            self._owner(subscription),
            email=(payer and payer.customer_email) or "",
            name=(payer and payer.customer_name) or "",
            agreement=reading.agreement(subscription),
            payments=tuple(each for each in payments if each is not None),
        )

    def _the_subscription(self, ref: str) -> stripe.Subscription:
        return self.client.v1.subscriptions.retrieve(ref, {"expand": ["default_payment_method"]})

    def _invoice(self, ref: str) -> Picture:
        invoice = self._the_invoice(ref)
        parent = invoice.parent and invoice.parent.subscription_details
        if not parent:
            raise Foreign(f"{ref} belongs to no subscription")
        subscription = self._the_subscription(reading.name_of(parent.subscription))
        payment = self._paid(invoice)
        return replace(
            self._owner(subscription),
            email=invoice.customer_email or "",
            name=invoice.customer_name or "",
            agreement=reading.agreement(subscription),
            payments=(payment,) if payment else (),
        )

    def _the_invoice(self, ref: str) -> stripe.Invoice:
        return self.client.v1.invoices.retrieve(ref, {"expand": ["payments"]})

    def _paid(self, invoice: stripe.Invoice) -> PaymentSeen | None:
        """An invoice as a payment; None for one that asks for nothing, as at the start of a deferral.

        An invoice may have been tried with several payment intents, one of them given up for the next: what was paid
        counts, or else the newest that may still be.
        """
        if invoice.total <= 0 or invoice.status == "draft":
            return None
        tries = [each for each in (invoice.payments.data if invoice.payments else []) if each.payment.payment_intent]
        chosen = [each for each in tries if each.status == "paid"] or [each for each in tries if each.status == "open"]
        seen = [self._seen(reading.name_of(each.payment.payment_intent)) for each in chosen or tries[:1]]
        return reading.invoice(invoice, [made for _intent, made in seen], seen[0][0].status if seen else "")

    def _of_intent(self, thing: Any) -> Picture:
        ref = reading.name_of(thing.payment_intent)
        if not ref:
            raise Foreign(f"{thing.id} has no payment intent: it isn't one of ours")
        return self._intent(ref)

    def _intent(self, ref: str) -> Picture:
        intent, seen = self._seen(ref)
        owner = self._owner(intent)
        if not owner.order:
            found = self.client.v1.invoice_payments.list(
                {"payment": {"type": "payment_intent", "payment_intent": ref}, "limit": 1}
            )
            if found.data:
                return self._invoice(reading.name_of(found.data[0].invoice))
        charge: Any = intent.latest_charge
        payer: Any = charge.billing_details if charge else None
        email, name = (payer and payer.email) or "", (payer and payer.name) or ""
        return replace(owner, email=email, name=name, payments=(seen,))

    def _seen(self, ref: str) -> tuple[stripe.PaymentIntent, PaymentSeen]:
        intent = self.client.v1.payment_intents.retrieve(ref, {"expand": [*_CHARGE, *_REFUNDS]})
        charge: Any = intent.latest_charge
        disputes = list(self.client.v1.disputes.list({"payment_intent": ref})) if charge and charge.disputed else []
        refunds = list(charge.refunds.data) if charge and charge.refunds else []
        if charge and charge.refunds and charge.refunds.has_more:  # only the newest ten come along
            params: Any = {"payment_intent": ref, "limit": PAGE, "expand": _REFUND}
            refunds = list(self.client.v1.refunds.list(params).auto_paging_iter())
        return intent, reading.intent(intent, disputes, refunds)

    @_asking
    def cancel(self, agreement_ref: str, *, at_end: bool, key: str) -> None:
        """End a subscription."""
        if at_end:
            self._update(agreement_ref, {"cancel_at_period_end": True}, key)
        else:
            self.client.v1.subscriptions.cancel(agreement_ref, options={"idempotency_key": key})

    @_asking
    def resume(self, agreement_ref: str, key: str) -> None:
        """Go on, after a cancellation or a pause; also one that somebody set for a day of its own on the dashboard."""
        subscription = self.client.v1.subscriptions.retrieve(agreement_ref)
        on_a_day = subscription.cancel_at and not subscription.cancel_at_period_end
        ending: dict[str, Any] = {"cancel_at": ""} if on_a_day else {"cancel_at_period_end": False}
        self._update(agreement_ref, {**ending, "pause_collection": ""}, key)

    @_asking
    def pause(self, agreement_ref: str, until: datetime | None, key: str) -> None:
        """Invoices that would have been due meanwhile are voided, so nothing is owed afterwards."""
        pause: dict[str, Any] = {"behavior": "void"}
        if until is not None:
            pause["resumes_at"] = int(until.timestamp())
        self._update(agreement_ref, {"pause_collection": pause}, key)

    @_asking
    def change_amount(self, agreement_ref: str, amount: int, currency: str, interval: str, key: str) -> None:
        """The next period costs this much; nothing is charged or given back for the present one.

        Another interval would begin a new period at once, and charge for it; a trial until the end of the present one
        keeps what was paid for.
        """
        subscription = self.client.v1.subscriptions.retrieve(agreement_ref)
        item = subscription["items"].data[0]
        price = {
            "currency": currency.lower(),
            "unit_amount": to_stripe(amount, currency),
            "recurring": {"interval": interval},
            "product": reading.name_of(item.price.product),
        }
        params: dict[str, Any] = {"items": [{"id": item.id, "price_data": price}], "proration_behavior": "none"}
        if item.price.recurring and item.price.recurring.interval != interval:
            if subscription.status not in {"active", "trialing"}:
                raise Refused("The late payment comes first; then how often to pay can be changed.")
            params["trial_end"] = item.current_period_end
        self._update(agreement_ref, params, key)

    @_asking
    def defer_renewal(self, agreement_ref: str, until: datetime, key: str) -> None:
        """A trial until then, which is how Stripe waits; what was paid for stays paid."""
        params = {"trial_end": int(until.timestamp()), "proration_behavior": "none"}
        self._update(agreement_ref, params, key)

    def _update(self, ref: str, params: dict[str, Any], key: str) -> None:
        self.client.v1.subscriptions.update(ref, params, options={"idempotency_key": key})  # type: ignore[arg-type]

    @_asking
    def refund(self, payment_ref: str, amount: int, key: str) -> None:
        """Give back part or all of what a payment intent, or an invoice, brought."""
        intent = payment_ref
        if payment_ref.startswith("in_"):
            invoice = self.client.v1.invoices.retrieve(payment_ref, {"expand": ["payments"]})
            paid = [each for each in (invoice.payments.data if invoice.payments else []) if each.status == "paid"]
            intent = reading.name_of(paid[0].payment.payment_intent) if paid else ""
            if not intent:
                raise Refused("No card payment is behind this invoice, so there is none to give back.")
        currency = self.client.v1.payment_intents.retrieve(intent).currency.upper()
        self.client.v1.refunds.create(
            {"payment_intent": intent, "amount": to_stripe(amount, currency), "metadata": {"refund": key}},
            options={"idempotency_key": f"refund:{key}"},
        )

    @_asking
    def retry(self, payment_ref: str) -> None:
        """Try an invoice again with the customer's present card."""
        if not payment_ref.startswith("in_"):
            raise Refused("Only a renewal can be tried again; for anything else the reader pays anew.")
        self.client.v1.invoices.pay(payment_ref)

    @_asking
    def expire(self, session_ref: str) -> None:
        """Close a session. One that is closed already stays as it is."""
        if self.client.v1.checkout.sessions.retrieve(session_ref).status == "open":
            self.client.v1.checkout.sessions.expire(session_ref)

    @_asking
    def portal_url(self, customer_ref: str, return_url: str) -> str:
        """Stripe's customer portal."""
        session = self.client.v1.billing_portal.sessions.create({"customer": customer_ref, "return_url": return_url})
        return session.url

    def list_notices(self, since: datetime) -> Iterator[NoticeSeen]:
        """Stripe keeps events for 30 days and lists the newest first."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "types": list(NOTICES), "limit": PAGE}
        seen = [_notice(event) for event in self._all(self.client.v1.events.list, params)]
        return reversed(seen)

    def list_money(self, since: datetime | None = None) -> Iterator[MoneyLine]:
        """Lines of the balance that are about readers' payments."""
        params: Any = {"limit": PAGE}
        if since is not None:
            params["created"] = {"gte": int(since.timestamp())}
        for transaction in self._plain("/v1/balance_transactions", params):
            seen = reading.line(SimpleNamespace(**transaction), reading.name_of(transaction["source"]))
            if seen is not None:
                yield seen

    def _plain(self, path: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Each thing of a long list as it was sent: making the library's objects of it takes longer than all else."""
        more = True
        while more:
            try:
                page = json.loads(str(self.client.raw_request("get", path, **params).body))
            except stripe.StripeError as error:
                raise GatewayError(error.user_message or str(error)) from error
            yield from page["data"]
            more = page["has_more"]
            params = {**params, "starting_after": page["data"][-1]["id"]} if more else params

    def _all(self, call: Callable[[Any], Any], params: Any) -> Iterator[Any]:
        try:
            yield from call(params).auto_paging_iter()
        except stripe.StripeError as error:
            raise GatewayError(error.user_message or str(error)) from error

    def origins(self) -> list[str]:
        """Checkout's and the customer portal's; the double has both at its own address."""
        return [self.options.api.rstrip("/")] if self.options.api else list(PAGES)

    def brands(self) -> list[str]:
        """The cards every Stripe account takes in Checkout."""
        return ["visa", "mastercard", "american-express"]


def _notice(event: stripe.Event) -> NoticeSeen:
    thing: Any = event.data.object
    return NoticeSeen(event.id, event.type, _about(event.type, thing), reading.moment(event.created))


def _about(kind: str, thing: Any) -> str:
    name: str = getattr(thing, "id", None) or ""  # an invoice that is only announced has none
    if kind.startswith(("checkout.session.", "invoice.", "customer.subscription.", "payment_intent.")):
        return name
    if kind.startswith(("charge.", "refund.")):
        return reading.name_of(getattr(thing, "payment_intent", None)) or name
    return ""
