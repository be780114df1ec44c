"""Support for tests, made of plain functions: an offer, a tier with its words and prices, a single price."""

from __future__ import annotations

import itertools
from typing import Any

from masthead.lib.periods import MONTH, ONCE, YEAR
from masthead.members.models import Offer, Price, Tier, TierWords

_numbers = itertools.count(1)
# What a tier costs when nothing else is said: minor units an interval, in the same currency.
PRICES = {MONTH: 500, YEAR: 5000}


def offer(**fields: Any) -> Offer:
    """The newsroom's one offer, with these fields."""
    made = Offer.load()
    for name, value in {"currencies": "EUR", **fields}.items():
        setattr(made, name, value)
    made.full_clean()
    made.save()
    return made


def tier(
    name: str = "",
    *,
    language: str = "en",
    benefits: str = "A letter on Fridays\nThe members' evening",
    currency: str = "EUR",
    prices: dict[str, int] | None = None,
    **fields: Any,
) -> Tier:
    """A tier with words in one language and a price an interval; `prices={}` for a tier without any."""
    number = next(_numbers)
    made = Tier.objects.create(**{"slug": f"tier-{number}", "position": number, **fields})
    words(made, language, name or f"Reader {number}", benefits=benefits)
    for interval, amount in (PRICES if prices is None else prices).items():
        price(made, interval, amount, currency)
    return made


def words(tier: Tier, language: str, name: str, **fields: Any) -> TierWords:
    """What a tier is called in a language."""
    return TierWords.objects.create(tier=tier, language=language, name=name, **fields)


def price(tier: Tier, interval: str = MONTH, amount: int = 500, currency: str = "EUR", **fields: Any) -> Price:
    """A price of a tier; the least one may give is half of it, and there is one larger button."""
    fields = {"minimum": max(1, amount // 2), "presets": f"{amount * 2}" if interval != ONCE else "", **fields}
    return Price.objects.create(tier=tier, currency=currency, interval=interval, amount=amount, **fields)
