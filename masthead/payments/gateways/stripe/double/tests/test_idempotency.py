"""One idempotency key, one object: the answer is given again, also when it was an error."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double, Fault
from masthead.payments.gateways.stripe.double.tests.shop import DAY, START, line, paid

GIVEN: Any = {"mode": "payment", "success_url": "http://n.test/", "line_items": [line()]}


@pytest.fixture
def double() -> Double:
    return Double(start=START)


def test_the_same_key_gives_the_same_answer(double: Double) -> None:
    client = double.client()
    first = client.v1.checkout.sessions.create(GIVEN, {"idempotency_key": "order-1"})
    again = client.v1.checkout.sessions.create(GIVEN, {"idempotency_key": "order-1"})
    other = client.v1.checkout.sessions.create(GIVEN, {"idempotency_key": "order-2"})
    assert first.id == again.id != other.id
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 2


def test_the_same_key_for_something_else_is_refused(double: Double) -> None:
    client = double.client()
    client.v1.customers.create({"email": "a@example.org"}, {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.customers.create({"email": "b@example.org"}, {"idempotency_key": "one"})
    assert caught.value.http_status == 400
    assert len(client.v1.customers.list().data) == 1


def test_an_executed_error_is_remembered(double: Double) -> None:
    client = double.client()
    charge = paid(double).payment_intent.latest_charge
    options: Any = {"idempotency_key": "refund-1"}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than charge amount"):
            client.v1.refunds.create({"charge": charge.id, "amount": 9999}, options)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create({"charge": charge.id, "amount": 100}, options)


def test_an_unreadable_request_is_not_remembered(double: Double) -> None:
    client = double.client()
    options: Any = {"idempotency_key": "typo"}
    wrong: Any = {"mail": "a@example.org"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create(wrong, options)
    assert client.v1.customers.create({"email": "a@example.org"}, options).email == "a@example.org"


def test_a_key_is_forgotten_after_a_day(double: Double) -> None:
    client = double.client()
    first = client.v1.customers.create({}, {"idempotency_key": "daily"})
    double.advance(seconds=DAY + 1)
    assert client.v1.customers.create({}, {"idempotency_key": "daily"}).id != first.id


def test_a_lost_answer_is_made_up_for_by_trying_again(double: Double) -> None:
    """The library tries again with the same key; the effect was there, and is there once."""
    double.faults.order(Fault("lost", path="/v1/customers", after=True))
    client = double.client(max_network_retries=1)
    customer = client.v1.customers.create({"email": "a@example.org"})
    assert [each.id for each in client.v1.customers.list().data] == [customer.id]


def test_an_error_after_the_effect_is_too(double: Double) -> None:
    double.faults.order(Fault("error", path="/v1/customers", after=True, status=500))
    customer = double.client(max_network_retries=1).v1.customers.create({"email": "a@example.org"})
    assert [each.id for each in double.client().v1.customers.list().data] == [customer.id]


def test_without_another_try_the_caller_learns_of_it(double: Double) -> None:
    double.faults.order(Fault("lost", after=True))
    with pytest.raises(stripe.APIConnectionError):
        double.client().v1.customers.create({})
    double.faults.order(Fault("error", status=503))
    with pytest.raises(stripe.APIError):
        double.client().v1.customers.create({})
    assert len(double.client().v1.customers.list().data) == 1


def test_two_at_the_same_time(double: Double) -> None:
    """While the first is under way the second is told so; in the end there is one object."""
    double.faults.order(Fault("wait", path="/v1/customers", seconds=0.2, after=False))
    together = threading.Barrier(12)
    made: list[str] = []
    told: list[int | None] = []

    def ask() -> None:
        client = double.client()
        together.wait()
        try:
            made.append(client.v1.customers.create({"email": "a@example.org"}, {"idempotency_key": "race"}).id)
        except stripe.StripeError as refused:
            told.append(refused.http_status)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert set(told) <= {409}
    assert len(made) + len(told) == 12
    assert len(double.client().v1.customers.list().data) == 1


def test_a_second_one_meets_the_first_under_way(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    client = double.client()
    seen: list[int | None] = []
    real = double.application.api._carried_out

    def meanwhile(*given: Any) -> Any:
        if not seen:
            seen.append(0)
            with pytest.raises(stripe.StripeError) as caught:
                client.v1.customers.create({}, {"idempotency_key": "busy"})
            seen.append(caught.value.http_status)
        return real(*given)

    monkeypatch.setattr(double.application.api, "_carried_out", meanwhile)
    client.v1.customers.create({}, {"idempotency_key": "busy"})
    assert seen == [0, 409]
    assert len(client.v1.customers.list().data) == 1
