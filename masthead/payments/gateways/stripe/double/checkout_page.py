"""The hosted checkout page: what is bought, a form for the card, and what follows."""

from __future__ import annotations

from html import escape
from typing import Any

from . import checkout, checkout_payment, pages
from .account import Account
from .api import Answer
from .card_form import CardForm, offered_cards
from .checkout_payment import Result
from .currencies import shown
from .store import Object

Values = dict[str, str]


def show(account: Account, id_: str, values: Values) -> Answer:
    """GET /c/pay/<session>"""
    with account.turn():
        session = account.store.get(id_, "checkout.session")
        if session is None:
            return pages.message("Page not found", "There is no Checkout Session at this address.", status=404)
        return _open_page(account, session, CardForm({}, _email(session), account.now())) or _closed(session)


def submit(account: Account, id_: str, values: Values) -> Answer:
    """POST /c/pay/<session>"""
    with account.turn():
        session = account.store.get(id_, "checkout.session")
        if session is None or session["status"] != "open":
            return (
                pages.message("Page not found", "There is no such page.", status=404)
                if session is None
                else _closed(session)
            )
        form = CardForm(values, _email(session), account.now())
        entry = form.read()
        if entry is None:
            return _open_page(account, session, form) or _closed(session)
        result = checkout_payment.pay(account, session, entry)
        return _after(account, session, result, form)


def authenticated(account: Account, intent: Object, *, passed: bool) -> Answer:
    """The reader comes back from the bank's page."""
    session = account.find("checkout.session", intent["_session"])
    if session["status"] != "open":
        return _closed(session)
    result = checkout_payment.authenticate(account, intent, passed=passed)
    return _after(account, session, result, CardForm(session.get("_entered", {}), _email(session), account.now()))


def _after(account: Account, session: Object, result: Result, form: CardForm) -> Answer:
    if result.status == "complete":
        return pages.redirect(checkout.page_url(session, "success_url"))
    if result.status == "requires_action":
        return pages.redirect(f"/authenticate/{result.intent}")
    form.values.pop("cvc", None)
    return _open_page(account, session, form, result.message) or _closed(session)


def _email(session: Object) -> str | None:
    return (session.get("customer_details") or {}).get("email")


def _closed(session: Object) -> Answer:
    """Somebody comes back to a page that is done with."""
    if session["status"] == "complete":
        link = ("Go on", checkout.page_url(session, "success_url"))
        return pages.message(
            "This payment is finished", "You're all done here; nothing more will be charged.", link=link
        )
    back = ("Back to the newsroom", checkout.page_url(session, "cancel_url"))
    return pages.message(
        "This page has expired", "Nothing was charged. Please go back and start again.", status=410, link=back
    )


def _open_page(account: Account, session: Object, form: CardForm, general: str = "") -> Answer | None:
    if session["status"] != "open":
        return None
    fields = form.fields()
    wrong = bool(general or form.errors)
    title = _title(account, session)
    email = f"<p class=email>{escape(form.fixed_email)}</p>" if form.fixed_email else ""
    cancel = checkout.page_url(session, "cancel_url")
    back = f'<p><a href="{escape(cancel)}">Cancel and go back</a></p>' if cancel else ""
    # Without an address the form would carry a #field of the summary along, and on to the newsroom.
    body = f"""<div class="columns"><section aria-labelledby="what">
<h1 id="what">{escape(title)}</h1>
{_items(session)}
{back}
</section>
<section aria-labelledby="how"><h2 id="how">{"Card" if session["mode"] == "setup" else "Pay with card"}</h2>
{pages.summary(fields, general)}
<form method="post" action="/c/pay/{session["id"]}" novalidate>{email}{"".join(field.html() for field in fields)}
<button>{escape(_button(session))}</button></form>
{offered_cards()}
</section></div>"""
    return pages.page(("Error: " if wrong else "") + title, body, 422 if wrong else 200)


def _title(account: Account, session: Object) -> str:
    verb = {"payment": "Pay", "subscription": "Subscribe to", "setup": "Save a card with"}[session["mode"]]
    return f"{verb} {account.habits.newsroom}"


def _button(session: Object) -> str:
    if session["mode"] == "setup":
        return "Save card"
    due = session["amount_total"]
    if not due:
        return "Start"
    return f"{'Subscribe' if session['mode'] == 'subscription' else 'Pay'} · {shown(due, session['currency'])}"


def _items(session: Object) -> str:
    if not session["_lines"]:
        return "<p>Your card is kept for later payments. Nothing is charged today.</p>"
    rows = "".join(_row(line) for line in session["_lines"])
    due = shown(session["amount_total"], session["currency"])
    return (
        '<table class="items"><caption>What you pay for</caption><tbody>' + rows + "</tbody><tfoot><tr>"
        f"<th scope=row>Due today</th><td>{escape(due)}</td></tr></tfoot></table>"
    )


def _row(line: Any) -> str:
    recurring = line["price"]["recurring"]
    every = ""
    if recurring:
        count = recurring["interval_count"]
        every = f" every {count} {recurring['interval']}s" if count > 1 else f" per {recurring['interval']}"
    many = f" × {line['quantity']}" if line["quantity"] > 1 else ""
    amount = shown(line["amount_total"], line["currency"]) + every
    return f"<tr><th scope=row>{escape(line['description'] + many)}</th><td>{escape(amount)}</td></tr>"
