"""Subscriptions: how one begins, goes on from period to period, falters and ends."""

from __future__ import annotations

from typing import Any

from . import invoices, prices
from .account import DAY, Account, task
from .listing import whole
from .metadata import merged
from .periods import end_of_period
from .shapes import public
from .store import Object

OVER = ("canceled", "incomplete_expired")
NOTHING_SAID = {"comment": None, "feedback": None, "reason": None}


def item(account: Account, subscription: str, price: Object, quantity: int, period: tuple[int, int]) -> Object:
    """What is subscribed to. Since 2025 the period stands here and not on the subscription."""
    return {
        "id": account.new_id("si_", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": account.now(),
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": {},
        "plan": prices.plan(price),
        "price": public(price),
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def begin(account: Account, customer: Object, sold: list[tuple[Object, int]], method: str | None, data: Any) -> Object:
    """A subscription whose first payment has come, or whose trial begins."""
    now = account.now()
    trial_end = data.get("trial_end") or (
        now + data["trial_period_days"] * DAY if "trial_period_days" in data else None
    )
    anchor = trial_end or now
    recurring = sold[0][0]["recurring"]
    end = trial_end or end_of_period(anchor, recurring["interval"], recurring["interval_count"], now)
    id_ = account.new_id("sub_1")
    items = [item(account, id_, price, quantity, (now, end)) for price, quantity in sold]
    subscription = {
        "id": id_,
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": anchor,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible", "updated_at": now},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": dict(NOTHING_SAID),
        "collection_method": "charge_automatically",
        "created": now,
        "currency": sold[0][0]["currency"],
        "customer": customer["id"],
        "default_payment_method": method,
        "default_tax_rates": [],
        "description": data.get("description"),
        "discounts": [],
        "invoice_settings": {
            "account_tax_ids": None, "custom_fields": None, "description": None, "footer": None,
            "issuer": {"type": "self"},
        },
        "items": whole(f"/v1/subscription_items?subscription={id_}", items),
        "livemode": False,
        "metadata": merged(None, data.get("metadata")),
        "payment_settings": {
            "payment_method_options": {"card": {"network": None, "request_three_d_secure": "automatic"}},
            "payment_method_types": ["card"],
            "save_default_payment_method": "off",
        },
        "start_date": now,
        "status": "trialing" if trial_end else "active",
        "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": now if trial_end else None,
    }  # fmt: skip
    account.store.add(subscription)
    account.emit("customer.subscription.created", subscription)
    plan_ahead(account, subscription)
    return subscription


def plan_ahead(account: Account, subscription: Object) -> None:
    """Put down when the period is over, and when the end of a trial is to be announced."""
    end = period(subscription)[1]
    account.store.schedule("subscription.cycle", subscription["id"], end)
    account.store.unschedule("subscription.trial_will_end", subscription["id"])
    if subscription["status"] == "trialing":
        account.store.schedule("subscription.trial_will_end", subscription["id"], max(account.now(), end - 3 * DAY))


def period(subscription: Object) -> tuple[int, int]:
    first = subscription["items"]["data"][0]
    return first["current_period_start"], first["current_period_end"]


def set_period(account: Account, subscription: Object, start: int, end: int, **changes: Any) -> None:
    """Move on to another period, with one event for all that changes."""
    before = subscription["items"]
    items = [{**each, "current_period_start": start, "current_period_end": end} for each in before["data"]]
    account.change(subscription, "customer.subscription.updated", items={**before, "data": items}, **changes)


def lines(account: Account, subscription: Object, start: int, end: int, *, free: bool = False) -> list[Object]:
    """What the period from start to end costs."""
    found = []
    for each in subscription["items"]["data"]:
        price, quantity = each["price"], each["quantity"]
        name = account.find("product", price["product"], "product")["name"]
        every = f"at {price['unit_amount']} {price['currency']} / {price['recurring']['interval']}"
        parent = {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": each["id"],
            },
            "type": "subscription_item_details",
        }
        more = {
            "parent": parent,
            "metadata": dict(subscription["metadata"]),
            "subscription": subscription["id"],
            "description": f"Free trial for {quantity} × {name}" if free else f"{quantity} × {name} ({every})",
        }
        if free:
            more["amount"] = 0
        found.append(invoices.line(account, price, quantity, (start, end), **more))
    return found


