"""Bank transfers at the desk: found by the reference readers write, noted once, sent back, and refused in words."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from masthead.members.models import AccessGrant, Membership
from masthead.members.tests import supporters
from masthead.payments.actions import orders_of_reference, reference_of
from masthead.payments.models import Entry, Order, Transfer
from masthead.payments.reconcile import reconcile
from masthead.payments.tests.till import Till

pytestmark = pytest.mark.django_db


def note(client: Client, order: Order, **said: Any) -> Any:
    form = {"reference": "TRF-1", "amount": "50.00", "booked": str(timezone.localdate()), **said}
    return client.post(reverse("desk_members:transfer", args=(order.uuid,)), form)


def test_open_orders_are_listed_with_the_reference_the_reader_was_given(service: Client, till: Till) -> None:
    empty = service.get(reverse("desk_members:transfers")).content.decode()
    assert "No order waits for a transfer" in empty
    order = supporters.ordered_by_transfer(till)
    words = service.get(reverse("desk_members:transfers")).content.decode()
    assert reference_of(order) in words
    assert "€50.00" in words
    told = Client().get(reverse("payments:transfer", args=(order.uuid,))).content.decode()
    assert reference_of(order) in told


def test_an_order_is_found_by_its_reference_however_it_is_typed(service: Client, till: Till) -> None:
    order, other = supporters.ordered_by_transfer(till), supporters.ordered_by_transfer(till)
    reference = reference_of(order)
    for typed in (reference, reference.lower(), reference.replace("-", " "), order.email):
        found = service.get(reverse("desk_members:transfers"), {"q": typed}).context["orders"]
        assert [each[0] for each in found] == [order], typed
    nothing = service.get(reverse("desk_members:transfers"), {"q": "ZZZZ-ZZZZ"}).content.decode()
    assert "No order has this reference" in nothing
    assert reference_of(other) not in nothing


def test_every_order_is_found_by_its_reference(till: Till) -> None:
    for number in (0, 1, 2**128 - 1, uuid.uuid4().int, 31**8 << 88, (31**8 << 88) - 1):
        order = Order.objects.create(
            uuid=uuid.UUID(int=number), purpose="x", title="x", amount=1, currency="EUR", gateway="manual"
        )
        found = orders_of_reference(reference_of(order))
        if number != 2**128 - 1:
            assert order in found
    assert not orders_of_reference("nothing").exists()


def test_a_transfer_is_noted_once_and_opens_the_doors(service: Client, till: Till) -> None:
    order = supporters.ordered_by_transfer(till)
    assert note(service, order).status_code == 302
    membership = Membership.objects.get()
    assert membership.state == "active"
    assert AccessGrant.objects.standing().get().account == membership.account
    assert Entry.objects.get().amount == 5000
    assert Transfer.objects.get().by.first_name == "Sofia"
    again = note(service, order)
    assert again.status_code == 422
    assert "noted before" in again.content.decode()
    assert Entry.objects.count() == 1
    story = service.get(reverse("desk_members:person", args=(membership.account_id,))).content.decode()
    assert "Noted the bank transfer TRF-1" in story
    assert reconcile("manual").agrees


def test_part_of_it_keeps_the_order_open_and_says_so(service: Client, till: Till) -> None:
    order = supporters.ordered_by_transfer(till)
    words = service.get(note(service, order, amount="20")["Location"]).content.decode()
    assert "So far €20.00 of €50.00" in words
    assert Order.objects.get().state == Order.OPEN
    assert 'value="30.00"' in words
    note(service, order, reference="TRF-2", amount="30,00")
    assert Order.objects.get().state == Order.COMPLETED


def test_money_sent_back_is_a_negative_amount(service: Client, till: Till) -> None:
    order = supporters.ordered_by_transfer(till)
    note(service, order)
    payment = order.payments.get()
    elsewhere = service.get(reverse("desk_members:refund", args=(payment.uuid,))).content.decode()
    assert reverse("desk_members:transfer", args=(order.uuid,)) in elsewhere
    assert note(service, order, reference="BACK-1", amount="-50.00").status_code == 302
    assert sum(entry.amount for entry in Entry.objects.all()) == 0
    assert payment.refunds.get().amount == 5000
    assert Membership.objects.get().state == "ended"
    assert not AccessGrant.objects.standing().exists()
    assert reconcile("manual").agrees


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": "-1"}, "sent back than came"),
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "lots"}, "no amount"),
        ({"amount": "99999999999"}, "more than nothing"),
        ({"reference": " "}, "required"),
        ({"booked": str(timezone.localdate() + timedelta(days=2))}, "still to come"),
        ({"booked": "yesterday"}, "valid date"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    service: Client, till: Till, said: dict[str, str], words: str
) -> None:
    order = supporters.ordered_by_transfer(till)
    answer = note(service, order, **said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Transfer.objects.exists()
    assert not Entry.objects.exists()


def test_an_order_paid_by_card_is_none_of_these(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    assert service.get(reverse("desk_members:transfer", args=(membership.order.uuid,))).status_code == 404
