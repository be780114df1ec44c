"""Offering: what readers can choose from, in one currency: amounts by tier, amounts given once, gifts by length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from masthead.lib.money import AmountError, Money, MoneyError, exponent, parse_amount
from masthead.lib.periods import MONTH, ONCE, YEAR
from masthead.members.models import Price, Tier

# Support given once is asked for in multiples of the smallest monthly amount, unless a tier names prices for it.
TIMES = (2, 5, 10, 20)
OWN = "own"
CEILING = 50_000_000  # minor units; with any fee that is covered it stays below what gateways take


@dataclass(frozen=True, slots=True)
class Group:
    """Amounts on buttons and one free field: a tier's price, or what is given once."""

    key: str
    currency: str
    minimum: int
    amounts: tuple[int, ...]
    usual: int
    tier: Tier | None = None
    price: Price | None = None

    @property
    def least(self) -> Money:
        """The least that may be written into the free field."""
        return Money(self.minimum, self.currency)

    def read(self, said: str, own: str, language: str) -> Money:
        """The amount of a button, or of the free field.

        Raises LookupError for a button there isn't, AmountError for what is no amount or ("least") too small a one.
        """
        if said == OWN:
            money = parse_amount(own, self.currency, language, most=CEILING)
            if money.minor < self.minimum:
                raise AmountError("least")
            return money
        if said not in {str(amount) for amount in self.amounts}:
            raise LookupError(said)
        return Money(int(said), self.currency)


@dataclass(frozen=True, slots=True)
class Present:
    """A tier for so many months, at what that costs once."""

    tier: Tier
    months: int
    money: Money

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.tier.pk}:{self.months}"


def tiers() -> list[Tier]:
    """The tiers on offer, with words and prices at hand."""
    return list(Tier.objects.offered())


def currencies(offered: Sequence[Tier], wanted: Sequence[str], intervals: Sequence[str]) -> list[str]:
    """Of the newsroom's currencies those that exist and that some tier has a price in."""
    priced = {price.currency for tier in offered for price in tier.prices.all() if price.interval in intervals}
    return [code for code in wanted if code in priced and _exists(code)]


def _exists(currency: str) -> bool:
    try:
        exponent(currency)
    except MoneyError:
        return False
    return True


def by_tier(offered: Sequence[Tier], currency: str, interval: str) -> list[Group]:
    """What memberships cost in a currency for an interval, a group a tier that has such a price."""
    found = []
    for tier in offered:
        price = _price(tier, currency, interval)
        if price is not None:
            amounts = tuple(price.preset_amounts)
            found.append(Group(str(price.pk), currency, price.minimum, amounts, price.amount, tier, price))
    return found


def given_once(offered: Sequence[Tier], currency: str) -> Group:
    """Amounts for support without a membership."""
    priced = [price for tier in offered if (price := _price(tier, currency, ONCE))]
    if priced:
        amounts = sorted({amount for price in priced for amount in price.preset_amounts})
        return Group(ONCE, currency, min(price.minimum for price in priced), tuple(amounts), amounts[0])
    monthly = [price for tier in offered if (price := _price(tier, currency, MONTH))]
    smallest = min((price.amount for price in monthly), default=5 * 10 ** exponent(currency))
    least = min((price.minimum for price in monthly), default=10 ** exponent(currency))
    amounts = [smallest * times for times in TIMES]
    return Group(ONCE, currency, least, tuple(amounts), amounts[1])


def as_gifts(offered: Sequence[Tier], currency: str) -> list[list[Present]]:
    """What can be given, a list a tier: each length at its months' price, whole years at the yearly one if less."""
    found = []
    for tier in offered:
        prices = {interval: _price(tier, currency, interval) for interval in (MONTH, YEAR)}
        lengths = [Present(tier, months, money) for months in tier.gift_lengths if (money := _cost(prices, months))]
        if lengths:
            found.append(lengths)
    return found


def _cost(prices: dict[str, Price | None], months: int) -> Money | None:
    month, year = prices[MONTH], prices[YEAR]
    costs = [month.money.minor * months] if month else []
    if year and months % 12 == 0:
        costs.append(year.money.minor * (months // 12))
    priced = month or year
    return Money(min(costs), priced.currency) if costs and priced else None


def _price(tier: Tier, currency: str, interval: str) -> Price | None:
    return next((each for each in tier.prices.all() if (each.currency, each.interval) == (currency, interval)), None)
