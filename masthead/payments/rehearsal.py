"""Rehearsal: the double of Stripe beside the demo newsroom, so that its checkout can be clicked through."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from django.conf import settings

from masthead.payments.gateways.stripe.double import Endpoint
from masthead.payments.gateways.stripe.double.server import serve


def run() -> None:
    """Serve the double on loopback until SIGTERM. What was bought in it is kept in the data folder."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    env = settings.ENVIRONMENT
    endpoint = Endpoint(settings.STRIPE_WEBHOOK_SECRETS[0], f"http://127.0.0.1:{env.port}/payments/stripe/webhook")
    kept = Path(settings.DATA_DIR) / "stripe-double.sqlite3"
    server = serve(settings.STRIPE_DOUBLE_PORT, str(kept), [endpoint], newsroom="The demo newsroom")
    server.start()
    ended.wait()
    server.stop()
    server.double.close()
