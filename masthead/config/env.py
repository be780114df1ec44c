"""The environment, typed: every setting Masthead reads, with a safe default and a clear word when it is wrong."""

from __future__ import annotations

import errno
import os
import re
import sys
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from masthead.lib.keys import secret_from

_CREDENTIALS = re.compile(r"//[^/@]*@")  # a password has no place in a message

DOUBLES_KEY = "sk_test_double"  # opens our double of Stripe, and nothing else anywhere

REPOSITORY = Path(__file__).resolve().parents[2]


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _absolute(value: object) -> object:
    return Path(value).expanduser().absolute() if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(_comma_separated)]
Folder = Annotated[Path, BeforeValidator(_absolute)]


class Environment(BaseModel):
    """What a newsroom may set. Names are those of the environment variables, in `docs/reference/settings.md`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    data: Folder = Field(REPOSITORY / "var", alias="MASTHEAD_DATA")
    host: str = Field("127.0.0.1", alias="MASTHEAD_HOST")
    port: int = Field(8000, alias="PORT", ge=1, le=65535)
    base_url: str = Field("", alias="MASTHEAD_BASE_URL")
    allowed_hosts: Words = Field(default_factory=list, alias="MASTHEAD_ALLOWED_HOSTS")
    database_url: str = Field("", alias="DATABASE_URL")
    secret_key: str = Field("", alias="MASTHEAD_SECRET_KEY")
    debug: bool = Field(False, alias="MASTHEAD_DEBUG")
    demo: bool = Field(False, alias="MASTHEAD_DEMO")
    second_factor: bool | None = Field(None, alias="MASTHEAD_SECOND_FACTOR")
    time_zone: str = Field("", alias="MASTHEAD_TIME_ZONE")
    languages: Words = Field(default_factory=lambda: ["en", "uk"], alias="MASTHEAD_LANGUAGES")
    web_workers: int = Field(2, alias="MASTHEAD_WEB_WORKERS", ge=1, le=64)
    django_threads: int = Field(4, alias="MASTHEAD_DJANGO_THREADS", ge=1, le=64)
    page_cache_mib: int = Field(32, alias="MASTHEAD_PAGE_CACHE_MIB", ge=1, le=4096)
    sweep: int = Field(200, alias="MASTHEAD_SWEEP", ge=0)
    upload_mib: int = Field(20, alias="MASTHEAD_UPLOAD_MIB", ge=1, le=1024)
    trusted_proxies: Words = Field(default_factory=list, alias="MASTHEAD_TRUSTED_PROXIES")
    log_format: str = Field("line", alias="MASTHEAD_LOG_FORMAT", pattern="^(line|json)$")
    log_requests: bool = Field(True, alias="MASTHEAD_LOG_REQUESTS")
    email_url: str = Field("", alias="MASTHEAD_EMAIL_URL")
    stripe_key: str = Field("", alias="MASTHEAD_STRIPE_KEY", pattern=r"^((sk|rk)_(test|live)_\w+)?$")
    stripe_webhook_secrets: Words = Field(default_factory=list, alias="MASTHEAD_STRIPE_WEBHOOK_SECRETS")
    stripe_double_port: int = Field(0, alias="MASTHEAD_STRIPE_DOUBLE_PORT", ge=0, le=65535)
    demo_supporters: bool = Field(True, alias="MASTHEAD_DEMO_SUPPORTERS")
    bank_account: str = Field("", alias="MASTHEAD_BANK_ACCOUNT", max_length=1000)

    @field_validator("base_url")
    @classmethod
    def _base_url_is_an_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("must be an origin such as https://news.example, without a path")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("time_zone")
    @classmethod
    def _time_zone_exists(cls, value: str) -> str:
        if value and value not in zoneinfo.available_timezones():
            raise ValueError("is no time zone; write one such as Europe/Kyiv")
        return value

    @field_validator("languages")
    @classmethod
    def _languages_are_known(cls, value: list[str]) -> list[str]:
        from django.conf.locale import LANG_INFO

        unknown = [code for code in value if code not in LANG_INFO]
        if unknown or not value:
            raise ValueError(f"names no language Django knows: {', '.join(unknown) or 'nothing given'}")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_one_of_two(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
            raise ValueError("must begin with postgresql:// or sqlite://")
        return value

    @field_validator("email_url")
    @classmethod
    def _mail_goes_somewhere_known(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"smtp", "smtps", "file"} or (parts.scheme != "file" and not parts.hostname)):
            raise ValueError("must be smtp://name:password@host:587?tls=1, smtps://…:465 or file:///folder")
        return value

    @property
    def origin(self) -> str:
        """The public origin, without a trailing slash."""
        return self.base_url or f"http://127.0.0.1:{self.port}"

    @property
    def zone(self) -> str:
        """The newsroom's time zone; the demo's invented town keeps Kyiv's time."""
        return self.time_zone or ("Europe/Kyiv" if self.demo else "UTC")

    @property
    def needs_second_factor(self) -> bool:
        """Staff need a second factor unless told otherwise, except in the demo."""
        return (not self.demo) if self.second_factor is None else self.second_factor

    @property
    def hosts(self) -> list[str]:
        """Host names that are answered: the public one, those given, and loopback."""
        own = urlsplit(self.origin).hostname or "127.0.0.1"
        return sorted({own, "127.0.0.1", "localhost", "[::1]", *self.allowed_hosts})

    @property
    def is_sqlite(self) -> bool:
        """Whether the one database is a SQLite file."""
        return not self.database_url or urlsplit(self.database_url).scheme == "sqlite"

    @property
    def uses_stripe_double(self) -> bool:
        """Whether the checkout runs against our double of Stripe: in a demo without a key, or by the double's own."""
        return self.stripe_key == DOUBLES_KEY or (self.demo and not self.stripe_key)

    @property
    def double_port(self) -> int:
        """Where the double listens, on loopback: beside the newsroom unless told otherwise."""
        return self.stripe_double_port or (self.port + 1 if self.port < 65535 else self.port - 1)

    def email(self) -> dict[str, Any]:
        """Django's mail settings: files under the data folder unless MASTHEAD_EMAIL_URL names a server."""
        parts = urlsplit(self.email_url)
        if parts.scheme not in {"smtp", "smtps"}:
            folder = Path(unquote(parts.path)) if parts.path else self.data / "mail"
            return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
        options = dict(parse_qsl(parts.query))
        encrypted = parts.scheme == "smtps"
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_FILE_PATH": None,
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if encrypted else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": encrypted,
            "EMAIL_USE_TLS": not encrypted and options.get("tls", "1") not in {"0", "false", "no"},
            "EMAIL_TIMEOUT": 20,
        }

    def database(self) -> dict[str, Any]:
        """Django's settings for the one database: SQLite under the data folder, or what DATABASE_URL says."""
        config: dict[str, Any] = dict(
            dj_database_url.parse(self.database_url or f"sqlite:///{self.data}/masthead.sqlite3")
        )
        if self.is_sqlite:
            config["OPTIONS"] = {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
                    "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
                ),
            }
        else:
            config["CONN_MAX_AGE"] = 60
            config["CONN_HEALTH_CHECKS"] = True
        return config


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0])
    given = _CREDENTIALS.sub("//…@", str(first.get("input")))
    message = first["msg"].removeprefix("Value error, ")
    shown = "…" if name.endswith(("_KEY", "_SECRETS")) else given
    return f"{name}={shown!r}: {message}"


def _end(words: str) -> NoReturn:
    print(f"masthead: {words}", file=sys.stderr)
    raise SystemExit(2)


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """Read the environment. A bad value ends the process with one line and exit code 2."""
    source = os.environ if environ is None else environ
    aliases = {field.alias for field in Environment.model_fields.values() if field.alias}
    given = {name: value for name, value in source.items() if name in aliases and value.strip()}
    try:
        return Environment.model_validate(given)
    except ValidationError as error:
        _end(_sentence(error))


def secret_key(env: Environment) -> str:
    """The newsroom's secret, made on first use. A data folder that can't be written ends the process likewise."""
    try:
        env.data.mkdir(parents=True, exist_ok=True)
        if not os.access(env.data, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return env.secret_key or secret_from(env.data / "keys" / "secret")
    except OSError as error:
        _end(f"MASTHEAD_DATA={str(env.data)!r}: can't be written ({error.strerror})")
