"""Lists as Stripe pages them: newest first, by cursor, with filters by time and by field."""

from __future__ import annotations

import json
from typing import Any

from .account import Account
from .errors import no_such, unreadable, unsupported
from .shapes import public
from .store import LINKS, Object, Store

PAGING = ("limit", "starting_after", "ending_before", "created")
COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def listed(account: Account, kind: str, url: str, params: dict[str, Any], *, read: Any = (), **fields: Any) -> Object:
    """One page. `fields` are compared with the objects' own; None means any. `read`: parameters the caller has used."""
    for name in params:
        if name not in (*PAGING, *read, *fields):
            raise unsupported(f"`{name}` as a filter of this list", name)
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise unreadable(f"Invalid integer: {limit} (must be between 1 and 100)", "limit", "parameter_invalid_integer")
    conditions, values = _conditions(params.get("created"), {k: v for k, v in fields.items() if v is not None}, kind)
    found, more = _page(account.store, kind, conditions, values, params, limit)
    return {"object": "list", "data": [public(object_) for object_ in found], "has_more": more, "url": url}


def whole(url: str, objects: list[Object]) -> Object:
    """A list that is sent within another object, in full."""
    return {"object": "list", "data": objects, "has_more": False, "url": url}


def part(url: str, objects: list[Object], params: dict[str, Any]) -> Object:
    """One page of a list that lies within another object, in its own order."""
    limit = params.get("limit", 10)
    ids = [object_["id"] for object_ in objects]
    first = ids.index(params["starting_after"]) + 1 if params.get("starting_after") in ids else 0
    page = objects[first : first + limit]
    return {"object": "list", "data": page, "has_more": first + limit < len(objects), "url": url}


def _conditions(created: Any, fields: dict[str, Any], kind: str) -> tuple[list[str], list[Any]]:
    conditions, values = ["entry.kind = ?"], [kind]
    linked = False
    for name, wanted in fields.items():
        if name in LINKS.get(kind, ()) and not linked and isinstance(wanted, str):
            conditions += ["entry.name = ?", "entry.value = ?"]
            values += [name, wanted]
            linked = True
        elif isinstance(wanted, list):
            conditions.append(f"json_extract(object.body, ?) IN ({','.join('?' * len(wanted))})")
            values += [f'$."{name}"', *wanted]
        else:
            conditions.append("ifnull(json_extract(object.body, ?), json_extract(object.body, ?)) = ?")
            values += [f'$."{name}"', f'$."_{name}"', wanted]
    spans = created if isinstance(created, dict) else {} if created is None else {"gte": created, "lte": created}
    for name, moment in spans.items():
        conditions.append(f"entry.created {COMPARISONS[name]} ?")
        values.append(moment)
    return conditions, values


def _page(
    store: Store, kind: str, conditions: list[str], values: list[Any], params: dict[str, Any], limit: int
) -> tuple[list[Object], bool]:
    store.flush()
    backwards = "ending_before" in params
    cursor = params.get("ending_before", params.get("starting_after"))
    if cursor is not None:
        param = "ending_before" if backwards else "starting_after"
        row = store.connection.execute("SELECT created, seq FROM object WHERE id = ?", (cursor,)).fetchone()
        if row is None:
            raise no_such(kind.replace("_", " "), cursor, param)
        conditions.append(f"(entry.created, entry.seq) {'>' if backwards else '<'} (?, ?)")
        values += row
    linked = "entry.name = ?" in conditions
    source = "link AS entry JOIN object ON object.seq = entry.seq" if linked else "object AS entry"
    where = " AND ".join(conditions) if linked else " AND ".join(conditions).replace("object.body", "entry.body")
    order = "ASC" if backwards else "DESC"
    rows = store.connection.execute(
        f"SELECT {'object' if linked else 'entry'}.body FROM {source} WHERE {where}"  # noqa: S608 (made of fixed words)
        f" ORDER BY entry.created {order}, entry.seq {order} LIMIT ?",
        [*values, limit + 1],
    ).fetchall()
    found = [json.loads(body) for (body,) in rows[:limit]]
    return (found[::-1] if backwards else found), len(rows) > limit
