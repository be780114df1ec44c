"""Requests are held against the parameter types the library is generated with, all of them and at every depth."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import stripe

from masthead.payments.gateways.stripe.double import Double
from masthead.payments.gateways.stripe.double.routing import ROUTES
from masthead.payments.gateways.stripe.double.tests.shop import START, checkout, line

METHOD = re.compile(
    r'def \w+\(.*?params: (?:Optional\[)?"(?P<params>\w+)".*?self\._request\(\s*"(?P<method>\w+)",\s*"(?P<path>[^"]+)"',
    re.DOTALL,
)


def library() -> dict[tuple[str, str], str]:
    """Every call the library can make: method and path, and the name of the type of its parameters."""
    found = {}
    for file in Path(stripe.__file__).parent.rglob("_*_service.py"):
        for part in file.read_text().split("\n    def "):
            match = METHOD.search("def " + part.split("\n    async def ")[0])
            if match:
                path = re.sub(r"\{\w+\}", "{}", match["path"])
                found[match["method"].upper(), path] = match["params"]
    return found


def test_each_call_reads_what_the_library_would_send() -> None:
    known = library()
    assert len(known) > 300
    for route in ROUTES:
        path = re.sub(r"\{\w+\}", "{}", route.path)
        assert known[route.method, path] == route.params.__name__, (route.method, route.path)
    assert len(ROUTES) > 50


@pytest.fixture(scope="module")
def client() -> stripe.StripeClient:
    return Double(start=START).client()


GOOD: dict[str, Any] = {"mode": "payment", "success_url": "http://n.test/", "line_items": [line()]}

WRONG: list[tuple[str, dict[str, Any], str | None, str | None, str]] = [
    ("unknown", {"surprise": 1}, "surprise", "parameter_unknown", "Received unknown parameter: surprise"),
    ("word", {"mode": "gift"}, "mode", None, "Invalid mode: must be one of payment, setup, or subscription"),
    ("integer", {"expires_at": "soon"}, "expires_at", "parameter_invalid_integer", "Invalid integer: soon"),
    ("boolean", {"automatic_tax": {"enabled": "perhaps"}}, "automatic_tax[enabled]", None, "Invalid boolean: perhaps"),
    ("list", {"line_items": "many"}, "line_items", None, "Invalid array"),
    ("dictionary", {"metadata": "none"}, "metadata", None, "Invalid object"),
    ("empty", {"customer_email": ""}, "customer_email", "parameter_invalid_empty", "You passed an empty string"),
    (
        "unknown within",
        {"line_items": [{"quantity": 1, "price_data": {"currency": "eur", "price": 3}}]},
        "line_items[0][price_data][price]",
        "parameter_unknown",
        "Received unknown parameter: line_items[0][price_data][price]",
    ),
    (
        "missing within",
        {"line_items": [{"quantity": 1, "price_data": {"unit_amount": 3}}]},
        "line_items[0][price_data][currency]",
        "parameter_missing",
        "Missing required param: line_items[0][price_data][currency].",
    ),
    (
        "word within",
        {"line_items": [line(interval="fortnight")]},
        "line_items[0][price_data][recurring][interval]",
        None,
        "must be one of day, month, week, or year",
    ),
]


@pytest.mark.parametrize(
    ("changed", "param", "code", "words"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_wrong_parameter_is_named(
    client: stripe.StripeClient, changed: dict[str, Any], param: str, code: str | None, words: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create({**GOOD, **changed})  # type: ignore[typeddict-item]
    assert (caught.value.param, caught.value.code, caught.value.http_status) == (param, code, 400)
    assert words in str(caught.value.user_message)
    assert caught.value.request_id


RULES: list[tuple[dict[str, Any], str]] = [
    ({"mode": "subscription"}, "at least one recurring price"),
    ({"line_items": [line(interval="month")]}, "passed a recurring price"),
    ({"subscription_data": {"metadata": {"a": "b"}}}, "can not pass `subscription_data` in `payment` mode"),
    ({"customer": "cus_nobody"}, "No such customer: 'cus_nobody'"),
    ({"success_url": "somewhere"}, "Not a valid URL"),
    ({"expires_at": START + 60}, "at least 30 minutes"),
    ({"expires_at": START + 90_000}, "less than 24 hours"),
    ({"customer_email": "nobody"}, "Invalid email address"),
    ({"line_items": [line(0, "eur")]}, ""),
    ({"line_items": [line(49)]}, "at least 0.50 eur"),
    ({"line_items": [line(-100)]}, "Invalid non-negative integer"),
    ({"line_items": [line(100_000_000)]}, "no more than"),
    ({"line_items": [line(10**20)]}, "Invalid integer"),
    ({"line_items": [line(500, "xyz")]}, "Invalid currency: xyz"),
    ({"line_items": [line(500), line(500, "usd")]}, "same currency"),
    ({"line_items": [line(5125, "kwd")]}, "divisible by 10"),
    ({"line_items": [line(550, "isk")]}, "divisible by 100"),
    ({"line_items": [line(49, "jpy")]}, "at least 50 jpy"),
    ({"metadata": {"k" * 41: "v"}}, "longer than 40"),
    ({"metadata": {"k": "v" * 501}}, "up to 500 characters"),
    ({"allow_promotion_codes": True}, "test double does not support"),
]


@pytest.mark.parametrize(("changed", "words"), [rule for rule in RULES if rule[1]])
def test_what_makes_no_sense_is_refused(client: stripe.StripeClient, changed: dict[str, Any], words: str) -> None:
    before = len(client.v1.checkout.sessions.list({"limit": 100}).data)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create({**GOOD, **changed})  # type: ignore[typeddict-item]
    assert words in str(caught.value.user_message)
    assert len(client.v1.checkout.sessions.list({"limit": 100}).data) == before


def test_what_is_refused_leaves_nothing_behind() -> None:
    double = Double(start=START)
    with pytest.raises(stripe.InvalidRequestError):
        checkout(double.client(), line_items=[line(500), line(500, "usd")])
    assert double.events() == []


def test_keys_and_versions() -> None:
    double = Double(start=START)
    for key in ("sk_live_abcdefghijklmnop", "pk_test_abcdefghijklmnop"):
        with pytest.raises(stripe.AuthenticationError):
            double.client(key).v1.customers.list()
    old = stripe.StripeClient("sk_test_x", http_client=double.http_client(), stripe_version="2019-05-16")
    with pytest.raises(stripe.InvalidRequestError, match="2019-05-16"):
        old.v1.customers.list()
    assert double.client("rk_test_restricted").v1.customers.list().data == []


def test_an_unknown_address_says_so() -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        Double(start=START).client().v1.coupons.list()
