"""The double over HTTP: quick, on this machine only, alive after `kill -9`, disturbed through its controls."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double.tests.shop import checkout, line

pytestmark = pytest.mark.services


class Served:
    """The double as a process."""

    def __init__(self, data: Path, webhook: str = "") -> None:
        command = [sys.executable, "-m", "masthead.payments.gateways.stripe.double", "--port", "0", "--data", str(data)]
        command += ["--webhook", webhook, "--secret", "whsec_served"] if webhook else []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = next(word for word in self.process.stdout.readline().split() if word.startswith("http")).strip(
            ","
        )

    @property
    def client(self) -> stripe.StripeClient:
        return stripe.StripeClient("sk_test_served", base_addresses={"api": self.address}, max_network_retries=0)

    def control(self, name: str, method: str = "POST", key: str = "sk_test_served", **given: Any) -> Any:
        request = urllib.request.Request(
            f"{self.address}/_double/{name}",
            json.dumps(given).encode() if method == "POST" else None,
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        code = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    double = Served(tmp_path / "stripe.sqlite3")
    try:
        yield double
    finally:
        if double.process.poll() is None:
            double.stop()


def test_it_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    data = tmp_path / "stripe.sqlite3"
    first = Served(data)
    session = checkout(first.client, "subscription", line_items=[line(500, interval="month")], customer_email="a@b.org")
    first.control("pay", session=session.id)
    there = first.control("advance", days=45)["now"]
    assert first.stop(signal.SIGKILL) == -9

    second = Served(data)
    try:
        assert 0 <= second.control("state", "GET")["now"] - there < 30
        found: Any = second.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
        assert found.subscription.status == "active"
        second.control("advance", days=31)
        assert second.control("state", "GET")["money"]["eur"]["charges"] == 1500
        fresh = checkout(second.client)
        assert fresh.url.startswith(second.address)
    finally:
        assert second.stop() == 0


def test_it_dies_when_it_is_told_to_and_the_key_saves_the_effect(tmp_path: Path) -> None:
    """Killed between the effect and the answer: asked again with the same key, there is one object."""
    data = tmp_path / "stripe.sqlite3"
    first = Served(data)
    first.control("faults", do="die", path="/v1/customers", method="POST", after=True)
    options: Any = {"idempotency_key": "once"}
    with pytest.raises(stripe.APIConnectionError):
        first.client.v1.customers.create({"email": "a@example.org"}, options)
    assert first.process.wait(30) == 137
    second = Served(data)
    try:
        customer = second.client.v1.customers.create({"email": "a@example.org"}, options)
        assert [each.id for each in second.client.v1.customers.list().data] == [customer.id]
    finally:
        second.stop()
        first.process.stdout.close()  # type: ignore[union-attr]


def test_it_listens_on_this_machine_only(served: Served) -> None:
    port = int(served.address.rsplit(":", 1)[1])
    with socket.socket() as other:
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.1", port)) == 0
    with socket.socket() as other:
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.2", port)) != 0


def test_the_controls_ask_for_a_key(served: Served) -> None:
    for key in ("", "sk_live_x", "pk_test_x"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            served.control("advance", key=key, days=1)
        assert caught.value.code == 401
    with pytest.raises(urllib.error.HTTPError) as caught:
        served.control("surprise")
    assert caught.value.code == 404
    with pytest.raises(urllib.error.HTTPError) as caught:
        served.control("next_charge", customer="cus_nobody")
    assert caught.value.code == 400


def test_a_lost_answer_breaks_the_connection(served: Served) -> None:
    served.control("faults", do="lost", path="/v1/customers", after=True)
    with pytest.raises(stripe.APIConnectionError):
        served.client.v1.customers.create({})
    assert len(served.client.v1.customers.list().data) == 1


def test_a_request_is_stopped_until_it_may_go_on(served: Served) -> None:
    """So a test can kill the newsroom at just this moment."""
    served.control("faults", do="stop", path="/v1/customers", method="POST")
    made: list[str] = []
    asking = threading.Thread(target=lambda: made.append(served.client.v1.customers.create({}).id))
    asking.start()
    for _ in range(200):
        if served.control("state", "GET")["stopped"]:
            break
        time.sleep(0.02)
    assert served.control("state", "GET")["stopped"] == ["POST /v1/customers"]
    assert made == []
    served.control("go_on")
    asking.join(10)
    assert len(made) == 1


def test_connections_are_kept(served: Served) -> None:
    client = served.client
    client.v1.customers.list()
    began = time.perf_counter()
    for _ in range(100):
        client.v1.customers.list({"limit": 1})
    assert (time.perf_counter() - began) / 100 < 0.2


@pytest.fixture
def newsroom() -> Iterator[tuple[str, list[Any]]]:
    """An endpoint that verifies what it is sent."""
    taken: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], "whsec_served")
            taken.append(event)
            self.send_response(200 if len(taken) > 1 else 500)
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/stripe/webhook", taken
    server.shutdown()
    server.server_close()


def test_webhooks_leave_by_themselves(tmp_path: Path, newsroom: tuple[str, list[Any]]) -> None:
    address, taken = newsroom
    served = Served(tmp_path / "stripe.sqlite3", address)
    try:
        served.client.v1.customers.create({"email": "a@example.org"})
        _until(lambda: len(taken) == 1)
        served.control("advance", seconds=60)  # the first answer was 500: it comes again
        _until(lambda: len(taken) == 2)
        assert taken[0].id == taken[1].id
        served.control("webhooks", do="hold", times=None)
        served.client.v1.customers.create({})
        time.sleep(0.6)
        assert len(taken) == 2
        served.control("release")
        _until(lambda: len(taken) == 3)
        _until(lambda: served.control("state", "GET")["deliveries"] == {"delivered": 2})
    finally:
        served.stop()


def _until(holds: Any) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within half a minute")


def test_the_whole_way_over_http(served: Served) -> None:
    """A browser would do just this: open the page, send the form, follow where it leads."""
    client = served.client
    session = client.v1.checkout.sessions.create(
        {"mode": "payment", "success_url": f"{served.address}/_double/style.css", "line_items": [line()]}  # type: ignore[typeddict-item]
    )
    assert session.url is not None
    with urllib.request.urlopen(session.url, timeout=10) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
    form = b"number=4242424242424242&expiry=12%2F60&cvc=123&name=A+Reader&email=a%40example.org"
    with urllib.request.urlopen(session.url, form, timeout=10) as answer:
        assert answer.url == f"{served.address}/_double/style.css"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    money = served.control("state", "GET")["money"]["eur"]
    assert money == {"charges": 2500, "refunds": 0, "disputes": 0, "fees": 103, "net": 2397}
    charge = client.v1.charges.list().data[0]
    dispute = served.control("dispute", charge=charge.id)["dispute"]
    served.control("dispute_outcome", dispute=dispute, outcome="won")
    assert client.v1.disputes.retrieve(dispute).status == "won"
