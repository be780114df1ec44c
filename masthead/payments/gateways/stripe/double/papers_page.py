"""Receipts and invoices as pages: what the links on charges and invoices lead to."""

from __future__ import annotations

from html import escape

from . import pages
from .account import Account
from .api import Answer
from .currencies import shown
from .store import Object

Values = dict[str, str]


def receipt(account: Account, id_: str, values: Values) -> Answer:
    """GET /receipts/<charge>"""
    with account.turn():
        charge = account.store.get(id_, "charge")
        if charge is None or not charge["paid"]:
            return pages.message("Page not found", "There is no such receipt.", status=404)
        card = charge["payment_method_details"]["card"]
        rows = [("Paid", charge["amount"]), ("Refunded", -charge["amount_refunded"])]
        text = f"{card['brand'].title()} ending in {card['last4']}"
        return _paper(f"Receipt from {account.habits.newsroom}", text, rows, charge)


def invoice(account: Account, id_: str, values: Values) -> Answer:
    """GET /invoices/<invoice>"""
    with account.turn():
        found = account.store.get(id_, "invoice")
        if found is None or found["status"] == "draft":
            return pages.message("Page not found", "There is no such invoice.", status=404)
        rows = [(line["description"] or "", line["amount"]) for line in found["lines"]["data"]]
        return _paper(f"Invoice {found['number']}", f"Status: {found['status']}", rows, found)


def _paper(title: str, text: str, rows: list[tuple[str, int]], object_: Object) -> Answer:
    lines = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{escape(shown(amount, object_['currency']))}</td></tr>"
        for name, amount in rows
        if amount or name != "Refunded"
    )
    body = f'<h1>{escape(title)}</h1><p>{escape(text)}</p><table class="items"><tbody>{lines}</tbody></table>'
    return pages.page(title, body)
