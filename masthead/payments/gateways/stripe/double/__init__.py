"""A test double of Stripe's HTTP API, driven only through Stripe's own library.

    double = Double(start=1_800_000_000)              # in memory; the clock stands until it is moved
    client = double.client()                          # a stripe.StripeClient that calls it in this process
    session = client.v1.checkout.sessions.create({...})
    double.pay(session.id, "4242424242424242")        # the reader at the hosted page; answers where it leads
    double.advance(days=31)                           # renewals, retries, expiries happen in order
    double.events(), double.deliver(), double.money()

`Double` is a WSGI application. `Endpoint(secret, url)` or `Endpoint(secret, send=function)` says where webhooks go;
`double.webhooks` drops, duplicates, holds, delays and shuffles them.
`python -m masthead.payments.gateways.stripe.double` serves it over HTTP on this machine. What it covers is written in
docs/reference/stripe-double.md.
"""

from .account import Endpoint, Habits
from .balance import Money
from .double import KEY, Double
from .faults import Fault
from .transport import InProcess

__all__ = ["KEY", "Double", "Endpoint", "Fault", "Habits", "InProcess", "Money"]
