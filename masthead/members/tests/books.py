"""The books laid side by side: everything that must be true whenever what was lost on the way has been found."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import F

from masthead.mail.models import Letter
from masthead.members.models import AccessGrant, Gift, Membership
from masthead.members.models.memberships import ENDED, PAST_DUE
from masthead.members.tests.shop import Shop, theirs
from masthead.payments import actions
from masthead.payments.models import Document, Entry, Order, Payment, Refund, Series, Transfer
from masthead.payments.models.payments import CHARGED_BACK, FAILED
from masthead.payments.receipts.letters import NEWS

BACK = {"the payment was given back", "the payment was charged back"}
STATES = {
    "active": {"active", "cancel_scheduled"},
    "trialing": {"active", "cancel_scheduled"},
    "past_due": {PAST_DUE},
    "unpaid": {PAST_DUE},
    "canceled": {ENDED},
}


def check(shop: Shop) -> None:
    """Everything below, after a reconcile."""
    money(shop)
    orders(shop)
    payments(shop)
    access()
    gifts()
    memberships(shop)
    keys(shop)
    papers()


def money(shop: Shop) -> None:
    """Our net in each currency is the provider's, and the bank's."""
    for name, net in (("stripe", theirs(shop)), ("manual", _bank())):
        rows = Entry.objects.filter(gateway=name).by_currency()
        ours = {currency.lower(): sums["net"] for currency, sums in rows.items()}
        assert ours == net, name
        report = actions.reconcile(name)
        assert report.agrees, report.differences
        assert report.mended == 0


def _bank() -> dict[str, int]:
    total: Counter[str] = Counter()
    for transfer in Transfer.objects.all():
        total[transfer.currency.lower()] += transfer.amount
    return dict(total)


def orders(shop: Shop) -> None:
    """One checkout an order at most that was or can be paid, and the order says what became of it."""
    sessions = _every(shop, "checkout.session")
    sessions = [each for each in sessions if each["status"] != "expired" or _is_newest(each, sessions)]
    of = Counter(session["metadata"]["order"] for session in sessions)
    assert all(count == 1 for count in of.values()), of
    known = {order.session_ref: order for order in Order.objects.exclude(session_ref="")}
    for session in sessions:
        order = known.get(session["id"]) or Order.objects.get(uuid=session["metadata"]["order"])
        if session["status"] == "complete":
            assert order.state == "completed"
        elif order.session_ref == session["id"]:
            assert order.state == {"open": "open", "expired": "abandoned"}[session["status"]]


def _is_newest(session: dict[str, Any], sessions: list[dict[str, Any]]) -> bool:
    """A session whose answer was lost for a day, with its key, is begun again."""
    return [each for each in sessions if each["metadata"]["order"] == session["metadata"]["order"]][-1] is session


def payments(shop: Shop) -> None:
    """One paid intent of a single payment, one paid invoice: one paid payment of that name; and nothing else is."""
    paid = {each["id"] for each in _every(shop, "invoice") if each["status"] == "paid" and each["total"] > 0}
    invoiced = {each["_payment_intent"] for each in _every(shop, "invoice_payment")}
    paid |= {
        each["id"]
        for each in _every(shop, "payment_intent")
        if each["status"] == "succeeded" and each["id"] not in invoiced
    }
    ours = Payment.objects.filter(gateway="stripe", paid_at__isnull=False)
    assert set(ours.values_list("ref", flat=True)) == paid
    for dispute in _every(shop, "dispute"):
        kept = ours.get(disputes__ref=dispute["id"])
        state = {"needs_response": "disputed", "won": "succeeded", "lost": "charged_back"}[dispute["status"]]
        assert kept.state == state
    theirs_back = {each["id"]: each["status"] for each in _every(shop, "refund")}
    ours_back = dict(Refund.objects.filter(gateway="stripe").exclude(ref=None).values_list("ref", "state"))
    assert ours_back == theirs_back
    assert not Refund.objects.filter(ref=None, state="pending").exists()


def access() -> None:
    """One paid payment for a time, one grant that stands until that time ends; gone only where its money is."""
    for payment in Payment.objects.filter(order__purpose="membership", paid_at__isnull=False):
        grants = AccessGrant.objects.filter(source=f"payment:{payment.uuid}")
        standing = list(grants.standing())
        gone = payment.state == CHARGED_BACK or payment.given_back.minor >= payment.amount
        assert len(standing) == (0 if gone else 1), (payment, standing)
        if standing:
            assert (standing[0].starts_at, standing[0].ends_at) == (payment.period_start, payment.period_end)
            assert standing[0].account_id == payment.order.membership.account_id
    for grant in AccessGrant.objects.exclude(revocation=None).select_related("revocation"):
        assert grant.source.startswith("payment:")
        assert grant.revocation.reason in BACK
    unpaid = Payment.objects.filter(paid_at=None).values_list("uuid", flat=True)
    assert not AccessGrant.objects.filter(source__in=[f"payment:{uuid}" for uuid in unpaid]).exists()


def gifts() -> None:
    """Redeemed once, by one reader, for one time; only what was paid for."""
    for gift in Gift.objects.all():
        redeemed = gift.state in {"redeemed", "consumed"}
        assert AccessGrant.objects.filter(source=f"gift:{gift.uuid}").count() == int(redeemed)
        assert hasattr(gift, "redemption") == redeemed
        paid = gift.order.payments.filter(paid_at__isnull=False).first()
        if paid is None:
            assert gift.state in {"payment_pending", "abandoned"}
        elif paid.is_paid and paid.given_back.minor < paid.amount:
            assert gift.state in {"purchased", "redeemed", "consumed", "expired"}
        else:
            assert gift.state in {"refunded", "redeemed", "consumed", "expired"}


def memberships(shop: Shop) -> None:
    """A membership's state follows from what the provider says of its agreement."""
    subscriptions = {each["metadata"]["order"]: each for each in _every(shop, "subscription")}
    for membership in Membership.objects.filter(order__gateway="stripe"):
        subscription: Any = subscriptions.get(str(membership.order.uuid))
        if subscription is None:
            assert membership.state in {"pending", "abandoned"}
            continue
        assert membership.state in STATES[subscription["status"]], subscription["status"]
        if membership.state in {"active", "cancel_scheduled"} and not subscription.get("pause_collection"):
            ends = bool(subscription["cancel_at_period_end"] or subscription.get("cancel_at"))
            assert (membership.state == "cancel_scheduled") == ends
        if membership.state == PAST_DUE:
            assert membership.order.payments.filter(state=FAILED).exists()


