"""What one story costs: to render it for the press, and to carry it to a reader.

Every story of the demo is rendered as the press does it, in a warm process that holds no snapshot: once with the shared
parts (menu, picks, feed) remembered from a story before, once with all built anew. The floors are the same middleware
around a view that says one line, and around Wagtail's own template on a bare page. Then every story's HTML with its
critical CSS is weighed in each encoding, and the scripts it asks for.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.harness import stand
from bench.harness.inside import Inside
from bench.harness.report import Report, Table

SCRIPT = re.compile(rb'<script[^>]* src="([^"]+)"|<link[^>]* rel="modulepreload"[^>]* href="([^"]+)"')
STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL)
IMPORT = re.compile(rb"""(?:import|from)\s*\(?\s*["']([^"']+\.m?js)["']""")


def costs(tries: int, most: int) -> dict[str, dict[str, float]]:
    """Inside: CPU milliseconds and queries of each kind of rendering."""
    from wagtail.models import Page, Site

    from bench.harness.rendering import forget_shared_parts
    from masthead.articles.models import Article
    from masthead.press.render import render as render_for_press

    root = Site.objects.get(is_default_site=True).root_page
    if not Page.objects.filter(slug="bare-page").exists():
        root.add_child(instance=Page(title="Bare", slug="bare-page"))
    paths = [story.public_path() for story in Article.objects.listed().newest_first()[:most]]

    def anew(path: str) -> int:
        forget_shared_parts()
        return render_for_press(path).status

    bare = [_measure(_floor, path, tries) for path in ("/bare/", "/bare-page/") for _ in range(5)]
    remembered = [_measure(lambda path: render_for_press(path).status, path, tries) for path in paths]
    fresh = [_measure(anew, path, tries) for path in paths]
    kinds = {"Django's floor": bare[:5], "Wagtail's floor": bare[5:], "remembered": remembered, "anew": fresh}
    return {
        name: {
            "ms": median(one[0] for one in found),
            "most_ms": max(one[0] for one in found),
            "queries": median(one[1] for one in found),
            "most_queries": max(one[1] for one in found),
        }
        for name, found in kinds.items()
    }


def _floor(path: str) -> int:
    from bench.harness.rendering import render

    return render(path, "bench.harness.floor")[0]


def _measure(ask: Callable[[str], int], path: str, tries: int) -> tuple[float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if ask(path) != 200:  # renditions are made once, templates are compiled once
        raise RuntimeError(f"{path} is no page.")
    taken = []
    for _ in range(tries):
        began = time.process_time()
        ask(path)
        taken.append((time.process_time() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        ask(path)
    return median(taken), len(queries)


def weights(most: int) -> dict[str, Any]:
    """Inside: bytes of every story by encoding, of its critical CSS, and of its scripts."""
    from masthead.articles.models import Article
    from masthead.press.render import render
    from masthead.press.snapshots import compressed

    stories = [story.public_path() for story in Article.objects.listed().newest_first()[:most]]
    bodies = {path: render(path).body for path in stories}
    sizes = {path: {way: len(data) for way, data in compressed(body).items()} for path, body in bodies.items()}
    styles = [b"".join(STYLE.findall(body)) for body in bodies.values()]
    scripts = [_scripts(body) for body in bodies.values()]
    packed = [
        {way: sum(len(compressed(script)[way]) for script in own.values()) for way in ("", "gzip", "br")}
        for own in scripts
    ]
    return {
        "stories": len(bodies),
        "html": {way: sorted(size[way] for size in sizes.values()) for way in ("", "gzip", "br", "zstd")},
        "css": {way: sorted(len(compressed(style)[way]) for style in styles) for way in ("", "gzip", "br")},
        "scripts": {way: sorted(one[way] for one in packed) for way in ("", "gzip", "br")},
        "script_files": max(map(len, scripts)),
        "hosts": sorted({host for body in bodies.values() for host in _foreign_hosts(body)}),
    }


def _scripts(body: bytes) -> dict[str, bytes]:
    """Every script the page asks for, and what those import, each with its bytes."""
    from pathlib import Path

    from django.conf import settings

    found: dict[str, bytes] = {}
    queue = [(one or other).decode() for one, other in SCRIPT.findall(body)]
    while queue:
        url = queue.pop()
        file = Path(settings.STATIC_ROOT, url.removeprefix(settings.STATIC_URL))
        if url in found or not url.startswith(settings.STATIC_URL):
            continue
        found[url] = file.read_bytes()
        base = url.rpartition("/")[0]
        queue += [f"{base}/{name.decode().removeprefix('./')}" for name in IMPORT.findall(found[url])]
    return found


def _foreign_hosts(body: bytes) -> set[str]:
    """Hosts a browser would ask without a click: by src, srcset, and links that load something."""
    loads = re.findall(rb'<(?:script|img|source|iframe|video|audio|embed)[^>]* (?:src|srcset)="(https?://[^"/]+)', body)
    loads += re.findall(
        rb'<link[^>]* rel="(?:stylesheet|preload|modulepreload|icon)"[^>]* href="(https?://[^"/]+)', body
    )
    return {host.decode() for host in loads if b"//127.0.0.1" not in host}


def run(options: stand.Options) -> Report:
    """Render and weigh."""
    most = options.size(200, 3)
    with stand.newsroom(options) as data, Inside(data, "bench.article_cost", PORT="8000") as inside:
        cost = inside.call("costs", options.size(5, 1), most)
        weight = inside.call("weights", most)
    report = Report("What one story costs")
    table = Table(
        "Rendered for the press, cold", ["what", "CPU ms, median", "CPU ms, most", "queries", "queries, most"]
    )
    names = {
        "Django's floor": "the same middleware, a bare view",
        "Wagtail's floor": "the same middleware, a bare Wagtail page",
        "remembered": "a story, shared parts remembered",
        "anew": "a story, everything built anew",
    }
    for name, words in names.items():
        one = cost[name]
        table.add(words, one["ms"], one["most_ms"], one["queries"], one["most_queries"])
    report.tables.append(table)
    report.tables.append(_weights(weight))
    beyond = cost["remembered"]["ms"] - cost["Wagtail's floor"]["ms"]
    report.promise("queries of a story, the most", cost["remembered"]["most_queries"], at_most=10)
    report.promise("CPU of a story beyond Wagtail's floor", beyond, at_most=8, unit=" ms")
    report.promise("HTML with its critical CSS, gzip, the heaviest", weight["html"]["gzip"][-1], at_most=14_600)
    report.promise("HTML with its critical CSS, br, the heaviest", weight["html"]["br"][-1], at_most=14_600)
    report.promise("scripts, gzip, the heaviest", weight["scripts"]["gzip"][-1], at_most=8 * 1024)
    report.promise("other hosts a page asks", len(weight["hosts"]), at_most=0)
    return report


def _weights(weight: dict[str, Any]) -> Table:
    table = Table(f"Bytes of {weight['stories']} stories", ["what", "median", "lightest", "heaviest"])
    for what, name in (("html", "HTML with critical CSS"), ("css", "the critical CSS in it"), ("scripts", "scripts")):
        for way, sizes in weight[what].items():
            table.add(f"{name}, {way or 'plain'}", sizes[len(sizes) // 2], sizes[0], sizes[-1])
    return table


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
