"""The deployment doctor: looks at one thing after another and says of each whether it is well, and how to mend it.

Each examination is a function that takes nothing and gives one Finding. Not here: how findings are shown (`check`).
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import to_locale

from masthead.config.env import Environment
from masthead.mail.models import Letter

LITTLE_SPACE = 2 * 1024**3  # bytes left, below which the doctor mentions it
NO_SPACE = 300 * 1024**2  # bytes left, below which the press may soon fail
LATE = timedelta(minutes=2)  # a letter due for so long isn't being posted
OLDEST_SQLITE = (3, 37, 0)
OLDEST_POSTGRES = 140000  # as server_version_num says it: what Django 5.2 supports


class State(StrEnum):
    """How a thing is: nothing to do, worth knowing, or wrong."""

    WELL = "well"
    NOTE = "note"
    MEND = "mend"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what mends it."""

    about: str
    state: State
    says: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {name: str(value) for name, value in asdict(self).items()}


def well(about: str, says: str) -> Finding:
    """Nothing to do."""
    return Finding(about, State.WELL, says)


def note(about: str, says: str, mend: str) -> Finding:
    """Worth knowing; the newsroom runs well without it being changed."""
    return Finding(about, State.NOTE, says, mend)


def wrong(about: str, says: str, mend: str) -> Finding:
    """Must be mended."""
    return Finding(about, State.MEND, says, mend)


def is_public() -> bool:
    """Whether the newsroom says that it has an address others can reach."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def data_folder() -> Finding:
    """The one folder must be ours to write."""
    folder = Path(settings.DATA_DIR)
    probe = folder / f".doctor.{os.getpid()}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return wrong("data folder", f"{folder} can't be written: {error.strerror}", f"chown it to {_user()}")
    return well("data folder", f"{folder} can be written")


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def disk_space() -> Finding:
    """A full disk keeps the old pages up, but nothing new comes out."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    says = f"{free / 1024**3:.1f} GiB free"
    if free < NO_SPACE:
        return wrong("disk space", says, "free some: pages can't be pressed on a full disk")
    return note("disk space", says, "plan for more") if free < LITTLE_SPACE else well("disk space", says)


def payments() -> Finding:
    """Readers can pay, and we hear of it."""
    if settings.STRIPE_DOUBLE_PORT:
        return note("payments", "the demo's double of Stripe: no money moves", "see docs/guide/take-payments.md")
    if settings.STRIPE_KEY and not settings.STRIPE_WEBHOOK_SECRETS:
        return wrong(
            "payments",
            "Stripe can't tell us of payments: MASTHEAD_STRIPE_WEBHOOK_SECRETS is empty",
            "make an endpoint for /payments/stripe/webhook at Stripe and set its secret",
        )
    if settings.STRIPE_KEY and "_live_" in settings.STRIPE_KEY and not settings.HTTPS:
        return wrong("payments", "live payments without https", "set MASTHEAD_BASE_URL to https://…")
    ways = [name for name, there in (("card", settings.STRIPE_KEY), ("bank transfer", settings.BANK_ACCOUNT)) if there]
    if not ways:
        return note("payments", "readers can't pay", "see docs/guide/take-payments.md")
    return well("payments", f"readers pay by {' and '.join(ways)}")


def secret_key() -> Finding:
    """Sessions are signed with it: nobody else may read it."""
    if settings.ENVIRONMENT.secret_key:
        if len(settings.SECRET_KEY) < 50:
            return wrong("secret key", "MASTHEAD_SECRET_KEY is shorter than 50 characters", "make a longer one")
        return well("secret key", "from MASTHEAD_SECRET_KEY")
    path = Path(settings.DATA_DIR) / "keys" / "secret"
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return wrong("secret key", f"others on this machine can read {path} (mode {mode:o})", f"chmod 600 {path}")
    return well("secret key", "in a file only its owner reads")


def debug() -> Finding:
    """Debugging shows settings and code to whoever makes an error happen."""
    if not settings.DEBUG:
        return well("debugging", "off")
    make = wrong if is_public() else note
    return make("debugging", "on: every error shows code and settings", "unset MASTHEAD_DEBUG")


def address() -> Finding:
    """The public address, in feeds, canonical links and mails."""
    url = settings.BASE_URL
    if not is_public():
        return note("public address", f"{url}: this machine alone", "set MASTHEAD_BASE_URL to https://your.address")
    if not settings.HTTPS:
        return wrong(
            "public address", f"{url} is not encrypted", "put TLS before it, then write https:// in MASTHEAD_BASE_URL"
        )
    return well(
        "public address", f"{url}, browsers told to insist on https for {settings.SECURE_HSTS_SECONDS // 86400} days"
    )


