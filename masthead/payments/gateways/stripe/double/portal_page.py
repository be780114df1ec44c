"""The portal's pages: what a reader pays for, the card, and the way out."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

from . import customers, pages, payment_methods, portal, subscription_changes
from .account import Account
from .api import Answer
from .card_form import CardForm, offered_cards
from .cards import CARDS, failure
from .currencies import shown
from .store import Object
from .subscriptions import OVER, period

Values = dict[str, str]


def show(account: Account, path: str, values: Values) -> Answer:
    """GET /p/session/<session>[/card | /cancel/<subscription>]"""
    with account.turn():
        session = _session(account, path)
        if isinstance(session, Answer):
            return session
        _, what, which = _parts(path)
        flow = session["flow"]
        if not what and flow is not None:
            what, which = ("card", "") if flow["type"] == "payment_method_update" else ("cancel", _named(flow))
        if what == "card":
            return _card_page(account, session, CardForm({}, None, account.now(), with_email=False))
        if what == "cancel":
            return _cancel_page(account, session, which)
        return _home(account, session)


def submit(account: Account, path: str, values: Values) -> Answer:
    """POST to the same addresses, and /keep/<subscription> to take a cancellation back."""
    with account.turn():
        session = _session(account, path)
        if isinstance(session, Answer):
            return session
        _, what, which = _parts(path)
        if what == "card" or (not what and session["flow"] and session["flow"]["type"] == "payment_method_update"):
            return _take_card(account, session, CardForm(values, None, account.now(), with_email=False))
        subscription = account.store.get(which or _named(session["flow"]), "subscription")
        if subscription is None or subscription["customer"] != session["customer"]:
            return pages.message("Page not found", "There is no such subscription.", status=404)
        params = {"cancel_at_period_end": what != "keep"}
        changes = subscription_changes.cancellation(account, subscription, params)
        account.change(subscription, "customer.subscription.updated", **changes)
        return _done(session)


def _parts(path: str) -> tuple[str, str, str]:
    id_, _, rest = path.partition("/")
    what, _, which = rest.partition("/")
    return id_, what, which


def _named(flow: Any) -> str:
    return str(((flow or {}).get("subscription_cancel") or {}).get("subscription", ""))


def _session(account: Account, path: str) -> Object | Answer:
    session = account.store.get(_parts(path)[0], "billing_portal.session")
    if session is None:
        return pages.message("Page not found", "There is no portal at this address.", status=404)
    if session["created"] + portal.LASTS < account.now():
        back = ("Back to the newsroom", session["return_url"] or "")
        return pages.message("This page has expired", "Please go back and open it again.", status=410, link=back)
    return session


def _done(session: Object) -> Answer:
    after = (session["flow"] or {}).get("after_completion") or {}
    redirect = (after.get("redirect") or {}).get("return_url")
    return pages.redirect(redirect or f"/p/session/{session['id']}" + ("/home" if session["flow"] else ""))


def _home(account: Account, session: Object) -> Answer:
    customer = customers.living(account, session["customer"])
    found = account.store.every("subscription", customer=customer["id"])
    cards = "".join(_subscription(account, session, each) for each in found) or "<p>You have no subscription.</p>"
    method = payment_methods.default_of(account, customer, found[-1] if found else None)
    card = f"{method['card']['brand'].title()} ending in {method['card']['last4']}" if method else "No card is kept."
    back = f'<p><a href="{escape(session["return_url"])}">Back to the newsroom</a></p>' if session["return_url"] else ""
    body = f"""<h1>Your subscription with {escape(account.habits.newsroom)}</h1>
{cards}
<h2>Card</h2><p>{escape(card)}</p>
<p><a class="button quiet" href="/p/session/{session["id"]}/card">Update card</a></p>
{back}"""
    return pages.page("Your subscription", body)


def _subscription(account: Account, session: Object, subscription: Object) -> str:
    first = subscription["items"]["data"][0]
    name = account.find("product", first["price"]["product"])["name"]
    amount = shown(first["price"]["unit_amount"] * first["quantity"], subscription["currency"])
    price = f"{amount} per {first['plan']['interval']}"
    day = datetime.fromtimestamp(period(subscription)[1], UTC).strftime("%-d %B %Y")
    base = f"/p/session/{session['id']}"
    if subscription["status"] in OVER:
        state, deed = "It has ended.", ""
    elif subscription["cancel_at_period_end"]:
        state = f"It ends on {day}."
        form = f'<form method="post" action="{base}/keep/{subscription["id"]}" class="choices">'
        deed = f"{form}<button>Don’t cancel</button></form>"
    else:
        state = f"It renews on {day}." if subscription["status"] != "past_due" else "The last payment failed."
        deed = f'<p><a class="button quiet" href="{base}/cancel/{subscription["id"]}">Cancel subscription</a></p>'
    return f"<article><h2>{escape(name)}</h2><p>{escape(price)}. {escape(state)}</p>{deed}</article>"


def _cancel_page(account: Account, session: Object, which: str) -> Answer:
    subscription = account.store.get(which, "subscription")
    if subscription is None or subscription["customer"] != session["customer"] or subscription["status"] in OVER:
        return pages.message("Page not found", "There is no such subscription.", status=404)
    day = datetime.fromtimestamp(period(subscription)[1], UTC).strftime("%-d %B %Y")
    body = f"""<h1>Cancel your subscription?</h1>
<p>It stays until {day}, for which you have paid. Nothing is charged after that.</p>
<form method="post" action="/p/session/{session["id"]}/cancel/{subscription["id"]}" class="choices">
<button>Cancel subscription</button><a class="button quiet" href="/p/session/{session["id"]}/home">Keep it</a></form>"""
    return pages.page("Cancel your subscription?", body)


def _card_page(account: Account, session: Object, form: CardForm, general: str = "") -> Answer:
    fields = form.fields()
    wrong = bool(form.errors or general)
    body = f"""<h1>Update card</h1>
{pages.summary(fields, general)}
<form method="post" action="/p/session/{session["id"]}/card" novalidate>{"".join(field.html() for field in fields)}
<button>Save card</button></form>
<p><a href="/p/session/{session["id"]}/home">Back without a change</a></p>{offered_cards()}"""
    return pages.page(("Error: " if wrong else "") + "Update card", body, 422 if wrong else 200)


def _take_card(account: Account, session: Object, form: CardForm) -> Answer:
    entry = form.read()
    if entry is None:
        return _card_page(account, session, form)
    card = CARDS[entry.number]
    if card.declined:
        return _card_page(account, session, form, failure(card.declined)["message"])
    customer = customers.living(account, session["customer"])
    give_card(account, customer, entry.number, entry.expiry, entry.name)
    return _done(session)


def give_card(account: Account, customer: Object, number: str, expiry: tuple[int, int], name: str) -> Object:
    """A new card for a customer and for all that is paid with the old one."""
    method = payment_methods.make(account, CARDS[number], expiry, name=name, email=customer["email"])
    method["_used"] = True
    customers.use_card(account, customer, method)
    for subscription in account.store.every("subscription", customer=customer["id"]):
        if subscription["status"] not in OVER and subscription["default_payment_method"]:
            account.change(subscription, "customer.subscription.updated", default_payment_method=method["id"])
    return method
