"""What nobody should send us: it is refused with a word, and the books stay as they were."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.accounts.actions import account_for
from masthead.lib.money import AmountError, Money
from masthead.payments import actions, notices
from masthead.payments.checkout import Wanted
from masthead.payments.gateways.base import NotOurs
from masthead.payments.gateways.stripe.double.webhooks import sign
from masthead.payments.models import Entry, Notice, Order, Payment, Transfer
from masthead.payments.tests.till import GOOD, SECRET, Till, open_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as opened:
        yield opened


@pytest.fixture
def letter(till: Till) -> tuple[dict[str, str], bytes]:
    """A good webhook: its headers and its body."""
    order = till.order(500)
    till.double.pay(order.session_ref, GOOD)
    till.double.deliver()
    return next((head, body) for head, body in till.post if b"checkout.session.completed" in body)


def signed(body: bytes, secret: str = SECRET, moment: int | None = None) -> dict[str, str]:
    return {"stripe-signature": sign(body, secret, moment)}


def changed(body: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(body), **fields}).encode()


def test_a_replayed_notice_is_kept_once(till: Till, letter: tuple[dict[str, str], bytes]) -> None:
    head, body = letter
    assert [notices.receive("stripe", head, body) for _ in range(3)] == [True, False, False]
    assert Notice.objects.count() == 1
    notices.work_through()
    assert Payment.objects.get().state == "succeeded"
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (lambda body: (signed(body, "whsec_other"), body), "signature is wrong"),
        (lambda body: (signed(body), changed(body, id="evt_forged")), "signature is wrong"),
        (lambda body: (signed(body, moment=int(time.time()) - 301), body), "too old"),
        (lambda body: ({}, body), "signature is wrong"),
        (lambda body: ({"stripe-signature": "t=,v1="}, body), "signature is wrong|not a notice"),
        (lambda body: ({"stripe-signature": "\x00\xff"}, body), "signature is wrong|not a notice"),
        (lambda body: (lambda live: (signed(live), live))(changed(body, livemode=True)), "live payments"),
        (lambda body: (lambda old: (signed(old), old))(changed(body, api_version="2020-08-27")), "another version"),
        (lambda body: (lambda junk: (signed(junk), junk))(b"\xff\xfe not json"), "not a notice"),
        (lambda body: (lambda junk: (signed(junk), junk))(b"[]"), "not a notice"),
        (lambda body: (lambda junk: (signed(junk), junk))(b'{"object": "event"}'), "not a notice"),
        (lambda body: (signed(b"x", "whsec_other"), b"{" * 5_000_000), "signature is wrong"),
    ],
)
def test_what_stripe_did_not_send_us_now_is_refused(
    till: Till, letter: tuple[dict[str, str], bytes], how: object, why: str
) -> None:
    head, body = how(letter[1])  # type: ignore[operator]
    with pytest.raises(NotOurs, match=why):
        notices.receive("stripe", head, body)
    assert not Notice.objects.exists()


def test_without_a_secret_nothing_is_trusted(till: Till, letter: tuple[dict[str, str], bytes]) -> None:
    till.gateway.options = type(till.gateway.options)(key="sk_test_x")
    with pytest.raises(NotOurs, match="no webhook secret"):
        notices.receive("stripe", *letter)


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("invoice.upcoming", {"object": "invoice", "subscription": None}),  # has no id
        ("balance.available", {"object": "balance", "available": []}),
        ("something.new", {"object": "thing_of_next_year", "id": "new_1"}),
    ],
)
def test_a_notice_of_something_unknown_is_kept_and_does_nothing(
    till: Till, letter: tuple[dict[str, str], bytes], kind: str, thing: dict[str, object]
) -> None:
    body = changed(letter[1], id="evt_unknown", type=kind, data={"object": thing})
    assert notices.receive("stripe", signed(body), body)
    assert notices.work_through() == 1
    assert Notice.objects.get().outcome == "of no concern"


@pytest.mark.parametrize("reference", ["cart-77", "0b0e7f6e-1111-4222-8333-944455556666", ""])
def test_others_with_the_same_account_are_none_of_our_business(till: Till, reference: str) -> None:
    """Another newsroom, or a shop, sells through the same account: heard, ignored, and not in our books."""
    given = {"order": reference, "newsroom": "another.example"} if reference else {}
    price = {"currency": "eur", "unit_amount": 900, "product_data": {"name": "Cups"}}
    session = till.gateway.client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "http://another.example/",
            "line_items": [{"price_data": price, "quantity": 1}],
            "metadata": given,
            "payment_intent_data": {"metadata": given},
            "client_reference_id": reference or "7",
        }
    )
    till.double.pay(session.id, GOOD)
    till.hear()
    assert set(Notice.objects.exclude(outcome="of no concern").values_list("outcome", flat=True)) == {
        "about something that isn't ours"
    }
    report = actions.reconcile("stripe")
    assert report.agrees, report.differences
    assert (report.foreign, report.theirs) == (1, {})
    assert not Entry.objects.exists()


def test_an_order_of_ours_that_was_lost_is_shouted_about(till: Till) -> None:
    order = till.order(500)
    till.double.pay(order.session_ref, GOOD)
    Payment.objects.all().delete()
    Order.objects.all().delete()  # an old backup was put back
    till.hear()
    report = actions.reconcile("stripe")
    assert not report.agrees
    assert str(order.uuid) in report.differences[0].why


@pytest.mark.parametrize("minor", [0, -1, 100_000_000, 10**30])
def test_nobody_pays_nothing_or_everything(till: Till, minor: int) -> None:
    with pytest.raises(AmountError):
        actions.open_order(Wanted("test", "Support", Money(minor, "EUR"), "reader@mail.example"), "stripe")
    assert not Order.objects.exists()


@pytest.mark.parametrize(("fee", "minor"), [(-1, 500), (500, 500), (501, 500)])
def test_a_fee_is_a_part_of_the_amount(till: Till, fee: int, minor: int) -> None:
    with pytest.raises(AmountError):
        actions.open_order(Wanted("test", "x", Money(minor, "EUR"), "a@mail.example", fee_cover=fee), "stripe")


def test_an_amount_too_small_for_stripe_is_refused_in_words(till: Till) -> None:
    with pytest.raises(actions.Refused, match="at least"):
        till.order(1)


@pytest.mark.parametrize("money", [Money(501, "EUR"), Money(0, "EUR"), Money(-5, "EUR"), Money(100, "USD")])
def test_no_more_is_given_back_than_there_is(till: Till, money: Money) -> None:
    payment = till.pay(till.order(500)).payments.get()
    before = list(Entry.objects.values_list("ref", flat=True))
    with pytest.raises(actions.CantRefund) as refused:
        actions.refund(payment, money, None, "")
    assert refused.value.args == (Money(500, "EUR"),)
    assert list(Entry.objects.values_list("ref", flat=True)) == before
    assert not payment.refunds.exists()


@pytest.fixture
def transfer_order(till: Till) -> Order:
    wanted = Wanted("test", "Support", Money(5000, "EUR"), "reader@mail.example", interval="year")
    return actions.open_order(wanted, "manual")


@pytest.mark.parametrize(
    ("reference", "money", "why"),
    [
        ("", Money(5000, "EUR"), "reference"),
        ("   ", Money(5000, "EUR"), "reference"),
        ("x" * 101, Money(5000, "EUR"), "100"),
        ("A1", Money(5000, "USD"), "EUR"),
        ("A1", Money(0, "EUR"), "amount"),
        ("A1", Money(10**12, "EUR"), "amount"),
        ("A1", Money(-1, "EUR"), "No more than"),
    ],
)
def test_a_transfer_that_cant_be_is_not_noted(transfer_order: Order, reference: str, money: Money, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        actions.confirm_transfer(transfer_order, reference, money, timezone.now(), account_for("a@mail.example"))
    assert not Transfer.objects.exists()


def test_a_transfer_is_for_an_order_that_is_paid_by_transfer(till: Till) -> None:
    with pytest.raises(ValueError, match="isn't paid by bank transfer"):
        actions.confirm_transfer(
            till.order(500), "A1", Money(500, "EUR"), timezone.now(), account_for("a@mail.example")
        )
    assert not Transfer.objects.exists()


def test_a_transfer_counts_once_and_what_comes_twice_moves_no_period(transfer_order: Order) -> None:
    by, now = account_for("staff@mail.example"), timezone.now()
    actions.confirm_transfer(transfer_order, "A 1", Money(2000, "EUR"), now - timedelta(days=3), by)
    assert transfer_order.payments.get().state == "pending"
    actions.confirm_transfer(transfer_order, "A2", Money(3000, "EUR"), now - timedelta(days=2), by)
    with pytest.raises(ValueError, match="noted before"):
        actions.confirm_transfer(transfer_order, " A  1 ", Money(5000, "EUR"), now, by)
    actions.confirm_transfer(transfer_order, "A3", Money(5000, "EUR"), now, by)
    payment = transfer_order.payments.get()
    assert (payment.state, payment.amount) == ("succeeded", 10_000)
    assert payment.period_start == now - timedelta(days=2)
    actions.confirm_transfer(transfer_order, "A4", Money(-5000, "EUR"), now, by)
    with pytest.raises(ValueError, match="No more than"):
        actions.confirm_transfer(transfer_order, "A5", Money(-5001, "EUR"), now, by)
    assert actions.reconcile("manual").agrees
    assert {row["net"] for row in Entry.objects.by_currency().values()} == {5000}


def test_a_transfer_that_never_comes_is_given_up_and_taken_if_it_comes_after_all(transfer_order: Order) -> None:
    Order.objects.update(opened_at=timezone.now() - timedelta(days=61), session_ref=str(transfer_order.uuid))
    actions.settle_open("manual")
    transfer_order.refresh_from_db()
    assert transfer_order.state == "abandoned"
    actions.confirm_transfer(
        transfer_order, "A1", Money(5000, "EUR"), timezone.now(), account_for("staff@mail.example")
    )
    transfer_order.refresh_from_db()
    assert (transfer_order.state, transfer_order.payments.get().state) == ("completed", "succeeded")
