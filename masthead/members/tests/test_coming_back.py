"""The reader comes back from the provider's page: at once, twice, a day later, or while nobody answers there."""

from __future__ import annotations

import pytest
from django.test import Client

from masthead.articles.tests import factories as paper
from masthead.members.models import Contribution
from masthead.members.tests import factories as make
from masthead.members.tests.asking import page, send, till
from masthead.payments.gateways.stripe.double.faults import Fault
from masthead.payments.models import Order, Payment
from masthead.payments.tests.till import DECLINED, GOOD, Till

__all__ = ["till"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def order(till: Till, client: Client) -> Order:
    """Twelve euros that somebody is about to give."""
    paper.newsroom()
    make.offer()
    sent = {"choice": "once:own", "own-once": "12", "email": "nadia@mail.example", "gateway": "stripe", "in": "EUR"}
    send(client, "/support/once/", sent)
    return Order.objects.get()


def back(client: Client, order: Order, query: str = "") -> str:
    response = client.get(f"/support/back/{order.uuid}/{query}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    return page(response)


def test_who_paid_is_thanked_however_often_they_look(order: Order, till: Till, client: Client) -> None:
    till.double.pay(order.session_ref, GOOD)
    for _tab in range(3):
        html = back(client, order)
        assert "Thank you." in html
        assert "€12" in html
        assert "nadia@mail.example" not in html
    assert Payment.objects.get().state == "succeeded"
    assert Contribution.objects.get().account.email == "nadia@mail.example"
    assert Order.objects.get().state == Order.COMPLETED


def test_a_payment_not_heard_of_yet_is_waited_for(order: Order, client: Client) -> None:
    html = back(client, order)
    assert "We are waiting for your payment" in html
    assert "js/waiting.js" in html
    assert "Look again now" in html
    assert order.session_url in html


def test_who_went_back_is_told_that_nothing_was_charged(order: Order, client: Client) -> None:
    html = back(client, order, "?left=1")
    assert "You left before paying" in html
    assert order.session_url in html
    assert "js/waiting.js" not in html


def test_a_card_that_was_declined_can_be_tried_again(order: Order, till: Till, client: Client) -> None:
    till.double.pay(order.session_ref, DECLINED)
    html = back(client, order, "?left=1")
    assert "Nothing was charged" in html
    assert order.session_url in html


def test_a_page_left_open_for_a_day_is_begun_anew(order: Order, till: Till, client: Client) -> None:
    till.double.advance(days=2)
    html = back(client, order)
    assert "no longer valid" in html
    assert 'href="/support/once/"' in html
    assert order.session_url not in html


def test_while_the_provider_is_down_nothing_is_lost(order: Order, till: Till, client: Client) -> None:
    till.double.pay(order.session_ref, GOOD)
    till.double.faults.order(Fault("error", times=2))
    assert "Please don’t pay again" in back(client, order)
    till.double.faults.clear()
    assert "Thank you." in back(client, order)


def test_a_form_sent_again_after_paying_leads_to_the_thanks(till: Till, client: Client) -> None:
    paper.newsroom()
    make.offer()
    sent = {"choice": "once:own", "own-once": "12", "email": "nadia@mail.example", "gateway": "stripe", "nonce": "n1"}
    send(client, "/support/once/", sent)
    order = Order.objects.get()
    till.double.pay(order.session_ref, GOOD)
    assert send(client, "/support/once/", sent)["Location"].endswith(f"/support/back/{order.uuid}/")
    assert Order.objects.count() == 1


def test_an_order_there_isnt_has_no_page(client: Client) -> None:
    paper.newsroom()
    assert client.get("/support/back/2f0a3f6e-0000-4000-8000-000000000000/").status_code == 404


def test_what_breaks_on_our_side_is_not_the_readers_trouble(
    order: Order, till: Till, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault in what follows from a payment")

    till.double.pay(order.session_ref, GOOD)
    monkeypatch.setattr("masthead.members.supporting.Contributions.settled", broken)
    assert "nothing is lost" in back(client, order)
    monkeypatch.undo()
    assert "Thank you." in back(client, order)
