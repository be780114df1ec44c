"""Settings from the environment: typed, documented, and one clear line with exit code 2 for a bad value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from masthead.config import env as environment
from masthead.config.env import REPOSITORY, Environment
from masthead.config.tests.newsroom import masthead

BAD = {
    "PORT": ("abc", "integer"),
    "MASTHEAD_TIME_ZONE": ("Mars/Base", "is no time zone"),
    "DATABASE_URL": ("mysql://who:secret@host/db", "must begin with postgresql:// or sqlite://"),
    "MASTHEAD_BASE_URL": ("https://paper.example/blog", "without a path"),
    "MASTHEAD_LANGUAGES": ("en,tlh", "tlh"),
    "MASTHEAD_WEB_WORKERS": ("0", "greater than or equal to 1"),
    "MASTHEAD_LOG_FORMAT": ("xml", "line|json"),
    "MASTHEAD_DEMO": ("perhaps", "boolean"),
    "MASTHEAD_STRIPE_KEY": ("pk_live_secret", "match pattern"),
    "MASTHEAD_EMAIL_URL": ("pigeon://loft", "must be smtp://"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_one_line_and_exit_code_2(name: str, tmp_path: Path) -> None:
    value, words = BAD[name]
    ended = masthead("check", data=tmp_path, **{name: value})
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stderr.startswith(f"masthead: {name}=")
    assert words in ended.stderr
    assert "secret" not in ended.stderr


def test_a_data_folder_that_cannot_be_written_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    ended = masthead("run", data=tmp_path / "file" / "data")
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "MASTHEAD_DATA=" in ended.stderr
    assert "can't be written" in ended.stderr


def documented() -> set[str]:
    """The variables in the first column of the reference's table."""
    text = (REPOSITORY / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


def test_the_reference_names_every_variable_and_no_other() -> None:
    assert documented() == {field.alias for field in Environment.model_fields.values()}


def test_defaults_are_safe() -> None:
    env = environment.read({})
    assert env.host == "127.0.0.1"
    assert env.needs_second_factor
    assert not env.debug
    assert env.is_sqlite
    assert env.origin == "http://127.0.0.1:8000"


def test_the_public_name_is_answered() -> None:
    env = environment.read(
        {"MASTHEAD_BASE_URL": "https://paper.example/", "MASTHEAD_ALLOWED_HOSTS": "www.paper.example"}
    )
    assert env.origin == "https://paper.example"
    assert {"paper.example", "www.paper.example", "127.0.0.1"} <= set(env.hosts)


def test_mail_goes_into_files_until_a_server_is_named(tmp_path: Path) -> None:
    email = environment.read({"MASTHEAD_DATA": str(tmp_path)}).email()
    assert email["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert email["EMAIL_FILE_PATH"] == tmp_path / "mail"


def test_a_mail_server_with_a_password_of_odd_characters() -> None:
    email = environment.read({"MASTHEAD_EMAIL_URL": "smtp://desk%40paper.example:p%3Ass@mail.example"}).email()
    assert email["EMAIL_HOST"] == "mail.example"
    assert email["EMAIL_PORT"] == 587
    assert email["EMAIL_HOST_USER"] == "desk@paper.example"
    assert email["EMAIL_HOST_PASSWORD"] == "p:ss"
    assert email["EMAIL_USE_TLS"]
    assert not email["EMAIL_USE_SSL"]


@pytest.mark.parametrize(
    ("url", "tls", "ssl", "port"), [("smtp://h:25?tls=0", False, False, 25), ("smtps://h", False, True, 465)]
)
def test_mail_servers_without_and_with_encryption_from_the_start(url: str, tls: bool, ssl: bool, port: int) -> None:
    email = environment.read({"MASTHEAD_EMAIL_URL": url}).email()
    assert (email["EMAIL_USE_TLS"], email["EMAIL_USE_SSL"], email["EMAIL_PORT"]) == (tls, ssl, port)


def test_postgresql_by_socket() -> None:
    database = environment.read({"DATABASE_URL": "postgresql://paper@%2Frun%2Fpostgresql/paper"}).database()
    assert database["ENGINE"].endswith("postgresql")
    assert database["HOST"] == "/run/postgresql"
