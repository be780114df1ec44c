"""The front as its editors left it: lead, packages, lists, Editors' Picks; and the pages about the newsroom."""

from __future__ import annotations

from typing import Any

from masthead.demo.manuscripts import CONTENT, key_for, parse_page, table
from masthead.demo.marks import Marks
from masthead.demo.stories import Edition
from masthead.fronts.models import EditorsPick, HomePage, InformationPage


def lay_out(home: HomePage, language: str, edition: Edition) -> None:
    """Place lead, packages and picks by hand, as `front.toml` says."""
    said = table("front")[language]
    home.lead = edition.stories[said["lead"]]
    home.packages = [_placed(one, edition) for one in said["placed"]]
    home.editors_picks = [
        EditorsPick(article=edition.stories[name], sort_order=place) for place, name in enumerate(said["picks"])
    ]
    home.save()
    revision = home.save_revision(changed=False)
    HomePage.objects.filter(pk=home.pk).update(live_revision=revision)


def _placed(one: dict[str, Any], edition: Edition) -> dict[str, Any]:
    if "stories" in one:
        stories = [edition.stories[name].pk for name in one["stories"]]
        value = {"title": one["title"], "stories": stories, "look": one.get("look", "lead")}
        return {"type": "package", "value": value}
    if "section" in one:
        value = {"section": edition.sections[one["section"]].pk, "count": one.get("count", 4)}
        return {"type": "section_list", "value": value}
    return {"type": "topic_list", "value": {"topic": edition.topics[one["topic"]].pk, "count": one.get("count", 4)}}


def write_information(home: HomePage, language: str, edition: Edition) -> list[InformationPage]:
    """About us, imprint, privacy: made, or written into what founding left empty."""
    made: list[InformationPage] = []
    for path in sorted((CONTENT / f"{language}-pages").glob("*.md")):
        fields, text = parse_page(path.read_text(encoding="utf-8"), language)
        key = key_for("information", path.stem.partition("-")[2])
        page = InformationPage.objects.child_of(home).filter(slug=fields["slug"]).first()
        if page is not None and page.translation_key == key:
            continue
        page = page or InformationPage(slug=fields["slug"], locale=home.locale)
        page.title = page.draft_title = fields["title"]
        page.standfirst = fields["standfirst"]
        page.translation_key = key
        page.body = Marks(text, edition.desk()).blocks()
        if page.pk is None:
            home.add_child(instance=page)
        else:
            page.save()
        page.first_published_at = page.last_published_at = edition.now
        revision = page.save_revision(changed=False)
        InformationPage.objects.filter(pk=page.pk).update(
            live_revision=revision,
            has_unpublished_changes=False,
            first_published_at=edition.now,
            last_published_at=edition.now,
        )
        made.append(page)
    return made
