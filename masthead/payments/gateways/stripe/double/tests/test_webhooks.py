"""Webhooks: signed as the library checks, and dropped, doubled, held, delayed or shuffled as a test wants."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double, Endpoint, Fault
from masthead.payments.gateways.stripe.double.tests.shop import START, checkout, line, paid, subscribed
from masthead.payments.gateways.stripe.double.webhooks import sign

SECRET = "whsec_test"


class Inbox:
    """An endpoint that keeps what it is sent, and answers as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, dict[str, str]]] = []
        self.answers: list[int] = []

    def __call__(self, payload: bytes, headers: dict[str, str]) -> int:
        self.taken.append((payload, headers))
        return self.answers.pop(0) if self.answers else 200

    @property
    def types(self) -> list[str]:
        return [json.loads(payload)["type"] for payload, _ in self.taken]

    @property
    def ids(self) -> list[str]:
        return [json.loads(payload)["id"] for payload, _ in self.taken]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def double(inbox: Inbox) -> Double:
    return Double(start=START, endpoints=[Endpoint(SECRET, send=inbox)])


def test_each_webhook_verifies_and_becomes_an_event(double: Double, inbox: Inbox) -> None:
    subscribed(double, line_items=[line(500, interval="week")])
    double.advance(days=29)
    client = double.client()
    assert double.deliver() == len(double.events()) == len(inbox.taken)
    for payload, headers in inbox.taken:
        signature = headers["Stripe-Signature"]
        event: Any = client.construct_event(payload, signature, SECRET)
        assert stripe.Webhook.construct_event(payload, signature, SECRET).id == event.id
        assert (event.api_version, event.livemode) == (stripe.api_version, False)
        assert client.v1.events.retrieve(event.id).type == event.type
    assert inbox.ids == [event["id"] for event in double.events()]
    assert double.deliver() == 0


def test_what_is_not_from_here_does_not_verify(double: Double, inbox: Inbox) -> None:
    paid(double)
    double.deliver()
    payload, headers = inbox.taken[-1]
    good = headers["Stripe-Signature"]
    old = sign(payload, SECRET, int(time.time()) - 301)
    for body, signature, secret in (
        (payload.replace(b"2500", b"9900"), good, SECRET),
        (payload, good, "whsec_other"),
        (payload, old, SECRET),
        (payload, sign(payload, "whsec_other"), SECRET),
        (payload, "", SECRET),
    ):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, signature, secret)


def test_an_event_tells_who_asked(double: Double, inbox: Inbox) -> None:
    double.client().v1.customers.create({"email": "a@example.org"}, {"idempotency_key": "why"})
    [event] = double.events("customer.created")
    assert event["request"]["idempotency_key"] == "why"
    assert event["request"]["id"].startswith("req_")
    subscribed(double)
    double.advance(days=31)
    assert double.events("invoice.created")[-1]["request"] == {"id": None, "idempotency_key": None}


def test_only_what_an_endpoint_wants() -> None:
    some = Inbox()
    double = Double(
        start=START, endpoints=[Endpoint(SECRET, send=some, events=("checkout.session.*", "charge.refunded"))]
    )
    paid(double)
    double.deliver()
    assert some.types == ["checkout.session.completed"]


def test_a_refusal_is_tried_again_later(double: Double, inbox: Inbox) -> None:
    inbox.answers = [500, 302]
    double.client().v1.customers.create({})
    assert double.deliver() == 0
    assert double.deliver() == 0  # not due yet
    double.advance(seconds=5)
    assert double.deliver() == 0
    double.advance(seconds=30)
    assert double.deliver() == 1
    assert len(set(inbox.ids)) == 1
    assert len(inbox.ids) == 3
    [event] = double.client().v1.events.list().data
    assert event.pending_webhooks == 0


def test_given_up_in_the_end(double: Double, inbox: Inbox) -> None:
    inbox.answers = [500] * 100
    double.client().v1.customers.create({})
    for _ in range(20):
        double.deliver()
        double.advance(days=1)
    assert [delivery.state for delivery in double.webhooks.all()] == ["failed"]
    assert len(inbox.taken) == 9


def test_losing_one(double: Double, inbox: Inbox) -> None:
    double.webhooks.rule("drop", "checkout.session.completed")
    paid(double)
    paid(double)
    double.deliver()
    assert inbox.types.count("checkout.session.completed") == 1
    assert len(double.client().v1.events.list({"type": "checkout.session.completed"}).data) == 2


def test_getting_one_twice(double: Double, inbox: Inbox) -> None:
    double.webhooks.rule("duplicate", "payment_intent.*", times=None)
    paid(double)
    double.deliver()
    assert [inbox.types.count(name) for name in ("payment_intent.created", "charge.succeeded")] == [2, 1]
    again = inbox.ids[0]
    double.webhooks.resend(again)
    double.deliver()
    assert inbox.ids.count(again) == 2


def test_holding_and_letting_go(double: Double, inbox: Inbox) -> None:
    double.webhooks.rule("hold", times=None)
    paid(double)
    assert double.deliver() == 0
    double.webhooks.release()
    assert double.deliver() == len(double.events())
    paid(double)
    assert double.deliver() > 0


def test_coming_late(double: Double, inbox: Inbox) -> None:
    double.webhooks.rule("delay", "charge.succeeded", seconds=600)
    paid(double)
    double.deliver()
    assert "charge.succeeded" not in inbox.types
    double.advance(seconds=600)
    double.deliver()
    assert inbox.types[-1] == "charge.succeeded"


def test_in_another_order(double: Double, inbox: Inbox) -> None:
    paid(double)
    wanted = [event["id"] for event in double.events()]
    double.webhooks.shuffle(seed=3)
    double.deliver()
    assert sorted(inbox.ids) == sorted(wanted)
    assert inbox.ids != wanted


def test_choosing_by_hand(double: Double, inbox: Inbox) -> None:
    """A property test picks any waiting delivery, as often as it likes."""
    paid(double)
    last, *_, first = reversed(double.webhooks.all("waiting"))
    assert double.webhooks.deliver([last, first, first]) == 3
    assert inbox.ids == [last.event, first.event, first.event]


def test_nothing_is_sent_elsewhere() -> None:
    double = Double(start=START, endpoints=[Endpoint(SECRET, "http://example.org/hook")])
    double.client().v1.customers.create({})
    assert double.deliver() == 0
    assert "this machine only" in double.webhooks.all()[0].answer


def test_an_event_keeps_what_was(double: Double) -> None:
    session = checkout(double.client())
    double.pay(session.id)
    [succeeded] = double.events("charge.succeeded")
    [updated] = double.events("charge.updated")
    assert succeeded["data"]["object"]["balance_transaction"] is None
    assert updated["data"]["object"]["balance_transaction"].startswith("txn_")
    assert updated["data"]["previous_attributes"] == {"balance_transaction": None}


@pytest.mark.parametrize(("after", "seen"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("do", ["lost", "error"])
def test_a_delivery_that_goes_wrong_comes_again(double: Double, inbox: Inbox, do: str, after: bool, seen: int) -> None:
    double.faults.order(Fault(do, path="webhook/customer.created", after=after))
    double.client().v1.customers.create({})
    assert double.deliver() == 0
    assert len(inbox.taken) == seen
    double.advance(seconds=5)
    assert double.deliver() == 1
    assert len(inbox.taken) == seen + 1
