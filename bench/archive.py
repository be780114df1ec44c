"""Pages of a small and of a large archive, rendered and not pressed: what a hundred times the stories cost.

Both newsrooms are rendered in turn, round by round, each in a process of its own, with shared parts (menu, picks, feed)
built anew for each page. The deep page of a section is its 500th, or the last full one where there are not so many.
What is searched for are words of stories drawn by lot: rare and common, whole and as a beginning of four letters.
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


def addresses(seed: int, words: int) -> dict[str, list[str]]:
    """Inside: what to ask for, by kind of page."""
    from urllib.parse import quote

    from django.db.models import Count

    from masthead.articles.listing import STORIES_A_PAGE
    from masthead.articles.models import Article, Person, Section, Topic

    chance = random.Random(seed)
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
    stories = list(Article.objects.listed().filter(locale=locale).order_by("pk").values_list("pk", flat=True))
    texts = Article.objects.filter(pk__in=chance.sample(stories, min(words, len(stories))))
    drawn = sorted(
        {chance.choice([w for w in text.plain_text.split() if w.isalpha() and len(w) > 4]) for text in texts}
    )
    found["search, one word"] = [f"/search/?q={quote(word)}" for word in drawn]
    found["search, four letters"] = [f"/search/?q={quote(word[:4])}" for word in drawn]
    found["search, two words"] = [f"/search/?q={quote(one)}+{quote(other)}" for one, other in pairwise(drawn)]
    return found


def _busiest(rows: Any, name: str = "articles") -> list[Any]:
    from django.db.models import Count

    return list(rows.annotate(size=Count(name)).filter(size__gt=0).order_by("-size")[:8])


def measure(asked: list[str]) -> list[float]:
    """Inside: milliseconds to render each address once. Raises RuntimeError when one is no page."""
    from bench.harness.rendering import forget_shared_parts, render

    taken = []
    for address in asked:
        forget_shared_parts()
        began = time.perf_counter()
        status, _body = render(address)
        taken.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise RuntimeError(f"{address} answers {status}.")
    return taken


def run(options: stand.Options) -> Report:
    """Render pages of both in turn."""
    sizes = (0, 60) if options.quick else (1000, 100_000)
    rounds, least = options.size(12, 1), options.size(8, 1)
    taken: dict[str, dict[int, list[float]]] = {}
    with ExitStack() as stack:
        newsrooms = {}
        for size in sizes:
            data = stack.enter_context(stand.newsroom(options, archive=size))
            newsrooms[size] = stack.enter_context(Inside(data, "bench.archive"))
        enough = time.monotonic() + LONGEST
        asked = {size: inside.call("addresses", 1871, options.size(12, 3)) for size, inside in newsrooms.items()}
        for number in range(rounds + 1):
            if number > FEWEST and time.monotonic() > enough:
                break
            for kind in asked[sizes[0]]:
                for size, inside in newsrooms.items():
                    # The first round warms up: pictures are cut once, whichever page shows them.
                    some = _turn(asked[size][kind], number, least) if number else asked[size][kind]
                    milliseconds = inside.call("measure", some)
                    if number:
                        taken.setdefault(kind, {}).setdefault(size, []).extend(milliseconds)
    return _report(taken, sizes)


def _turn(addresses: list[str], number: int, least: int) -> list[str]:
    """So many of the addresses, others in each round."""
    return [addresses[(number * least + step) % len(addresses)] for step in range(least)]


def _at(milliseconds: list[float], share: float) -> float:
    ordered = sorted(milliseconds)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _report(taken: dict[str, dict[int, list[float]]], sizes: tuple[int, int]) -> Report:
    report = Report(f"An archive of {sizes[1]:,} stories against one of {sizes[0]:,}")
    small, large = sizes
    count = len(next(iter(taken.values()))[small])
    table = Table(
        f"Rendered in ms, {count} times each",
        ["page", f"p50 at {small:,}", f"p50 at {large:,}", f"p95 at {small:,}", f"p95 at {large:,}", "p50 ×", "p95 ×"],
    )
    for kind, by_size in taken.items():
        p50, p95 = ([_at(by_size[size], share) for size in sizes] for share in (0.5, 0.95))
        table.add(kind, *p50, *p95, p50[1] / p50[0], p95[1] / p95[0])
        if kind == "front" or kind.startswith(("section,", "search")):
            report.promise(f"{kind}: p95 of the small archive's", p95[1] / p95[0], at_most=1.2, unit=" ×")
    report.tables.append(table)
    return report


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
