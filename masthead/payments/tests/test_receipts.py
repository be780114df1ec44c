"""Receipts and credit notes: what they say, once and for all; as a page, a PDF and one letter each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.accounts.tests.factories import account
from masthead.lib.money import Money
from masthead.mail.models import Letter
from masthead.mail.writing import unpacked
from masthead.payments import actions, purposes
from masthead.payments.models import Document, Issuer, Order, Series
from masthead.payments.receipts.pdf import pdf
from masthead.payments.tests.till import Till, open_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as opened:
        yield opened


@pytest.fixture
def issuer() -> Issuer:
    made = Issuer.load()
    made.legal_name, made.address, made.tax_number = "Harbour Courier gGmbH", "Quay 7\n20457 Hamburg", "VAT ID DE1234"
    made.footer = "Register: Hamburg HRB 1"
    made.save()
    return made


@pytest.fixture
def taxed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is paid for here has seven per cent of tax in it."""

    class Papers:
        percent = Decimal("7.00")

        def settled(self, order: Order) -> None:
            pass

        def tax(self, order: Order) -> purposes.Tax:
            return purposes.Tax("VAT on newspapers", self.percent)

    papers = Papers()
    monkeypatch.setitem(purposes._purposes, "paper", papers)
    return papers


def browser(reader: Account) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind))


def test_a_receipt_says_everything_and_is_frozen(till: Till, issuer: Issuer, taxed: Any) -> None:
    order = till.pay(
        till.order(545, purpose="paper", title="Membership: Friend", fee_cover=45, name="Зоя Αλέξη Łukasz")
    )
    receipt = Document.objects.get()
    said = receipt.said
    assert str(receipt) == f"R{timezone.localtime().year}-000001"
    assert said["issuer"]["name"] == "Harbour Courier gGmbH"
    assert [(words, money) for words, _minor, money in said["lines"]] == [
        ("Membership: Friend", "€5.00"),
        ("To cover the payment’s fee", "€0.45"),
    ]
    assert said["total"] == ["Total", "€5.45"]
    assert said["tax"] == ["VAT on newspapers, 7 %, in it", "€0.36"]
    assert ["Paid with", "Visa card ending in 4242"] in said["facts"]
    before = pdf(receipt)
    issuer.legal_name = "Somebody Else Ltd"
    issuer.save()
    taxed.percent = Decimal("19.00")
    page = browser(order.account).get(f"/account/receipts/{receipt.uuid}/").content.decode()
    for words in ("Harbour Courier gGmbH", "Зоя Αλέξη Łukasz", "VAT ID DE1234", "€0.36", "Register: Hamburg HRB 1"):
        assert words in page
    assert pdf(Document.objects.get()) == before


def test_the_pdf_is_the_same_each_time_and_stands_any_script(till: Till) -> None:
    names = "Зоя Ґерега, Νίκος Παπαδόπουλος, Łukasz Żółw, 佐藤, שלום, مرحبا, 🦉"
    order = till.pay(till.order(500, title="Внесок 🦉 " + "довгий " * 20, name=names, language="uk"))
    receipt = Document.objects.get()
    client = browser(order.account)
    first, second = (client.get(f"/account/receipts/{receipt.uuid}/pdf/") for _ in range(2))
    assert first.content == second.content
    assert first.content.startswith(b"%PDF-")
    assert first["Content-Type"] == "application/pdf"
    assert f'attachment; filename="{receipt}.pdf"' == first["Content-Disposition"]
    assert "no-store" in first["Cache-Control"]


@pytest.mark.parametrize(
    ("minor", "currency", "shown"), [(500, "JPY", "¥500"), (1234, "KWD", "KWD\xa01.234"), (99, "EUR", "€0.99")]
)
def test_each_currency_has_its_own_decimals(till: Till, minor: int, currency: str, shown: str) -> None:
    order = actions.open_order(
        actions.Wanted(purpose="test", title="Support", money=Money(minor, currency), email="reader@mail.example"),
        "manual",
    )
    actions.send_to_checkout(order, "http://testserver/", "http://testserver/")
    staff = account()
    actions.confirm_transfer(order, "statement 1", Money(minor, currency), timezone.now(), staff)
    assert Document.objects.get().said["total"][1] == shown
    assert ["Paid with", "bank transfer"] in Document.objects.get().said["facts"]


