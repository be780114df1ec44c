"""Amounts as readers of the page's language write them."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from masthead.lib.money import Money

register = template.Library()


@register.filter
def amount(money: Money | None) -> str:
    """€5.00, 5,00 €, ¥500."""
    return money.format(get_language() or "en") if isinstance(money, Money) else ""
