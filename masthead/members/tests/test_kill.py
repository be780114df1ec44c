"""Killed at each step of a checkout, a refund, a deferral: the reader's money and membership are right afterwards.

The double runs in the test's process with its books in a file; whoever is killed speaks to it over HTTP.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from masthead.config.env import REPOSITORY
from masthead.config.tests import databases
from masthead.config.tests.newsroom import environment
from masthead.payments.gateways.stripe.double.server import serve

# For each step a process does the work and dies there; then another does what the clock does, or goes on as the reader.
PROGRAM = """
import json, os, sys, urllib.request
os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
import django
django.setup()
from contextlib import ExitStack
from datetime import datetime, timedelta
from unittest.mock import patch
from django.db import connections
from django.utils import timezone
from masthead.lib.money import Money
from masthead.mail.models import Letter
from masthead.members import duties, giving, joining, supporting
from masthead.members.models import AccessGrant, Deferral, Gift, Membership
from masthead.members.tests import factories
from masthead.members.tests.shop import wordless
from masthead.accounts.actions import account_for
from masthead.payments import actions, checkout, documents, notices, registry, settling
from masthead.payments.gateways.manual.gateway import ManualGateway
from masthead.payments.gateways.stripe.gateway import Options, StripeGateway
from masthead.payments.models import Document, Entry, Order, Payment, Refund, Transfer

DOUBLE = sys.argv[1]
BACK = "http://newsroom.test/back/"

def control(name, **given):
    body = json.dumps(given).encode()
    request = urllib.request.Request(f"{DOUBLE}/_double/{name}", body, {"Authorization": "Bearer sk_test_double"})
    return json.loads(urllib.request.urlopen(request).read())

def die():
    os.kill(os.getpid(), 9)

def at(owner, name, after=False, times=1):
    real, calls = getattr(owner, name), []
    def wrapped(*given, **more):
        calls.append(1)
        if len(calls) == times and not after:
            die()
        result = real(*given, **more)
        if len(calls) == times:
            die()
        return result
    setattr(owner, name, wrapped)

def forked(work, later=timedelta()):
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + later
        gateway = StripeGateway(Options("sk_test_double", ("whsec_x",), DOUBLE))
        with registry.standing_in(gateway, ManualGateway()), wordless(), patch.object(timezone, "datetime", Clock):
            work()
        connections.close_all()
        os._exit(0)
    return os.waitpid(pid, 0)[1]

def pay(order):
    control("pay", session=order.session_ref)

def email(step):
    return "".join(letter if letter.isalnum() else "-" for letter in step) + "@mail.example"

def begin(step):
    price = factories.tier(slug=f"tier-{os.getpid()}").prices.get(interval="month")
    return joining.begin_membership(price, price.money, joining.Payer(email(step)), "stripe").order

def join(step, arm=None):
    if arm: arm()
    order = begin(step)
    go_on(order)

def go_on(order):
    actions.send_to_checkout(order, BACK, BACK)
    paid(order)
    actions.settle_order(order, "came back")

def paid(order):
    pay(order)

def reader_tries_again(step):
    order = Order.objects.filter(email=email(step)).first() or begin(step)
    if not order.payments.filter(paid_at__isnull=False).exists():
        actions.send_to_checkout(order, BACK, BACK)
        try:
            paid(order)
        except urllib.error.HTTPError:
            pass
        actions.settle_order(order, "came back")

def the_clock():
    for duty in (duties.every_second, duties.every_minute, duties.every_hour, duties.every_second):
        duty()

def told_us(step):
    notices.catch_up("stripe", timezone.now() - timedelta(days=1))
    actions.work_through()

