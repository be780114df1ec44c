"""The publishing process is killed at each step, in a process of its own: what readers get is right after it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from masthead.config.env import REPOSITORY
from masthead.config.tests import databases
from masthead.config.tests.newsroom import environment

# One process sets Django up; for each step it forks one that publishes and dies there, looks at what readers get,
# forks one that does what the hand does, and looks again. It prints what it saw as JSON.
PROGRAM = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
import django
django.setup()
from django.conf import settings
settings.ROOT_URLCONF = "masthead.press.tests.site"
from django.db import connections, transaction
from masthead.press import actions, orders, pressing, work
from masthead.press.folder import snapshots
from masthead.press.models import Order
from masthead.press.snapshots import Snapshots
from masthead.press.stamps import Stamps
from masthead.press.tests import site

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
    "in the transaction": lambda: at(orders, "place", after=True, times=2),
    "right after the commit": lambda: at(actions, "carry_out"),
    "before the stamps": lambda: at(Stamps, "bump"),
    "after the stamps": lambda: at(Stamps, "bump", after=True),
    "before the render": lambda: at(pressing, "render"),
    "after the render": lambda: at(pressing, "render", after=True),
    "after the index": lambda: at(pressing, "_index", after=True),
    "before the files": lambda: at(Snapshots, "write"),
    "after the files": lambda: at(Snapshots, "write", after=True),
    "before the link": lambda: at(Snapshots, "link"),
    "after the link": lambda: at(Snapshots, "link", after=True),
    "before the second page": lambda: at(pressing, "render", times=2),
    "after the second link": lambda: at(Snapshots, "link", after=True, times=2),
    "before the orders are closed": lambda: at(orders, "finish"),
    "between closing the orders": lambda: at(orders, "finish", times=2),
    "after the unlink": lambda: at(Snapshots, "unlink", after=True),
}

def forked(work):
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        work()
        connections.close_all()
        os._exit(0)
    return os.waitpid(pid, 0)[1]

def publish(words, step=None):
    site.reset()
    site.WORDS["story"] = words
    if step:
        STEPS[step]()
    with transaction.atomic():
        if words in (None, "gone"):
            actions.withdraw("/story/", "unpublished")
            actions.change_tag("stories", "unpublished", hard=True, drop=True)
        else:
            actions.order_press("/story/", "published")
            actions.change_tag("stories", "published", hard=True)

def heal(words):
    site.reset()
    site.WORDS["story"] = words
    while work.work_once():
        pass

def shown(path):
    meta = snapshots().meta(path)
    if meta is None:
        return None
    folder = snapshots().folder_at(snapshots().link_of(path))
    bodies = {name: snapshots().read_body(folder, meta, name) for name in meta.sizes}
    return bodies[""].decode()

def begin():
    publish("old words")
    pressing.press_page("/list/", "first")

def both():
    return {path: shown(path) for path in ("/story/", "/list/")}

seen = {}
for kind, words, steps in json.loads(sys.argv[1]):
    for step in steps:
        forked(begin)
        status = forked(lambda: publish(words, step))
        between = both()
        committed = step != "in the transaction"
        forked(lambda: heal(words if committed else "old words"))
        open_orders = Order.objects.filter(done_at__isnull=True).count()
        seen[f"{kind} {step}"] = {"status": status, "between": between, "after": both(), "open": open_orders}
snapshots().sweep(now=4e9)
paths = [json.loads(meta.read_text())["path"] for meta in snapshots().store.glob("??/*/meta.json")]
print(json.dumps({"seen": seen, "left": sorted(paths)}))
"""

PUBLISHING = [
    "in the transaction",
    "right after the commit",
    "before the stamps",
    "after the stamps",
    "before the render",
    "after the render",
    "after the index",
    "before the files",
    "after the files",
    "before the link",
    "after the link",
    "before the second page",
    "after the second link",
    "before the orders are closed",
    "between closing the orders",
]
WITHDRAWING = [
    "in the transaction",
    "right after the commit",
    "after the unlink",
    "before the stamps",
    "after the render",
]
TAKING_DOWN = [
    "in the transaction",
    "right after the commit",
    "before the stamps",
    "after the stamps",
    "before the render",
    "after the render",
    "after the index",
    "before the files",
    "after the files",
    "before the link",
    "after the link",
    "before the second page",
    "after the second link",
    "before the orders are closed",
    "between closing the orders",
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    data: Path = tmp_path_factory.mktemp("kill")
    databases.copy_file(data / "masthead.sqlite3")
    plan = [["publishing", "new words", PUBLISHING], ["withdrawing", None, WITHDRAWING]]
    plan.append(["taking down", "gone", TAKING_DOWN])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(plan)],
        check=False,
        env=environment(data),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("step", PUBLISHING)
def test_killed_while_publishing_the_pages_are_whole_and_the_new_ones_follow(report: dict[str, Any], step: str) -> None:
    seen = report["seen"][f"publishing {step}"]
    assert seen["status"] == signal.SIGKILL
    for body in seen["between"].values():
        assert "new words" in body or "old words" in body
    words = "old words" if step == "in the transaction" else "new words"
    assert all(words in body for body in seen["after"].values())
    assert seen["open"] == 0


@pytest.mark.parametrize("step", WITHDRAWING)
def test_killed_while_withdrawing_the_page_is_gone_after_it(report: dict[str, Any], step: str) -> None:
    seen = report["seen"][f"withdrawing {step}"]
    assert seen["status"] == signal.SIGKILL
    assert seen["open"] == 0
    if step == "in the transaction":
        assert "old words" in seen["after"]["/story/"], "nothing was committed"
    else:
        assert seen["after"]["/story/"] is None
        assert "old words" not in seen["after"]["/list/"]


@pytest.mark.parametrize("step", TAKING_DOWN)
def test_killed_while_taking_down_its_410_follows(report: dict[str, Any], step: str) -> None:
    """The old page may stay with a process that died before it had told anybody that it is done."""
    seen = report["seen"][f"taking down {step}"]
    assert seen["status"] == signal.SIGKILL
    assert seen["open"] == 0
    between, after = seen["between"]["/story/"], seen["after"]["/story/"]
    if step == "in the transaction":
        assert "old words" in between
        assert "old words" in after, "nothing was committed"
    else:
        assert between == "gone for good" or "old words" in between, "there is always a page"
        assert after == "gone for good"
        assert "old words" not in seen["after"]["/list/"]
    if step in {"after the link", "before the second page", "after the second link", "before the orders are closed"}:
        assert between == "gone for good"


def test_nothing_that_was_killed_leaves_files_for_ever(report: dict[str, Any]) -> None:
    assert report["left"] == sorted(set(report["left"]))
