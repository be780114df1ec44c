"""Which gateways this newsroom takes money through, as its settings say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from masthead.payments.gateways.base import Gateway

# What people call them.
TITLES = {"stripe": _("Stripe"), "manual": _("bank transfers")}

_standing_in: dict[str, Gateway] = {}


def gateways() -> dict[str, Gateway]:
    """By name, in the order in which readers are offered them."""
    return _standing_in or _set_up()


@contextmanager
def standing_in(*others: Gateway) -> Iterator[None]:
    """For tests: these are the newsroom's gateways meanwhile."""
    _standing_in.update({each.name: each for each in others})
    try:
        yield
    finally:
        _standing_in.clear()


@cache
def _set_up() -> dict[str, Gateway]:
    found: list[Gateway] = []
    if settings.STRIPE_KEY:
        from masthead.payments.gateways.stripe.gateway import Options, StripeGateway

        newsroom = urlsplit(settings.BASE_URL).hostname or ""
        options = Options(settings.STRIPE_KEY, tuple(settings.STRIPE_WEBHOOK_SECRETS), settings.STRIPE_API, newsroom)
        found.append(StripeGateway(options))
    if settings.BANK_ACCOUNT:
        from masthead.payments.gateways.manual.gateway import ManualGateway

        found.append(ManualGateway())
    return {gateway.name: gateway for gateway in found}


def gateway(name: str) -> Gateway:
    """The gateway of that name. Raises LookupError if the newsroom has none such any more."""
    try:
        return gateways()[name]
    except KeyError:
        raise LookupError(f"no gateway {name!r} is set up") from None
