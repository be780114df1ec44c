"""Which gateways this newsroom takes money through, as its settings say."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from masthead.payments.gateways.base import Gateway


@cache
def gateways() -> dict[str, Gateway]:
    """By name, in the order in which readers are offered them."""
    found: list[Gateway] = []
    if settings.STRIPE_KEY:
        from masthead.payments.gateways.stripe.gateway import Options, StripeGateway

        options = Options(settings.STRIPE_KEY, tuple(settings.STRIPE_WEBHOOK_SECRETS), settings.STRIPE_API)
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
