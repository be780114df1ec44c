"""Rehearsal: the double of Stripe beside the demo newsroom, so that its checkout can be clicked through.

Also what the demo plays its supporters' history on: the same double, its clock moved from then until now.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.utils import timezone

from masthead.payments.actions import send_to_checkout, settle
from masthead.payments.gateways.manual.gateway import ManualGateway
from masthead.payments.gateways.stripe.double import KEY, Double, Endpoint
from masthead.payments.gateways.stripe.double.server import serve
from masthead.payments.gateways.stripe.gateway import Options, StripeGateway
from masthead.payments.models import Agreement, Order, Payment
from masthead.payments.registry import standing_in

NEWSROOM = "The demo newsroom"


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

    def __init__(self, double: Double) -> None:
        self.double = double

    def now(self) -> datetime:
        """The moment the history has come to."""
        return datetime.fromtimestamp(self.double.now(), UTC)

    def go_to(self, moment: datetime) -> None:
        """Let time pass; renewals happen on the way."""
        if moment > self.now():
            self.double.advance(to=int(moment.timestamp()))

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

    def settle_everything(self) -> None:
        """Every invoice of every agreement, oldest first, and every checkout that was left."""
        client = self.double.client()
        for agreement in Agreement.objects.filter(gateway="stripe").order_by("pk"):
            known = set(agreement.payments.values_list("ref", flat=True))
            invoices = client.v1.invoices.list({"subscription": agreement.ref, "limit": 100}).data
            for invoice in sorted(invoices, key=lambda each: each.created):
                if invoice.id not in known and invoice.status != "draft":
                    settle("stripe", invoice.id or "", "history")
            settle("stripe", agreement.ref, "history")
        for ref in Order.objects.open().filter(gateway="stripe").values_list("session_ref", flat=True):
            if ref:
                settle("stripe", ref, "history")


@contextmanager
def rehearse(start: datetime) -> Iterator[Rehearsal]:
    """Meanwhile the double is what the newsroom is paid through, and it is the double's time."""
    double = Double(str(kept()), start=int(start.timestamp()), origin=settings.STRIPE_API or "http://stripe.test")
    gateway = StripeGateway(Options(KEY, http_client=double.http_client()))
    stage = Rehearsal(double)
    with standing_in(gateway, ManualGateway()), patch.object(timezone, "now", stage.now):
        yield stage
    double.follow_real_clock()
    double.close()
