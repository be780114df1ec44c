"""The deployment doctor: each thing that is wrong is found, with what mends it."""

from __future__ import annotations

import json
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from masthead.config import doctor
from masthead.config.doctor import State
from masthead.config.env import Environment
from masthead.mail.models import Letter

PUBLIC = "http://paper.example"


def test_a_misspelt_variable_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_TIMEZONE", "Europe/Kyiv")
    found = doctor.variables()
    assert found.state is State.MEND
    assert "did you mean MASTHEAD_TIME_ZONE?" in found.says


@pytest.mark.django_db
def test_letters_that_do_not_get_out() -> None:
    Letter.objects.create(key="receipt:1", to="nadia@reader.example", subject="A receipt", text="Thanks.")
    assert doctor.letters().state is State.WELL
    Letter.objects.update(state="in_doubt")
    assert doctor.letters().state is State.NOTE
    Letter.objects.update(state="waiting", written_at=timezone.now() - timedelta(minutes=5))
    assert doctor.letters().state is State.MEND


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage(10**12, 10**12, 10**6))
    assert doctor.disk_space().state is State.MEND


def test_a_secret_others_can_read(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.ENVIRONMENT = tmp_path, Environment()
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret").write_text("x" * 64)
    (tmp_path / "keys" / "secret").chmod(0o644)
    found = doctor.secret_key()
    assert found.state is State.MEND
    assert found.mend.startswith("chmod 600")
    (tmp_path / "keys" / "secret").chmod(0o600)
    assert doctor.secret_key().state is State.WELL


def test_a_data_folder_that_is_gone(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "gone"
    assert doctor.data_folder().state is State.MEND


@pytest.mark.parametrize(
    ("examination", "setting", "value"),
    [
        (doctor.debug, "DEBUG", True),
        (doctor.address, "HTTPS", False),
        (doctor.hosts, "ALLOWED_HOSTS", ["*"]),
        (doctor.second_factor, "STAFF_NEED_SECOND_FACTOR", False),
        (doctor.demo, "DEMO", True),
    ],
)
def test_what_is_harmless_alone_is_wrong_in_public(
    settings: Any, examination: Any, setting: str, value: object
) -> None:
    setattr(settings, setting, value)
    settings.BASE_URL = "http://127.0.0.1:8000"
    assert examination().state is not State.MEND
    settings.BASE_URL = PUBLIC
    assert examination().state is State.MEND


def test_https_needs_a_proxy_that_is_trusted(settings: Any) -> None:
    settings.HTTPS, settings.ENVIRONMENT = True, Environment()
    assert doctor.proxies().state is State.MEND
    settings.ENVIRONMENT = Environment(trusted_proxies=["127.0.0.1"])
    assert doctor.proxies().state is State.WELL


def test_mail_that_is_not_sent_in_public(settings: Any) -> None:
    settings.BASE_URL, settings.ENVIRONMENT = PUBLIC, Environment()
    assert doctor.mail().state is State.MEND


def test_too_many_workers_is_only_a_note(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENVIRONMENT = Environment(web_workers=8)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert doctor.workers().state is State.NOTE


@pytest.mark.django_db
def test_the_database_is_one_we_test_on() -> None:
    assert doctor.database().state is State.WELL
    assert doctor.migrations().state is State.WELL


@pytest.mark.django_db
def test_an_old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST_SQLITE", (99, 0, 0))
    monkeypatch.setattr(doctor, "OLDEST_POSTGRES", 990000)
    assert doctor.database().state is State.MEND


def test_what_fails_to_be_examined_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_thing() -> doctor.Finding:
        raise RuntimeError("no idea")

    monkeypatch.setattr(doctor, "EXAMINATIONS", (broken_thing, doctor.workers))
    found = doctor.examine()
    assert found[0].about == "broken thing"
    assert found[0].state is State.MEND
    assert len(found) == 2


@pytest.fixture
def one_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = (doctor.well("ink", "enough"), doctor.wrong("paper", "none left", "order some"))
    monkeypatch.setattr(doctor, "EXAMINATIONS", tuple(lambda finding=finding: finding for finding in findings))


@pytest.mark.usefixtures("one_wrong")
def test_something_wrong_is_exit_code_1_and_a_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check")
    assert ended.value.code == 1
    assert "mend: paper: none left | to mend: order some\n" in capsys.readouterr().out


@pytest.mark.usefixtures("one_wrong")
def test_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("check", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said[1] == {"about": "paper", "state": "mend", "says": "none left", "mend": "order some"}


def test_djangos_own_options_still_work(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check", "--list-tags")
    assert "security" in capsys.readouterr().out
