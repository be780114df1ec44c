"""Events: what happened, with the object as it was then."""

from __future__ import annotations

from typing import Any

from stripe.params import EventListParams, EventRetrieveParams

from .account import DAY
from .errors import invalid, no_such
from .listing import listed
from .routing import Call, route
from .shapes import public
from .store import Object

KEPT = 30 * DAY


@route("GET", "/v1/events", EventListParams)
def listing(call: Call) -> Object:
    types: Any = call.params.get("type") or call.params.get("types")
    if "type" in call.params and "types" in call.params:
        raise invalid("You may only specify one of these parameters: type, types.", "types")
    fields: dict[str, Any] = {}
    if isinstance(types, str) and types.endswith(".*"):
        fields["type"] = [name for name in _known(call) if name.startswith(types[:-1])]
    else:
        fields["type"] = types
    params = {**call.params, "created": _recent(call)}
    page = listed(call.account, "event", "/v1/events", params, read=("types",), **fields)
    page["data"] = [_shown(call, event) for event in page["data"]]
    return page


def _recent(call: Call) -> dict[str, int]:
    """Stripe tells of events for thirty days; whoever was away for longer must look at the objects."""
    given: Any = call.params.get("created", {})
    span: dict[str, int] = given if isinstance(given, dict) else {"gte": given, "lte": given}
    return {**span, "gte": max(span.get("gte", 0), call.account.now() - KEPT)}


def _known(call: Call) -> list[str]:
    rows = call.account.store.connection.execute(
        "SELECT DISTINCT value FROM link WHERE kind = 'event' AND name = 'type'"
    )
    return [name for (name,) in rows]


def _shown(call: Call, event: Object) -> Object:
    rows = call.account.store.connection.execute(
        "SELECT count(*) FROM delivery WHERE event = ? AND state != 'delivered'", (event["id"],)
    )
    return {**public(event), "pending_webhooks": rows.fetchone()[0]}


@route("GET", "/v1/events/{id}", EventRetrieveParams)
def retrieve(call: Call) -> Object:
    event = call.account.find("event", call.id)
    if event["created"] < call.account.now() - KEPT:
        raise no_such("event", call.id)
    return _shown(call, event)
