"""What Stripe refuses when a Checkout Session is made, in its words, and what the double hasn't got."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .account import DAY, Account
from .errors import ApiError, invalid, unreadable, unsupported
from .store import Object

SUPPORTED = (
    "cancel_url", "client_reference_id", "currency", "customer", "customer_creation", "customer_email",
    "customer_update", "expires_at", "invoice_creation", "line_items", "locale", "metadata", "mode", "origin_context",
    "payment_intent_data", "payment_method_collection", "setup_intent_data", "submit_type", "subscription_data",
    "success_url", "ui_mode",
)  # fmt: skip
SUPPORTED_IN_SUBSCRIPTION = ("description", "metadata", "proration_behavior", "trial_end", "trial_period_days")
SUPPORTED_IN_PAYMENT = ("description", "metadata", "receipt_email", "setup_future_usage", "statement_descriptor")
# What belongs to one mode alone.
MODES = {
    "customer_creation": ("payment", "setup"),
    "invoice_creation": ("payment",),
    "payment_intent_data": ("payment",),
    "setup_intent_data": ("setup",),
    "submit_type": ("payment", "subscription"),
    "subscription_data": ("subscription",),
    "line_items": ("payment", "subscription"),
}


def only(params: dict[str, Any], names: tuple[str, ...], words: str) -> None:
    """Say aloud what the double would otherwise pass over."""
    for name in params:
        if name not in names:
            raise unsupported(words.format(name), name)


def check(account: Account, params: dict[str, Any]) -> None:
    """Everything that can be said before the prices are looked at."""
    only(params, SUPPORTED, "`{}` of a Checkout Session")
    mode = params.get("mode")
    if mode is None:
        raise unreadable("Missing required param: mode.", "mode", "parameter_missing")
    for name, modes in MODES.items():
        if name in params and mode not in modes:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", name)
    if params.get("payment_method_collection", "always") != "always" and mode == "subscription":
        raise unsupported("subscriptions without a card", "payment_method_collection")
    only(params.get("customer_update", {}), ("name",), "`customer_update[{}]`")
    given = params.get("invoice_creation", {}).get("invoice_data", {})
    only(given, ("description", "footer", "metadata"), "`invoice_creation[invoice_data][{}]`")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported("any `ui_mode` but `hosted_page`", "ui_mode")
    if mode != "setup" and not params.get("line_items"):
        raise unreadable("Missing required param: line_items.", "line_items", "parameter_missing")
    if mode == "setup" and "currency" not in params:
        raise unreadable("Missing required param: currency.", "currency", "parameter_missing")
    if "customer" in params and "customer_email" in params:
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email")
    _check_urls(params)
    _check_email(params.get("customer_email"))
    _check_expiry(account, params.get("expires_at"))
    _check_data(account, params)


def _check_urls(params: dict[str, Any]) -> None:
    if "success_url" not in params:
        raise unreadable("Missing required param: success_url.", "success_url", "parameter_missing")
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(params.get(name, "https://example.org/"))
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise unreadable("Not a valid URL", name, "url_invalid")


def _check_email(email: str | None) -> None:
    if email is not None and ("@" not in email.strip("@") or " " in email or "." not in email.rsplit("@")[-1]):
        raise unreadable(f"Invalid email address: {email}", "customer_email", "email_invalid")


def _check_expiry(account: Account, expires_at: int | None) -> None:
    if expires_at is None:
        return
    if expires_at > account.now() + DAY:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at"
        )
    if expires_at < account.now() + 1800:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at"
        )


def _check_data(account: Account, params: dict[str, Any]) -> None:
    given = params.get("subscription_data", {})
    only(given, SUPPORTED_IN_SUBSCRIPTION, "`subscription_data[{}]`")
    only(params.get("payment_intent_data", {}), SUPPORTED_IN_PAYMENT, "`payment_intent_data[{}]`")
    if "trial_end" in given and "trial_period_days" in given:
        raise invalid(
            "You may only specify one of these parameters: trial_end, trial_period_days.", "subscription_data"
        )
    if "trial_end" in given and given["trial_end"] < account.now() + 2 * DAY:
        raise invalid("The `trial_end` date has to be at least 2 days in the future.", "subscription_data[trial_end]")
    if given.get("trial_period_days", 1) < 1:
        raise invalid("The minimum number of trial period days is 1.", "subscription_data[trial_period_days]")


def has_trial(params: dict[str, Any]) -> bool:
    given = params.get("subscription_data", {})
    return "trial_end" in given or "trial_period_days" in given


def check_prices(mode: str, prices: list[Object]) -> None:
    """One currency, one interval, and the kind of price the mode is for."""
    recurring = [price["recurring"] for price in prices if price["recurring"]]
    if mode == "payment" and recurring:
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or "
            "use only "
            "one-time prices.", "line_items",
        )  # fmt: skip
    if mode == "subscription" and not recurring:
        raise invalid(
            "You must provide at least one recurring price in `subscription` mode when using prices.", "line_items"
        )
    if len({price["currency"] for price in prices}) > 1:
        raise ApiError("All prices on a Checkout Session must have the same currency.", param="line_items")
    if len({(each["interval"], each["interval_count"]) for each in recurring}) > 1:
        raise unsupported("subscriptions with prices of different intervals", "line_items")
