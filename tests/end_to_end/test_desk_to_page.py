"""From an empty form to a page that readers have, changed and corrected before their eyes, and taken down."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from masthead.config.tests.newsroom import until
from tests.end_to_end.browsing import Visitor
from tests.end_to_end.deskwork import Editor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser

HEADLINE = "Harbour gets its own tide clock"
CHANGED = "Harbour gets two tide clocks"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photograph, more or less."""
    file = tmp_path / "clock.jpg"
    Image.linear_gradient("L").resize((1500, 1000)).convert("RGB").save(file, "JPEG")
    return file


def write(editor: Editor, picture: Path) -> None:
    """A story with everything an editor reaches for."""
    editor.write_a_story("Harbour")
    editor.fill("Headline", HEADLINE)
    editor.fill("Kicker", "Tides")
    editor.fill("Standfirst", "A second hand for the sea, paid for by its pilots.")
    editor.by("The Courier news desk")
    editor.upload_main_picture(
        picture,
        title="Tide clock",
        alternative_text="A clock with one hand on a brick wall.",
        caption="The clock before its first tide.",
        credit="Ida Lund / The Courier",
    )
    editor.insert_text("The pilots met on Monday.", "They had a clock with them.")
    editor.insert_with("Heading", heading="Who winds it")
    editor.insert_with("Quote", quote="Nobody winds the sea.", who_said_it="Ada Brandt", in_what_role="harbour master")
    editor.type_into(editor.insert_with("Fact box", title="The clock in numbers"), "One hand, two tides a day.")
    editor.insert_with(
        "Related story",
        or_an_outside_address="https://example.org/clocks",
        title="Clocks, elsewhere",
        summary="Where other harbours look for the time.",
    )
    editor.insert("Divider")
    editor.insert_text("The clock starts on Sunday.")


def test_a_story_from_its_first_word_to_its_end(
    paper: Paper, staff: Callable[[str], Visitor], reader: Visitor, picture: Path
) -> None:
    editor = Editor(staff("editor"), paper)
    write(editor, picture)
    path = editor.publish()

    _stands_on_its_page(paper, reader, path)
    _is_named_elsewhere(paper, reader, path, HEADLINE)
    _only_staff_see_the_way_to_the_editor(editor, reader, path)
    _changes_before_readers_eyes(editor, reader, path)
    _is_corrected_in_public(editor, reader, path)
    _is_taken_down(Editor(staff("publisher"), paper), reader, path)


def _stands_on_its_page(paper: Paper, reader: Visitor, path: str) -> None:
    assert until(lambda: HEADLINE in paper.pressed(path), 10)
    answer = reader.goto(paper.url(path))
    assert answer.headers["etag"].startswith('"')
    assert "set-cookie" not in answer.headers
    assert until(lambda: f"GET {path} 200" in paper.said())
    assert re.search(rf"GET {path} 200 .* pressed", paper.said()), "Django answered what the press has"
    story = reader.page.get_by_role("article")
    expect(story.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    expect(story).to_contain_text("Tides")
    expect(story).to_contain_text("A second hand for the sea, paid for by its pilots.")
    expect(story.get_by_role("link", name="The Courier news desk")).to_have_attribute("rel", "author")
    expect(story.get_by_role("img", name="A clock with one hand on a brick wall.")).to_be_visible()
    expect(story.locator("figcaption").first).to_have_text(
        "The clock before its first tide. Ida Lund / The Courier", use_inner_text=True
    )
    body = story.locator(".body")
    expect(body.locator("> p")).to_have_text(
        ["The pilots met on Monday.", "They had a clock with them.", "The clock starts on Sunday."]
    )
    expect(body.get_by_role("heading", level=2, name="Who winds it")).to_be_visible()
    expect(body.locator("blockquote")).to_have_text("Nobody winds the sea.")
    expect(body.locator("figcaption")).to_have_text("Ada Brandt, harbour master")
    expect(body.get_by_role("complementary", name="The clock in numbers")).to_contain_text("two tides a day")
    card = body.get_by_role("complementary", name="Related story: Clocks, elsewhere")
    expect(card.get_by_role("link")).to_have_attribute("href", "https://example.org/clocks")
    expect(card).to_contain_text("Where other harbours look for the time.")
    expect(body.locator("hr")).to_have_count(1)


def _is_named_elsewhere(paper: Paper, reader: Visitor, path: str, headline: str) -> None:
    asked = reader.context.request
    for list_of_stories in ("/", "/harbour/"):
        # Lists follow their stories: pressed right after the commit, one after the other.
        assert until(lambda address=list_of_stories: headline in asked.get(paper.url(address)).text(), 10)
        reader.goto(paper.url(list_of_stories))
        link = reader.page.get_by_role("main").get_by_role("link", name=headline).first
        expect(link).to_be_visible()
        assert link.evaluate("link => new URL(link.href).pathname") == path
    assert until(lambda: f"<title>{headline}</title>" in asked.get(paper.url("/feed.xml")).text(), 10)
    feed = asked.get(paper.url("/feed.xml")).text()
    assert f"<title>{headline}</title>" in feed
    assert "Nobody winds the sea." in feed


def _only_staff_see_the_way_to_the_editor(editor: Editor, reader: Visitor, path: str) -> None:
    reader.goto(editor.paper.url(path))
    expect(reader.page.get_by_role("link", name="Edit post")).to_have_count(0)
    editor.open(path)
    expect(editor.page.get_by_role("textbox", name="Headline")).to_have_value(HEADLINE)


def _changes_before_readers_eyes(editor: Editor, reader: Visitor, path: str) -> None:
    editor.fill("Headline", CHANGED)
    assert editor.publish() == path
    reader.goto(editor.paper.url(path))
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(CHANGED, timeout=1000)
    assert CHANGED in editor.paper.pressed(path)
    _is_named_elsewhere(editor.paper, reader, path, CHANGED)


def _is_corrected_in_public(editor: Editor, reader: Visitor, path: str) -> None:
    desk = editor.page
    editor.open(path)
    editor.choose_action("Issue a correction…")
    desk.get_by_label("Text").fill("An earlier version counted one clock. There are two.")
    desk.get_by_role("button", name="Issue it to readers").click()
    expect(desk.get_by_role("status").filter(has_text="readers see it")).to_be_visible()

    reader.goto(editor.paper.url(path))
    reader.page.get_by_role("link", name="Corrected").click()
    corrections = reader.page.get_by_role("region", name="Corrections")
    expect(corrections).to_be_in_viewport()
    expect(corrections).to_contain_text("An earlier version counted one clock. There are two.")


def _is_taken_down(publisher: Editor, reader: Visitor, path: str) -> None:
    desk = publisher.page
    publisher.open(path)
    publisher.choose_action("Take down…")
    desk.get_by_label("Reason, for the record").fill("It was a sundial.")
    desk.get_by_label("What readers are told").fill("There was no clock.")
    desk.get_by_role("button", name="Take it down").click()
    expect(desk.get_by_role("status").filter(has_text="Taken down")).to_be_visible()

    reader.goto(publisher.paper.url(path), status=410)
    expect(reader.page.get_by_role("main")).to_contain_text("There was no clock.")
    expect(reader.page.get_by_role("main")).not_to_contain_text("sundial")
    for list_of_stories in ("/", "/harbour/"):
        reader.goto(publisher.paper.url(list_of_stories))
        expect(reader.page.get_by_role("link", name=CHANGED)).to_have_count(0)
    assert CHANGED not in reader.context.request.get(publisher.paper.url("/feed.xml")).text()
