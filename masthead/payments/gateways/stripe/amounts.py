"""Stripe's units: for a few currencies they aren't the currency's own.

Source: Stripe's page on supported currencies, zero-decimal, three-decimal and special cases
(docs.stripe.com/currencies).
"""

from __future__ import annotations

from masthead.lib.money import exponent
from masthead.payments.gateways.base import Refused

# Where Stripe counts in other decimal places than ISO 4217 does.
_OTHERWISE = {"ISK": 2, "UGX": 2, "MGA": 0}


def to_stripe(minor: int, currency: str) -> int:
    """Stripe's number for an amount in minor units. Raises Refused for one that Stripe can't take."""
    shift = _OTHERWISE.get(currency, exponent(currency)) - exponent(currency)
    amount, rest = (minor * 10**shift, 0) if shift >= 0 else divmod(minor, 10**-shift)
    if rest or (exponent(currency) == 3 and amount % 10):
        raise Refused(f"Stripe takes no amount as fine as this in {currency}.")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """Minor units of a number that Stripe says; the currency in any case."""
    currency = currency.upper()
    shift = exponent(currency) - _OTHERWISE.get(currency, exponent(currency))
    if shift >= 0:
        return amount * 10**shift
    whole, rest = divmod(abs(amount), 10**-shift)
    whole += 2 * rest >= 10**-shift  # half a unit, of a fee, is a unit
    return whole if amount >= 0 else -whole
