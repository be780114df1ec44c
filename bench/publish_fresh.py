"""From the commit to the page: a story is published, edited, corrected and taken down while readers keep asking.

A process inside the newsroom's data folder publishes; it takes the time in a callback of its transaction's commit that
was registered first. Pollers ask every web worker over a connection of its own, as fast as one process can, for the
story and for the front. Reported is the time from the commit until the last worker's first fresh answer arrived.
Every answer is read: the story carries a mark at its beginning and its end, and an answer in which they differ, or that
ends too soon, is torn.
"""

from __future__ import annotations

import math
import re
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.harness import processes, servers, stand
from bench.harness.inside import Inside
from bench.harness.report import Report, Table

ACTIONS = ("publish", "edit", "correct", "take down")
PAUSE = 0.4  # seconds between actions, so that each starts from rest
PATIENCE = 5.0  # seconds after which a page counts as never fresh
CORRECTION = "It sails on Monday."
MARK = re.compile(rb"mark-(\d+)-(\d+)")


def write(number: int) -> str:
    """Inside: a draft; its future address is returned."""
    from masthead.articles.models import Article, Byline, Person, Section

    section = Section.objects.live().filter(locale__language_code="en").order_by("path").first()
    story = Article(
        title=f"Ferry mark-{number}-0",
        slug=f"ferry-{number}",
        body=_body(number, 0),
        live=False,
        bylines=[Byline(person=Person.objects.filter(locale=section.locale).first())],
    )
    section.add_child(instance=story)
    return f"{section.public_path()}{story.slug}/"


def act(number: int, action: str) -> dict[str, float]:
    """Inside: do one thing to the story, and say when it began, was committed, and was done with."""
    from masthead.articles.actions import issue_correction, take_down
    from masthead.articles.models import Article

    story = Article.objects.get(slug=f"ferry-{number}")
    if action in {"publish", "edit"}:
        step = ACTIONS.index(action) + 1
        story.title, story.body = f"Ferry mark-{number}-{step}", _body(number, step)
        return _committed(lambda: story.save_revision().publish())
    if action == "correct":
        return _committed(lambda: issue_correction(story, "correction", CORRECTION, None))
    return _committed(lambda: take_down(story, "A wrong name", "We were wrong.", None))


def _body(number: int, step: int) -> str:
    import json

    text = "<p>The ferry sails twice a day, whatever the river does.</p>" * 20
    return json.dumps([{"type": "text", "value": f"{text}<p>mark-{number}-{step}</p>"}])


def _committed(step: Any) -> dict[str, float]:
    from django.db import transaction

    moments: list[float] = []
    began = time.monotonic()
    with transaction.atomic():
        transaction.on_commit(lambda: moments.append(time.monotonic()))
        step()
    return {"began": began, "committed": moments[0], "returned": time.monotonic()}


@dataclass
class Waiting:
    """What fresh answers to one path look like, and when each worker gave its first one."""

    path: str
    is_fresh: Any
    at: dict[int, float] = field(default_factory=dict)


class Poller(threading.Thread):
    """Asks every worker in turn, for whatever is waited for."""

    def __init__(self, newsroom: servers.Server) -> None:
        super().__init__(daemon=True)
        self.port = newsroom.port
        self.connections = _one_to_each_worker(newsroom)
        self.waiting: list[Waiting] = []
        self.answers, self.torn, self.ended = 0, 0, False
        self.failure: Exception | None = None

    def run(self) -> None:
        """Ask until told to end."""
        try:
            while not self.ended:
                waiting = self.waiting
                if not waiting:
                    # The server closes a connection that is silent for seconds.
                    for connection in self.connections.values():
                        _exchange(connection, "/")
                    time.sleep(0.1)
                for one in waiting:
                    for worker, connection in self.connections.items():
                        status, body = _exchange(connection, one.path)
                        now = time.monotonic()
                        self.answers += 1
                        self.torn += _is_torn(status, body)
                        if worker not in one.at and one.is_fresh(status, body):
                            one.at[worker] = now
        except Exception as error:  # told to whoever waits
            self.failure = error

    def wait(self, until: float) -> None:
        """Until every worker is fresh for everything that is waited for, or patience ends."""
        while time.monotonic() < until and not self.failure:
            if all(len(one.at) == len(self.connections) for one in self.waiting):
                return
            time.sleep(0.002)
        if self.failure:
            raise self.failure


