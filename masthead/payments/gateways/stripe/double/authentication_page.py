"""What a bank's page would be: the reader completes 3-D Secure, or fails it."""

from __future__ import annotations

from html import escape

from . import checkout_page, invoice_page, pages, payment_intents
from .account import Account
from .api import Answer
from .currencies import shown
from .store import Object

Values = dict[str, str]
NOTHING = ("Nothing to do here", "This payment needs no authentication.")


def ask(account: Account, intent_id: str, values: Values) -> Answer:
    """GET /authenticate/<intent>"""
    with account.turn():
        intent = account.store.get(intent_id)
        if intent is None or intent.get("status") != "requires_action":
            return pages.message(*NOTHING, status=404)
        amount = f" of {shown(intent['amount'], intent['currency'])}" if "amount" in intent else ""
        back = _back(intent)
        body = f"""<h1>3-D Secure</h1>
<p>This stands for your bank's page. Confirm the payment{escape(amount)} to {escape(account.habits.newsroom)},
or fail it.</p>
<form method="post" action="/authenticate/{intent["id"]}" class="choices">
<button name="passed" value="yes">Complete authentication</button>
<button name="passed" value="no" class="quiet">Fail authentication</button>
</form>
{f'<p><a href="{escape(back)}">Back to the payment page</a></p>' if back else ""}"""
        return pages.page("3-D Secure", body)


def _back(intent: Object) -> str:
    if intent.get("_session"):
        return f"/c/pay/{intent['_session']}"
    return f"/invoices/{intent['_invoice']}" if intent.get("_invoice") else ""


def answer(account: Account, intent_id: str, values: Values) -> Answer:
    """POST /authenticate/<intent>"""
    passed = values.get("passed") == "yes"
    with account.turn():
        intent = account.store.get(intent_id)
        if intent is None or intent["object"] not in ("payment_intent", "setup_intent"):
            return pages.message(*NOTHING, status=404)
        if intent.get("_session"):
            return checkout_page.authenticated(account, intent, passed=passed)
        if intent["status"] != "requires_action":
            return pages.message(*NOTHING, status=404)
        return _without_page(account, intent, passed=passed)


def _without_page(account: Account, intent: Object, *, passed: bool) -> Answer:
    """An invoice's intent, or one that was made over the API."""
    if not passed:
        payment_intents.refuse_authentication(account, intent)
        words = str(payment_intents.AUTHENTICATION_FAILED["message"])
    else:
        method = account.find("payment_method", intent["payment_method"])
        status = payment_intents.pay(account, intent, method, reader_is_there=True, authenticated=True)
        words = "" if status == "succeeded" else intent["last_payment_error"]["message"]
        if intent.get("_invoice") and not words:
            return invoice_page.paid(account, intent, method)
    if intent.get("_invoice"):
        return invoice_page.again(account, intent["_invoice"], words)
    return pages.message("The payment was made" if not words else "The payment failed", words or "You can go back now.")
