"""What happens when a reader submits the hosted page: the card is tried, and the session is completed."""

from __future__ import annotations

from dataclasses import dataclass

from . import customers, invoices, payment_intents, payment_methods, setup_intents, subscriptions
from .account import Account
from .cards import CARDS, failure
from .errors import ApiError
from .payment_methods import card_of
from .store import Object


@dataclass
class Entry:
    """What the reader wrote into the page."""

    number: str
    expiry: tuple[int, int]
    """Year and month."""
    name: str
    email: str


@dataclass
class Result:
    """How it went: `complete`, `requires_action` with the intent to authenticate, or `declined` with words."""

    status: str
    message: str = ""
    intent: str = ""


def pay(account: Account, session: Object, entry: Entry) -> Result:
    """Try the card for this session."""
    must_be_open(session)
    customer = _customer(account, session, entry)
    method = payment_methods.make(account, CARDS[entry.number], entry.expiry, email=entry.email, name=entry.name)
    account.change(session, _entered={"email": entry.email, "name": entry.name})
    if not session.get("amount_total"):
        return _set_up(account, session, method, customer)
    intent = _intent(account, session, customer)
    return _outcome(account, session, intent, method, authenticated=False)


def must_be_open(session: Object) -> None:
    if session["status"] != "open":
        raise ApiError(f"This Checkout Session has a status of {session['status']}.")


def authenticate(account: Account, intent: Object, *, passed: bool) -> Result:
    """The reader comes back from the bank's page."""
    session = account.find("checkout.session", intent["_session"])
    must_be_open(session)
    if intent["status"] != "requires_action":
        return Result("declined", "There is nothing to authenticate.")
    method = account.find("payment_method", intent["payment_method"])
    setup = intent["object"] == "setup_intent"
    if not passed:
        words = payment_intents.AUTHENTICATION_FAILED
        if setup:
            setup_intents.fail(account, intent, method, {**words, "code": "setup_intent_authentication_failure"})
        else:
            payment_intents.refuse_authentication(account, intent)
        return Result("declined", str(words["message"]))
    if setup:
        return _set_up_done(account, session, intent, method)
    return _outcome(account, session, intent, method, authenticated=True)


def _outcome(account: Account, session: Object, intent: Object, method: Object, *, authenticated: bool) -> Result:
    status = payment_intents.pay(account, intent, method, reader_is_there=True, authenticated=authenticated)
    if status == "requires_action":
        return Result(status, intent=intent["id"])
    if status != "succeeded":
        return Result("declined", intent["last_payment_error"]["message"])
    _complete(account, session, method, intent)
    return Result("complete")


def _set_up(account: Account, session: Object, method: Object, customer: Object | None) -> Result:
    """Nothing is owed today: the card is only kept."""
    intent = account.store.get(session.get("setup_intent") or session.get("_intent") or "", "setup_intent")
    if intent is None:
        intent = setup_intents.make(account, customer["id"] if customer else None, _session=session["id"])
        account.change(session, _intent=intent["id"])
    account.change(intent, customer=customer["id"] if customer else None)
    card = card_of(method)
    if card.asks:
        setup_intents.ask(account, intent, method)
        return Result("requires_action", intent=intent["id"])
    return _set_up_done(account, session, intent, method)


def _set_up_done(account: Account, session: Object, intent: Object, method: Object) -> Result:
    card = card_of(method)
    if card.declined:
        setup_intents.fail(account, intent, method, failure(card.declined))
        return Result("declined", failure(card.declined)["message"])
    method["_used"] = True
    account.store.save(method)
    setup_intents.succeed(account, intent, method)
    _complete(account, session, method, None)
    return Result("complete")


def _customer(account: Account, session: Object, entry: Entry) -> Object | None:
    """The session's customer; made now when the session needs one."""
    known = session["customer"] or session.get("_customer")
    if known:
        return customers.living(account, known)
    keeps_card = session["_data"].get("setup_future_usage")
    wants_invoice = (session["invoice_creation"] or {}).get("enabled")
    if session["customer_creation"] != "always" and not keeps_card and not wants_invoice:
        return None
    customer = customers.make(account, email=entry.email, name=entry.name)
    account.change(session, _customer=customer["id"])
    return customer


