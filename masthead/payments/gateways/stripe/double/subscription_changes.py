"""Changes to a running subscription: another end, a pause, another price, a renewal put off."""

from __future__ import annotations

from typing import Any

from . import currencies, invoices, prices
from .account import DAY, Account
from .errors import ApiError, invalid, unsupported
from .periods import end_of_period
from .shapes import public
from .store import Object
from .subscriptions import NOTHING_SAID, bill, period, plan_ahead, set_period

LONGEST_TRIAL = 5 * 366 * DAY


def cancellation(account: Account, subscription: Object, params: dict[str, Any]) -> dict[str, Any]:
    """The fields of an end that was wished for, or of a wish taken back."""
    said = {**(subscription.get("cancellation_details") or NOTHING_SAID), **_said(params)}
    if "cancel_at" in params:
        return _on_a_day(account, subscription, params["cancel_at"], said)
    wish = params.get("cancel_at_period_end")
    if wish is None or wish == subscription["cancel_at_period_end"]:
        return {"cancellation_details": said} if "cancellation_details" in params else {}
    account.store.unschedule("subscription.cancel", subscription["id"])
    return {
        "cancel_at_period_end": wish,
        "cancel_at": period(subscription)[1] if wish else None,
        "canceled_at": account.now() if wish else None,
        "cancellation_details": {**said, "reason": "cancellation_requested" if wish else None},
    }


def _said(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value or None for name, value in params.get("cancellation_details", {}).items()}


def _on_a_day(account: Account, subscription: Object, given: Any, said: Object) -> dict[str, Any]:
    account.store.unschedule("subscription.cancel", subscription["id"])
    if given == "":
        gone = {"cancel_at": None, "canceled_at": None, "cancel_at_period_end": False}
        return {**gone, "cancellation_details": {**said, "reason": None}}
    moment = period(subscription)[1] if isinstance(given, str) else given
    if moment <= account.now():
        raise invalid("`cancel_at` must be in the future.", "cancel_at")
    account.store.schedule("subscription.cancel", subscription["id"], moment)
    return {
        "cancel_at": moment,
        "canceled_at": account.now(),
        "cancel_at_period_end": False,
        "cancellation_details": {**said, "reason": "cancellation_requested"},
    }


def pause(account: Account, subscription: Object, params: dict[str, Any]) -> dict[str, Any]:
    """Stop collecting for a while; the subscription itself goes on."""
    given = params.get("pause_collection")
    if given is None:
        return {}
    account.store.unschedule("subscription.resume", subscription["id"])
    if given == "":
        return {"pause_collection": None}
    resumes = given.get("resumes_at")
    if resumes is not None:
        if resumes <= account.now():
            raise invalid("`pause_collection[resumes_at]` must be in the future.", "pause_collection[resumes_at]")
        account.store.schedule("subscription.resume", subscription["id"], resumes)
    return {"pause_collection": {"behavior": given["behavior"], "resumes_at": resumes}}


def reschedule(account: Account, subscription: Object, params: dict[str, Any]) -> None:
    """Another price, a renewal put off by a trial, or a new beginning of the billing cycle."""
    before = _interval(subscription)
    changed = _put_items(account, subscription, params.get("items", []))
    _check_proration(params, changed)
    trial_end = params.get("trial_end")
    anchor = params.get("billing_cycle_anchor", {"type": "unchanged"})["type"]
    if trial_end == "now":
        if subscription["status"] == "trialing":
            _begin_anew(account, subscription, trial_end=account.now())
    elif trial_end is not None:
        _put_off(account, subscription, trial_end)
    elif anchor == "now" or (_interval(subscription) != before and subscription["status"] != "trialing"):
        _begin_anew(account, subscription)


def _interval(subscription: Object) -> tuple[str, int]:
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def _check_proration(params: dict[str, Any], changed: bool) -> None:
    matters = changed or "trial_end" in params or "billing_cycle_anchor" in params
    if matters and params.get("proration_behavior") != "none":
        raise unsupported("prorations: pass `proration_behavior=none`", "proration_behavior")


def _put_items(account: Account, subscription: Object, given: list[dict[str, Any]]) -> bool:
    """Change prices and quantities of items that are there. Answers whether the amount or the interval changed."""
    if not given:
        return False
    items = {item["id"]: dict(item) for item in subscription["items"]["data"]}
    for position, wanted in enumerate(given):
        at = f"items[{position}]"
        if wanted.get("id") not in items or wanted.get("deleted"):
            raise unsupported("adding or removing items of a subscription", at)
        item = items[wanted["id"]]
        price = _price(account, subscription, wanted, at)
        if price is not None:
            item |= {"price": public(price), "plan": prices.plan(price)}
        item["quantity"] = wanted.get("quantity", item["quantity"])
    before = subscription["items"]
    if list(items.values()) == before["data"]:
        return False
    data = {**before, "data": list(items.values())}
    account.change(subscription, "customer.subscription.updated", items=data)
    return True


def _price(account: Account, subscription: Object, wanted: dict[str, Any], at: str) -> Object | None:
    if "price" not in wanted and "price_data" not in wanted:
        return None
    if "price" in wanted:
        price = account.find("price", wanted["price"], f"{at}[price]")
    else:
        price = prices.make(account, **wanted["price_data"], active=False)
    if price["recurring"] is None:
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`."
        )
    if price["currency"] != subscription["currency"]:
        raise invalid(
            f"The price specified only supports `{price['currency']}`. This doesn't match the expected currency: "
            f"`{subscription['currency']}`.", f"{at}[price]",
        )  # fmt: skip
    if price["unit_amount"]:
        currencies.check_chargeable(price["unit_amount"], price["currency"], f"{at}[price]")
    return price


def _put_off(account: Account, subscription: Object, moment: int) -> None:
    """A trial defers the renewal: the period lasts until its end, and the anchor moves there."""
    if moment <= account.now():
        raise invalid("`trial_end` must be in the future.", "trial_end")
    if moment > account.now() + LONGEST_TRIAL:
        raise ApiError("Invalid timestamp: can be no more than five years in the future", param="trial_end")
    now = account.now()
    start = subscription["trial_start"] if subscription["status"] == "trialing" else now
    set_period(
        account, subscription, period(subscription)[0] if subscription["status"] == "trialing" else now, moment,
        status="trialing", trial_start=start, trial_end=moment, billing_cycle_anchor=moment,
        **({"cancel_at": moment} if subscription["cancel_at_period_end"] else {}),
    )  # fmt: skip
    plan_ahead(account, subscription)
    invoice = bill(account, subscription, "subscription_update", free=True)
    invoices.finalize(account, invoice)
    invoices.settle(account, invoice, None)


def _begin_anew(account: Account, subscription: Object, *, trial_end: int | None = None) -> None:
    """A new cycle from now on, billed at once."""
    now = account.now()
    interval, count = _interval(subscription)
    changes: dict[str, Any] = {"billing_cycle_anchor": now}
    if subscription["status"] == "trialing":
        changes |= {"status": "active", "trial_end": trial_end or now}
    end = end_of_period(now, interval, count, now)
    if subscription["cancel_at_period_end"]:
        changes["cancel_at"] = end
    set_period(account, subscription, now, end, **changes)
    plan_ahead(account, subscription)
    invoice = bill(account, subscription, "subscription_update")
    invoices.finalize(account, invoice)
    invoices.collect(account, invoice)
