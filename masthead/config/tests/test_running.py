"""`masthead run`: it comes up, keeps its children, stops clean, and says in one line why it can't start."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from masthead.config.tests import databases
from masthead.config.tests.newsroom import Newsroom, alive, masthead, parent_of, until

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newsroom")
    databases.copy_file(folder / "masthead.sqlite3")
    prepared = masthead("prepare", data=folder)
    assert prepared.returncode == 0, prepared.stderr
    return folder


@pytest.fixture
def newsroom(data: Path, tmp_path: Path) -> Iterator[Newsroom]:
    running = Newsroom(data, tmp_path / "log")
    try:
        assert running.is_up(), running.said()
        yield running
    finally:
        running.close()


def test_no_other_user_of_the_machine_reads_drafts_sessions_or_mails(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir(mode=0o755)
    databases.copy_file(tmp_path / "masthead.sqlite3")
    (tmp_path / "masthead.sqlite3").chmod(0o644)
    prepared = masthead("prepare", data=tmp_path)
    assert prepared.returncode == 0, prepared.stderr
    for name in ("masthead.sqlite3", "mail", "media", "keys", "keys/secret"):
        assert not (tmp_path / name).stat().st_mode & 0o007, name


def test_stops_clean_and_leaves_nobody_behind(newsroom: Newsroom) -> None:
    family = newsroom.family()
    assert len(family) >= 5  # web, its two workers, tasks, clock
    assert newsroom.stop() == 0
    assert not [pid for pid in family if alive(pid)]
    assert "Traceback" not in newsroom.said()


def test_interrupt_from_the_keyboard_reaches_the_whole_group_and_is_no_error(newsroom: Newsroom) -> None:
    os.killpg(newsroom.process.pid, signal.SIGINT)
    assert newsroom.process.wait(15) == 0
    assert "Traceback" not in newsroom.said()


def test_says_where_it_is_and_where_to_begin(newsroom: Newsroom) -> None:
    assert until(lambda: "/welcome/" in newsroom.said())
    assert f"http://127.0.0.1:{newsroom.port}/desk/" in newsroom.said()


def test_every_dead_child_is_replaced_and_said(newsroom: Newsroom) -> None:
    # The greeting ends by itself; wait for it so that what is killed are those that stay.
    assert until(lambda: len(newsroom.family()) == 5)
    for pid in newsroom.family():
        before = newsroom.said()
        if not alive(pid):
            continue  # a worker whose server was killed before it
        os.kill(pid, signal.SIGKILL)
        assert until(lambda before=before: newsroom.said() != before, 10)
        assert until(lambda: len(newsroom.family()) == 5 and newsroom.status() == 200, 20), newsroom.said()
    for name in ("web", "tasks", "clock"):
        assert until(lambda name=name: f"{name} is running again" in newsroom.said(), 20), newsroom.said()
        assert f"{name} (pid" in newsroom.said()
    assert newsroom.stop() == 0


def test_a_dead_worker_is_replaced_and_said(newsroom: Newsroom) -> None:
    family = newsroom.family()
    workers = [pid for pid in family if parent_of(pid) in family]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    assert until(lambda: "Respawning worker" in newsroom.said(), 10)
    assert until(lambda: newsroom.status() == 200, 10)


def test_children_end_with_a_supervisor_that_was_killed(newsroom: Newsroom) -> None:
    family = newsroom.family()
    newsroom.process.kill()
    newsroom.process.wait(5)
    assert until(lambda: not [pid for pid in family if alive(pid)], 15)


def test_a_taken_port_is_one_line(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = masthead("run", data=data, PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "is taken; set PORT to a free one" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_folder_in_use_is_one_line(newsroom: Newsroom, data: Path) -> None:
    ended = masthead("run", data=data)
    assert ended.returncode == 1
    assert "another Masthead is running on" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_prepared_folder_is_left_alone(data: Path) -> None:
    # Once for this environment's own address: pages hold it, and the newsroom before had another port.
    assert masthead("prepare", data=data).returncode == 0
    before = {path: path.stat().st_mtime_ns for path in (data / "stamps").iterdir()}
    again = masthead("prepare", data=data)
    assert again.returncode == 0
    assert "Preparing the database" not in again.stderr
    assert {path: path.stat().st_mtime_ns for path in (data / "stamps").iterdir()} == before
