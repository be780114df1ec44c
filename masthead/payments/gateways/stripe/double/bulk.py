"""Many payments at once, for benches: a few are made for real, the others are their copies with ids of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from .account import Account
from .checkout_payment import Entry, pay
from .store import Object, links_of, written

REFERENCE = "@reference@"
KINDS = ("payment_intent", "charge", "balance_transaction", "checkout.session")


@dataclass(frozen=True)
class Made:
    """One payment of many."""

    session: str
    payment_intent: str
    charge: str
    balance_transaction: str
    amount: int
    currency: str
    created: int


def make_payments(account: Account, session: Object, count: int, spread: int, references: Sequence[str]) -> list[Made]:
    """Pay this session, and copy what came of it until there are `count`. Copies have no events, and share the card.

    They are created one after another over the last `spread` seconds. Where `@reference@` stands in the session, its
    metadata or its payment's, each has a reference of its own.
    """
    pay(account, session, Entry("4242424242424242", (2060, 12), "A Reader", "reader@example.org"))
    templates = _templates(account, session)
    account.store.flush()
    now = account.now()
    made, objects, link_rows = [], [], []
    seq = account.store.last_seq()
    stem = account.new_id("", 8)
    for number in range(count - 1):
        created = now - spread + spread * number // max(count, 1)
        ids = {before: f"{before.rsplit('_', 1)[0]}_{stem}{number:08d}{before[-6:]}" for _, before, _, _ in templates}
        reference = _reference(references, number)
        for kind, id_, text, parts in templates:
            body = text
            for before, after in ids.items():
                body = body.replace(before, after)
            body = body.replace('"created":0', f'"created":{created}').replace(REFERENCE, reference)
            seq += 1
            objects.append((seq, ids[id_], kind, created, body))
            link_rows += [(kind, name, ids.get(value, value), created, seq) for name, value in parts]
        named = {kind: ids[id_] for kind, id_, _, _ in templates}
        made.append(_made(named, session, created))
        if len(objects) > 20_000 or number == count - 2:
            account.store.add_rows(objects, link_rows)
            objects, link_rows = [], []
    original = {kind: id_ for kind, id_, _, _ in templates}
    for kind, id_ in original.items():
        text = written(account.find(kind, id_))
        account.store.save(json.loads(text.replace(REFERENCE, _reference(references, count - 1))))
    return [*made, _made(original, session, now)]


def _reference(references: Sequence[str], number: int) -> str:
    return references[number] if number < len(references) else f"bulk-{number}"


def _templates(account: Account, session: Object) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """What one payment is made of: kind, id, body with nothing but the moment and the reference open, links."""
    charge = account.find("charge", account.find("payment_intent", session["payment_intent"])["latest_charge"])
    ids = {
        "payment_intent": charge["payment_intent"],
        "charge": charge["id"],
        "balance_transaction": charge["balance_transaction"],
        "checkout.session": session["id"],
    }
    found = []
    for kind in KINDS:
        object_ = {**account.find(kind, ids[kind])}
        links = links_of(object_)
        object_["created"] = 0
        if kind == "checkout.session":
            object_ |= {"success_url": None, "_lines": []}
        found.append((kind, object_["id"], written(object_), links))
    return found


def _made(named: dict[str, str], session: Object, created: int) -> Made:
    return Made(
        named["checkout.session"], named["payment_intent"], named["charge"], named["balance_transaction"],
        session["amount_total"], session["currency"], created,
    )  # fmt: skip
