"""What money is for: the apps above say here what they take payments for, and are told when an order has changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from masthead.payments.models import Order


@dataclass(frozen=True, slots=True)
class Tax:
    """How a purpose is taxed: the category's name on documents, and the per cent that is in the price."""

    category: str = ""
    percent: Decimal = Decimal(0)


class Purpose(Protocol):
    """One kind of thing readers pay for."""

    def settled(self, order: Order) -> None:
        """An order's rows have changed, in this very transaction. Derive everything from them: this is said again."""

    def tax(self, order: Order) -> Tax:
        """How it is taxed."""


class _Nothing:
    def settled(self, order: Order) -> None:
        """An order of a purpose nobody serves any more still has to add up."""

    def tax(self, order: Order) -> Tax:
        """Untaxed."""
        return Tax()


_purposes: dict[str, Purpose] = {}


def register(name: str, purpose: Purpose) -> None:
    """Say what serves a purpose; called when the app above is ready."""
    _purposes[name] = purpose


def of(order: Order) -> Purpose:
    """What serves an order's purpose."""
    return _purposes.get(order.purpose, _Nothing())
