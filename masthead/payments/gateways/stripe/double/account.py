"""One Stripe account in test mode: its objects, its clock, its settings, and what everything below shares."""

from __future__ import annotations

import hashlib
import secrets
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .clock import Clock
from .errors import no_such
from .shapes import public
from .store import Object, Store

DAY = 24 * 3600


@dataclass
class Habits:
    """What in Stripe is set on the dashboard, or is a custom of the house."""

    draft_seconds: int = 3600
    """How long a renewal's invoice stays a draft before it is finalised and charged."""
    retry_days: tuple[int, ...] = (3, 5, 7)
    """Days from one failed attempt at an invoice to the next."""
    after_last_attempt: str = "cancel"
    """What becomes of a subscription when the last attempt failed: `cancel`, `unpaid` or `past_due`."""
    dispute_fee: int = 1500
    """In minor units; not given back when the dispute is won."""
    newsroom: str = "The newsroom"
    """The name on the hosted pages."""


@dataclass
class Endpoint:
    """Where webhooks go: a URL, or in tests a function that takes the body and the headers and answers a status."""

    secret: str
    url: str = ""
    send: Callable[[bytes, dict[str, str]], int] | None = None
    events: tuple[str, ...] = ("*",)


Task = Callable[["Account", str], None]
TASKS: dict[str, Task] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Name what is done when something is due."""

    def keep(function: Task) -> Task:
        TASKS[name] = function
        return function

    return keep


@dataclass
class Account:
    """The state all requests share. Work in `with account.turn():`: one transaction, one thread at a time."""

    store: Store
    clock: Clock
    origin: str = "http://stripe.test"
    habits: Habits = field(default_factory=Habits)
    endpoints: list[Endpoint] = field(default_factory=list)
    salt: str = ""
    request: tuple[str | None, str | None] = (None, None)
    """The id and the idempotency key of the request being carried out; none while the clock works."""
    on_event: Callable[[Object], None] = lambda event: None
    """Told of each event; the deliveries are made of them."""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._made: int = self.store.setting("made", 0)
        state = self.store.setting("clock")
        if state is not None:
            self.clock.restore(state)
        self.salt = self.store.setting("salt") or self.salt or secrets.token_hex(8)
        self.store.put_setting("salt", self.salt)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One transaction, begun with what has become due in the meantime."""
        with self.lock, self.store.transaction():
            before = self._made
            self.catch_up()
            yield
            if self._made != before:
                self.store.put_setting("made", self._made)

    def now(self) -> int:
        return self.clock.now()

    def new_id(self, prefix: str, length: int = 24) -> str:
        """An id that looks like Stripe's and is never made twice."""
        self._made += 1
        digest = hashlib.blake2b(f"{self.salt}{self._made}".encode(), digest_size=45).digest()
        return prefix + b64encode(digest, b"Aa")[:length].decode()

    # Time

    def catch_up(self) -> None:
        """Do what has become due, in order, each at its own moment."""
        now = self.now()
        while (work := self.store.next_due(now)) is not None:
            name, object_id, at = work
            with self.clock.at(at):
                TASKS[name](self, object_id)

    def advance(self, moment: int) -> None:
        """Move the clock; on the way everything happens that was to happen."""
        with self.turn():
            now = self.now()
            while (work := self.store.next_due(max(moment, now))) is not None:
                name, object_id, at = work
                self.clock.move_to(at)
                TASKS[name](self, object_id)
            self.clock.move_to(moment)
            self.store.put_setting("clock", self.clock.state())

    # Objects

    def find(self, kind: str, id_: str, param: str = "id") -> Object:
        """The object with this id, or Stripe's answer that there is none."""
        found = self.store.get(id_, kind)
        if found is None:
            raise no_such(kind.replace(".", " ").replace("_", " "), id_, param)
        return found

    def change(self, object_: Object, event: str | None = None, **changes: Any) -> Object:
        """Set fields, keep the object, and tell of it with what the fields were before."""
        previous = {
            name: object_.get(name)
            for name, value in changes.items()
            if not name.startswith("_") and object_.get(name) != value
        }
        object_.update(changes)
        self.store.save(object_)
        if event is not None and (previous or not event.endswith(".updated")):
            self.emit(event, object_, previous if event.endswith(".updated") else None)
        return object_

    def emit(self, type_: str, object_: Object, previous: dict[str, Any] | None = None) -> Object:
        """Record an event with the object as it is now."""
        data: dict[str, Any] = {"object": public(object_)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": self.new_id("evt_"),
            "object": "event",
            "api_version": self.version,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": len(self.endpoints),
            "request": {"id": self.request[0], "idempotency_key": self.request[1]},
            "type": type_,
        }
        self.store.add(event)
        self.on_event(event)
        return event

    @property
    def version(self) -> str:
        from stripe._api_version import _ApiVersion

        return _ApiVersion.CURRENT
