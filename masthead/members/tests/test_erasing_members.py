"""A supporter takes their data away, and is erased: nothing more is charged, the books still add up."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from masthead.accounts import personal
from masthead.accounts.models import Account
from masthead.lib.money import Money
from masthead.mail.models import Letter
from masthead.mail.work import post_due
from masthead.members import duties
from masthead.members.giving import deliver_gifts, redeem_gift
from masthead.members.joining import Payer, Present, Said, begin_contribution, begin_gifts, begin_membership
from masthead.members.models import AccessGrant, Contribution, Gift, Membership
from masthead.members.tests import factories
from masthead.members.tests.joined import ADDRESS, browser, join
from masthead.payments import actions, checkout
from masthead.payments.gateways.stripe.double import Fault
from masthead.payments.models import Agreement, Document, Entry, Order
from masthead.payments.receipts.pdf import pdf
from masthead.payments.tests.till import BACK, Till

pytestmark = pytest.mark.django_db

SAID = Said("Nadia the Reader", is_public=True, reason="Because you ask.")


def give(till: Till, email: str = ADDRESS, to: str = "friend@reader.example") -> Gift:
    tier = factories.tier("Present")
    name = "Nadia Koval" if email == ADDRESS else "Ihor"
    present = Present("Olena", to, "Read this.")
    order = begin_gifts(tier, 3, Money(1500, "EUR"), [present], Payer(email, name), "stripe", name)
    checkout.send_to_checkout(order, BACK, BACK)
    till.pay(order)
    deliver_gifts()
    return order.gifts.get()


def contribute(till: Till) -> Contribution:
    contribution = begin_contribution(Money(700, "EUR"), Payer(ADDRESS, "Nadia Koval"), "stripe", SAID)
    checkout.send_to_checkout(contribution.order, BACK, BACK)
    till.pay(contribution.order)
    return contribution


@pytest.fixture
def reader(till: Till) -> Account:
    """Somebody who did everything one can do here."""
    membership = join(till, said=SAID)
    contribute(till)
    give(till)
    received = give(till, "giver@reader.example", ADDRESS)
    redeem_gift(received.code, membership.account)
    post_due()
    return membership.account


def erase(reader: Account, capture: Any) -> None:
    with capture(execute=True):
        personal.erase(reader)


def naming(name: str) -> list[str]:
    """Where in rows of money and members a name stands."""
    return [
        f"{kind.__name__}.{field} of {row['id']}: {value}"
        for kind in (Order, Membership, Contribution, Gift, Letter, Account)
        for row in kind.objects.values()
        for field, value in row.items()
        if name in str(value)
    ]


def test_the_place_shows_all_of_it(reader: Account) -> None:
    page = browser(reader).get("/account/").content.decode()
    for said in ("Friend", "You were given Present", "Olena", "€7.00 on", "€15.00", "Gift: Present, 3 months"):
        assert said in page


def test_export_holds_everything(reader: Account) -> None:
    data = json.loads(browser(reader).post("/account/data/").content)
    assert data["membership"]["memberships"][0]["public_name"] == "Nadia the Reader"
    assert [grant["given_for"] for grant in data["membership"]["access"]] == ["payment", "gift"]
    assert data["gifts"]["given"][0]["to"] == ["Olena", "friend@reader.example"]
    assert data["gifts"]["redeemed"][0]["message"] == "Read this."
    assert data["contributions"][0]["why_i_support_you"] == "Because you ask."
    amounts = [order["payments"][0]["amount"] for order in data["payments"]]
    assert amounts == ["5.00 EUR", "7.00 EUR", "15.00 EUR"]
    assert data["payments"][0]["payments"][0]["documents"][0]["says"]["name"] == "Nadia Koval"
    assert "friend@reader.example" not in json.dumps(data["payments"])


def test_an_erased_member_is_nobody_and_pays_no_more(
    till: Till, reader: Account, django_capture_on_commit_callbacks: Any
) -> None:
    books = Entry.objects.by_currency()
    erase(reader, django_capture_on_commit_callbacks)
    membership = Membership.objects.get()
    assert (membership.state, membership.ended_reason) == ("ended", "erased")
    assert Agreement.objects.get().state == "ended"
    for name in ("nadia", "Nadia Koval", "Nadia the Reader", "Because you ask"):
        assert naming(name) == []
    assert AccessGrant.objects.filter(account=reader).count() == 2
    assert Entry.objects.by_currency() == books
    for order in Order.objects.all():
        actions.settle_order(order, "again")
    till.double.advance(days=40)
    till.hear()
    assert naming("nadia") == naming("Nadia Koval") == [], "what the provider still knows isn't taken down again"
    assert Order.objects.filter(account__isnull=True).count() == 3
    assert Membership.objects.get().order.payments.count() == 1


def test_receipts_keep_the_name_as_long_as_the_law_wants(
    reader: Account, django_capture_on_commit_callbacks: Any
) -> None:
    receipt = Document.objects.order_by("pk").first()
    assert personal.kept(reader)
    before = pdf(receipt)
    erase(reader, django_capture_on_commit_callbacks)
    receipt.refresh_from_db()
    assert receipt.said["name"] == "Nadia Koval"
    assert pdf(receipt) == before


def test_a_provider_that_cant_be_reached_is_told_later(
    till: Till, reader: Account, django_capture_on_commit_callbacks: Any
) -> None:
    till.double.faults.order(Fault(do="error", times=3))
    erase(reader, django_capture_on_commit_callbacks)
    assert Membership.objects.get().state == "ended"
    assert Agreement.objects.get().state == "active"
    till.double.faults.clear()
    duties.every_minute()
    assert Agreement.objects.get().state == "ended"
    assert Membership.objects.get().ended_reason == "erased"


def test_a_checkout_left_open_is_closed(till: Till, django_capture_on_commit_callbacks: Any) -> None:
    membership = join(till)
    price = factories.tier("Other").prices.get(interval="month")
    payer = Payer(ADDRESS, "Nadia Koval", account=membership.account)
    begun = begin_membership(price, Money(500, "EUR"), payer, "stripe")
    checkout.send_to_checkout(begun.order, BACK, BACK)
    erase(membership.account, django_capture_on_commit_callbacks)
    begun.order.refresh_from_db()
    assert begun.order.state == "abandoned"
    assert till.double.pay(begun.order.session_ref) == ""


def test_a_gift_on_its_way_still_arrives_from_nobody(till: Till, django_capture_on_commit_callbacks: Any) -> None:
    tier = factories.tier("Present")
    order = begin_gifts(
        tier,
        3,
        Money(1500, "EUR"),
        [Present("Olena", "friend@reader.example", "Love", timezone.localdate() + timedelta(days=3))],
        Payer(ADDRESS, "Nadia Koval"),
        "stripe",
        "Nadia",
    )
    checkout.send_to_checkout(order, BACK, BACK)
    till.pay(order)
    order.refresh_from_db()
    erase(order.account, django_capture_on_commit_callbacks)
    Gift.objects.update(deliver_at=timezone.now())
    assert deliver_gifts() == 1
    letter = Letter.objects.get(kind="gift")
    assert letter.to == "friend@reader.example"
    assert "Nadia" not in letter.text + letter.html


def test_a_part_that_fails_erases_nothing(reader: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    from masthead.payments import retention

    def refuse(_account: Account) -> None:
        raise RuntimeError("no")

    part = next(part for part in personal.parts() if part.name == "payments")
    assert part.erase is retention.erase_payer
    monkeypatch.setitem(personal._parts, "payments", personal.Part("payments", "Payments", order=50, erase=refuse))
    with pytest.raises(RuntimeError), transaction.atomic():
        personal.erase(reader)
    assert Membership.objects.get().state == "active"
    assert naming("Because you ask.")
