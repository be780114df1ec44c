"""What supporters are written: whole, in their language, safe whatever people call themselves, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template.loader import get_template
from django.utils import timezone

from masthead.lib.money import Money
from masthead.mail.models import Letter
from masthead.members import letters as written
from masthead.members.giving import deliver_gifts, redeem_gift, remind_of_gifts
from masthead.members.joining import Payer, Present, begin_contribution, begin_gifts, begin_membership
from masthead.members.models import Gift, Membership
from masthead.members.tests import factories
from masthead.members.tests.joined import ADDRESS, letters
from masthead.payments import actions, checkout
from masthead.payments.models import Order
from masthead.payments.tests.till import BACK, Till

pytestmark = pytest.mark.django_db
HOSTILE = "O'Hara <b>&amp;</b>"
KINDS = (
    *("welcome", "thanks", "membership_ends", "membership_ended", "payment_failed"),
    *("gifts_bought", "gift", "gift_reminder", "gift_redeemed", "receipt", "credit_note", "cancel_link"),
)


def paid(till: Till, order: Order) -> Order:
    checkout.send_to_checkout(order, BACK, BACK)
    return till.pay(order)


def a_life(till: Till, language: str, name: str) -> None:
    """Every letter there is, but the one to cancel."""
    tier = factories.tier("Friend")
    payer = Payer(ADDRESS, name, language)
    membership = begin_membership(tier.prices.get(interval="month"), Money(500, "EUR"), payer, "stripe")
    paid(till, membership.order)
    membership.refresh_from_db()
    payment = membership.order.payments.get()
    written.payment_failed(membership, payment)
    actions.cancel(membership.order.agreement)
    actions.cancel(membership.order.agreement, at_end=False)
    actions.refund(payment, Money(100, "EUR"), None, "asked")
    paid(till, begin_contribution(Money(700, "EUR"), payer, "stripe").order)
    present = Present(name, "friend@reader.example", f"From {name}")
    order = paid(till, begin_gifts(tier, 3, Money(1500, "EUR"), [present], payer, "stripe", name))
    deliver_gifts()
    Gift.objects.update(delivered_at=timezone.now() - timedelta(days=40))
    remind_of_gifts()
    redeem_gift(order.gifts.get().code, Membership.objects.get().account)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_each_letter_is_whole(till: Till, language: str) -> None:
    a_life(till, language, "Nadia")
    assert {letter.kind for letter in Letter.objects.all()} == {*KINDS} - {"cancel_link"}
    for letter in Letter.objects.all():
        assert letter.language == language
        assert f'lang="{language}"' in letter.html
        for words in (letter.subject, letter.text, letter.html):
            assert words.strip()
            assert "None" not in words
            assert "{" not in words.replace("{ ", "") or words is letter.html  # its style has braces
        assert "Nadia" in letter.text
        if language == "uk":
            assert "/uk/" in letter.text or letter.kind == "gift_redeemed", letter.kind


def test_a_name_is_text_and_nothing_else(till: Till) -> None:
    a_life(till, "en", HOSTILE)
    for letter in Letter.objects.all():
        assert "<b>" not in letter.html, letter.kind
        assert "&#x27;" not in letter.text
        assert "O'Hara <b>&amp;</b>" in letter.text


@pytest.mark.parametrize("kind", KINDS)
def test_each_has_both_bodies(kind: str) -> None:
    for ending in ("txt", "html"):
        assert get_template(f"email/{kind}.{ending}")


def test_a_life_told_again_writes_nothing_again(till: Till) -> None:
    a_life(till, "en", "Nadia")
    before = Letter.objects.count()
    for order in Order.objects.all():
        actions.settle_order(order, "again")
    till.hear()
    deliver_gifts()
    remind_of_gifts()
    assert Letter.objects.count() == before


def test_amounts_are_written_as_the_language_writes_them(till: Till) -> None:
    a_life(till, "uk", "Nadia")
    assert "7,00 EUR".replace(" ", "\xa0") in letters("thanks")[0].subject
