"""The demo newsroom from nothing to a finished paper, in both its languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.models import Site

from masthead.articles.models import Newsroom, Section
from masthead.demo import briefs, front, staffing, supporters
from masthead.demo.manuscripts import CONTENT, key_for, table
from masthead.demo.pictures import Pictures
from masthead.demo.quiet import index, quiet
from masthead.demo.stories import Edition, file_stories
from masthead.fronts.actions import found_newsroom
from masthead.fronts.models import HomePage
from masthead.press.actions import change_tag

Say = Callable[[str], None]


def build(say: Say = lambda _words: None) -> None:
    """Make whatever of the demo newsroom isn't there yet. A second call changes nothing."""
    with quiet(), transaction.atomic():
        made: list[Model] = []
        staffing.open_accounts()
        supporters.write_offer()
        editions = [_edition(language, say, made) for language in ("en", "uk") if _is_ours(language)]
        if made:
            say("Indexing")
            index(made)
            for edition in editions:
                change_tag(f"stories:{edition.locale.pk}", "demo", hard=True)


def _is_ours(language: str) -> bool:
    from django.conf import settings

    told = language == "en" or (CONTENT / language).is_dir()
    return told and language in dict(settings.WAGTAIL_CONTENT_LANGUAGES)


def _edition(language: str, say: Say, made: list[Model]) -> Edition:
    said = table("newsroom")
    own = said if language == "en" else said[language]
    home = found_newsroom(
        own["name"], own["tagline"], language, [one["title"] for one in own["sections"]], accent=said["accent"]
    )
    _say_who_we_are(home, said)
    sections = _sections(home, own["sections"])
    pictures = Pictures(language)
    say(f"{own['name']}: people")
    people = staffing.engage_people(home.locale, pictures)
    if language == "en":
        staffing.lend_accounts(people)
    topics = staffing.name_topics(home.locale)
    edition = Edition(home.locale, timezone.now(), sections, people, topics, pictures)
    say(f"{own['name']}: stories")
    fresh = file_stories(edition)
    say(f"{own['name']}: briefs")
    items = briefs.file_briefs(home, language, edition.now)
    pages = front.write_information(home, language, edition)
    if fresh:
        front.lay_out(home, language, edition)
        made += [*people.values(), *topics.values(), *sections.values(), home]
    made += [*fresh, *items, *pages, *pictures.drawn]
    return edition


def _say_who_we_are(home: HomePage, said: dict[str, Any]) -> None:
    site = Site.objects.get(is_default_site=True)
    newsroom = Newsroom.for_site(site)
    if newsroom.founded_on or home.locale.language_code != "en":
        return
    newsroom.description = said["description"]
    newsroom.founded_on = dt.date.fromisoformat(said["founded_on"])
    newsroom.contact_email = said["contact_email"]
    newsroom.address = said["address"]
    newsroom.full_clean(exclude=["site"])
    newsroom.save()


def _sections(home: HomePage, told: list[dict[str, str]]) -> dict[str, Section]:
    """The edition's sections by the names that manuscripts use, joined with those of the other language."""
    found = {section.title: section for section in Section.objects.child_of(home)}
    sections: dict[str, Section] = {}
    for one in told:
        section = found[one["title"]]
        key = key_for("section", one["name"])
        if section.translation_key != key:
            section.translation_key = key
            section.description = one["description"]
            section.save()
            section.save_revision(changed=False)
        sections[one["name"]] = section
    return sections