MINE = sys.modules["__main__"]
BEFORE_PAYING = {
    "before the order": lambda: at(joining, "open_order"),
    "in the order's transaction": lambda: at(joining, "open_order", after=True),
    "after the order": lambda: at(actions, "send_to_checkout"),
    "before the session": lambda: at(StripeGateway, "start_checkout"),
    "after the session": lambda: at(StripeGateway, "start_checkout", after=True),
    "after the session is kept": lambda: at(actions, "send_to_checkout", after=True),
}
AFTER_PAYING = {
    "after paying": lambda: at(MINE, "paid", after=True),
    "before the provider is asked": lambda: at(StripeGateway, "fetch"),
    "before applying": lambda: at(settling, "apply"),
    "after the first row": lambda: at(settling, "_pay", after=True),
    "after the ledger": lambda: at(settling, "_write_down", after=True),
    "after closing": lambda: at(settling, "_close", after=True),
    "after the receipt": lambda: at(documents, "keep_up", after=True),
    "after the grant": lambda: at(supporting, "_grant", after=True),
    "before the commit": lambda: at(settling, "apply", after=True),
    "after the commit": lambda: at(actions, "settle_order", after=True),
}
HEARING = {
    "a notice kept": lambda: at(notices, "keep", after=True),
    "a notice claimed": lambda: at(notices, "_claim", after=True),
    "a notice settled": lambda: at(notices, "settle", after=True),
}
REFUNDING = {
    "before the refund's row": lambda: at(actions.Order.objects, "locked"),
    "before the refund is asked for": lambda: at(StripeGateway, "refund"),
    "after the refund is asked for": lambda: at(StripeGateway, "refund", after=True),
    "before the refund is settled": lambda: at(actions, "settle"),
    "after the refund's credit note": lambda: at(documents, "keep_up", after=True),
}
DEFERRING = {
    "before the deferral is told": lambda: at(StripeGateway, "defer_renewal"),
    "after the deferral is told": lambda: at(StripeGateway, "defer_renewal", after=True),
    "after the deferral is settled": lambda: at(giving, "defer", after=True),
}
TRANSFERRING = {
    "after the transfer": lambda: at(actions, "settle"),
    "in the transfer's books": lambda: at(settling, "_write_down", after=True),
}

def picture(step):
    order = Order.objects.filter(email=email(step)).first()
    if order is None:
        return None
    membership = order.membership
    payments = list(order.payments.all())
    sources = [f"payment:{payment.uuid}" for payment in payments]
    return {
        "order": order.state, "membership": membership.state, "payments": [payment.state for payment in payments],
        "entries": Entry.objects.filter(payment__order=order, kind="charge").count(),
        "grants": AccessGrant.objects.standing().filter(source__in=sources).count(),
        "receipts": Document.objects.filter(payment__order=order, kind="receipt").count(),
        "welcomes": Letter.objects.filter(key=f"welcome:{membership.uuid}").count(),
        "letters": Letter.objects.filter(kind="receipt", to=email(step)).count(),
        "refunds": [refund.state for refund in Refund.objects.filter(payment__order=order)],
        "notes": Document.objects.filter(payment__order=order, kind="credit_note").count(),
    }

seen = {}
LATER = timedelta(minutes=10)  # what is too young to be looked after now isn't then

for step, arm in BEFORE_PAYING.items():
    status = forked(lambda: join(f"leaves {step}", arm))
    seen[f"leaves {step}"] = {"status": status}
for step, arm in {**BEFORE_PAYING, **AFTER_PAYING}.items():
    status = forked(lambda: join(f"tries again {step}", arm))
    forked(the_clock, LATER)
    forked(lambda: reader_tries_again(f"tries again {step}"))
    seen[f"tries again {step}"] = {"status": status, "after": picture(f"tries again {step}")}
for step, arm in AFTER_PAYING.items():
    for heal, work in (("the clock", the_clock), ("reconcile", lambda: actions.reconcile("stripe"))):
        name = f"{heal} {step}"
        status = forked(lambda: join(name, arm))
        forked(work, LATER)
        seen[name] = {"status": status, "after": picture(name)}
for step, arm in HEARING.items():
    def unheard():
        order = begin(step)
        actions.send_to_checkout(order, BACK, BACK)
        paid(order)
    forked(unheard)
    status = forked(lambda: (arm(), told_us(step)))
    forked(lambda: (told_us(step), the_clock()), LATER)
    seen[step] = {"status": status, "after": picture(step)}
for step, arm in REFUNDING.items():
    forked(lambda: join(step))
    payment = Payment.objects.get(order__email=email(step))
    status = forked(lambda: (arm(), actions.refund(payment, payment.money, None, "asked for it")))
    forked(the_clock, LATER)
    seen[step] = {"status": status, "after": picture(step)}
for step, arm in DEFERRING.items():
    def give_and_redeem():
        join(step)
        order = joining.begin_gifts(factories.tier(slug=f"gift-{os.getpid()}"), 3, Money(1500, "EUR"),
            [joining.Present("A Friend", "friend@mail.example")], joining.Payer("buyer@mail.example"), "stripe")
        go_on(order)
        giving.redeem_gift(order.gifts.get().code, account_for(email(step)))
    forked(give_and_redeem)
    status = forked(lambda: (arm(), giving.tell_deferrals()))
    forked(the_clock, LATER)
    membership = Membership.objects.get(order__email=email(step))
    deferral = Deferral.objects.get(redemption__account=membership.account)
    late = membership.order.agreement.period_end == deferral.until
    seen[step] = {"status": status, "late": late, "told": deferral.done_at is not None}
