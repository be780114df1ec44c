"""A reader with a browser, who sends the forms of our own pages; and the till behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from masthead.payments.models import Order
from masthead.payments.tests.till import Till, open_till

HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def till() -> Iterator[Till]:
    """The double behind the gateway."""
    with open_till() as opened:
        yield opened


def send(client: Client, path: str, fields: dict[str, Any], **headers: str) -> Any:
    """Send a form as a browser does from our own page."""
    return client.post(path, fields, **{**HERE, **headers})


def page(response: Any) -> str:
    """What the answer says."""
    return str(response.content.decode())


def only_order() -> Order:
    """The one order there is."""
    return Order.objects.get()
