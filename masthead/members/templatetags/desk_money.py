"""How the desk's pages write money."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from masthead.lib.money import Money

register = template.Library()


@register.filter
def as_money(money: Money | None) -> str:
    """In the desk's language, always with the fraction."""
    return money.format(get_language() or "en") if money is not None else ""
