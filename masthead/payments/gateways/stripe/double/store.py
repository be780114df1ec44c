"""Everything the double knows, in one SQLite file or in memory: objects by id, what is due when, answers by key.

An object is the dictionary Stripe would send; keys that begin with "_" are the double's own and never leave it. Within
a transaction each object is loaded once, so whoever changes it changes it for all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Object = dict[str, Any]
Row = tuple[Any, ...]
ENCODE = json.JSONEncoder(separators=(",", ":")).encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_by_age ON object (kind, created, seq);
CREATE TABLE IF NOT EXISTS link (
  kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, created INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (kind, name, value, created, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS due (
  task TEXT NOT NULL, object TEXT NOT NULL, at INTEGER NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY (task, object));
CREATE INDEX IF NOT EXISTS due_by_time ON due (at, turn);
CREATE TABLE IF NOT EXISTS answer (
  key TEXT PRIMARY KEY, asked TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
  created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY, event TEXT NOT NULL, type TEXT NOT NULL, endpoint INTEGER NOT NULL, at INTEGER NOT NULL,
  turn REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery (state, at, turn);
CREATE INDEX IF NOT EXISTS delivery_of_event ON delivery (event);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# By these an object is found in a long list at once; other fields are compared one by one.
LINKS: dict[str, tuple[str, ...]] = {
    "balance_transaction": ("source", "type", "currency"),
    "charge": ("payment_intent", "customer"),
    "checkout.session": ("payment_intent", "subscription", "customer"),
    "dispute": ("charge", "payment_intent"),
    "event": ("type",),
    "invoice": ("customer", "subscription"),
    "invoice_payment": ("invoice", "payment_intent"),
    "payment_intent": ("customer",),
    "payment_method": ("customer",),
    "price": ("product", "lookup_key"),
    "refund": ("charge", "payment_intent"),
    "subscription": ("customer",),
}


def written(object_: Object) -> str:
    """An object as it stands in the table."""
    return ENCODE(object_)


class Store:
    """One connection, used by one thread at a time; the account's lock sees to that."""

    def __init__(self, path: str = ":memory:") -> None:
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA page_size = 16384")
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(SCHEMA)
        self._loaded: dict[str, Object] = {}
        self._changed: dict[str, Object] = {}

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.flush()
        except BaseException:
            self._forget()
            self.connection.execute("ROLLBACK")
            raise
        self._forget()
        self.connection.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All or nothing, within a transaction."""
        self.flush()
        self.connection.execute("SAVEPOINT step")
        try:
            yield
            self.flush()
        except BaseException:
            self._forget()
            self.connection.execute("ROLLBACK TO step")
            self.connection.execute("RELEASE step")
            raise
        self.connection.execute("RELEASE step")

    def _forget(self) -> None:
        self._loaded.clear()
        self._changed.clear()

    # Objects

    def add(self, object_: Object) -> Object:
        """Keep a new object."""
        row = (object_["id"], object_["object"], object_["created"], written(object_))
        cursor = self.connection.execute("INSERT INTO object (id, kind, created, body) VALUES (?, ?, ?, ?)", row)
        self._loaded[object_["id"]] = object_
        self._link(object_, cursor.lastrowid or 0)
        return object_

    def save(self, object_: Object) -> Object:
        """Keep what was changed; it is written when the transaction ends or a list is asked for."""
        self._loaded[object_["id"]] = object_
        self._changed[object_["id"]] = object_
        return object_

    def flush(self) -> None:
        for object_ in self._changed.values():
            seq, before = self.connection.execute(
                "SELECT seq, body FROM object WHERE id = ?", (object_["id"],)
            ).fetchone()
            body = written(object_)
            if body == before:
                continue
            self.connection.execute("UPDATE object SET body = ? WHERE seq = ?", (body, seq))
            if links_of(object_) != links_of(json.loads(before)):
                self.connection.execute("DELETE FROM link WHERE seq = ? AND kind = ?", (seq, object_["object"]))
                self._link(object_, seq)
        self._changed.clear()

    def _link(self, object_: Object, seq: int) -> None:
        rows = [(object_["object"], name, value, object_["created"], seq) for name, value in links_of(object_)]
        self.connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?)", rows)

    def get(self, id_: str, kind: str | None = None) -> Object | None:
        """The object with this id, if there is one and it is of this kind."""
        found = self._loaded.get(id_)
        if found is None:
            row = self.connection.execute("SELECT body FROM object WHERE id = ?", (id_,)).fetchone()
            if row is None:
                return None
            found = self._loaded[id_] = json.loads(row[0])
        return found if kind is None or found["object"] == kind else None

    def preload(self, ids: Iterable[str]) -> None:
        """Fetch many at once, so that `get` has them."""
        wanted = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._loaded]
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ",".join("?" * len(some))
            rows = self.connection.execute(f"SELECT id, body FROM object WHERE id IN ({marks})", some)  # noqa: S608 (only marks)
            self._loaded.update((id_, json.loads(body)) for id_, body in rows)

    def remove(self, object_: Object) -> None:
        self.flush()
        self._loaded.pop(object_["id"], None)
        row = self.connection.execute("SELECT seq FROM object WHERE id = ?", (object_["id"],)).fetchone()
        self.connection.execute("DELETE FROM link WHERE seq = ? AND kind = ?", (row[0], object_["object"]))
        self.connection.execute("DELETE FROM object WHERE seq = ?", (row[0],))

    def every(self, kind: str, **links: str) -> list[Object]:
        """All objects of a kind, oldest first, perhaps only those with one link."""
        self.flush()
        if links:
            [(name, value)] = links.items()
            rows = self.connection.execute(
                "SELECT object.id, body FROM link JOIN object USING (seq) WHERE link.kind = ? AND name = ? AND "
                "value = ?"
                " ORDER BY link.created, link.seq",
                (kind, name, value),
            )
        else:
            rows = self.connection.execute("SELECT id, body FROM object WHERE kind = ? ORDER BY created, seq", (kind,))
        return [self._loaded.setdefault(id_, json.loads(body)) for id_, body in rows.fetchall()]

    # Many at once

    def last_seq(self) -> int:
        row = self.connection.execute("SELECT ifnull(max(seq), 0) FROM object").fetchone()
        return int(row[0])

    def add_rows(self, objects: list[Row], links: list[Row]) -> None:
        """Rows as they stand in the tables."""
        self.connection.executemany("INSERT INTO object VALUES (?, ?, ?, ?, ?)", objects)
        self.connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?)", links)

    # Settings

    def setting(self, name: str, otherwise: Any = None) -> Any:
        row = self.connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return otherwise if row is None else json.loads(row[0])

    def put_setting(self, name: str, value: Any) -> None:
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    # Work that is due

    def schedule(self, task: str, object_id: str, at: int) -> None:
        """One task an object: a later call moves it."""
        self.connection.execute(
            "INSERT OR REPLACE INTO due VALUES (?, ?, ?, (SELECT ifnull(max(turn), 0) + 1 FROM due))",
            (task, object_id, at),
        )

    def unschedule(self, task: str, object_id: str) -> None:
        self.connection.execute("DELETE FROM due WHERE task = ? AND object = ?", (task, object_id))

    def next_due(self, until: int) -> tuple[str, str, int] | None:
        """Take the earliest work that is due by then."""
        row: tuple[str, str, int] | None = self.connection.execute(
            "SELECT task, object, at FROM due WHERE at <= ? ORDER BY at, turn LIMIT 1", (until,)
        ).fetchone()
        if row is not None:
            self.unschedule(row[0], row[1])
        return row


def links_of(object_: Object) -> list[tuple[str, str]]:
    """By what an object is found: names and values."""
    found = []
    for name in LINKS.get(object_["object"], ()):
        value = object_.get(name)
        if value is None:
            value = object_.get("_" + name)
        if value is not None:
            found.append((name, str(value)))
    return found