def _one_to_each_worker(newsroom: servers.Server) -> dict[int, socket.socket]:
    """A kept-alive connection to each worker; which one took a connection is read from /proc."""
    workers = [pid for pid in newsroom.workers if not processes.children(pid)]
    found: dict[int, socket.socket] = {}
    for _ in range(400):
        connection = socket.create_connection(("127.0.0.1", newsroom.port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _exchange(connection, "/")
        holder = processes.holder_of(newsroom.port, connection.getsockname()[1], workers)
        if holder is None or holder in found:
            connection.close()
        else:
            found[holder] = connection
        if len(found) == 2:
            return found
    raise RuntimeError(f"Only {len(found)} of the web workers took a connection.")


def _exchange(connection: socket.socket, path: str) -> tuple[int, bytes]:
    """Ask and read the whole answer."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    if length is None:
        raise RuntimeError(f"An answer without a length: {head!r}")
    while len(body) < int(length[1]):
        body += _more(connection)
    return int(head[9:12]), body


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(262144)
    if not chunk:
        raise ConnectionError("The server closed a connection that should be kept alive.")
    return chunk


def _is_torn(status: int, body: bytes) -> bool:
    """A whole page ends as HTML does; a story's marks are all the same, in its headline and in its last paragraph."""
    whole = body.rstrip().endswith(b"</html>")
    title = re.search(rb"<title>[^<]*?mark-(\d+)-(\d+)", body)
    if status != 200 or title is None:
        return not whole
    steps = {step for number, step in MARK.findall(body) if number == title[1]}
    in_the_text = b"<p>mark-%s-%s</p>" % title.groups() in body
    return not (whole and in_the_text and steps == {title[2]})


def _expected(action: str, number: int) -> tuple[Any, Any]:
    """What is fresh on the story's page, and on the front; None where the front need not change."""
    first, second = (f"mark-{number}-{step}".encode() for step in (1, 2))
    corrected = CORRECTION.encode()
    return {
        "publish": (lambda s, b: s == 200 and first in b, lambda s, b: s == 200 and first in b),
        "edit": (lambda s, b: s == 200 and second in b, lambda s, b: s == 200 and second in b),
        "correct": (lambda s, b: s == 200 and corrected in b, None),
        "take down": (lambda s, _: s == 410, lambda s, b: s == 200 and b"mark-%d-" % number not in b),
    }[action]


def run(options: stand.Options) -> Report:
    """Publish in a small and in a large archive."""
    sizes = (0,) if options.quick else (1000, 100_000)
    times = options.size(20, 2)
    report = Report("From the commit to the fresh page")
    for size in sizes:
        _measure(options, size, times, report)
    return report


def _measure(options: stand.Options, size: int, times: int, report: Report) -> None:
    taken: dict[tuple[str, str], list[float]] = {}
    with (
        stand.newsroom(options, archive=size) as data,
        servers.newsroom(data) as newsroom,
        Inside(data, "bench.publish_fresh") as inside,
    ):
        poller = Poller(newsroom)
        poller.start()
        for number in range(times):
            _one_life(inside, poller, number, taken)
        poller.ended = True
        poller.join(10)
    table = Table(
        f"{size:,} stories besides the demo's, {times} times each, in ms",
        ["what", "median", "p95", "most", "never"],
    )
    for (action, what), found in taken.items():
        fresh = sorted(ms for ms in found if not math.isnan(ms))
        table.add(
            f"{action}: {what}",
            median(fresh) if fresh else float("nan"),
            fresh[round(0.95 * (len(fresh) - 1))] if fresh else float("nan"),
            max(fresh, default=float("nan")),
            len(found) - len(fresh),
        )
    report.tables.append(table)
    for action in ACTIONS:
        found = taken[action, "story"]
        report.promise(f"{action}, {size:,} stories: median", median(found), at_most=50, unit=" ms")
    report.promise(f"torn or mixed answers, {size:,} stories", poller.torn, at_most=0)
    report.notes.append(f"{poller.answers:,} answers were read beside {size:,} stories.")


def _one_life(inside: Inside, poller: Poller, number: int, taken: dict[tuple[str, str], list[float]]) -> None:
    path = inside.call("write", number)
    for action in ACTIONS:
        story, front = _expected(action, number)
        poller.waiting = [Waiting(path, story)] + ([Waiting("/", front)] if front else [])
        time.sleep(PAUSE)
        told = inside.call("act", number, action)
        poller.wait(told["committed"] + PATIENCE)
        found = {"the desk's own wait": told["returned"] - told["began"]}
        for one in poller.waiting:
            last = max(one.at.values()) if len(one.at) == len(poller.connections) else float("nan")
            found["story" if one.path == path else "front"] = last - told["committed"]
        for what, seconds in found.items():
            taken.setdefault((action, what), []).append(seconds * 1000)
        poller.waiting = []


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
