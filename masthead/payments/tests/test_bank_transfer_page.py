"""Paying by bank transfer: the page says the account, the amount and the reference, until the money is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from masthead.accounts.tests import factories as accounts
from masthead.articles.tests import factories as paper
from masthead.lib.money import Money
from masthead.payments import actions
from masthead.payments.gateways.manual.gateway import reference_of
from masthead.payments.models import Order
from masthead.payments.tests.till import Till, open_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(settings: Any) -> Iterator[Till]:
    paper.newsroom()
    settings.BANK_ACCOUNT = "Harbour Savings Bank\nIBAN XX00 0000 0000"
    with open_till() as opened:
        yield opened


def page(client: Client, order: Order) -> str:
    response = client.get(f"/support/transfer/{order.uuid}/")
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    return str(response.content.decode())


def test_everything_a_transfer_needs_is_there(till: Till, client: Client) -> None:
    order = till.order(5000, gateway="manual", interval="year")
    assert order.session_url.endswith(f"/support/transfer/{order.uuid}/")
    html = page(client, order)
    for words in ("Harbour Savings Bank", "IBAN XX00 0000 0000", "€50.00", reference_of(order), "pays for one year"):
        assert words in html


def test_coming_back_leads_there_until_it_is_paid(till: Till, client: Client) -> None:
    order = till.order(5000, gateway="manual", interval="once")
    Order.objects.filter(pk=order.pk).update(session_url=f"http://127.0.0.1:8000/support/transfer/{order.uuid}/")
    assert client.get(f"/support/back/{order.uuid}/")["Location"].endswith(f"/support/transfer/{order.uuid}/")
    actions.confirm_transfer(order, "statement 7", Money(5000, "EUR"), timezone.now(), accounts.account())
    assert "has arrived" in page(client, order)
    assert client.get(f"/support/back/{order.uuid}/").status_code == 200


def test_an_order_paid_by_card_has_no_such_page(till: Till, client: Client) -> None:
    order = till.order(500)
    assert client.get(f"/support/transfer/{order.uuid}/").status_code == 404
