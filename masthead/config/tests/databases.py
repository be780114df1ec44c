"""Test databases in a second: all migrations run once into a template, each test process starts from a copy of it.

The template's name holds a digest of every migration, so that a new migration makes a new template.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection, connections

from masthead.config.env import REPOSITORY
from masthead.config.preparation import migration_files

CACHE = REPOSITORY / "var" / "test"


def digest() -> str:
    """A short name for the tables as the migrations on disk make them."""
    parts = hashlib.sha256()
    for path in migration_files():
        parts.update(path.name.encode())
        parts.update(path.read_bytes())
    parts.update(",".join(code for code, _name in settings.LANGUAGES).encode())
    return parts.hexdigest()[:12]


def put_in_place() -> None:
    """Make the test database of this process from the template, making the template first if there is none."""
    if connection.vendor == "sqlite":
        copy_file(Path(str(settings.DATABASES["default"]["TEST"]["NAME"])))
    else:
        with _lock():
            _copy_database()


def restore(_test: object = None) -> None:
    """After a test that committed: the database as migrations made it, root page and all, instead of empty tables."""
    from django.core.cache import cache

    connections.close_all()
    put_in_place()
    cache.clear()


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """One process at a time makes a template; the others wait and copy it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_file(target: Path) -> None:
    """Put a migrated SQLite database at `target`: for this process, or for a newsroom a test starts."""
    template = CACHE / f"template-{digest()}.sqlite3"
    target.parent.mkdir(parents=True, exist_ok=True)
    with _lock():
        if not template.exists():
            for old in CACHE.glob("template-*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory() as folder:
                _migrate(f"sqlite:///{folder}/fresh.sqlite3")
                shutil.copyfile(f"{folder}/fresh.sqlite3", template)
        # A new file beside and then in its place: whoever still has the old one open keeps the old one.
        fresh = target.with_name(f"{target.name}.fresh")
        shutil.copyfile(template, fresh)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    fresh.replace(target)


def _copy_database() -> None:
    template, target = f"masthead_template_{digest()}", _test_name()
    maintenance: Any = connection._nodb_cursor
    with maintenance() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        missing = cursor.fetchone() is None
        if missing:
            cursor.execute(f'CREATE DATABASE "{template}_new"')
    if missing:
        _migrate(_address(f"{template}_new"))
    with maintenance() as cursor:
        if missing:
            cursor.execute(f'ALTER DATABASE "{template}_new" RENAME TO "{template}"')
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{template}"')


@lru_cache(maxsize=1)
def _test_name() -> str:
    # Once, before the first test: from then on Django has the test database's own name in the settings.
    return str(settings.DATABASES["default"]["TEST"].get("NAME") or "test_" + settings.DATABASES["default"]["NAME"])


def _address(name: str) -> str:
    config = settings.DATABASES["default"]
    who = quote(config["USER"], safe="") + (f":{quote(config['PASSWORD'], safe='')}" if config["PASSWORD"] else "")
    host = quote(config["HOST"], safe="") if config["HOST"].startswith("/") else config["HOST"]
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f"postgresql://{who}{'@' if who else ''}{host}{port}/{name}"


def _migrate(url: str) -> None:
    with tempfile.TemporaryDirectory() as data:
        environ = {**os.environ, "DATABASE_URL": url, "MASTHEAD_DATA": data}
        command = [sys.executable, "-m", "masthead", "migrate", "--verbosity=0", "--skip-checks"]
        subprocess.run(command, check=True, env=environ, cwd=REPOSITORY)
