"""Every quality of Brotli, gzip and Zstandard on the demo newsroom's own pages: how small, and in what time.

The press compresses each page once and readers fetch it often, but an editor waits for it at each publication. The
qualities the press uses are marked; the time is a processor's, the least of three tries a page.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bench.harness import stand
from bench.harness.inside import Inside
from bench.harness.report import Report, Table


def measure(pages: int, tries: int) -> list[dict[str, Any]]:
    """Inside: every quality on so many pages of each kind, in bytes and milliseconds a page."""
    import gzip

    import brotli
    import zstandard

    from masthead.press import snapshots

    bodies = [_body(path) for path in _paths(pages)]
    ways: list[tuple[str, int, bool, Callable[[bytes], bytes]]] = [
        *(("gzip", n, n == snapshots.GZIP_LEVEL, lambda b, n=n: gzip.compress(b, n, mtime=0)) for n in range(1, 10)),
        *(("br", n, n == snapshots.BROTLI_QUALITY, lambda b, n=n: brotli.compress(b, quality=n)) for n in range(1, 12)),
        *(("zstd", n, n == snapshots.ZSTD_LEVEL, zstandard.ZstdCompressor(level=n).compress) for n in (*range(1, 20),)),
    ]
    plain = sum(map(len, bodies))
    found = [
        {"name": "plain", "quality": 0, "used": True, "bytes": plain / len(bodies), "ms": 0.0, "pages": len(bodies)}
    ]
    for name, quality, used, compress in ways:
        size = sum(len(compress(body)) for body in bodies)
        least = sum(min(_seconds(compress, body) for _ in range(tries)) for body in bodies)
        each = {"bytes": size / len(bodies), "ms": least / len(bodies) * 1000}
        found.append({"name": name, "quality": quality, "used": used, **each})
    return found


def _seconds(compress: Callable[[bytes], bytes], body: bytes) -> float:
    began = time.process_time()
    compress(body)
    return time.process_time() - began


def _paths(most: int) -> list[str]:
    from masthead.articles.models import Article, Person, Section, Topic

    stories = [story.public_path() for story in Article.objects.listed().newest_first()[:most]]
    lists = [section.public_path() for section in Section.objects.live()[: most // 4 + 1]]
    lists += [f"/topic/{topic.slug}/" for topic in Topic.objects.all()[: most // 4 + 1]]
    lists += [f"/author/{person.slug}/" for person in Person.objects.all()[: most // 4 + 1]]
    return ["/", *stories, *lists, "/archive/", "/feed.xml", "/feed.json"]


def _body(path: str) -> bytes:
    from masthead.press.render import render

    return render(path).body


def run(options: stand.Options) -> Report:
    """Compress them all."""
    with stand.newsroom(options) as data, Inside(data, "bench.compression") as inside:
        found = inside.call("measure", options.size(16, 1), options.size(3, 1))
    plain = found[0]
    report = Report("Encodings and their qualities")
    table = Table(
        f"{plain['pages']} pages of the demo, {plain['bytes']:,.0f} bytes plain on average; * is what the press uses",
        ["quality", "bytes a page", "of the smallest", "ms a page", "of the slowest"],
    )
    for name in ("br", "gzip", "zstd"):
        own = [each for each in found if each["name"] == name]
        smallest, slowest = min(each["bytes"] for each in own), max(each["ms"] for each in own)
        for each in own:
            mark = " *" if each["used"] else ""
            share = float("nan")
            with suppress(ZeroDivisionError):
                share = each["ms"] / slowest
            table.add(f"{name} {each['quality']}{mark}", each["bytes"], each["bytes"] / smallest, each["ms"], share)
    report.tables.append(table)
    return report


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
