"""A till for tests: the double of Stripe in this process, the gateway on it, and a reader who pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from masthead.lib.money import Money
from masthead.payments import checkout, notices, registry
from masthead.payments.checkout import Wanted
from masthead.payments.gateways.manual.gateway import ManualGateway
from masthead.payments.gateways.stripe.double import KEY, Double, Endpoint
from masthead.payments.gateways.stripe.gateway import Options, StripeGateway, _asking
from masthead.payments.models import Order
from masthead.payments.settling import settle

SECRET = "whsec_test"
GOOD, DECLINED, DISPUTED, LATER_FAILS = "4242424242424242", "4000000000000002", "4000000000000259", "4000000000000341"
BACK = "http://newsroom.test/back/"


class Till:
    """What happens at the provider is done to `double`; nothing reaches us until `hear` or `settle`."""

    def __init__(self, start: int | None = None) -> None:
        self.post: list[tuple[dict[str, str], bytes]] = []
        self.double = Double(endpoints=[Endpoint(SECRET, send=self._take)], start=start)
        options = Options(KEY, (SECRET,), newsroom="newsroom.test", http_client=self.double.http_client())
        self.gateway = StripeGateway(options)

    def _take(self, body: bytes, headers: dict[str, str]) -> int:
        self.post.append(({name.lower(): value for name, value in headers.items()}, body))
        return 200

    def hear(self) -> None:
        """Get every webhook that is due, then work through them."""
        self.double.deliver()
        letters, self.post = self.post, []
        for headers, body in letters:
            notices.receive("stripe", headers, body)
        while notices.work_through():
            pass

    def dashboard(self, call: Callable[[], Any]) -> Any:
        """Something done at the provider, by its own library; its errors are said in our words."""
        return _asking(call)()

    def order(self, minor: int = 500, currency: str = "EUR", gateway: str = "stripe", **more: Any) -> Order:
        """An order whose checkout has begun."""
        wanted: dict[str, Any] = {"purpose": "test", "title": "Support", "email": "reader@mail.example", **more}
        order = checkout.open_order(Wanted(money=Money(minor, currency), **wanted), gateway)
        checkout.send_to_checkout(order, BACK, BACK)
        return order

    def pay(self, order: Order, card: str = GOOD) -> Order:
        """The reader pays, and comes back."""
        self.double.pay(order.session_ref, card)
        return settle(order.gateway, order.session_ref, "came back")


@contextmanager
def open_till() -> Iterator[Till]:
    """A till whose gateways are the newsroom's for the time being."""
    till = Till()
    with standing(till):
        yield till


@contextmanager
def standing(till: Till) -> Iterator[None]:
    """A till's gateways are the newsroom's."""
    with registry.standing_in(till.gateway, ManualGateway()):
        yield
