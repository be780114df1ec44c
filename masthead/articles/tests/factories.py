"""A newsroom for tests, made of plain functions: each makes one noun and takes any field by its name."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.apps import apps
from django.core.files.images import ImageFile
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image as Pixels
from PIL import ImageDraw
from wagtail.models import Locale, Page, Site

from masthead.articles.models import Article, Byline, Correction, Newsroom, Person, Section, Topic
from masthead.media.models import Picture

_numbers = itertools.count(1)

# Our own words, long enough to fill a page: the town does not exist.
SENTENCES = (
    "The council of Saltmarsh voted late on Tuesday to keep the old ferry running through the winter.",
    "Seven members were for it, four against, and two had left the chamber before the count began.",
    "“We promised the island a boat, and a promise does not end with the summer,” the harbour master said.",
    "The ferry carries about 240 people a day in January, a third of its load in August.",
    "Its engine, built in 1974, was overhauled twice; a third repair would cost 310,000 crowns.",
    "Opponents had asked for a smaller boat that could be hired by the hour when the sea is calm.",
    "A report by the engineers of the port, seen by this newsroom, called that plan hard to insure.",
    "The mayor did not take part in the debate but welcomed the result in a short note to residents.",
)


def words(count: int) -> str:
    """Running text of about `count` words."""
    text = itertools.cycle(SENTENCES)
    said: list[str] = []
    while sum(len(sentence.split()) for sentence in said) < count:
        said.append(next(text))
    return " ".join(said)


def locale(language: str = "en") -> Locale:
    """The locale of a language."""
    return Locale.objects.get_or_create(language_code=language)[0]


def home(language: str = "en", **fields: Any) -> Any:
    """The front page of a language, made once; the first one becomes the root of the default site."""
    # The front belongs to an app above this one, so it is asked for by name.
    model = apps.get_model("fronts", "HomePage")
    spoken = locale(language)
    found = model.objects.filter(locale=spoken).first()
    if found is not None:
        return found
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=locale("en"))
    first = model.objects.first()
    if first is not None:
        fields.setdefault("translation_key", first.translation_key)
    front = model(**{"title": "Front", "slug": f"front-{language}", "locale": spoken, "live": True, **fields})
    root.add_child(instance=front)
    if first is None:
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": front}
        )
        Site.clear_site_root_paths_cache()
        # Wagtail's own first page, which nobody asked for.
        for welcome in Page.objects.filter(depth=2, slug="home").exclude(pk=front.pk):
            welcome.delete()
    Site.clear_site_root_paths_cache()
    return model.objects.get(pk=front.pk)


def newsroom(**fields: Any) -> Newsroom:
    """What the default site says of itself."""
    home()
    site = Site.objects.get(is_default_site=True)
    return Newsroom.objects.update_or_create(
        site=site, defaults={"name": "The Saltmarsh Courier", "tagline": "News of the town and its harbour", **fields}
    )[0]


def _place(parent: Page, page: Page) -> Any:
    """Put `page` under `parent`, which may have got other children since it was loaded."""
    fresh = type(parent).objects.get(pk=parent.pk)
    page.locale = fresh.locale
    fresh.add_child(instance=page)
    return type(page).objects.get(pk=page.pk)


def section(title: str = "Council", *, parent: Page | None = None, **fields: Any) -> Section:
    """A section in the menu, under the English front if no other parent is named."""
    front = parent or home()
    slug = fields.pop("slug", "") or slugify(title, allow_unicode=True)
    found = Section.objects.child_of(front).filter(slug=slug).first()
    if found is not None:
        return found
    made: Section = _place(
        front,
        Section(**{"title": title, "slug": slug, "show_in_menus": True, "live": True, **fields}),
    )
    return made


def picture(
    title: str = "The ferry at its pier",
    *,
    size: tuple[int, int] = (1600, 1067),
    colour: tuple[int, int, int] = (94, 122, 138),
    **fields: Any,
) -> Picture:
    """A picture with a drawn file and all its words."""
    image = Pixels.new("RGB", size, colour)
    brush = ImageDraw.Draw(image)
    width, height = size
    for step in range(12):  # bands of sea under a sky, so that a cut is seen in a screenshot
        shade = tuple(max(0, value - 7 * step) for value in colour)
        brush.rectangle((0, height * (0.5 + step / 24), width, height), fill=shade)
    brush.ellipse((width * 0.68, height * 0.12, width * 0.68 + height * 0.2, height * 0.32), fill=(236, 214, 170))
    brush.polygon(
        [
            (width * 0.2, height * 0.62),
            (width * 0.55, height * 0.62),
            (width * 0.5, height * 0.72),
            (width * 0.24, height * 0.72),
        ],
        fill=(58, 52, 49),
    )
    data = BytesIO()
    image.save(data, "JPEG", quality=80)
    number = next(_numbers)
    said = {
        "description": "A white ferry lies at a wooden pier under a low sun.",
        "caption": "The ferry at the old pier on Monday.",
        "credit": "Ida Lund / The Courier",
        **fields,
    }
    return Picture.objects.create(
        title=title, file=ImageFile(BytesIO(data.getvalue()), name=f"picture-{number}.jpg"), **said
    )


def person(name: str = "Mara Holm", *, language: str = "en", **fields: Any) -> Person:
    """Somebody a story may be by; the same name is the same person."""
    slug = fields.pop("slug", "") or slugify(name, allow_unicode=True)
    return Person.objects.get_or_create(
        locale=locale(language), slug=slug, defaults={"name": name, "position": "Council reporter", **fields}
    )[0]


def desk(name: str = "The Courier news desk", **fields: Any) -> Person:
    """A collective byline."""
    return person(name, kind=Person.Kind.DESK, **{"position": "", **fields})


def topic(name: str = "The ferry", *, language: str = "en", **fields: Any) -> Topic:
    """A topic; the same name is the same topic."""
    slug = fields.pop("slug", "") or slugify(name, allow_unicode=True)
    return Topic.objects.get_or_create(locale=locale(language), slug=slug, defaults={"name": name, **fields})[0]


def body(*blocks: tuple[str, Any]) -> str:
    """A story's body from (kind, value) pairs, as the database holds it; a bare story's text if none are given."""
    chosen = blocks or (("text", f"<p>{words(60)}</p>"), ("text", f"<p>{words(50)}</p>"))
    return json.dumps([{"type": kind, "value": value} for kind, value in chosen])


def every_block(*, pictures: Sequence[Picture] = (), related: Article | None = None) -> list[tuple[str, Any]]:
    """One block of each kind the body knows, for `body(*every_block())`."""
    shown = list(pictures) or [picture(), picture("The pier", size=(1200, 1500), colour=(150, 110, 90))]
    blocks: list[tuple[str, Any]] = [
        ("text", f'<p>{words(60)} <b>Bold</b>, <i>italic</i>, <a href="https://example.org/">a link</a>.</p>'),
        ("heading", {"text": "What the engineers wrote", "level": "2"}),
        ("picture", {"picture": shown[0].pk, "caption": "", "width": "wide"}),
        ("text", f"<p>{words(50)}</p>"),
        ("heading", {"text": "The third repair", "level": "3"}),
        ("quote", {"text": "A promise does not end with the summer.", "who": "Ada Brandt", "role": "harbour master"}),
        ("list", {"numbered": True, "items": ["<p>Repair the engine.</p>", "<p>Insure the <b>boat</b>.</p>"]}),
        ("list", {"numbered": False, "items": ["<p>Seven for</p>", "<p>Four against</p>"]}),
        ("table", _table()),
        (
            "fact_box",
            {"title": "The ferry in numbers", "text": "<p>240 passengers a day.</p><ul><li>Built 1974</li></ul>"},
        ),
        ("gallery", {"title": "A day on board", "pictures": [shown[0].pk, shown[-1].pk]}),
        (
            "related_story",
            {
                "page": None,
                "url": "https://example.org/boats",
                "title": "Small boats, elsewhere",
                "summary": "A summary.",
            },
        ),
        ("embed", {"url": "https://www.youtube.com/watch?v=abcdefghijk", "title": "Video of the vote", "poster": None}),
        ("embed", {"url": "https://example.org/map", "title": "A map of the crossing", "poster": shown[0].pk}),
        ("divider", None),
        ("text", f"<p>{words(30)}</p>"),
    ]
    if related is not None:
        blocks.insert(4, ("related_story", {"page": related.pk, "url": "", "title": "", "summary": ""}))
    return blocks


def _table() -> dict[str, Any]:
    rows = [["Monday", "6", "231"], ["Tuesday", "6", "244"], ["Saturday", "9", "1,208"]]
    return {
        "caption": "Crossings and passengers a day",
        "table": {
            "columns": [{"type": "text", "heading": name} for name in ("Day", "Crossings", "Passengers")],
            "rows": [{"values": row} for row in rows],
            "caption": "",
        },
        "source": "Port of Saltmarsh",
    }


def story(
    title: str = "",
    *,
    parent: Section | None = None,
    authors: Sequence[Person] | None = None,
    others: Sequence[tuple[Person, str]] = (),
    topics: Sequence[Topic] = (),
    published_at: datetime | None = None,
    updated_at: datetime | None = None,
    **fields: Any,
) -> Article:
    """A published story; `live=False` makes a draft. `others` are (person, role) pairs."""
    number = next(_numbers)
    title = title or f"Council keeps the old ferry for one more winter ({number})"
    place = parent or section()
    live = fields.pop("live", True)
    first = (published_at or timezone.now() - timedelta(minutes=number)) if live else None
    bylines = [Byline(person=who) for who in (authors if authors is not None else [person()])]
    bylines += [Byline(person=who, role=role) for who, role in others]
    for order, byline in enumerate(bylines):
        byline.sort_order = order
    article = Article(
        **{
            "title": title,
            "slug": slugify(title, allow_unicode=True)[:80] or f"story-{number}",
            "standfirst": "Seven of thirteen members voted for the repair of an engine older than most of them.",
            "body": body(),
            "live": live,
            "first_published_at": first,
            "last_published_at": updated_at or first,
            "bylines": bylines,
            "topics": list(topics),
            **fields,
        }
    )
    made: Article = _place(place, article)
    return made


def correction(article: Article, **fields: Any) -> Correction:
    """A correction shown under a story."""
    said = {"text": "An earlier version gave the wrong year for the engine. It was built in 1974.", **fields}
    return Correction.objects.create(article=article, **said)
