"""The desk as its people work there: fields filled, blocks inserted, things chosen in dialogs, buttons pressed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.browsing import Visitor
from tests.end_to_end.paper import Paper


class Editor:
    """The editor's form of one page, from empty to published."""

    def __init__(self, visitor: Visitor, paper: Paper) -> None:
        self.visitor = visitor
        self.paper = paper

    @property
    def page(self) -> Page:
        """The tab the form is in."""
        return self.visitor.page

    def write_a_story(self, section: str) -> None:
        """From the desk's first page to an empty story in this section."""
        self.visitor.goto(self.paper.url("/desk/"))
        self.page.get_by_role("link", name="Write a story").click()
        self.page.get_by_role("button", name="Choose a page (Section)").click()
        dialog = self.dialog()
        dialog.get_by_role("textbox", name="Search term").fill(section)
        dialog.get_by_role("link", name=section, exact=True).click()
        dialog.wait_for(state="detached")
        self.page.get_by_role("button", name="Create a new article").click()
        self.page.wait_for_url(re.compile("/desk/pages/add/articles/article/"))

    def write_a_brief(self, headline: str, text: str) -> None:
        """A brief of the English news feed: two fields and one press of a button."""
        self.visitor.goto(self.paper.url("/desk/"))
        self.page.get_by_role("link", name="Write a brief (English)").click()
        self.fill("Headline", headline)
        self.type_into(self.section("Text"), text)
        self.publish()

    def engage_a_desk(self, name: str) -> None:
        """Make a collective desk that stories may be by."""
        self.visitor.goto(self.paper.url("/desk/snippets/articles/person/add/"))
        self.fill("Name", name)
        self.page.get_by_label("Kind").select_option(label="Collective desk")
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_role("status").filter(has_text="created")).to_be_visible()

    def pick(self, headline: str) -> None:
        """Hold a story up: one more of the Editors' Picks, by the desk's *Front & picks*."""
        self.visitor.goto(self.paper.url("/desk/"))
        self.page.get_by_role("link", name="Front & picks").click()
        self.page.get_by_role("tab", name="Editors' Picks").click()
        self.page.get_by_role("button", name="Add Pick").click()
        self.page.get_by_role("button", name="Choose a page (Article)").last.click()
        dialog = self.dialog()
        dialog.get_by_role("textbox", name="Search term").fill(headline)
        dialog.get_by_role("link", name=headline, exact=True).first.click()
        dialog.wait_for(state="detached")
        self.publish()

    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog").filter(visible=True).last

    def section(self, name: str) -> Locator:
        """A field's part of the form, by its heading."""
        return self.page.get_by_role("region", name=re.compile(rf"^{name}\b")).first

    def fill(self, name: str, text: str) -> None:
        """Write into a plain field."""
        self.page.get_by_role("textbox", name=re.compile(rf"^{name}\*?$")).first.fill(text)

    def type_into(self, place: Locator, text: str) -> None:
        """Write into the text editor within this part of the form."""
        place.locator("[contenteditable=true]").last.click()
        self.page.keyboard.insert_text(text)
        _is_kept(place, text)

    def by(self, name: str) -> None:
        """Add a byline and choose whose it is."""
        self.page.get_by_role("button", name="Add Byline").click()
        self.page.get_by_role("button", name="Choose person").click()
        dialog = self.dialog()
        dialog.get_by_role("link", name=name, exact=True).click()
        dialog.wait_for(state="detached")

    def upload_main_picture(self, file: Path, **words: str) -> None:
        """Upload a picture within the chooser, with its words by the fields' labels."""
        self.section("Main picture").get_by_role("button", name="Choose an image").click()
        dialog = self.dialog()
        dialog.get_by_role("tab", name="Upload").click()
        dialog.get_by_label("File").set_input_files(file)
        for label, text in words.items():
            dialog.get_by_label(label.replace("_", " ").capitalize()).fill(text)
        dialog.get_by_role("button", name="Upload", exact=True).click()
        dialog.wait_for(state="detached")

    def insert(self, kind: str) -> Locator:
        """Insert a block at the body's end and return its part of the form."""
        body = self.page.locator("#panel-child-story-body-section")
        before = body.locator("[data-streamfield-child]").count()
        body.get_by_role("button", name="Insert a block").last.click()
        self.page.get_by_role("option", name=kind, exact=True).locator("visible=true").click()
        return body.locator("[data-streamfield-child]").nth(before)

    def insert_with(self, kind: str, **fields: str) -> Locator:
        """Insert a block and fill its plain fields, by their labels."""
        block = self.insert(kind)
        for label, text in fields.items():
            name = label.replace("_", " ").capitalize()
            block.get_by_role("textbox", name=re.compile(rf"^{name}\*?$", re.IGNORECASE)).fill(text)
        return block

    def insert_text(self, *paragraphs: str) -> Locator:
        """Insert a text block and type paragraphs into it."""
        block = self.insert("Text")
        block.locator("[contenteditable=true]").click()
        for number, paragraph in enumerate(paragraphs):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.insert_text(paragraph)
        _is_kept(block, paragraphs[-1])
        return block

    def open(self, path: str) -> None:
        """From the page itself into its editor, by *Edit post*."""
        self.visitor.goto(self.paper.url(path))
        self.page.get_by_role("link", name="Edit post").click()
        self.page.wait_for_url(re.compile(r"/desk/pages/\d+/edit/"))

    def choose_action(self, name: str) -> None:
        """One of what the page's own menu offers beside its name."""
        self.page.get_by_role("navigation", name="Actions", exact=True).get_by_role("button", name="Actions").click()
        self.page.get_by_role("link", name=name).click()

    def press_publish(self) -> None:
        """The button in the foot of the form."""
        self.page.get_by_role("button", name="More actions").click()
        self.page.get_by_role("button", name="Publish", exact=True).click()

    def publish(self) -> str:
        """Press *Publish*, and return the path that readers will use."""
        self.press_publish()
        said = self.page.get_by_role("status").filter(has_text="published")
        link = said.get_by_role("link", name="View live")
        expect(link).to_be_visible()
        return str(link.evaluate("link => new URL(link.href).pathname"))


def _is_kept(place: Locator, text: str) -> None:
    """Wait until the text editor has put what was typed into the form: it does so a quarter of a second later."""
    sent = json.dumps(text, ensure_ascii=False)[1:-1]
    expect(place.locator("input[value*=entityMap]").last).to_have_value(re.compile(re.escape(sent)))
