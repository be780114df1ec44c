"""What the templates of a story need beside its fields: its body, its times, the addresses to share it at."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from wagtail.rich_text import expand_db_html

from masthead.articles import embeds
from masthead.articles.models import Article, Byline
from masthead.lib import csp
from masthead.media.models import Picture, PictureRendition

register = template.Library()

# Where Django's own formats abbreviate too much, or put a month in the wrong case.
_FORMATS = {"en": ("F j, Y", "F j", "g:i A"), "uk": ("j E Y", "j E", "H:i")}
_ONE_PARAGRAPH = re.compile(r"\s*<p[^>]*>(.*)</p>\s*\Z", re.DOTALL)
_EDITORS_KEY = re.compile(r' data-block-key="[^"]*"')
_NUMBER = re.compile(r"[-+\u2212\u2013]?\s*\d[\d\s.,\u00a0\u202f]*\s*[%‰€$£₴]?\Z")


@register.filter
def inline_html(item: Any) -> SafeString:
    """Rich text of a single paragraph without the paragraph around it."""
    markup = str(item)
    match = _ONE_PARAGRAPH.match(markup)
    if match is None or "<p" in match[1]:
        return mark_safe(markup)  # noqa: S308 (the desk's own rich text, already filtered)
    return mark_safe(match[1])  # noqa: S308


@register.filter
def prose(rich_text: str) -> SafeString:
    """Rich text as readers get it, without the editor's keys."""
    return mark_safe(_EDITORS_KEY.sub("", expand_db_html(rich_text or "")))  # noqa: S308 (filtered by the desk)


@register.filter
def is_number(value: Any) -> bool:
    """Whether a table's cell holds nothing but a number, so that it can stand flush with its column."""
    return bool(_NUMBER.match(str(value).strip()))


@register.filter
def headings(table: Any) -> list[tuple[str, bool]]:
    """(heading, whether only numbers stand under it) of each column of a table."""
    columns = enumerate(table.columns)
    return [
        (column["heading"], all(is_number(row["values"][place]) for row in table.row_data)) for place, column in columns
    ]


@register.filter
def host(url: str) -> str:
    """The address's host without www."""
    return embeds.host_of(url)


@register.simple_tag(takes_context=True)
def allow_frame(context: Context, frame: embeds.Frame) -> str:
    """Let this one page show the player's origin in a frame, should the reader ask for it; prints nothing."""
    request = context.get("request")
    if request is not None:
        csp.allow(request, "frame-src", frame.origin)
    return ""


@register.simple_tag
def gather_pictures(article: Article, whole: bool = True) -> str:
    """Fetch what all pictures of a story's page need, in one query, before the first is drawn; prints nothing."""
    own = [article.main_picture] if article.main_picture else []
    body = article.body if whole else []
    _gather([*own, *faces(article), *_pictures_in(body)], _related_in(body))
    return ""


@register.simple_tag(takes_context=True)
def story_body(context: Context, body: Any, dateline: str = "") -> SafeString:
    """The body's blocks in order, the dateline before the first words."""
    _gather(_pictures_in(body), _related_in(body))
    parent = context.flatten()
    drawn = []
    for block in body:
        # The editor's keys mean nothing to a reader and don't compress.
        markup = _EDITORS_KEY.sub("", block.render(context=parent)).strip()
        if dateline and block.block_type == "text":
            markup = markup.replace("<p>", f'<p><span class="dateline">{escape(dateline)}</span> ', 1)
            dateline = ""
        drawn.append(markup)
    return mark_safe("\n".join(drawn))  # noqa: S308 (blocks escape what they show)


def _pictures_in(body: Any) -> list[Picture]:
    """Every picture that stands in a body's own blocks."""
    found: list[Picture | None] = []
    for block in body:
        if block.block_type == "picture":
            found.append(block.value["picture"])
        elif block.block_type == "gallery":
            found.extend(block.value["pictures"])
        elif block.block_type == "embed":
            found.append(block.value["poster"])
    return [picture for picture in found if picture is not None]


def _related_in(body: Any) -> list[Article]:
    """Every story of ours that a body's cards lead to."""
    return [block.value.story for block in body if block.block_type == "related_story" and block.value.story]


