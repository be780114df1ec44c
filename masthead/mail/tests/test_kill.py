"""The process that posts is killed at each step: a letter is sent once or waits for a person, never sent twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from masthead.config.env import REPOSITORY
from masthead.config.tests import databases
from masthead.config.tests.newsroom import environment

# For each step a process posts and dies there; then another posts what is due, and looks for what was left behind,
# now and when the dead one's time has run out.
PROGRAM = """
import json, os, sys
from datetime import timedelta
os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
import django
django.setup()
from django.db import connections
from django.utils import timezone
from masthead.mail import actions, work
from masthead.mail.models import Letter, LetterQuerySet

def die():
    os.kill(os.getpid(), 9)

def at(owner, name, after=False, times=1):
    real, calls = getattr(owner, name), []
    def wrapped(*given, **more):
        calls.append(1)
        if len(calls) == times and not after:
            die()
        result = real(*given, **more)
        if len(calls) == times:
            die()
        return result
    setattr(owner, name, wrapped)

STEPS = {
    "before the claim": lambda: at(LetterQuerySet, "change_state"),
    "after the claim": lambda: at(LetterQuerySet, "change_state", after=True),
    "before the server": lambda: at(work, "_hand_over"),
    "after the server": lambda: at(work, "_hand_over", after=True),
    "before it is known": lambda: at(LetterQuerySet, "change_state", times=2),
    "after it is known": lambda: at(LetterQuerySet, "change_state", after=True, times=2),
}

def forked(do):
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        do()
        connections.close_all()
        os._exit(0)
    return os.waitpid(pid, 0)[1]

seen = {}
for step, arm in STEPS.items():
    key = f"kill:{step}"
    forked(lambda: actions.write(key, "nadia@reader.example", "sign_in_code", {"code": step}, "en"))
    ended = forked(lambda: (arm(), work.post_due()))
    forked(lambda: (work.post_due(), work.doubt_the_abandoned()))
    at_once = Letter.objects.get(key=key).state
    forked(lambda: (work.doubt_the_abandoned(timezone.now() + timedelta(minutes=11)), work.post_due()))
    kept = Letter.objects.get(key=key)
    seen[step] = [ended, at_once, kept.state, str(kept.uuid)]
print(json.dumps(seen))
"""

# What follows from each death: the state right after it, the state in the end, copies that arrived.
FOLLOWS = {
    "before the claim": ("sent", "sent", 1),
    "after the claim": ("sending", "in_doubt", 0),
    "before the server": ("sending", "in_doubt", 0),
    "after the server": ("sending", "in_doubt", 1),
    "before it is known": ("sending", "in_doubt", 1),
    "after it is known": ("sent", "sent", 1),
}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("newsroom")
    databases.copy_file(data / "masthead.sqlite3")
    return data


def test_killed_at_each_step_a_letter_arrives_at_most_once(office: Any, migrated: Path) -> None:
    url = f"smtp://127.0.0.1:{office.port}?tls=0"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment(migrated, MASTHEAD_EMAIL_URL=url),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    arrived = [mail["Message-ID"] for mail in office.taken]
    found = {}
    for step, (ended, at_once, state, letter) in json.loads(done.stdout).items():
        assert ended == 9, step
        found[step] = (at_once, state, sum(letter in each for each in arrived))
    assert found == FOLLOWS
