"""Pages of a small and of a large archive, rendered and not pressed: what a hundred times the stories cost.

Both newsrooms are rendered in turn, page by page, each in a process of its own, with shared parts (menu, picks, feed)
built anew for each page. Beside the time on the clock stands the processor's, which neighbours on the machine change
less. The deep page of a section is its 500th, or the last full one where there are not so many.
What is searched for are words of the small archive's stories drawn by lot, the same in both: rare and common, whole and
as a beginning of four letters.
"""

from __future__ import annotations

import random
import sys
import time
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

from bench.harness import stand
from bench.harness.inside import Inside
from bench.harness.report import Report, Table

DEEP = 500
# A slow machine gets fewer rounds rather than a longer wait.
LONGEST, FEWEST = 120, 2  # seconds, rounds


def words(seed: int, most: int) -> list[str]:
    """Inside: words of so many stories drawn by lot."""
    from masthead.articles.models import Article, Section

    chance = random.Random(seed)
    locale = Section.objects.order_by("path").first().locale
    stories = list(Article.objects.listed().filter(locale=locale).order_by("pk").values_list("pk", flat=True))
    texts = Article.objects.filter(pk__in=chance.sample(stories, min(most, len(stories))))
    return sorted({chance.choice([w for w in text.plain_text.split() if w.isalpha() and len(w) > 4]) for text in texts})


def addresses(words: list[str]) -> dict[str, list[str]]:
    """Inside: what to ask for, by kind of page."""
    from urllib.parse import quote

    from django.db.models import Count

    from masthead.articles.listing import STORIES_A_PAGE
    from masthead.articles.models import Article, Person, Section, Topic

    locale = Section.objects.order_by("path").first().locale
    sections = Section.objects.live().filter(locale=locale).annotate(size=Count("articles")).order_by("-size")
    largest = sections.first()
    pages = max(1, min(DEEP, largest.size // STORIES_A_PAGE))
    found: dict[str, list[str]] = {
        "front": ["/"],
        "section": [quote(section.public_path()) for section in sections if section.size],
        f"section, page {DEEP} or last": [quote(largest.public_path()) + (f"page/{pages}/" if pages > 1 else "")],
        "topic": [quote(f"/topic/{one.slug}/") for one in _busiest(Topic.objects.filter(locale=locale))],
        "author": [quote(f"/author/{one.slug}/") for one in _busiest(Person.objects.filter(locale=locale), "bylines")],
        "archive's index": ["/archive/"],
        "archive's month": [
            f"/archive/{month:%Y/%m}/"
            for month in list(Article.objects.listed().filter(locale=locale).datetimes("listed_at", "month"))[-9:-1]
        ],
    }
    found["search, one word"] = [f"/search/?q={quote(word)}" for word in words]
    found["search, four letters"] = [f"/search/?q={quote(word[:4])}" for word in words]
    found["search, two words"] = [f"/search/?q={quote(one)}+{quote(other)}" for one, other in pairwise(words)]
    return found


def _busiest(rows: Any, name: str = "articles") -> list[Any]:
    from django.db.models import Count

    return list(rows.annotate(size=Count(name)).filter(size__gt=0).order_by("-size")[:8])


def measure(asked: list[str]) -> list[tuple[float, float]]:
    """Inside: milliseconds to render each address once, on the clock and of the processor.

    Raises RuntimeError when one is no page.
    """
    from bench.harness.rendering import forget_shared_parts, render

    taken = []
    for address in asked:
        forget_shared_parts()
        began, worked = time.perf_counter(), time.process_time()
        status, _body = render(address)
        taken.append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
        if status != 200:
            raise RuntimeError(f"{address} answers {status}.")
    return taken


def run(options: stand.Options) -> Report:
    """Render pages of both in turn."""
    sizes = (0, 60) if options.quick else (1000, 100_000)
    rounds, least = options.size(12, 1), options.size(8, 1)
    taken: dict[str, dict[int, list[tuple[float, float]]]] = {}
    with ExitStack() as stack:
        newsrooms = {}
        for size in sizes:
            data = stack.enter_context(stand.newsroom(options, archive=size))
            newsrooms[size] = stack.enter_context(Inside(data, "bench.archive"))
        enough = time.monotonic() + LONGEST
        drawn = newsrooms[sizes[0]].call("words", 1871, options.size(12, 3))
        asked = {size: inside.call("addresses", drawn) for size, inside in newsrooms.items()}
        for number in range(rounds + 1):
            if number > FEWEST and time.monotonic() > enough:
                break
            for kind in asked[sizes[0]]:
                if not number:
                    # The first round warms up: pictures are cut once, whichever page shows them.
                    for size, inside in newsrooms.items():
                        inside.call("measure", asked[size][kind])
                    continue
                for step in range(number * least, (number + 1) * least):
                    for size, inside in newsrooms.items():
                        address = asked[size][kind][step % len(asked[size][kind])]
                        taken.setdefault(kind, {}).setdefault(size, []).extend(inside.call("measure", [address]))
    return _report(taken, sizes)


def _at(milliseconds: list[float], share: float) -> float:
    ordered = sorted(milliseconds)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _report(taken: dict[str, dict[int, list[tuple[float, float]]]], sizes: tuple[int, int]) -> Report:
    report = Report(f"An archive of {sizes[1]:,} stories against one of {sizes[0]:,}")
    small, large = sizes
    count = len(next(iter(taken.values()))[small])
    table = Table(
        f"Rendered in ms, {count} times each",
        [
            "page",
            f"p50 at {small:,}",
            f"p50 at {large:,}",
            f"p95 at {small:,}",
            f"p95 at {large:,}",
            "p50 ×",
            "p95 ×",
            "CPU p50 ×",
            "CPU p95 ×",
        ],
    )
    for kind, by_size in taken.items():
        clock, cpu = ([[pair[which] for pair in by_size[size]] for size in sizes] for which in (0, 1))
        p50, p95 = ([_at(of, share) for of in clock] for share in (0.5, 0.95))
        worked = [_at(cpu[1], share) / _at(cpu[0], share) for share in (0.5, 0.95)]
        table.add(kind, *p50, *p95, p50[1] / p50[0], p95[1] / p95[0], *worked)
        if kind == "front" or kind.startswith(("section,", "search")):
            report.promise(f"{kind}: p95 of the small archive's", p95[1] / p95[0], at_most=1.2, unit=" ×")
    report.tables.append(table)
    return report


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