def proxies() -> Finding:
    """Behind TLS the scheme comes from the proxy, which must be named."""
    if settings.HTTPS and not settings.ENVIRONMENT.trusted_proxies:
        return wrong(
            "proxy", "https, but no proxy is trusted to say so", "set MASTHEAD_TRUSTED_PROXIES, e.g. 127.0.0.1"
        )
    return well("proxy", ", ".join(settings.ENVIRONMENT.trusted_proxies) or "none, and none needed")


def hosts() -> Finding:
    """Only these names are answered."""
    if "*" in settings.ALLOWED_HOSTS and is_public():
        return wrong("host names", "any name is answered", "name them in MASTHEAD_ALLOWED_HOSTS")
    return well("host names", ", ".join(settings.ALLOWED_HOSTS))


def second_factor() -> Finding:
    """A stolen password alone must not open the desk."""
    if settings.STAFF_NEED_SECOND_FACTOR:
        return well("second factor", "required of staff")
    make = wrong if is_public() else note
    return make("second factor", "not required of staff", "unset MASTHEAD_SECOND_FACTOR and MASTHEAD_DEMO")


def demo() -> Finding:
    """The demo's passwords are known to everyone."""
    if settings.DEMO and is_public():
        return wrong(
            "demo", "the demo's accounts have known passwords", "run with MASTHEAD_DEMO=0 on a data folder of your own"
        )
    return well("demo", "on, on this machine alone" if settings.DEMO else "off")


def database() -> Finding:
    """One of the two we test on, of an age we test on, set up as we rely on."""
    try:
        with connection.cursor() as cursor:
            return _sqlite(cursor) if connection.vendor == "sqlite" else _postgres(cursor)
    except DatabaseError as error:
        return wrong("database", f"does not answer: {str(error).splitlines()[0]}", "start it, or correct DATABASE_URL")


def _sqlite(cursor: Any) -> Finding:
    cursor.execute("PRAGMA journal_mode")
    mode = cursor.fetchone()[0]
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        return wrong("database", f"SQLite {sqlite3.sqlite_version}", f"Python needs SQLite {oldest} or newer")
    if mode != "wal":
        mend = "move MASTHEAD_DATA to a local disk: network file systems can't do write-ahead logging"
        return wrong("database", f"SQLite in {mode} mode: readers and writers block each other", mend)
    return well("database", f"SQLite {sqlite3.sqlite_version}, write-ahead logging")


def _postgres(cursor: Any) -> Finding:
    cursor.execute("SHOW server_version_num")
    version = int(cursor.fetchone()[0])
    says = f"PostgreSQL {version // 10000}.{version % 10000}"
    if version < OLDEST_POSTGRES:
        return wrong("database", says, f"upgrade to PostgreSQL {OLDEST_POSTGRES // 10000} or newer")
    return well("database", says)


def migrations() -> Finding:
    """Tables as this version wants them."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return wrong("tables", "can't be read", "mend the database first")
    if waiting:
        return wrong("tables", f"{len(waiting)} migrations are not applied", "masthead prepare")
    return well("tables", "every migration is applied")


def variables() -> Finding:
    """A misspelt variable is silently a default."""
    known = [field.alias for field in Environment.model_fields.values() if field.alias]
    unknown = [name for name in sorted(os.environ) if name.startswith("MASTHEAD_") and name not in known]
    unknown = [name for name in unknown if not name.startswith("MASTHEAD_TEST_")]
    if not unknown:
        return well("variables", "every MASTHEAD_ variable is known")
    guesses = {name: difflib.get_close_matches(name, known, n=1) for name in unknown}
    words = [f"{name} (did you mean {close[0]}?)" if close else name for name, close in guesses.items()]
    return wrong("variables", "unknown: " + ", ".join(words), "correct or unset; docs/reference/settings.md lists all")


def time_zone() -> Finding:
    """Readers are shown times in it."""
    if settings.ENVIRONMENT.time_zone or settings.DEMO:
        return well("time zone", settings.TIME_ZONE)
    return note("time zone", "UTC, for want of another", "set MASTHEAD_TIME_ZONE, e.g. Europe/Kyiv")


def mail() -> Finding:
    """Staff who forgot a password wait for a mail."""
    if settings.ENVIRONMENT.email_url.startswith("smtp"):
        return well("mail", f"through {settings.EMAIL_HOST} port {settings.EMAIL_PORT}")
    make = wrong if is_public() else note
    return make("mail", f"is written to {settings.EMAIL_FILE_PATH}, not sent", "set MASTHEAD_EMAIL_URL=smtp://…")


def letters() -> Finding:
    """Letters that nobody knows to have arrived, and those that don't get out."""
    try:
        waiting_for_a_person = Letter.objects.undecided().count()
        then = timezone.now() - LATE
        late = Letter.objects.due(then).filter(written_at__lte=then).count()
    except DatabaseError:
        return wrong("letters", "can't be read", "mend the database first")
    if late:
        return wrong("letters", f"{late} should have gone out by now", "is Masthead running? else see the mail server")
    if waiting_for_a_person:
        return note("letters", f"{waiting_for_a_person} failed or are in doubt", "decide on them at /desk/mailbox/")
    return well("letters", "none waits for longer than it should")


