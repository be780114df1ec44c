"""Briefs: the news feed's short items, kept in one file a language."""

from __future__ import annotations

from datetime import datetime

from wagtail.models import Page

from masthead.demo.manuscripts import key_for, moment, table
from masthead.demo.marks import Desk, Marks
from masthead.fronts.models import HomePage
from masthead.live.models import Brief, NewsFeed


def _nowhere(name: str) -> int:
    raise KeyError(name)


def file_briefs(home: HomePage, language: str, now: datetime) -> list[Brief]:
    """Make the briefs that are not there yet, oldest first; return those made."""
    feed = NewsFeed.objects.child_of(home).get()
    feed_key = key_for("feed", "news")
    told = table(f"briefs.{language}")
    if feed.translation_key != feed_key:
        feed.translation_key = feed_key
        feed.title = feed.draft_title = told["title"]
        feed.save()
        feed.save_revision(changed=False)
    known = set(map(str, Brief.objects.filter(feed=feed).values_list("translation_key", flat=True)))
    made: list[Brief] = []
    for said in sorted(told["brief"], key=lambda one: moment(one["at"], now)):
        key = key_for("brief", said["name"])
        if str(key) in known:
            continue
        at = moment(said["at"], now)
        marks = Marks(said["text"], Desk(_nowhere, _nowhere))
        brief = Brief(
            title=said["headline"],
            slug=said["name"],
            text=f"<p>{marks.inline(' '.join(said['text'].split()))}</p>",
            locale=home.locale,
            translation_key=key,
            uuid=key_for(f"brief-{language}", said["name"]),
            live=True,
            first_published_at=at,
            last_published_at=at,
            has_unpublished_changes=False,
        )
        feed.add_child(instance=brief)
        revision = brief.save_revision(changed=False)
        type(revision).objects.filter(pk=revision.pk).update(created_at=at)
        Page.objects.filter(pk=brief.pk).update(latest_revision_created_at=at, live_revision=revision)
        made.append(brief)
    return made
