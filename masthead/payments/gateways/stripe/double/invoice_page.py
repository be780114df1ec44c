"""An invoice's page: what it asks for, and while it is open a form to pay it with another card."""

from __future__ import annotations

from html import escape

from . import invoices, pages, payment_intents, payment_methods
from .account import Account
from .api import Answer
from .card_form import CardForm, offered_cards
from .cards import CARDS
from .currencies import shown
from .store import Object

Values = dict[str, str]
PAYABLE = ("open", "uncollectible")


def show(account: Account, id_: str, values: Values) -> Answer:
    """GET /invoices/<invoice>"""
    with account.turn():
        return _page(account, id_, _form({}, account))


def submit(account: Account, id_: str, values: Values) -> Answer:
    """POST /invoices/<invoice>"""
    with account.turn():
        invoice = account.store.get(id_, "invoice")
        form = _form(values, account)
        if invoice is None or invoice["status"] not in PAYABLE:
            return _page(account, id_, form)
        entry = form.read()
        if entry is None:
            return _page(account, id_, form)
        billing = {"email": invoice["customer_email"], "name": entry.name}
        method = payment_methods.make(account, CARDS[entry.number], entry.expiry, **billing)
        intent = account.find("payment_intent", invoice["_intent"])
        status = payment_intents.pay(account, intent, method, reader_is_there=True)
        if status == "requires_action":
            return pages.redirect(f"/authenticate/{intent['id']}")
        if status != "succeeded":
            return _page(account, id_, form, intent["last_payment_error"]["message"])
        return paid(account, intent, method)


def paid(account: Account, intent: Object, method: Object) -> Answer:
    """The money has come: the invoice is settled, and the card is kept."""
    invoice = account.find("invoice", intent["_invoice"])
    payment_methods.attach(account, method, invoice["customer"])
    invoices.settle(account, invoice, intent)
    return pages.redirect(f"/invoices/{invoice['id']}")


def again(account: Account, id_: str, words: str) -> Answer:
    """The form once more, with what went wrong."""
    return _page(account, id_, _form({}, account), words)


def _form(values: Values, account: Account) -> CardForm:
    return CardForm(values, None, account.now(), with_email=False)


def _page(account: Account, id_: str, form: CardForm, general: str = "") -> Answer:
    invoice = account.store.get(id_, "invoice")
    if invoice is None or invoice["status"] == "draft":
        return pages.message("Page not found", "There is no such invoice.", status=404)
    rows = [(line["description"] or "", line["amount"]) for line in invoice["lines"]["data"]]
    rows.append(("Total", invoice["total"]))
    title = f"Invoice {invoice['number']}"
    paper = f"<h1>{escape(title)}</h1><p>Status: {escape(invoice['status'])}</p>{table(rows, invoice['currency'])}"
    if invoice["status"] not in PAYABLE:
        return pages.page(title, paper)
    fields = form.fields()
    wrong = bool(form.errors or general)
    due = shown(invoice["amount_remaining"], invoice["currency"])
    body = f"""<div class="columns"><section>{paper}</section>
<section aria-labelledby="how"><h2 id="how">Pay with card</h2>{pages.summary(fields, general)}
<form method="post" action="/invoices/{invoice["id"]}" novalidate>{"".join(field.html() for field in fields)}
<button>Pay · {escape(due)}</button></form>{offered_cards()}</section></div>"""
    return pages.page(("Error: " if wrong else "") + title, body, 422 if wrong else 200)


def table(rows: list[tuple[str, int]], currency: str) -> str:
    """Lines with their amounts."""
    lines = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{escape(shown(amount, currency))}</td></tr>" for name, amount in rows
    )
    return f'<table class="items"><tbody>{lines}</tbody></table>'
