"""What must be true before a newsroom is served: folders, tables, static files, roles, and the demo's content.

Every step is skipped when a stamp in the data folder says that nothing has changed since it was last done, so that
a prepared machine starts at once.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from masthead.config import env as environment
from masthead.lib import statistics

Say = Callable[[str], None]
_MADE_OF = frozenset({".py", ".html", ".css", ".js", ".mo", ".toml"})


def prepare(say: Say) -> None:
    """Do what is needed, saying each step that takes time. Safe to repeat; raises what a step raises."""
    _make_folders()
    migrated = _step("tables", _tables_wanted, _migrate, say, "Preparing the database")
    _step("static", _static_wanted, _collect_static, say, "Gathering styles, scripts and pictures")
    _step("pages", _pages_wanted, _everything_is_stale, lambda words: None, "")
    if migrated:
        _prepare_roles()
    if settings.DEMO and not has_newsroom():
        say("Writing the demo newsroom (half a minute, once)")
        call_command("demo", without_supporters=True, stdout=io.StringIO())  # its sign-in is in the greeting
        say("Pressing its fronts")
        _press_fronts()
    _step("statistics", _order_of_size, lambda: statistics.learn(connection), lambda words: None, "")


def _order_of_size() -> str:
    """How many pages there are, by powers of two: what the planner knew of a tenth of them misleads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM wagtailcore_page")
        (newest,) = cursor.fetchone()
    return str(int(newest or 0).bit_length())


def _press_fronts() -> None:
    """The first visitor shouldn't wait for the pictures of the front to be cut."""
    from masthead.fronts.models import HomePage
    from masthead.press.pressing import press_page

    for front in HomePage.objects.live():
        press_page(front.public_path() or "/", "demo")


def _prepare_roles() -> None:
    from masthead.accounts.actions import prepare_roles

    prepare_roles()


def _make_folders() -> None:
    for folder in (settings.DATA_DIR, settings.PRESS_ROOT, settings.STATIC_ROOT, _stamps()):
        Path(folder).mkdir(parents=True, exist_ok=True)
    Path(settings.MEDIA_ROOT).mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_from_others()


def _keep_from_others() -> None:
    """What holds drafts, sessions, second factors and links to new passwords, no other user of the machine reads."""
    kept: list[Path] = []
    if mail := settings.ENVIRONMENT.email()["EMAIL_FILE_PATH"]:
        Path(mail).mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.append(Path(mail))
    if settings.ENVIRONMENT.is_sqlite:
        database = Path(settings.DATABASES["default"]["NAME"])
        # The files beside it, which SQLite makes itself, take their mode from it.
        database.touch(mode=0o600)
        kept += [database, *database.parent.glob(f"{database.name}-*")]
    for path in kept:
        mode = path.stat().st_mode
        if mode & 0o007:
            path.chmod(mode & ~0o007)


def _stamps() -> Path:
    return Path(settings.DATA_DIR) / "stamps"


def _step(name: str, wanted: Callable[[], str], work: Callable[[], None], say: Say, words: str) -> bool:
    """Do `work` unless its stamp already says what `wanted` says; True if it was done."""
    stamp = _stamps() / name
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted():
        return False
    start = time.monotonic()
    say(words)
    work()
    # Asked again: the work itself changes the answer (rows in the table of migrations).
    stamp.write_text(wanted(), encoding="ascii")
    say(f"{words}: done in {time.monotonic() - start:.1f} s")
    return True


def _digest(parts: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part}\n".encode())
    return digest.hexdigest()


def migration_files() -> list[Path]:
    """Every migration that ships with the installed apps, read from disk without importing any."""
    found: list[Path] = []
    for config in apps.get_app_configs():
        found += (Path(config.path) / "migrations").glob("[0-9]*.py")
    return sorted(found)


def _tables_wanted() -> str:
    """The migrations on disk and those applied: both must be as they were when the stamp was made."""
    files = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in migration_files()]
    return _digest([settings.DATABASES["default"]["ENGINE"], *files, _applied()])


def _applied() -> tuple[Any, ...]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*), MAX(id), MAX(applied) FROM django_migrations")
            return tuple(map(str, cursor.fetchone()))
    except DatabaseError:
        return ("none",)


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _static_wanted() -> str:
    """Name, size and time of every static file that would be gathered."""
    from django.contrib.staticfiles.finders import get_finders

    parts: list[object] = [settings.STATIC_ROOT, settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            parts.append((name, stat.st_size, stat.st_mtime_ns))
    parts.append(any(Path(settings.STATIC_ROOT).iterdir()))
    return _digest(parts)


def _collect_static() -> None:
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)


def _pages_wanted() -> str:
    """What every page is made of beside its content: code, templates, styles, and what the environment says of it."""
    folders = [environment.REPOSITORY / name for name in ("masthead", "templates", "static", "locale")]
    files = sorted(path for folder in folders for path in folder.rglob("*.[a-z]*") if "tests" not in path.parts)
    made_of = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.suffix in _MADE_OF]
    return _digest([settings.BASE_URL, settings.TIME_ZONE, settings.LANGUAGES, *made_of])


def _everything_is_stale() -> None:
    """Pages pressed by another release are served once more while they are pressed anew."""
    from masthead.press.folder import stamps
    from masthead.press.stamps import EVERYTHING

    stamps().bump([EVERYTHING], hard=False)


def has_newsroom() -> bool:
    """True once the database holds a newsroom: a home page that somebody or the demo made."""
    from masthead.fronts.models import HomePage

    return bool(HomePage.objects.exists())