def test_dates_are_the_newsrooms(till: Till, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 30, 12, 30, tzinfo=UTC))
    till.pay(till.order(500))
    assert ["Date", "March 31, 2026"] in Document.objects.get().said["facts"]


def test_numbers_follow_each_other_without_a_gap(till: Till) -> None:
    for _ in range(3):
        till.pay(till.order(500))
    receipts = [document.number for document in Document.objects.order_by("pk")]
    assert receipts == [1, 2, 3]
    assert Series.objects.get().last == 3


def test_a_receipt_is_mailed_once_with_its_pdf(till: Till) -> None:
    order = till.pay(till.order(500, name="Nadia"))
    receipt = Document.objects.get()
    for _ in range(3):
        actions.settle_order(order, "again")
    (letter,) = letters("receipt")
    assert letter.key == f"receipt:{receipt.uuid}"
    assert (letter.to, letter.subject) == ("reader@mail.example", f"Receipt {receipt} for €5.00")
    assert "Dear Nadia," in letter.text
    assert f"/account/receipts/{receipt.uuid}/" in letter.text
    (file,) = unpacked(letter.attachments)
    assert (file.name, file.content) == (f"{receipt}.pdf", pdf(receipt))


def test_a_credit_note_follows_a_refund_and_marks_the_receipt(till: Till, taxed: Any) -> None:
    order = till.pay(till.order(500, purpose="paper"))
    payment = order.payments.get()
    receipt = Document.objects.get()
    taxed.percent = Decimal("19.00")
    actions.refund(payment, Money(200, "EUR"), None, "asked for it")
    till.hear()
    note = Document.objects.get(kind=Document.CREDIT_NOTE)
    assert note.tax_percent == Decimal("7.00"), "what goes back is taxed as it came"
    assert ["Takes back from receipt", str(receipt)] in note.said["facts"]
    (letter,) = letters("credit_note")
    assert letter.subject == f"Credit note {note} for €2.00"
    client = browser(order.account)
    page = client.get(f"/account/receipts/{receipt.uuid}/").content.decode()
    assert "€2.00 of it were given back" in page
    assert f"/account/receipts/{note.uuid}/" in page
    assert "Void" not in page
    actions.refund(payment, Money(300, "EUR"), None, "the rest")
    assert "Void: this payment was given back" in client.get(f"/account/receipts/{receipt.uuid}/").content.decode()


def test_a_lost_dispute_voids_the_receipt(till: Till) -> None:
    order = till.pay(till.order(500), "4000000000000259")
    till.hear()
    (dispute,) = order.payments.get().disputes.all()
    till.double.decide(dispute.ref, won=False)
    till.hear()
    receipt = Document.objects.get(kind=Document.RECEIPT)
    page = browser(order.account).get(f"/account/receipts/{receipt.uuid}/").content.decode()
    assert "Void: your bank took this payment back" in page
    assert len(letters("credit_note")) == 1


def test_nobody_reads_anothers_receipt(till: Till) -> None:
    till.pay(till.order(500))
    receipt = Document.objects.get()
    stranger = browser(account())
    assert stranger.get(f"/account/receipts/{receipt.uuid}/").status_code == 404
    assert stranger.get(f"/account/receipts/{receipt.uuid}/pdf/").status_code == 404
    nobody = Client().get(f"/account/receipts/{receipt.uuid}/pdf/")
    assert nobody.status_code == 302
    assert "/account/sign-in/" in nobody["Location"]


def test_an_address_no_letter_reaches_keeps_no_money_out_of_the_books(till: Till) -> None:
    order = till.order(500, name="A\r\nBcc: x@y.example")
    Order.objects.filter(pk=order.pk).update(email="not an address")
    till.pay(order)
    assert Document.objects.count() == 1
    assert letters("receipt") == []
