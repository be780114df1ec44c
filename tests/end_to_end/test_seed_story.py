"""The text of a real page of such a site, built at the desk with all its elements and served from the press.

The text lies beside the checkout on some machines and never in it: it is read when the test runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import expect

from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import until
from tests.end_to_end.browsing import Visitor
from tests.end_to_end.deskwork import Editor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser

SEED = REPOSITORY.parent / "shared" / "seed"


@dataclass(frozen=True)
class Seed:
    """The parts of the page's text that an editor writes."""

    headline: str
    desk: str
    paragraphs: list[str]
    card_title: str
    card_summary: str
    brief_headline: str
    brief_text: str

    @classmethod
    def read(cls, file: Path) -> Seed:
        """Find the parts by the words that stand around them on every such page."""
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        edit, audio = lines.index("Edit post"), next(n for n, line in enumerate(lines) if "audio is created" in line)
        byline = re.fullmatch(r"by (.+?) [A-Z][a-z]+ \d{1,2}, \d{4} .+ min read", lines[edit + 2])
        feed = lines.index("News Feed")
        assert byline is not None
        # The card is a headline and a summary that end the story; then the appeal begins, as the banner above did.
        appeal = next(n for n in range(audio, len(lines)) if lines[0].startswith(lines[n].rstrip(".")))
        assert re.fullmatch(r"\d{1,2}:\d\d [AP]M", lines[feed + 1])
        return cls(
            headline=lines[edit + 1],
            desk=byline.group(1),
            paragraphs=lines[audio + 1 : appeal - 2],
            card_title=lines[appeal - 2],
            card_summary=lines[appeal - 1],
            brief_headline=lines[feed + 2],
            brief_text=lines[feed + 3],
        )


@pytest.fixture
def seed() -> Seed:
    """The page's text, if this machine has it."""
    files = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    if not files:
        pytest.skip("the seed's text does not lie beside this checkout")
    return Seed.read(files[0])


def test_the_seeds_story_is_built_at_the_desk_and_served_from_the_press(
    seed: Seed, paper: Paper, staff: Callable[[str], Visitor], reader: Visitor
) -> None:
    assert len(seed.paragraphs) > 5
    publisher = Editor(staff("publisher"), paper)
    publisher.engage_a_desk(seed.desk)
    publisher.write_a_brief(seed.brief_headline, seed.brief_text)
    publisher.write_a_story("Council")
    publisher.fill("Headline", seed.headline)
    publisher.by(seed.desk)
    publisher.insert_text(*seed.paragraphs)
    publisher.insert_with(
        "Related story",
        or_an_outside_address="https://example.org/the-other-story",
        title=seed.card_title,
        summary=seed.card_summary,
    )
    path = publisher.publish()
    publisher.pick(seed.headline)

    asked = reader.context.request
    # The columns beside a story change softly: a reader's visit has them pressed anew.
    assert until(lambda: _columns_say(seed, asked.get(paper.url(path)).text()), 20)
    _reads_as_it_was_written(seed, paper, reader, path)
    _has_its_columns(seed, reader, path)
    publisher.visitor.goto(paper.url(path))
    expect(publisher.page.get_by_role("link", name="Edit post")).to_be_visible()


def _columns_say(seed: Seed, html: str) -> bool:
    """Whether the columns beside the story name the brief and the pick already."""
    _story, _, side = unescape(html).partition('<aside class="side"')
    feed, _, picks = side.partition("Editors’ Picks")
    return seed.brief_headline in feed and seed.headline in picks


def _reads_as_it_was_written(seed: Seed, paper: Paper, reader: Visitor, path: str) -> None:
    answer = reader.goto(paper.url(path))
    assert answer.headers["etag"]
    assert until(lambda: re.search(rf"GET {path} 200 .* pressed", paper.said()))
    assert seed.paragraphs[0] in unescape(paper.pressed(path))
    page = reader.page
    story = page.get_by_role("article")
    expect(story.get_by_role("heading", level=1)).to_have_text(seed.headline)
    expect(story.get_by_role("link", name=seed.desk)).to_have_attribute("rel", "author")
    expect(story.locator("header time[datetime]")).to_be_visible()
    expect(story.locator("header")).to_contain_text(re.compile(r"[1-9]\d* min read"))
    expect(story.locator(".body > p")).to_have_text(seed.paragraphs)
    card = story.get_by_role("complementary", name=f"Related story: {seed.card_title}")
    expect(card).to_contain_text(seed.card_summary)
    expect(story.locator(".body > *").last).to_have_class("related")
    expect(story.get_by_role("region", name="Share").get_by_role("link").first).to_be_visible()
    expect(page.get_by_role("link", name="Skip to content")).to_have_attribute("href", "#content")
    expect(page.get_by_text("Edit post")).to_have_count(0)


def _has_its_columns(seed: Seed, reader: Visitor, path: str) -> None:
    page = reader.page
    newest = page.get_by_role("region", name="News Feed").locator("li:not(.date)").first
    expect(newest.locator("time")).to_be_visible()
    expect(newest.get_by_role("link")).to_have_text(seed.brief_headline)
    begun = newest.locator("p").inner_text().rstrip("…")
    assert begun
    assert seed.brief_text.startswith(begun)
    expect(page.get_by_role("link", name="More news")).to_be_visible()
    picks = page.get_by_role("region", name="Editors’ Picks")
    expect(picks.get_by_role("link", name=seed.headline)).to_have_attribute("href", path)
    order = ["h1", ".byline", ".body", ".share", "#feed", "#picks"]
    tops = page.evaluate(
        "names => names.map(name => [...document.querySelectorAll('*')].indexOf(document.querySelector(name)))", order
    )
    assert tops == sorted(tops)
    assert -1 not in tops
