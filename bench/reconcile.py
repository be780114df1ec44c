"""`masthead reconcile` on 100,000 payments: the newsroom's ledger beside the double of Stripe's books, over HTTP.

The double runs in a process of its own, as Stripe would. The payments are put into both books beforehand; then the
command compares every line: with books that agree, with lines that were lost here (they are found again), and with
books somebody tampered with, which it must list and end with exit code 1.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.harness import stand
from bench.harness.inside import Inside
from bench.harness.report import Report, Table
from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import environment

KEY = {"Authorization": "Bearer sk_test_double"}
AT_ONCE = 20_000  # payments the double makes in one call
LOST = 50


class Provider:
    """The double, seen from outside."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, path: str, **given: Any) -> Any:
        """Call a control with what is given, or read from the API."""
        body = json.dumps(given).encode() if given else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, KEY)
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.loads(answer.read())


@contextmanager
def provider(folder: Path) -> Iterator[Provider]:
    """A double with its books in a file."""
    words = [sys.executable, "-m", "masthead.payments.gateways.stripe.double", "--port", "0"]
    process = subprocess.Popen(
        [*words, "--data", str(folder / "double.sqlite3")], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        found = re.search(r":(\d+),", process.stdout.readline())
        if found is None:
            raise RuntimeError("The double did not start.")
        yield Provider(int(found[1]))
    finally:
        process.terminate()
        process.wait(30)


def fill(path: str, fee: int) -> int:
    """Inside: write the payments that the double made into our books, as if each had been settled; how many."""
    from datetime import UTC, datetime

    from masthead.payments.models import Entry, Order, Payment

    made = json.loads(Path(path).read_text(encoding="utf-8"))
    what = {"amount": made[0]["amount"], "currency": made[0]["currency"].upper(), "gateway": "stripe"}
    times = [datetime.fromtimestamp(each["created"], UTC) for each in made]
    orders = Order.objects.bulk_create(
        [
            Order(purpose="bench", title="Bench", state="completed", session_ref=each["session"], opened_at=at, **what)
            for each, at in zip(made, times, strict=True)
        ],
        batch_size=2000,
    )
    payments = Payment.objects.bulk_create(
        [
            Payment(order=order, ref=each["payment_intent"], state="succeeded", paid_at=at, created_at=at, **what)
            for order, each, at in zip(orders, made, times, strict=True)
        ],
        batch_size=2000,
    )
    Entry.objects.bulk_create(
        [
            Entry(payment=payment, ref=each["balance_transaction"], kind="charge", fee=fee, at=at, **what)
            for payment, each, at in zip(payments, made, times, strict=True)
        ],
        batch_size=2000,
    )
    return len(made)


def lose(count: int) -> int:
    """Inside: as if we had never heard of the newest payments' money."""
    from django.db import connection

    with connection.cursor() as cursor:  # the ledger itself refuses
        cursor.execute(
            "DELETE FROM payments_entry WHERE id IN (SELECT id FROM payments_entry ORDER BY at DESC LIMIT %s)", [count]
        )
        return int(cursor.rowcount)


def tamper() -> list[str]:
    """Inside: change an amount and a fee, and invent a line; answers which."""
    from django.db import connection

    from masthead.payments.models import Entry

    amount, fee, other = Entry.objects.order_by("pk")[:3]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_entry SET amount = amount + 1 WHERE id = %s", [amount.pk])
        cursor.execute("UPDATE payments_entry SET fee = fee - 1 WHERE id = %s", [fee.pk])
    Entry.objects.create(
        payment=other.payment,
        gateway="stripe",
        ref="txn_invented",
        kind="charge",
        amount=500,
        currency="EUR",
        at=other.at,
    )
    return [amount.ref, fee.ref, "txn_invented"]


def run(options: stand.Options) -> Report:
    """Fill both books, compare, lose, compare, tamper, compare."""
    count = options.size(100_000, 300)
    report = Report("Reconciling with the payment provider")
    table = Table(
        f"`masthead reconcile`, {count:,} payments", ["", "s", "lines/s", "exit code", "found again", "listed"]
    )
    with stand.folder(options) as folder, provider(folder) as double:
        data = folder / "data"
        env = {"MASTHEAD_DEMO": "1", "MASTHEAD_STRIPE_DOUBLE_PORT": str(double.port)}
        stand.masthead("migrate", "--verbosity=0", data=data, **env)
        with Inside(data, "bench.reconcile", None, **env) as inside:
            for first in range(0, count, AT_ONCE):
                made = double.ask("/_double/payments", count=min(AT_ONCE, count - first), spread=300 * 86400)
                (folder / "made.json").write_text(json.dumps(made["payments"]), encoding="utf-8")
                fee = double.ask("/v1/balance_transactions?limit=1")["data"][0]["fee"]
                inside.call("fill", str(folder / "made.json"), fee)
            agreeing = [_reconcile(data, env) for _ in range(options.size(3, 1))]
            inside.call("lose", LOST)
            mending = _reconcile(data, env)
            wrong = inside.call("tamper")
            tampered = _reconcile(data, env)
    for name, (seconds, code, said) in (
        *((f"books agree, run {number}", each) for number, each in enumerate(agreeing, 1)),
        (f"{LOST} lines lost here", mending),
        ("tampered with", tampered),
    ):
        again = re.search(r"compared, ([\d,]+) found again", said)
        listed = sum(ref in said for ref in wrong)
        table.add(name, seconds, count / seconds, str(code), again[1] if again else "–", str(listed))
    report.tables.append(table)
    report.promise("slowest run whose books agree", max(each[0] for each in agreeing), at_most=60, unit=" s")
    report.promise("rows listed of those tampered with", sum(ref in tampered[2] for ref in wrong), at_least=len(wrong))
    report.promise("exit code when the books differ", tampered[1], at_least=1)
    report.notes.append(
        "The seconds are the whole command's, with starting Python and Django; the double shares the machine."
    )
    return report


def _reconcile(data: Path, env: dict[str, str]) -> tuple[float, int, str]:
    """Run the command: seconds, exit code, what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "masthead", "reconcile", "--gateway", "stripe"],
        env=environment(data, COLUMNS="160", **env),
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode not in {0, 1} or "lines compared" not in done.stdout:
        raise RuntimeError(f"masthead reconcile: {done.stderr[-2000:]}")
    return time.perf_counter() - began, done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
