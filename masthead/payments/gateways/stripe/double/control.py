"""The controls under `/_double/`: what tests in other processes do to the double. JSON in, JSON out, with an API key.

The key is asked for so that no page in a browser can reach the controls: a form can't send one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .api import Answer, Request
from .errors import ApiError
from .faults import Fault

if TYPE_CHECKING:
    from .double import Double

Given = dict[str, Any]
Control = Callable[["Double", Given], Any]


def state(double: Double, given: Given) -> Given:
    counts: dict[str, int] = {}
    for delivery in double.webhooks.all():
        counts[delivery.state] = counts.get(delivery.state, 0) + 1
    money = {currency: {**asdict(sums), "net": sums.net} for currency, sums in double.money().items()}
    return {
        "now": double.now(),
        "version": double.account.version,
        "money": money,
        "deliveries": counts,
        "stopped": list(double.faults.stopped),
    }


def advance(double: Double, given: Given) -> Given:
    double.advance(seconds=given.get("seconds", 0), days=given.get("days", 0), to=given.get("to"))
    return {"now": double.now()}


def events(double: Double, given: Given) -> Given:
    return {"events": double.events(given.get("type"))}


def deliveries(double: Double, given: Given) -> Given:
    return {"deliveries": [asdict(delivery) for delivery in double.webhooks.all()]}


def deliver(double: Double, given: Given) -> Given:
    ids = given.get("ids")
    chosen = None
    if ids is not None:
        known = {delivery.id: delivery for delivery in double.webhooks.all()}
        chosen = [known[id_] for id_ in ids]
    return {"taken": double.webhooks.deliver(chosen)}


def rule(double: Double, given: Given) -> Given:
    if given["do"] not in ("drop", "duplicate", "delay", "hold"):
        raise ApiError("`do` is one of drop, duplicate, delay, hold.")
    double.webhooks.rule(
        given["do"], given.get("type", "*"), times=given.get("times", 1), seconds=given.get("seconds", 0)
    )
    return {}


def release(double: Double, given: Given) -> Given:
    double.webhooks.release()
    return {}


def shuffle(double: Double, given: Given) -> Given:
    double.webhooks.shuffle(given.get("seed", 0))
    return {}


def drop(double: Double, given: Given) -> Given:
    double.webhooks.drop(*given.get("ids", ()))
    return {}


def resend(double: Double, given: Given) -> Given:
    double.webhooks.resend(given["event"])
    return {}


def next_charge(double: Double, given: Given) -> Given:
    double.next_charge(given["customer"], *given.get("outcomes", [given.get("outcome", "generic_decline")]))
    return {}


def card(double: Double, given: Given) -> Given:
    return {"payment_method": double.set_card(given["customer"], given["number"])}


def dispute(double: Double, given: Given) -> Given:
    return {"dispute": double.dispute(given["charge"], given.get("reason", "fraudulent"))}


def dispute_outcome(double: Double, given: Given) -> Given:
    double.decide(given["dispute"], won=given["outcome"] == "won")
    return {}


def pay(double: Double, given: Given) -> Given:
    return {"onward": double.pay(given["session"], given.get("number", "4242424242424242"))}


def payments(double: Double, given: Given) -> Given:
    return {"payments": [asdict(one) for one in double.make_payments(**given)]}


def fault(double: Double, given: Given) -> Given:
    if given["do"] not in ("error", "lost", "wait", "stop", "die"):
        raise ApiError("`do` is one of error, lost, wait, stop, die.")
    double.faults.order(Fault(**given))
    return {}


def clear_faults(double: Double, given: Given) -> Given:
    double.faults.clear()
    return {}


def go_on(double: Double, given: Given) -> Given:
    double.faults.go_on()
    return {}


CONTROLS: dict[tuple[str, str], Control] = {
    ("GET", "state"): state,
    ("POST", "advance"): advance,
    ("GET", "events"): events,
    ("GET", "deliveries"): deliveries,
    ("POST", "deliver"): deliver,
    ("POST", "webhooks"): rule,
    ("POST", "release"): release,
    ("POST", "shuffle"): shuffle,
    ("POST", "drop"): drop,
    ("POST", "resend"): resend,
    ("POST", "next_charge"): next_charge,
    ("POST", "card"): card,
    ("POST", "dispute"): dispute,
    ("POST", "dispute_outcome"): dispute_outcome,
    ("POST", "pay"): pay,
    ("POST", "payments"): payments,
    ("POST", "faults"): fault,
    ("DELETE", "faults"): clear_faults,
    ("POST", "go_on"): go_on,
}


def answer(double: Double, request: Request) -> Answer:
    """One request to a control."""
    if not request.headers.get("authorization", "").startswith("Bearer sk_test_"):
        return Answer(401, b'{"error": "The controls ask for a test key: Authorization: Bearer sk_test_..."}')
    found = CONTROLS.get((request.method, request.path.removeprefix("/_double/")))
    if found is None:
        return Answer(
            404, json.dumps({"error": "no such control", "controls": sorted(" ".join(c) for c in CONTROLS)}).encode()
        )
    try:
        given = json.loads(request.text) if request.text.startswith("{") else {}
        return Answer(200, json.dumps(found(double, given)).encode())
    except (ApiError, KeyError, TypeError, ValueError) as wrong:
        return Answer(400, json.dumps({"error": f"{type(wrong).__name__}: {wrong}"}).encode())