def bill(
    account: Account, subscription: Object, reason: str, *, free: bool = False, extra: list[Object] | None = None,
    **given: Any,
) -> Object:  # fmt: skip
    """A draft invoice for the period that has begun, perhaps with what is bought once beside it."""
    customer = account.find("customer", subscription["customer"], "customer")
    start, end = period(subscription)
    parent = {
        "quote_details": None,
        "subscription_details": {
            "metadata": dict(subscription["metadata"]),
            "subscription": subscription["id"],
            "subscription_proration_date": None,
        },
        "type": "subscription_details",
    }
    invoice = invoices.make(
        account, customer, subscription["currency"],
        lines(account, subscription, start, end, free=free) + (extra or []), reason,
        parent=parent, _subscription=subscription["id"], **given,
    )  # fmt: skip
    account.change(subscription, latest_invoice=invoice["id"])
    return invoice


@task("subscription.trial_will_end")
def announce_trials_end(account: Account, id_: str) -> None:
    subscription = account.find("subscription", id_)
    if subscription["status"] == "trialing":
        account.emit("customer.subscription.trial_will_end", subscription)


@task("subscription.cycle")
def cycle(account: Account, id_: str) -> None:
    """The period is over: go on to the next, or end as was wished."""
    subscription = account.find("subscription", id_)
    if subscription["status"] in OVER:
        return
    start, end = period(subscription)
    if subscription["cancel_at_period_end"]:
        end_it(account, subscription, "cancellation_requested")
        return
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    anchor = subscription["billing_cycle_anchor"]
    following = end_of_period(anchor, recurring["interval"], recurring["interval_count"], end)
    status = "active" if subscription["status"] == "trialing" else subscription["status"]
    set_period(account, subscription, end, following, status=status)
    plan_ahead(account, subscription)
    finalizes = account.now() + account.habits.draft_seconds
    invoice = bill(
        account, subscription, "subscription_cycle",
        period_start=start, period_end=end, automatically_finalizes_at=finalizes,
    )  # fmt: skip
    _send_on(account, subscription, invoice, finalizes)


def _send_on(account: Account, subscription: Object, invoice: Object, finalizes: int) -> None:
    """What becomes of a renewal's draft: collected in an hour, or what a pause asks for."""
    paused = subscription.get("pause_collection")
    if subscription["status"] == "unpaid" or (paused and paused["behavior"] == "keep_as_draft"):
        account.change(invoice, auto_advance=False, automatically_finalizes_at=None)
    elif paused and paused["behavior"] == "void":
        invoices.finalize(account, invoice)
        invoices.void(account, invoice)
    elif paused:
        invoices.finalize(account, invoice)
        invoices.give_up(account, invoice)
    else:
        account.store.schedule("invoice.finalize", invoice["id"], finalizes)


@task("subscription.cancel")
def cancel_on_day(account: Account, id_: str) -> None:
    subscription = account.find("subscription", id_)
    if subscription["status"] not in OVER:
        end_it(account, subscription, "cancellation_requested")


@task("subscription.resume")
def resume(account: Account, id_: str) -> None:
    """The day has come on which a pause ends by itself."""
    subscription = account.find("subscription", id_)
    if subscription.get("pause_collection"):
        account.change(subscription, "customer.subscription.updated", pause_collection=None)


def end_it(account: Account, subscription: Object, reason: str | None) -> None:
    """Over, now. What was not paid stays as it is and is not tried again."""
    for name in ("subscription.cycle", "subscription.cancel", "subscription.resume", "subscription.trial_will_end"):
        account.store.unschedule(name, subscription["id"])
    for invoice in account.store.every("invoice", subscription=subscription["id"]):
        if invoice["status"] in ("draft", "open"):
            invoices.stop_collecting(account, invoice)
    now = account.now()
    account.change(
        subscription,
        status="canceled",
        ended_at=now,
        canceled_at=subscription.get("canceled_at") or now,
        cancellation_details={
            **(subscription.get("cancellation_details") or NOTHING_SAID), "reason": reason,
        },
    )  # fmt: skip
    account.emit("customer.subscription.deleted", subscription)


def of_invoice(account: Account, invoice: Object) -> Object | None:
    return account.store.get(invoice.get("_subscription") or "", "subscription")


def invoice_paid(account: Account, invoice: Object) -> None:
    """The newest invoice is paid: whoever was behind is so no more."""
    subscription = of_invoice(account, invoice)
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] in ("past_due", "unpaid"):
        account.change(subscription, "customer.subscription.updated", status="active")


def payment_failed(account: Account, subscription: Object, *, last: bool) -> None:
    """Behind with a payment; after the last try what the account's habit says."""
    if subscription["status"] in OVER:
        return
    if not last:
        account.change(subscription, "customer.subscription.updated", status="past_due")
    elif account.habits.after_last_attempt == "cancel":
        end_it(account, subscription, "payment_failed")
    else:
        account.change(subscription, "customer.subscription.updated", status=account.habits.after_last_attempt)
