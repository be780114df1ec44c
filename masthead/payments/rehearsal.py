"""Rehearsal: the double of Stripe beside the demo newsroom, so that its checkout can be clicked through.

Also what the demo plays its supporters' history on: the same double, its clock moved from then until now.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.utils import timezone

from masthead.payments.actions import send_to_checkout, settle
from masthead.payments.gateways.manual.gateway import ManualGateway
from masthead.payments.gateways.stripe.double import Double, Endpoint
from masthead.payments.gateways.stripe.double.server import serve
from masthead.payments.gateways.stripe.gateway import StripeGateway
from masthead.payments.models import Order, Payment
from masthead.payments.registry import gateway, standing_in

NEWSROOM = "The demo newsroom"
# What a history has to hear of; everything else is settled by whoever does it.
OF_CONCERN = {
    "invoice.paid",
    "invoice.payment_failed",
    "customer.subscription.deleted",
    "checkout.session.expired",
    "charge.dispute.created",
    "charge.dispute.closed",
}


def kept() -> Path:
    """What was bought in the double, so that a restart forgets nothing."""
    return Path(settings.DATA_DIR) / "stripe-double.sqlite3"


def run() -> None:
    """Serve the double on loopback until SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    port = settings.STRIPE_DOUBLE_PORT
    webhook = f"http://127.0.0.1:{settings.ENVIRONMENT.port}/payments/stripe/webhook"
    endpoint = Endpoint(settings.STRIPE_WEBHOOK_SECRETS[0], webhook)
    origin = f"http://127.0.0.1:{port}"
    server = serve(port, str(kept()), [endpoint], origin=origin, newsroom=NEWSROOM)
    server.double.follow_real_clock()  # a history that was cut short had stopped it
    server.start()
    ended.wait()
    server.stop()
    server.double.close()


class Rehearsal:
    """Readers who pay at the double, at times of the past."""

    def __init__(self, start: datetime) -> None:
        origin = settings.STRIPE_API or "http://stripe.test"
        endpoint = Endpoint("whsec_history", send=self.take)
        self.double = Double(str(kept()), start=int(start.timestamp()), origin=origin, endpoints=[endpoint])
        self.told: list[str] = []

    def now(self) -> datetime:
        """The moment the history has come to."""
        return datetime.fromtimestamp(self.double.now(), UTC)

    def go_to(self, moment: datetime) -> None:
        """Let time pass; renewals happen on the way."""
        if moment > self.now():
            self.double.advance(to=int(moment.timestamp()))
            self.hear()

    def begin(self, order: Order) -> None:
        """Send an order to its checkout, and let it have been opened at the history's time."""
        Order.objects.filter(pk=order.pk).update(opened_at=self.now())
        Payment.objects.filter(order=order).update(created_at=self.now())
        back = f"{settings.BASE_URL}/support/back/{order.uuid}/"
        send_to_checkout(order, back, back)

    def pay(self, order: Order, card: str, email: str, name: str) -> None:
        """The reader pays and comes back."""
        self.begin(order)
        self.double.pay(order.session_ref, card, email=email, name=name)
        self.settle(order)

    def settle(self, order: Order) -> None:
        """How the order stands now."""
        settle(order.gateway, order.session_ref, "history")

    def hear(self) -> None:
        """Settle what the double has told of since the last time, each thing once."""
        self.double.deliver()
        told, self.told = list(dict.fromkeys(self.told)), []
        for ref in told:
            settle("stripe", ref, "history")

    def take(self, body: bytes, _headers: dict[str, str]) -> int:
        """A webhook: keep what it is about, if that is something a history needs."""
        event = json.loads(body)
        if event["type"] in OF_CONCERN:
            thing = event["data"]["object"]
            self.told.append(thing.get("payment_intent") or thing["id"] if "dispute" in event["type"] else thing["id"])
        return 200


@contextmanager
def rehearse(start: datetime) -> Iterator[Rehearsal]:
    """Meanwhile the double is what the newsroom is paid through, and it is the double's time."""
    stage = Rehearsal(start)
    real: Any = gateway("stripe")
    asked_here = StripeGateway(replace(real.options, http_client=stage.double.http_client()))
    with standing_in(asked_here, ManualGateway()), patch.object(timezone, "now", stage.now):
        yield stage
    stage.double.follow_real_clock()
    stage.double.close()