def _gather(pictures: list[Picture], stories: list[Article]) -> None:
    """Give each picture its renditions, and each story its main picture, in one query for all of them.

    A rendition brings its picture along, so that the related stories' pictures need no query of their own. One that
    was never drawn before has no rendition yet and is fetched when it is.
    """
    waiting = [picture for picture in pictures if not _has_renditions(picture)]
    bare = [story for story in stories if story.main_picture_id and not Article.main_picture.is_cached(story)]
    keys = {picture.pk for picture in waiting} | {story.main_picture_id for story in bare}
    if not keys:
        return
    made: dict[int, list[PictureRendition]] = defaultdict(list)
    for rendition in PictureRendition.objects.filter(image_id__in=keys).select_related("image"):
        made[rendition.image_id].append(rendition)
    for story in bare:
        if made[story.main_picture_id]:
            shown: Any = made[story.main_picture_id][0].image
            story.main_picture = shown
            waiting.append(shown)
    for picture in waiting:
        picture.prefetched_renditions = made[picture.pk]


def _has_renditions(picture: Picture) -> bool:
    fetched: dict[str, Any] = getattr(picture, "_prefetched_objects_cache", {})
    return "renditions" in fetched or hasattr(picture, "prefetched_renditions")


@register.filter
def has_embed(page: Any) -> bool:
    """Whether the page holds a player that a reader may load."""
    return any(block.block_type == "embed" and block.value.frame for block in page.body)


@register.filter
def faces(article: Article) -> list[Picture]:
    """Portraits of those who wrote the story, where there are any."""
    return [byline.person.portrait for byline in article.authors if byline.person.portrait is not None]


@register.filter
def other_roles(article: Article) -> list[tuple[str, list[Byline]]]:
    """(role, bylines) of those who did not write it: photographers first, then translators."""
    roles = [Byline.Role.PHOTOGRAPHER, Byline.Role.TRANSLATOR]
    grouped = [(role.value, [one for one in article.other_bylines if one.role == role]) for role in roles]
    return [(role, bylines) for role, bylines in grouped if bylines]


@register.simple_tag
def share_links(path: str, headline: str) -> list[tuple[str, str]]:
    """(name, address) of plain links at which a reader may share a page; nothing of theirs is loaded here."""
    address, words = quote(settings.BASE_URL + path, safe=""), quote(headline, safe="")
    return [
        (pgettext("share by", "Email"), f"mailto:?subject={words}&body={address}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={address}"),
        ("X", f"https://x.com/intent/post?url={address}&text={words}"),
        ("Telegram", f"https://t.me/share/url?url={address}&text={words}"),
        ("WhatsApp", f"https://wa.me/?text={words}%20{address}"),
    ]


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _unbroken(words: str) -> str:
    """Never break a date or a time at the end of a line."""
    return words.replace(" ", "\u00a0")


def _formats() -> tuple[str, str, str]:
    """Date, date without its year, and time, as papers of the active language write them."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return _FORMATS.get(language, ("DATE_FORMAT", "MONTH_DAY_FORMAT", "TIME_FORMAT"))


def _time(moment: datetime, said: str) -> SafeString:
    stamp = _local(moment).isoformat(timespec="minutes")
    return format_html('<time datetime="{}">{}</time>', stamp, _unbroken(said))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A date with its time in the newsroom's zone, as <time>."""
    if value is None:
        return ""
    dated, _, timed = _formats()
    local = _local(value)
    return _time(value, f"{date_format(local, dated)}, {date_format(local, timed)}")


@register.filter
def short_moment(value: datetime | None) -> SafeString | str:
    """The same without the year, for lists that are read while they are new."""
    if value is None:
        return ""
    local = _local(value)
    if local.year != timezone.localtime().year:
        return day(value)
    _, dated, timed = _formats()
    return _time(value, f"{date_format(local, dated)}, {date_format(local, timed)}")


@register.filter
def day(value: datetime | None) -> SafeString | str:
    """A date in the newsroom's zone, as <time>."""
    return "" if value is None else _time(value, date_format(_local(value), _formats()[0]))


@register.filter
def short_day(value: datetime) -> SafeString | str:
    """A date without the year, for the column that holds the last hours."""
    local = _local(value)
    return _time(value, date_format(local, _formats()[1]))


@register.filter
def weekday(value: datetime) -> SafeString | str:
    """A date with its weekday, as it stands at the head of a front."""
    local = _local(value)
    return _time(value, f"{date_format(local, 'l')}, {date_format(local, _formats()[0])}")


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """A time of day in the newsroom's zone, as <time>."""
    return "" if value is None else _time(value, date_format(_local(value), _formats()[2]))


@register.filter
def local_date(value: datetime) -> date:
    """The day a moment falls on in the newsroom's zone, to group by."""
    return _local(value).date()