def _intent(account: Account, session: Object, customer: Object | None) -> Object:
    """The session's payment intent: one, however often the reader tries."""
    known = account.store.get(session.get("payment_intent") or session.get("_intent") or "", "payment_intent")
    if known is not None:
        return known
    customer_id = customer["id"] if customer else None
    given = dict(session["_data"])
    if session["mode"] == "subscription":
        given = {"description": "Subscription creation", "setup_future_usage": "off_session"}
    intent = payment_intents.make(
        account, session["amount_total"], session["currency"], customer_id, _session=session["id"], **given
    )
    if session["mode"] == "payment":
        account.change(session, payment_intent=intent["id"])
    else:
        account.change(session, _intent=intent["id"])
    return intent


def _complete(account: Account, session: Object, method: Object, intent: Object | None) -> None:
    """All that follows from a payment that came, or a card that was kept."""
    customer = account.store.get(session["customer"] or session.get("_customer") or "", "customer")
    made: Object = {}
    if customer is not None and (session["mode"] != "payment" or session["_data"].get("setup_future_usage")):
        payment_methods.attach(account, method, customer["id"])
    if session["mode"] == "subscription" and customer is not None:
        made = _subscribe(account, session, customer, method, intent)
    elif intent is not None and customer is not None and session["invoice_creation"]["enabled"]:
        made = {"invoice": _invoice(account, session, customer, intent)["id"]}
    entered = session["_entered"]
    if customer is not None and session["_takes_name"]:
        account.change(customer, "customer.updated", name=entered["name"])
    details = {
        **(session.get("customer_details") or _nobody()),
        "email": (customer or {}).get("email") or entered["email"],
        "name": entered["name"] or (customer or {}).get("name"),
    }
    account.store.unschedule("checkout.expire", session["id"])
    account.change(
        session,
        status="complete",
        payment_status="paid" if intent is not None else "no_payment_required",
        url=None,
        customer=customer["id"] if customer else None,
        customer_details=details,
        **made,
    )
    account.emit("checkout.session.completed", session)


def _nobody() -> Object:
    names = ("address", "business_name", "email", "individual_name", "name", "phone")
    return {**dict.fromkeys(names), "tax_exempt": "none", "tax_ids": []}


def _subscribe(account: Account, session: Object, customer: Object, method: Object, intent: Object | None) -> Object:
    lines = session["_lines"]
    sold = [(account.find("price", line["price"]["id"]), line["quantity"]) for line in lines]
    recurring = [(price, quantity) for price, quantity in sold if price["recurring"]]
    subscription = subscriptions.begin(account, customer, recurring, method["id"], session["_data"])
    trial = subscription["status"] == "trialing"
    extra = [_single(account, price, quantity) for price, quantity in sold if not price["recurring"]]
    invoice = subscriptions.bill(account, subscription, "subscription_create", free=trial, extra=extra)
    invoices.finalize(account, invoice, intent)
    invoices.settle(account, invoice, intent)
    return {"subscription": subscription["id"], "invoice": invoice["id"]}


def _single(account: Account, price: Object, quantity: int) -> Object:
    """An invoice's line for something that is bought once."""
    details = {
        "invoice_item": account.new_id("ii_1"),
        "proration": False,
        "proration_details": None,
        "subscription": None,
    }
    parent = {"invoice_item_details": details, "subscription_item_details": None, "type": "invoice_item_details"}
    name = account.find("product", price["product"], "product")["name"]
    now = account.now()
    return invoices.line(account, price, quantity, (now, now), parent=parent, description=name)


def _invoice(account: Account, session: Object, customer: Object, intent: Object) -> Object:
    """The invoice of a single payment, where the session asked for one."""
    lines = [
        _single(account, account.find("price", line["price"]["id"]), line["quantity"]) for line in session["_lines"]
    ]
    data = session["invoice_creation"]["invoice_data"]
    given = {name: data[name] for name in ("description", "footer", "metadata") if data.get(name)}
    invoice = invoices.make(account, customer, session["currency"], lines, "manual", **given)
    invoices.finalize(account, invoice, intent)
    invoices.settle(account, invoice, intent)
    return invoice
