"""The double itself, as tests and `make run` hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

import stripe

from . import (  # noqa: F401 (each puts its calls down)
    balance,
    bulk,
    charges,
    checkout,
    control,
    customers,
    disputes,
    events,
    invoice_calls,
    invoice_payments,
    payment_intent_calls,
    payment_methods,
    plans,
    portal_page,
    prices,
    products,
    refunds,
    setup_intents,
    subscription_calls,
)
from .account import DAY, Account, Endpoint, Habits
from .application import Application
from .balance import Money
from .clock import Clock
from .faults import Faults
from .shapes import public
from .store import Object, Store
from .transport import InProcess, Wsgi, call
from .webhooks import Webhooks

KEY = "sk_test_double"


class Double:
    """A Stripe account in test mode. It is a WSGI application; its calls and pages can also be used without a server.

    With `start` its clock stands at that moment until `advance` moves it; without, it follows the real clock.
    """

    def __init__(
        self,
        path: str = ":memory:",
        *,
        origin: str = "http://stripe.test",
        endpoints: Iterable[Endpoint] = (),
        start: int | None = None,
        habits: Habits | None = None,
        salt: str = "",
    ) -> None:
        self.account = Account(Store(path), Clock(start), origin, habits or Habits(), list(endpoints), salt)
        self.faults = Faults()
        self.webhooks = Webhooks(self.account, self.faults)
        self.application = Application(self.account, self.faults, lambda request: control.answer(self, request))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.application(environ, start_response)

    def close(self) -> None:
        self.account.store.close()

    # The official library

    def http_client(self) -> InProcess:
        """For `stripe.StripeClient(key, http_client=…)`."""
        wsgi: Wsgi = self
        return InProcess(wsgi)

    def client(self, api_key: str = KEY, max_network_retries: int = 0) -> stripe.StripeClient:
        """The official library, talking to this double."""
        return stripe.StripeClient(
            api_key,
            http_client=self.http_client(),
            max_network_retries=max_network_retries,
            base_addresses={"api": self.account.origin},
        )

    # Time

    def now(self) -> int:
        """Seconds since 1970, as the double has it."""
        return self.account.now()

    def advance(self, *, seconds: int = 0, days: int = 0, to: int | None = None) -> None:
        """Move the clock; renewals, retries and expiries happen on the way, each at its moment."""
        self.account.advance(to if to is not None else self.now() + seconds + days * DAY)

    # The reader at the hosted page

    def follow_real_clock(self) -> None:
        """From now on, and after every restart, it is as late here as everywhere."""
        with self.account.turn():
            self.account.clock.restore({"standing": None, "offset": 0})
            self.account.store.put_setting("clock", None)

    def browse(self, method: str, url: str, **form: str) -> tuple[int, str, str]:
        """A request to a hosted page: the status, the address it leads on to, and the page."""
        body = urlencode(form).encode()
        status, headers, content = call(self, method, url, {}, body)
        return status, headers.get("location", ""), content.decode()

    def pay(
        self,
        session: str,
        number: str = "4242424242424242",
        *,
        email: str = "reader@example.org",
        name: str = "A Reader",
        passes: bool = True,
    ) -> str:
        """Fill the hosted page in and submit it, 3-D Secure included. Answers where it leads, "" if declined."""
        form = {"number": number, "expiry": "12/60", "cvc": "123", "name": name, "email": email}
        status, onward, _ = self.browse("POST", f"{self.account.origin}/c/pay/{session}", **form)
        if status == 303 and onward.startswith("/authenticate/"):
            url = self.account.origin + onward
            status, onward, _ = self.browse("POST", url, passed="yes" if passes else "no")
        return onward if status == 303 else ""

    # What life brings

    def next_charge(self, customer: str, *outcomes: str) -> None:
        """How the customer's next charges end: `succeed`, or a decline code such as `insufficient_funds`."""
        with self.account.turn():
            found = customers.living(self.account, customer)
            self.account.change(found, _next=list(outcomes))

    def set_card(self, customer: str, number: str = "4242424242424242") -> str:
        """Give a customer another card, and all subscriptions with it. Answers its id."""
        with self.account.turn():
            found = customers.living(self.account, customer)
            return str(portal_page.give_card(self.account, found, number, (2060, 12), "A Reader")["id"])

    def dispute(self, charge: str, reason: str = "fraudulent") -> str:
        """The reader's bank takes a charge back. Answers the dispute's id."""
        with self.account.turn():
            return str(disputes.start(self.account, self.account.find("charge", charge), reason)["id"])

    def decide(self, dispute: str, *, won: bool) -> None:
        """How a dispute ends."""
        with self.account.turn():
            disputes.finish(self.account, self.account.find("dispute", dispute), won=won)

    def make_payments(
        self,
        count: int,
        *,
        amount: int = 500,
        currency: str = "eur",
        spread: int = 365 * DAY,
        metadata: dict[str, str] | None = None,
        references: Sequence[str] = (),
    ) -> list[bulk.Made]:
        """Very many succeeded payments through Checkout, created one after another over the last `spread` seconds.

        `metadata` is the session's and the payment intent's. `@reference@` in it is another for each: the one of
        `references`, or "bulk-0" and so on; it is the session's client_reference_id too.
        """
        params: Any = {
            "mode": "payment",
            "success_url": f"{self.account.origin}/",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": currency,
                        "unit_amount": amount,
                        "product_data": {"name": "Contribution"},
                    },
                }
            ],
            "client_reference_id": bulk.REFERENCE,
            "metadata": metadata or {},
            "payment_intent_data": {"metadata": metadata or {}},
        }
        session = self.client().v1.checkout.sessions.create(params)
        with self.account.turn():
            found = self.account.find("checkout.session", session.id)
            return bulk.make_payments(self.account, found, count, spread, references)

    # What happened

    def events(self, type_: str | None = None) -> list[Object]:
        """All events, oldest first."""
        with self.account.turn():
            found = self.account.store.every("event", **({"type": type_} if type_ else {}))
            return [public(event) for event in found]

    def deliver(self) -> int:
        """Send the webhooks that are due, in order. Answers how many were taken."""
        return self.webhooks.deliver()

    def money(self) -> dict[str, Money]:
        """A currency each: gross charges, refunds, disputes, fees and what remains, from the balance transactions."""
        with self.account.turn():
            self.account.store.flush()
            return balance.money(self.account)
