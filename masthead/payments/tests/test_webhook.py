"""Notices at the door: kept once, answered at once, worked through later; what can't be trusted is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from masthead.payments import notices
from masthead.payments.models import Notice, Order
from masthead.payments.tests.till import GOOD, Till, open_till

pytestmark = pytest.mark.django_db
DOOR = "/payments/stripe/webhook"


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as opened:
        yield opened


def letters(till: Till) -> list[tuple[dict[str, str], bytes]]:
    """What the provider sends when a reader has paid."""
    order = till.order(500)
    till.double.pay(order.session_ref, GOOD)
    till.double.deliver()
    return till.post


def deliver(client: Client, headers: dict[str, str], body: bytes, door: str = DOOR) -> Any:
    meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return client.post(door, body, content_type="application/json", **meta)


def test_a_notice_is_kept_and_only_then_worked_through(till: Till) -> None:
    client = Client(enforce_csrf_checks=True)
    for headers, body in letters(till):
        response = deliver(client, headers, body)
        assert (response.status_code, response.content) == (200, b"kept\n")
    assert Notice.objects.filter(processed_at=None).count() == len(till.post)
    assert Order.objects.get().state == Order.OPEN
    while notices.work_through():
        pass
    assert Order.objects.get().state == Order.COMPLETED


def test_a_notice_sent_again_is_known(till: Till, client: Client) -> None:
    headers, body = letters(till)[0]
    assert deliver(client, headers, body).content == b"kept\n"
    again = deliver(client, headers, body)
    assert (again.status_code, again.content) == (200, b"known\n")
    assert Notice.objects.count() == 1


def test_a_forged_notice_is_refused_and_its_words_are_not_logged(
    till: Till, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    headers, body = letters(till)[0]
    forged = json.dumps({**json.loads(body), "type": "secret-words"}).encode()
    for given in (headers, {"stripe-signature": "t=1,v1=00"}, {}):
        response = deliver(client, given, forged)
        assert (response.status_code, response.content) == (400, b"not ours\n")
    assert Notice.objects.count() == 0
    assert "was refused" in caplog.text
    assert "secret-words" not in caplog.text


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b"null"])
def test_nonsense_is_refused(body: bytes, till: Till, client: Client) -> None:
    assert deliver(client, {"stripe-signature": "t=1,v1=00"}, body).status_code == 400


def test_a_body_too_large_is_not_read(till: Till, client: Client) -> None:
    assert deliver(client, {}, b"x" * (1024 * 1024 + 1)).status_code == 413


def test_only_gateways_there_are_have_a_door(till: Till, client: Client) -> None:
    assert deliver(client, {}, b"{}", "/payments/nowhere/webhook").status_code == 404
    assert deliver(client, {}, b"{}", "/payments/manual/webhook").status_code == 400
    assert client.get(DOOR).status_code == 405
