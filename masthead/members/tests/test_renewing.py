"""A membership from period to period: renewed, failing, put off, ended; and what it opens meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from masthead.lib.money import Money
from masthead.lib.periods import YEAR
from masthead.members import duties
from masthead.members.access import has_access
from masthead.members.giving import redeem_gift, tell_deferrals
from masthead.members.models import AccessGrant, Deferral, Membership
from masthead.members.tests import factories
from masthead.members.tests.shop import Shop, grants, letters, reader
from masthead.payments import actions
from masthead.payments.models import Agreement, Payment
from masthead.payments.tests import till as tills


def fresh(membership: Membership) -> Membership:
    return Membership.objects.select_related("account", "order__agreement").get(pk=membership.pk)


def test_periods_are_counted_from_the_anchor(shop: Shop) -> None:
    membership = shop.join()
    for _ in range(60):
        shop.pass_days(1.5)
    ends = [grant.ends_at.astimezone(UTC) for grant in grants(membership)]
    noon = datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert ends[:3] == [noon.replace(month=2, day=28), noon.replace(month=3), noon.replace(month=4, day=30)]
    assert letters("welcome") == 1


def test_doors_stay_open_while_the_provider_takes_its_time_with_a_renewal(shop: Shop) -> None:
    factories.offer(grace_days=0)
    membership = shop.join()
    shop.double.advance(to=int(grants(membership)[0].ends_at.timestamp()) + 60)
    shop.hear()
    assert Payment.objects.count() == 1, "the invoice is still a draft"
    assert has_access(membership.account)
    shop.pass_days(0.1)
    assert Payment.objects.filter(state="succeeded").count() == 2
    assert has_access(membership.account)
    assert AccessGrant.objects.filter(source__startswith="grace:").count() == 1


def test_a_renewal_that_fails_has_its_days_of_grace_and_its_letters_and_ends(shop: Shop) -> None:
    factories.offer(grace_days=10)
    membership = shop.join(card=tills.LATER_FAILS)
    paid_until = grants(membership)[0].ends_at
    open_for = None
    while fresh(membership).state != "ended" and timezone.now() < paid_until + timedelta(days=60):
        shop.pass_days(1)
        if open_for is None and not has_access(membership.account):
            open_for = (timezone.now() - paid_until).days
    ended = fresh(membership)
    assert (ended.state, ended.ended_reason) == ("ended", "payment_failed")
    assert open_for == 10
    assert letters("payment_failed") == 4
    assert letters("membership_ended") == 1


@pytest.mark.parametrize("habit", ["unpaid", "past_due"])
def test_what_the_provider_leaves_unpaid_for_ever_is_ended_by_us(shop: Shop, habit: str) -> None:
    shop.double.account.habits.after_last_attempt = habit
    membership = shop.join(card=tills.LATER_FAILS)
    for _ in range(25):
        shop.pass_days(3)
    ended = fresh(membership)
    assert (ended.state, ended.ended_reason) == ("ended", "payment_failed")
    assert ended.order.agreement.state == Agreement.ENDED


def test_a_failing_renewal_that_is_paid_after_all_goes_on(shop: Shop) -> None:
    membership = shop.join(card=tills.LATER_FAILS)
    shop.pass_days(29)
    late = fresh(membership)
    assert late.state == "past_due"
    assert has_access(membership.account)
    shop.double.set_card(late.order.agreement.customer_ref)
    actions.retry(late.order.payments.get(state="failed"))
    assert fresh(membership).state == "active"
    assert len(grants(membership)) == 2


def test_another_interval_begins_when_the_paid_period_ends(shop: Shop) -> None:
    membership = shop.join()
    paid_until = grants(membership)[0].ends_at
    shop.pass_days(5)
    actions.change(membership.order.agreement, Money(5000, "EUR"), YEAR)
    assert Payment.objects.count() == 1, "nothing is charged before"
    shop.pass_days(25)
    first, second = grants(membership)
    assert second.starts_at == first.ends_at == paid_until
    assert second.ends_at == paid_until.replace(year=2028)
    assert Payment.objects.order_by("pk").last().amount == 5000


def test_a_cancellation_keeps_what_was_paid_for(shop: Shop) -> None:
    membership = shop.join()
    actions.cancel(membership.order.agreement)
    assert fresh(membership).state == "cancel_scheduled"
    actions.cancel(membership.order.agreement, at_end=False)
    actions.cancel(membership.order.agreement, at_end=False)  # a second click
    assert fresh(membership).state == "ended"
    assert has_access(membership.account)
    shop.pass_days(29)
    assert not has_access(membership.account)


def test_a_cancellation_for_a_day_set_on_the_dashboard_can_be_taken_back(shop: Shop) -> None:
    membership = shop.join()
    ref = membership.order.agreement.ref
    shop.gateway.client.v1.subscriptions.update(ref, {"cancel_at": shop.double.now() + 10 * 86400})
    shop.hear()
    assert fresh(membership).state == "cancel_scheduled"
    actions.resume(membership.order.agreement)
    shop.pass_days(40)
    assert fresh(membership).state == "active"


def test_a_pause_asks_for_nothing_and_opens_nothing(shop: Shop) -> None:
    membership = shop.join()
    actions.pause(membership.order.agreement, None)
    shop.pass_days(35)
    assert not has_access(membership.account)
    actions.resume(fresh(membership).order.agreement)
    shop.pass_days(1)
    assert not has_access(membership.account), "that period was voided, not paid"
    shop.pass_days(30)
    assert has_access(membership.account)
    assert Payment.objects.filter(state="succeeded").count() == 2


def test_a_gift_redeemed_by_a_member_puts_the_renewal_off(shop: Shop) -> None:
    membership = shop.join()
    paid_until = grants(membership)[0].ends_at
    redemption = redeem_gift(shop.bought().code, membership.account)
    assert redemption.grant.starts_at == paid_until
    for _ in range(24):
        shop.pass_days(5)
    _first, second = grants(membership)
    assert second.starts_at == redemption.grant.ends_at
    assert Payment.objects.filter(order=membership.order).count() == 2


def test_doors_stay_open_when_the_gift_is_over_and_the_card_is_asked_again(shop: Shop) -> None:
    membership = shop.join()
    redemption = redeem_gift(shop.bought(months=1).code, membership.account)
    tell_deferrals()
    shop.double.advance(to=int(redemption.grant.ends_at.timestamp()) + 60)
    shop.hear()
    assert has_access(membership.account)


def test_of_two_gifts_the_nearer_never_takes_back_the_further(shop: Shop) -> None:
    membership = shop.join()
    redeem_gift(shop.bought(months=3).code, membership.account)
    second = redeem_gift(shop.bought(months=12).code, membership.account)
    # The provider fails when the nearer is told, and again hears of it last.
    assert tell_deferrals() == 1
    assert Deferral.objects.waiting().count() == 0
    assert fresh(membership).order.agreement.period_end == second.grant.ends_at


def test_a_gift_redeemed_while_leaving_puts_the_renewal_off_once_the_member_stays(shop: Shop) -> None:
    membership = shop.join()
    actions.cancel(membership.order.agreement)
    redemption = redeem_gift(shop.bought().code, membership.account)
    assert not Deferral.objects.exists()
    actions.resume(membership.order.agreement)
    tell_deferrals()
    assert fresh(membership).order.agreement.period_end == redemption.grant.ends_at


def test_a_refund_that_comes_back_opens_the_door_again(shop: Shop) -> None:
    membership = shop.join(card="4000000000005126")
    payment = membership.order.payments.get()
    actions.refund(payment, payment.money, None, "asked for it")
    assert not has_access(membership.account)
    shop.pass_days(0.1)  # an hour later the bank sends it back
    assert payment.refunds.get().state == "failed"
    assert has_access(membership.account)
    assert len(grants(membership)) == 1
    assert actions.reconcile("stripe").agrees


def test_a_refund_under_way_takes_nothing_away(shop: Shop) -> None:
    membership = shop.join()
    payment = membership.order.payments.get()
    payment.refunds.create(gateway="stripe", amount=payment.amount, currency="EUR")
    actions.settle_order(membership.order, "looking")
    assert has_access(membership.account)


def test_what_staff_revoked_stays_revoked(shop: Shop) -> None:
    membership = shop.join()
    grants(membership)[0].revoke("shared the password", reader())
    actions.settle_order(membership.order, "looking")
    assert not has_access(membership.account)


def test_a_first_payment_lost_before_we_heard_of_it_begins_and_opens_nothing(shop: Shop) -> None:
    membership = shop.begin()
    shop.double.pay(membership.order.session_ref, tills.DISPUTED)
    shop.double.advance(seconds=60)
    shop.double.decide(str(shop.gateway.client.v1.disputes.list().data[0].id), won=False)
    shop.hear()
    heard = fresh(membership)
    assert heard.order.state == "completed"
    assert (heard.state, heard.order.payments.get().state) == ("active", "charged_back")
    assert not has_access(heard.account)
    assert actions.reconcile("stripe").agrees


def test_an_order_that_was_never_sent_is_given_up(shop: Shop) -> None:
    tier = factories.tier()
    from masthead.members import joining

    price = tier.prices.get(interval="month")
    membership = joining.begin_membership(price, price.money, shop.payer(), "stripe")
    shop.pass_days(3)
    left = fresh(membership)
    assert (left.state, left.order.state, left.order.payments.get().state) == ("abandoned", "abandoned", "canceled")


def test_memberships_that_run_are_left_alone_by_the_hourly_look(shop: Shop) -> None:
    shop.join()
    assert duties.look_after_memberships() == 0
