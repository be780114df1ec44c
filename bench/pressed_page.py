"""A pressed story to anonymous readers: Masthead's two web workers against two of nginx's on the very same files.

Both send the same compressed bytes with the same security headers over 32 kept-alive connections, and both write an
access log in blocks. Rounds alternate, so that what else the machine does falls on all alike; compared are medians.
Beside them stand nginx with files kept open (which would show a changed page late), a bare Granian that does nothing
but answer, and the same story rendered for each request.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.harness import servers, stand
from bench.harness.asking import Reply, ask
from bench.harness.inside import Inside
from bench.harness.load import Count, Wrk
from bench.harness.report import Report, Table

CONNECTIONS = 32


@dataclass
class Contender:
    """A server in the race, what it is asked for, and how it fared, by encoding."""

    server: servers.Server
    path: str
    encodings: tuple[str, ...] = ("br", "gzip")
    headers: tuple[str, ...] = ()
    name: str = ""
    counts: dict[str, list[Count]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)  # microseconds a request

    def run(self, encoding: str, seconds: float) -> None:
        """One round."""
        before = self.server.cpu_seconds()
        headers = [f"Accept-Encoding: {encoding}", *self.headers]
        count = Wrk(self.server.origin, [self.path], seconds=seconds, connections=CONNECTIONS, headers=headers).count()
        used = self.server.cpu_seconds() - before
        self.counts.setdefault(encoding, []).append(count)
        self.cpu.setdefault(encoding, []).append(used / max(count.requests, 1) * 1e6)

    def median(self, encoding: str, what: str) -> float:
        """The median over the rounds of one thing that wrk counted."""
        return median(getattr(count, what) for count in self.counts[encoding])

    def row(self, encoding: str) -> list[object]:
        """What the table says of it."""
        counts = self.counts[encoding]
        rates = [count.rate for count in counts]
        return [
            f"{self.name or self.server.name}, {encoding}",
            *(self.median(encoding, what) for what in ("rate", "p50", "p99")),
            median(self.cpu[encoding]),
            f"{min(rates):,.0f}–{max(rates):,.0f}",
            sum(count.failed for count in counts),
        ]


def story_and_cookie() -> list[str]:
    """Inside: a published story's path, and a cookie that makes the server hand every request to Django."""
    from wagtail.models import Locale

    from masthead.accounts import staff_cookie
    from masthead.articles.models import Article

    locale = Locale.get_default()
    story = Article.objects.listed().newest_first().filter(main_picture__isnull=False, locale=locale).first()
    return [story.public_path(), f"masthead_staff={staff_cookie.make(1)}"]


def pressed_headers(path: str) -> dict[str, object]:
    """Inside: the headers that a snapshot carries, and where its files lie."""
    from masthead.press.folder import snapshots

    meta = snapshots().meta(path)
    assert meta is not None
    return {"headers": meta.headers, "folder": snapshots().folder_at(snapshots().link_of(path)), "body": meta.body}


def run(options: stand.Options) -> Report:
    """Race them."""
    rounds, seconds = options.size(5, 1), options.size(4, 1)
    with stand.newsroom(options) as data, ExitStack() as stack:
        inside = stack.enter_context(Inside(data, "bench.pressed_page"))
        path, cookie = inside.call("story_and_cookie")
        masthead = stack.enter_context(servers.web(data, path))
        pressed = inside.call("pressed_headers", path)
        headers = [(name, value) for name, value in pressed["headers"] if name != "content-type"]
        www = data / "snapshots" / "www"
        nginx = stack.enter_context(servers.nginx(data.parent / "nginx", www, headers, path))
        cached = stack.enter_context(servers.nginx(data.parent / "nginx-open", www, headers, path, cached=True))
        brotli = Path(pressed["folder"], pressed["body"] + ".br").read_bytes()
        all_headers = [*map(tuple, pressed["headers"]), ("content-encoding", "br"), ("vary", "accept-encoding")]
        bare = stack.enter_context(servers.bare_granian(data.parent / "bare", brotli, all_headers, path))
        race = [Contender(masthead, path), Contender(nginx, path)]
        beside = [
            Contender(cached, path, ("br",)),
            Contender(bare, path, ("br",)),
            Contender(masthead, path, ("gzip",), (f"Cookie: {cookie}",), "rendered for each request"),
        ]
        replies = {(one.server.name, encoding): _ask(one, encoding) for one in race for encoding in one.encodings}
        for one in [*race, *beside]:
            one.run(one.encodings[0], 1)  # to warm up; forgotten
            one.counts.clear()
            one.cpu.clear()
        for number in range(rounds):
            for one in [*race, *beside][:: 1 if number % 2 else -1]:
                for encoding in one.encodings if one not in beside[2:] or number < 2 else ():
                    one.run(encoding, seconds)
    return _report(race, beside, replies, rounds, seconds)


def _ask(one: Contender, encoding: str) -> Reply:
    reply = ask(one.server.port, one.path, {"Accept-Encoding": encoding})
    if reply.status != 200 or reply.headers.get("content-encoding") != encoding:
        raise RuntimeError(f"{one.server.name} answers {reply.status} {reply.headers} for {encoding}")
    return reply


def _report(
    race: list[Contender], beside: list[Contender], replies: dict[tuple[str, str], Reply], rounds: int, seconds: int
) -> Report:
    report = Report("A pressed page against nginx")
    table = Table(
        f"One story over {CONNECTIONS} connections, medians of {rounds} alternating rounds of {seconds} s",
        ["server", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "least–most", "failed"],
    )
    for one in [*race, *beside]:
        for encoding in one.encodings:
            table.add(*one.row(encoding))
    report.tables.append(table)
    masthead, nginx = race
    for encoding in ("br", "gzip"):
        mine, theirs = (replies[one.server.name, encoding] for one in race)
        if mine.body != theirs.body:
            raise RuntimeError(f"The two sent different bytes for {encoding}.")
        rate = masthead.median(encoding, "rate") / nginx.median(encoding, "rate")
        slowest = masthead.median(encoding, "p99") / nginx.median(encoding, "p99")
        report.promise(f"requests/s of nginx's, {encoding}", rate, at_least=0.9, unit=" ×")
        report.promise(f"p99 of nginx's, {encoding}", slowest, at_most=1.5, unit=" ×")
        report.notes.append(
            f"With {encoding}: the same {len(mine.body):,} bytes of body; heads of {mine.head_bytes} bytes (Masthead)"
            f" and {theirs.head_bytes} (nginx)."
        )
    return report


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