def keys(shop: Shop) -> None:
    """One key, one thing at the provider; one key, one letter."""
    asked = Counter(each["metadata"]["refund"] for each in _every(shop, "refund") if "refund" in each["metadata"])
    assert all(count == 1 for count in asked.values())
    assert set(asked) == {
        str(uuid) for uuid in Refund.objects.filter(uuid__in=list(asked)).values_list("uuid", flat=True)
    }
    letters = list(Letter.objects.values_list("key", flat=True))
    assert len(letters) == len(set(letters))
    kinds = Counter(key.split(":")[0] for key in letters)
    assert kinds["welcome"] == Membership.objects.begun().count()
    receipts = Document.objects.filter(kind="receipt", payment__paid_at__gte=F("issued_at") - NEWS)
    assert kinds["receipt"] == receipts.count()  # nobody is written to of what they paid long ago
    assert kinds["credit_note"] == Document.objects.filter(kind="credit_note").count()
    assert kinds["gift_redeemed"] == Gift.objects.filter(state__in=("redeemed", "consumed")).count()


def papers() -> None:
    """A receipt for each payment that came, numbered without a gap."""
    for series in Series.objects.all():
        numbers = list(series.documents.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, series.last + 1))
    came = Payment.objects.filter(paid_at__isnull=False, amount__gt=0)
    assert set(Document.objects.filter(kind="receipt").values_list("payment", flat=True)) == set(
        came.values_list("pk", flat=True)
    )


def _every(shop: Shop, kind: str) -> list[dict[str, Any]]:
    account = shop.double.account
    with account.turn():
        return [dict(each) for each in account.store.every(kind)]
