"""The test cards: numbers that Stripe's own test mode knows, and what a bank says to each."""

from __future__ import annotations

from dataclasses import dataclass

from .store import Object


@dataclass(frozen=True)
class Card:
    """How a number behaves."""

    number: str
    brand: str = "visa"
    network: str = "visa"
    declined: str = ""
    """The decline code of every charge."""
    declined_later: str = ""
    """The decline code of charges after the one it was entered for."""
    asks: bool = False
    """Whether the bank wants to see the reader first (3-D Secure)."""
    asks_always: bool = False
    """Whether it wants to even for renewals, where no reader is there."""
    disputed: str = ""
    """The reason it is disputed for, right after it was charged."""
    refund_fails: bool = False
    country: str = "US"
    funding: str = "credit"


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242"),
        Card("4000056655665556", funding="debit"),
        Card("5555555555554444", brand="mastercard", network="mastercard"),
        Card("378282246310005", brand="amex", network="amex"),
        Card("6011111111111117", brand="discover", network="discover"),
        Card("4000002500003155", asks=True),
        Card("4000002760003184", asks=True, asks_always=True),
        Card("4000008400001629", asks=True, declined="generic_decline"),
        Card("4000000000000002", declined="generic_decline"),
        Card("4000000000009995", declined="insufficient_funds"),
        Card("4000000000009987", declined="lost_card"),
        Card("4000000000009979", declined="stolen_card"),
        Card("4000000000000069", declined="expired_card"),
        Card("4000000000000127", declined="incorrect_cvc"),
        Card("4000000000000119", declined="processing_error"),
        Card("4000000000000259", disputed="fraudulent"),
        Card("4000000000002685", disputed="product_not_received"),
        Card("4000000000000341", declined_later="generic_decline"),
        Card("4000000000005126", refund_fails=True),
    )
}

# decline code → Stripe's error code, and the words for the reader
DECLINES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "lost_card": ("card_declined", "Your card was declined."),
    "stolen_card": ("card_declined", "Your card was declined."),
    "expired_card": ("expired_card", "Your card has expired."),
    "incorrect_cvc": ("incorrect_cvc", "Your card's security code is incorrect."),
    "processing_error": (
        "processing_error", "An error occurred while processing your card. Try again in a little bit.",
    ),
    "authentication_required": (
        "authentication_required", "Your card was declined. This transaction requires authentication.",
    ),
}  # fmt: skip


def by_number(number: str) -> Card | None:
    """The card; a number that is no test card is unknown, as Stripe's test mode has it."""
    return CARDS.get("".join(number.split()))


def passes_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    if not (number.isascii() and number.isdecimal() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def failure(decline: str) -> Object:
    """What a failed charge and the error about it say."""
    code, message = DECLINES.get(decline, ("card_declined", "Your card was declined."))
    return {"code": code, "decline_code": decline, "message": message}
