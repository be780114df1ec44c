"""Two people have the same story open: whoever saves second is told before anything is overwritten, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.end_to_end.browsing import Visitor
from tests.end_to_end.deskwork import Editor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser


def test_the_second_to_save_is_warned_and_nothing_is_lost(paper: Paper, staff: Callable[[str], Visitor]) -> None:
    first, second = Editor(staff("editor"), paper), Editor(staff("second"), paper)
    first.write_a_story("Harbour")
    first.fill("Headline", "Two hands, one clock")
    first.by("The Courier news desk")
    first.insert_text("As the first of them has it.")
    path = first.publish()

    second.visitor.goto(paper.url(path))
    second.page.get_by_role("link", name="Edit post").click()
    expect(second.page.get_by_role("textbox", name="Headline")).to_have_value("Two hands, one clock")

    first.fill("Standfirst", "The first editor's standfirst.")
    first.publish()

    second.fill("Standfirst", "The second editor's standfirst.")
    warn_and_keep(second)
