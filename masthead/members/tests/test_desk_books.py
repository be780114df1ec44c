"""Payments, the ledger and notices at the desk: found, read, and a notice processed again; tiers and the offer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from masthead.members.models import Offer, Tier
from masthead.members.models.offer import TAG
from masthead.members.tests import factories, supporters
from masthead.payments.models import Document, Entry, Notice, Payment
from masthead.payments.tests.till import Till
from masthead.press.models import Order as PressOrder

pytestmark = pytest.mark.django_db


def listed(client: Client, name: str, **asked: Any) -> list[Any]:
    answer = client.get(reverse(f"{name}:index"), asked)
    assert answer.status_code == 200
    return list(answer.context["object_list"])


def test_payments_are_found_and_filtered(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    paid = membership.order.payments.get()
    failed = supporters.payment(supporters.member(membership.tier), "failed", failure_code="card_declined")
    assert listed(service, "desk_payments") == [failed, paid]
    assert listed(service, "desk_payments", state="failed") == [failed]
    for typed in ("4242", str(Document.objects.get()), membership.account.email, paid.ref):
        assert listed(service, "desk_payments", q=typed) == [paid], typed
    page = service.get(reverse("desk_payments:inspect", args=(paid.pk,))).content.decode()
    assert reverse("desk_members:refund", args=(paid.uuid,)) in page
    assert Entry.objects.get().ref in page


def test_the_ledger_is_read(service: Client, till: Till) -> None:
    assert "There are no" in service.get(reverse("desk_ledger:index")).content.decode()
    supporters.paid_membership(till)
    line = Entry.objects.get()
    assert listed(service, "desk_ledger", kind="charge") == [line]
    assert listed(service, "desk_ledger", kind="refund") == []
    assert line.ref in service.get(reverse("desk_ledger:inspect", args=(line.pk,))).content.decode()


def test_a_notice_is_processed_again(service: Client, till: Till) -> None:
    membership = supporters.paid_membership(till)
    till.double.advance(days=32)
    till.hear()
    assert Payment.objects.count() == 2
    about = membership.order.agreement.ref
    notice = Notice.objects.create(
        gateway="stripe", ref="evt_x", kind="invoice.paid", about=about, happened_at=timezone.now()
    )
    Notice.objects.filter(pk=notice.pk).update(processed_at=timezone.now(), outcome="refused: nonsense")
    assert "refused: nonsense" in service.get(reverse("desk_notices:index")).content.decode()
    page = service.get(reverse("desk_notices:inspect", args=(notice.pk,))).content.decode()
    again = reverse("desk_notices:again", args=(notice.pk,))
    assert again in page
    assert service.get(again).status_code == 405
    for _ in range(2):
        assert service.post(again).status_code == 302
    notice.refresh_from_db()
    assert notice.outcome == "settled"
    assert Payment.objects.count() == Entry.objects.count() == 2
    assert ModelLogEntry.objects.filter(action="members.notice").count() == 2


def tier_form(tier: Tier, **changed: Any) -> dict[str, Any]:
    words, price = tier.words.get(), tier.prices.get()
    return {
        "slug": tier.slug,
        "position": 1,
        "is_offered": "on",
        "gift_months": "3,6",
        "tax_category": "",
        "tax_percent": "0",
        **{f"words-{name}": value for name, value in _formset(1).items()},
        "words-0-id": words.pk,
        "words-0-language": "en",
        "words-0-name": "Reader",
        "words-0-summary": "",
        "words-0-benefits": "A letter",
        "words-0-DELETE": "",
        **{f"prices-{name}": value for name, value in _formset(1).items()},
        "prices-0-id": price.pk,
        "prices-0-currency": "EUR",
        "prices-0-interval": "month",
        "prices-0-amount": 600,
        "prices-0-minimum": 300,
        "prices-0-presets": "900",
        "prices-0-DELETE": "",
        **changed,
    }


def _formset(count: int) -> dict[str, int]:
    return {"TOTAL_FORMS": count, "INITIAL_FORMS": count, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}


def test_a_tier_is_edited_and_support_is_pressed_anew(a_publisher: Client) -> None:
    tier = factories.tier("Reader", prices={"month": 500})
    PressOrder.objects.all().delete()
    url = reverse("wagtailsnippets_members_tier:edit", args=(tier.pk,))
    assert a_publisher.get(reverse("wagtailsnippets_members_tier:list")).status_code == 200
    answer = a_publisher.post(url, tier_form(tier))
    assert answer.status_code == 302, answer.context["form"].errors
    assert tier.prices.get().amount == 600
    assert PressOrder.objects.filter(target=TAG, kind=PressOrder.Kind.HARD).exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"prices-0-minimum": 700}, "at most the amount"),
        ({"prices-0-currency": "XXZ"}, "no such currency"),
        ({"prices-0-presets": "1"}, "below the least amount"),
        ({"prices-0-amount": "five"}, "whole number"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused_in_words(
    a_publisher: Client, changed: dict[str, Any], words: str
) -> None:
    tier = factories.tier("Reader", prices={"month": 500})
    url = reverse("wagtailsnippets_members_tier:edit", args=(tier.pk,))
    answer = a_publisher.post(url, tier_form(tier, **changed))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert tier.prices.get().amount == 500


def test_the_rules_of_support_are_set_by_publishers(a_publisher: Client, an_editor: Client) -> None:
    offer = factories.offer()
    PressOrder.objects.all().delete()
    url = reverse("wagtailsettings:edit", args=("members", "offer", offer.pk))
    form = {
        "currencies": "EUR,USD",
        "fee_percent": "2.90",
        "fee_fixed": "30",
        "grace_days": "15",
        "gift_valid_months": "24",
        "remind_after_days": "30",
    }
    assert "is no currency" in a_publisher.post(url, {**form, "currencies": "EUR,XXZ"}).content.decode()
    assert a_publisher.post(url, form).status_code == 302
    assert Offer.objects.get().currency_codes == ["EUR", "USD"]
    assert PressOrder.objects.filter(target=TAG, kind=PressOrder.Kind.HARD).exists()
    assert an_editor.get(url).status_code in (302, 403)
