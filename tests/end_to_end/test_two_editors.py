"""Two people have the same story open: the second to save is told before anything is overwritten, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.end_to_end.browsing import Visitor
from tests.end_to_end.deskwork import Editor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser


THEIRS = "The first editor's standfirst."
MINE = "The second editor's standfirst."


def test_the_second_to_save_is_warned_and_nothing_is_lost(
    paper: Paper, staff: Callable[[str], Visitor], reader: Visitor
) -> None:
    first, second = Editor(staff("editor"), paper), Editor(staff("second"), paper)
    first.write_a_story("Harbour")
    first.fill("Headline", "Two hands, one clock")
    first.by("The Courier news desk")
    first.insert_text("As the first of them has it.")
    path = first.publish()

    second.open(path)
    expect(second.page.get_by_role("textbox", name="Headline")).to_have_value("Two hands, one clock")
    editor_url = second.page.url

    first.open(path)
    first.fill("Standfirst", THEIRS)
    first.publish()

    second.fill("Standfirst", MINE)
    expect(second.page.locator("#w-autosave-indicator")).to_contain_text("Autosave is paused")
    second.press_publish()
    # The browser warns if it has heard of the newer version already; if they insist, or it hasn't, the server does.
    dialog = second.page.get_by_role("dialog").filter(has_text="Editor Brandt saved a new version")
    refusal = second.page.get_by_text("Nothing of yours is lost")
    expect(dialog.or_(refusal)).to_be_visible()
    _is_live(paper, reader, path, THEIRS)
    if dialog.is_visible():
        dialog.get_by_role("button", name="Publish").click()
    expect(refusal).to_be_visible()
    expect(refusal).to_contain_text("Editor Brandt saved this page at")
    expect(second.page.get_by_role("textbox", name="Standfirst")).to_have_value(MINE)
    _is_live(paper, reader, path, THEIRS)

    second.publish()
    _is_live(paper, reader, path, MINE)
    second.visitor.goto(editor_url + "../history/")
    expect(second.page.get_by_role("main")).to_contain_text("Editor Brandt")
    expect(second.page.get_by_role("main")).to_contain_text("Second Brandt")


def _is_live(paper: Paper, reader: Visitor, path: str, standfirst: str) -> None:
    reader.goto(paper.url(path))
    expect(reader.page.locator(".standfirst").first).to_have_text(standfirst)
