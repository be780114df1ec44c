"""What stands where on the front: placed by hand first, the rest filled by the newest, and no story twice.

Everything is decided on keys, which are cheap, and the chosen stories are then fetched together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F

from masthead.articles.listing import in_order
from masthead.articles.models import Article, Section, Topic

if TYPE_CHECKING:
    from masthead.fronts.models import HomePage

SECONDS = 3
NEWEST = 12


@dataclass(frozen=True)
class Block:
    """A package or list below the lead; `look` is how a package is set."""

    kind: str
    title: str
    url: str | None
    look: str
    stories: list[Article]


@dataclass(frozen=True)
class Front:
    """A front, ready to be set."""

    lead: Article | None = None
    seconds: list[Article] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    newest: list[Article] = field(default_factory=list)


@dataclass
class _Plan:
    """A block as keys: those placed by hand, or a list's first `count`."""

    kind: str
    title: str
    look: str = "list"
    keys: list[int] = field(default_factory=list)
    of: Section | Topic | None = None
    count: int = 0


def lay_out(home: HomePage) -> Front:
    """The front of `home`: only published stories of its own language, each at most once."""
    plans = _plans(home)
    by_hand = [key for plan in plans for key in plan.keys]
    sections = Section.keys_of(home.locale_id)
    published = _published(sections, [*by_hand, *([home.lead_id] if home.lead_id else [])])
    newest = _newest(sections, 1 + SECONDS + NEWEST + len(published) + sum(plan.count for plan in plans))
    free = _Free(newest)

    lead = free.take([home.lead_id] if home.lead_id in published else [], 1)
    for plan in plans:
        plan.keys = free.take([key for key in plan.keys if key in published], len(plan.keys))
    lead = lead or free.take(newest, 1)
    seconds = free.take(newest, SECONDS)
    for plan in plans:
        if plan.of is not None:
            plan.keys = free.take(_newest_of(plan.of, sections, plan.count + len(free.taken)), plan.count)
    rest = free.take(newest, NEWEST)
    return _set(lead, seconds, plans, rest)


class _Free:
    """Keys not yet on the page."""

    def __init__(self, newest: list[int]) -> None:
        self.newest = newest
        self.taken: set[int] = set()

    def take(self, keys: Iterable[int | None], most: int) -> list[int]:
        """The first `most` of `keys` that stand nowhere yet; they stand here from now on."""
        chosen: list[int] = []
        for key in keys:
            if len(chosen) == most:
                break
            if key is not None and key not in self.taken:
                self.taken.add(key)
                chosen.append(key)
        return chosen


def _plans(home: HomePage) -> list[_Plan]:
    raw = [(str(block["type"]), block["value"]) for block in home.packages.raw_data]
    sections = Section.objects.live().filter(locale=home.locale_id).in_bulk(_chosen(raw, "section_list", "section"))
    topics = Topic.objects.filter(locale=home.locale_id).in_bulk(_chosen(raw, "topic_list", "topic"))
    plans: list[_Plan] = []
    for kind, value in raw:
        if kind == "package":
            keys = list(_items(value.get("stories") or []))
            plans.append(_Plan("package", value.get("title") or "", value.get("look") or "lead", keys))
            continue
        of = sections.get(value.get("section")) if kind == "section_list" else topics.get(value.get("topic"))
        if of is not None:
            plans.append(_Plan("list", str(of), of=of, count=int(value.get("count") or 4)))
    return plans


def _chosen(raw: list[tuple[str, Any]], kind: str, name: str) -> list[int]:
    return [value[name] for found, value in raw if found == kind and value.get(name)]


def _items(stories: list[Any]) -> Iterator[int]:
    """A list block's values, which are kept bare or in a dictionary each."""
    for item in stories:
        key = item.get("value") if isinstance(item, dict) else item
        if isinstance(key, int):
            yield key


def _published(sections: list[int], keys: list[int]) -> set[int]:
    if not keys:
        return set()
    found = Article.objects.listed().filter(pk__in=keys).of_sections(sections)
    return set(found.order_by().values_list("pk", flat=True))


def _newest(sections: list[int], most: int) -> list[int]:
    keys: list[int] = Article.objects.listed().newest_keys(sections, most)
    return keys


def _newest_of(of: Section | Topic, sections: list[int], most: int) -> list[int]:
    if isinstance(of, Section):
        return list(of.stories.values_list("pk", flat=True)[:most])
    # The sum hides the section from the planner, which would otherwise gather the sections' stories first.
    places = of.listing.alias(place=F("article__section_id") + 0).filter(place__in=sections)
    return list(places.story_keys()[:most])


def _set(lead: list[int], seconds: list[int], plans: list[_Plan], rest: list[int]) -> Front:
    wanted = [*lead, *seconds, *rest, *(key for plan in plans for key in plan.keys)]
    cards = {story.pk: story for story in in_order(Article.objects.listed().cards(), wanted)}

    def stories(keys: list[int]) -> list[Article]:
        return [cards[key] for key in keys if key in cards]

    blocks = [
        Block(plan.kind, plan.title, _url(plan.of), plan.look, placed)
        for plan in plans
        if (placed := stories(plan.keys))
    ]
    return Front(next(iter(stories(lead)), None), stories(seconds), blocks, stories(rest))


def _url(of: Section | Topic | None) -> str | None:
    if of is None:
        return None
    if isinstance(of, Section):
        url: str | None = of.get_url()
        return url
    from masthead.fronts.addresses import topic_url

    return topic_url(of)
