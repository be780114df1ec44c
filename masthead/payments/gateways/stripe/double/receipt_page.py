"""A receipt: what the link on a charge leads to."""

from __future__ import annotations

from html import escape

from . import pages
from .account import Account
from .api import Answer
from .invoice_page import table

Values = dict[str, str]


def show(account: Account, id_: str, values: Values) -> Answer:
    """GET /receipts/<charge>"""
    with account.turn():
        charge = account.store.get(id_, "charge")
        if charge is None or not charge["paid"]:
            return pages.message("Page not found", "There is no such receipt.", status=404)
        card = charge["payment_method_details"]["card"]
        rows = [("Paid", charge["amount"])]
        if charge["amount_refunded"]:
            rows.append(("Refunded", -charge["amount_refunded"]))
        title = f"Receipt from {account.habits.newsroom}"
        text = f"{card['brand'].title()} ending in {card['last4']}"
        body = f"<h1>{escape(title)}</h1><p>{escape(text)}</p>{table(rows, charge['currency'])}"
        return pages.page(title, body)
