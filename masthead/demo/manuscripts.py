"""Manuscripts: the demo's stories as writers keep them, TOML between two lines of `+++` and then the text."""

from __future__ import annotations

import re
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

CONTENT = Path(__file__).parent / "content"
# Keys derive from names, so that every newsroom founded from these files has the same ones.
NAMESPACE = uuid.UUID("6f1f9a2e-7c0b-5d7e-9a51-2f4a5f6f9b10")


def key_for(kind: str, name: str) -> uuid.UUID:
    """The same key for the same name, in every language and on every machine."""
    return uuid.uuid5(NAMESPACE, f"{kind}:{name}")


@dataclass(frozen=True)
class Manuscript:
    """One story in one language. `name` is its file's name and joins its translations."""

    name: str
    language: str
    headline: str
    section: str
    text: str
    published: str
    by: list[str]
    slug: str = ""
    kicker: str = ""
    short: str = ""
    seo: str = ""
    standfirst: str = ""
    dateline: str = ""
    picture: str = ""
    updated: str = ""
    state: str = "live"
    photos: list[str] = field(default_factory=list)
    translators: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    corrections: list[dict[str, str]] = field(default_factory=list)
    takedown: dict[str, str] = field(default_factory=dict)


def moment(words: str, now: datetime) -> datetime:
    """A time said from now: `5h` and `40m` ago, `12d 08:15` twelve days ago at 8:15 in the newsroom's zone.

    Raises ValueError for anything else.
    """
    if words.endswith("h"):
        return now - timedelta(hours=float(words[:-1]))
    if words.endswith("m"):
        return now - timedelta(minutes=float(words[:-1]))
    days, clock = words.split("d ")
    day = timezone.localtime(now).date() + timedelta(days=int(days) if days.startswith("+") else -int(days))
    at = datetime.strptime(clock, "%H:%M").time()  # noqa: DTZ007 (a clock, made aware with its day)
    return timezone.make_aware(datetime.combine(day, at))


def curled(value: Any, language: str) -> Any:
    """Typewriter quotation marks and dashes as the language prints them, in strings wherever they stand."""
    if isinstance(value, dict):
        return {name: curled(one, language) for name, one in value.items()}
    if isinstance(value, list):
        return [curled(one, language) for one in value]
    if not isinstance(value, str):
        return value
    opening, closing = ("«", "»") if language == "uk" else ("“", "”")
    value = re.sub(r'(^|[\s(\[*—])"', rf"\1{opening}", value, flags=re.MULTILINE)
    value = value.replace('"', closing)
    if language != "uk":  # where a single mark is always an apostrophe
        value = re.sub(r"(^|[\s(\[*—“])'", "\\1\N{LEFT SINGLE QUOTATION MARK}", value, flags=re.MULTILINE)
    return value.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def parse(source: str, name: str, language: str) -> Manuscript:
    """Read one manuscript. Raises ValueError on a file without front matter, TypeError on an unknown field."""
    before, front, text = source.split("+++\n", 2)
    if before.strip():
        raise ValueError(f"{name}: a manuscript begins with +++")
    fields: dict[str, Any] = curled(tomllib.loads(front), language)
    return Manuscript(name=name, language=language, text=curled(text.strip(), language), **fields)


def manuscripts(language: str) -> Iterator[Manuscript]:
    """All stories of one language, by file name."""
    for path in sorted((CONTENT / language).glob("**/*.md")):
        yield parse(path.read_text(encoding="utf-8"), path.stem, language)


def table(name: str) -> dict[str, Any]:
    """One of the content folder's TOML files."""
    language = "uk" if name.endswith(".uk") else "en"
    found: dict[str, Any] = curled(tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8")), language)
    return found


def parse_page(source: str, language: str) -> tuple[dict[str, Any], str]:
    """An information page: its fields and its text."""
    _before, front, text = source.split("+++\n", 2)
    return curled(tomllib.loads(front), language), curled(text.strip(), language)
