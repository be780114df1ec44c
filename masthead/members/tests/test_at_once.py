"""Several at once, with real threads and real transactions: once is once, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from django.db import connections
from django.utils import timezone

from masthead.lib.money import Money
from masthead.members.access import has_access
from masthead.members.giving import CantRedeem, redeem_gift, tell_deferrals
from masthead.members.models import AccessGrant, Gift, Redemption
from masthead.members.tests.shop import Shop, letters, reader
from masthead.payments import actions
from masthead.payments.checkout import Wanted
from masthead.payments.gateways.base import Overtaken
from masthead.payments.models import Document, Entry, Notice, Payment, Refund, Series
from masthead.payments.tests import till as tills

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """What each answered, or the error it ended with; all begin in the same moment."""
    begin = threading.Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(number: int) -> None:
        begin.wait(30)
        try:
            answers[number] = works[number]()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def errors(answers: list[object]) -> list[object]:
    return [each for each in answers if isinstance(each, Exception)]


def test_of_eight_who_redeem_a_code_one_does(shop: Shop) -> None:
    gift = shop.bought()
    accounts = [reader() for _ in range(8)]
    answers = at_once([lambda account=account: redeem_gift(gift.code, account) for account in accounts])  # type: ignore[misc]
    refused = errors(answers)
    assert [str(each) for each in refused] == ["redeemed"] * 7
    assert all(isinstance(each, CantRedeem) for each in refused)
    assert Redemption.objects.count() == AccessGrant.objects.count() == 1
    assert Gift.objects.get().state == "redeemed"
    assert letters("gift_redeemed") == 1
    assert sum(has_access(account) for account in accounts) == 1


def test_gifts_redeemed_at_once_by_one_reader_follow_each_other(shop: Shop) -> None:
    codes = [shop.bought(months=1).code for _ in range(4)]
    account = reader()
    assert not errors(at_once([lambda code=code: redeem_gift(code, account) for code in codes]))  # type: ignore[misc]
    times = list(AccessGrant.objects.order_by("starts_at").values_list("starts_at", "ends_at"))
    assert all(end == start for (_, end), (start, _) in pairwise(times))


def test_webhooks_return_page_and_reconcile_at_once_book_once(shop: Shop) -> None:
    membership = shop.begin()
    order = membership.order
    shop.double.pay(order.session_ref)
    shop.double.deliver()
    for headers, body in shop.post:
        actions.receive("stripe", headers, body)
    shop.double.advance(seconds=600)
    answers = at_once(
        [
            lambda: actions.settle_order(order, "came back"),
            lambda: actions.settle_order(order, "came back in the other tab"),
            actions.work_through,
            actions.work_through,
            lambda: actions.reconcile("stripe"),
            lambda: actions.settle_open("stripe"),
        ]
    )
    assert not [each for each in errors(answers) if not isinstance(each, Overtaken)]
    shop.double.advance(seconds=600)
    actions.work_through()
    assert not Notice.objects.filter(processed_at=None).exists()
    assert Entry.objects.count() == Document.objects.count() == Payment.objects.count() == 1
    assert AccessGrant.objects.count() == letters("welcome") == letters("receipt") == 1
    assert [step.after for step in Payment.objects.get().steps.all()] == ["pending", "succeeded"]
    assert actions.reconcile("stripe").agrees


def test_of_staff_who_give_back_at_once_one_does(shop: Shop) -> None:
    payment = shop.join().order.payments.get()
    answers = at_once([lambda: actions.refund(payment, payment.money, None, "asked for it")] * 4)
    refused = errors(answers)
    assert len(refused) == 3
    assert all(isinstance(each, actions.CantRefund) for each in refused)
    assert Refund.objects.get().state == "succeeded"
    assert len(shop.gateway.client.v1.refunds.list().data) == 1
    assert actions.reconcile("stripe").agrees


def test_parts_given_back_at_once_are_never_more_than_there_is(shop: Shop) -> None:
    payment = shop.join().order.payments.get()
    part = Money(payment.amount // 3, payment.currency)
    answers = at_once([lambda: actions.refund(payment, part, None, "asked for it")] * 5)
    done = [each for each in answers if isinstance(each, Refund)]
    actions.ask_for_refunds()
    assert len(done) <= 3
    assert Refund.objects.filter(state="succeeded").count() == 3
    assert payment.refunded.minor == 3 * part.minor
    assert actions.reconcile("stripe").agrees


def test_papers_numbered_by_eight_at_once_have_no_gap(shop: Shop) -> None:
    orders = [shop.contribute().order for _ in range(8)]
    for number, order in enumerate(orders):
        shop.double.pay(order.session_ref)
        if number % 2:  # these take numbers of both series at once
            intent = shop.gateway.client.v1.checkout.sessions.retrieve(order.session_ref).payment_intent
            shop.gateway.client.v1.refunds.create({"payment_intent": str(intent), "amount": 100})
    assert not errors(at_once([lambda order=order: actions.settle_order(order, "came back") for order in orders]))  # type: ignore[misc]
    numbers = {
        series.name[0]: sorted(series.documents.values_list("number", flat=True)) for series in Series.objects.all()
    }
    assert numbers == {"R": list(range(1, 9)), "C": list(range(1, 5))}


def test_a_gift_redeemed_while_the_members_own_order_is_settled(shop: Shop) -> None:
    """Both take the reader's account and the agreement: neither may wait for the other for ever."""
    membership = shop.join()
    assert membership.account is not None
    for _ in range(4):
        code, account, order = shop.bought(months=1).code, membership.account, membership.order
        answers = at_once(
            [
                lambda code=code, account=account: redeem_gift(code, account),  # type: ignore[misc]
                lambda order=order: actions.settle_order(order, "looking"),  # type: ignore[misc]
                tell_deferrals,
                lambda order=order: actions.settle_order(order, "looking"),  # type: ignore[misc]
            ]
        )
        assert not [each for each in errors(answers) if not isinstance(each, Overtaken)]
    tell_deferrals()
    membership.order.agreement.refresh_from_db()
    last = AccessGrant.objects.filter(account=membership.account).order_by("-ends_at")[0]
    assert membership.order.agreement.period_end == last.ends_at


def test_two_tabs_are_one_checkout(shop: Shop) -> None:
    order = actions.open_order(Wanted("test", "Support", Money(500, "EUR"), "reader@mail.example"), "stripe")
    from masthead.payments.models import Order

    def send() -> str:
        return actions.send_to_checkout(Order.objects.get(pk=order.pk), tills.BACK, tills.BACK)

    answers = at_once([send] * 4)
    assert not [each for each in errors(answers) if not isinstance(each, actions.GatewayError)]
    assert len({each for each in answers if isinstance(each, str)}) == 1
    assert len(shop.gateway.client.v1.checkout.sessions.list().data) == 1


def test_a_transfer_entered_by_two_at_once_counts_once(shop: Shop) -> None:
    wanted = Wanted("test", "Support", Money(500, "EUR"), "reader@mail.example")
    order, by, now = actions.open_order(wanted, "manual"), reader(), timezone.now()
    answers = at_once([lambda: actions.confirm_transfer(order, "A1", Money(500, "EUR"), now, by)] * 3)
    refused = errors(answers)
    assert ["noted before" in str(each) for each in refused] == [True, True]
    assert Entry.objects.count() == 1
