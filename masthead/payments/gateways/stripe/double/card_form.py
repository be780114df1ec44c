"""The card fields of a hosted page: read, checked, and shown again with what is wrong beside them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape

from .cards import CARDS, by_number, passes_luhn
from .checkout_payment import Entry
from .pages import Field

OFFERED = (
    ("4242 4242 4242 4242", "succeeds"),
    ("5555 5555 5555 4444", "succeeds (Mastercard)"),
    ("3782 822463 10005", "succeeds (American Express)"),
    ("4000 0025 0000 3155", "asks for 3-D Secure"),
    ("4000 0027 6000 3184", "asks for 3-D Secure every time"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has insufficient funds"),
    ("4000 0000 0000 0069", "has expired"),
    ("4000 0000 0000 0259", "succeeds, then is disputed"),
    ("4000 0000 0000 0341", "succeeds once; later charges fail"),
)


class CardForm:
    """What was typed, and what is wrong with it."""

    def __init__(self, values: dict[str, str], fixed_email: str | None, now: int, *, with_email: bool = True) -> None:
        self.values = {name: value.strip() for name, value in values.items()}
        self.fixed_email = fixed_email
        self.with_email = with_email
        self.now = datetime.fromtimestamp(now, UTC)
        self.errors: dict[str, str] = {}

    def fields(self) -> list[Field]:
        found = []
        if self.fixed_email is None and self.with_email:
            found.append(self._field("email", "E-mail", autocomplete="email", inputmode="email", kind="email"))
        return [
            *found,
            self._field(
                "number",
                "Card number",
                autocomplete="cc-number",
                inputmode="numeric",
                placeholder="4242 4242 4242 4242",
            ),
            self._field(
                "expiry", "Expiry", autocomplete="cc-exp", inputmode="numeric", hint="Month and year, as 12/34"
            ),
            self._field("cvc", "Security code", autocomplete="cc-csc", inputmode="numeric", hint="Any three digits"),
            self._field("name", "Name on card", autocomplete="cc-name"),
        ]

    def _field(self, name: str, label: str, **more: str) -> Field:
        return Field(name, label, self.values.get(name, ""), self.errors.get(name, ""), **more)

    def read(self) -> Entry | None:
        """The card, or None and `errors`."""
        number = re.sub(r"[\s-]", "", self.values.get("number", ""))
        self._check_number(number)
        expiry = self._expiry()
        card = by_number(number)
        length = 4 if card and card.brand == "amex" else 3
        if not re.fullmatch(rf"\d{{3,{length}}}", self.values.get("cvc", ""), re.ASCII):
            self.errors["cvc"] = "Your card's security code is incomplete."
        if not self.values.get("name"):
            self.errors["name"] = "Please write the name as it stands on the card."
        email = self.fixed_email or self.values.get("email", "")
        if self.with_email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email):
            self.errors["email"] = "Your e-mail address is incomplete."
        if self.errors or expiry is None:
            return None
        return Entry(number, expiry, self.values["name"], email)

    def _check_number(self, number: str) -> None:
        if not number:
            self.errors["number"] = "Please write the card number."
        elif not passes_luhn(number):
            self.errors["number"] = "Your card number is invalid."
        elif number not in CARDS:
            self.errors["number"] = "This is not a test card. A real card's number must never be written here."

    def _expiry(self) -> tuple[int, int] | None:
        match = re.fullmatch(r"(\d{1,2})\s*[/ -]\s*(\d{2}|\d{4})", self.values.get("expiry", ""), re.ASCII)
        if match is None or not 1 <= int(match[1]) <= 12:
            self.errors["expiry"] = "Your card's expiration date is incomplete."
            return None
        month, year = int(match[1]), int(match[2]) % 100 + 2000
        if (year, month) < (self.now.year, self.now.month):
            self.errors["expiry"] = "Your card's expiration date is in the past."
            return None
        return year, month


def offered_cards() -> str:
    """The test numbers, folded away under the form."""
    rows = "".join(f"<tr><td><code>{number}</code></td><td>{escape(what)}</td></tr>" for number, what in OFFERED)
    return (
        "<details><summary>Test card numbers</summary><p>Any expiry in the future and any security code will do.</p>"
        "<table><thead><tr><th scope=col>Number</th><th scope=col>What it "
        f"does</th></tr></thead><tbody>{rows}</tbody>"
        "</table></details>"
    )
