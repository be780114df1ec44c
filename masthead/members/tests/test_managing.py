"""What members do with their membership by themselves; each press may come twice, and from nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from masthead.accounts.tests.factories import account
from masthead.lib.periods import MONTH, YEAR, months_after
from masthead.members.access import has_access
from masthead.members.models import AccessGrant, Membership
from masthead.members.tests import factories
from masthead.members.tests.joined import ADDRESS, Clock, browser, join, letters
from masthead.payments.gateways.stripe.double import Fault
from masthead.payments.models import Agreement, Document
from masthead.payments.tests.till import Till

pytestmark = pytest.mark.django_db


def fresh(membership: Membership) -> Membership:
    return Membership.objects.get(pk=membership.pk)


def agreement(membership: Membership) -> Agreement:
    return Agreement.objects.get(order=membership.order)


def at(membership: Membership, what: str) -> str:
    return f"/account/membership/{membership.uuid}/{what}/"


def words(client: Client, method: str, url: str, data: Any = None) -> str:
    return getattr(client, method)(url, data or {}, follow=True).content.decode()


def test_the_account_says_how_things_stand(till: Till) -> None:
    membership = join(till)
    page = words(browser(membership.account), "get", "/account/")
    for said in ("Friend", "€5.00 a month", "ending in 4242", "Next payment", "Cancel my membership", "Receipt R"):
        assert said in page
    (letter,) = letters("welcome")
    assert "€5.00 a month" in letter.text
    assert letter.to == ADDRESS


def test_canceled_in_two_presses_until_the_end_of_what_is_paid(till: Till, clock: Clock) -> None:
    membership = join(till)
    client = browser(membership.account)
    assert at(membership, "cancel") in words(client, "get", "/account/")
    page = words(client, "get", at(membership, "cancel"))
    assert "stays open to you until" in page
    for _press in range(2):
        done = words(client, "post", at(membership, "cancel"))
        assert "Your membership is canceled" in done
    assert fresh(membership).state == "cancel_scheduled"
    assert agreement(membership).cancel_at_end
    assert len(letters("membership_ends")) == 1
    clock.advance(20)
    assert has_access(membership.account)
    clock.advance(15)
    assert (fresh(membership).state, fresh(membership).ended_reason) == ("ended", "canceled")
    assert not has_access(membership.account)
    assert membership.order.payments.count() == 1, "nothing more is taken"
    assert len(letters("membership_ended")) == 1


def test_a_cancellation_is_taken_back(till: Till, clock: Clock) -> None:
    membership = join(till)
    client = browser(membership.account)
    client.post(at(membership, "cancel"))
    client.post(at(membership, "left"), {"leaving": "money", "leaving_words": "Rent"})
    assert (fresh(membership).leaving, fresh(membership).leaving_words) == ("money", "Rent")
    for _press in range(2):
        assert "Your membership goes on" in words(client, "post", at(membership, "keep"))
    assert fresh(membership).state == "active"
    assert fresh(membership).leaving == ""
    clock.advance(32)
    assert membership.order.payments.filter(state="succeeded").count() == 2


def test_the_question_why_needs_no_answer(till: Till) -> None:
    membership = join(till)
    client = browser(membership.account)
    client.post(at(membership, "cancel"))
    assert "Thank you" in words(client, "post", at(membership, "left"))
    assert fresh(membership).leaving == ""


def test_an_amount_changes_with_the_next_payment(till: Till, clock: Clock) -> None:
    membership = join(till)
    client = browser(membership.account)
    price = membership.tier.prices.get(interval=MONTH)
    said = {"price": price.pk, "amount": "8,50", "cover_fee": "on"}
    for _press in range(2):
        assert "today nothing is taken" in words(client, "post", at(membership, "change"), said)
    assert agreement(membership).amount == 850 + 57
    assert membership.order.payments.count() == 1
    clock.advance(32)
    newest = membership.order.payments.order_by("-period_start").first()
    assert (newest.state, newest.amount) == ("succeeded", 907)
    lines = Document.objects.get(payment=newest).said["lines"]
    assert [line[1] for line in lines] == [850, 57]


def test_another_tier_is_recorded_and_opens_with_the_next_payment(till: Till, clock: Clock) -> None:
    membership = join(till)
    higher = factories.tier("Patron", prices={MONTH: 2000})
    said = {"price": higher.prices.get().pk, "amount": "20"}
    browser(membership.account).post(at(membership, "change"), said)
    assert fresh(membership).tier == higher
    assert "tier:" in fresh(membership).steps.last().why
    assert AccessGrant.objects.get().tier == membership.tier
    clock.advance(32)
    assert AccessGrant.objects.latest("starts_at").tier == higher
    assert Document.objects.latest("pk").said["title"] == "Membership: Patron"


def test_another_interval_waits_for_the_end_of_what_is_paid(till: Till, clock: Clock) -> None:
    membership = join(till)
    before = agreement(membership)
    yearly = membership.tier.prices.get(interval=YEAR)
    client = browser(membership.account)
    client.post(at(membership, "change"), {"price": yearly.pk, "amount": "50"})
    till.hear()
    assert (agreement(membership).interval, agreement(membership).amount) == (YEAR, 5000)
    assert agreement(membership).period_end == before.period_end
    assert membership.order.payments.filter(state="succeeded").count() == 1, "today nothing is taken"
    assert "€50.00 a year" in words(client, "get", "/account/")
    clock.advance(20)
    assert has_access(membership.account)
    clock.advance(12)
    newest = membership.order.payments.order_by("-period_start").first()
    assert (newest.amount, newest.state) == (5000, "succeeded")
    assert newest.period_start == before.period_end
    assert newest.period_end == months_after(before.period_end, 12)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("", "Please write an amount"),
        ("0", "above nothing"),
        ("-5", "above nothing"),
        ("five", "in figures"),
        ("1", "The least for this is €2.50"),
        ("5.001", "smaller than a cent"),
        ("99999999999", "above nothing"),
    ],
)
def test_what_is_no_amount_is_said_beside_the_field(till: Till, amount: str, said: str) -> None:
    membership = join(till)
    price = membership.tier.prices.get(interval=MONTH)
    url = at(membership, "change")
    assert said in words(browser(membership.account), "post", url, {"price": price.pk, "amount": amount})
    assert agreement(membership).amount == 500


def test_a_price_in_another_currency_is_not_on_offer(till: Till) -> None:
    membership = join(till)
    foreign = factories.price(membership.tier, MONTH, 500, "USD")
    said = {"price": foreign.pk, "amount": "500"}
    assert "on offer any more" in words(browser(membership.account), "post", at(membership, "change"), said)
    assert agreement(membership).currency == "EUR"


@pytest.mark.parametrize("months", [1, 3])
def test_a_pause_leaves_out_payments_and_goes_on_by_itself(till: Till, clock: Clock, months: int) -> None:
    membership = join(till)
    client = browser(membership.account)
    end = agreement(membership).period_end
    for _press in range(2):
        assert "Paused. The next payment is on" in words(client, "post", at(membership, "pause"), {"months": months})
    assert agreement(membership).state == "paused"
    page = words(client, "get", "/account/")
    assert "It is paused" in page
    assert "End the pause" in page
    for _week in range(4 * months):
        clock.advance(7)
    clock.advance((end - timezone.now()).days % 7)
    assert membership.order.payments.filter(state="succeeded").count() == 1
    for _week in range(6):
        clock.advance(7)
    paid = membership.order.payments.filter(state="succeeded").order_by("period_start")
    assert paid[1].period_start == months_after(end, months)
    assert fresh(membership).state == "active"
    assert has_access(membership.account)


def test_a_pause_is_ended_early(till: Till, clock: Clock) -> None:
    membership = join(till)
    client = browser(membership.account)
    client.post(at(membership, "pause"), {"months": 3})
    for _press in range(2):
        assert "Welcome back" in words(client, "post", at(membership, "resume"))
    clock.advance(32)
    assert membership.order.payments.filter(state="succeeded").count() == 2


def test_a_year_has_nothing_to_pause(till: Till) -> None:
    membership = join(till, interval=YEAR, minor=5000)
    client = browser(membership.account)
    assert at(membership, "pause") not in words(client, "get", "/account/")
    assert "nothing to pause" in words(client, "post", at(membership, "pause"), {"months": 1})
    assert agreement(membership).state == "active"


def test_the_card_is_changed_on_the_providers_page(till: Till) -> None:
    membership = join(till)
    client = browser(membership.account)
    page = client.get(at(membership, "card"))
    assert "we never see its number" in page.content.decode()
    assert "form-action 'self' http" in page["Content-Security-Policy"]
    answer = client.post(at(membership, "card"))
    assert answer.status_code == 302
    assert "/p/session/" in answer["Location"]
    till.double.set_card(agreement(membership).customer_ref, "5555555555554444")
    assert "ending in 4444" in words(client, "get", at(membership, "card/done"))
    assert (agreement(membership).card_brand, agreement(membership).card_last4) == ("mastercard", "4444")


def test_a_membership_paid_by_transfer_has_nothing_to_cancel(till: Till) -> None:
    from masthead.lib.money import Money
    from masthead.payments import actions

    membership = join(till, interval=YEAR, minor=5000, gateway="manual")
    order = membership.order
    actions.confirm_transfer(order, "statement 7", Money(5000, "EUR"), timezone.now(), account())
    client = browser(fresh(membership).account)
    page = words(client, "get", "/account/")
    assert "ends by itself" in page
    assert "Cancel my membership" not in page
    for what in ("cancel", "change", "card", "pause"):
        assert "nothing to change" in words(client, "post", at(membership, what))
    assert fresh(membership).state == "active"


def test_a_provider_that_cant_be_reached_is_said_in_words(till: Till) -> None:
    membership = join(till)
    client = browser(membership.account)
    till.double.faults.order(Fault(do="error", times=1))
    page = words(client, "post", at(membership, "cancel"))
    assert "can’t be reached at the moment" in page
    assert fresh(membership).state == "active"
    words(client, "post", at(membership, "cancel"))
    assert fresh(membership).state == "cancel_scheduled"


def test_an_answer_that_was_lost_changes_nothing_twice(till: Till) -> None:
    membership = join(till)
    client = browser(membership.account)
    till.double.faults.order(Fault(do="lost", times=1))
    words(client, "post", at(membership, "cancel"))
    words(client, "post", at(membership, "cancel"))
    assert fresh(membership).state == "cancel_scheduled"
    assert len(letters("membership_ends")) == 1


PAGES = ["change", "card", "card/done", "pause", "resume", "cancel", "keep", "left", "payment"]


@pytest.mark.parametrize("what", PAGES)
def test_what_is_anothers_isnt_there(till: Till, what: str) -> None:
    membership = join(till)
    stranger = browser(account())
    for method in ("get", "post"):
        assert getattr(stranger, method)(at(membership, what)).status_code in {404, 405}
    assert stranger.post(at(membership, what)).status_code in {404, 405}
    nobody = Client().post(at(membership, what))
    assert nobody.status_code in {302, 405}
    assert agreement(membership).state == "active"
    assert not agreement(membership).cancel_at_end


def test_an_ended_membership_is_remembered_and_left_alone(till: Till, clock: Clock) -> None:
    membership = join(till)
    client = browser(membership.account)
    client.post(at(membership, "cancel"))
    clock.advance(35)
    client = browser(membership.account)  # a session doesn't last that long
    page = words(client, "get", "/account/")
    assert "canceled by the member" in page
    assert "You are not a member at the moment" in page
    for what in ("keep", "resume", "change", "pause", "cancel"):
        client.post(at(membership, what), {"months": 1})
    assert fresh(membership).state == "ended"