for step, arm in TRANSFERRING.items():
    def wait():
        price = factories.tier(slug=f"bank-{os.getpid()}").prices.get(interval="year")
        order = joining.begin_membership(price, price.money, joining.Payer(email(step)), "manual").order
        Order.objects.filter(pk=order.pk).update(session_ref=str(order.uuid))
    forked(wait)
    order = Order.objects.get(email=email(step))
    staff = account_for("staff@mail.example")
    status = forked(lambda: (arm(), actions.confirm_transfer(order, step, order.money, timezone.now(), staff)))
    forked(the_clock, LATER)
    seen[step] = {"status": status, "after": picture(step)}
control("advance", days=3)
forked(the_clock, timedelta(days=3))
for step in BEFORE_PAYING:
    seen[f"leaves {step}"]["after"] = picture(f"leaves {step}")
agrees = []
def books():
    reports = [actions.reconcile(name) for name in ("stripe", "manual")]
    assert all(report.agrees for report in reports), reports
    for kind in "RC":
        papers = Document.objects.filter(series__name__startswith=kind).order_by("number")
        numbers = list(papers.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1)), numbers
seen["books"] = forked(books, timedelta(days=3))
print(json.dumps(seen))
"""

BEFORE_PAYING = [
    "before the order",
    "in the order's transaction",
    "after the order",
    "before the session",
    "after the session",
    "after the session is kept",
]
AFTER_PAYING = [
    "after paying",
    "before the provider is asked",
    "before applying",
    "after the first row",
    "after the ledger",
    "after closing",
    "after the receipt",
    "after the grant",
    "before the commit",
    "after the commit",
]
REFUNDING = [
    "before the refund's row",
    "before the refund is asked for",
    "after the refund is asked for",
    "before the refund is settled",
    "after the refund's credit note",
]
PAID = {
    "order": "completed",
    "membership": "active",
    "payments": ["succeeded"],
    "entries": 1,
    "grants": 1,
    "receipts": 1,
    "welcomes": 1,
    "letters": 1,
    "refunds": [],
    "notes": 0,
}


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    server = serve(0, str(tmp_path_factory.mktemp("stripe") / "double.sqlite3"), [])
    server.start()
    yield server
    server.stop()
    server.double.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, double: Any) -> dict[str, Any]:
    data: Path = tmp_path_factory.mktemp("kill")
    databases.copy_file(data / "masthead.sqlite3")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, double.address],
        check=False,
        env=environment(data),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert said["books"] == 0, done.stderr[-4000:]
    return said


def seen(report: dict[str, Any], step: str) -> Any:
    assert report[step]["status"] == signal.SIGKILL, "nobody died there"
    return report[step].get("after")


@pytest.mark.parametrize("step", [*BEFORE_PAYING, *AFTER_PAYING])
def test_a_reader_who_tries_again_pays_once_and_is_a_member(report: dict[str, Any], step: str) -> None:
    assert seen(report, f"tries again {step}") == PAID


@pytest.mark.parametrize("step", BEFORE_PAYING)
def test_a_reader_who_leaves_leaves_nothing_open(report: dict[str, Any], step: str) -> None:
    left = seen(report, f"leaves {step}")
    if left is None:
        assert step in {"before the order", "in the order's transaction"}
        return
    assert (left["order"], left["membership"], left["payments"]) == ("abandoned", "abandoned", ["canceled"])
    assert (left["entries"], left["receipts"], left["letters"]) == (0, 0, 0)


@pytest.mark.parametrize("heal", ["the clock", "reconcile"])
@pytest.mark.parametrize("step", AFTER_PAYING)
def test_who_has_paid_is_a_member_without_coming_back(report: dict[str, Any], step: str, heal: str) -> None:
    assert seen(report, f"{heal} {step}") == PAID


@pytest.mark.parametrize("step", ["a notice kept", "a notice claimed", "a notice settled"])
def test_a_notice_is_worked_through_by_others(report: dict[str, Any], step: str) -> None:
    assert seen(report, step) == PAID


@pytest.mark.parametrize("step", REFUNDING)
def test_a_refund_is_given_once_or_was_never_asked_for(report: dict[str, Any], step: str) -> None:
    after = seen(report, step)
    if step == "before the refund's row":
        assert after == PAID
    else:
        assert after == {**PAID, "grants": 0, "refunds": ["succeeded"], "notes": 1}


@pytest.mark.parametrize(
    "step", ["before the deferral is told", "after the deferral is told", "after the deferral is settled"]
)
def test_a_renewal_is_put_off(report: dict[str, Any], step: str) -> None:
    seen(report, step)
    assert report[step]["late"]
    assert report[step]["told"]


@pytest.mark.parametrize("step", ["after the transfer", "in the transfer's books"])
def test_a_transfer_is_booked(report: dict[str, Any], step: str) -> None:
    assert seen(report, step) == PAID