def compression() -> Finding:
    """The variants every page is pressed in."""
    missing = []
    for name in ("brotli", "zstandard"):
        try:
            __import__(name)
        except ImportError:
            missing.append(name)
    if missing:
        return wrong("compression", f"{', '.join(missing)} can't be imported", f"pip install {' '.join(missing)}")
    return well("compression", "gzip, Brotli and Zstandard")


def snapshots() -> Finding:
    """One rename makes a new page public; a rename can't cross file systems."""
    root, data = Path(settings.PRESS_ROOT), Path(settings.DATA_DIR)
    folders = [root, *(path for path in root.glob("*") if path.is_dir() and not path.is_symlink())]
    if not root.exists():
        return note("snapshots", f"{root} is not there yet", "masthead prepare")
    devices = {path.stat().st_dev for path in folders}
    if len(devices) > 1:
        return wrong("snapshots", f"{root} spreads over several file systems", "mount one file system at its root")
    where = "with the data" if root.stat().st_dev == data.stat().st_dev else "on a file system of their own"
    return well("snapshots", f"{root}, {where}")


def static_files() -> Finding:
    """Styles and scripts under the names that pages ask for."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if settings.DEBUG or manifest.exists():
        return well("static files", "gathered")
    return wrong("static files", "not gathered", "masthead prepare")


def catalogues() -> Finding:
    """Readers' strings in every language the newsroom publishes in."""
    codes = [code for code, _name in settings.LANGUAGES if code != "en"]
    missing = [code for code in codes if not _has_catalogue(code)]
    if missing:
        says = f"no catalogue for {', '.join(missing)}: the words around those stories stay English"
        return note("languages", says, "make messages")
    return well("languages", ", ".join(code for code, _name in settings.LANGUAGES))


def _has_catalogue(code: str) -> bool:
    name = Path(to_locale(code)) / "LC_MESSAGES" / "django.mo"
    return any((Path(folder) / name).exists() for folder in settings.LOCALE_PATHS)


def workers() -> Finding:
    """More web workers than processors only take memory."""
    count, processors = settings.ENVIRONMENT.web_workers, os.cpu_count() or 1
    says = f"{count} web workers on {processors} processors"
    return (
        note("workers", says, f"set MASTHEAD_WEB_WORKERS={processors}") if count > processors else well("workers", says)
    )


def django() -> Finding:
    """What Django and Wagtail find themselves."""
    found = [message for message in checks.run_checks() if not message.is_silenced()]
    serious = [message for message in found if message.is_serious()]
    if serious:
        return wrong("Django", "; ".join(str(message.msg) for message in serious), "see masthead check --tag")
    if found:
        return note("Django", "; ".join(str(message.msg) for message in found), found[0].hint or "see the message")
    return well("Django", "its own checks found nothing")


EXAMINATIONS: tuple[Callable[[], Finding], ...] = (
    data_folder, disk_space, secret_key, payments, variables, debug, address, proxies, hosts, second_factor, demo,
    database, migrations, time_zone, mail, letters, compression, snapshots, static_files, catalogues, workers, django,
)  # fmt: skip


def examine() -> list[Finding]:
    """Look at everything. What fails to be looked at is itself a finding."""
    found = []
    for examination in EXAMINATIONS:
        try:
            found.append(examination())
        except Exception as error:  # one broken thing must not hide the others
            name = examination.__name__.replace("_", " ")
            found.append(wrong(name, f"could not be examined: {type(error).__name__}: {error}", "report this"))
    return found
