"""A renewal fails: letters on their days, doors open meanwhile, mended by another card, or over after the last try."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.members.access import has_access
from masthead.members.models import AccessGrant, Membership
from masthead.members.tests.joined import Clock, browser, join, letters
from masthead.payments.models import Agreement, Payment
from masthead.payments.tests.till import GOOD, LATER_FAILS, Till

pytestmark = pytest.mark.django_db


def failed(till: Till, clock: Clock) -> Membership:
    """A member whose first renewal has just failed."""
    membership = join(till, LATER_FAILS)
    assert membership.state == "active"
    days = (membership.order.agreement.period_end - timezone.now()).days
    clock.advance(days + 1.1)
    membership.refresh_from_db()
    assert membership.state == "past_due"
    return membership


def test_the_member_is_written_to_on_the_days_of_the_schedule_once_each(till: Till, clock: Clock) -> None:
    membership = failed(till, clock)
    counts = []
    for _day in range(15):
        clock.advance(0.5)
        clock.advance(0.5)
        counts.append(len(letters("payment_failed")))
    payment = membership.order.payments.get(state="failed")
    keys = [letter.key for letter in letters("payment_failed")]
    assert keys == [f"payment_failed:{payment.uuid}:{day}" for day in (0, 3, 8, 14)]
    assert counts[:4] == [1, 1, 2, 2]
    assert letters("payment_failed")[0].subject == "Your payment did not go through"
    assert letters("payment_failed")[-1].subject == "Your membership is about to end"
    assert f"/account/membership/{membership.uuid}/payment/" in letters("payment_failed")[0].text


def test_the_doors_stay_open_for_the_days_of_grace(till: Till, clock: Clock) -> None:
    membership = failed(till, clock)
    grace = AccessGrant.objects.get(source__startswith="grace:")
    assert grace.ends_at - grace.starts_at == timedelta(days=15)
    clock.advance(10)
    assert has_access(membership.account)
    assert AccessGrant.objects.filter(source__startswith="grace:").count() == 1


def test_after_the_last_try_it_ends(till: Till, clock: Clock) -> None:
    membership = failed(till, clock)
    for _day in range(17):
        clock.advance(1)
    membership.refresh_from_db()
    assert (membership.state, membership.ended_reason) == ("ended", "payment_failed")
    assert not has_access(membership.account)
    (letter,) = letters("membership_ended")
    assert "Nothing is owed" in letter.text
    assert len(letters("payment_failed")) == 4
    clock.advance(30)
    assert len(letters("membership_ended")) == 1


def test_another_card_mends_it(till: Till, clock: Clock) -> None:
    membership = failed(till, clock)
    client = browser(membership.account)
    home = client.get("/account/").content.decode()
    assert "did not go through" in home
    page = client.get(f"/account/membership/{membership.uuid}/payment/").content.decode()
    assert "the bank declined it" in page
    assert "We will try again on" in page
    clock.advance(4)
    till.double.set_card(membership.order.agreement.customer_ref, GOOD)
    back = client.get(f"/account/membership/{membership.uuid}/card/done/", follow=True).content.decode()
    assert "everything is in order again" in back
    membership.refresh_from_db()
    assert membership.state == "active"
    till.hear()
    assert not Payment.objects.filter(state="failed").exists()
    assert has_access(membership.account)
    written = len(letters("payment_failed"))
    for _day in range(12):
        clock.advance(1)
    assert len(letters("payment_failed")) == written
    assert membership.order.payments.filter(state="succeeded").count() == 2
    assert len(letters("receipt")) == 2


def test_trying_the_same_card_again_says_what_happened(till: Till, clock: Clock) -> None:
    membership = failed(till, clock)
    client = browser(membership.account)
    answer = client.post(f"/account/membership/{membership.uuid}/payment/", follow=True)
    assert "The payment failed again" in answer.content.decode()
    membership.refresh_from_db()
    assert membership.state == "past_due"


def test_who_is_late_may_leave_at_once(till: Till, clock: Clock) -> None:
    membership = failed(till, clock)
    client = browser(membership.account)
    url = f"/account/membership/{membership.uuid}/cancel/"
    assert "Nothing is owed" in client.get(url).content.decode()
    client.post(url)
    client.post(url)
    membership.refresh_from_db()
    assert (membership.state, membership.ended_reason) == ("ended", "canceled")
    assert Agreement.objects.get().state == "ended"
    clock.advance(10)
    assert len(letters("payment_failed")) == 1
    assert len(letters("membership_ended")) == 1


def test_nothing_fails_nothing_to_mend(till: Till, clock: Clock) -> None:
    membership = join(till)
    client = browser(membership.account)
    page = client.get(f"/account/membership/{membership.uuid}/payment/", follow=True).content.decode()
    assert "Your payments are in order" in page
