"""Letters in a running newsroom: out within a second, while another server stalls too, and never twice after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from masthead.config.env import REPOSITORY
from masthead.config.tests import databases
from masthead.config.tests.newsroom import Newsroom, environment, masthead, until
from masthead.mail.tests.post_office import PostOffice

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

# Writes letters, one a line of its input, and says when each was committed.
WRITER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
import django
django.setup()
from masthead.mail import actions
print("ready", flush=True)
for line in sys.stdin:
    name, priority = line.split()
    actions.write(f"run:{name}", f"{name}@reader.example", "sign_in_code", {"code": "123456"}, "en",
                  priority=int(priority))
    print(time.time(), flush=True)
"""


class Writer:
    """A process that writes letters beside the newsroom, as a web worker would."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            env=environment(data),
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready\n"

    def write(self, name: str, priority: int = 5) -> float:
        """Write one; returns when it was committed."""
        assert self.process.stdin
        self.process.stdin.write(f"{name} {priority}\n")
        self.process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as server:
        yield server
        server.shutdown()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    databases.copy_file(tmp_path / "data" / "masthead.sqlite3")
    return tmp_path / "data"


@pytest.fixture
def newsroom(data: Path, office: PostOffice, tmp_path: Path) -> Iterator[Newsroom]:
    url = f"smtp://127.0.0.1:{office.port}?tls=0"
    running = Newsroom(data, tmp_path / "log", MASTHEAD_EMAIL_URL=url, MASTHEAD_WEB_WORKERS="1")
    try:
        assert running.is_up(), running.said()
        yield running
    finally:
        running.close()


@pytest.fixture
def writer(data: Path, newsroom: Newsroom) -> Iterator[Writer]:
    made = Writer(data)
    yield made
    made.process.kill()
    made.process.wait(10)


def arrived(office: PostOffice) -> list[str]:
    return [str(mail["To"]).partition("@")[0] for mail in office.taken]


def test_a_letter_is_out_within_a_second_and_a_code_while_the_server_stalls(
    newsroom: Newsroom, writer: Writer, office: PostOffice
) -> None:
    times: dict[str, float] = {}
    stalled: list[str] = []

    def taken() -> None:
        name = arrived(office)[-1]
        times[name] = time.time()
        if name == "slow":
            stalled.append(name)
            time.sleep(15)

    office.when_taken = taken
    committed = writer.write("first")
    assert until(lambda: "first" in times, 10)
    assert times["first"] - committed < 1.0
    writer.write("slow")
    assert until(lambda: stalled, 10)
    waited = []
    for number in range(5):
        committed = writer.write(f"code-{number}", priority=0)
        assert until(lambda name=f"code-{number}": name in times, 10)
        waited.append(times[f"code-{number}"] - committed)
    assert sorted(waited)[2] < 1.0, waited
    # Told to stop while the server stalls, it does: the letter is in doubt, the newsroom is not.
    assert newsroom.stop() == 0


def test_killed_while_the_server_thinks_it_sends_no_second_copy(
    newsroom: Newsroom, writer: Writer, office: PostOffice, data: Path
) -> None:
    office.when_taken = lambda: time.sleep(3)
    writer.write("once")
    assert until(lambda: office.taken, 10)
    for pid in newsroom.family():  # the clock among them; the supervisor starts it again
        _kill(pid)
    assert until(lambda: "is running again" in newsroom.said(), 20)
    office.when_taken = lambda: None
    writer.write("after")
    assert until(lambda: "after" in arrived(office), 20)
    time.sleep(1.5)
    assert arrived(office) == ["once", "after"]
    state = masthead("shell", "-v0", "-c", STATES, data=data)
    assert state.stdout.split() == ["sending", "sent"], state.stderr


STATES = (
    "from masthead.mail.models import Letter; print(*Letter.objects.order_by('pk').values_list('state', flat=True))"
)


def _kill(pid: int) -> Any:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
