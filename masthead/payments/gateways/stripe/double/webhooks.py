"""Webhooks: events signed and posted to the endpoints; a test can drop, double, hold, delay or shuffle them."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any
from urllib.parse import urlsplit

from .account import Account, Endpoint
from .faults import Faults, Lost
from .shapes import public
from .store import Object

BACKOFF = (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
"""Seconds on the double's clock until an endpoint that did not answer 2xx is tried again."""


@dataclass
class Delivery:
    """One event on its way to one endpoint."""

    id: int
    event: str
    type: str
    endpoint: int
    at: int
    attempts: int
    state: str
    """`waiting`, `held`, `dropped`, `delivered` or `failed` (given up)."""
    answer: str


@dataclass
class Rule:
    """What is done to the next deliveries of a type (with * for any part of it)."""

    do: str
    """`drop`, `duplicate`, `delay` or `hold`."""
    type: str = "*"
    times: int | None = 1
    seconds: int = 0


def sign(payload: bytes, secret: str, moment: int | None = None) -> str:
    """The Stripe-Signature header, by the real clock: the library compares it with the real time."""
    at = int(time.time()) if moment is None else moment
    digest = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Webhooks:
    """The deliveries of one account."""

    def __init__(self, account: Account, faults: Faults) -> None:
        self.account = account
        self.faults = faults
        self.rules: list[Rule] = []
        self._courier = threading.Lock()  # nothing goes out twice because two threads looked
        account.on_event = self.plan

    def plan(self, event: Object) -> None:
        """Put an event down for each endpoint that wants it."""
        for number, endpoint in enumerate(self.account.endpoints):
            if any(fnmatch(event["type"], pattern) for pattern in endpoint.events):
                self._put_down(event, number)

    def _put_down(self, event: Object, endpoint: int) -> None:
        rule = self._rule(event["type"])
        do = rule.do if rule else ""
        at = self.account.now() + (rule.seconds if rule and do == "delay" else 0)
        state = {"drop": "dropped", "hold": "held"}.get(do, "waiting")
        for _ in range(2 if do == "duplicate" else 1):
            self.account.store.connection.execute(
                "INSERT INTO delivery (event, type, endpoint, at, turn, state) VALUES (?, ?, ?, ?,"
                " (SELECT ifnull(max(id), 0) + 1 FROM delivery), ?)",
                (event["id"], event["type"], endpoint, at, state),
            )

    def _rule(self, type_: str) -> Rule | None:
        for rule in self.rules:
            if fnmatch(type_, rule.type):
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self.rules.remove(rule)
                return rule
        return None

    def all(self, *states: str) -> list[Delivery]:
        """Deliveries in the order in which they are due, perhaps only those in some states."""
        marks = ",".join("?" * len(states))
        where = f"WHERE state IN ({marks})" if states else ""
        with self.account.lock:
            rows = self.account.store.connection.execute(
                "SELECT id, event, type, endpoint, at, attempts, state, answer"  # noqa: S608 (only marks)
                f" FROM delivery {where} ORDER BY at, turn, id",
                states,
            ).fetchall()
        return [Delivery(*row) for row in rows]

    def due(self) -> list[Delivery]:
        now = self.account.now()
        return [delivery for delivery in self.all("waiting") if delivery.at <= now]

    def deliver(self, deliveries: list[Delivery] | None = None) -> int:
        """Send what is due, or just these in this order. Answers how many were taken with 2xx."""
        if deliveries is not None:
            return sum(self.send(delivery) for delivery in deliveries)
        with self._courier:
            return sum(self.send(delivery) for delivery in self.due())

    def send(self, delivery: Delivery) -> bool:
        """One delivery, whatever its state."""
        account = self.account
        if delivery.endpoint >= len(account.endpoints):  # from before a restart with fewer endpoints
            self.drop(delivery.id)
            return False
        endpoint = account.endpoints[delivery.endpoint]
        with account.turn():
            event = public(account.find("event", delivery.event))
        payload = json.dumps(event, indent=2).encode()
        status, words = self._tried(f"webhook/{delivery.type}", endpoint, payload)
        taken = 200 <= status < 300
        with account.turn():
            self._note(delivery, taken, words)
        return taken

    def _tried(self, what: str, endpoint: Endpoint, payload: bytes) -> tuple[int, str]:
        """The endpoint's answer, if nothing goes wrong on the way there and back."""
        try:
            ordered = self.faults.meet("POST", what)
            if ordered is not None:
                return ordered, "told to fail"
            status, words = self._post(endpoint, payload)
            ordered = self.faults.meet("POST", what, after=True)
        except Lost as lost:
            return 0, str(lost)
        return (status, words) if ordered is None else (ordered, "told to fail")

    def _post(self, endpoint: Endpoint, payload: bytes) -> tuple[int, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(payload, endpoint.secret),
            "User-Agent": "Stripe/1.0 (test double)",
        }
        if endpoint.send is not None:
            status = endpoint.send(payload, headers)
            return status, str(status)
        try:
            status = _over_http(endpoint.url, payload, headers)
        except (OSError, http.client.HTTPException) as refused:
            return 0, f"{type(refused).__name__}: {refused}"
        return status, str(status)

    def _note(self, delivery: Delivery, taken: bool, words: str) -> None:
        attempts = delivery.attempts + 1
        wait = BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None
        state = "delivered" if taken else "waiting" if wait is not None else "failed"
        at = self.account.now() + (wait or 0) if not taken else delivery.at
        self.account.store.connection.execute(
            "UPDATE delivery SET attempts = ?, state = ?, at = ?, answer = ? WHERE id = ?",
            (attempts, state, at, words, delivery.id),
        )

    # What a test does to them

    def rule(self, do: str, type_: str = "*", *, times: int | None = 1, seconds: int = 0) -> None:
        """From now on drop, duplicate, delay or hold the next deliveries of this type."""
        self.rules.append(Rule(do, type_, times, seconds))

    def release(self) -> None:
        """Let go what was held, and hold nothing more."""
        self.rules = [rule for rule in self.rules if rule.do != "hold"]
        self._set("UPDATE delivery SET state = 'waiting' WHERE state = 'held'")

    def drop(self, *ids: int) -> None:
        """Lose deliveries that are waiting: these, or all."""
        chosen = ids or tuple(delivery.id for delivery in self.all("waiting", "held"))
        for id_ in chosen:
            self._set("UPDATE delivery SET state = 'dropped' WHERE id = ?", id_)

    def shuffle(self, seed: int = 0) -> None:
        """Put what waits into another order."""
        waiting = self.all("waiting")
        turns = list(range(len(waiting)))
        random.Random(seed).shuffle(turns)  # noqa: S311 (an order, not a secret)
        at = min((delivery.at for delivery in waiting), default=0)
        for delivery, turn in zip(waiting, turns, strict=True):
            self._set("UPDATE delivery SET turn = ?, at = ? WHERE id = ?", turn, at, delivery.id)

    def resend(self, event_id: str) -> None:
        """Deliver an event once more, as the dashboard's button does."""
        with self.account.turn():
            event = self.account.find("event", event_id)
            for number in range(len(self.account.endpoints)):
                self._put_down(event, number)

    def _set(self, sql: str, *values: Any) -> None:
        with self.account.turn():
            self.account.store.connection.execute(sql, values)


def _over_http(url: str, payload: bytes, headers: dict[str, str]) -> int:
    """Post to this machine; the double sends nothing anywhere else."""
    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise OSError(f"The Stripe test double delivers to this machine only, not to {parts.hostname}.")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=20)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, payload, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
