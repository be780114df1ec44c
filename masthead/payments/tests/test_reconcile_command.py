"""`masthead reconcile` as it is typed: it agrees, finds again, or lists what differs and ends with exit code 1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from masthead.payments.gateways.stripe.double import Fault
from masthead.payments.models import Entry, Reconciliation
from masthead.payments.tests.till import Till, open_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    monkeypatch.setenv("COLUMNS", "160")
    with open_till() as opened:
        yield opened


def tamper(sql: str, entry: Entry) -> None:
    """What the ledger itself refuses."""
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE id = %s", [entry.pk])


def test_books_that_agree(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    till.pay(till.order(500))
    till.pay(till.order(500, "JPY"))
    call_command("reconcile", gateway="stripe")
    said = capsys.readouterr().out
    assert "2 lines compared, 0 found again" in said
    assert said.count("the same") == 2
    assert Reconciliation.objects.get().differences == 0


def test_a_line_that_was_lost_is_found_again(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    order = till.pay(till.order(500))
    till.hear()  # so that no notice is left that would find it first
    tamper("DELETE FROM payments_entry", Entry.objects.get())
    call_command("reconcile", gateway="stripe")
    assert "1 found again" in capsys.readouterr().out
    assert order.payments.get().entries.count() == 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE payments_entry SET amount = amount + 1", "amounts differ"),
        ("UPDATE payments_entry SET currency = 'USD'", "amounts differ"),
        ("UPDATE payments_entry SET fee = fee + 1", "ours"),
    ],
)
def test_books_that_differ_are_listed(till: Till, capsys: pytest.CaptureFixture[str], sql: str, why: str) -> None:
    till.pay(till.order(500))
    entry = till.pay(till.order(700)).payments.get().entries.get()
    tamper(sql, entry)
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile", gateway="stripe")
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert entry.ref in said
    assert why in said


def test_an_invented_line_is_listed(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    real = till.pay(till.order(500)).payments.get().entries.get()
    Entry.objects.create(
        payment=real.payment, gateway="stripe", ref="txn_x", kind="charge", amount=500, currency="EUR", at=real.at
    )
    with pytest.raises(SystemExit):
        call_command("reconcile", gateway="stripe")
    assert "txn_x" in capsys.readouterr().out


def test_what_comes_in_while_the_books_are_read_is_no_difference(till: Till) -> None:
    """The provider lists the newest first: a payment made meanwhile is in our books, and not in the list."""
    order = till.order(500)
    paid = []

    def pay_meanwhile() -> None:
        if not paid:
            paid.append(till.pay(order))

    till.double.faults.order(Fault("call", "/v1/balance_transactions", after=True, call=pay_meanwhile))
    call_command("reconcile", gateway="stripe")
    assert paid
    assert Entry.objects.count() == 1


def test_only_the_last_days(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    entry = till.pay(till.order(500)).payments.get().entries.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_entry SET amount = 1, at = %s", [entry.at - timedelta(days=9)])
    till.double.advance(days=20)
    with pytest.raises(SystemExit):
        call_command("reconcile", gateway="stripe", days=30)
    call_command("reconcile", gateway="manual", days=7)


def test_a_provider_that_does_not_answer_is_named(till: Till) -> None:
    till.pay(till.order(500))
    till.double.faults.order(Fault("lost", "/v1/*", times=None))
    with pytest.raises(CommandError, match="stripe can't be asked"):
        call_command("reconcile")
    till.double.faults.clear()
